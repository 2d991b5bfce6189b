"""Put metadata into a finished file: a few bytes are inserted, no pixel is decoded or encoded again.

The formats are those that are published. Standards: Exif 2.32 and XMP part 3 (JPEG); AVIF is in
`avif_metadata`.
"""

from collections.abc import Iterator

from ..model.errors import PhotoError
from .avif_metadata import add_items
from .formats import AVIF, HEAD, JPEG, detect_format

EXIF_MARK = b"Exif\0\0"
XMP_MARK = b"http://ns.adobe.com/xap/1.0/\0"
_OWNED = (EXIF_MARK, XMP_MARK, b"http://ns.adobe.com/xmp/extension/\0")
_LONGEST_SEGMENT = 65_533  # bytes that follow the two of its length


def embed(data: bytes, *, xmp: bytes, exif: bytes = b"") -> bytes:
    """Return a JPEG or AVIF file with an XMP packet and an EXIF block in it.

    xmp: UTF-8. exif: a TIFF block, without the "Exif" mark that JPEG sets before it. A file that has metadata
    or a signature already is refused: a published file carries one statement, and a signed file is finished.

    Raises ValueError for these, and for a file that is cut off or unknown.
    """
    try:
        format = detect_format(data[:HEAD])
    except PhotoError as error:
        raise ValueError(str(error)) from None
    if format == JPEG:
        return _embed_in_jpeg(data, xmp, exif=exif)
    if format == AVIF:
        return add_items(data, xmp=xmp, exif=exif)
    raise ValueError(f"metadata is put into JPEG and AVIF, not into {format}")


def _embed_in_jpeg(data: bytes, xmp: bytes, *, exif: bytes) -> bytes:
    place = 2  # after the start of the image
    for marker, begin, end in read_segments(data):
        payload = data[begin + 4 : end]
        if marker == 0xE1 and payload.startswith(_OWNED):
            raise ValueError("this JPEG carries metadata already; embed into the file as it was encoded")
        if marker == 0xEB and payload.startswith(b"JP"):
            raise ValueError("this JPEG is signed already, and a change would break its signature")
        if marker == 0xE0 and begin == place:  # JFIF's own segments must be the first
            place = end
    added = b""
    for content in ([EXIF_MARK + exif] if exif else []) + [XMP_MARK + xmp]:
        if len(content) > _LONGEST_SEGMENT:
            raise ValueError(f"{len(content)} bytes of metadata do not fit a JPEG; 65533 do")
        added += b"\xff\xe1" + (len(content) + 2).to_bytes(2) + content
    return data[:place] + added + data[place:]


def read_segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield marker, begin and end of each segment of a JPEG before its pixels.

    Raises ValueError if the file is cut off or damaged.
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
