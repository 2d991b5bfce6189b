"""What a museum is to this program: where to ask, and how to read what it answers.

All functions of a `Museum` are pure: they neither ask the network nor read the clock. `museums.lookup` sends
the requests, and passes all answers so far to `read_item`, until it returns a record.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from ..record import MuseumRecord
from .answer import Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyUse:
    """How a request carries the key of a service. The key itself is filled in when the request is sent."""

    service: str  # the name of its key: "europeana" for PELICAN_STYLIZE_KEY_EUROPEANA
    parameter: str = ""  # of the query: "wskey"
    header: str = ""  # or the header: "Authorization"
    form: str = "{}"  # of its value: "Token token={}"
    default: str = ""  # a public key for trials: "DEMO_KEY"
    get_one_at: str = ""  # the page where a person gets a key
    optional: bool = False  # whether the service answers without a key too, if less often


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One question to a museum."""

    url: str
    key: KeyUse | None = None
    accept: str = "application/json"  # the media type that is promised: JSON, "text/html", "application/xml"


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchQuery:
    """What to look for."""

    words: str
    most: int = 20  # hits
    only_open: bool = True  # leave out what the museum knows to be in copyright, where it can be asked so


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPage:
    """One page of the answer to a search."""

    records: tuple[MuseumRecord, ...] = ()  # of hits that come with their facts, even if not all of them
    items: tuple[str, ...] = ()  # numbers of hits that come without; each has to be asked for
    total: int | None = None  # hits in all, if the museum says it
    next: Request | None = None  # for more


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """How many requests a host may get from us; half of what it allows, where it says so."""

    host: str  # and all its subdomains
    requests: int
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Museum:
    """A collection that can be asked."""

    name: str  # in commands: --at met
    title: str
    home: str  # its page for people
    find_item: Callable[[str], str]  # an address of any of its pages, files or answers -> the item, or ""
    ask_item: Callable[[str], Request]
    read_item: Callable[[Sequence[Answer]], MuseumRecord | Request]  # the answers so far -> what comes next
    ask_search: Callable[[SearchQuery], Request] | None = None  # None if it cannot be searched
    read_search: Callable[[Answer], SearchPage] | None = None
    ask_item_without_key: Callable[[str], Request] | None = (
        None  # for a poorer answer, where ask_item needs a key
    )
    has_pictures: bool = True  # False for facts alone: a search asks it only by its name
    key: KeyUse | None = None
    budgets: tuple[Budget, ...] = ()
    how: str = ""  # the service in a few words: "Collection API, one request"
    rights: str = ""  # how it states rights: "isPublicDomain"
    image_size: str = ""  # that can be had: "full JPEG, about 4,000 px"
    checked: str = ""  # against what this importer was checked: "two recorded answers, 2025"
    notes: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedCollection:
    """A collection that no program can ask, and what to do instead."""

    name: str
    title: str
    home: str
    reason: str  # from evidence
    instead: str
