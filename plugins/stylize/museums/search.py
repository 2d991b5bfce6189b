"""Asks several museums at the same time, and yields what they find as it comes."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Event, Thread

from ..model.errors import UserError
from .errors import MuseumError, NoSuchItem
from .importers.answer import Answer
from .importers.interface import Museum, Request, SearchQuery
from .importers.statements import UNKNOWN
from .lookup import look_up
from .record import MuseumRecord

PATIENCE = 40.0  # seconds without a word from a museum, after which the others are enough
MOST_PAGES = 5  # of the answer to one search
LOOKUPS = 2  # items that are asked for one by one, for each hit that is wanted

Ask = Callable[[Request], Answer]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unanswered:
    """A museum that gave no hits, or not all of them."""

    museum: Museum
    reason: str  # a sentence or two: what happened, and what to do


def search(
    museums: Sequence[Museum],
    query: SearchQuery,
    *,
    make_ask: Callable[[], Ask],
    accepts: Callable[[MuseumRecord], bool] = lambda record: True,
    patience: float = PATIENCE,
) -> Iterator[MuseumRecord | Unanswered]:
    """Yield the hits of all museums, each item once, and last the museums that failed.

    query: its `most` holds for each museum. With `only_open`, items whose rights are not said in the answer
    to a search are asked for. make_ask: makes what sends requests; it is called once for each museum.
    accepts: which hits count. patience: seconds without a word from a museum, until nobody waits for it.

    A museum that hangs delays no other: each has a thread, which ends with the process.
    """
    told: SimpleQueue[tuple[Museum, MuseumRecord | Exception | None]] = SimpleQueue()
    stopped = Event()
    for museum in museums:
        hunt = _Hunt(museum, query, ask=make_ask(), accepts=accepts, stopped=stopped)
        Thread(target=hunt.run, args=(told.put,), daemon=True).start()
    heard = {museum.name: time.monotonic() for museum in museums}
    waiting = {museum.name: museum for museum in museums}
    failed: list[Unanswered] = []
    bug: Exception | None = None
    seen: set[str] = set()
    try:
        while waiting:
            latest = min(heard[name] for name in waiting) + patience
            try:
                museum, event = told.get(timeout=max(0.0, latest - time.monotonic()))
            except Empty:
                for name in [name for name in waiting if heard[name] + patience <= time.monotonic()]:
                    failed.append(_describe_silence(waiting.pop(name), patience))
                continue
            if museum.name not in waiting:
                continue  # it was given up
            heard[museum.name] = time.monotonic()
            if isinstance(event, MuseumRecord):
                if event.key not in seen:
                    seen.add(event.key)
                    yield event
                continue
            del waiting[museum.name]
            if isinstance(event, MuseumError | UserError):
                failed.append(Unanswered(museum=museum, reason=str(event).removeprefix(f"{museum.title}, ")))
            else:
                bug = event or bug
    finally:
        stopped.set()
    yield from failed
    if bug:
        raise bug


class _Stopped(Exception):
    """Nobody waits for more hits."""


class _Hunt:
    """The search in one museum."""

    def __init__(
        self,
        museum: Museum,
        query: SearchQuery,
        *,
        ask: Ask,
        accepts: Callable[[MuseumRecord], bool],
        stopped: Event,
    ) -> None:
        self._museum, self._query = museum, query
        self._send, self._accepts, self._stopped = ask, accepts, stopped
        self._lookups = LOOKUPS * query.most

    def run(self, tell: Callable[[tuple[Museum, MuseumRecord | Exception | None]], None]) -> None:
        """Tell each hit, and then None or what went wrong."""
        end: Exception | None = None
        try:
            for number, record in enumerate(self._find(), start=1):
                tell((self._museum, record))
                if number >= self._query.most:
                    break
        except Exception as error:  # whatever it is, the thread that waits has to know
            end = error
        tell((self._museum, end))

    def _find(self) -> Iterator[MuseumRecord]:
        assert self._museum.ask_search and self._museum.read_search
        request: Request | None = self._museum.ask_search(self._query)
        for _ in range(MOST_PAGES):
            if request is None or self._lookups <= 0:
                return
            page = self._museum.read_search(self._ask(request))
            hits: tuple[MuseumRecord | str, ...] = (*page.records, *page.items)
            for found in hits:
                record = self._complete(found)
                if record and self._accepts(record):
                    yield record
            request = page.next

    def _complete(self, found: MuseumRecord | str) -> MuseumRecord | None:
        """Return a hit with what a decision needs; None for an item that is gone, or too many to ask for."""
        if isinstance(found, MuseumRecord):
            if not self._query.only_open or found.rights.license is not UNKNOWN:
                return found
            found = found.item
        if self._lookups <= 0:
            return None
        self._lookups -= 1
        try:
            return look_up(self._museum, found, self._ask).record
        except NoSuchItem:  # an index of a search may be older than the collection
            return None

    def _ask(self, request: Request) -> Answer:
        if self._stopped.is_set():
            raise _Stopped
        return self._send(request)


def _describe_silence(museum: Museum, patience: float) -> Unanswered:
    return Unanswered(
        museum=museum,
        reason=f"it said nothing for {patience:g} seconds. Ask it alone later: --at {museum.name}",
    )
