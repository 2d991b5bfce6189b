"""The EXIF block of a published file: what every viewer shows, and the resolution that JPEG requires."""

from PIL import ExifTags, Image

from .credit_lines import clean_text, copyright_notice, join_parts, picture_creator, shorten
from .record import LABEL, Record

# The longest text of each tag in bytes: 300 for the whole block.
_LIMITS = {ExifTags.Base.ImageDescription: 80, ExifTags.Base.Artist: 40, ExifTags.Base.Copyright: 60}
_MARK = b"Exif\0\0"  # Pillow sets it before the block


def make_exif(record: Record) -> bytes:
    """Return title and label, maker and rights as a TIFF block, little-endian; at most 300 bytes.

    The texts are UTF-8 in fields that TIFF calls ASCII, as the Metadata Working Group recommends and as
    ExifTool and exiv2 read them. Exif 3.0 has a type for UTF-8, but older readers ignore it.
    """
    texts = {
        ExifTags.Base.ImageDescription: join_parts(record.title, LABEL if record.label else "", by=". "),
        ExifTags.Base.Artist: picture_creator(record),
        # Some readers misread the sign.
        ExifTags.Base.Copyright: copyright_notice(record).replace("©", "Copyright"),
    }
    block = Image.Exif()
    block.endian = "<"
    block[ExifTags.Base.XResolution] = block[ExifTags.Base.YResolution] = 72
    block[ExifTags.Base.ResolutionUnit] = 2  # inch
    block[ExifTags.Base.YCbCrPositioning] = 1  # centered
    for tag, value in texts.items():
        if text := shorten(clean_text(value), _LIMITS[tag]):
            block[tag] = text.encode()
    return block.tobytes().removeprefix(_MARK)
