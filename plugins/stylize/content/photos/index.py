"""What reading a photo has cost is remembered, so that a build with nothing new reads no photo."""

import json
import logging
import os
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ...model.entities import Author, Credit, Photo
from ...model.errors import UserError
from ...storage.atomic_files import YOUNG, display_path, read_stamp, sha256_of, write_whole
from .credit_files import (
    CreditFile,
    credit_path,
    load_cached_credit,
    make_author_credit,
    make_credit,
    read_credit_file,
)

logger = logging.getLogger(__name__)

VERSION = 2  # raised when what is remembered, or how a photo is read, changes

Examine = Callable[[Path], tuple[int, int, str]]  # upright width and height, format; see images.decode


class PhotoIndex:
    """The photos of one run, and what earlier runs knew of them.

    A file counts as unchanged while its size, its time of change and the time the system itself
    notes are the same. What is younger than YOUNG when it is read is read again by the next run.
    """

    def __init__(self, path: Path, *, examine: Examine, clock: Callable[[], int] = time.time_ns) -> None:
        self._path = path
        self._examine = examine
        self._clock = clock  # nanoseconds since 1970
        self._photos, self._credits = _read(path)
        self._ready: dict[str, tuple[list[Any], Credit, str]] = {}  # credit files of this run
        self._young: set[str] = set()
        self._changed = False

    def photo(self, path: Path, *, author: Author | None) -> Photo:
        """Return a photo with its credit; raises UserError, with its place, for all that is wrong with it."""
        problems: list[str] = []
        try:
            digest, width, height = self._facts(path)
        except UserError as error:
            problems += [f"{display_path(path)}: {problem}" for problem in error.problems]
        try:
            credit, alt = self._credit(path, author=author)
        except UserError as error:
            problems += error.problems
        if problems:
            raise UserError(*problems)
        return Photo(path=path, digest=digest, width=width, height=height, credit=credit, alt=alt)

    def size(self, path: Path) -> tuple[int, int]:
        """Return the upright width and height of any picture, in pixels; raises UserError as `photo` does."""
        try:
            _, width, height = self._facts(path)
        except UserError as error:
            raise UserError(*(f"{display_path(path)}: {problem}" for problem in error.problems)) from error
        return width, height

    def save(self) -> None:
        """Write down what is known, whole, if anything is new; files that are gone are forgotten.

        A disk that refuses it costs the next build time, nothing else.
        """
        if not self._changed:
            return
        known = {
            kind: {
                path: entry
                for path, entry in entries.items()
                if path not in self._young and Path(path).exists()
            }
            for kind, entries in (("photos", self._photos), ("credits", self._credits))
        }
        try:
            write_whole(self._path, json.dumps({"version": VERSION, **known}))
        except OSError as error:
            logger.warning(
                "%s could not be written (%s); the next build reads every photo again.",
                display_path(self._path),
                error.strerror,
            )
        self._changed = False

    def _facts(self, path: Path) -> tuple[str, int, int]:
        """Return the sha256 and the upright size of a photo."""
        name = os.fspath(path)
        stamp = read_stamp(name)
        entry = self._photos.get(name)
        if entry is not None and stamp == entry[:3]:
            return entry[3], entry[4], entry[5]
        begun = self._clock()
        width, height, _ = self._examine(path)
        digest = sha256_of(path)
        self._remember(self._photos, name, [*stamp, digest, width, height], begun=begun)
        return digest, width, height

    def _credit(self, photo: Path, *, author: Author | None) -> tuple[Credit, str]:
        """Return a photo's credit and alt text; `read_credit`, remembered."""
        name = credit_path(photo)
        stamp = read_stamp(name)
        if not stamp:
            return make_author_credit(photo, author=author), ""
        ready = self._ready.get(name)
        if ready is None or ready[0] != stamp:
            file = self._credit_file(name, stamp)
            ready = self._ready[name] = (stamp, make_credit(file, where=name), file.alt)
        return ready[1], ready[2]

    def _credit_file(self, name: str, stamp: list[int]) -> CreditFile:
        entry = self._credits.get(name)
        if entry is not None and stamp == entry[:3]:
            return load_cached_credit(entry[3])
        begun = self._clock()
        file = read_credit_file(Path(name))
        self._remember(self._credits, name, [*stamp, asdict(file)], begun=begun)
        return file

    def _remember(self, entries: dict[str, list[Any]], name: str, entry: list[Any], *, begun: int) -> None:
        entries[name] = entry
        self._changed = True
        if entry[1] > begun - YOUNG:
            self._young.add(name)
        else:
            self._young.discard(name)


def _read(path: Path) -> tuple[dict[str, list[Any]], dict[str, list[Any]]]:
    """Read the index; one that is damaged or of another version says nothing."""
    try:
        table = json.loads(path.read_bytes())
        if table["version"] != VERSION:
            raise ValueError(f"version {table['version']}")
        photos, credits = table["photos"], table["credits"]
        if not all(len(entry) == 6 for entry in photos.values()):
            raise ValueError("a photo of another form")
        if not all(len(entry) == 4 and load_cached_credit(entry[3]) for entry in credits.values()):
            raise ValueError("a credit of another form")
        return photos, credits
    except FileNotFoundError:
        pass
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        logger.debug("%s is not used: %s", display_path(path), error)
    return {}, {}
