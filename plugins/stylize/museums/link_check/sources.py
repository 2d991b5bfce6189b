"""Find the addresses to check, and where they are written: `source_url` and `image_url` of each credit."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ...content.photos import credit_path, list_photos
from ...content.photos.credit_files import make_credit, read_credit_file
from ...model.entities import Credit
from ...model.errors import UserError, suggestion
from ...storage.atomic_files import display_path
from ...styles.library import style_folders
from ...styles.style_toml import read_style_toml

FIELDS = ("source_url", "image_url")  # of a Credit: the page of the item, the file of its image


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressPlace:
    """Where an address is written."""

    file: str  # as the author knows it: "styles/harvesters/style.toml"
    field: str  # of FIELDS

    def __str__(self) -> str:
        return f"{self.file} {self.field}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """An address and every place where it is written."""

    url: str
    places: tuple[AddressPlace, ...]

    @property
    def is_image(self) -> bool:
        """Whether a file is expected there, not a page."""
        return any(place.field == "image_url" for place in self.places)


def find_addresses(styles: Path, content: Path, *, only: Sequence[str] = ()) -> list[Address]:
    """Return the addresses of all artworks and photos that have a credit of their own, each once.

    only: slugs of styles and file names of photos, with or without the extension; empty for all. Raises
    UserError that lists every record that cannot be read and every name that is unknown.
    """
    sources = [*_find_styles(styles), *_find_photos(content)]
    known = {name for source in sources for name in source.names}
    problems = [
        f"there is no style or photo {name!r} with a source.{suggestion(name, known)}"
        for name in only
        if name not in known
    ]
    places: dict[str, list[AddressPlace]] = {}
    for source in sources:
        if only and not source.names & set(only):
            continue
        try:
            credit = source.load_credit()
        except UserError as error:
            problems += error.problems
            continue
        for field in FIELDS:
            if url := getattr(credit, field):
                places.setdefault(url, []).append(AddressPlace(file=source.file, field=field))
    if problems:
        raise UserError(*problems)
    return [Address(url=url, places=tuple(there)) for url, there in places.items()]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    """A file that contains a credit."""

    path: Path
    file: str  # the path as the author knows it
    names: frozenset[str]  # names that --only accepts

    def load_credit(self) -> Credit:
        """Load the credit; raises UserError that lists all problems of the file."""
        if self.path.name == "style.toml":
            folder = self.path.parent
            return read_style_toml(folder, display_path=display_path(folder), categories=None).artwork.credit
        return make_credit(read_credit_file(self.path), where=self.file)


def _find_styles(folder: Path) -> Iterator[_Source]:
    for place in style_folders(folder):
        record = place / "style.toml"
        yield _Source(path=record, file=display_path(record), names=frozenset({place.name}))


def _find_photos(content: Path) -> Iterator[_Source]:
    """Yield the credit files of all photos below a folder; several formats of a photo may share one."""
    for folder in sorted(Path(folder) for folder, _, _ in os.walk(content)):
        names: dict[Path, set[str]] = {}
        for photo in list_photos(folder):
            path = Path(credit_path(folder / photo))
            if os.path.lexists(path):
                names.setdefault(path, set()).update({photo, path.stem})
        for path, known in names.items():
            yield _Source(path=path, file=display_path(path), names=frozenset(known))
