"""Reads small files of an author or a stranger: only ordinary ones, and never more than a limit of bytes."""

import os
import stat
from pathlib import Path


class UnusualFileError(ValueError):
    """A file that is not read, because it is no ordinary file or too large; the message says why."""


def read_ordinary(path: Path, *, limit: int) -> bytes:
    """Return the bytes of an ordinary file, or of the one that a link leads to.

    limit: bytes. Raises UnusualFileError for anything else, such as a pipe, which could be read for ever, and
    for a larger file; FileNotFoundError if there is nothing of this name; OSError if the disk refuses.
    """
    if what := describe_unusual(path):
        raise UnusualFileError(what)
    with path.open("rb") as file:
        data = file.read(limit + 1)
    if len(data) > limit:
        raise UnusualFileError(f"this file is larger than {limit / 2**20:g} MiB. Is it the right one?")
    return data


def describe_unusual(path: str | Path) -> str:
    """Return what is at a path if it is no ordinary file, and what to do; "" for one, and for nothing."""
    try:
        mode = os.stat(path).st_mode  # noqa: PTH116 - also for strings
    except OSError:
        return _describe_link(path)
    except ValueError:  # a zero byte in the name
        return ""
    if stat.S_ISREG(mode):
        return ""
    kind = next((word for test, word in _KINDS if test(mode)), "something else")
    return f"this is {kind}, not a file. Put the file itself there."


_KINDS = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


def _describe_link(path: str | Path) -> str:
    try:
        target = os.readlink(path)  # noqa: PTH115 - also for strings
    except (OSError, ValueError):
        return ""
    return f"this is a link to {target!r}, which leads to no file. Put the file there, or remove the link."
