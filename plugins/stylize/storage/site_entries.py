"""Remembers which entries at the top of an output folder builds have made; the others are the author's.

The author's files may be inside folders that builds make too. What came there after a site was published is
not in its list of all files; it is remembered by its path, since the next list has it.

The memory is in the hidden folder beside the output (`site_lock`). A name is the author's if it came between
two builds, and a build's if it came during one. Of a name that was there when the memory began, or that came
during a build that was killed, it is not known whose it is.
"""

import json
import os
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from .atomic_files import OUTPUT, explain_refusals, write_whole
from .checksums import LIST, REPOSITORIES, read_checksums, walk_files
from .site_lock import ENTRIES, IGNORED, SiteLock

# No build makes them, even if they come during one: repositories, and what hosts of sites look for.
AUTHORS = REPOSITORIES | {"CNAME", ".nojekyll"}
PAGES = (".html", ".htm", ".xhtml")


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteEntries:
    """Whose the entries of an output folder are: of builds, not known, and the rest of the author."""

    made: frozenset[str] = frozenset()
    unknown: frozenset[str] = frozenset()
    inside: frozenset[str] = frozenset()  # the author's files in folders of builds, by path below the output


def list_names(folder: Path) -> frozenset[str]:
    """Return the names in a folder; none if there is no folder."""
    try:
        return frozenset(os.listdir(folder))  # noqa: PTH208 - names only
    except (FileNotFoundError, NotADirectoryError):
        return frozenset()


def load_entries(lock: SiteLock, *, blog: Path) -> SiteEntries:
    """Return whose the entries of an output are; blog: the folder of the settings file.

    Without a memory, or with one that is damaged, no entry is known. What another blog made is not known.
    """
    names = list_names(lock.real)
    try:
        memory = json.loads((lock.place / ENTRIES).read_bytes())
        made, unknown = frozenset(memory["made"]), frozenset(memory["unknown"])
        before = names if memory["before"] is None else frozenset(memory["before"])
        owner, inside = memory["blog"], frozenset(map(str, memory.get("inside", ())))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return SiteEntries(unknown=names - AUTHORS)
    unknown |= names - made - before  # of a build that was killed
    if owner != _name_blog(lock, blog):
        made, unknown = frozenset(), unknown | made
    return SiteEntries(made=made & names, unknown=(unknown & names) - AUTHORS, inside=inside)


def find_inside(lock: SiteLock, entries: SiteEntries) -> frozenset[str]:
    """Return the author's files that are inside folders of builds, as paths below the output.

    New ones are found as long as the output has the list of all files with which it was published; a build in
    place removes that list.
    """
    inside = {path for path in entries.inside if os.path.lexists(lock.real / path)}
    try:
        published = read_checksums(lock.real)
    except (OSError, ValueError):
        return frozenset(inside)
    for path in walk_files(lock.real):
        top, _, below = path.partition("/")
        if below and top in entries.made and not published.find(path):
            inside.add(path)
    return frozenset(inside)


def watch_build(
    lock: SiteLock, *, blog: Path, retained: Iterable[str] | None, remember: Callable[[], bool]
) -> None:
    """Watch, until the lock is released, which entries a build in place makes.

    retained: the only names that the build leaves there before it begins; None for all. remember: is asked at
    the end whether to begin a memory if there is none.
    """
    if not lock.writable:
        return
    entries = load_entries(lock, blog=blog)
    if (lock.real / LIST).exists():
        entries = replace(entries, inside=find_inside(lock, entries))
    before = list_names(lock.real)
    if retained is not None:
        before &= frozenset(retained)
    has_memory = (lock.place / ENTRIES).exists()
    if has_memory:
        save_entries(lock, entries, blog=blog, before=before)

    def end_build() -> None:
        if not (has_memory or remember()):
            return
        names = list_names(lock.real)
        made = entries.made | (names - before)
        with suppress(OSError):  # then the memory says that a build did not end
            _save(lock, replace(entries, made=made - AUTHORS, unknown=entries.unknown - made), blog=blog)

    lock.closing.callback(end_build)


def save_entries(
    lock: SiteLock, entries: SiteEntries, *, blog: Path, before: Collection[str] | None = None
) -> None:
    """Save whose the entries are; before: the names that were there when a build began, None at its end.

    Raises DiskError if the disk is full. A memory of another user, which cannot be changed, is left.
    """
    with (
        explain_refusals(lock.place, doing="noting what a build makes", setting=OUTPUT),
        suppress(PermissionError),
    ):
        _save(lock, entries, blog=blog, before=before)


def has_pages(path: Path) -> bool:
    """Return whether an entry of a site is or has a page, which may be a draft or a post that is gone."""
    if path.is_dir() and not path.is_symlink():
        return any(name.endswith(PAGES) for _, _, names in os.walk(path) for name in names)
    return path.name.endswith(PAGES)


def _save(lock: SiteLock, entries: SiteEntries, *, blog: Path, before: Collection[str] | None = None) -> None:
    memory = {
        "blog": _name_blog(lock, blog),
        "made": sorted(entries.made),
        "unknown": sorted(entries.unknown),
        "inside": sorted(entries.inside),
        "before": None if before is None else sorted(before),
    }
    ignored = lock.place / IGNORED
    if not ignored.exists():
        ignored.write_text("*\n")
    write_whole(lock.place / ENTRIES, json.dumps(memory, indent=1) + "\n")


def _name_blog(lock: SiteLock, blog: Path) -> str:
    """Name a blog as seen from its output, so that both can be moved together."""
    return Path(os.path.relpath(blog.resolve(), lock.place)).as_posix()
