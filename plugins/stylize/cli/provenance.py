"""The commands `provenance.show` and `provenance.verify`. Each yields the lines to print.

Neither loads Pelican or torch, so that a stranger can check a site without them.
"""

from collections.abc import Iterator
from pathlib import Path

from ..model.command_name import command
from ..model.errors import UserError
from ..provenance.readers.image_metadata import ImageMetadata, read_file
from ..provenance.record import LABEL
from ..provenance.verify.comparison import AI_SOURCE
from ..provenance.verify.site_check import CHECKS, VerifiedFile, find_root, verify_files
from ..storage.atomic_files import display_path


class FaultError(UserError):
    """Files differ from what was published."""

    exitcode = 1


def show(file: str) -> Iterator[str]:
    """Describe the metadata of an image file in a few lines."""
    path = Path(file)
    try:
        found = read_file(path)
    except (ValueError, OSError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise UserError(f"{file}: {reason}. Name a JPEG, PNG, WebP or AVIF file.") from None
    kind = found.format.removeprefix("image/").upper()
    yield f"{_make_printable(path.name)}: {kind}, {found.width} x {found.height} pixels"
    lines = [(name, _make_printable(text)) for name, text in _list_fields(found) if text]
    if not lines:
        lines = [("", "It says nothing about itself: it has no XMP packet.")]
    lines.append(("signature", _describe_signature(found)))
    for name, text in lines:
        yield f"  {name:<12}{text}" if name else f"  {text}"


def verify(target: str) -> Iterator[str]:
    """Check a site's images, those of a folder, or one; yields a table with the faults in it.

    Raises FaultError at the end if there were any, and UserError if there is nothing to compare with.
    """
    place = Path(target)
    root = find_root(place)
    yield "  ".join([f"{name:<9}" for name in CHECKS] + ["file"])
    count = faulty = 0
    folders: dict[str, None] = {}
    for row in verify_files(root, place):
        count += 1
        if row.faults:
            faulty += 1
            folders[row.path.rpartition("/")[0]] = None
        yield from _format_row(row)
    if faulty:
        first, *others = (_make_printable(display_path(root / folder)) for folder in folders)
        which = f"these {len(folders)} folders, {first} the first," if others else first
        raise FaultError(
            f"{faulty} of {count} images are not what was published. "
            f"Delete {which} and build again: {command('build')}"
        )
    if not count:
        raise UserError(
            f"{display_path(place)}: it contains no image of the site."
            " Name output/, or a folder or file below output/pictures."
        )
    yield f"{count} images: all are as they were published."


def _format_row(row: VerifiedFile) -> Iterator[str]:
    yield "  ".join([f"{row.results[name]:<9}" for name in CHECKS] + [_make_printable(row.path)])
    for fault in row.faults:
        yield f"    {_make_printable(fault)}"


def _list_fields(found: ImageMetadata) -> Iterator[tuple[str, str]]:
    """Yield the fields of a file, the most important first."""
    is_ai = found.text("Iptc4xmpExt:DigitalSourceType") == AI_SOURCE
    yield "title", found.text("dc:title")
    yield "label", f"{LABEL}: a photo redrawn by a trained network" if is_ai else ""
    yield "made by", ", ".join(found.texts("dc:creator"))
    yield "photo", found.text("dc:source")
    for work in found.structures("Iptc4xmpExt:ArtworkOrObject"):
        names = ("AOTitle", "AOCreator", "AOSource", "AOSourceInvNo", "AOSourceInvURL")
        yield (
            "artwork",
            ", ".join(filter(None, (_to_text(work.get(f"Iptc4xmpExt:{name}")) for name in names))),
        )
    yield "rights", found.text("dc:rights")
    yield "license", found.text("xmpRights:WebStatement")
    system = (found.text(f"Iptc4xmpExt:{name}") for name in ("AISystemUsed", "AISystemVersionUsed"))
    yield "model", "; ".join(filter(None, system))
    yield "made on", found.text("xmp:CreateDate")
    yield "description", found.text("dc:description")
    yield "record id", found.text("xmpMM:DocumentID")
    yield "record", found.text("wdrs:describedby")


def _to_text(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(item for item in value if isinstance(item, str))
    return value if isinstance(value, str) else ""


def _describe_signature(found: ImageMetadata) -> str:
    if found.has_manifest:
        return "The file has Content Credentials; a C2PA reader tells whether they are valid."
    return "none; anybody may have changed the file."


def _make_printable(text: str) -> str:
    """Return a text of unknown origin without characters that control a terminal or reverse its lines."""
    return "".join(
        character if character.isprintable() or character in "\u200c\u200d\u200e\u200f" else "\ufffd"
        for character in text
    )
