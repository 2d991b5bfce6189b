"""Find the EXIF and XMP of AVIF, HEIC and JPEG XL files (ISO/IEC 14496-12, boxes; 23008-12, items)."""

import struct
from collections.abc import Iterator
from typing import BinaryIO

from .isobmff_boxes import read_boxes, walk_boxes

_XMP_BOX = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")  # XMP specification part 3, section 1.1.4


def find_metadata_items(file: BinaryIO, *, largest: int) -> Iterator[bytes]:
    """Yield each block of EXIF (from its TIFF header on) and XMP; largest: bytes of a block that are read.

    Raises struct.error and ValueError for a damaged file.
    """
    for kind, begin, length in walk_boxes(file):
        if kind in (b"Exif", b"xml ", b"uuid", b"meta"):
            file.seek(begin)
            data = file.read(min(length, largest))
            if kind == b"meta":
                yield from _read_items(file, data, begin=begin, largest=largest)
            elif kind == b"Exif":
                yield _skip_offset(data)
            elif kind == b"xml " or data.startswith(_XMP_BOX):
                yield data


def _read_items(file: BinaryIO, meta: bytes, *, begin: int, largest: int) -> Iterator[bytes]:
    boxes = {kind: (at, content) for kind, at, content in read_boxes(meta, 4)}
    kinds = _read_kinds(boxes[b"iinf"][1]) if b"iinf" in boxes else {}
    if not kinds or b"iloc" not in boxes:
        return
    inside = begin + boxes[b"idat"][0] if b"idat" in boxes else 0
    for number, method, extents in _read_places(boxes[b"iloc"][1]):
        if number not in kinds or method > 1:
            continue
        block = b""
        for offset, length in extents:
            file.seek(offset + (inside if method == 1 else 0))
            block += file.read(min(length, largest - len(block)))
        yield _skip_offset(block) if kinds[number] == b"Exif" else block


def _read_kinds(data: bytes) -> dict[int, bytes]:
    """Return the items with metadata (iinf): number -> b"Exif" or b"mime"."""
    kinds = {}
    for _, _, entry in read_boxes(data, 6 if data[:1] == b"\0" else 8):
        wide = entry[:1] == b"\3"
        number = struct.unpack_from(">I" if wide else ">H", entry, 4)[0]
        kind = entry[10:14] if wide else entry[8:12]
        if kind == b"Exif" or (kind == b"mime" and b"rdf+xml" in entry):
            kinds[number] = kind
    return kinds


def _read_places(data: bytes) -> Iterator[tuple[int, int, list[tuple[int, int]]]]:
    """Yield the number of each item (iloc), how it is kept, and its extents: offset and length."""
    version, sizes = data[0], struct.unpack_from(">H", data, 4)[0]
    of_offset, of_length, of_base, of_index = (sizes >> shift & 15 for shift in (12, 8, 4, 0))
    of_index = of_index if version else 0
    at = 6

    def take(size: int) -> int:
        nonlocal at
        if at + size > len(data):
            raise ValueError("this list of items is cut off")
        value = int.from_bytes(data[at : at + size])
        at += size
        return value

    wide = 4 if version == 2 else 2
    for _ in range(take(wide)):
        number = take(wide)
        method = take(2) & 15 if version else 0
        take(2)  # which file: always this one
        base = take(of_base)
        extents = []
        for _ in range(take(2)):
            take(of_index)
            extents.append((base + take(of_offset), take(of_length)))
        yield number, method, extents


def _skip_offset(block: bytes) -> bytes:
    """Return EXIF from its TIFF header on, whose place the first four bytes say."""
    return block[4 + int.from_bytes(block[:4]) :]
