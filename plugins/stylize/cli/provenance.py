"""The commands `provenance.show` and `provenance.verify`. Each yields the lines to print.

Neither loads Pelican or torch, so that a stranger can check a site without them.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from ..model.command_name import command
from ..model.errors import UserError
from ..provenance.readers.image_metadata import ImageMetadata, read_file
from ..provenance.record import LABEL
from ..provenance.verify.comparison import AI_SOURCE
from ..provenance.verify.picture_check import (
    CHECKS,
    IMAGES,
    LISTED,
    OF_HOST,
    PICTURE,
    UNKNOWN,
    VerifiedFile,
)
from ..provenance.verify.site_check import find_root, has_list, verify_files
from ..storage.atomic_files import display_path

MOST_KINDS = 8  # of files that nothing vouches for, in the summary of a check
MOST_NAMES = 20  # of images among them


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


def verify(target: str, *, table: bool = False) -> Iterator[str]:
    """Check a site, a folder in it or one file; yields each fault, and at the end what was checked.

    table: yield a line for each image, with the result of each check. Raises FaultError at the end if there
    were faults, and UserError if there is nothing to compare with.
    """
    place = Path(target)
    root = find_root(place)
    if table:
        yield "  ".join([f"{name:<9}" for name in CHECKS] + ["file"])
    rows: list[VerifiedFile] = []
    for row in verify_files(root, place):
        rows.append(row)
        if table and row.kind == PICTURE:
            yield "  ".join([f"{row.results[name]:<9}" for name in CHECKS] + [_make_printable(row.path)])
            yield from (f"    {_make_printable(fault)}" for fault in row.faults)
        else:
            yield from (_make_printable(f"{row.path}: {fault}") for fault in row.faults)
    faulty = [row for row in rows if row.faults]
    if not any(row.faults or row.kind in (PICTURE, LISTED) for row in rows):
        raise UserError(
            f"{display_path(place)}: it contains no image of the site."
            " Name output/, or a folder or file below output/pictures."
        )
    yield from _summarize(rows)
    if faulty:
        what = "files" if any(row.kind != PICTURE for row in faulty) or has_list(root) else "images"
        checked = [row for row in rows if row.faults or row.kind in (PICTURE, LISTED)]
        raise FaultError(
            f"{len(faulty)} of {len(checked)} {what} are not what was published. {_advise(faulty, root)}"
        )


def _advise(faulty: list[VerifiedFile], root: Path) -> str:
    """Return what to do about files with faults."""
    if has_list(root):
        return f"Make the site again: {command('publish')} (or {command('rebuild')}, to look at it here)."
    folders = list(dict.fromkeys(row.path.rpartition("/")[0] for row in faulty))
    first, *others = (_make_printable(display_path(root / folder)) for folder in folders)
    which = f"these {len(folders)} folders, {first} the first," if others else first
    return f"Delete {which} and build again: {command('build')}"


def _summarize(rows: list[VerifiedFile]) -> Iterator[str]:
    """Yield what was checked and found right, and what nobody vouches for."""
    right: dict[str, list[VerifiedFile]] = {}
    for row in rows:
        if not row.faults:
            right.setdefault(row.kind, []).append(row)
    is_whole = all(not row.faults for row in rows)
    if images := right.get(PICTURE, []):
        signatures = Counter(row.results["signature"] for row in images)
        yield (
            _describe_right(images, "image", is_whole=is_whole)
            + (f" {signatures['valid']} are signed, by a valid signature." if signatures["valid"] else "")
            + (
                f" The signatures of {signatures['unread']} are not checked, which takes"
                " pip install 'pelican-stylize[c2pa]'."
                if signatures["unread"]
                else ""
            )
        )
    if listed := right.get(LISTED, []):
        yield _describe_right(listed, "other file", is_whole=is_whole)
    if unknown := right.get(UNKNOWN, []):
        kinds = Counter(Path(row.path).suffix.lower() or "without a suffix" for row in unknown)
        counts = ", ".join(
            f"{count} {_make_printable(kind)}" for kind, count in kinds.most_common(MOST_KINDS)
        )
        more = ", ..." if len(kinds) > MOST_KINDS else ""
        yield (
            f"{_count(len(unknown), 'other file')} ({counts}{more}) cannot be checked: there is no list"
            f" of all files, which {command('publish')} and {command('rebuild')} write."
        )
        images = [row for row in unknown if Path(row.path).suffix.lower() in IMAGES]
        if images:
            names = [_make_printable(row.path) for row in images[:MOST_NAMES]]
            names += [f"{len(images) - MOST_NAMES} more"] if len(images) > MOST_NAMES else []
            yield f"Of these, {_count(len(images), 'image')}: {', '.join(names)}."
    if of_host := right.get(OF_HOST, []):
        names = list(dict.fromkeys(_make_printable(row.path.partition("/")[0]) for row in of_host))
        yield f"Not checked, as they came after publishing and seem to be the host's: {', '.join(names)}."


def _describe_right(rows: list[VerifiedFile], what: str, *, is_whole: bool) -> str:
    """Say how many files are right; is_whole: whether all files of the site are."""
    count = _count(len(rows), what)
    return f"{count}: all are as they were published." if is_whole else f"As they were published: {count}."


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


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
