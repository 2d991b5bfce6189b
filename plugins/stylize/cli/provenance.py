"""What tasks.py asks for about published files: what one says, and whether a site says what it should.

Runs wherever Python and invoke do: a stranger who checks a site needs neither Pelican nor an image library.
"""

from collections.abc import Iterator
from pathlib import Path

from ..model.command_name import command
from ..model.errors import UserError
from ..provenance.readers.image_metadata import ImageMetadata, read_file
from ..provenance.record import LABEL
from ..provenance.verify.comparison import AI_SOURCE
from ..provenance.verify.site_check import CHECKS, VerifiedFile, find_root
from ..provenance.verify.site_check import verify as verify_files
from ..storage.atomic_files import display_path


class FaultError(UserError):
    """Files that do not say what was published."""

    exitcode = 1


def show(file: str) -> Iterator[str]:
    """Tell a person in a few lines what a picture's file says about itself."""
    path = Path(file)
    try:
        found = read_file(path)
    except (ValueError, OSError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise UserError(f"{file}: {reason}. Name a JPEG, PNG, WebP or AVIF file.") from None
    kind = found.format.removeprefix("image/").upper()
    yield f"{_shown(path.name)}: {kind}, {found.width} x {found.height} pixels"
    lines = [(name, _shown(text)) for name, text in _said(found) if text]
    if not lines:
        lines = [("", "It says nothing about itself: it has no XMP packet.")]
    lines.append(("signature", _signature(found)))
    for name, text in lines:
        yield f"  {name:<12}{text}" if name else f"  {text}"


def verify(target: str) -> Iterator[str]:
    """Check a site's images, or those of a folder in it, or one; yields a table with the faults in it.

    Raises FaultError at the end where there were any, UserError where there is nothing to compare with.
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
        yield from _table(row)
    if faulty:
        first, *others = (_shown(display_path(root / folder)) for folder in folders)
        which = f"these {len(folders)} folders, {first} the first," if others else first
        raise FaultError(
            f"{faulty} of {count} images are not what was published. "
            f"Delete {which} and build again: {command('build')}"
        )
    if not count:
        raise UserError(
            f"{display_path(place)}: no image of the site is in it. Name output/, or what is below "
            "output/pictures."
        )
    yield f"{count} images: each is what was published, and says so."


def _table(row: VerifiedFile) -> Iterator[str]:
    yield "  ".join([f"{row.results[name]:<9}" for name in CHECKS] + [_shown(row.path)])
    for fault in row.faults:
        yield f"    {_shown(fault)}"


def _said(found: ImageMetadata) -> Iterator[tuple[str, str]]:
    """Yield what a file says, in the order in which a person would ask."""
    is_ai = found.text("Iptc4xmpExt:DigitalSourceType") == AI_SOURCE
    yield "title", found.text("dc:title")
    yield "label", f"{LABEL}: a photo redrawn by a trained network" if is_ai else ""
    yield "made by", ", ".join(found.texts("dc:creator"))
    yield "photo", found.text("dc:source")
    for work in found.structures("Iptc4xmpExt:ArtworkOrObject"):
        names = ("AOTitle", "AOCreator", "AOSource", "AOSourceInvNo", "AOSourceInvURL")
        yield "artwork", ", ".join(filter(None, (_text(work.get(f"Iptc4xmpExt:{name}")) for name in names)))
    yield "rights", found.text("dc:rights")
    yield "license", found.text("xmpRights:WebStatement")
    system = (found.text(f"Iptc4xmpExt:{name}") for name in ("AISystemUsed", "AISystemVersionUsed"))
    yield "model", "; ".join(filter(None, system))
    yield "made on", found.text("xmp:CreateDate")
    yield "description", found.text("dc:description")
    yield "record id", found.text("xmpMM:DocumentID")
    yield "record", found.text("wdrs:describedby")


def _text(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(item for item in value if isinstance(item, str))
    return value if isinstance(value, str) else ""


def _signature(found: ImageMetadata) -> str:
    if found.has_manifest:
        return "Content Credentials are in the file; a reader of C2PA tells whether they hold."
    return "none; whoever passed the file on may have changed it."


def _shown(text: str) -> str:
    """Return a text of unknown origin without what would command a terminal or turn its lines around."""
    return "".join(
        character if character.isprintable() or character in "\u200c\u200d\u200e\u200f" else "\ufffd"
        for character in text
    )
