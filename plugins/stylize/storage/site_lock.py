"""Lets one process at a time write to an output folder, and says which one does.

The lock is a file in a hidden folder beside the real output, `.output.stylize/lock`: two settings files with
different stores find the same one, a link to the output leads to it, and it is never part of the site. The
kernel releases it when its process ends, however that ends.
"""

import atexit
import errno
import json
import os
import re
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path

from ..model.errors import UserError
from .atomic_files import DAY, OUTPUT, display_path, explain_refusals, lock

if sys.platform != "win32":
    import fcntl

WAIT = 10.0  # seconds: longer than most warm builds, so that two of them both succeed
POLL = 0.1  # seconds between two tries
LOCK, OWNER, ENTRIES, IGNORED = "lock", "owner", "entries.json", ".gitignore"  # files of the hidden folder
COMING, GOING = "coming-", "going-"  # prefixes of its folders: a site that is prepared, one that is replaced
_COMMAND = re.compile(r"[a-z]+(\.(?!py$)[a-z]+)?")  # build, store.prune; not pelicanconf.py
_NO_LOCKS = (errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EINVAL, errno.ENOSYS)


class _TakenError(Exception):
    """Another process holds the lock; its only argument is what is known of the process."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """The process that writes to an output folder."""

    command: str
    process: int
    host: str
    since: str

    def __str__(self) -> str:
        return f"`{self.command}` (process {self.process} on {self.host}, since {self.since})"


@dataclass(eq=False, kw_only=True)
class SiteLock:
    """A lock that this process holds; `closing` has what is to be done when it is released."""

    output: Path  # as the settings name it, for messages
    real: Path  # the same folder, links resolved
    place: Path  # the hidden folder beside it
    writable: bool = True  # whether the hidden folder could be made
    closing: ExitStack = field(default_factory=ExitStack)

    def covers(self, path: Path) -> bool:
        """Return whether a folder is the output, is inside it, or is prepared beside it."""
        return path.is_relative_to(self.real) or path.is_relative_to(self.place)

    def release(self) -> None:
        """Release the lock; once is enough."""
        with suppress(ValueError):
            _held.remove(self)
        self.closing.close()


_held: list[SiteLock] = []  # by this process


def acquire(
    output: Path, *, wait: float = WAIT, tell: Callable[[str], None] = lambda line: None
) -> SiteLock | None:
    """Lock an output folder until `release`, or to the end of this process.

    wait: seconds; after them a UserError says who holds the lock. tell: is called with one line if there is
    something to wait for. Returns None if this process holds the lock already, or that of a folder above.
    """
    real = Path(os.path.realpath(output))
    if any(held.covers(real) for held in _held):
        return None
    end = time.monotonic() + wait
    told = False
    while True:
        try:
            with explain_refusals(real.parent, doing="preparing the site", setting=OUTPUT):
                taken = _take(output, real)
            break
        except _TakenError as error:
            who = f"{display_path(output)}: {error} is writing to it"
            if time.monotonic() >= end:
                raise UserError(
                    f"{who}. Nothing was changed. Try again when it has ended; one output is written by one"
                    " command at a time."
                ) from None
            if not told:
                tell(f"{who}; waiting for it to end.")
                told = True
            time.sleep(POLL)
    if taken.writable:
        _clear(taken)
    _held.append(taken)
    atexit.register(taken.release)
    taken.closing.callback(atexit.unregister, taken.release)
    return taken


def release_all() -> None:
    """Release all locks of this process."""
    for held in list(_held):
        held.release()


@contextmanager
def release_afterwards() -> Iterator[None]:
    """Release at the end all locks that were taken inside."""
    before = list(_held)
    try:
        yield
    finally:
        for held in [held for held in _held if held not in before]:
            held.release()


def list_locked() -> list[Path]:
    """Return the outputs that this process has locked."""
    return [held.output for held in _held]


def _name_hidden_folder(real: Path) -> Path:
    """Return the folder beside an output in which new sites are prepared."""
    return real.with_name(f".{real.name}.stylize")


def _take(output: Path, real: Path) -> SiteLock:
    """Take the lock of a folder; raises _TakenError."""
    taken = SiteLock(output=output, real=real, place=_name_hidden_folder(real))
    try:
        taken.place.mkdir(parents=True, exist_ok=True)
        _take_file(taken)
    except OSError as error:
        if error.errno not in (errno.EACCES, errno.EPERM, errno.EROFS):
            raise
        taken.writable = False  # so no command can replace the output, and its inode is lock enough
        _take_folder(taken)
    return taken


def _take_file(taken: SiteLock) -> None:
    path = taken.place / LOCK
    while True:
        try:
            descriptor = _open(path)
        except FileNotFoundError:  # its holder has just removed the folder
            taken.place.mkdir(parents=True, exist_ok=True)
            continue
        with ExitStack() as failed:
            failed.callback(os.close, descriptor)
            if not _flock(descriptor, path):
                _take_name(taken)
                return
            if not _is_at(path, descriptor):
                continue  # its holder has just removed it
            failed.pop_all()
        with suppress(OSError):  # a full disk, or a file of another user: the lock is held all the same
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, _describe_this_process(), 0)
        taken.closing.callback(_let_go, taken.place, descriptor)
        return


def _let_go(place: Path, descriptor: int) -> None:
    """Release a lock; remove its folder unless it keeps what the next build needs."""
    with suppress(OSError):
        os.ftruncate(descriptor, 0)
    if not (place / ENTRIES).exists():
        with suppress(OSError):
            (place / LOCK).unlink()
            place.rmdir()
    os.close(descriptor)


def _clear(taken: SiteLock) -> None:
    """Remove what killed runs left in the hidden folder; put the old site back if there is none now."""
    for name in os.listdir(taken.place):  # noqa: PTH208 - names only
        if name in (LOCK, OWNER, ENTRIES, IGNORED):
            continue
        path = taken.place / name
        if name.startswith(GOING) and not os.path.lexists(taken.real):
            path.rename(taken.real)
        elif path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _open(path: Path) -> int:
    """Open the lock file; made only if it is missing, since a folder that all may write to asks for that."""
    for flags in (os.O_RDWR, os.O_RDONLY):
        try:
            return os.open(path, flags)
        except PermissionError:  # a file of another user can be locked without being written
            continue
        except FileNotFoundError:
            with suppress(FileExistsError):
                return os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o666)
            return _open(path)
    raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))


def _flock(descriptor: int, path: Path) -> bool:
    """Lock an open file; return False if there are no such locks, raise _TakenError if it is taken."""
    if sys.platform == "win32":
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise _TakenError(_read_holder(path) or "another process") from None
    except OSError as error:
        if error.errno not in _NO_LOCKS:
            raise
        return False
    return True


def _is_at(path: Path, descriptor: int) -> bool:
    try:
        return path.stat().st_ino == os.fstat(descriptor).st_ino
    except OSError:
        return False


def _take_folder(taken: SiteLock) -> None:
    """Lock the output folder itself, where nothing can be written beside it."""
    try:
        descriptor = lock(taken.real)
    except BlockingIOError:
        raise _TakenError("another process") from None
    except OSError:  # there is no such folder yet
        return
    if descriptor is not None:
        taken.closing.callback(os.close, descriptor)


def _take_name(taken: SiteLock) -> None:
    """Take the lock by making a file, where the kernel has no locks; it has to be known who has ended."""
    path = taken.place / OWNER
    while True:
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
            break
        except FileExistsError:
            holder = _read_holder(path)
            if not _has_ended(path, holder):
                advice = f" (if no build is running, remove {path})"
                raise _TakenError(f"{holder or 'another process'}{advice}") from None
            with suppress(FileNotFoundError):
                path.unlink()
    try:
        os.write(descriptor, _describe_this_process())
    except OSError:
        path.unlink()  # without words in it, it would name nobody
        raise
    finally:
        os.close(descriptor)
    taken.closing.callback(_remove_name, taken.place)


def _remove_name(place: Path) -> None:
    with suppress(OSError):
        (place / OWNER).unlink()
        if not (place / ENTRIES).exists():
            (place / LOCK).unlink()
            place.rmdir()


def _has_ended(path: Path, holder: Holder | None) -> bool:
    """Return whether the process that made a file has ended; for one on another machine, after a day."""
    try:
        age = time.time() - path.stat().st_mtime
    except FileNotFoundError:
        return True
    if holder is None:
        return age > POLL * 10  # made, and never filled
    if holder.host != _name_host() or sys.platform == "win32":
        return age > DAY
    try:
        os.kill(holder.process, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        pass  # a process of another user
    return False


def _describe_this_process() -> bytes:
    holder = Holder(
        command=_name_command(),
        process=os.getpid(),
        host=_name_host(),
        since=time.strftime("%Y-%m-%d %H:%M:%S"),
    )
    return json.dumps(asdict(holder)).encode()


def _name_command() -> str:
    """Return the program and its command as they were typed, without options, which may hold secrets."""
    program = Path(sys.argv[0] or "python")
    name = program.parent.name if program.stem == "__main__" else program.stem
    words = [word for word in sys.argv[1:] if _COMMAND.fullmatch(word)]
    return " ".join([name, *words[:1]]) if name != "pelican" else name


def _name_host() -> str:
    return os.environ.get("COMPUTERNAME", "") if sys.platform == "win32" else os.uname().nodename


def _read_holder(path: Path) -> Holder | None:
    for _ in range(3):
        try:
            return Holder(**json.loads(path.read_bytes()))
        except (OSError, ValueError, TypeError):
            time.sleep(POLL / 2)  # it may be writing its name just now
    return None
