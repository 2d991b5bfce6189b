"""Finds what the blog has of museums already: its styles and photos with a table [museum]."""

from collections.abc import Iterator
from dataclasses import dataclass
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
    name: str  # the slug of a style, or the path of a photo's credit below the content
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
    """Yield all styles and photos of museums; files that cannot be read are left out."""
    places = [(STYLE, path.parent.name, path) for path in sorted(styles.glob("[!._]*/style.toml"))]
    places += [(PHOTO, str(path.relative_to(content)), path) for path in sorted(content.rglob("*.toml"))]
    for use, name, path in places:
        try:
            museum = read_museum_item(read_toml(path, where="").get(MUSEUM), where="")
        except (UserError, OSError):
            continue
        if museum:
            yield Holding(use=use, name=name, credit=path, museum=museum)
