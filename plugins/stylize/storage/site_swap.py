"""Replaces an output folder by a new one, at once and whole, and keeps what no build made.

The new site is prepared in the hidden folder beside the real output, so a link to the output stays a link,
and both are on one disk. What is kept is linked into the new site before it takes the place of the old one:
whenever the process is killed, the folder in place has it.
"""

import ctypes
import errno
import os
import re
import secrets
import shutil
import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path

from ..model.errors import UserError
from .atomic_files import OUTPUT, display_path, explain_refusals
from .site_entries import (
    AUTHORS,
    SiteEntries,
    find_inside,
    has_pages,
    list_names,
    load_entries,
    save_entries,
)
from .site_lock import COMING, ENTRIES, GOING, SiteLock

MOUNTS = Path("/proc/self/mountinfo")  # of Linux
_OCTAL = re.compile(r"\\([0-7]{3})")
_AT_FDCWD, _RENAME_EXCHANGE = -100, 2  # linux/fcntl.h, linux/fs.h


@contextmanager
def new_site(
    lock: SiteLock,
    *,
    blog: Path,
    retained: Collection[str],
    tell: Callable[[str], None],
    complete: Callable[[Path], None] = lambda folder: None,
) -> Iterator[Path]:
    """Yield an empty folder for a new site, which replaces the output at the end unless there was an error.

    blog: the folder of the settings file. retained: names of entries that stay whoever made them. tell: is
    called with a line about what stays. complete: is called with the new site when all that stays is in it,
    before it is put into its place. Raises UserError, before anything is built, if the output cannot be
    replaced.
    """
    _check(lock)
    _clear_former_names(lock.output)
    coming = lock.place / f"{COMING}{secrets.token_hex(4)}"
    coming.mkdir()
    try:
        if lock.real.is_dir():
            _copy_owner(lock.real, coming)
        yield coming
        if not list_names(coming):
            raise UserError(
                f"{display_path(lock.output)}: the build wrote nothing there, so the last site stays. Does an"
                " option behind `--` name another folder?"
            )
        _put_in_place(lock, coming, blog=blog, retained=retained, tell=tell, complete=complete)
    finally:
        shutil.rmtree(coming, ignore_errors=True)


def remove_site(
    lock: SiteLock, *, blog: Path, retained: Collection[str], tell: Callable[[str], None]
) -> None:
    """Remove what builds made of an output, and the folder if it is then empty and no link leads to it."""
    _clear_former_names(lock.output)
    entries = load_entries(lock, blog=blog)
    inside = find_inside(lock, entries)
    for name in entries.made - frozenset(retained):
        _remove(lock.real / name, keep={lock.real / path for path in inside})
    left = list_names(lock.real)
    if not left and lock.writable and lock.output.absolute() == lock.real and not _find_mounts(lock.real):
        with suppress(FileNotFoundError):
            lock.real.rmdir()
    if (lock.place / ENTRIES).exists():
        save_entries(lock, SiteEntries(unknown=entries.unknown), blog=blog)
    if authors := (left - entries.unknown - entries.made) | inside:
        tell(f"{display_path(lock.output)}: no build made {_join(authors)}; kept.")
    if unknown := left & entries.unknown:
        tell(
            f"{display_path(lock.output)}: it is not known whether a build made {_join(unknown)}; kept."
            " Remove by hand what is not yours."
        )


def _clear_former_names(output: Path) -> None:
    """Remove `output.coming` and `output.going`, where runs once left a site that they did not finish.

    The old site is put back if there is none in its place.
    """
    for place in {output, Path(os.path.realpath(output))}:
        coming, going = (place.with_name(f"{place.name}.{suffix}") for suffix in ("coming", "going"))
        if going.is_dir() and not going.is_symlink() and not os.path.lexists(place):
            going.rename(place)
        for path in (coming, going):
            if os.path.lexists(path):
                _remove(path)


def _check(lock: SiteLock) -> None:
    """Raise UserError if the output cannot be replaced by another folder."""
    output = display_path(lock.output)
    if not lock.writable:
        raise UserError(
            f"{lock.real.parent}: there is no permission to write here, where a new site is prepared before"
            f" it replaces {output}. Make the folder writable, or name another folder in OUTPUT_PATH."
        )
    if os.path.lexists(lock.real) and not lock.real.is_dir():
        raise UserError(
            f"{output}: this is a file, but the site needs a folder. Move it away, or name another folder in"
            " OUTPUT_PATH."
        )
    if mounts := _find_mounts(lock.real):
        inside = f"{output}/site" if mounts[0] == lock.real else "output"
        raise UserError(
            f"{display_path(mounts[0])}: another disk or folder is mounted here, so {output} cannot be"
            f' replaced as a whole. Name a folder where none is, as in OUTPUT_PATH = "{inside}"'
        )


def _find_mounts(folder: Path) -> list[Path]:
    """Return where something is mounted at a folder or below it."""
    try:
        lines = MOUNTS.read_text("utf-8", "surrogateescape").splitlines()
    except OSError:
        return [folder] if folder.is_mount() else []
    # Spaces and the like are written as three octal digits (`man 5 proc_pid_mountinfo`).
    places = [Path(_OCTAL.sub(lambda code: chr(int(code[1], 8)), line.split()[4])) for line in lines]
    return [place for place in places if place.is_relative_to(folder)]


def _copy_owner(old: Path, new: Path) -> None:
    """Give a new folder the mode, the group and the access lists of the old one."""
    with suppress(OSError):
        shutil.copystat(old, new)
        if sys.platform != "win32":
            facts = old.stat()
            os.chown(new, -1, facts.st_gid)
            new.chmod(facts.st_mode & 0o7777)


def _put_in_place(
    lock: SiteLock,
    coming: Path,
    *,
    blog: Path,
    retained: Collection[str],
    tell: Callable[[str], None],
    complete: Callable[[Path], None],
) -> None:
    made = list_names(coming)
    entries = load_entries(lock, blog=blog)
    kept = frozenset(retained) | AUTHORS
    old = list_names(lock.real)
    doubtful = {
        name
        for name in (old & entries.unknown) - made - kept
        if not name.startswith(".") and has_pages(lock.real / name)
    }
    carried = old - made - (entries.made - kept) - doubtful
    with _explaining_what_is_kept(lock):
        for name in carried:
            _link(lock.real / name, coming / name)
        for name in old & made & frozenset(retained):
            _merge(lock.real / name, coming / name)
        inside = {path for path in find_inside(lock, entries) if _link_inside(lock.real, coming, path)}
        complete(coming)
        aside = _set_aside(lock, doubtful)
    both = SiteEntries(
        made=(entries.made | made) - kept, unknown=entries.unknown - carried, inside=frozenset(inside)
    )
    save_entries(lock, both, blog=blog)
    going = _swap(lock, coming)
    # The author's own folders take the place of the links to them: a program may be at work inside.
    for name in carried:
        _exchange(going / name, lock.real / name)
    folders = {path.partition("/")[0] for path in inside}
    save_entries(lock, SiteEntries(made=(made | folders) - kept, inside=frozenset(inside)), blog=blog)
    shutil.rmtree(going, ignore_errors=True)
    if authors := carried | inside:
        tell(f"{display_path(lock.output)}: no build made {_join(authors)}; kept.")
    if aside:
        tell(
            f"{display_path(lock.output)}: it is not known whether a build made {_join(doubtful)}, so it is"
            f" now in {display_path(aside)}. Move back what is yours, which then stays, and remove the rest."
        )


@contextmanager
def _explaining_what_is_kept(lock: SiteLock) -> Iterator[None]:
    """Explain a refusal to link or copy what is kept; the last site stays."""
    try:
        with explain_refusals(lock.place, doing="completing the new site", setting=OUTPUT):
            yield
    except shutil.Error as error:  # of a folder: the reasons of all its files
        path, _, reason = error.args[0][0]
        raise UserError(
            f"{display_path(Path(path))}: it cannot be kept in the new site ({reason}), so the last site"
            " stays. Does another program change it? Try again."
        ) from error


def _set_aside(lock: SiteLock, names: Collection[str]) -> Path | None:
    """Link entries into a folder beside the output; return it, or None if there are none."""
    if not names:
        return None
    filled = lock.place / f"{COMING}aside"
    filled.mkdir()
    for name in names:
        _link(lock.real / name, filled / name)
    number, aside = 2, lock.real.with_name(f"{lock.real.name}.aside")
    while os.path.lexists(aside):
        number, aside = number + 1, lock.real.with_name(f"{lock.real.name}.aside-{number}")
    filled.rename(aside)
    return aside


def _swap(lock: SiteLock, coming: Path) -> Path:
    """Put the new folder into the place of the old one; return where the old one is."""
    if not os.path.lexists(lock.real):
        coming.rename(lock.real)
        return coming
    if _exchange(coming, lock.real):
        return coming
    going = coming.with_name(f"{GOING}{secrets.token_hex(4)}")
    try:
        lock.real.rename(going)
    except OSError as error:
        raise UserError(
            f"{display_path(lock.output)}: it cannot be replaced ({error.strerror}), so the last site stays."
            " Close the programs that use it, or name another folder in OUTPUT_PATH."
        ) from error
    try:
        coming.rename(lock.real)
    except BaseException:
        going.rename(lock.real)
        raise
    return going


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two paths at once, so that neither is ever missing; return False if that is not possible."""
    call = _find_renameat2()
    return (
        call is not None
        and call(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE) == 0
    )


@cache
def _find_renameat2() -> Callable[..., int] | None:
    """Return the system call of Linux that Python does not offer (`man 2 renameat2`)."""
    if sys.platform != "linux":
        return None
    try:
        return ctypes.CDLL(None).renameat2
    except (OSError, AttributeError):  # an older C library
        return None


def _link(source: Path, target: Path) -> None:
    """Give a file, or all files of a folder, a second name, which stays when the first is removed."""
    if source.is_dir() and not source.is_symlink():
        shutil.copytree(source, target, symlinks=True, copy_function=_link_file)
    else:
        _link_file(source, target)


def _link_inside(old: Path, new: Path, path: str) -> bool:
    """Link a file of the author's into the new site; return False if that has something else in its place."""
    target = new / path
    blocked = next(folder for folder in target.parents if os.path.lexists(folder))
    if os.path.lexists(target) or not blocked.is_dir():
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    _link_file(old / path, target)
    return True


def _link_file(source: str | Path, target: str | Path) -> None:
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ENOSPC, errno.EDQUOT):
            raise
        shutil.copy2(source, target, follow_symlinks=False)  # a disk without links, a file of another user


def _merge(source: Path, target: Path) -> None:
    """Link into a folder of the new site what only the old one has."""
    if not (source.is_dir() and target.is_dir()) or source.is_symlink() or target.is_symlink():
        return
    for name in list_names(source):
        if os.path.lexists(target / name):
            _merge(source / name, target / name)
        else:
            _link(source / name, target / name)


def _remove(path: Path, *, keep: Collection[Path] = ()) -> None:
    """Remove a file, or a folder with all that is in it except some files."""
    if any(path in (each, *each.parents) for each in keep):
        if path.is_dir() and not path.is_symlink():
            for name in list_names(path):
                _remove(path / name, keep=keep)
    elif path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _join(names: Collection[str]) -> str:
    shown = sorted(names)
    more = f" and {len(shown) - 5} more" if len(shown) > 5 else ""
    return ", ".join(shown[:5]) + more
