"""Which release of the plugin this is, and which code."""

import os
from functools import cache
from hashlib import sha256
from pathlib import Path

SOFTWARE = "pelican-stylize"
CODE = Path(__file__).parent.parent


def installed_version() -> str:
    """Return the version that is installed; "" where the plugin only lies in the folder of a blog."""
    from importlib import metadata  # most builds need not load it

    try:
        return metadata.version(SOFTWARE)
    except metadata.PackageNotFoundError:
        return ""


@cache  # what runs is the code of the beginning, whatever is edited meanwhile
def digest_of_code() -> str:
    """Return the sha256 of the names, sizes and times of the plugin's own files."""
    return sha256(repr(_code_stamps(os.fspath(CODE))).encode(errors="replace")).hexdigest()


def _code_stamps(folder: str) -> list[tuple[str, int, int]]:
    """Return the files of our own code with their sizes and times, so that another version forgets."""
    stamps = []
    for entry in os.scandir(folder):
        if entry.is_dir():
            stamps += _code_stamps(entry.path)
        elif entry.name.endswith((".py", ".toml")):
            facts = entry.stat()
            stamps.append((entry.path, facts.st_size, facts.st_mtime_ns))
    return sorted(stamps)
