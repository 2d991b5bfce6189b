"""A polite client for museums: it paces its requests, waits for busy hosts and follows redirects."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from ...model.errors import UserError
from .addresses import Unreachable, is_private, resolve
from .rate_limit import RateLimiter, parse_retry_after

if TYPE_CHECKING:
    from .transport import RequestLimits, Response

MAX_REDIRECTS = 5
MAX_WAIT = 60.0  # seconds; a host that asks for more is not asked again in this run
KNOWN_NAME = "example.com"  # kept by IANA; if even this is not found, we are offline

PERMANENT, TEMPORARY = (301, 308), (302, 303, 307)
BUSY = (429, 503)  # these may come with a Retry-After


class HostBusy(Exception):
    """The host wants no more requests in this run. status: what it answered, 429 or 503."""

    def __init__(self, host: str, *, status: int) -> None:
        super().__init__(f"{host} wants to be left alone for now")
        self.status = status


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowedResponse:
    """The response at the end of the redirects."""

    response: "Response"
    url: str  # where it came from
    permanent_url: str  # the address that replaces the requested one, by permanent redirects


class PoliteClient:
    """Requests one address after the other, and remembers which hosts not to ask again.

    user_agent: how we introduce ourselves. resolve: from a host and a port to IP addresses, see `addresses`.
    is_private: which IP addresses only an author may send us to. now: seconds since 1970.
    Raises UserError if httpx2 is not installed.
    """

    def __init__(
        self,
        user_agent: str,
        *,
        limiter: RateLimiter | None = None,
        limits: "RequestLimits | None" = None,
        resolve: Callable[[str, int], list[str]] = resolve,
        is_private: Callable[[str], bool] = is_private,
        now: Callable[[], float] = time.time,
    ) -> None:
        try:
            from . import transport
        except ModuleNotFoundError as error:
            raise UserError(
                f"asking museums needs {error.name}. Install it: pip install 'pelican-stylize[museums]'"
            ) from None
        self._transport = transport
        self.limiter = limiter or RateLimiter()
        self._user_agent = user_agent
        self._limits = limits or transport.RequestLimits()
        self._resolve = resolve
        self._is_private = is_private
        self._now = now
        self._busy: dict[str, HostBusy] = {}  # by host

    def fetch(self, url: str, *, download: bool = False) -> FollowedResponse:
        """Request an address and follow its redirects.

        download: get the file too, for its digest. Raises Unreachable if no answer comes, and HostBusy if the
        host wanted no more requests before.
        """
        redirects = _Redirects(url)
        for _ in range(MAX_REDIRECTS + 1):
            response = self._get(redirects, download=download)
            if response.status not in PERMANENT + TEMPORARY:
                return FollowedResponse(
                    response=response, url=redirects.url, permanent_url=redirects.permanent_url
                )
            location = response.headers.get("location", "")
            if not location:
                raise Unreachable(f"it redirects ({response.status}) without saying where")
            redirects.follow(location, permanent=response.status in PERMANENT)
        raise Unreachable(f"it redirects more than {MAX_REDIRECTS} times")

    def is_online(self) -> bool:
        """Tell whether names can be looked up at all."""
        try:
            return bool(self._resolve(KNOWN_NAME, 443))
        except Unreachable:
            return False

    def _get(self, redirects: "_Redirects", *, download: bool) -> "Response":
        """Request with HEAD; with GET for a download, and if HEAD is refused.

        Some servers refuse HEAD (403, 405, 501), others say 404 to it; so no refusal of HEAD counts.
        """
        if download:
            return self._send_patiently("GET", redirects, download=True)
        response = self._send_patiently("HEAD", redirects)
        if response.status >= 400 and response.status not in BUSY:
            response = self._send_patiently("GET", redirects)
        return response

    def _send_patiently(self, method: str, redirects: "_Redirects", *, download: bool = False) -> "Response":
        """Send a request, and once more after the wait that a busy host asks for, unless that is too long."""
        host = self._transport.parse_url(redirects.url).host
        for attempt in (1, 2):
            if host in self._busy:
                raise self._busy[host]
            response = self._send(method, redirects, host=host, download=download)
            wait = parse_retry_after(response.headers.get("retry-after", ""), now=self._now())
            if response.status not in BUSY or wait is None or wait > MAX_WAIT or attempt == 2:
                break
            self.limiter.note_request(host, pause=wait)
        if response.status == 429 or (response.status == 503 and wait is not None):
            self._busy[host] = HostBusy(host, status=response.status)
        return response

    def _send(self, method: str, redirects: "_Redirects", *, host: str, download: bool) -> "Response":
        # An author may name a private address, as our tests do. A museum that redirects us to one would make
        # us send requests into our own network on its behalf (server-side request forgery).
        transport = self._transport.GuardedTransport(
            resolve=self._resolve,
            is_private=self._is_private,
            allow_private=redirects.is_start or redirects.starts_private,
        )
        self.limiter.wait(host)
        try:
            return self._transport.send(
                method,
                redirects.url,
                transport=transport,
                user_agent=self._user_agent,
                limits=self._limits,
                download=download,
            )
        finally:
            self.limiter.note_request(host)
            if redirects.is_start:
                redirects.starts_private = transport.found_private


class _Redirects:
    """The way from the requested address to where it leads."""

    def __init__(self, url: str) -> None:
        self.url = self.permanent_url = url
        self.is_start = True
        self.starts_private = False
        self._permanent = True  # as long as every redirect so far was

    def follow(self, location: str, *, permanent: bool) -> None:
        """Take one redirect; after a temporary one, none counts as permanent."""
        try:
            self.url = urljoin(self.url, location)
        except ValueError:
            raise Unreachable("it redirects to an address that cannot be read") from None
        self.is_start = False
        self._permanent = self._permanent and permanent
        if self._permanent:
            self.permanent_url = self.url
