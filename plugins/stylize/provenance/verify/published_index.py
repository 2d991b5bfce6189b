"""Read the index of published pictures, `provenance/index.json`, and the record of each picture."""

import hashlib
import json
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any, TextIO

from ...model.entities import digest_of
from ...storage.sealed_text import JSON_END, check_seal
from ..record import Record, read_document

VERSION = 2
HIDDEN = "sha256:"  # begins the folder of a picture that only drafts show: the digest of its path follows
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

    folder: str  # below the site's root, or HIDDEN and the sha256 of that; paths are then below the folder
    record: str  # sha256 of its document
    sidecar: str  # below the site's root; "" if there is none
    sidecar_sha256: str
    files: tuple[PublishedFile, ...]

    def put_into(self, folder: str) -> "PublishedPicture":
        """Return a hidden picture with the paths of its files below the site's root."""
        files = tuple(replace(file, path=f"{folder}/{file.path}") for file in self.files)
        sidecar = f"{folder}/{self.sidecar}" if self.sidecar else ""
        return replace(self, folder=folder, sidecar=sidecar, files=files)


def read_pictures(index: Path) -> Iterator[PublishedPicture]:
    """Yield the pictures of an index one by one, so that memory does not grow with the site.

    Raises ValueError if a build did not write it so.
    """
    decode = json.JSONDecoder().raw_decode
    with _open_text(index) as file:
        head, text = _read_head(file)
        version = head.get("version", "none")
        if version != VERSION:
            raise ValueError(f"it is of version {version}, and {VERSION} is known")
        check_seal(index, JSON_END)
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


def read_static_files(index: Path) -> frozenset[str]:
    """Return the author's own files that lie among the pictures; raises ValueError like `read_pictures`."""
    with _open_text(index) as file:
        return frozenset(map(str, _read_head(file)[0].get("static", ())))


def _read_head(file: TextIO) -> tuple[dict[str, Any], str]:
    """Return what an index says before it lists its pictures, and the beginning of that list."""
    text = ""
    try:
        while '"pictures"' not in text:
            if not (chunk := file.read(_CHUNK)):
                raise ValueError("it lists no pictures")
            text += chunk
        before, _, after = text.partition('"pictures"')
        head = json.loads(f"{before.rstrip().rstrip(',')}}}")
        if not isinstance(head.get("static", []), list):
            raise ValueError("it names no files of the author's")
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    except UnicodeDecodeError:
        raise ValueError("it is damaged: it is not UTF-8") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"it is cut off or damaged: {error.msg}") from None
    return head, after


def read_record(sidecar: Path, *, digest: str, sha256: str) -> Record:
    """Return the record in a sidecar; raises ValueError if the record or the file has another digest."""
    try:
        with _open_text(sidecar) as file:
            text = file.read(_LARGEST)
        document = json.loads(text)["record"]
        if digest_of(document) != digest:
            raise ValueError("its record was changed after the build: the index has another digest")
        if hashlib.sha256(text.encode()).hexdigest() != sha256:
            raise ValueError("it was changed after the build: the index has another digest")
    except RecursionError:
        raise ValueError("it holds no record: it is nested too deeply") from None
    except (KeyError, TypeError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise ValueError(f"it holds no record: {error}") from None
    return read_document(document)


def _open_text(path: Path) -> TextIO:
    """Open a text file; raises ValueError if there is none."""
    try:
        if stat.S_ISREG(path.stat().st_mode):  # reading a pipe could block forever
            return path.open(encoding="utf-8", newline="")
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
            sidecar_sha256=str(value["sidecar_sha256"]),
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
