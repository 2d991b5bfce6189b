"""One visit to an address: redirects, refusals and waiting included, up to the verdict."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urljoin, urlsplit

from .rate_limit import Pace, seconds_to_wait
from .request import NoSuchName, Reply, RequestLimits, Target, Unreached, ask, is_private, look_up, target_of

REDIRECTS = 5  # at most
LONGEST_WAIT = 60.0  # seconds; a host that asks for more is left alone for the rest of the run
KNOWN_NAME = "example.com"  # kept by IANA; where even this is not found, we are offline

PERMANENT, TEMPORARY = (301, 308), (302, 303, 307)
GONE = (404, 410)
# Not dead: it answers browsers. 202 is how Amazon's firewall hands out its puzzles.
BLOCKED = (202, 401, 402, 403, 407, 429, 451)
BUSY = (429, 503)  # what may come with a Retry-After


class LinkStatus(StrEnum):
    """What a visit comes to."""

    ALIVE = "alive"
    MOVED = "moved"  # for good; the new address is known
    GONE = "gone"
    BLOCKED = "blocked"  # we are kept out, readers may not be
    UNREACHABLE = "unreachable"  # this time


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one visit found."""

    verdict: LinkStatus
    status: int | None = None  # of the last answer; None where none came
    why: str = ""  # a clause; "" where all is well
    moved_to: str = ""
    sha256: str = ""  # of the file, where it was fetched whole
    size: int = 0  # bytes, likewise
    asked: bool = True  # False where nobody was asked: we are offline, or the host wants to be left alone


class Visitor:
    """Visits addresses, one after the other, and remembers which hosts to leave alone.

    agent: how we introduce ourselves. find: from a host and a port to IP addresses, as `look_up`.
    is_inside: which IP addresses only an author may send us to. now: seconds since 1970.
    """

    def __init__(
        self,
        agent: str,
        *,
        pace: Pace | None = None,
        bounds: RequestLimits | None = None,
        longest_wait: float = LONGEST_WAIT,
        find: Callable[[str, int], list[str]] = look_up,
        is_inside: Callable[[str], bool] = is_private,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.pace = pace or Pace()
        self._agent = agent
        self._bounds = bounds or RequestLimits()
        self._longest_wait = longest_wait
        self._find = find
        self._is_inside = is_inside
        self._now = now
        self._left_alone: dict[str, Answer] = {}  # by host

    def visit(self, url: str, *, image: bool = False, whole: bool = False) -> Answer:
        """Ask for an address and follow it; never raises for what the world does.

        image: a file is expected, and not a page. whole: fetch the file for its digest.
        """
        route = _Route(url)
        try:
            reply = self._followed(route, whole=whole)
        except _LeftAlone as left:
            return left.answer
        except NoSuchName as error:
            if self._is_online():
                return Answer(verdict=LinkStatus.GONE, why=str(error))
            why = "no name can be looked up; this computer seems offline"
            return Answer(verdict=LinkStatus.UNREACHABLE, why=why, asked=False)
        except Unreached as error:
            return Answer(verdict=LinkStatus.UNREACHABLE, why=str(error))
        return _judged(reply, route, image=image)

    def _followed(self, route: "_Route", *, whole: bool) -> Reply:
        """Return the answer at the end of the redirects; the route notes where it leads."""
        for _ in range(REDIRECTS + 1):
            reply = self._reply(route, whole=whole)
            if reply.status not in PERMANENT + TEMPORARY:
                return reply
            # Headers come as Latin-1, and servers write UTF-8 into them.
            location = (
                reply.headers.get("location", "").encode("latin-1", "replace").decode("utf-8", "replace")
            )
            if not location:
                raise Unreached(f"it redirects ({reply.status}) without saying where")
            route.go(location, for_good=reply.status in PERMANENT)
        raise Unreached(f"it redirects more than {REDIRECTS} times")

    def _reply(self, route: "_Route", *, whole: bool) -> Reply:
        """Ask with HEAD, and with GET where a body is wanted or HEAD is not answered as a page would be.

        Some servers refuse HEAD (403, 405, 501), others say 404 to it; so no refusal of HEAD counts.
        """
        if whole:
            return self._patient("GET", route, whole=True)
        reply = self._patient("HEAD", route)
        if reply.status >= 400 and reply.status not in BUSY:
            reply = self._patient("GET", route)
        return reply

    def _patient(self, method: str, route: "_Route", *, whole: bool = False) -> Reply:
        """Ask, and once more after the wait a busy host asks for, if that is bearable."""
        target = target_of(route.here)
        for attempt in (1, 2):
            reply, wait = self._once(method, target, route=route, whole=whole)
            if reply.status not in BUSY or wait is None or wait > self._longest_wait or attempt == 2:
                break
            self.pace.note(target.host, seconds=wait)
        if reply.status == 429 or (reply.status == 503 and wait is not None):
            self._left_alone[target.host] = Answer(
                verdict=LinkStatus.BLOCKED if reply.status == 429 else LinkStatus.UNREACHABLE,
                why=f"not asked: {target.host} wants to be left alone for now",
                asked=False,
            )
        return reply

    def _once(
        self, method: str, target: Target, *, route: "_Route", whole: bool
    ) -> tuple[Reply, float | None]:
        """Return the answer to one request, and the wait in seconds that it asks for, if any."""
        if target.host in self._left_alone:
            raise _LeftAlone(self._left_alone[target.host])
        ips = self._find(target.host, target.port)
        inside = any(map(self._is_inside, ips))
        # An author may write the address of a machine of their own, as our tests do. A museum that sends us
        # to one would have us ask our own network on its behalf (server-side request forgery).
        if route.is_start:
            route.starts_inside = inside
        elif inside and not route.starts_inside:
            raise Unreached(f"it redirects to a private address, {target.host}, which is not followed")
        self.pace.wait(target.host)
        try:
            reply = ask(method, target, ips=ips, agent=self._agent, bounds=self._bounds, whole=whole)
        finally:
            self.pace.note(target.host)
        return reply, seconds_to_wait(reply.headers.get("retry-after", ""), now=self._now())

    def _is_online(self) -> bool:
        try:
            return bool(self._find(KNOWN_NAME, 443))
        except Unreached:
            return False


class _LeftAlone(Exception):
    """The host is not asked any more in this run."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.why)
        self.answer = answer


class _Route:
    """The way from the written address to where it leads."""

    def __init__(self, start: str) -> None:
        self.start = self.here = start
        self.new = ""  # the address that stands for the written one from now on
        self.is_start = True
        self.starts_inside = False
        self._for_good = True  # as long as every redirect so far was permanent

    def go(self, location: str, *, for_good: bool) -> None:
        """Take one redirect; after a temporary one nothing is for good any more."""
        try:
            self.here = urljoin(self.here, location)
        except ValueError:
            raise Unreached("it redirects to an address that cannot be read") from None
        self.is_start = False
        self._for_good = self._for_good and for_good
        if self._for_good:
            self.new = self.here

    @property
    def ends_at_the_front(self) -> bool:
        """Whether an item's address leads to the front page of a site, which tells of no item."""
        start, end = urlsplit(self.start), urlsplit(self.here)
        return start.path not in ("", "/") and end.path in ("", "/") and not end.query


def _judged(reply: Reply, route: _Route, *, image: bool) -> Answer:
    status, new = reply.status, route.new if route.new != route.start else ""
    verdict, why = LinkStatus.UNREACHABLE, f"it answers {status}"
    if status in GONE:
        verdict = LinkStatus.GONE
    elif status in BLOCKED:
        verdict = LinkStatus.BLOCKED
    elif 200 <= status < 300:
        verdict, why = LinkStatus.MOVED if new else LinkStatus.ALIVE, ""
        if route.ends_at_the_front:
            verdict, why = LinkStatus.GONE, f"it leads to the front page, {route.here}"
        elif image and reply.headers.get("content-type", "").lower().startswith("text/html"):
            # Perhaps a viewer in place of the file, perhaps a riddle for robots; only a person can tell.
            verdict, why = LinkStatus.BLOCKED, "it answers with a page, not with an image"
    is_file = verdict in (LinkStatus.ALIVE, LinkStatus.MOVED)
    return Answer(
        verdict=verdict,
        status=status,
        why=why,
        moved_to=new if is_file else "",
        sha256=reply.sha256 if is_file else "",
        size=reply.size if is_file else 0,
    )
