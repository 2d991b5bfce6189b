"""Where a host is found, and which IP addresses are private."""

import ipaddress
import socket


class Unreachable(Exception):
    """No answer came; the text says why, in a clause."""


class UnknownHost(Unreachable):
    """DNS has no such name."""


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
