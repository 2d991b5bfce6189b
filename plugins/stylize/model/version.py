"""The installed release of the plugin, and a digest of its code."""

import os
from functools import cache
from hashlib import sha256
from pathlib import Path

SOFTWARE = "pelican-stylize"
CODE = Path(__file__).parent.parent


def installed_version() -> str:
    """Return the installed version; "" if the plugin is used from a folder without being installed."""
    from importlib import metadata  # most builds do not need it

    try:
        return metadata.version(SOFTWARE)
    except metadata.PackageNotFoundError:
        return ""


@cache  # edits during a run do not change the code that is running
def digest_of_code() -> str:
    """Return the sha256 of the paths, sizes and times of the plugin's own files."""
    return sha256(repr(_code_stamps(os.fspath(CODE))).encode(errors="replace")).hexdigest()


def _code_stamps(folder: str) -> list[tuple[str, int, int]]:
    """Return the plugin's own files with their sizes and times: caches are dropped when the code changes."""
    stamps = []
    for entry in os.scandir(folder):
        if entry.is_dir():
            stamps += _code_stamps(entry.path)
        elif entry.name.endswith((".py", ".toml")):
            facts = entry.stat()
            stamps.append((entry.path, facts.st_size, facts.st_mtime_ns))
    return sorted(stamps)
