"""Walk the boxes of AVIF, HEIC and JPEG XL files (ISO/IEC 14496-12, section 4.2)."""

import struct
from collections.abc import Iterator
from io import BytesIO
from typing import BinaryIO

MOST_BOXES = 10_000  # side by side; an AVIF has a dozen


def walk_boxes(file: BinaryIO, begin: int = 0) -> Iterator[tuple[bytes, int, int]]:
    """Yield kind, place and length of the content of each box, as far as the file has it.

    begin: of the first box. The file may be read between two steps. Raises struct.error for a box that is cut
    off in its head.
    """
    at, end = begin, file.seek(0, 2)
    for _ in range(MOST_BOXES):
        if at + 8 > end:
            return
        file.seek(at)
        head = file.read(16)
        size, kind = struct.unpack_from(">I4s", head)
        skipped = 8
        if size == 1:
            (size,), skipped = struct.unpack_from(">Q", head, 8), 16
        size = size or end - at
        if size < skipped:
            return
        yield kind, at + skipped, min(size, end - at) - skipped
        at += size


def read_boxes(data: bytes, begin: int = 0) -> Iterator[tuple[bytes, int, bytes]]:
    """Yield kind, place and content of each box inside another one; begin: of the first."""
    for kind, at, length in walk_boxes(BytesIO(data), begin):
        yield kind, at, data[at : at + length]
