"""The machine that a benchmark ran on."""

import os
import platform
from pathlib import Path


def machine() -> str:
    """Return the processor, its cores, and Python's version, in a line."""
    model = platform.processor() or platform.machine()
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                model = line.partition(":")[2].strip()
                break
    except OSError:
        pass
    return f"{model}, {os.cpu_count()} cores, Python {platform.python_version()}"
