"""Asks a museum for an item until its importer has a record."""

from collections.abc import Callable
from dataclasses import dataclass

from .errors import KeyMissing, MuseumBroken, MuseumError
from .importers.answer import Answer
from .importers.interface import Museum, Request
from .record import MuseumRecord

MOST_REQUESTS = 6  # for one item; the longest way so far, that of the Rijksmuseum, takes four


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundItem:
    """A record, and the answers from which it was read."""

    record: MuseumRecord
    answers: tuple[Answer, ...]


def look_up(museum: Museum, item: str, ask: Callable[[Request], Answer]) -> FoundItem:
    """Return the record of an item; ask: sends a request. Raises MuseumError, with the museum's name."""
    request, answers = museum.ask_item(item), list[Answer]()
    try:
        for _ in range(MOST_REQUESTS):
            answers.append(_ask(request, museum, item, ask) if not answers else ask(request))
            found = museum.read_item(answers)
            if isinstance(found, MuseumRecord):
                return FoundItem(record=found, answers=tuple(answers))
            request = found
        raise MuseumBroken("it sends us from one answer to the next without end")
    except MuseumError as error:
        raise type(error)(f"{museum.title}, {item}: {error}") from None


def _ask(request: Request, museum: Museum, item: str, ask: Callable[[Request], Answer]) -> Answer:
    """Ask for an item; without a key, in the way that needs none, if the museum has one."""
    try:
        return ask(request)
    except KeyMissing:
        if museum.ask_item_without_key is None:
            raise
        return ask(museum.ask_item_without_key(item))
