"""Every image of a built site against index, record, metadata, pages and signature."""

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
from ..readers.html_pages import Page, image_objects, picture_folder, picture_name, read_page
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
    """A file and what came of each check."""

    path: str  # below the site's root
    results: dict[str, str] = field(default_factory=dict)  # check → OK, FAULT, NONE or UNSEEN
    faults: list[str] = field(default_factory=list)  # sentences about it

    def note(self, check: str, faults: Iterable[str]) -> None:
        """Set a check by the faults it found."""
        found = list(faults)
        self.faults += found
        self.results[check] = FAULT if found else OK


def find_root(target: Path) -> Path:
    """Return the root of the site that a folder or file belongs to; raises UserError where there is none."""
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


def verify(root: Path, target: Path) -> Iterator[VerifiedFile]:
    """Check the files at or below `target`, in the order of the index, and those that it does not know.

    What is kept meanwhile is a line for each picture. Raises UserError for an index that cannot be read.
    """
    root, target = root.resolve(), target.resolve()
    index = root / INDEX
    try:
        known = {picture.folder: _known_of(picture) for picture in read_pictures(index)}
        pages = _read_pages(root, known)
        for picture in read_pictures(index):
            record, fault = _record_of(root, picture.sidecar, picture.record)
            page_faults = pages.get(picture.folder)
            for file in picture.files:
                if _is_at(root / file.path, target):
                    row = _row(root, file, picture=picture, record=record)
                    row.note("record", [fault] if fault else [])
                    row.results["page"] = UNSEEN
                    if page_faults is not None:
                        row.note("page", page_faults)
                        page_faults = page_faults and ["its pages have faults, see above"]
                    yield row
            listed = {file.path for file in picture.files}
            yield from _foreign(root, sorted((root / picture.folder).glob("*")), target=target, listed=listed)
        # What is left: files beside the folders of pictures, and folders that no picture has.
        for place in sorted({(root / folder).parent for folder in known}):
            for path in sorted(place.glob("*")):
                if path.relative_to(root).as_posix() not in known:
                    inside = sorted(path.rglob("*")) if path.is_dir() else [path]
                    yield from _foreign(root, inside, target=target, listed=set())
    except ValueError as error:
        raise UserError(f"{display_path(index)}: {error}. Build the site again: {command('build')}") from None


@dataclass(frozen=True, slots=True)
class _Known:
    """What a page is held against."""

    sidecar: str  # below the site's root
    record: str  # sha256
    names: frozenset[str]  # of the files in the folder


_shared_names = cache(frozenset[str])  # most pictures are published in the same widths


def _known_of(picture: PublishedPicture) -> _Known:
    paths = (*(file.path for file in picture.files), picture.sidecar)
    names = _shared_names(tuple(path.rpartition("/")[2] for path in paths))
    return _Known(picture.sidecar, picture.record, names)


def _row(
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
    row.note("bytes", _faults_of_bytes(found, file))
    if record:
        row.note("metadata", check_file(found, record, sidecar=picture.sidecar))
    try:
        signature = read_signature(root / file.path, found, root=_certificate_of(root))
    except ValueError as error:
        row.note("signature", [f"its signature does not hold: {error}"])
        return row
    if found.has_manifest != file.signed:
        said, is_so = ("signed", "is not") if file.signed else ("not signed", "is")
        row.note("signature", [f"the index says that it is {said}, but it {is_so}"])
    else:
        row.results["signature"] = signature
    return row


@cache
def _certificate_of(root: Path) -> str:
    path = root / "provenance" / "root.pem"
    return path.read_text("ascii") if path.is_file() else ""


def _faults_of_bytes(found: ImageMetadata, file: PublishedFile) -> Iterator[str]:
    if found.sha256 != file.sha256:
        published = f"{file.sha256[:12]}… was published, this is {found.sha256[:12]}…"
        yield f"it was changed after the build: {published}"
    if (found.format, found.width) != (file.format, file.width):
        yield (
            f"it is {found.format}, {found.width} pixels wide, but the index says "
            f"{file.format}, {file.width} pixels"
        )


def _foreign(root: Path, paths: list[Path], *, target: Path, listed: set[str]) -> Iterator[VerifiedFile]:
    """Yield a row for each image that the index does not name."""
    for path in paths:
        name = path.relative_to(root).as_posix()
        if path.suffix.lower() in IMAGES and name not in listed and _is_at(path, target):
            row = VerifiedFile(name, dict.fromkeys(CHECKS, UNSEEN))
            if original := _ORIGINAL.search(path.parent.name):
                digest = sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
                is_as_it_was = digest.startswith(original[1])
                row.note("bytes", [] if is_as_it_was else ["it was changed: its folder names another sha256"])
            else:
                row.note("index", ["it is not in the index: it was put here after the build"])
            yield row


# A photo's own file, which a site may publish beside the pictures; its folder tells how its sha256 begins.
_ORIGINAL = re.compile("-original-([0-9a-f]{12})$")


def _is_at(path: Path, target: Path) -> bool:
    return path == target or target in path.parents


def _read_pages(root: Path, known: Mapping[str, _Known]) -> dict[str, list[str]]:
    """Return the folder of each picture that a page shows, with what is wrong there."""
    faults: dict[str, list[str]] = {}

    def note(folder: str, told: Iterable[str], where: str) -> None:
        faults.setdefault(folder, []).extend(f"{where}: {fault}" for fault in told)

    def record_of(folder: str) -> Record | None:
        return _record_of(root, known[folder].sidecar, known[folder].record)[0]

    for path in sorted(path for path in root.rglob("*.html") if path.is_file()):
        page, where = read_page(path), path.relative_to(root).as_posix()
        named = {page.social.get("og:image", "")}
        for figure in page.figures:
            named |= figure.images | figure.links
            for folder in sorted({picture_folder(image, known) for image in figure.images} - {""}):
                record = record_of(folder)
                note(folder, check_figure(figure, record) if record else (), where)
        if social := picture_folder(page.social.get("og:image", ""), known):
            note(social, _faults_of_social(page, record_of(social)), where)
        for stated in _objects_of(page):
            url = str(stated.get("contentUrl", ""))
            named.add(url)
            folder = picture_folder(url, known)
            if folder and (record := record_of(folder)):
                note(folder, check_object(stated, record), where)
        files = {(folder, picture_name(url)) for url in named if (folder := picture_folder(url, known))}
        for folder, name in sorted(files):
            if name not in known[folder].names:
                note(folder, [f"it names {name!r}, which was not published"], where)
    return faults


def _objects_of(page: Page) -> Iterator[dict[str, Any]]:
    for document in page.documents:
        with suppress(ValueError):  # whose picture it was about, nobody can tell
            yield from image_objects(document)


def _faults_of_social(page: Page, record: Record | None) -> Iterator[str]:
    alt = page.social.get("og:image:alt", "")
    if record and record.is_stylized and record.label not in alt:
        yield f"og:image:alt does not say {record.label!r}"


@lru_cache(maxsize=64)
def _record_of(root: Path, sidecar: str, digest: str) -> tuple[Record | None, str]:
    """Return the record of a picture, or what is wrong with it."""
    if not sidecar:
        return None, "no record lies beside it"
    try:
        return read_record(root / sidecar, digest=digest), ""
    except ValueError as error:
        return None, f"{sidecar}: {error}"
