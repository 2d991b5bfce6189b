"""The commands `provenance.show` and `provenance.verify`. Each yields the lines to print.

Neither loads Pelican or torch, so that a stranger can check a site without them.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
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
    counts = _Counts()
    for row in verify_files(root, place):
        counts.add(row)
        if table and row.kind == PICTURE:
            yield "  ".join([f"{row.results[name]:<9}" for name in CHECKS] + [_make_printable(row.path)])
            yield from (f"    {_make_printable(fault)}" for fault in row.faults)
        else:
            yield from (_make_printable(f"{row.path}: {fault}") for fault in row.faults)
    if not counts.checked:
        raise UserError(
            f"{display_path(place)}: it contains no image of the site."
            " Name output/, or a folder or file below output/pictures."
        )
    yield from _summarize(counts)
    if counts.faulty:
        what = "files" if counts.faulty_kinds != {PICTURE} or has_list(root) else "images"
        raise FaultError(
            f"{counts.faulty} of {counts.checked} {what} are not what was published. {_advise(counts, root)}"
        )


@dataclass(slots=True)
class _Counts:
    """What the summary of a check says: counts and a few names, since a site may have 100,000 files."""

    right: Counter[str] = field(default_factory=Counter)  # files without faults, by their kind
    signatures: Counter[str] = field(default_factory=Counter)  # of pictures without faults
    unknown_suffixes: Counter[str] = field(default_factory=Counter)
    unknown_images: int = 0
    some_unknown_images: list[str] = field(default_factory=list)  # the first ones, by path
    of_host: dict[str, None] = field(default_factory=dict)  # names at the top of the site
    faulty: int = 0
    faulty_kinds: set[str] = field(default_factory=set)
    faulty_folders: dict[str, None] = field(default_factory=dict)

    @property
    def checked(self) -> int:
        """How many files were compared with something."""
        return self.faulty + self.right[PICTURE] + self.right[LISTED]

    def add(self, row: VerifiedFile) -> None:
        """Count a file."""
        if row.faults:
            self.faulty += 1
            self.faulty_kinds.add(row.kind)
            self.faulty_folders[row.path.rpartition("/")[0]] = None
            return
        self.right[row.kind] += 1
        if row.kind == PICTURE:
            self.signatures[row.results["signature"]] += 1
        elif row.kind == OF_HOST:
            self.of_host[row.path.partition("/")[0]] = None
        elif row.kind == UNKNOWN:
            suffix = Path(row.path).suffix.lower()
            self.unknown_suffixes[suffix or "without a suffix"] += 1
            if suffix in IMAGES:
                self.unknown_images += 1
                if len(self.some_unknown_images) < MOST_NAMES:
                    self.some_unknown_images.append(row.path)


def _advise(counts: _Counts, root: Path) -> str:
    """Return what to do about files with faults."""
    if has_list(root):
        return f"Make the site again: {command('publish')} (or {command('rebuild')}, to look at it here)."
    folders = counts.faulty_folders
    first = _make_printable(display_path(root / next(iter(folders))))
    which = f"these {len(folders)} folders, {first} the first," if len(folders) > 1 else first
    return f"Delete {which} and build again: {command('build')}"


def _summarize(counts: _Counts) -> Iterator[str]:
    """Yield what was checked and found right, and what nobody vouches for."""
    is_whole = not counts.faulty
    if images := counts.right[PICTURE]:
        signatures = counts.signatures
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
    if listed := counts.right[LISTED]:
        yield _describe_right(listed, "other file", is_whole=is_whole)
    if unknown := counts.right[UNKNOWN]:
        kinds = counts.unknown_suffixes
        shares = ", ".join(
            f"{count} {_make_printable(kind)}" for kind, count in kinds.most_common(MOST_KINDS)
        )
        more = ", ..." if len(kinds) > MOST_KINDS else ""
        yield (
            f"{_count(unknown, 'other file')} ({shares}{more}) cannot be checked: there is no list"
            f" of all files, which {command('publish')} and {command('rebuild')} write."
        )
        if images := counts.unknown_images:
            names = [_make_printable(path) for path in counts.some_unknown_images]
            names += [f"{images - MOST_NAMES} more"] if images > MOST_NAMES else []
            yield f"Of these, {_count(images, 'image')}: {', '.join(names)}."
    if counts.of_host:
        names = [_make_printable(name) for name in counts.of_host]
        yield f"Not checked, as they came after publishing and seem to be the host's: {', '.join(names)}."


def _describe_right(number: int, what: str, *, is_whole: bool) -> str:
    """Say how many files are right; is_whole: whether all files of the site are."""
    count = _count(number, what)
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
