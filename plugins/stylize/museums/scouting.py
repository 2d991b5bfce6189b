"""Saves a picture of moderate size of each hit of a search, with its record, for an audition."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import zip_longest
from pathlib import Path
from typing import Any

from ..executors.trial import TrialProcess
from ..model.entities import MuseumItem
from ..model.errors import PhotoError
from ..storage.atomic_files import explain_refusals, write_whole
from ..styles.artwork_record import PICTURES, make_slug
from .citation import describe_work
from .errors import MuseumError, NoSuchItem, RateLimited
from .photo_files import PhotoCredit, format_credit, get_suffix
from .record import MuseumRecord

SIDE = 843  # pixels: the size that IIIF servers of museums have ready most often (Art Institute of Chicago)
SMALLEST, LARGEST = 500, 1600  # pixels of a long edge that is enough for an audition
MOST_BYTES = 20_000_000  # of one picture

Download = Callable[[str, Path], Any]  # fetches an address into a file; raises MuseumError


@dataclass(frozen=True, slots=True, kw_only=True)
class Scouted:
    """A hit whose picture lies in the folder of a search."""

    path: Path
    is_new: bool  # whether it was downloaded now


def mix(hits: Iterable[MuseumRecord]) -> list[MuseumRecord]:
    """Return hits so that each museum has its turn, whichever answered first."""
    by_museum: dict[str, list[MuseumRecord]] = {}
    for hit in hits:
        by_museum.setdefault(hit.museum, []).append(hit)
    rounds: Iterator[tuple[MuseumRecord | None, ...]] = zip_longest(*by_museum.values())
    return [hit for taken in rounds for hit in taken if hit]


def choose_pictures(record: MuseumRecord) -> list[str]:
    """Return addresses of a picture of moderate size, the best first."""
    sized = [file for file in record.images if SMALLEST <= max(file.width, file.height) <= LARGEST]
    addresses = [
        file.url for file in sorted(sized, key=lambda file: abs(max(file.width, file.height) - SIDE))
    ]
    if record.image_service:
        addresses.append(f"{record.image_service}/full/{SIDE},/0/default.jpg")
    if record.thumbnail:
        addresses.append(record.thumbnail)
    addresses += [file.url for file in reversed(record.images)]  # the smallest of unknown size first
    return list(dict.fromkeys(addresses))


def save_picture(
    record: MuseumRecord, folder: Path, *, download: Download, trial: TrialProcess, today: str
) -> Scouted:
    """Save the picture of a hit and its record beside it; one that is there already stays as it is.

    today: the day, for the record. Raises MuseumError if no picture can be had, UserError for a full disk.
    """
    digest = sha256(record.key.encode()).hexdigest()[:6]
    name = "-".join(filter(None, (record.museum, make_slug(record.item)[:40], digest)))
    for path in (folder / f"{name}{suffix}" for suffix in PICTURES):
        if path.is_file() and path.with_suffix(".toml").is_file():
            return Scouted(path=path, is_new=False)
    last: MuseumError = NoSuchItem("the museum offers no picture of it")
    coming = folder / f".{name}"
    for address in choose_pictures(record):
        try:
            download(address, coming)
            trial.check(coming)
            path = folder / f"{name}{get_suffix(coming)}"
        except RateLimited:
            raise
        except MuseumError as error:
            last = error
        except PhotoError as error:
            coming.unlink(missing_ok=True)
            last = MuseumError(f"{address}: {error}")
        else:
            with explain_refusals(folder, doing="keeping a museum's picture"):
                write_whole(path.with_suffix(".toml"), _write_record(record, address, today=today))
                coming.replace(path)
            return Scouted(path=path, is_new=True)
    raise last


def _write_record(record: MuseumRecord, address: str, *, today: str) -> str:
    return format_credit(
        PhotoCredit(
            facts=describe_work(record, image_url=address),
            decision=None,
            museum=MuseumItem(item=record.key, checked=today),
            comment=f"A picture to choose from. museum.add {record.key} fetches the museum's best one.",
        )
    )
