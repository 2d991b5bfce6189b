"""Limits the rate of requests to a host: one at a time, and a pause after each, as long as the host asks."""

import time
from collections.abc import Callable, Iterable, Mapping
from email.utils import parsedate_to_datetime

# The Library of Congress blocks clients for an hour that send more than 20 requests a minute, as users of its
# API report (2026). Other museums answer once a second.
SLOWER = {"loc.gov": 6.0}  # seconds, for a host and all its subdomains


class RateLimiter:
    """When each host may be asked next.

    interval: seconds between the end of one request to a host and the start of the next. slower: the hosts
    that want a longer pause, and how long.
    """

    def __init__(
        self,
        interval: float = 1.0,
        *,
        slower: Mapping[str, float] = SLOWER,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._interval = interval
        self._slower = slower
        self._clock = clock
        self._sleep = sleep
        self._free: dict[str, float] = {}  # by host, when it may be asked again

    def pick_soonest(self, hosts: Iterable[str]) -> str:
        """Return the host that may be asked soonest."""
        return min(hosts, key=lambda host: self._free.get(host, float("-inf")))

    def wait(self, host: str) -> None:
        """Sleep until the host may be asked."""
        seconds = self._free.get(host, float("-inf")) - self._clock()
        if seconds > 0:
            self._sleep(seconds)

    def note_request(self, host: str, *, pause: float = 0.0) -> None:
        """Note that a request has ended: the host gets the usual pause, or this one (seconds) if longer."""
        usual = max(
            self._interval, *(time for name, time in self._slower.items() if _is_below(host, name)), 0.0
        )
        self._free[host] = self._clock() + max(usual, pause)


def parse_retry_after(value: str, *, now: float) -> float | None:
    """Return how many seconds a Retry-After asks us to wait (RFC 9110, 10.2.3), or None for nonsense.

    now: seconds since 1970, for the form that names a date.
    """
    text = value.strip()
    if text.isdecimal():
        return float(text)
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - now)
    except (ValueError, OverflowError):
        return None


def _is_below(host: str, name: str) -> bool:
    return host == name or host.endswith(f".{name}")
