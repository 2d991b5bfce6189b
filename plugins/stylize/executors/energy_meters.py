"""The energy that the machine's own meters have counted: the processor's (RAPL) and a graphics card's (NVML).

Both count up from an arbitrary start, so only differences are meaningful. RAPL is part of Linux' powercap
tree (https://docs.kernel.org/power/powercap/powercap.html) for Intel and AMD; since 2020 only root may read
it by default (CVE-2020-8694). NVML comes with the driver of the card
(https://docs.nvidia.com/deploy/nvml-api/, nvmlDeviceGetTotalEnergyConsumption). If nothing can be read, the
energy is estimated later, see `costs.prices`.
"""

import ctypes
import os
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

POWERCAP = Path("/sys/class/powercap")
PARTS = ("package-", "dram")  # domains that hold no other; "core" and "uncore" lie within a package


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """A meter that counts up and wraps around to 0."""

    read: Callable[[], int]  # raises OSError on failure
    range: int  # it wraps around after so many steps; 0: never
    joules: float  # of one step


class EnergyMeters:
    """The meters that can be read here, and what they have counted since this object was made."""

    def __init__(self, *, card: bool, powercap: Path = POWERCAP) -> None:
        """card: whether an Nvidia graphics card does the work; its meter is then added."""
        self._counters = {"RAPL": processor_counters(powercap), "NVML": card_counters() if card else []}
        self._must = {"NVML"} if card else {"RAPL"}
        self._joules = 0.0
        self._last: dict[str, list[int]] = {}
        with suppress(OSError):
            self._last = self._look()

    @property
    def source(self) -> str:
        """Where the energy was read: "read from RAPL and NVML"; "" if what does the work has no meter."""
        names = [name for name, counters in self._counters.items() if counters]
        return f"read from {' and '.join(names)}" if self._last and self._must <= set(names) else ""

    def read(self) -> float | None:
        """Return the watt-hours since this object was made, or None if no meter can be read.

        The meter of a busy processor wraps around every 10 to 60 minutes: read it more often than that.
        """
        if not self.source:
            return None
        try:
            now = self._look()
        except OSError:
            self._last = {}
            return None
        for name, values in now.items():
            for counter, before, value in zip(self._counters[name], self._last[name], values, strict=True):
                steps = value - before
                self._joules += counter.joules * max(0, steps + counter.range if steps < 0 else steps)
        self._last = now
        return self._joules / 3600

    def around(self, work: Callable[[], T], *, earlier: Callable[[T], float]) -> tuple[T, float | None]:
        """Do some work; return its result and the watt-hours it took, or None if no meter can be read.

        earlier: from the result, the seconds that interrupted runs have spent on the work; they are counted
        with the average power of this run.
        """
        before, begun = self.read(), time.monotonic()
        result = work()
        after, spent = self.read(), time.monotonic() - begun
        if before is None or after is None:
            return result, None
        return result, (after - before) * (1 + max(0.0, earlier(result)) / spent if spent else 1)

    def _look(self) -> dict[str, list[int]]:
        return {name: [counter.read() for counter in many] for name, many in self._counters.items()}


def processor_counters(powercap: Path = POWERCAP) -> list[Counter]:
    """Return the counters of the processor's packages and of its memory; [] unless all can be read."""
    counters = []
    for zone in sorted(powercap.glob("intel-rapl:*")):
        try:
            if not (zone / "name").read_text("ascii").startswith(PARTS):
                continue
            span = int((zone / "max_energy_range_uj").read_text("ascii")) + 1
            counter = Counter(read=_make_reader(zone / "energy_uj"), range=span, joules=1e-6)
            counter.read()
        except (OSError, ValueError):
            return []
        counters.append(counter)
    return counters


def card_counters() -> list[Counter]:
    """Return the counter of the graphics card in use; [] if the card is ambiguous or cannot be read.

    With several cards, CUDA_VISIBLE_DEVICES must name one, by its UUID or by NVML's number.
    """
    try:
        nvml = ctypes.CDLL("nvml.dll" if os.name == "nt" else "libnvidia-ml.so.1")
        count, card = ctypes.c_uint(), ctypes.c_void_p()
        if nvml.nvmlInit_v2() or nvml.nvmlDeviceGetCount_v2(ctypes.byref(count)):
            return []
        named = os.environ.get("CUDA_VISIBLE_DEVICES", "").split(",")[0].strip()
        if named.startswith("GPU-"):
            failed = nvml.nvmlDeviceGetHandleByUUID(named.encode(), ctypes.byref(card))
        elif named.isdecimal() or count.value == 1:
            number = int(named) if named.isdecimal() else 0
            failed = nvml.nvmlDeviceGetHandleByIndex_v2(ctypes.c_uint(number), ctypes.byref(card))
        else:
            return []
        if failed:
            return []
    except (OSError, AttributeError):  # no driver, or one from before Volta
        return []

    def read() -> int:
        value = ctypes.c_ulonglong()
        if nvml.nvmlDeviceGetTotalEnergyConsumption(card, ctypes.byref(value)):
            raise OSError("the card reports no energy")
        return value.value

    try:
        read()
    except (OSError, AttributeError):
        return []
    return [Counter(read=read, range=0, joules=1e-3)]


def _make_reader(path: Path) -> Callable[[], int]:
    def read() -> int:
        try:
            return int(path.read_text("ascii"))
        except ValueError as error:
            raise OSError(f"{path}: {error}") from error

    return read
