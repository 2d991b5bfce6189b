"""The ledger: a line for every picture that was drawn and every tuning, for good.

`.stylize/ledger.jsonl` only ever grows. Each line goes in with one write at the end of the file, so several
builds may keep it at once; one that a power cut has torn is passed over, and the next begins on a line of
its own. It is never read by a build.
"""

import errno
import json
import logging
import math
import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import MISSING, asdict, dataclass, fields
from pathlib import Path
from typing import Any

from ..storage.atomic_files import DiskError, explain_refusals

logger = logging.getLogger(__name__)

FILE = "ledger.jsonl"  # in the store
PICTURE, TUNING = "picture", "tuning"


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntry:
    """One line: a picture that was drawn, or a style that was tuned."""

    what: str  # PICTURE or TUNING
    key: str  # of the picture; of a tuning, the digest of the numbers it came to
    when: str  # ISO 8601, UTC; "" where nobody knows
    styles: Mapping[str, float]  # slug -> its part of the work; the parts add to 1
    seconds: float
    device: str  # "cpu", "NVIDIA H100"
    energy: float  # watt-hours
    energy_known: str  # "read from RAPL", "estimated: 65 W x seconds"
    cost: float  # at the prices that were in force:
    currency: str
    price_per_hour: float
    price_per_kwh: float
    method: str = ""  # of a picture: "feed-forward", "optimize"
    megapixels: float = 0.0  # of a picture
    posts: tuple[str, ...] = ()  # that asked for the picture, as far as was known
    level: int = 0  # of a tuning
    steps: int = 0  # of a tuning
    estimate: float | None = None  # seconds, as they were told before it began


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntries:
    """What stands in a ledger."""

    entries: tuple[LedgerEntry, ...]  # the oldest first
    damaged: int  # lines that nobody can read


class Ledger:
    """The ledger of one store; the file is made with the first line."""

    def __init__(self, store: Path) -> None:
        self.path = store / FILE
        self._is_refused = False

    def keep(self, entry: LedgerEntry) -> None:
        """Append a line; a disk that refuses it is warned of once, and takes neither picture nor tuning.

        Both are counted in all the same: the one by its receipt, the other by its style.toml.
        """
        try:
            self.append(entry)
        except DiskError as error:
            if not self._is_refused:
                logger.warning("%s Until then it is counted at the prices of the day.", error)
            self._is_refused = True

    def append(self, entry: LedgerEntry) -> None:
        """Write a line at the end, whole or torn, never between two others.

        Raises UserError where the disk refuses it.
        """
        line = json.dumps(asdict(entry), ensure_ascii=True).encode() + b"\n"
        with explain_refusals(self.path.parent, doing="writing into the ledger"):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(
                self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o644
            )
            try:
                # What another process is writing meanwhile may look torn; a line too many is passed over.
                data = b"\n" + line if _is_torn(descriptor) else line
                if os.write(descriptor, data) < len(data):
                    raise OSError(errno.ENOSPC, "the line was cut short")
            finally:
                os.close(descriptor)

    def read(self) -> LedgerEntries:
        """Return all that stands in it; lines that nobody can read are counted, not told.

        Raises UserError where the file itself cannot be read.
        """
        entries = []
        damaged = 0
        for line in filter(bytes.strip, self._lines()):
            try:
                entries.append(_entry_of(json.loads(line)))
            except (ValueError, RecursionError) as error:
                damaged += 1
                logger.debug("%s: a line is passed over: %s", self.path, error)
        return LedgerEntries(entries=tuple(entries), damaged=damaged)

    def _lines(self) -> Iterator[bytes]:
        """Yield line by line, so that the file is not held as a whole beside what it says."""
        with (
            suppress(FileNotFoundError),
            explain_refusals(self.path, doing="reading the ledger"),
            self.path.open("rb") as lines,
        ):
            yield from lines


def _is_torn(descriptor: int) -> bool:
    size = os.lseek(descriptor, 0, os.SEEK_END)
    if not size:
        return False
    os.lseek(descriptor, -1, os.SEEK_END)
    return os.read(descriptor, 1) != b"\n"


def _entry_of(facts: Any) -> LedgerEntry:
    """Make an entry of a line, without the fields of later versions; raises ValueError where it is none."""
    try:
        asked = (known for known in fields(LedgerEntry) if known.default is MISSING)
        values = {known.name: facts[known.name] for known in asked}
        values |= {known.name: facts[known.name] for known in fields(LedgerEntry) if known.name in facts}
        entry = LedgerEntry(**values | {"posts": tuple(values.get("posts", ()))})
        numbers = (entry.seconds, entry.energy, entry.cost, *dict(entry.styles).values())
        words = (entry.key, entry.when, entry.device, entry.energy_known, entry.currency, *entry.posts)
        if entry.what not in (PICTURE, TUNING) or not all(isinstance(word, str) for word in words):
            raise ValueError("not an entry")
        if not all(isinstance(number, int | float) and math.isfinite(number) for number in numbers):
            raise ValueError("not an entry: a number is none")
        return entry
    except (KeyError, TypeError, AttributeError, OverflowError) as error:
        raise ValueError(f"not an entry: {error}") from error
