"""Texts that end with the sha256 of all that stands before: a change of any byte shows.

One change is none: a program that makes sites smaller writes JSON anew, without its spaces and line breaks.
"""

import hashlib
import json
import os
from pathlib import Path

# What a text ends with; {} is the digest of the bytes before.
JSON_END = ',\n "sha256": "{}"\n}}\n'
LINES_END = "# sha256 of the lines above: {}\n"

_CHUNK = 2**20  # bytes
_LARGEST_REWRITTEN = 50_000_000  # bytes of a JSON text that is read whole, if it was written anew


def seal(body: bytes, end: str) -> bytes:
    """Return a text with its digest at the end."""
    return body + end.format(hashlib.sha256(body).hexdigest()).encode()


def open_seal(data: bytes, end: str) -> bytes:
    """Return the text before the digest; raises ValueError if it is not what was sealed."""
    body = data[: -len(end.format("0" * 64))]
    if seal(body, end) == data:
        return body
    if end == JSON_END and (body := _restore(data)):
        return body
    raise ValueError(_CHANGED)


def check_seal(path: Path, end: str) -> None:
    """Raise ValueError if a file is not what was sealed, and OSError; it is read piece by piece."""
    digest, length = hashlib.sha256(), len(end.format("0" * 64))
    with path.open("rb") as file:
        left = max(0, os.fstat(file.fileno()).st_size - length)
        while left:
            if not (chunk := file.read(min(left, _CHUNK))):
                break
            digest.update(chunk)
            left -= len(chunk)
        if file.read(length + 1) == end.format(digest.hexdigest()).encode():
            return
        file.seek(0)
        open_seal(file.read(_LARGEST_REWRITTEN), end)


def _restore(data: bytes) -> bytes:
    """Return what was sealed, from JSON that another program wrote anew; b"" if it says something else."""
    try:
        facts = json.loads(data)
        digest = facts.pop("sha256")
        body = json.dumps(facts, indent=1).removesuffix("\n}").encode()
    except (ValueError, AttributeError, KeyError, RecursionError):
        return b""
    return body if hashlib.sha256(body).hexdigest() == digest else b""


_CHANGED = "it was changed after the build: it ends with another digest than its own"
