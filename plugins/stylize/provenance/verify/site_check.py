"""Check every image of a built site against index, record, metadata, pages and signature."""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from ...model.command_name import command
from ...model.errors import UserError
from ...storage.atomic_files import display_path
from ..readers.html_pages import Page, find_file_name, find_folder, find_image_objects, read_page
from ..readers.image_metadata import ImageMetadata, read_file
from ..record import Record
from .c2pa_check import read_signature
from .comparison import check_figure, check_file, check_object
from .published_index import INDEX, PublishedFile, PublishedPicture, read_pictures, read_record

CHECKS = ("index", "bytes", "record", "metadata", "page", "signature")
IMAGES = {".avif", ".gif", ".heic", ".jpeg", ".jpg", ".jxl", ".png", ".svg", ".tif", ".tiff", ".webp"}

OK, FAULT, NONE, UNSEEN = "ok", "FAULT", "none", "-"


@dataclass(slots=True)
class VerifiedFile:
    """A file and the result of each check."""

    path: str  # below the site's root
    results: dict[str, str] = field(default_factory=dict)  # check → OK, FAULT, NONE or UNSEEN
    faults: list[str] = field(default_factory=list)  # sentences about it

    def note(self, check: str, faults: Iterable[str]) -> None:
        """Set the result of a check from the faults it found."""
        found = list(faults)
        self.faults += found
        self.results[check] = FAULT if found else OK


def find_root(target: Path) -> Path:
    """Return the root of the site that a folder or file belongs to; raises UserError if there is none."""
    if not target.exists():
        raise UserError(
            f"{display_path(target)}: there is no such folder or file."
            f" Build the site first: {command('build')}"
        )
    for folder in (target, *target.resolve().parents):
        if (folder / INDEX).is_file():
            return folder
    raise UserError(
        f"{display_path(target)}: there is no {INDEX} in it or above it to compare with."
        f" Build the site first: {command('build')}"
    )


def verify_files(root: Path, target: Path) -> Iterator[VerifiedFile]:
    """Check the files at or below `target`: those of the index, in its order, and any others.

    Memory holds a line for each picture. Raises UserError if the index cannot be read.
    """
    root, target = root.resolve(), target.resolve()
    index = root / INDEX
    try:
        known = {picture.folder: _summarize(picture) for picture in read_pictures(index)}
        pages = _check_pages(root, known)
        for picture in read_pictures(index):
            record, fault = _load_record(root, picture.sidecar, picture.record)
            page_faults = pages.get(picture.folder)
            for file in picture.files:
                if _is_inside(root / file.path, target):
                    row = _check_file(root, file, picture=picture, record=record)
                    row.note("record", [fault] if fault else [])
                    row.results["page"] = UNSEEN
                    if page_faults is not None:
                        row.note("page", page_faults)
                        page_faults = page_faults and ["its pages have faults, see above"]
                    yield row
            listed = {file.path for file in picture.files}
            yield from _find_foreign(
                root, sorted((root / picture.folder).glob("*")), target=target, listed=listed
            )
        # The rest: files next to the folders of pictures, and folders of no picture.
        for place in sorted({(root / folder).parent for folder in known}):
            for path in sorted(place.glob("*")):
                if path.relative_to(root).as_posix() not in known:
                    inside = sorted(path.rglob("*")) if path.is_dir() else [path]
                    yield from _find_foreign(root, inside, target=target, listed=set())
    except ValueError as error:
        raise UserError(f"{display_path(index)}: {error}. Build the site again: {command('build')}") from None


@dataclass(frozen=True, slots=True)
class _Expected:
    """What a page is compared with."""

    sidecar: str  # below the site's root
    record: str  # sha256
    names: frozenset[str]  # of the files in the folder


_share_names = cache(frozenset[str])  # most pictures are published in the same widths


def _summarize(picture: PublishedPicture) -> _Expected:
    paths = (*(file.path for file in picture.files), picture.sidecar)
    names = _share_names(tuple(path.rpartition("/")[2] for path in paths))
    return _Expected(picture.sidecar, picture.record, names)


def _check_file(
    root: Path, file: PublishedFile, *, picture: PublishedPicture, record: Record | None
) -> VerifiedFile:
    row = VerifiedFile(file.path, dict.fromkeys(CHECKS, UNSEEN) | {"index": OK})
    try:
        found = read_file(root / file.path)
    except FileNotFoundError:
        row.note("bytes", ["it is missing, but the index names it"])
        return row
    except (ValueError, OSError) as error:
        row.note("bytes", [f"it cannot be read: {error}"])
        return row
    row.note("bytes", _check_bytes(found, file))
    if record:
        row.note("metadata", check_file(found, record, sidecar=picture.sidecar))
    try:
        signature = read_signature(root / file.path, found, root=_load_root(root))
    except ValueError as error:
        row.note("signature", [f"its signature is not valid: {error}"])
        return row
    if found.has_manifest != file.signed:
        stated, fact = ("signed", "is not") if file.signed else ("not signed", "is")
        row.note("signature", [f"the index says that it is {stated}, but it {fact}"])
    else:
        row.results["signature"] = signature
    return row


@cache
def _load_root(root: Path) -> str:
    path = root / "provenance" / "root.pem"
    return path.read_text("ascii") if path.is_file() else ""


def _check_bytes(found: ImageMetadata, file: PublishedFile) -> Iterator[str]:
    if found.sha256 != file.sha256:
        published = f"{file.sha256[:12]}… was published, this is {found.sha256[:12]}…"
        yield f"it was changed after the build: {published}"
    if (found.format, found.width) != (file.format, file.width):
        yield (
            f"it is {found.format}, {found.width} pixels wide, but the index says "
            f"{file.format}, {file.width} pixels"
        )


def _find_foreign(root: Path, paths: list[Path], *, target: Path, listed: set[str]) -> Iterator[VerifiedFile]:
    """Yield a row for each image that the index does not name."""
    for path in paths:
        name = path.relative_to(root).as_posix()
        if path.suffix.lower() in IMAGES and name not in listed and _is_inside(path, target):
            row = VerifiedFile(name, dict.fromkeys(CHECKS, UNSEEN))
            if original := _ORIGINAL.search(path.parent.name):
                digest = sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
                is_as_it_was = digest.startswith(original[1])
                row.note("bytes", [] if is_as_it_was else ["it was changed: its folder names another sha256"])
            else:
                row.note("index", ["it is not in the index: it was put here after the build"])
            yield row


# A photo's original file, which a site may publish too; the name of its folder has the start of its sha256.
_ORIGINAL = re.compile("-original-([0-9a-f]{12})$")


def _is_inside(path: Path, target: Path) -> bool:
    return path == target or target in path.parents


def _check_pages(root: Path, known: Mapping[str, _Expected]) -> dict[str, list[str]]:
    """Return the folder of each picture that a page shows, with the faults of these pages."""
    faults: dict[str, list[str]] = {}

    def note(folder: str, found: Iterable[str], where: str) -> None:
        faults.setdefault(folder, []).extend(f"{where}: {fault}" for fault in found)

    def record_of(folder: str) -> Record | None:
        return _load_record(root, known[folder].sidecar, known[folder].record)[0]

    for path in sorted(path for path in root.rglob("*.html") if path.is_file()):
        page, where = read_page(path), path.relative_to(root).as_posix()
        named = {page.social.get("og:image", "")}
        for figure in page.figures:
            named |= figure.images | figure.links
            for folder in sorted({find_folder(image, known) for image in figure.images} - {""}):
                record = record_of(folder)
                note(folder, check_figure(figure, record) if record else (), where)
        if social := find_folder(page.social.get("og:image", ""), known):
            note(social, _check_social(page, record_of(social)), where)
        for stated in _parse_objects(page):
            url = str(stated.get("contentUrl", ""))
            named.add(url)
            folder = find_folder(url, known)
            if folder and (record := record_of(folder)):
                note(folder, check_object(stated, record), where)
        files = {(folder, find_file_name(url)) for url in named if (folder := find_folder(url, known))}
        for folder, name in sorted(files):
            if name not in known[folder].names:
                note(folder, [f"it names {name!r}, which was not published"], where)
    return faults


def _parse_objects(page: Page) -> Iterator[dict[str, Any]]:
    for document in page.documents:
        with suppress(ValueError):  # nobody can tell which picture it was about
            yield from find_image_objects(document)


def _check_social(page: Page, record: Record | None) -> Iterator[str]:
    alt = page.social.get("og:image:alt", "")
    if record and record.is_stylized and record.label not in alt:
        yield f"og:image:alt does not say {record.label!r}"


@lru_cache(maxsize=64)
def _load_record(root: Path, sidecar: str, digest: str) -> tuple[Record | None, str]:
    """Return the record of a picture, or the fault that it has."""
    if not sidecar:
        return None, "it has no record"
    try:
        return read_record(root / sidecar, digest=digest), ""
    except ValueError as error:
        return None, f"{sidecar}: {error}"
