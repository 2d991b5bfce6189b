"""Read the index of published pictures, `provenance/index.json`, and the record of each picture."""

import json
import re
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, TextIO

from ...model.entities import digest_of
from ..record import Record, read_document

INDEX = "provenance/index.json"  # below the site's root
VERSION = 1
_CHUNK = 16_384  # characters
_LARGEST = 10_000_000  # characters of a sidecar; ours have 5,000


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedFile:
    """A file of a picture, as the build published it."""

    path: str  # below the site's root
    width: int  # pixels
    format: str  # "image/avif"
    sha256: str
    signed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedPicture:
    """A picture and its files."""

    folder: str  # below the site's root
    record: str  # sha256 of its document
    sidecar: str  # below the site's root; "" if there is none
    files: tuple[PublishedFile, ...]


def read_pictures(index: Path) -> Iterator[PublishedPicture]:
    """Yield the pictures of an index one by one, so that memory does not grow with the site.

    Raises ValueError if a build did not write it so.
    """
    decode = json.JSONDecoder().raw_decode
    with _open_text(index) as file:
        before, text = "", ""
        while '"pictures"' not in text:
            if not (chunk := file.read(_CHUNK)):
                raise ValueError("it lists no pictures")
            text += chunk
        before, _, text = text.partition('"pictures"')
        while not (text := text.lstrip(" \t\r\n,:[")).startswith("]"):
            try:
                value, end = decode(text)
            except json.JSONDecodeError as error:
                if not (chunk := file.read(_CHUNK)):
                    raise ValueError(f"it is cut off or damaged: {error.msg}") from None
                text += chunk
                continue
            except RecursionError:
                raise ValueError("it is nested too deeply") from None
            yield _parse_picture(value)
            text = text[end:]
        stated = re.search(r'"version"\s*:\s*(\d+)', before + text + file.read(_CHUNK))
        if not stated or int(stated[1]) != VERSION:
            raise ValueError(f"it is of version {stated[1] if stated else 'none'}, and {VERSION} is known")


def read_record(sidecar: Path, *, digest: str) -> Record:
    """Return the record in a sidecar; raises ValueError if it has another digest."""
    try:
        with _open_text(sidecar) as file:
            document = json.loads(file.read(_LARGEST))["record"]
        if digest_of(document) != digest:
            raise ValueError("its record was changed after the build: the index has another digest")
    except RecursionError:
        raise ValueError("it holds no record: it is nested too deeply") from None
    except (KeyError, TypeError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise ValueError(f"it holds no record: {error}") from None
    return read_document(document)


def _open_text(path: Path) -> TextIO:
    """Open a text file; raises ValueError if there is none."""
    try:
        if stat.S_ISREG(path.stat().st_mode):  # reading a pipe could block forever
            return path.open(encoding="utf-8")
    except FileNotFoundError:
        raise ValueError("it is missing") from None
    except OSError as error:
        raise ValueError(f"it cannot be read: {error.strerror}") from None
    raise ValueError("it is no file")


def _parse_picture(value: Mapping[str, Any]) -> PublishedPicture:
    try:
        return PublishedPicture(
            folder=_check_path(value["folder"]),
            record=str(value["record"]),
            sidecar=_check_path(value["sidecar"]) if value["sidecar"] else "",
            files=tuple(
                PublishedFile(
                    path=_check_path(file["path"]),
                    width=int(file["width"]),
                    format=str(file["format"]),
                    sha256=str(file["sha256"]),
                    signed=bool(file["signed"]),
                )
                for file in value["files"]
            ),
        )
    except (KeyError, TypeError) as error:
        raise ValueError(f"one of its pictures is incomplete: {error}") from None


def _check_path(path: str) -> str:
    """Return a path; raises ValueError if it leads outside the root."""
    parts = PurePosixPath(path).parts
    if not parts or ".." in parts or PurePosixPath(path).is_absolute() or "\\" in path:
        raise ValueError(f"it names a place outside the site: {path!r}")
    return path
