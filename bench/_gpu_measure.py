"""Measures work on a device: seconds, matrix operations, bytes moved, memory and utilization."""

import resource
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from statistics import mean
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves
from torch.utils.flop_counter import FlopCounterMode

ROUNDS = 3  # the best of them counts
SAMPLE_EVERY = 0.05  # seconds between two samples of the utilization


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What the machine reaches in the simplest work there is; 0 if it could not be measured."""

    rates: dict[str, float] = field(default_factory=dict)  # operations a second in a product, by precision
    bandwidth: float = 0.0  # bytes a second, read plus written, in a copy on the device


@dataclass(frozen=True, kw_only=True)
class Work:
    """What a piece of work asks of a device, as the program is written."""

    operations: int  # in convolutions and matrix products
    bytes: int  # of tensors that operations read and write, each once an operation

    def compare(self, seconds: float, limits: Limits, *, precision: str) -> dict[str, float | None]:
        """Return rates and how near they are to the machine's limits, as cells of a table."""
        rate, bandwidth = limits.rates.get(precision, 0.0), limits.bandwidth
        least = [amount / limit for amount, limit in self._pairs(rate, bandwidth) if limit]
        return {
            "TFLOP/s": self.operations / seconds / 1e12,
            "GB/s": self.bytes / seconds / 1e9,
            "% of matmul": 100 * self.operations / seconds / rate if rate else None,
            "% of copy": 100 * self.bytes / seconds / bandwidth if bandwidth else None,
            "% of limit": 100 * max(least) / seconds if least else None,
        }

    def _pairs(self, rate: float, bandwidth: float) -> tuple[tuple[int, float], ...]:
        return (self.operations, rate), (self.bytes, bandwidth)


class _ByteCounter(TorchDispatchMode):
    """Adds up the bytes of tensors that operations read and write."""

    def __init__(self) -> None:
        super().__init__()
        self.bytes = 0

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        result = func(*args, **(kwargs or {}))
        if not func.is_view:
            for leaf in tree_leaves((args, kwargs, result)):
                if isinstance(leaf, torch.Tensor):
                    self.bytes += min(leaf.nbytes, leaf.untyped_storage().nbytes())
        return result


@contextmanager
def counting() -> Iterator[Callable[[], Work]]:
    """Count the work of a block; the function that it yields returns it afterwards."""
    operations, moved = FlopCounterMode(display=False), _ByteCounter()
    with operations, moved:
        yield lambda: Work(operations=operations.get_total_flops(), bytes=moved.bytes)


def synchronize(device: torch.device) -> None:
    """Wait until the device has done all that was asked of it."""
    if device.type == "cuda":
        torch.cuda.synchronize()
    elif device.type == "mps":
        torch.mps.synchronize()


def measure_seconds(work: Callable[[], object], device: torch.device, *, budget: float = 0.3) -> float:
    """Return seconds for one call, the best of three rounds, after two calls that do not count.

    budget: seconds that all rounds may take together; each round calls at least once.
    """
    work()
    synchronize(device)
    once = _time_calls(work, device, calls=1)
    calls = max(1, min(500, int(budget / ROUNDS / once)))
    return min(_time_calls(work, device, calls=calls) for _ in range(ROUNDS))


def _time_calls(work: Callable[[], object], device: torch.device, *, calls: int) -> float:
    begun = time.perf_counter()
    for _ in range(calls):
        work()
    synchronize(device)
    return (time.perf_counter() - begun) / calls


def reset_peak(device: torch.device) -> None:
    """Begin to watch the peak of the device's memory."""
    if device.type == "cuda":
        torch.cuda.empty_cache()
        torch.cuda.reset_peak_memory_stats()


def get_peak(device: torch.device) -> float:
    """Return the peak of the device's memory in GB since `reset_peak`; of the process, on the CPU."""
    if device.type == "cuda":
        return torch.cuda.max_memory_allocated() / 1e9
    if device.type == "mps":
        return torch.mps.driver_allocated_memory() / 1e9
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e9


@dataclass
class Utilization:
    """What the driver says of a GPU while a block runs."""

    busy: list[float] = field(default_factory=list)  # percent of the time in which a kernel ran
    watts: list[float] = field(default_factory=list)

    def to_cells(self) -> dict[str, float | None]:
        """Return the means, as cells of a table."""
        return {
            "GPU busy %": mean(self.busy) if self.busy else None,
            "watts": mean(self.watts) if self.watts else None,
        }


@contextmanager
def sampling(device: torch.device) -> Iterator[Utilization]:
    """Sample the utilization of a CUDA device in a thread; without a driver's tool, sample nothing."""
    found = Utilization()
    read = _find_meter() if device.type == "cuda" else None
    if read is None:
        yield found
        return
    ended = threading.Event()

    def sample() -> None:
        while not ended.wait(SAMPLE_EVERY):
            with suppress(Exception):  # a meter that fails must not end the measurement
                busy, watts = read()
                found.busy.append(busy)
                found.watts.append(watts)

    thread = threading.Thread(target=sample, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        ended.set()
        thread.join()


def _find_meter() -> Callable[[], tuple[float, float]] | None:
    """Return a function that reads percent busy and watts of the first GPU."""
    try:
        import pynvml

        pynvml.nvmlInit()
        handle = pynvml.nvmlDeviceGetHandleByIndex(torch.cuda.current_device())
    except Exception:  # not installed, or it finds no driver
        return _read_tool if shutil.which("nvidia-smi") else None
    return lambda: (
        float(pynvml.nvmlDeviceGetUtilizationRates(handle).gpu),
        pynvml.nvmlDeviceGetPowerUsage(handle) / 1000,
    )


def _read_tool() -> tuple[float, float]:
    busy, watts = ask_tool("utilization.gpu,power.draw").split(",")
    return float(busy), float(watts)


def ask_tool(query: str) -> str:
    """Return what nvidia-smi answers to a query about the first GPU; "unknown" without it."""
    command = ["nvidia-smi", f"--query-gpu={query}", "--format=csv,noheader,nounits", "-i", "0"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True, timeout=20).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return "unknown"
