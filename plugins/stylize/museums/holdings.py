"""Finds what the blog has of museums already: its styles and photos with a table [museum]."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from glob import escape
from pathlib import Path

from ..model.entities import MuseumItem
from ..model.errors import UserError, suggestion
from ..rights.museum_item import CITATION, MUSEUM, read_museum_item
from ..storage.toml_tables import read_toml
from .importers.registry import find_item

STYLE, PHOTO = "style", "photo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """A style or a photo that came from a museum."""

    use: str  # STYLE or PHOTO
    name: str  # the slug of a style, or the path of a photo below the content
    credit: Path  # style.toml, or the credit file of a photo
    museum: MuseumItem

    @property
    def citation(self) -> Path:
        """The file with everything that the museum said."""
        if self.use == STYLE:
            return self.credit.with_name(CITATION)
        return self.credit.with_name(f"{self.credit.stem}.{CITATION}")

    @property
    def names(self) -> tuple[str, ...]:
        """The names by which an author knows it."""
        if self.use == STYLE:
            return (self.name,)
        return (self.name, Path(self.name).name, Path(self.name).stem)

    @property
    def picture(self) -> Path:
        """The artwork of a style, or the photo."""
        if self.use == STYLE:
            return self.credit.with_name("artwork.jpg")
        return self.credit.with_name(Path(self.name).name)

    def __str__(self) -> str:
        return f"the {self.use} {self.name!r}"


def find_holdings(styles: Path, content: Path) -> Iterator[Holding]:
    """Yield all styles and photos of museums, without credits of no photo and files that cannot be read."""
    places = [(STYLE, path) for path in sorted(styles.glob("[!._]*/style.toml"))]
    places += [(PHOTO, path) for path in sorted(content.rglob("*.toml"))]
    for use, path in places:
        try:
            museum = read_museum_item(read_toml(path, where="").get(MUSEUM), where="")
        except (UserError, OSError):
            continue
        if not museum:
            continue
        if use == STYLE:
            yield Holding(use=use, name=path.parent.name, credit=path, museum=museum)
        elif picture := find_picture(path):
            yield Holding(use=use, name=str(picture.relative_to(content)), credit=path, museum=museum)


def select_holdings(typed: str, holdings: Sequence[Holding]) -> list[Holding]:
    """Return what a key, an address of the item, the slug of a style or the name of a photo means.

    Raises UserError if the blog has nothing of that name.
    """
    keys = {typed}
    with suppress(UserError):
        museum, item = find_item(typed)
        keys.add(f"{museum.name}:{item}")
    found = [holding for holding in holdings if holding.museum.item in keys]
    found = found or [holding for holding in holdings if typed in holding.names]
    if not found:
        known = [name for holding in holdings for name in (holding.museum.item, *holding.names)]
        raise UserError(
            f"{typed}: no style and no photo of the blog came from a museum under this name."
            f"{suggestion(typed, known)}"
        )
    return found


def find_picture(credit: Path) -> Path | None:
    """Return the photo of a credit file; None if it is gone."""
    pictures = (path for path in sorted(credit.parent.glob(f"{escape(credit.stem)}.*")) if path != credit)
    return next((path for path in pictures if path.stem == credit.stem and path.is_file()), None)
