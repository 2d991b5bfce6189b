"""The round of all addresses: visit each, write down what was found, say what to do."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import urlsplit

from ..http_client.client import Answer, LinkStatus, Visitor
from .history import SourceHistory, read_evidence, updated, write_evidence
from .sources import Address

LONG = 30  # days without an answer, after which waiting is no advice


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkFinding:
    """What one visit came to, beside what was known before."""

    address: Address
    answer: Answer
    on: date  # UTC
    last_alive: str = ""  # ISO date; "" for never
    other_since: str = ""  # ISO date of the file that was fetched before and was another; "" otherwise

    @property
    def needs_author(self) -> bool:
        """Whether a record has to be changed."""
        return self.answer.verdict in (LinkStatus.GONE, LinkStatus.MOVED)

    @property
    def advice(self) -> str:
        """What is wrong and what to do, in a line; "" where nothing is."""
        why = f"{self.answer.why}; " if self.answer.why else ""
        match self.answer.verdict:
            case LinkStatus.MOVED:
                return f"write the new address: {self.answer.moved_to}"
            case LinkStatus.GONE:
                seen = f"last alive {self.last_alive}; " if self.last_alive else ""
                day = f"{self.last_alive.replace('-', '')}/" if self.last_alive else ""
                copy = f"https://web.archive.org/web/{day}{self.address.url}"  # the capture next to that day
                return f"{why}{seen}look for the item's new address, or for a copy: {copy}"
            case LinkStatus.BLOCKED:
                return f"{why}not dead; open it in a browser if you doubt"
            case LinkStatus.UNREACHABLE:
                if self.last_alive and (self.on - date.fromisoformat(self.last_alive)).days > LONG:
                    return f"{why}last alive {self.last_alive}; open it in a browser"
                return f"{why}try again later"
        if self.other_since:
            return f"another file than on {self.other_since}; see that the credit still fits"
        return ""


def check_links(
    addresses: Iterable[Address], visitor: Visitor, *, evidence: Path, digest: bool = False
) -> Iterator[LinkFinding]:
    """Visit every address and yield what was found, the hosts by turns so that none is waited for.

    What is found is written to the file of evidence at once, so whoever stops loses nothing; entries of
    addresses that no record names any more stay in it. digest: fetch every image whole, and not only one
    that was never seen alive. Raises UserError where the file cannot be read or written.
    """
    entries = read_evidence(evidence)
    waiting: dict[str, deque[Address]] = {}
    for address in addresses:
        waiting.setdefault(urlsplit(address.url).hostname or "", deque()).append(address)
    while waiting:
        host = visitor.pace.first_of(waiting)
        address = waiting[host].popleft()
        if not waiting[host]:
            del waiting[host]
        known = entries.get(address.url)
        whole = address.is_image and (digest or known is None or not known.last_alive)
        answer = visitor.visit(address.url, image=address.is_image, whole=whole)
        today = datetime.now(UTC).date()
        if answer.asked:
            entries[address.url] = updated(known, answer, on=today.isoformat())
            write_evidence(evidence, entries)
        entry = entries.get(address.url)
        yield LinkFinding(
            address=address,
            answer=answer,
            on=today,
            last_alive=entry.last_alive if entry else "",
            other_since=_other_since(known, answer),
        )


def _other_since(known: SourceHistory | None, answer: Answer) -> str:
    if known and known.files and answer.sha256 and known.files[-1].sha256 != answer.sha256:
        return known.files[-1].on
    return ""
