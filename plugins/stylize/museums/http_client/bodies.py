"""What becomes of the body of a response: it is kept in memory, goes into a file, or gives a digest."""

import hashlib
import zlib
from collections.abc import Callable, Mapping
from typing import BinaryIO

from ..errors import UnexpectedAnswer

_BEGINNING = 50_000  # bytes of a body that is no file


class DigestBody:
    """Keeps the digest of the body of a 200, unless it is larger than the limit.

    sha256, size: of what was fetched; "" and 0 if it was not, or not whole.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._digest = hashlib.sha256()
        self._size = 0
        self._started = False

    def start(self, status: int, headers: Mapping[str, str]) -> bool:
        self._started = status == 200 and read_length(headers) <= self._limit
        self._digest, self._size = hashlib.sha256(), 0
        return self._started

    def add(self, chunk: bytes) -> bool:
        self._digest.update(chunk)
        self._size += len(chunk)
        self._started = self._size <= self._limit
        return self._started

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest() if self._started else ""

    @property
    def size(self) -> int:
        return self._size if self._started else 0


class MemoryBody:
    """Keeps a body of any status in memory, uncompressed.

    limit: bytes, of the body as it comes and as it is uncompressed. Raises UnexpectedAnswer for a larger one.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._pieces: list[bytes] = []
        self._size = 0
        self._unpack: zlib._Decompress | None = None

    def start(self, status: int, headers: Mapping[str, str]) -> bool:
        self._pieces, self._size = [], 0
        coding = headers.get("content-encoding", "identity").strip().lower()
        # We ask for no compression, but some servers compress anyway.
        self._unpack = zlib.decompressobj(wbits=47) if coding in ("gzip", "x-gzip", "deflate") else None
        if coding not in ("identity", "") and not self._unpack:
            raise UnexpectedAnswer(f"the answer is compressed by {coding[:20]!r}, though we asked for none")
        if read_length(headers) > self._limit:
            raise UnexpectedAnswer(
                f"the answer has {read_length(headers):,} bytes, more than {self._limit:,}"
            )
        return True

    def add(self, chunk: bytes) -> bool:
        try:
            piece = self._unpack.decompress(chunk, self._limit + 1) if self._unpack else chunk
        except zlib.error:
            raise UnexpectedAnswer("the answer is damaged: its compression cannot be undone") from None
        self._size += len(piece)
        if self._size > self._limit:
            raise UnexpectedAnswer(f"the answer has more than {self._limit:,} bytes")
        self._pieces.append(piece)
        return True

    @property
    def data(self) -> bytes:
        return b"".join(self._pieces)


class FileBody:
    """Writes the body of a 200 or 206 to a file, from an offset on; keeps the beginning of any other body.

    offset: the bytes that the file has from an earlier try. validator: the ETag or the day of the file that
    they are of. limit: bytes of the whole file; raises UnexpectedAnswer for a larger one, and for another
    part, or a part of another file. progress: is told the bytes so far, and those of the whole file or 0.
    """

    def __init__(
        self,
        file: BinaryIO,
        *,
        offset: int,
        validator: str,
        limit: int,
        progress: Callable[[int, int], None] | None = None,
    ) -> None:
        self._file = file
        self._offset, self._validator, self._limit = offset, validator, limit
        self._progress = progress
        self._writes = False
        self.total = 0  # bytes that the file will have; 0 if the host does not say
        self.beginning = b""

    def start(self, status: int, headers: Mapping[str, str]) -> bool:
        self._writes, self.beginning = status in (200, 206), b""
        if not self._writes:
            return True
        begin, self.total = 0, read_length(headers)
        if status == 206:
            begin, self.total = _read_range(headers.get("content-range", ""), self.total)
            if begin != self._offset or self._is_of_another(headers.get("etag", "")):
                raise UnexpectedAnswer("it sends another part of the file than the one we asked for")
        if self.total > self._limit:
            raise UnexpectedAnswer(f"the file has {self.total:,} bytes, more than {self._limit:,}")
        self._file.seek(begin)
        self._file.truncate()
        return True

    def add(self, chunk: bytes) -> bool:
        if not self._writes:
            self.beginning += chunk
            return len(self.beginning) < _BEGINNING
        self._file.write(chunk)
        size = self._file.tell()
        if size > self._limit:
            raise UnexpectedAnswer(f"the file has more than {self._limit:,} bytes")
        if self._progress:
            self._progress(size, self.total)
        return True

    def _is_of_another(self, etag: str) -> bool:
        """Whether a part is of a file that has changed, though If-Range asks for the whole of it then."""
        return bool(etag) and self._validator.startswith('"') and etag != self._validator


def read_length(headers: Mapping[str, str]) -> int:
    """Return the bytes that a host announces; 0 if it does not."""
    return _read_number(headers.get("content-length", "").strip())


def _read_range(text: str, announced: int) -> tuple[int, int]:
    """Return the first byte and the size of the file of "bytes 100-199/200" (RFC 9110, section 14.4)."""
    kind, _, rest = text.strip().partition(" ")
    span, _, total = rest.partition("/")
    first = span.partition("-")[0]
    if kind != "bytes" or not first.isdecimal():
        raise UnexpectedAnswer("it sends a part of the file without saying which")
    begin = _read_number(first)
    return begin, _read_number(total) or begin + announced


def _read_number(text: str) -> int:
    """Return a number of bytes; 0 for what is none, or absurd."""
    return int(text) if text.isdecimal() and len(text) < 20 else 0
