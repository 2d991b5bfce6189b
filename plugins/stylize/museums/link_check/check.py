"""Check all links: request each, save what was found, advise what to do."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import urlsplit

from ..http_client.client import PoliteClient
from .history import SourceHistory, load_history, save_history, update_history
from .link_status import LinkResult, LinkStatus, check_link
from .sources import Address

PATIENCE = 30  # days without an answer, after which "try again later" is no advice


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkFinding:
    """The result for one address, and what was known of it before."""

    address: Address
    result: LinkResult
    on: date  # UTC
    last_alive: str = ""  # ISO date; "" for never
    changed_since: str = ""  # ISO date of the file downloaded before, if it was another; "" otherwise

    @property
    def needs_author(self) -> bool:
        """Whether a record has to be changed."""
        return self.result.verdict in (LinkStatus.GONE, LinkStatus.MOVED)

    @property
    def advice(self) -> str:
        """What is wrong and what to do, in one line; "" if nothing is."""
        why = f"{self.result.why}; " if self.result.why else ""
        match self.result.verdict:
            case LinkStatus.MOVED:
                return f"write the new address: {self.result.moved_to}"
            case LinkStatus.GONE:
                seen = f"last alive {self.last_alive}; " if self.last_alive else ""
                day = f"{self.last_alive.replace('-', '')}/" if self.last_alive else ""
                copy = f"https://web.archive.org/web/{day}{self.address.url}"  # the capture next to that day
                return f"{why}{seen}look for the item's new address, or for a copy: {copy}"
            case LinkStatus.BLOCKED:
                return f"{why}not dead; open it in a browser if you doubt"
            case LinkStatus.UNREACHABLE:
                if self.last_alive and (self.on - date.fromisoformat(self.last_alive)).days > PATIENCE:
                    return f"{why}last alive {self.last_alive}; open it in a browser"
                return f"{why}try again later"
        if self.changed_since:
            return f"the file has changed since {self.changed_since}; check that the credit still fits"
        return ""


def check_links(
    addresses: Iterable[Address], client: PoliteClient, *, history: Path, download: bool = False
) -> Iterator[LinkFinding]:
    """Check every address and yield what was found, alternating between hosts so that none delays the rest.

    Each result is saved to the history file immediately, so an interrupted run loses nothing. Entries of
    addresses that no record names any more stay in it. download: download every image, not only those
    never seen alive. Raises UserError if the file cannot be read or written.
    """
    entries = load_history(history)
    waiting: dict[str, deque[Address]] = {}
    for address in addresses:
        waiting.setdefault(urlsplit(address.url).hostname or "", deque()).append(address)
    while waiting:
        host = client.limiter.pick_soonest(waiting)
        address = waiting[host].popleft()
        if not waiting[host]:
            del waiting[host]
        known = entries.get(address.url)
        wanted = address.is_image and (download or known is None or not known.last_alive)
        result = check_link(client, address.url, image=address.is_image, download=wanted)
        today = datetime.now(UTC).date()
        if result.asked:
            entries[address.url] = update_history(known, result, on=today.isoformat())
            save_history(history, entries)
        entry = entries.get(address.url)
        yield LinkFinding(
            address=address,
            result=result,
            on=today,
            last_alive=entry.last_alive if entry else "",
            changed_since=_find_change(known, result),
        )


def _find_change(known: SourceHistory | None, result: LinkResult) -> str:
    """Return the date of the last known file, if this one differs; "" otherwise."""
    if known and known.files and result.sha256 and known.files[-1].sha256 != result.sha256:
        return known.files[-1].on
    return ""
