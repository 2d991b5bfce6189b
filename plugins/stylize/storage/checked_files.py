"""Files that carry their own digest, so that a flipped bit or a changed letter is noticed when they are read.

A file of facts is JSON whose first member is the sha256 of the second. A folder of files has a list of their
digests, as the program `sha256sum` writes it: `sha256sum -c sha256sums` checks a folder by hand.
"""

import json
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from .atomic_files import sha256_of, write_if_new, write_whole

SUMS = "sha256sums"  # in each folder

_HEAD, _MIDDLE, _END = b'{"sha256": "', b'", "facts": ', b"}\n"
_BEGIN = len(_HEAD) + 64 + len(_MIDDLE)


class DamagedError(ValueError):
    """A file is not as it was written."""


def write_facts(path: Path, facts: Any) -> None:
    """Write facts with their digest, whole or not at all, unless the file has them; raises OSError."""
    body = json.dumps(facts).encode("ascii")
    write_if_new(path, _enclose(body).decode("ascii"))


def read_facts(path: Path) -> Any:
    """Return the facts of a file; raises DamagedError if it is not as `write_facts` wrote it, and OSError."""
    data = path.read_bytes()
    body = data[_BEGIN : -len(_END)]
    if data != _enclose(body):
        raise DamagedError("it is damaged, or of another version")
    return json.loads(body)


def write_sums(folder: Path, known: Mapping[str, str] | None = None) -> None:
    """Write the list of the digests of all files in a folder; raises OSError.

    known: digests by name, of files that need not be read.
    """
    names = sorted(path.name for path in folder.iterdir() if path.name != SUMS)
    sums = {name: (known or {}).get(name) or sha256_of(folder / name) for name in names}
    write_whole(folder / SUMS, _format_list(sums))


def read_listed_files(folder: Path, names: Iterable[str] | None = None) -> dict[str, bytes]:
    """Return the bytes of files in a folder, by name, each compared with its digest in the list.

    names: of the files; None for all that are listed, sorted. Raises DamagedError if a file is missing, not
    listed or not as it was written, and FileNotFoundError if the folder has no list.
    """
    sums = _read_list(folder)
    files = {}
    for name in sums if names is None else names:
        try:
            files[name] = (folder / name).read_bytes()
        except (OSError, ValueError) as error:  # ValueError: a zero byte in a damaged name
            raise DamagedError(f"{name} cannot be read") from error
        if sha256(files[name]).hexdigest() != sums.get(name):
            raise DamagedError(f"{name} is not as it was written")
    return files


def is_listed_in_part(folder: Path, data: bytes) -> bool:
    """Return whether the list of a folder has half of the digest of a file, as if a part of it were damaged.

    A file that was changed has another digest, no half of which is in the list. False if there is no list.
    """
    try:
        written = (folder / SUMS).read_bytes()
    except FileNotFoundError:
        return False
    digest = sha256(data).hexdigest().encode("ascii")
    return digest[:32] in written or digest[32:] in written


def _enclose(body: bytes) -> bytes:
    return b"".join((_HEAD, sha256(body).hexdigest().encode("ascii"), _MIDDLE, body, _END))


def _format_list(sums: Mapping[str, str]) -> bytes:
    return "".join(f"{digest}  {name}\n" for name, digest in sums.items()).encode()


def _read_list(folder: Path) -> dict[str, str]:
    """Return the digests of a folder's files by name; raises DamagedError and FileNotFoundError."""
    data = (folder / SUMS).read_bytes()
    lines = data.decode("utf-8", errors="replace").split("\n")[:-1]
    sums = {line[66:]: line[:64] for line in lines}
    if data != _format_list(sums):
        raise DamagedError("the list of its digests is damaged")
    return sums
