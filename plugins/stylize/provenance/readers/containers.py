"""What a picture's file carries beside its pixels, in JPEG, PNG, WebP and AVIF: found, not interpreted."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise


@dataclass(slots=True)
class Container:
    """A file of one of the four formats, looked through."""

    format: str  # "image/jpeg"
    width: int = 0  # pixels
    height: int = 0  # pixels
    packets: list[bytes] = field(default_factory=list)  # XMP; more than one is a fault
    exif: bytes = b""  # a TIFF block
    has_manifest: bool = False  # of Content Credentials (C2PA)


def scan_file(data: bytes) -> Container:
    """Return what a file carries; raises ValueError where it is none of the four formats, or is damaged."""
    try:
        if data[:2] == b"\xff\xd8":
            return _jpeg(data)
        if data[:8] == b"\x89PNG\r\n\x1a\n":
            return _png(data)
        if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
            return _webp(data)
        if data[4:12] in (b"ftypavif", b"ftypmif1"):
            return _avif(data)
    except (IndexError, zlib.error):
        raise ValueError("the file is damaged or cut off") from None
    raise ValueError("this is neither a JPEG nor a PNG, WebP or AVIF file")


_JPEG_SIZES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}  # the segments that begin a frame


def _jpeg(data: bytes) -> Container:
    found = Container("image/jpeg")
    at = 2
    while data[at] == 0xFF and data[at + 1] != 0xDA:
        marker, size = data[at + 1], _number(data, at + 2, 2)
        content = data[at + 4 : at + 2 + size]
        if marker == 0xE1 and content.startswith(b"http://ns.adobe.com/xap/1.0/\0"):
            found.packets.append(content.partition(b"\0")[2])
        elif marker == 0xE1 and content.startswith(b"Exif\0\0"):
            found.exif = content[6:]
        elif marker == 0xEB and b"c2pa" in content:
            found.has_manifest = True
        elif marker in _JPEG_SIZES:
            found.height, found.width = _number(content, 1, 2), _number(content, 3, 2)
        at += 2 + max(size, 2)
    return found


def _png(data: bytes) -> Container:
    found = Container("image/png", width=_number(data, 16, 4), height=_number(data, 20, 4))
    at = 8
    while at < len(data):
        size, kind = _number(data, at, 4), data[at + 4 : at + 8]
        content = data[at + 8 : at + 8 + size]
        if kind == b"iTXt" and content.startswith(b"XML:com.adobe.xmp\0"):
            is_compressed = content[18] == 1
            text = content[20:].split(b"\0", 2)[-1]  # after language and translated keyword
            found.packets.append(_inflated(text) if is_compressed else text)
        elif kind == b"eXIf":
            found.exif = content
        elif kind == b"caBX":
            found.has_manifest = True
        at += 12 + size
    return found


def _inflated(data: bytes) -> bytes:
    inflater = zlib.decompressobj()
    text = inflater.decompress(data, 1_000_000)
    if inflater.unconsumed_tail:
        raise ValueError("its metadata unpacks to more than a megabyte")
    return text


def _webp(data: bytes) -> Container:
    found = Container("image/webp")
    at = 12
    while at + 8 <= len(data):
        kind, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        content = data[at + 8 : at + 8 + size]
        if kind == b"VP8X":
            found.width, found.height = _little(content, 4, 3) + 1, _little(content, 7, 3) + 1
        elif kind == b"VP8 " and not found.width:
            found.width, found.height = _little(content, 6, 2) & 0x3FFF, _little(content, 8, 2) & 0x3FFF
        elif kind == b"VP8L" and not found.width:
            bits = _little(content, 1, 4)
            found.width, found.height = bits % 2**14 + 1, bits // 2**14 % 2**14 + 1
        elif kind == b"XMP ":
            found.packets.append(content)
        elif kind == b"EXIF":
            found.exif = content.removeprefix(b"Exif\0\0")
        elif kind == b"C2PA":
            found.has_manifest = True
        at += 8 + size + size % 2
    return found


_C2PA_BOX = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")  # the uuid of a manifest store


def _avif(data: bytes) -> Container:
    found = Container("image/avif")
    meta = b""
    for kind, content in _boxes(data):
        if kind == b"uuid" and content.startswith(_C2PA_BOX):
            found.has_manifest = True
        elif kind == b"meta":
            meta = content[4:]
    parts = dict(_boxes(meta))
    properties = dict(_boxes(parts.get(b"iprp", b""))).get(b"ipco", b"")
    sizes = [content for kind, content in _boxes(properties) if kind == b"ispe"]
    if sizes:  # of the tiles too, if there are any; the whole is the largest
        found.width, found.height = max((_number(size, 4, 4), _number(size, 8, 4)) for size in sizes)
    places = dict(_places(parts.get(b"iloc", b"")))
    for number, kind in _items(parts.get(b"iinf", b"")):
        begin, end = places.get(number, (0, 0))
        content = data[begin:end]
        if kind == b"mime":
            found.packets.append(content)
        elif kind == b"Exif":
            found.exif = content[4 + _number(content, 0, 4) :]
    return found


def _items(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield number and type of each item; of mime items only those with XMP."""
    for _, entry in _boxes(content[6 if content[:1] == b"\0" else 8 :]):
        wide = 4 if entry[0] == 3 else 2
        kind, about = entry[6 + wide : 10 + wide], entry[10 + wide :]
        if kind != b"mime" or b"\0application/rdf+xml\0" in b"\0" + about.partition(b"\0")[2] + b"\0":
            yield _number(entry, 4, wide), kind


def _places(content: bytes) -> Iterator[tuple[int, tuple[int, int]]]:
    """Yield where in the file each item lies that is in one piece."""
    if not content:
        return
    version = content[0]
    offset_size, length_size = divmod(content[4], 16)
    base_size, index_size = divmod(content[5], 16)
    wide = 4 if version == 2 else 2
    # How long each value of an item is, in the order they come in.
    head = [wide, 2 if version else 0, 2, base_size, 2]
    extent = [index_size if version else 0, offset_size, length_size]
    at = 6 + wide
    for _ in range(_number(content, 6, wide)):
        number, method, _, base, count = _values(content, at, head)
        at += sum(head)
        if count == 1 and not method & 15:
            _, offset, length = _values(content, at, extent)
            yield number, (base + offset, base + offset + length)
        at += count * sum(extent)


def _values(content: bytes, at: int, sizes: list[int]) -> list[int]:
    edges = [at]
    for size in sizes:
        edges.append(edges[-1] + size)
    return [_number(content, begin, end - begin) for begin, end in pairwise(edges)]


def _boxes(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at + 8 <= len(content):
        size, start = _number(content, at, 4), 8
        if size == 1:
            size, start = _number(content, at + 8, 8), 16
        if size == 0:  # to the end
            size = len(content) - at
        if size < start or at + size > len(content):
            raise IndexError
        yield content[at + 4 : at + 8], content[at + start : at + size]
        at += size


def _number(data: bytes, at: int, size: int) -> int:
    if at + size > len(data):
        raise IndexError
    return int.from_bytes(data[at : at + size])


def _little(data: bytes, at: int, size: int) -> int:
    if at + size > len(data):
        raise IndexError
    return int.from_bytes(data[at : at + size], "little")
