"""A polite client for museums: it paces its requests, waits for busy hosts and follows redirects."""

import ipaddress
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from ...model.errors import UserError
from .addresses import BadRedirect, PrivateAddress, Unreachable, is_private, resolve
from .bodies import DigestBody
from .rate_limit import RateLimiter, parse_retry_after

if TYPE_CHECKING:
    from .transport import Body, RequestLimits, Response

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
    sha256: str = ""  # of the body, if it was fetched for its digest
    size: int = 0  # bytes, likewise


class PoliteClient:
    """Requests one address after the other, and remembers which hosts not to ask again.

    user_agent: how we introduce ourselves. resolve: from a host and a port to IP addresses, see `addresses`.
    is_private: which IP addresses only an author may send us to. trusts_author: whether an author may.
    mirror: an address that all requests go to instead, for tests: https://host/path becomes mirror/host/path.
    now: seconds since 1970. Raises UserError if httpx2 is not installed.
    """

    def __init__(
        self,
        user_agent: str,
        *,
        limiter: RateLimiter | None = None,
        limits: "RequestLimits | None" = None,
        resolve: Callable[[str, int], list[str]] = resolve,
        is_private: Callable[[str], bool] = is_private,
        trusts_author: bool = True,
        mirror: str = "",
        now: Callable[[], float] = time.time,
    ) -> None:
        try:
            from . import transport
        except ModuleNotFoundError as error:
            raise UserError(explain_extra(error)) from None
        self._transport = transport
        self.limiter = limiter or RateLimiter()
        self._user_agent = user_agent
        self._limits = limits or transport.RequestLimits()
        self._resolve = resolve
        self._is_private = is_private
        self._trusts_author = trusts_author
        self._mirror = mirror.rstrip("/")
        self._now = now
        self._busy: dict[str, HostBusy] = {}  # by host

    def fetch(self, url: str, *, download: bool = False) -> FollowedResponse:
        """Request an address and follow its redirects, without the body.

        download: get the file too, for its digest. Raises Unreachable if no answer comes, and HostBusy if the
        host wanted no more requests before.
        """
        if not download:
            return self._follow(url, self._probe)
        body = DigestBody(self._limits.download_size)
        return replace(self.get(url, body=body), sha256=body.sha256, size=body.size)

    def get(
        self,
        url: str,
        *,
        body: "Body",
        headers: Mapping[str, str] | None = None,
        seconds: float | None = None,
    ) -> FollowedResponse:
        """Get an address and follow its redirects; body takes what comes. Raises as `fetch` does.

        headers: for the first host alone, by its scheme and port; another one, or somebody who listens to
        http, could learn a key from them. seconds: for the whole body, in place of those of the limits.
        """
        limits = self._limits if seconds is None else replace(self._limits, download_time=seconds)

        def read_origin(address: str) -> tuple[str, str, int | None]:
            parsed = self._transport.parse_url(address)
            return parsed.scheme, parsed.host, parsed.port

        first = read_origin(url)

        def send(redirects: "_Redirects") -> "Response":
            is_first = read_origin(redirects.url) == first
            return self._send_patiently(
                "GET", redirects, headers=headers if is_first else None, body=body, limits=limits
            )

        return self._follow(url, send)

    def _follow(self, url: str, send: "Callable[[_Redirects], Response]") -> FollowedResponse:
        redirects = _Redirects(url)
        for _ in range(MAX_REDIRECTS + 1):
            response = send(redirects)
            if response.status not in PERMANENT + TEMPORARY:
                return FollowedResponse(
                    response=response, url=redirects.url, permanent_url=redirects.permanent_url
                )
            location = response.headers.get("location", "")
            if not location:
                raise BadRedirect(f"it redirects ({response.status}) without saying where")
            redirects.follow(location, permanent=response.status in PERMANENT)
        raise BadRedirect(f"it redirects more than {MAX_REDIRECTS} times")

    def is_online(self) -> bool:
        """Tell whether names can be looked up at all."""
        try:
            return bool(self._resolve(KNOWN_NAME, 443))
        except Unreachable:
            return False

    def _probe(self, redirects: "_Redirects") -> "Response":
        """Request with HEAD, and with GET if HEAD is refused.

        Some servers refuse HEAD (403, 405, 501), others say 404 to it; so no refusal of HEAD counts.
        """
        response = self._send_patiently("HEAD", redirects)
        if response.status >= 400 and response.status not in BUSY:
            response = self._send_patiently("GET", redirects)
        return response

    def _send_patiently(
        self,
        method: str,
        redirects: "_Redirects",
        *,
        headers: Mapping[str, str] | None = None,
        body: "Body | None" = None,
        limits: "RequestLimits | None" = None,
    ) -> "Response":
        """Send a request, and once more after the wait that a busy host asks for, unless that is too long."""
        host = self._transport.parse_url(redirects.url).host
        for attempt in (1, 2):
            if host in self._busy:
                raise self._busy[host]
            response = self._send(
                method, redirects, host=host, headers=headers or {}, body=body, limits=limits
            )
            wait = parse_retry_after(response.headers.get("retry-after", ""), now=self._now())
            if response.status not in BUSY or wait is None or wait > MAX_WAIT or attempt == 2:
                break
            self.limiter.note_request(host, pause=wait)
        if response.status == 429 or (response.status == 503 and wait is not None):
            self._busy[host] = HostBusy(host, status=response.status)
        return response

    def _send(
        self,
        method: str,
        redirects: "_Redirects",
        *,
        host: str,
        headers: Mapping[str, str],
        body: "Body | None",
        limits: "RequestLimits | None",
    ) -> "Response":
        # An author may name a private address, as our tests do. A museum that redirects us to one would make
        # us send requests into our own network on its behalf (server-side request forgery).
        transport = self._transport.GuardedTransport(
            resolve=self._resolve,
            is_private=self._is_private,
            allow_private=self._trusts_author and (redirects.is_start or redirects.starts_private),
        )
        self.limiter.wait(host)
        try:
            return self._transport.send(
                method,
                self._find_place(redirects.url),
                transport=transport,
                headers={"User-Agent": self._user_agent, **headers},
                limits=limits or self._limits,
                body=body,
            )
        except PrivateAddress:
            if redirects.is_start:
                raise
            raise BadRedirect(f"it redirects to a private address, {host}, which is not followed") from None
        finally:
            self.limiter.note_request(host)
            if redirects.is_start:
                redirects.starts_private = transport.found_private

    def _find_place(self, url: str) -> str:
        if not self._mirror or _is_ip(self._transport.parse_url(url).host):
            return url
        return f"{self._mirror}/{url.partition('://')[2]}"


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


def explain_extra(error: ModuleNotFoundError) -> str:
    """Return what to install for museums."""
    return f"asking museums needs {error.name}. Install it: pip install 'pelican-stylize[museums]'"


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
            raise BadRedirect("it redirects to an address that cannot be read") from None
        self.is_start = False
        self._permanent = self._permanent and permanent
        if self._permanent:
            self.permanent_url = self.url
