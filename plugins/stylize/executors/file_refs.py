"""Files as tasks name them: by the digest of what is in them."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from ..model.errors import PhotoError, UserError
from ..storage.atomic_files import read_identity, sha256_of
from ..storage.safetensors_header import digest_tensors

Opened = TypeVar("Opened")

_CHANGED = "the file was changed during the run. Run the command again."


class FileChangedError(UserError):
    """A file is not the one that the task names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRef:
    """A file that must have this digest; the path says where it was when the task was made."""

    path: Path  # absolute
    digest: str  # sha256 of the file; of a safetensors file, `safetensors_header.digest_tensors`

    @property
    def name(self) -> str:
        """The file's name, for messages."""
        return self.path.name


def make_file_ref(path: Path, *, digest: str = "") -> FileRef:
    """Return a reference to a file; without a digest, the sha256 of the file is computed."""
    return FileRef(path=path.absolute(), digest=digest or sha256_of(path))


def _resolve(ref: FileRef) -> Path:
    """Return where a worker on this machine reads the file.

    Raises FileChangedError if the file is gone or has another digest. A worker that shares no disk with
    the blog needs a resolver that finds the digest in a store; nothing else in it uses `ref.path` to read.
    """
    try:
        if ref.path.suffix == ".safetensors":
            digest = digest_tensors(ref.path, where=str(ref.path))
        else:
            digest = sha256_of(ref.path)
    except FileNotFoundError:
        raise FileChangedError("the file was removed during the run. Run the command again.") from None
    if digest != ref.digest:
        raise FileChangedError(_CHANGED)
    return ref.path


def read_file(ref: FileRef, opener: Callable[[Path], Opened]) -> Opened:
    """Return what `opener` reads from the file, in the very bytes that have its digest.

    Raises FileChangedError if the file has another digest, or is touched before it is read to its end, and
    what the opener raises.
    """
    before = read_identity(ref.path)
    path = _resolve(ref)
    opened = opener(path)
    if read_identity(ref.path) != before:
        raise FileChangedError(_CHANGED)
    return opened


def open_file(ref: FileRef, opener: Callable[[Path], Opened]) -> Opened:
    """Do what `read_file` does; errors are UserErrors that begin with the file's path.

    For the files beside the photo: artworks, masks, weights, the other photos of a series.
    """
    try:
        return read_file(ref, opener)
    except FileChangedError as error:
        raise FileChangedError(f"{ref.path}: {error}") from None
    except PhotoError as error:
        raise UserError(f"{ref.path}: {error}") from None
