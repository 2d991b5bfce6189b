"""How many requests each host has got from us, also in earlier runs, and whether it may get another."""

import json
import time
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from threading import Lock

from ...storage.atomic_files import write_whole
from ..errors import RateLimited
from ..importers.interface import Budget

LONGEST_WAIT = 60.0  # seconds; for more, a person tries again later


class BudgetKeeper:
    """Counts the requests to hosts that have a budget; threads may share it.

    file: keeps the counts between runs; None forgets them. now: seconds since 1970.
    """

    def __init__(
        self,
        budgets: Iterable[Budget],
        *,
        file: Path | None = None,
        now: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._budgets = tuple(dict.fromkeys(budgets))  # museums may share one
        self._file = file
        self._now, self._sleep = now, sleep
        self._lock = Lock()
        self._times: dict[str, list[float]] = {}
        if file:
            self._times = _read(file)

    def spend(self, host: str) -> None:
        """Wait until a host may be asked, and count the request; raises RateLimited for a long wait."""
        while wait := self._try(host):
            if wait > LONGEST_WAIT:
                at = time.strftime(
                    "%H:%M" if wait < 43_200 else "%d %B, %H:%M", time.localtime(self._now() + wait)
                )
                raise RateLimited(
                    f"{host} has got as many requests from us as it should for now. Try again at {at}"
                )
            self._sleep(wait)

    def save(self) -> None:
        """Write the counts, with those of commands that ended meanwhile; a full disk forgets them."""
        with self._lock, suppress(OSError):
            if self._file and self._times:
                others = _read(self._file)
                merged = {
                    name: sorted(
                        (Counter(self._times.get(name, [])) | Counter(others.get(name, []))).elements()
                    )
                    for name in self._times.keys() | others.keys()
                }
                self._file.parent.mkdir(parents=True, exist_ok=True)
                write_whole(self._file, json.dumps({name: merged[name] for name in sorted(merged)}))

    def _try(self, host: str) -> float:
        """Count a request and return 0, or return how many seconds to wait for it."""
        with self._lock:
            now, wait = self._now(), 0.0
            mine = [b for b in self._budgets if host == b.host or host.endswith(f".{b.host}")]
            for budget in mine:
                name = f"{budget.host} {budget.seconds:g}"
                times = [at for at in self._times.get(name, []) if now - budget.seconds < at <= now]
                self._times[name] = times
                if len(times) >= budget.requests:
                    wait = max(wait, times[-budget.requests] + budget.seconds - now, 0.01)
            if not wait:
                for budget in mine:
                    self._times[f"{budget.host} {budget.seconds:g}"].append(now)
            return wait


def _read(file: Path) -> dict[str, list[float]]:
    """Return the times of requests that a file has; none of one that is damaged."""
    with suppress(OSError, ValueError, TypeError, AttributeError):
        found = json.loads(file.read_bytes())
        return {str(name): [float(at) for at in times] for name, times in found.items()}
    return {}
