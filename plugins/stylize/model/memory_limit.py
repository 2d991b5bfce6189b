"""How much memory a build may use: what the setting says, or what this machine has to spare."""

import ctypes
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

VARIABLE = "STYLIZE_MEMORY_LIMIT"  # bytes, in the environment of a worker
WORKERS = "STYLIZE_WORKERS"  # how many share the setting, in the same place
OWN_MEMORY = 250_000_000  # bytes of the process that starts workers, which encodes the renditions meanwhile
SHARE = 0.75  # of the memory that is free when a build begins
# Bytes that are taken even if less is free: the system will make room, or end the worker.
LEAST = 1_000_000_000
UNKNOWN = 4_000_000_000  # bytes, on a system that does not say what it has
# Of a worker's limit: for photos that are read, and pictures that are written, while one is drawn.
AHEAD = 1 / 8
LARGE = 2**23  # pixels of a picture whose memory counts
UNITS = {"": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "kib": 2**10, "mib": 2**20, "gib": 2**30}


def parse_bytes(text: str) -> int:
    """Return the bytes of "3 GB", "512MiB" or "3000000000"; raises ValueError for anything else."""
    found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*", text.lower())
    if not found or found[2] not in UNITS or not float(found[1]):
        raise ValueError(f"{text!r} is no amount of memory; write '3 GB' or '800 MB'")
    return round(float(found[1]) * UNITS[found[2]])


def format_bytes(count: float) -> str:
    """Return an amount of memory in words: "850 MB", "1.3 GB", "less than 1 MB"."""
    if count < 1e6:
        return "less than 1 MB"
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.0f} MB"


def find_memory_limit() -> int:
    """Return the bytes that this process may use: as its executor says, or most of what is free here."""
    given = os.environ.get(VARIABLE)
    return int(given) if given else max(LEAST, round(SHARE * find_free_memory()))


def share_memory(setting: int, *, workers: int) -> int:
    """Return the bytes that each worker may use of the setting; below zero if the setting is far too low."""
    return (setting - OWN_MEMORY) // workers


def find_setting(limit: int) -> int:
    """Return the setting that gives this process a limit; both in bytes."""
    if VARIABLE not in os.environ:
        return limit
    return OWN_MEMORY + limit * int(os.environ.get(WORKERS, "1"))


def find_free_memory(root: Path = Path("/")) -> int:
    """Return the bytes that programs can still use, within the limits of the control groups of this process.

    root: the folder with `proc` and `sys`. Memory that only holds files in a cache counts as free.
    """
    free = [_find_available(root), *_find_group_rooms(root)]
    return max(0, min(free))


def find_own_memory() -> int:
    """Return the bytes of memory that this process occupies, or 0 where the system does not say."""
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return 0


def return_freed_memory() -> None:
    """Give memory that this process has freed back to the system; without glibc, this does nothing."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is not None:
        trim(0)


def _find_available(root: Path) -> int:
    """Return what the whole machine has to spare."""
    try:
        for line in (root / "proc/meminfo").read_text("ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError, IndexError):
        pass
    try:  # macOS says how much there is, but not in a file how much is free
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 2
    except (AttributeError, ValueError, OSError):
        return UNKNOWN


def _find_group_rooms(root: Path) -> Iterator[int]:
    """Yield what the limit of each control group above this process leaves, in both versions of Linux's."""
    try:
        lines = (root / "proc/self/cgroup").read_text().splitlines()
    except OSError:
        return
    for line in lines:  # "0::/user.slice" in version 2, "9:memory:/docker/ab12" in version 1
        _, _, rest = line.partition(":")
        controllers, _, path = rest.partition(":")
        if controllers == "":
            base, limit, usage = root / "sys/fs/cgroup", "memory.max", "memory.current"
        elif "memory" in controllers.split(","):
            base, limit, usage = (
                root / "sys/fs/cgroup/memory",
                "memory.limit_in_bytes",
                "memory.usage_in_bytes",
            )
        else:
            continue
        group = base / path.strip("/")
        # In a container the path may be that of the host, and the container's own group is at the root.
        for folder in (group, *group.parents):
            if not folder.is_relative_to(base):
                break
            room = _read_room(folder, limit=limit, usage=usage)
            if room is not None:
                yield room


def _read_room(folder: Path, *, limit: str, usage: str) -> int | None:
    """Return limit minus usage of one control group; None if it has no limit."""
    try:
        most, used = int((folder / limit).read_text()), int((folder / usage).read_text())
    except (OSError, ValueError):  # "max" is no number
        return None
    cached = 0
    try:
        for line in (folder / "memory.stat").read_text().splitlines():
            name, _, value = line.partition(" ")
            if name in ("inactive_file", "total_inactive_file"):
                cached = max(cached, int(value))
    except (OSError, ValueError):
        pass
    return most - used + cached
