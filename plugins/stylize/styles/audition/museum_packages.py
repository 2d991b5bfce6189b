"""Pictures of artworks with records of the Met Collection API, in a Python package or in a folder.

What a record says is read by a function that is passed in: `styles` knows no museum.
"""

import json
import shutil
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Any

from ...storage.atomic_files import sha256_of
from ..artwork_record import PICTURES

OBJECTS = "objects.json"  # the records; each picture is named by its record's objectID
SUFFIXES = (".whl", ".zip")
LARGEST_PICTURE = 200_000_000  # bytes, unpacked
LARGEST_RECORDS = 50_000_000  # bytes; those of 171 works are half a million

# Returns a work's record by the names of ArtworkRecord, "" for what it lacks; raises ValueError that says
# what is wrong with it.
ReadRecord = Callable[[Mapping[str, Any]], Mapping[str, str]]

# What reading a damaged zip raises: encrypted ones and unknown codings too.
UNREADABLE = (zipfile.BadZipFile, ValueError, zlib.error, EOFError, RuntimeError, OverflowError)


@dataclass(frozen=True, slots=True, kw_only=True)
class MuseumWork:
    """A picture and the record of its artwork."""

    name: str  # of the picture's file
    digest: str  # sha256 of the file
    record: Mapping[str, str]  # by the names of ArtworkRecord
    problems: tuple[str, ...]  # what the record lacks for a style
    member: str = ""  # where the picture lies in its package


def read_package(package: Path, read_record: ReadRecord | None = None) -> Iterator[MuseumWork]:
    """Yield the works of a package; raises one of UNREADABLE if it is damaged or too large."""
    with zipfile.ZipFile(package) as archive:
        files = [info.filename for info in archive.infolist() if not info.is_dir()]
        pictures = [name for name in files if PurePosixPath(name).suffix.lower() in PICTURES]
        lists = [name for name in files if PurePosixPath(name).name == OBJECTS]
        limits = [(name, LARGEST_PICTURE) for name in pictures] + [(name, LARGEST_RECORDS) for name in lists]
        for name, limit in limits:  # zipfile never unpacks more than the size that a file declares
            if archive.getinfo(name).file_size > limit:
                raise ValueError(f"{name} is larger than {limit / 1e6:.0f} MB.")
        records: dict[str, Mapping[str, Any]] = {}
        for name in lists:
            records |= _parse_records(archive.read(name))
        for name in sorted(pictures):
            path = PurePosixPath(name)
            record, problems = _convert_record(records.get(path.stem), read_record)
            digest = sha256(archive.read(name)).hexdigest()
            yield MuseumWork(name=path.name, digest=digest, record=record, problems=problems, member=name)


def read_folder(folder: Path, read_record: ReadRecord | None = None) -> Iterator[MuseumWork | None]:
    """Yield the works of a folder with OBJECTS in it, and None for each other file."""
    records = _parse_records((folder / OBJECTS).read_bytes())
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or not path.is_file() or path.name == OBJECTS:
            continue
        if path.suffix.lower() not in PICTURES:
            yield None
            continue
        record, problems = _convert_record(records.get(path.stem), read_record)
        yield MuseumWork(name=path.name, digest=sha256_of(path), record=record, problems=problems)


def unpack_picture(package: Path, member: str, target: Path) -> None:
    """Write a picture of a package to a file; raises one of UNREADABLE, or KeyError if it is gone."""
    with (
        zipfile.ZipFile(package) as archive,
        archive.open(member) as packed,
        target.open("wb") as file,
    ):
        shutil.copyfileobj(packed, file)


def _parse_records(text: bytes) -> dict[str, Mapping[str, Any]]:
    """Return the records by objectID; raises ValueError if there are none."""
    try:
        return {str(one["objectID"]): one for one in json.loads(text)["objects"]}
    except (KeyError, TypeError, RecursionError):
        raise ValueError(f"{OBJECTS} does not hold records of the Met Collection API.") from None


def _convert_record(
    found: Mapping[str, Any] | None, read_record: ReadRecord | None
) -> tuple[Mapping[str, str], tuple[str, ...]]:
    """Return a work's record by our names, and what it lacks for a style."""
    if found is None:
        return {}, (f"{OBJECTS} has no record of it.",)
    if read_record is None:
        return {}, ("its record was not read.",)
    try:
        record = read_record(found)
    except ValueError as error:
        return {}, (f"its record cannot be read: {error}.",)
    return record, tuple(f"its record has no {name}." for name, value in record.items() if not value)
