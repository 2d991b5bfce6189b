"""The style library: the folders of `styles/`, each with an artwork and what it takes to apply it."""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ..model.command_name import command
from ..model.entities import CATEGORIES, Style
from ..model.errors import UserError, suggestion
from ..storage import atomic_files
from ..storage.ordinary_files import describe_unusual
from ..storage.safetensors_header import digest_tensors
from .style_toml import read_style_toml

COMING = ".coming-"  # begins the names of folders in which a style is still being put together


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """The styles that can be used, and the problems of those that cannot."""

    styles: dict[str, Style]
    problems: dict[str, tuple[str, ...]]  # by slug

    @property
    def slugs(self) -> list[str]:
        """All styles, usable or not, sorted."""
        return sorted({**self.styles, **self.problems})

    def problems_of(self, slugs: Iterable[str]) -> list[str]:
        """Return why some styles cannot be used: first those that do not exist, then those with problems."""
        slugs, known = list(slugs), self.slugs
        missing = [explain_missing_style(slug, known) for slug in slugs if slug not in known]
        return missing + [problem for slug in slugs for problem in self.problems.get(slug, ())]


def load_styles(folder: Path, *, display_path: str = "", categories: Collection[str] = CATEGORIES) -> Library:
    """Load every style of a library; a folder that does not exist is an empty library.

    The parameters are those of `load_style`, for the folder of the library.
    """
    place = display_path or atomic_files.display_path(folder)
    styles: dict[str, Style] = {}
    problems: dict[str, tuple[str, ...]] = {}
    for path in style_folders(folder):
        try:
            styles[path.name] = load_style(path, display_path=f"{place}/{path.name}", categories=categories)
        except UserError as error:
            problems[path.name] = error.problems
    return Library(styles=styles, problems=problems)


def load_style(
    folder: Path | str, *, display_path: str = "", categories: Collection[str] = CATEGORIES
) -> Style:
    """Load one style, and check that its artwork and its weights are the files that style.toml names.

    display_path: how messages name the folder; "" for its path. categories: those that a style may have.
    Raises UserError with every problem of the style.
    """
    folder = Path(folder)
    place = display_path or atomic_files.display_path(folder)
    style = read_style_toml(folder, display_path=place, categories=categories)
    weights = folder / "style.safetensors"
    again = command(f"style.predict {folder.name}")
    if what := describe_unusual(weights):
        raise UserError(f"{place}/style.safetensors: {what}")
    if not weights.is_file():
        raise UserError(f"{place}: style.safetensors is missing. Make it: {again}")
    digest = digest_tensors(weights, where=f"{place}/style.safetensors")
    if digest != style.weights.digest:
        raise UserError(
            f"{place}/style.safetensors: these are not the weights that style.toml names "
            f"(digest {digest[:12]}…, expected {style.weights.digest[:12]}…). "
            f"Restore the file, or make it again: {again}"
        )
    return style


def style_folders(folder: Path) -> list[Path]:
    """Return the folders of a library that hold a style, sorted; none if there is no library."""
    places = folder.iterdir() if folder.is_dir() else ()
    return sorted(path for path in places if path.is_dir() and path.name[0] not in "._")


@contextmanager
def new_style_folder(library: Path, slug: str, *, doing: str, option: str = "--slug") -> Iterator[Path]:
    """Yield the folder of a new style, which enters the library whole at the end, or not at all.

    doing, option: as `explain_refusals` and `check_slug_is_free` take them. Raises UserError if the name was
    taken in the meantime.
    """
    with (
        atomic_files.explain_refusals(library, doing=doing),
        atomic_files.private_folder(library, prefix=COMING) as aside,
    ):
        coming = aside / slug
        coming.mkdir()
        yield coming
        try:
            atomic_files.put_new(coming, library / slug)
        except FileExistsError:
            raise UserError(*check_slug_is_free(slug, library, option=option)) from None


def check_slug_is_free(slug: str, library: Path, *, option: str = "--slug") -> list[str]:
    """Return the problem if a name is taken, also by a folder whose name differs only in case.

    option: what a free name is typed after.
    """
    there = {path.name.casefold(): path for path in library.iterdir()} if library.is_dir() else {}
    path = there.get(slug.casefold())
    if path is None:
        return []
    number = next(n for n in range(2, len(there) + 3) if f"{slug}-{n}" not in there)
    place = atomic_files.display_path(path)
    return [f"{place} already exists and is left as it is. Choose another name: {option} {slug}-{number}"]


def explain_missing_style(slug: str, known: Iterable[str]) -> str:
    """Return the message that there is no style of this name, with the most similar name."""
    return f"there is no style {slug!r}.{suggestion(slug, known, many='styles')}"
