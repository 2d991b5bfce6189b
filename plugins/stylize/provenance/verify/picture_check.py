"""Check the pictures of a site against its index, their records, their metadata, pages and signatures."""

import re
from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache, lru_cache, partial
from hashlib import sha256
from pathlib import Path
from typing import Any

from ...storage.checksums import INDEX, digest_path
from ..readers.html_pages import Page, find_file_name, find_folder, find_image_objects, read_page
from ..readers.image_metadata import ImageMetadata, read_file
from ..record import Record
from .c2pa_check import read_signature
from .comparison import check_figure, check_file, check_object
from .published_index import (
    HIDDEN,
    PublishedFile,
    PublishedPicture,
    read_pictures,
    read_record,
    read_static_files,
)

CHECKS = ("index", "bytes", "record", "metadata", "page", "signature")
IMAGES = {".avif", ".gif", ".heic", ".jpeg", ".jpg", ".jxl", ".png", ".svg", ".tif", ".tiff", ".webp"}

CACHED = 64  # records; the files of a picture follow one another

OK, FAULT, NONE, UNSEEN = "ok", "FAULT", "none", "-"
# What a file is to the check: named by an index; in the list of all files alone; vouched for by neither; put
# into the site by its host, and not checked.
PICTURE, LISTED, UNKNOWN, OF_HOST = "picture", "listed", "unknown", "of host"


@dataclass(slots=True)
class VerifiedFile:
    """A file and the result of each check."""

    path: str  # below the site's root
    kind: str = PICTURE
    # check → OK, FAULT, NONE or UNSEEN
    results: dict[str, str] = field(default_factory=lambda: dict.fromkeys(CHECKS, UNSEEN))
    faults: list[str] = field(default_factory=list)  # sentences about it

    def note(self, check: str, faults: Iterable[str]) -> None:
        """Set the result of a check from the faults it found."""
        found = list(faults)
        self.faults += found
        self.results[check] = FAULT if found else OK


def verify_pictures(root: Path, paths: Collection[str], target: Path) -> Iterator[VerifiedFile]:
    """Check the pictures of a site: the files of its index, in its order, and those that lie among them.

    root: of the site or sub-site. paths: its files, below the root, without those of sub-sites. target: what
    is to be checked; the pages are read in any case. Memory holds a line for each picture. Raises ValueError
    if the index cannot be read.
    """
    index = root / INDEX
    static = read_static_files(index)
    folders = _list_folders(paths)
    by_digest = {f"{HIDDEN}{digest_path(folder)}": folder for folder in folders}

    def read_placed() -> Iterator[PublishedPicture]:
        for picture in read_pictures(index):
            if not picture.folder.startswith(HIDDEN):
                yield picture
            elif picture.folder in by_digest:
                yield picture.put_into(by_digest[picture.folder])

    load = lru_cache(CACHED)(partial(_load_record, root))
    certificate = _load_certificate(root)
    known = {picture.folder: _summarize(picture) for picture in read_placed()}
    html = [path for path in paths if path.endswith((".html", ".htm"))]
    pages = _check_pages(root, known, html, load=load)
    listed: set[str] = set()
    for picture in read_placed():
        record, fault = load(picture.sidecar, picture.record, picture.sidecar_sha256)
        page_faults = pages.get(picture.folder)
        for file in picture.files:
            listed.add(file.path)
            if _is_inside(root / file.path, target):
                row = _check_file(root, file, picture=picture, record=record, certificate=certificate)
                row.note("record", [fault] if fault else [])
                if page_faults is not None:
                    row.note("page", page_faults)
                    page_faults = page_faults and ["its pages have faults, see above"]
                yield row
    yield from _check_neighbors(root, paths, known=known, target=target, listed=listed | static)


def list_sidecars(root: Path, paths: Collection[str]) -> set[str]:
    """Return the sidecars that `verify_pictures` checks; raises ValueError if the index cannot be read."""
    by_digest = {f"{HIDDEN}{digest_path(folder)}": folder for folder in _list_folders(paths)}
    folders = (
        (picture.put_into(by_digest[picture.folder]) if picture.folder in by_digest else picture).sidecar
        for picture in read_pictures(root / INDEX)
    )
    return set(folders)


def _list_folders(paths: Collection[str]) -> set[str]:
    return {path.rpartition("/")[0] for path in paths}


def _check_neighbors(
    root: Path,
    paths: Collection[str],
    *,
    known: Mapping[str, "_Expected"],
    target: Path,
    listed: Container[str],
) -> Iterator[VerifiedFile]:
    """Yield a row for each image that lies among the pictures and is none of them."""
    places = {folder.rpartition("/")[0] for folder in known}
    for path in sorted(paths):
        if Path(path).suffix.lower() not in IMAGES or path in listed or not _is_inside(root / path, target):
            continue
        folder = path.rpartition("/")[0]
        if not any(folder == place or folder.startswith(f"{place}/") for place in places):
            continue
        row = VerifiedFile(path)
        if original := _ORIGINAL.search(folder):
            digest = sha256((root / path).read_bytes()).hexdigest() if (root / path).is_file() else ""
            is_as_it_was = digest.startswith(original[1])
            row.note("bytes", [] if is_as_it_was else ["it was changed: its folder names another sha256"])
        else:
            row.note("index", ["it is not in the index: it was put here after the build"])
        yield row


# (sidecar, digest of the record, digest of the file) -> the record, or None and its fault
_Load = Callable[[str, str, str], tuple[Record | None, str]]


@dataclass(frozen=True, slots=True)
class _Expected:
    """What a page is compared with."""

    sidecar: str  # below the site's root
    sidecar_sha256: str
    record: str  # sha256
    names: frozenset[str]  # of the files in the folder


_share_names = cache(frozenset[str])  # most pictures are published in the same widths


def _summarize(picture: PublishedPicture) -> _Expected:
    paths = (*(file.path for file in picture.files), picture.sidecar)
    names = _share_names(tuple(path.rpartition("/")[2] for path in paths))
    return _Expected(picture.sidecar, picture.sidecar_sha256, picture.record, names)


def _check_file(
    root: Path,
    file: PublishedFile,
    *,
    picture: PublishedPicture,
    record: Record | None,
    certificate: str,
) -> VerifiedFile:
    row = VerifiedFile(file.path)
    row.results["index"] = OK
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
        signature = read_signature(root / file.path, found, root=certificate)
    except ValueError as error:
        row.note("signature", [f"its signature is not valid: {error}"])
        return row
    if found.has_manifest != file.signed:
        stated, fact = ("signed", "is not") if file.signed else ("not signed", "is")
        row.note("signature", [f"the index says that it is {stated}, but it {fact}"])
    else:
        row.results["signature"] = signature
    return row


def _load_certificate(root: Path) -> str:
    """Return the site's own certificate, against which signatures are checked; "" if it has none."""
    path = root / "provenance" / "root.pem"
    return path.read_text("ascii", errors="replace") if path.is_file() else ""


def _check_bytes(found: ImageMetadata, file: PublishedFile) -> Iterator[str]:
    if found.sha256 != file.sha256:
        published = f"{file.sha256[:12]}… was published, this is {found.sha256[:12]}…"
        yield f"it was changed after the build: {published}"
    if (found.format, found.width) != (file.format, file.width):
        yield (
            f"it is {found.format}, {found.width} pixels wide, but the index says "
            f"{file.format}, {file.width} pixels"
        )


# A photo's original file, which a site may publish too; the name of its folder has the start of its sha256.
_ORIGINAL = re.compile("-original-([0-9a-f]{12})$")


def _is_inside(path: Path, target: Path) -> bool:
    return path == target or target in path.parents


def _check_pages(
    root: Path, known: Mapping[str, _Expected], paths: Iterable[str], *, load: "_Load"
) -> dict[str, list[str]]:
    """Return the folder of each picture that a page shows, with the faults of these pages."""
    faults: dict[str, list[str]] = {}

    def note(folder: str, found: Iterable[str], where: str) -> None:
        faults.setdefault(folder, []).extend(f"{where}: {fault}" for fault in found)

    def record_of(folder: str) -> Record | None:
        expected = known[folder]
        return load(expected.sidecar, expected.record, expected.sidecar_sha256)[0]

    for where in sorted(path for path in paths if (root / path).is_file()):
        try:
            page = read_page(root / where)
        except OSError:  # without permission; the list of all files reports it
            continue
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


def _load_record(root: Path, sidecar: str, digest: str, sha256: str) -> tuple[Record | None, str]:
    """Return the record of a picture, or the fault that it has."""
    if not sidecar:
        return None, "it has no record"
    try:
        return read_record(root / sidecar, digest=digest, sha256=sha256), ""
    except ValueError as error:
        return None, f"{sidecar}: {error}"
