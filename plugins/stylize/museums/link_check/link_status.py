"""Checks whether one link still leads to its target."""

from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from ..http_client.addresses import UnknownHost, Unreachable
from ..http_client.client import FollowedResponse, HostBusy, PoliteClient

GONE = (404, 410)
# Not dead: it answers browsers. 202 is how Amazon's firewall hands out its puzzles.
BLOCKED = (202, 401, 402, 403, 407, 429, 451)


class LinkStatus(StrEnum):
    """What a check finds."""

    ALIVE = "alive"
    MOVED = "moved"  # permanently; the new address is known
    GONE = "gone"
    BLOCKED = "blocked"  # for us, perhaps not for readers
    UNREACHABLE = "unreachable"  # this time


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkResult:
    """The result of checking one link."""

    verdict: LinkStatus
    status: int | None = None  # of the last response; None if none came
    why: str = ""  # a clause; "" if all is well
    moved_to: str = ""
    sha256: str = ""  # of the file, if it was downloaded
    size: int = 0  # bytes, likewise
    asked: bool = True  # False if no request was sent: we are offline, or the host is busy


def check_link(client: PoliteClient, url: str, *, image: bool = False, download: bool = False) -> LinkResult:
    """Request an address and judge the response; network failures are results, not exceptions.

    image: a file is expected, not a page. download: get the file for its digest.
    """
    try:
        return _judge(client.fetch(url, download=download), url, image=image)
    except HostBusy as busy:
        verdict = LinkStatus.BLOCKED if busy.status == 429 else LinkStatus.UNREACHABLE
        return LinkResult(verdict=verdict, why=f"not asked: {busy}", asked=False)
    except UnknownHost as error:
        if client.is_online():
            return LinkResult(verdict=LinkStatus.GONE, why=str(error))
        why = "no name can be looked up; this computer seems offline"
        return LinkResult(verdict=LinkStatus.UNREACHABLE, why=why, asked=False)
    except Unreachable as error:
        return LinkResult(verdict=LinkStatus.UNREACHABLE, why=str(error))


def _judge(found: FollowedResponse, url: str, *, image: bool) -> LinkResult:
    response, status = found.response, found.response.status
    new = found.permanent_url if found.permanent_url != url else ""
    verdict, why = LinkStatus.UNREACHABLE, f"it answers {status}"
    if status in GONE:
        verdict = LinkStatus.GONE
    elif status in BLOCKED:
        verdict = LinkStatus.BLOCKED
    elif 200 <= status < 300:
        verdict, why = LinkStatus.MOVED if new else LinkStatus.ALIVE, ""
        if _is_home_page(found.url) and urlsplit(url).path not in ("", "/"):
            # A home page says nothing about the item.
            verdict, why = LinkStatus.GONE, f"it leads to the home page, {found.url}"
        elif image and response.headers.get("content-type", "").lower().startswith("text/html"):
            # Perhaps a viewer in place of the file, perhaps a puzzle for robots; only a person can tell.
            verdict, why = LinkStatus.BLOCKED, "it answers with a page, not with an image"
    is_there = verdict in (LinkStatus.ALIVE, LinkStatus.MOVED)
    return LinkResult(
        verdict=verdict,
        status=status,
        why=why,
        moved_to=new if is_there else "",
        sha256=found.sha256 if is_there else "",
        size=found.size if is_there else 0,
    )


def _is_home_page(url: str) -> bool:
    parts = urlsplit(url)
    return parts.path in ("", "/") and not parts.query
