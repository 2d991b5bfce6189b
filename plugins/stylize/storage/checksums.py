"""The list of all files of a published site, each with its sha256, which `sha256sum -c` reads too."""

import os
import re
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from .atomic_files import sha256_of, write_whole
from .sealed_text import LINES_END, open_seal, seal

LIST = "provenance/SHA256SUMS"  # below the site's root
INDEX = "provenance/index.json"  # the same, of each site and sub-site: the published pictures
HEAD = b"""\
# The sha256 of every file of this site, as it was published. To check: sha256sum -c provenance/SHA256SUMS
# A file that no page links to stands here without its name: sha256 of the file, sha256 of its path.
"""
# At the top of a site; their contents change with each commit.
REPOSITORIES = frozenset({".git", ".hg", ".svn", ".bzr", ".fossil", ".jj"})
LEFT_BY_DESKTOPS = {".DS_Store", "Thumbs.db", "desktop.ini"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Checksums:
    """What the list says: the sha256 of each file."""

    named: dict[str, str]  # by path below the site
    unnamed: dict[str, str]  # by the sha256 of that path

    def find(self, path: str) -> str:
        """Return the digest of a file; "" if it is not in the list."""
        return self.named.get(path) or self.unnamed.get(digest_path(path), "")


def digest_path(path: str) -> str:
    """Return the sha256 of a path below the site."""
    return sha256(os.fsencode(path)).hexdigest()


def walk_files(root: Path) -> Iterator[str]:
    """Yield the path of every file of a site, below its root, in the order of their names.

    Links are followed, since a site is uploaded without them. What is neither a file nor a folder is
    yielded too. Left out are the list itself, repositories, and what desktops leave behind.
    """
    for path in _walk(root, "", above=()):
        if path != LIST:
            yield path


def _walk(folder: Path, prefix: str, *, above: tuple[tuple[int, int], ...]) -> Iterator[str]:
    facts = folder.stat()
    above = (*above, (facts.st_dev, facts.st_ino))
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        if entry.name in LEFT_BY_DESKTOPS or (not prefix and entry.name in REPOSITORIES):
            continue
        if not entry.is_dir():
            yield f"{prefix}{entry.name}"
            continue
        if entry.is_symlink():
            target = entry.stat()
            if (target.st_dev, target.st_ino) in above:  # a link to a folder that it is in
                continue
        yield from _walk(Path(entry.path), f"{prefix}{entry.name}/", above=above)


def write_checksums(root: Path, *, named: Collection[str]) -> None:
    """Write the list of a site; named: the paths that may stand in it, since pages link to them."""
    lines = [HEAD]
    for path in walk_files(root):
        if not (root / path).is_file():
            continue
        digest = sha256_of(root / path)
        if path in named:
            mark, name = _escape(os.fsencode(path))
            lines.append(mark + digest.encode() + b"  " + name + b"\n")
        else:
            lines.append(f"# {digest}  {digest_path(path)}\n".encode())
    write_whole(root / LIST, seal(b"".join(lines), LINES_END))


def read_checksums(root: Path) -> Checksums:
    """Return what the list of a site says.

    Raises ValueError if it was changed since it was written, FileNotFoundError if there is none, and OSError.
    """
    named, unnamed = {}, {}
    for line in open_seal((root / LIST).read_bytes(), LINES_END).split(b"\n"):
        if found := re.fullmatch(_NAMED, line, re.DOTALL):
            mark, digest, name = found.groups()
            named[os.fsdecode(_unescape(name) if mark else name)] = digest.decode()
        elif found := re.fullmatch(_UNNAMED, line):
            unnamed[found[2].decode()] = found[1].decode()
    return Checksums(named=named, unnamed=unnamed)


def withdraw_checksums(root: Path) -> None:
    """Remove the list of a site whose files are about to change."""
    with suppress(OSError):
        (root / LIST).unlink()


# Compiled when a list is read; a build reads none.
_NAMED = rb"(\\?)([0-9a-f]{64})  (.+)"
_UNNAMED = rb"# ([0-9a-f]{64})  ([0-9a-f]{64})"


def _escape(name: bytes) -> tuple[bytes, bytes]:
    """Return a name as GNU's sha256sum writes it, and the mark before its line if it is escaped."""
    escaped = name.replace(b"\\", b"\\\\").replace(b"\n", b"\\n").replace(b"\r", b"\\r")
    return (b"\\" if escaped != name else b"", escaped)


def _unescape(name: bytes) -> bytes:
    return re.sub(rb"\\(.)", lambda found: {b"n": b"\n", b"r": b"\r"}.get(found[1], found[1]), name)
