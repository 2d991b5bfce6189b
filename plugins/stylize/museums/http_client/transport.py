"""One HTTP request by httpx2, to a host whose IP addresses are checked first. Proxies are not used."""

import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

import httpx2

from .addresses import PrivateAddress, Unreachable, UnusableAddress


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestLimits:
    """How much time and how many bytes one request may take."""

    timeout: float = 20.0  # seconds without a byte
    download_time: float = 180.0  # seconds for a whole file
    download_size: int = 64_000_000  # bytes; a larger file is not fetched


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What a host answered to one request."""

    status: int
    headers: Mapping[str, str]  # names in any case


class Body(Protocol):
    """What becomes of the body of a response."""

    def start(self, status: int, headers: Mapping[str, str]) -> bool:
        """Return whether the body is wanted; a body that is not wanted is not fetched."""

    def add(self, chunk: bytes) -> bool:
        """Take some bytes; return whether more are wanted."""


class GuardedTransport(httpx2.HTTPTransport):
    """Looks a host up once, checks its IP addresses, and connects to these and no others.

    So nobody can change the answer of DNS between the check and the connection (DNS rebinding).

    resolve, is_private: as in `addresses`. allow_private: whether to connect to a private address.
    """

    def __init__(
        self,
        *,
        resolve: Callable[[str, int], list[str]],
        is_private: Callable[[str], bool],
        allow_private: bool,
    ) -> None:
        super().__init__(verify=ssl.create_default_context(), trust_env=False)
        self._resolve = resolve
        self._is_private = is_private
        self._allow_private = allow_private
        self.found_private = False  # whether the host has a private address

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        url, host = request.url, request.url.raw_host.decode("ascii")
        ips = self._resolve(host, url.port or (443 if url.scheme == "https" else 80))
        self.found_private = any(map(self._is_private, ips))
        if self.found_private and not self._allow_private:
            raise PrivateAddress(host)
        extensions = {**request.extensions, "sni_hostname": host}  # the certificate must name the host
        failure: httpx2.TransportError = httpx2.ConnectError("it has no address")
        for ip in ips:
            # The header Host keeps the name of the host.
            pinned = httpx2.Request(
                request.method, url.copy_with(host=ip), headers=request.headers, extensions=extensions
            )
            try:
                return super().handle_request(pinned)
            except (httpx2.ConnectError, httpx2.ConnectTimeout) as error:
                failure = error
        raise failure


def send(
    method: str,
    url: str,
    *,
    transport: GuardedTransport,
    headers: Mapping[str, str],
    limits: RequestLimits,
    body: Body | None = None,
) -> Response:
    """Send one request and return the response; raises Unreachable if none comes.

    body: takes the body of the response; None leaves it at the host.
    """
    headers = {"Accept": "*/*", "Accept-Encoding": "identity", **headers}
    try:
        # A client for each request keeps no cookies, and no connection that the next host could inherit.
        with (
            httpx2.Client(
                transport=transport, headers=headers, timeout=limits.timeout, trust_env=False
            ) as client,
            client.stream(method, url) as response,
        ):
            if body and body.start(response.status_code, response.headers):
                _read_body(response, body, limits)
            return Response(status=response.status_code, headers=response.headers)
    except httpx2.InvalidURL:
        raise Unreachable("the address cannot be read") from None
    except httpx2.TimeoutException:
        raise Unreachable(f"no answer within {limits.timeout:g} seconds") from None
    except httpx2.ProtocolError:
        raise Unreachable("the answer is not valid HTTP") from None
    except httpx2.TransportError as error:
        raise Unreachable(_explain_failure(error)) from None


def parse_url(url: str) -> httpx2.URL:
    """Return an http or https address taken apart; raises UnusableAddress for any other."""
    try:
        parsed = httpx2.URL(url)
    except httpx2.InvalidURL:
        raise UnusableAddress("the address cannot be read") from None
    if parsed.scheme not in ("http", "https"):
        raise UnusableAddress(
            f"the address begins with {parsed.scheme or 'nothing'}:, not with https: or http:"
        )
    if not parsed.host:
        raise UnusableAddress("the address names no host")
    return parsed


def _explain_failure(error: httpx2.TransportError) -> str:
    inner = error.__cause__ or error  # httpcore2's; its argument is the exception of the socket or of OpenSSL
    reason = inner.args[0] if inner.args else error
    if isinstance(reason, ssl.SSLCertVerificationError):
        return f"its certificate is not valid: {reason.verify_message}"
    return f"the connection failed ({getattr(reason, 'strerror', None) or reason})"


def _read_body(response: httpx2.Response, body: Body, limits: RequestLimits) -> None:
    """Pass a body on; raises Unreachable for one that breaks off or comes too slowly."""
    announced = response.headers.get("Content-Length", "")
    size, end = 0, time.monotonic() + limits.download_time
    try:
        for chunk in response.iter_raw():
            size += len(chunk)
            if not body.add(chunk):
                return
            if time.monotonic() > end:
                raise Unreachable(f"the file did not come within {limits.download_time:g} seconds")
    except httpx2.ProtocolError:
        of = f" of {announced}" if announced else ""
        raise Unreachable(f"the file broke off after {size}{of} bytes") from None
