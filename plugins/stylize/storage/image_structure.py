"""Checks the parts of an image file before a decoder sees them: how many there are, and how large.

Decoders take a file's own numbers for granted: thousands of EXIF segments are joined one by one, a directory
of TIFF may name the same megabyte 65,535 times. Each check here is one walk over the headers of the parts,
with a limit of steps. What a walk cannot read is left to the decoder, which says what is damaged.
"""

import mmap
import os
import re
import struct
from collections.abc import Iterator
from typing import BinaryIO

MOST_STEPS = 300_000  # parts of a file; a PNG of 400 megapixels has 50,000
MOST_METADATA = 64 * 2**20  # bytes beside the pixels that are in memory at once
MOST_EXIF, MOST_PROFILES, MOST_RESOURCES = 32, 255, 64  # segments of a JPEG that belong together
MOST_ENTRIES = 10_000  # of a directory of TIFF
MOST_OFFSETS = 2_000_000  # of strips or tiles; 400 megapixels in the smallest tiles, of 16 x 16, have as many
MOST_COMMENT = 2**20  # bytes before the first frame of a GIF
MOST_RUNS = 2**24  # bytes of a BMP in runs, which Pillow decodes one by one
MOST_FRAMES = 1000  # that are counted
_SIZES = {
    1: 1,
    2: 1,
    3: 2,
    4: 4,
    5: 8,
    6: 1,
    7: 1,
    8: 2,
    9: 4,
    10: 8,
    11: 4,
    12: 8,
    13: 4,
    16: 8,
    17: 8,
    18: 8,
}
_OFFSETS = (273, 324)  # TIFF 6.0, sections 8 and 15: StripOffsets, TileOffsets


class StructureError(ValueError):
    """A file has more parts, or larger ones, than any program writes; the message says which."""


def check_structure(file: BinaryIO) -> None:
    """Raise StructureError if decoding the headers of an image could take minutes or much memory.

    file: from its first byte; its position is changed. A file of an unknown format passes.
    """
    file.seek(0)
    head = file.read(34)
    if head.startswith(b"\xff\xd8"):
        _check_directories(file, end=_check_jpeg(file))
    elif head.startswith(b"\x89PNG"):
        _check_png(file)
    elif head.startswith(b"GIF8"):
        _check_gif(file)
    elif head.startswith((b"II", b"MM")):
        _check_tiff(file, head)
    elif head.startswith(b"BM"):
        is_in_runs = len(head) == 34 and int.from_bytes(head[30:34], "little") in (1, 2)
        if is_in_runs and _get_size(file) > MOST_RUNS:
            raise StructureError("its pixels are stored in runs (RLE), which takes too long to read")
    elif head.startswith(b"RIFF"):
        _check_webp(file)
        _check_directories(file, end=_get_size(file))
    elif head[4:8] == b"ftyp":
        _check_directories(file, end=_get_size(file))


def count_gif_frames(file: BinaryIO) -> int:
    """Return how many frames a GIF has, at most MOST_FRAMES; a cut-off one counts as far as it goes."""
    frames = 0
    for kind, _ in _walk_gif(file):
        frames += kind == b","
        if frames == MOST_FRAMES:
            break
    return frames


def walk_png(file: BinaryIO) -> Iterator[tuple[bytes, int]]:
    """Yield type and length of each chunk (PNG, third edition, section 5.3), the file at its content.

    What follows the last chunk, IEND, is taken for chunks too. Raises StructureError after MOST_STEPS.
    """
    at = 8
    for _ in range(MOST_STEPS):
        file.seek(at)
        head = file.read(8)
        if len(head) < 8:
            return
        length = int.from_bytes(head[:4])
        yield head[4:], length
        at += length + 12
    raise StructureError(f"it has more than {MOST_STEPS:,} chunks")


def find_png_chunk(file: BinaryIO, wanted: bytes) -> bytes:
    """Return the content of a small chunk before the pixels of a PNG; b"" if there is none."""
    for kind, length in walk_png(file):
        if kind == wanted and length <= 1024:
            return file.read(length)
        if kind == b"IDAT":
            break
    return b""


def names_too_much(block: bytes) -> bool:
    """Return whether the first directory of an EXIF block names far more bytes than there are."""
    block = block.removeprefix(b"Exif\0\0")
    return _sum_directory(block, 0) > 2 * len(block) + MOST_METADATA


def _check_jpeg(file: BinaryIO) -> int:
    """Check the segments before the pixels (ITU-T T.81, annex B), and return where they end."""
    counts = {b"Exif\0\0": 0, b"ICC_PROFILE\0": 0, b"Photoshop 3.0\0": 0}
    most = dict(zip(counts, (MOST_EXIF, MOST_PROFILES, MOST_RESOURCES), strict=True))
    words = {b"Exif\0\0": "EXIF", b"ICC_PROFILE\0": "color profile", b"Photoshop 3.0\0": "Photoshop"}
    at = 2
    for _ in range(MOST_STEPS):
        file.seek(at)
        head = file.read(18)
        if len(head) < 4 or head[0] != 0xFF:
            return at
        marker = head[1]
        if marker in (0x00, 0xFF):  # fill bytes
            at += 1
        elif marker == 0x01 or 0xD0 <= marker <= 0xD9:  # without content
            at += 2
        elif marker == 0xDA:
            return at
        else:
            at += max(4, 2 + int.from_bytes(head[2:4]))
            for name in counts:
                if 0xE1 <= marker <= 0xED and head.startswith(name, 4):
                    counts[name] += 1
                    if counts[name] > most[name]:
                        raise StructureError(f"it has more than {most[name]} {words[name]} segments")
        if at > MOST_METADATA:
            raise StructureError(f"it has more than {MOST_METADATA >> 20} MiB of metadata before its pixels")
    raise StructureError(f"it has more than {MOST_STEPS:,} segments before its pixels")


def _check_png(file: BinaryIO) -> None:
    metadata = 0
    for kind, length in walk_png(file):
        metadata += 0 if kind in (b"IDAT", b"fdAT") else length
        if metadata > MOST_METADATA:
            raise StructureError(f"it has more than {MOST_METADATA >> 20} MiB of chunks beside its pixels")
        if kind == b"IEND":
            break


def _check_gif(file: BinaryIO) -> None:
    comment = 0
    for kind, length in _walk_gif(file):
        if kind == b",":  # what follows the first frame is not read
            break
        comment += length + 2
        if comment > MOST_COMMENT:
            raise StructureError("it has more than 1 MiB of comments before its first frame")


def _walk_gif(file: BinaryIO) -> Iterator[tuple[bytes, int]]:
    """Yield each block (GIF89a, appendix A): b"," for a frame or b"!" for an extension, and its bytes."""
    file.seek(10)
    flags = file.read(1)
    file.seek(13 + _get_palette(flags))
    steps = 0
    while (kind := file.read(1)) in (b",", b"!"):
        if kind == b",":
            head = file.read(9)
            if len(head) < 9:
                return
            file.seek(_get_palette(head[8:]) + 1, os.SEEK_CUR)
        else:
            file.read(1)
        length = 0
        while (size := file.read(1)) not in (b"", b"\0"):
            file.seek(size[0], os.SEEK_CUR)
            length += size[0]
            steps += 1
            if kind == b"!" and length > MOST_COMMENT:
                break
            if steps > 20 * MOST_STEPS:
                raise StructureError(f"it has more than {20 * MOST_STEPS:,} blocks")
        yield kind, length


def _get_palette(flags: bytes) -> int:
    return 3 << ((flags[0] & 7) + 1) if flags and flags[0] & 0x80 else 0


def _check_webp(file: BinaryIO) -> None:
    at, size = 12, _get_size(file)
    for _ in range(MOST_ENTRIES):
        file.seek(at)
        head = file.read(8)
        if len(head) < 8:
            return
        at += 8 + (length := int.from_bytes(head[4:], "little")) + length % 2
        if at >= size:
            return
    raise StructureError(f"it has more than {MOST_ENTRIES:,} chunks")


def _check_tiff(file: BinaryIO, head: bytes) -> None:
    """Check the first directory of a TIFF or BigTIFF; Pillow reads all that its entries name."""
    order, is_big = "<" if head.startswith(b"II") else ">", head[2:4] in (b"+\0", b"\0+")
    size, total = _get_size(file), 0
    try:
        at = (
            struct.unpack_from(f"{order}Q", head, 8)[0]
            if is_big
            else struct.unpack_from(f"{order}I", head, 4)[0]
        )
        file.seek(at)
        (entries,) = struct.unpack(f"{order}{'Q' if is_big else 'H'}", file.read(8 if is_big else 2))
        if entries > MOST_ENTRIES:
            raise StructureError(f"its directory has more than {MOST_ENTRIES:,} entries")
        for _ in range(entries):
            tag, kind, count = struct.unpack(
                f"{order}HH{'Q8x' if is_big else 'I4x'}", file.read(20 if is_big else 12)
            )
            if tag in _OFFSETS and count > MOST_OFFSETS:
                raise StructureError(f"it has more than {MOST_OFFSETS:,} strips or tiles")
            total += count * _SIZES.get(kind, 0)
    except (struct.error, OverflowError, OSError):
        return
    if total > 2 * size + MOST_METADATA:
        raise StructureError("its directory names far more bytes than the file has")


def _check_directories(file: BinaryIO, *, end: int) -> None:
    """Check each EXIF block of a file, found by its first bytes; end: where to stop looking."""
    if not end:
        return
    try:
        file.seek(0)
        data: mmap.mmap | bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError, AttributeError):  # a file in memory
        file.seek(0)
        data = file.read(end)
    try:
        end = min(end, len(data))
        for found in re.compile(rb"II\*\0|MM\0\*").finditer(data, 0, end):
            if _sum_directory(data, found.start()) > 2 * (end - found.start()) + MOST_METADATA:
                raise StructureError("its EXIF names far more bytes than the file has")
    finally:
        if isinstance(data, mmap.mmap):
            data.close()


def _sum_directory(data: "mmap.mmap | bytes", start: int) -> int:
    """Return the bytes that the first directory of a TIFF block names; 0 if there is none."""
    order, total = "<" if data[start : start + 2] == b"II" else ">", 0
    try:
        (offset,) = struct.unpack_from(f"{order}I", data, start + 4)
        (entries,) = struct.unpack_from(f"{order}H", data, start + offset)
        for index in range(entries):
            kind, count = struct.unpack_from(f"{order}2xHI", data, start + offset + 2 + 12 * index)
            total += count * _SIZES.get(kind, 0)
    except (struct.error, OverflowError, ValueError):
        pass  # Pillow stops here as well
    return total


def _get_size(file: BinaryIO) -> int:
    return file.seek(0, os.SEEK_END)
