"""Finds what the blog has of museums already: its styles and photos with a table [museum]."""

from collections.abc import Iterator
from dataclasses import dataclass
from glob import escape
from pathlib import Path

from ..model.entities import MuseumItem
from ..model.errors import UserError
from ..rights.museum_item import MUSEUM, read_museum_item
from ..storage.toml_tables import read_toml
from .citation import FILE

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
            return self.credit.with_name(FILE)
        return self.credit.with_name(f"{self.credit.stem}.{FILE}")

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


def find_picture(credit: Path) -> Path | None:
    """Return the photo of a credit file; None if it is gone."""
    pictures = (path for path in sorted(credit.parent.glob(f"{escape(credit.stem)}.*")) if path != credit)
    return next((path for path in pictures if path.stem == credit.stem and path.is_file()), None)
