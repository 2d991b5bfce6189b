"""Writes files and folders whole or not at all, and explains in words what a disk refuses."""

import errno
import hashlib
import logging
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from ..model.errors import UserError

if sys.platform != "win32":
    import fcntl

logger = logging.getLogger(__name__)

YOUNG = 2_000_000_000  # nanoseconds, the resolution of times on FAT: a change within it may not show
TICK = 20_000_000  # nanoseconds; the clock of a file system lags behind the system clock
SECOND = 1_000_000_000  # nanoseconds

STORE, OUTPUT = "STYLIZE['store']", "OUTPUT_PATH"  # the settings that name the store and the site
GRACE = 60  # seconds; a younger private folder may not be locked yet
DAY = 24 * 60 * 60  # seconds; where folders cannot be locked, an older one is abandoned

_REFUSALS = {
    errno.ENOSPC: "the disk is full while {doing}; what was finished is kept."
    " Free some space and build again.",
    errno.EDQUOT: "your share of the disk is used up while {doing}; what was finished is kept."
    " Free some space and build again.",
    errno.EFBIG: "the system refuses a file of this size while {doing}; what was finished is kept."
    " Raise the limit ('ulimit -f') and build again.",
    errno.EACCES: "there is no permission to write here while {doing}; what was finished is kept."
    " Make the folder writable{elsewhere}.",
    errno.EROFS: "this disk can only be read, which stops {doing}; what was finished is kept."
    " Make it writable{elsewhere}.",
    errno.EIO: "the disk reports an error while {doing}; what was finished is kept. Check the disk.",
    errno.ENOTDIR: "this is a file, but the pictures need a folder. Move it away{elsewhere}.",
    errno.EISDIR: "this is a folder, which stops {doing}. Move it away.",
}
_REFUSALS[errno.EPERM] = _REFUSALS[errno.EACCES]
_REFUSALS[errno.EEXIST] = _REFUSALS[errno.ENOTDIR]
_IN_THE_WAY = (errno.ENOTDIR, errno.EEXIST, errno.EISDIR)


class DiskError(UserError):
    """A disk refused to write: nothing more can be stored there."""


@contextmanager
def explain_refusals(place: Path, *, doing: str, setting: str = "") -> Iterator[None]:
    """Turn the error of a full, read-only or broken disk into a DiskError; other errors pass through.

    place: the folder, or the file that is written. doing: what was interrupted: "storing the picture of
    pier.jpg". setting: the setting that can name another place, for the advice.
    """
    try:
        yield
    except OSError as error:
        if error.errno not in _REFUSALS:
            raise
        if error.errno in _IN_THE_WAY:
            place = _in_the_way(error) or place
        elsewhere = f" or name another folder in {setting}" if setting else ""
        explanation = _REFUSALS[error.errno].format(doing=doing, elsewhere=elsewhere)
        raise DiskError(f"{display_path(place)}: {explanation}") from error


def display_path(path: Path) -> str:
    """Return a path for messages: relative if it is below the current folder."""
    path, here = path.absolute(), Path.cwd()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def sha256_of(path: Path) -> str:
    """Return the sha256 of a file's bytes, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_stamp(path: str) -> list[int]:
    """Return what changes when a file changes: size, time of change, inode time; [] if there is no file."""
    try:
        facts = os.stat(path)  # noqa: PTH116
    except OSError:
        return []
    return [facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns]


def read_identity(path: Path) -> list[int]:
    """Return what changes when a file is written or another takes its place; [] if there is no file."""
    try:
        facts = path.stat()
    except OSError:
        return []
    return [facts.st_dev, facts.st_ino, facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns]


def is_settled(stamp: Sequence[int], *, at: int) -> bool:
    """Return whether a file was unchanged long enough before a time for its stamp to show later changes.

    at: nanoseconds since 1970. A file system whose inode times are whole seconds has a coarse clock: another
    change within them would not show.
    """
    if not stamp:
        return True
    tick = YOUNG if stamp[2] % SECOND == 0 else TICK
    return stamp[1] <= at - YOUNG and stamp[2] <= at - tick


def put_in_place(folder: Path, target: Path) -> None:
    """Rename a folder of finished files to target, and flush both to the disk.

    The files are flushed before the rename, so a power cut leaves all of them or none. If target exists
    already, it stays and the folder is removed.
    """
    for path in folder.iterdir():
        flush(path)
    flush(folder)
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        folder.rename(target)
    except OSError:
        if not target.is_dir():
            raise
        shutil.rmtree(folder)
    flush(target.parent)


@contextmanager
def private_folder(place: Path, *, prefix: str = "") -> Iterator[Path]:
    """Yield a new folder in a place, locked; what was not renamed out of it is removed at the end.

    Folders with that prefix that killed processes left behind are removed first.
    """
    place.mkdir(parents=True, exist_ok=True)
    sweep(place, prefix=prefix)
    folder = Path(tempfile.mkdtemp(dir=place, prefix=prefix))
    held = lock(folder)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if held is not None:
            os.close(held)


def sweep(place: Path, *, prefix: str = "") -> None:
    """Remove the private folders of processes that have ended."""
    for folder in place.glob(f"{prefix}*"):
        with suppress(
            OSError
        ):  # its process is running and holds the lock, or another build removes it as well
            age = time.time() - folder.stat().st_mtime
            if age < GRACE:
                continue
            held = lock(folder)
            if held is None and age < DAY:
                continue
            logger.debug("%s: left behind by a killed build; removed.", display_path(folder))
            shutil.rmtree(folder)
            if held is not None:
                os.close(held)


def put_new(folder: Path, target: Path) -> None:
    """Rename a folder of finished files like `put_in_place`, but only to a name that is free.

    Raises FileExistsError if the name is taken; the folder then stays where it is.
    """
    if target.exists():  # an empty folder would be replaced
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target))
    for path in folder.iterdir():
        flush(path)
    flush(folder)
    try:
        folder.rename(target)
    except OSError as error:
        if not target.exists():
            raise
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target)) from error
    flush(target.parent)


@contextmanager
def new_file(path: Path) -> Iterator[Path]:
    """Yield a path in the same folder, which is made if it is missing; raises OSError.

    What is written there replaces the file at the end, or is removed if there was an error.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    coming = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        yield coming
        coming.replace(path)
    finally:
        with suppress(OSError):
            coming.unlink(missing_ok=True)


def write_whole(path: Path, content: str | bytes, *, newline: str | None = None) -> None:
    """Write a file whole or not at all, and its folder if it is missing; raises OSError."""
    with new_file(path) as coming:
        if isinstance(content, bytes):
            coming.write_bytes(content)
        else:
            coming.write_text(content, "utf-8", newline=newline)


def detect_newline(path: Path) -> str:
    """Return the line ending of a text file, to keep what its author's editor chose."""
    return "\r\n" if b"\r\n" in path.read_bytes() else "\n"


def write_if_new(path: Path, text: str) -> None:
    """Write like `write_whole` unless the file has this text: tools that copy a site compare times."""
    try:
        if path.read_text("utf-8") == text:
            return
    except (FileNotFoundError, NotADirectoryError, UnicodeDecodeError):
        pass
    write_whole(path, text)


def lock(folder: Path) -> int | None:
    """Lock a folder until the returned descriptor is closed or this process ends.

    Returns None if the file system has no such locks; raises BlockingIOError if another process holds it.
    """
    if sys.platform == "win32":
        return None
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise
    except OSError:
        os.close(descriptor)
        return None
    return descriptor


def _in_the_way(error: OSError) -> Path | None:
    """Return the path that is a file and should be a folder, or the other way round."""
    named = error.filename2 or error.filename
    if not isinstance(named, str):
        return None
    above = (Path(named), *Path(named).parents)
    is_folder = error.errno == errno.EISDIR
    return next((path for path in above if path.exists() and path.is_dir() == is_folder), None)


def flush(path: Path) -> None:
    """Have the disk write a file or a folder now, so that a power cut does not lose it."""
    if sys.platform == "win32" and path.is_dir():
        return  # Windows cannot open folders, and flushes their entries by itself
    descriptor = os.open(path, os.O_RDWR if sys.platform == "win32" else os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
