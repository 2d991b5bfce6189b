"""The style library: the folders of `styles/`, each an artwork and what it takes to apply it."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from ..model.command_name import command
from ..model.entities import CATEGORIES, Style
from ..model.errors import UserError, suggestion
from ..storage.safetensors_header import digest_tensors
from .style_toml import read_record

COMING = ".coming-"  # how folders begin in which a style is put together that is not whole yet


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """The styles that can be used, and what is wrong with the others."""

    styles: dict[str, Style]
    problems: dict[str, tuple[str, ...]]  # by slug

    @property
    def slugs(self) -> list[str]:
        """Every style that there is, read or not, in order."""
        return sorted({**self.styles, **self.problems})

    def problems_of(self, slugs: Iterable[str]) -> list[str]:
        """Return why styles cannot be used: those that there are not, then those that cannot be read."""
        slugs, known = list(slugs), self.slugs
        missing = [no_style(slug, known) for slug in slugs if slug not in known]
        return missing + [problem for slug in slugs for problem in self.problems.get(slug, ())]


def read_styles(folder: Path, *, shown: str, categories: Collection[str] = CATEGORIES) -> Library:
    """Read every style of the library; a folder that is not there is an empty library.

    shown: the folder as the author knows it, for messages. categories: those that a style may have.
    """
    styles: dict[str, Style] = {}
    problems: dict[str, tuple[str, ...]] = {}
    for place in style_folders(folder):
        try:
            styles[place.name] = read_style(place, shown=f"{shown}/{place.name}", categories=categories)
        except UserError as error:
            problems[place.name] = error.problems
    return Library(styles=styles, problems=problems)


def style_folders(folder: Path) -> list[Path]:
    """Return the folders of the library that hold a style, sorted; none where there is no library."""
    places = folder.iterdir() if folder.is_dir() else ()
    return sorted(path for path in places if path.is_dir() and path.name[0] not in "._")


def no_style(slug: str, known: Iterable[str]) -> str:
    """Say that there is no such style among those that are known, and which was meant."""
    return f"there is no style {slug!r}.{suggestion(slug, known, many='styles')}"


def read_style(folder: Path, *, shown: str, categories: Collection[str] = CATEGORIES) -> Style:
    """Read one style and check that its artwork and its numbers are the ones its style.toml names."""
    style = read_record(folder, shown=shown, categories=categories)
    numbers = folder / "style.safetensors"
    if not numbers.is_file():
        raise UserError(
            f"{shown}: style.safetensors is missing. Make it: {command(f'style.predict {folder.name}')}"
        )
    digest = digest_tensors(numbers, shown=f"{shown}/style.safetensors")
    if digest != style.numbers.digest:
        raise UserError(
            f"{shown}/style.safetensors: these are not the numbers that style.toml names "
            f"(digest {digest[:12]}…, expected {style.numbers.digest[:12]}…). "
            f"Restore the file, or make it again: {command(f'style.predict {folder.name}')}"
        )
    return style


def load_style(folder: Path) -> Style:
    """Shim until the styles branch lands."""
    return read_style(Path(folder), shown=str(folder))
