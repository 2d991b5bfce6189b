"""The EXIF block of a published file: what every viewer shows, and the resolution that JPEG requires."""

import struct

from .credit_lines import clean_text, copyright_notice, join_parts, picture_creator, shorten
from .record import LABEL, Record

# Tags of TIFF 6.0, which Exif 2.32 keeps, with the longest text in bytes: 300 for the whole block.
_TEXTS = {0x010E: 80, 0x013B: 40, 0x8298: 60}
_ASCII, _SHORT, _RATIONAL = 2, 3, 5
_RESOLUTION = struct.pack("<II", 72, 1)


def make_exif(record: Record) -> bytes:
    """Return title and label, maker and rights as a TIFF block, little-endian; at most 300 bytes.

    The texts are UTF-8 in fields that TIFF calls ASCII, as the Metadata Working Group recommends and as
    ExifTool and exiv2 read them. Exif 3.0 has a type for UTF-8, but older readers ignore it.
    """
    values = {
        0x010E: join_parts(record.title, LABEL if record.label else "", by=". "),  # ImageDescription
        0x013B: picture_creator(record),  # Artist
        0x8298: copyright_notice(record).replace(
            "©", "Copyright"
        ),  # Copyright; some readers misread the sign
    }
    fields: list[tuple[int, int, bytes]] = [
        (0x011A, _RATIONAL, _RESOLUTION),  # XResolution
        (0x011B, _RATIONAL, _RESOLUTION),  # YResolution
        (0x0128, _SHORT, struct.pack("<H", 2)),  # ResolutionUnit: inch
        (0x0213, _SHORT, struct.pack("<H", 1)),  # YCbCrPositioning: centered
    ]
    for tag, value in values.items():
        if text := shorten(clean_text(value), _TEXTS[tag]):
            fields.append((tag, _ASCII, text.encode() + b"\0"))
    return _make_block(sorted(fields))


def _make_block(fields: list[tuple[int, int, bytes]]) -> bytes:
    """Return a directory of fields; values of more than four bytes follow it."""
    sizes = {_ASCII: 1, _SHORT: 2, _RATIONAL: 8}
    directory, after = struct.pack("<H", len(fields)), b""
    behind = 8 + 2 + 12 * len(fields) + 4
    for tag, kind, content in fields:
        directory += struct.pack("<HHI", tag, kind, len(content) // sizes[kind])
        if len(content) <= 4:
            directory += content.ljust(4, b"\0")
        else:
            directory += struct.pack("<I", behind + len(after))
            after += content + b"\0" * (len(content) % 2)
    return b"II*\0" + struct.pack("<I", 8) + directory + struct.pack("<I", 0) + after
