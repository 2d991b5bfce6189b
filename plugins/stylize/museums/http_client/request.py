"""One request to one host over HTTP, and nothing that follows from the answer. Proxies are not used."""

import hashlib
import http.client
import ipaddress
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urlsplit

CHUNK = 1 << 16  # bytes


class Unreached(Exception):
    """No answer came; says why, in a clause."""


class NoSuchName(Unreached):
    """The world's directory of names does not know the host."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestLimits:
    """How much time and how many bytes one request may take."""

    timeout: float = 20.0  # seconds without a byte
    patience: float = 180.0  # seconds for a whole file
    size: int = 64_000_000  # bytes; a larger file is not fetched


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """An address, taken apart."""

    secure: bool
    host: str
    port: int
    path: str  # with the query, quoted
    name: str  # for the header Host


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a host answered."""

    status: int
    headers: Mapping[str, str]  # names in lower case
    sha256: str = ""  # of the body, where it was fetched whole
    size: int = 0  # bytes, likewise


def target_of(url: str) -> Target:
    """Take an http or https address apart; raises Unreached for any other."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").encode("idna").decode(), parts.port
    except (ValueError, UnicodeError):
        raise Unreached("the address cannot be read") from None
    if parts.scheme not in ("http", "https") or not host:
        raise Unreached(f"the address begins with {parts.scheme or 'nothing'}:, not with https: or http:")
    secure = parts.scheme == "https"
    usual = 443 if secure else 80
    name = f"[{host}]" if ":" in host else host
    return Target(
        secure=secure,
        host=host.lower(),
        port=port or usual,
        # What is already quoted stays so: % is safe. Browsers send the rest as quoted UTF-8.
        path=quote(parts.path or "/", safe="%/:=@!$&'()*+,;~")
        + (f"?{quote(parts.query, safe=_QUERY)}" if parts.query else ""),
        name=name if port in (None, usual) else f"{name}:{port}",
    )


_QUERY = "%/:=@!$&'()*+,;~?[]"


def look_up(host: str, port: int) -> list[str]:
    """Return the IP addresses of a host; raises NoSuchName where there is no such name, else Unreached."""
    try:
        facts = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        if error.errno == socket.EAI_NONAME:
            raise NoSuchName(f"there is no host {host}") from None
        raise Unreached(f"the name {host} could not be looked up ({error.strerror})") from None
    except (OSError, UnicodeError) as error:
        raise Unreached(f"the name {host} could not be looked up ({error})") from None
    return list(dict.fromkeys(str(fact[4][0]) for fact in facts))


def is_private(ip: str) -> bool:
    """Tell whether an IP address belongs to this machine or its own network, and not to the world."""
    address = ipaddress.ip_address(ip.partition("%")[0])
    address = getattr(address, "ipv4_mapped", None) or address
    return not address.is_global or address.is_multicast


def ask(
    method: str, target: Target, *, ips: list[str], agent: str, bounds: RequestLimits, whole: bool = False
) -> Reply:
    """Send one request and return the answer; raises Unreached where none comes.

    ips: where the host was found; it is not looked up again, so nobody can move it after it was checked.
    whole: fetch the body of a 200 too, for its digest, unless it is larger than the bounds allow.
    """
    connection = http.client.HTTPConnection(target.host, target.port, timeout=bounds.timeout)
    try:
        connection.sock = _connected(target, ips, timeout=bounds.timeout)
        said = {"Host": target.name, "User-Agent": agent, "Accept": "*/*", "Connection": "close"}
        connection.request(method, target.path, headers=said)
        response = connection.getresponse()
        digest, size = _fetched(response, bounds) if whole and response.status == 200 else ("", 0)
        heard = {name.lower(): value for name, value in response.getheaders()}
        return Reply(status=response.status, headers=heard, sha256=digest, size=size)
    except TimeoutError:
        raise Unreached(f"no answer within {bounds.timeout:g} seconds") from None
    except ssl.SSLCertVerificationError as error:
        raise Unreached(f"its certificate is not valid: {error.verify_message}") from None
    except http.client.HTTPException as error:
        raise Unreached(f"the answer is no HTTP ({type(error).__name__})") from None
    except OSError as error:
        raise Unreached(f"the connection failed ({error.strerror or error})") from None
    finally:
        connection.close()


def _connected(target: Target, ips: list[str], *, timeout: float) -> socket.socket:
    """Connect to the first of the addresses that lets us; raises the OSError of the last."""
    failed = OSError("it has no address")
    for ip in ips:
        try:
            plain = socket.create_connection((ip, target.port), timeout=timeout)
        except OSError as error:
            failed = error
            continue
        if not target.secure:
            return plain
        try:
            return ssl.create_default_context().wrap_socket(plain, server_hostname=target.host)
        except OSError:
            plain.close()
            raise
    raise failed


def _fetched(response: http.client.HTTPResponse, bounds: RequestLimits) -> tuple[str, int]:
    """Return the sha256 and the size of a body, or ("", 0) for one beyond the bounds.

    Raises Unreached for a body that breaks off.
    """
    announced = response.length
    if announced is not None and announced > bounds.size:
        return "", 0
    digest, size = hashlib.sha256(), 0
    end = time.monotonic() + bounds.patience
    while chunk := response.read1(CHUNK):
        digest.update(chunk)
        size += len(chunk)
        if size > bounds.size:
            return "", 0
        if time.monotonic() > end:
            raise Unreached(f"the file did not come within {bounds.patience:g} seconds")
    if announced is not None and size != announced:
        raise Unreached(f"the file broke off after {size} of {announced} bytes")
    return digest.hexdigest(), size
