"""Where a host is found, and which IP addresses are private."""

import ipaddress
import os
import socket

ALLOW_LOOPBACK = "PELICAN_STYLIZE_ALLOW_LOOPBACK"  # an environment variable, for tests: 1 allows 127.0.0.1


class Unreachable(Exception):
    """No answer came; the text says why, in a clause."""


class UnknownHost(Unreachable):
    """DNS has no such name."""


class BadRedirect(Unreachable):
    """It redirects to nowhere, in a circle, or to where we do not follow."""


class UnusableAddress(Unreachable):
    """It is no address of the web, so another attempt would be in vain."""


class PrivateAddress(Unreachable):
    """The host is a machine of our own network, to which nobody else may send us."""

    def __init__(self, host: str) -> None:
        super().__init__(f"{host} is a private address, which is not asked")


def resolve(host: str, port: int) -> list[str]:
    """Return the IP addresses of a host; raises UnknownHost if there is no such name, else Unreachable."""
    try:
        facts = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        if error.errno == socket.EAI_NONAME:
            raise UnknownHost(f"there is no host {host}") from None
        raise Unreachable(f"the name {host} could not be looked up ({error.strerror})") from None
    except (OSError, UnicodeError) as error:
        raise Unreachable(f"the name {host} could not be looked up ({error})") from None
    return list(dict.fromkeys(str(fact[4][0]) for fact in facts))


def is_private(ip: str) -> bool:
    """Tell whether an IP address belongs to this computer or its own network, and not to the internet."""
    address = ipaddress.ip_address(ip.partition("%")[0])
    address = getattr(address, "ipv4_mapped", None) or address
    return not address.is_global or address.is_multicast


def is_forbidden(ip: str) -> bool:
    """Tell whether museums may not send us to an IP address: any private one, except in tests."""
    if os.environ.get(ALLOW_LOOPBACK) == "1" and ipaddress.ip_address(ip.partition("%")[0]).is_loopback:
        return False
    return is_private(ip)
