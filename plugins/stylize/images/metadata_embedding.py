"""Put metadata into a finished file: a few bytes go in between, no pixel is decoded or encoded again.

Standards: Exif 2.32 and XMP part 3 (JPEG), PNG 3rd edition, RFC 9649 (WebP); AVIF is in `avif_items`.
"""

import zlib
from collections.abc import Iterator

from ..model.errors import PhotoError
from .avif_metadata import add_items
from .formats import AVIF, HEAD, JPEG, PNG, WEBP, detect_format

EXIF_MARK = b"Exif\0\0"
XMP_MARK = b"http://ns.adobe.com/xap/1.0/\0"
_OWNED = (EXIF_MARK, XMP_MARK, b"http://ns.adobe.com/xmp/extension/\0")
_LONGEST_SEGMENT = 65_533  # bytes that follow the two of its length

_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_XMP_KEYWORD = b"XML:com.adobe.xmp"


def embed(data: bytes, *, xmp: bytes, exif: bytes = b"") -> bytes:
    """Return a JPEG, PNG, WebP or AVIF file with an XMP packet and an EXIF block in it.

    xmp: UTF-8. exif: a TIFF block, without the "Exif" mark that JPEG sets before it; a PNG gets none,
    since readers disagree on it there. A file that has metadata or a signature already is refused:
    what is published carries what we say, once, and a signed file is finished.

    Raises ValueError for these, and for a file that is cut off or that we do not understand.
    """
    try:
        kind = detect_format(data[:HEAD])
    except PhotoError as error:
        raise ValueError(str(error)) from None
    if kind == JPEG:
        return _embed_in_jpeg(data, xmp, exif=exif)
    if kind == PNG:
        return _embed_in_png(data, xmp)
    if kind == WEBP:
        return _embed_in_webp(data, xmp, exif=exif)
    if kind == AVIF:
        return add_items(data, xmp=xmp, exif=exif)
    raise ValueError(f"metadata is put into JPEG, PNG, WebP and AVIF, not into {kind}")


def _embed_in_jpeg(data: bytes, xmp: bytes, *, exif: bytes) -> bytes:
    place = 2  # after the start of the image
    for marker, begin, end in read_segments(data):
        payload = data[begin + 4 : end]
        if marker == 0xE1 and payload.startswith(_OWNED):
            raise ValueError("this JPEG carries metadata already; embed into the file as it was encoded")
        if marker == 0xEB and payload.startswith(b"JP"):
            raise ValueError("this JPEG is signed already, and a change would break its signature")
        if marker == 0xE0 and begin == place:  # JFIF wants its own segments to be the first
            place = end
    added = b""
    for content in ([EXIF_MARK + exif] if exif else []) + [XMP_MARK + xmp]:
        if len(content) > _LONGEST_SEGMENT:
            raise ValueError(f"{len(content)} bytes of metadata do not fit a JPEG; 65533 do")
        added += b"\xff\xe1" + (len(content) + 2).to_bytes(2) + content
    return data[:place] + added + data[place:]


def read_segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield marker, begin and end of each segment of a JPEG before its pixels.

    Raises ValueError where the file is cut off or damaged.
    """
    if not data.endswith(b"\xff\xd9"):
        raise ValueError("this JPEG is cut off: its end is missing")
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4])
        end = at + 2 + length
        if length < 2 or end > len(data) or not 0xC0 <= marker <= 0xFE or 0xD0 <= marker <= 0xD9:
            break
        yield marker, at, end
        if marker == 0xDA:  # what follows is pixels
            return
        at = end
    raise ValueError(f"this JPEG is damaged at byte {at}")


def _embed_in_png(data: bytes, xmp: bytes) -> bytes:
    place = 0
    kind, end = b"", len(_PNG_SIGNATURE)
    while end < len(data):
        begin, kind = end, data[end + 4 : end + 8]
        end = begin + 12 + int.from_bytes(data[begin : begin + 4])
        if len(kind) < 4 or end > len(data):
            raise ValueError(f"this PNG is damaged or cut off at byte {begin}")
        if kind == b"eXIf" or (kind == b"iTXt" and data.startswith(_XMP_KEYWORD + b"\0", begin + 8)):
            raise ValueError("this PNG carries metadata already; embed into the file as it was encoded")
        if kind == b"caBX":
            raise ValueError("this PNG is signed already, and a change would break its signature")
        if kind == b"IDAT" and not place:
            place = begin
        if kind == b"IEND":
            break
    if kind != b"IEND" or not place or end != len(data):
        raise ValueError("this PNG is cut off, or does not end where it says")
    # Not compressed, no language, as the XMP specification has it.
    return data[:place] + _png_chunk(b"iTXt", _XMP_KEYWORD + b"\0\0\0\0\0" + xmp) + data[place:]


def _png_chunk(kind: bytes, content: bytes) -> bytes:
    return len(content).to_bytes(4) + kind + content + zlib.crc32(kind + content).to_bytes(4)


_HAS_EXIF, _HAS_XMP, _HAS_ALPHA = 0x08, 0x04, 0x10


def _embed_in_webp(data: bytes, xmp: bytes, *, exif: bytes) -> bytes:
    chunks = list(_chunks(data))
    kinds = {kind for kind, _ in chunks}
    if kinds & {b"EXIF", b"XMP "}:
        raise ValueError("this WebP carries metadata already; embed into the file as it was encoded")
    if b"C2PA" in kinds:
        raise ValueError("this WebP is signed already, and a change would break its signature")
    kind, content = chunks[0]
    if kind == b"VP8X" and len(content) == 10:
        head, rest = bytearray(content), chunks[1:]
    else:
        head, rest = _extended_head(kind, content), chunks
    head[0] |= _HAS_XMP | (_HAS_EXIF if exif else 0)
    added = ([(b"EXIF", exif)] if exif else []) + [(b"XMP ", xmp)]
    body = b"WEBP" + b"".join(
        kind + len(content).to_bytes(4, "little") + content + b"\0" * (len(content) % 2)
        for kind, content in [(b"VP8X", bytes(head)), *rest, *added]
    )
    return b"RIFF" + len(body).to_bytes(4, "little") + body


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    if int.from_bytes(data[4:8], "little") + 8 != len(data) or len(data) < 20:
        raise ValueError("this WebP is cut off, or does not end where it says")
    at = 12
    while at < len(data):
        kind, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        if at + 8 + size > len(data):
            raise ValueError(f"this WebP is damaged or cut off at byte {at}")
        yield kind, data[at + 8 : at + 8 + size]
        at += 8 + size + size % 2


def _extended_head(kind: bytes, content: bytes) -> bytearray:
    """Return the VP8X chunk of a simple file: flags, and the size of its canvas."""
    if kind == b"VP8 " and content[3:6] == b"\x9d\x01\x2a" and len(content) >= 10:
        width = int.from_bytes(content[6:8], "little") & 0x3FFF  # the upper two bits are a scale
        height = int.from_bytes(content[8:10], "little") & 0x3FFF
        flags = 0
    elif kind == b"VP8L" and content[:1] == b"\x2f" and len(content) >= 5:
        bits = int.from_bytes(content[1:5], "little")
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        flags = _HAS_ALPHA if bits >> 28 & 1 else 0
    else:
        raise ValueError("this WebP begins with no picture that we know")
    if not width or not height:
        raise ValueError("this WebP says that it is 0 pixels wide or high")
    return bytearray(
        bytes([flags, 0, 0, 0]) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    )
