"""Measures an install: seconds, megabytes by package, and how long the parts take to import.

Installs the project into a new environment in a temporary folder, so it needs the network and 6 GB.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from _machine import machine

ROOT = Path(__file__).parents[1]
IMPORTS = {
    "Pelican": "import pelican",
    "Pelican with the plugin": "import pelican, pelican.plugins.stylize.blog.signals",
    "torch (the worker only)": "import torch",
}


def main() -> None:
    """Install, measure and print two tables."""
    with tempfile.TemporaryDirectory() as folder:
        begun = time.perf_counter()
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        python = Path(folder) / "bin" / "python"
        subprocess.run([python, "-m", "pip", "install", "-q", ROOT], check=True)
        seconds = time.perf_counter() - begun
        (packages,) = Path(folder).glob("lib/*/site-packages")
        sizes = {entry.name: size(entry) for entry in packages.iterdir()}
        print(f"{machine()}\n\nInstalled in {seconds:.0f} s, {sum(sizes.values()) / 1e6:.0f} MB.\n")
        print("| package | MB |\n|---|---|")
        for name in sorted(sizes, key=lambda name: -sizes[name])[:8]:
            print(f"| {name} | {sizes[name] / 1e6:.0f} |")
        ours = packages / "pelican" / "plugins" / "stylize"
        print(f"| the plugin itself | {size(ours) / 1e6:.1f} |")
        print("\n| import | seconds |\n|---|---|")
        for name, statement in IMPORTS.items():
            print(f"| {name} | {median(timed(python, statement) for _ in range(5)):.2f} |")


def size(path: Path) -> int:
    """Return the bytes of a file or of all files below a folder."""
    return sum(
        file.stat().st_size for file in (path.rglob("*") if path.is_dir() else [path]) if file.is_file()
    )


def timed(python: Path, statement: str) -> float:
    """Return the wall seconds of a process that runs a statement."""
    begun = time.perf_counter()
    subprocess.run([python, "-c", statement], check=True)
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
