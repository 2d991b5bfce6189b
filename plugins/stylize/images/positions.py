"""Find out whether an image file says where it was taken, from its headers alone.

A position is a latitude in EXIF's GPS directory (CIPA DC-008, section 4.6.6) or in XMP (`exif:GPSLatitude`).
Files of any origin are read: each read is bounded, and what is damaged says nothing.
"""

import re
import struct
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path
from stat import S_ISREG
from typing import BinaryIO

from ..storage.image_structure import walk_png
from .isobmff_items import find_metadata_items

LARGEST = 2**21  # bytes of a block of metadata that are read; cameras write less than 64 kB
MOST_PARTS = 100_000  # segments, chunks or boxes that are passed over
MOST_ENTRIES = 4096  # of a directory of TIFF; cameras write fewer than 100
MOST_PAGES = 16  # of a TIFF

Read = Callable[[int, int], bytes]  # (offset, length) -> so many bytes, or fewer at the end


def has_position(path: Path) -> bool:
    """Return whether a file says where it was taken; False for one that cannot be read."""
    try:
        if not S_ISREG(path.stat().st_mode):  # reading a pipe could block for ever
            return False
        with path.open("rb") as file:
            return any(_find_positions(file))
    except (OSError, struct.error, zlib.error, ValueError, OverflowError):
        return False


def _find_positions(file: BinaryIO) -> Iterator[bool]:
    head = file.read(32)
    if head.startswith(b"\xff\xd8"):
        blocks = _read_jpeg(file)
    elif head.startswith(b"\x89PNG\r\n\x1a\n"):
        blocks = _read_png(file)
    elif head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        blocks = _read_webp(file)
    elif head[:4] in _TIFF_HEADS:
        yield _tiff_has_position(_reader(file))
        return
    elif head[4:8] in (b"ftyp", b"JXL "):
        blocks = find_metadata_items(file, largest=LARGEST)
    else:
        file.seek(0)
        blocks = iter([file.read(LARGEST)])  # GIF and SVG have XMP as text
    for block in blocks:
        begin = 6 if block.startswith(b"Exif\0") else 0
        if block[begin : begin + 4] in _TIFF_HEADS:
            with suppress(struct.error):  # the next block may be whole
                yield _tiff_has_position(_slice(block[begin:]))
        elif _IN_XMP.search(block):
            yield True


# As an attribute or an element, with a value.
_IN_XMP = re.compile(rb"""GPS(?:Dest)?Latitude\s*(?:=\s*["'][^"'\s]|>\s*[^<\s])""")
_TIFF_HEADS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")


def _reader(file: BinaryIO) -> Read:
    def read(at: int, length: int) -> bytes:
        file.seek(at)
        return file.read(length)

    return read


def _slice(data: bytes) -> Read:
    return lambda at, length: data[at : at + length]


def _read_jpeg(file: BinaryIO) -> Iterator[bytes]:
    """Yield the EXIF and XMP blocks of a JPEG; the parts of an extended XMP packet as one."""
    extended, left = bytearray(), 4 * LARGEST
    file.seek(2)
    for _ in range(MOST_PARTS):
        marker = file.read(2)
        while marker[1:] == b"\xff":  # fill bytes
            marker = marker[1:] + file.read(1)
        if len(marker) < 2 or marker[0] != 0xFF or marker[1] in (0xDA, 0xD9):  # the scan, or the end
            break
        if marker[1] == 0x01 or 0xD0 <= marker[1] <= 0xD7:
            continue
        (length,) = struct.unpack(">H", file.read(2))
        if marker[1] != 0xE1 or left <= 0:
            file.seek(length - 2, 1)
            continue
        block = file.read(length - 2)
        left -= length
        if block.startswith(b"http://ns.adobe.com/xmp/extension/\0"):
            extended += block[75:]  # after its name, digest, length and offset
        else:
            yield block
    yield bytes(extended)


def _read_png(file: BinaryIO) -> Iterator[bytes]:
    """Yield the EXIF and text blocks of a PNG; ImageMagick writes EXIF as text too, in hex."""
    for kind, length in islice(walk_png(file), MOST_PARTS):
        if kind == b"eXIf":
            yield file.read(min(length, LARGEST))
        elif kind in (b"iTXt", b"tEXt", b"zTXt"):
            keyword, _, text = file.read(min(length, LARGEST)).partition(b"\0")
            if kind == b"iTXt":
                is_compressed, (_, _, text) = text[:1] == b"\1", _split(text[2:])
            else:
                is_compressed, text = kind == b"zTXt", text[1:] if kind == b"zTXt" else text
            if is_compressed:
                text = zlib.decompressobj().decompress(text, LARGEST)
            if keyword.startswith(b"Raw profile type"):
                text = bytes.fromhex("".join(text.decode("latin-1").split()[2:]))
            yield text


def _split(text: bytes) -> tuple[bytes, bytes, bytes]:
    """Return the language, the translated keyword and the text of an iTXt chunk."""
    language, _, rest = text.partition(b"\0")
    keyword, _, rest = rest.partition(b"\0")
    return language, keyword, rest


def _read_webp(file: BinaryIO) -> Iterator[bytes]:
    file.seek(12)
    for _ in range(MOST_PARTS):
        head = file.read(8)
        if len(head) < 8:
            return
        kind, length = struct.unpack("<4sI", head)
        end = file.tell() + length + length % 2
        if kind in (b"EXIF", b"XMP "):
            yield file.read(min(length, LARGEST))
        file.seek(end)


def _tiff_has_position(read: Read) -> bool:
    """Return whether a TIFF file, or EXIF, which has its form, has a latitude (TIFF 6.0, section 2)."""
    head = read(0, 16)
    order = "<" if head.startswith(b"II") else ">"
    is_big = head[2:4] in (b"+\0", b"\0+")  # BigTIFF
    (at,) = struct.unpack_from(f"{order}Q" if is_big else f"{order}I", head, 8 if is_big else 4)
    seen: set[int] = set()
    while at and at not in seen and len(seen) < MOST_PAGES:
        seen.add(at)
        entries, at = _read_directory(read, at, order=order, is_big=is_big)
        if gps := entries.get(0x8825):
            latitudes, _ = _read_directory(read, gps[2], order=order, is_big=is_big)
            if any(_is_latitude(read, latitudes.get(tag), order=order) for tag in (0x02, 0x14)):
                return True
        if (packet := entries.get(700)) and _IN_XMP.search(read(packet[2], min(packet[1], LARGEST))):
            return True
    return False


def _read_directory(
    read: Read, at: int, *, order: str, is_big: bool
) -> tuple[dict[int, tuple[int, int, int]], int]:
    """Return the entries of a directory (tag -> type, count, value or offset), and where the next one is."""
    form, size, counts = (f"{order}HHQQ", 20, f"{order}Q") if is_big else (f"{order}HHII", 12, f"{order}H")
    width = struct.calcsize(counts)
    (count,) = struct.unpack(counts, read(at, width))
    count = min(count, MOST_ENTRIES)
    data = read(at + width, count * size + 8)
    found = (struct.unpack_from(form, data, size * index) for index in range(min(count, len(data) // size)))
    entries = {tag: (kind, number, value) for tag, kind, number, value in found}
    next_form = f"{order}Q" if is_big else f"{order}I"
    after = data[count * size :]
    return entries, struct.unpack_from(next_form, after)[0] if len(after) >= width else 0


def _is_latitude(read: Read, entry: tuple[int, int, int] | None, *, order: str) -> bool:
    """Return whether an entry has a value; a camera without a fix writes fractions of 0 over 0."""
    if not entry or not entry[1]:
        return False
    kind, count, at = entry
    if kind not in (5, 10):  # not fractions, so not as the standard has it, but not nothing either
        return True
    data = read(at, 8 * min(count, 3))
    pairs = [struct.unpack_from(f"{order}II", data, 8 * index) for index in range(len(data) // 8)]
    return any(denominator for _, denominator in pairs)
