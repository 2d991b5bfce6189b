"""Caches each photo's size, digest and credit, so that unchanged photos are not read again. Masks too."""

import logging
import os
import time
from collections.abc import Callable, Collection
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ...model.entities import Author, Credit, Mask, MuseumItem, Photo
from ...model.errors import UserError
from ...storage.atomic_files import display_path, is_settled, read_stamp, sha256_of
from ...storage.checked_files import DamagedError, read_facts, write_facts
from .credit_files import (
    CreditFile,
    credit_path,
    load_cached_credit,
    make_author_credit,
    make_credit,
    read_credit_file,
)

logger = logging.getLogger(__name__)

VERSION = 6  # raise it when the format, or the way a photo is read, changes

MOST_READINGS = 3  # of a file that changes while it is read; the worker notices if it still does

# Upright width and height, format, and stated colors; see images.decode
Examine = Callable[[Path], tuple[int, int, str, str]]

# The same of a mask: upright width and height, its darkest and its lightest level; see images.masks
ExamineMask = Callable[[Path], tuple[int, int, int, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _LoadedCredit:
    """What a credit file says about its photo."""

    credit: Credit
    alt: str = ""
    museum: MuseumItem | None = None


class PhotoIndex:
    """The photos of one run, and the facts that earlier runs saved about them.

    A file counts as unchanged while its size, its modification time and its change time (ctime) are the
    same. A file that was too young when it was read (see `is_settled`) is read again by the next run.
    """

    def __init__(self, path: Path, *, examine: Examine, clock: Callable[[], int] = time.time_ns) -> None:
        self._path = path
        self._examine = examine
        self._clock = clock  # nanoseconds since 1970
        self._photos, self._credits, self._masks, is_whole = _read(path)
        self._credits_of_run: dict[str, tuple[list[Any], _LoadedCredit]] = {}  # by credit file
        self._young: set[str] = set()
        self._changed = not is_whole

    def load_photo(self, path: Path, *, author: Author | None) -> Photo:
        """Return a photo with its credit; raises UserError, with places, for everything wrong with it."""
        problems: list[str] = []
        try:
            digest, width, height, colors = self._load_facts(path)
        except UserError as error:
            problems += [f"{display_path(path)}: {problem}" for problem in error.problems]
        try:
            loaded = self._load_credit(path, author=author)
        except UserError as error:
            problems += error.problems
        if problems:
            raise UserError(*problems)
        return Photo(
            path=path,
            digest=digest,
            width=width,
            height=height,
            credit=loaded.credit,
            alt=loaded.alt,
            colors=colors,
            museum=loaded.museum,
        )

    def load_size(self, path: Path) -> tuple[int, int]:
        """Return the upright size of any picture, in pixels; raises UserError as `load_photo` does."""
        try:
            _, width, height, _ = self._load_facts(path)
        except UserError as error:
            raise UserError(*(f"{display_path(path)}: {problem}" for problem in error.problems)) from error
        return width, height

    def load_mask(self, path: Path, *, name: str, examine: ExamineMask) -> Mask:
        """Return a mask; raises UserError, without a place, if it cannot be read.

        name: as its author writes it.
        """
        digest, width, height, darkest, lightest = self._load_entry(self._masks, path, examine=examine)
        return Mask(
            name=name,
            path=path,
            digest=digest,
            width=width,
            height=height,
            darkest=darkest,
            lightest=lightest,
        )

    def forget(self, files: Collection[Path]) -> None:
        """Read these photos and masks again when they are next asked for; files: absolute paths."""
        for entries in (self._photos, self._masks):
            for name in [name for name in entries if Path(name).absolute() in files]:
                del entries[name]
                self._changed = True

    def save(self) -> None:
        """Save the facts if any are new, without those of files that no longer exist.

        If the disk refuses, the next build reads every photo again; nothing else is lost.
        """
        if not self._changed:
            return
        known = {
            kind: {
                path: entry
                for path, entry in entries.items()
                if path not in self._young and Path(path).exists()
            }
            for kind, entries in (
                ("photos", self._photos),
                ("credits", self._credits),
                ("masks", self._masks),
            )
        }
        try:
            write_facts(self._path, {"version": VERSION, **known})
        except OSError as error:
            logger.warning(
                "%s could not be written (%s); the next build reads every photo again.",
                display_path(self._path),
                error.strerror,
            )
        self._changed = False

    def _load_facts(self, path: Path) -> tuple[str, int, int, str]:
        """Return the sha256, the upright size and the stated colors of a photo."""
        digest, width, height, colors = self._load_entry(self._photos, path, examine=self._examine_photo)
        return digest, width, height, colors

    def _examine_photo(self, path: Path) -> tuple[int, int, str]:
        width, height, _, colors = self._examine(path)
        return width, height, colors

    def _load_entry(
        self, entries: "_Entries", path: Path, *, examine: Callable[[Path], tuple[Any, ...]]
    ) -> list[Any]:
        """Return the sha256 of a file and what `examine` finds in it, from the cache if possible."""
        name = os.fspath(path)
        stamp = read_stamp(name)
        known = entries.get(name)
        if known is not None and stamp == known[:3]:
            return known[3:]
        for _ in range(MOST_READINGS):
            started = self._clock()
            facts = examine(path)
            entry = [*stamp, sha256_of(path), *facts]
            before, stamp = stamp, read_stamp(name)
            if before == stamp:
                break
        self._add(entries, name, entry, started=started)
        return entry[3:]

    def _load_credit(self, photo: Path, *, author: Author | None) -> "_LoadedCredit":
        """Return a photo's credit, as `read_credit` does, from the cache if possible."""
        name = credit_path(photo)
        stamp = read_stamp(name)
        if not stamp and not os.path.islink(name):  # noqa: PTH114 - Path takes three times as long
            return _LoadedCredit(credit=make_author_credit(photo, author=author))
        ready = self._credits_of_run.get(name)
        if ready is None or ready[0] != stamp:
            file = self._load_credit_file(name, stamp)
            credit = make_credit(file, where=name)
            ready = (stamp, _LoadedCredit(credit=credit, alt=file.alt, museum=file.museum))
            self._credits_of_run[name] = ready
        return ready[1]

    def _load_credit_file(self, name: str, stamp: list[int]) -> CreditFile:
        entry = self._credits.get(name)
        if entry is not None and stamp == entry[:3]:
            return load_cached_credit(entry[3])
        started = self._clock()
        file = read_credit_file(Path(name))
        self._add(self._credits, name, [*stamp, asdict(file)], started=started)
        return file

    def _add(self, entries: dict[str, list[Any]], name: str, entry: list[Any], *, started: int) -> None:
        entries[name] = entry
        self._changed = True
        if is_settled(entry[:3], at=started):
            self._young.discard(name)
        else:
            self._young.add(name)


_Entries = dict[str, list[Any]]


def _read(path: Path) -> tuple[_Entries, _Entries, _Entries, bool]:
    """Return photos, credits and masks, and whether they are whole; if not, all are empty."""
    try:
        table = read_facts(path)
        if table["version"] == VERSION:
            return table["photos"], table["credits"], table["masks"], True
        logger.debug("%s is not used: version %s", display_path(path), table["version"])
    except FileNotFoundError:
        return {}, {}, {}, True
    except DamagedError as error:
        logger.warning("%s: %s; every photo is read again.", display_path(path), error)
    except OSError as error:
        logger.debug("%s is not used: %s", display_path(path), error)
    return {}, {}, {}, False
