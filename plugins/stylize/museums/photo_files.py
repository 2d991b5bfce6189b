"""Adds a museum's picture to the photos of a blog, with its credit."""

import json
import shutil
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from ..images.decode import examine, open_photo
from ..images.encode import encode
from ..images.formats import AVIF, BMP, GIF, HEIC, JPEG, PNG, TIFF, WEBP
from ..model.entities import Decision, MuseumItem
from ..model.errors import UserError
from ..rights.museum_item import CITATION, MUSEUM, make_museum_table, read_museum_item
from ..storage.atomic_files import display_path, explain_refusals, new_file, write_whole
from ..storage.toml_tables import read_toml
from .originals import LARGE

SUFFIXES = {
    JPEG: ".jpg",
    PNG: ".png",
    WEBP: ".webp",
    AVIF: ".avif",
    HEIC: ".heic",
    TIFF: ".tif",
    GIF: ".gif",
    BMP: ".bmp",
}
LONG_EDGE = 6000  # pixels of the copy of a large file; a page of this tool is at most 4,000 wide
QUALITY = 95  # of JPEG, 4:4:4


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoCredit:
    """What the credit file of a new photo says."""

    facts: Mapping[str, str]  # by the names of `content.photos.credit_files.CreditFile`
    decision: Decision | None
    museum: MuseumItem
    comment: str  # where the record comes from


def get_suffix(picture: Path) -> str:
    """Return the suffix that belongs to a picture, whatever it is called; raises PhotoError if it is none."""
    return SUFFIXES[examine(picture).format]


def is_large(picture: Path) -> bool:
    """Return whether a picture is too large for git, so that a smaller copy stands among the photos."""
    return picture.stat().st_size > LARGE


def write_photo(
    picture: Path,
    credit: PhotoCredit,
    folder: Path,
    *,
    name: str,
    citation: bytes,
    crop: tuple[int, int, int, int] | None = None,
) -> Path:
    """Write a photo, its credit and its citation, all or none; returns the path of the photo.

    A large picture, and a part of one, becomes a JPEG of at most LONG_EDGE, in sRGB, without metadata. name:
    of the photo, without its suffix. crop: the part, as x, y, width and height in pixels. Raises
    PhotoError for a picture that cannot be read, and UserError if the name is taken or the disk refuses it.
    """
    is_copied = crop is None and not is_large(picture)
    suffix = get_suffix(picture) if is_copied else ".jpg"
    with explain_refusals(folder, doing="adding a photo"):
        folder.mkdir(parents=True, exist_ok=True)
        if taken := _find_taken(folder, name, credit.museum.item):
            raise UserError(f"{display_path(taken)}: the name is taken. Choose another: --slug NAME")
        photo = folder / f"{name}{suffix}"
        files = [folder / f"{name}.{CITATION}", folder / f"{name}.toml", photo]
        try:
            write_whole(files[0], citation)
            write_whole(files[1], format_credit(credit))
            with new_file(photo) as coming:
                if is_copied:
                    shutil.copyfile(picture, coming)
                else:
                    _save_copy(picture, coming, crop=crop)
        except BaseException:
            for path in files:
                path.unlink(missing_ok=True)
            raise
    return photo


def _save_copy(picture: Path, target: Path, *, crop: tuple[int, int, int, int] | None) -> None:
    image = open_photo(picture, long_edge=None if crop else LONG_EDGE)
    if crop:
        x, y, width, height = crop
        image = image.crop((x, y, x + width, y + height))
        image.thumbnail((LONG_EDGE, LONG_EDGE))
    target.write_bytes(encode(image, "JPEG", quality=QUALITY, subsampling="4:4:4", optimize=True))


def format_credit(credit: PhotoCredit) -> str:
    """Return the text of a credit file."""
    lines = [f"# {credit.comment}"] if credit.comment else []
    lines += [f"{name} = {_quote(value)}" for name, value in credit.facts.items() if value]
    if credit.decision:
        lines += [
            "",
            "[rights]",
            f"decision = {_quote(credit.decision.text)}",
            f"by = {_quote(credit.decision.by)}",
            f"on = {credit.decision.on}",
        ]
    lines += ["", f"[{MUSEUM}]"]
    lines += [
        f"{name} = {_quote(value) if isinstance(value, str) else value}"
        for name, value in make_museum_table(credit.museum).items()
    ]
    return "\n".join(lines) + "\n"


def _find_taken(folder: Path, name: str, item: str) -> Path | None:
    """Return what has a photo's name already, but for a credit that an interrupted command has left."""
    there = [path for path in sorted(folder.iterdir()) if path.stem.casefold() == name.casefold()]
    if [path.name for path in there] == [f"{name}.toml"]:
        with suppress(UserError, OSError):
            museum = read_museum_item(read_toml(there[0], where="").get(MUSEUM), where="")
            if museum and museum.item == item:
                return None
    return there[0] if there else None


def _quote(text: str) -> str:
    """Return a basic string of TOML, which JSON's strings are, apart from DEL."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
