"""Read a TIFF some rows at a time, scaled down meanwhile, so that the whole photo is never in memory.

Pillow decodes a compressed TIFF in one call. But each strip or tile of a TIFF is compressed on its own, and a
tile is stored like a strip of its width (TIFF 6.0, sections 3 and 15). So some of them at a time are given to
Pillow as a small TIFF of strips.
"""

import io
from dataclasses import dataclass
from itertools import accumulate
from math import ceil, lcm

from PIL import Image
from PIL.ExifTags import Base as Tag
from PIL.ImageFile import ImageFile
from PIL.TiffImagePlugin import ImageFileDirectory_v2, TiffImageFile

from .color_profiles import to_eight_bits

COMPRESSIONS = ("raw", "tiff_lzw", "tiff_adobe_deflate", "tiff_deflate", "packbits")
MODES = ("L", "LA", "RGB", "RGBA", "CMYK", "I;16", "I;16B")
ROWS = 128  # of strips that are read at a time, at least
# Tags that say how pixels are stored
COPIED = (
    *(Tag.BitsPerSample, Tag.Compression, Tag.PhotometricInterpretation, Tag.FillOrder),
    *(Tag.SamplesPerPixel, Tag.PlanarConfiguration, Tag.Predictor, Tag.ExtraSamples, Tag.SampleFormat),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Where the pixels of a TIFF are in its file."""

    image: TiffImageFile  # open, and not decoded
    size: tuple[int, int]  # of the photo as it is stored, before it is turned upright
    width: int  # of a piece: of a tile, or of the photo
    rows: int  # of a piece; the last strip may have fewer
    pieces: tuple[tuple[int, int], ...]  # offset and length in bytes of each, row by row

    @property
    def across(self) -> int:
        """How many pieces are beside each other."""
        return ceil(self.size[0] / self.width)

    def get_band_rows(self, factor: int) -> int:
        """Return the rows that are read at a time: whole pieces, divisible by the factor."""
        step = lcm(self.rows, factor)
        return step * ceil(ROWS / step)

    def count_band_pixels(self, factor: int) -> int:
        """Return how many pixels are read at a time."""
        return self.across * self.width * min(self.get_band_rows(factor), self.size[1])


def find_layout(image: ImageFile) -> Layout | None:
    """Return the layout of a TIFF that can be read by rows; None for any other image."""
    if not isinstance(image, TiffImageFile) or image.mode not in MODES:
        return None
    try:
        return _find_layout(image)
    except TypeError:  # a tag holds text where a number should be
        return None


def _find_layout(image: TiffImageFile) -> Layout | None:
    tags = image.tag_v2
    if image.info.get("compression") not in COMPRESSIONS or tags.get(Tag.PlanarConfiguration, 1) != 1:
        return None
    size = tags[Tag.ImageWidth], tags[Tag.ImageLength]
    is_tiled = Tag.TileOffsets in tags
    width, rows = (tags.get(Tag.TileWidth, 0), tags.get(Tag.TileLength, 0)) if is_tiled else (size[0], 0)
    rows = rows or tags.get(Tag.RowsPerStrip, size[1])
    offsets = tags.get(Tag.TileOffsets if is_tiled else Tag.StripOffsets, ())
    lengths = tags.get(Tag.TileByteCounts if is_tiled else Tag.StripByteCounts, ())
    bits = max(tags.get(Tag.BitsPerSample, (1,))) * tags.get(Tag.SamplesPerPixel, 1)
    if image.info["compression"] == "raw":
        row = ceil(width * bits / 8)
        if len(offsets) == 1 and not is_tiled:  # one strip of pixels as they are can be divided anywhere
            rows = ROWS
            offsets = [offsets[0] + top * row for top in range(0, size[1], rows)]
        # Other readers ignore the lengths in the file, so they may be wrong.
        lengths = [
            row * (rows if is_tiled else min(rows, size[1] - index * rows)) for index in range(len(offsets))
        ]
    numbers = (width, rows, bits, *offsets, *lengths)
    if not all(isinstance(number, int) for number in numbers) or min(width, rows) < 1 or rows >= size[1]:
        return None
    # No compression of these makes more than twice as much of pixels.
    is_sound = max(lengths, default=0) <= width * rows * bits // 4 + 1024
    is_whole = len(offsets) == len(lengths) == ceil(size[0] / width) * ceil(size[1] / rows)
    if not is_sound or not is_whole:
        return None
    pieces = tuple(zip(offsets, lengths, strict=True))
    return Layout(image=image, size=size, width=width, rows=rows, pieces=pieces)


def read_rows(layout: Layout, *, factor: int) -> Image.Image:
    """Return the photo scaled down by a factor, in eight bits a channel, as it is stored.

    It is the whole photo's `reduce(factor)`. Raises OSError or SyntaxError if the file is damaged.
    """
    result = None
    width, height = layout.size
    most = layout.get_band_rows(factor)
    for top in range(0, height, most):
        rows = _read_band(layout, top=top, rows=min(most, height - top))
        band = to_eight_bits(rows).reduce(factor)
        if result is None:
            result = Image.new(band.mode, (ceil(width / factor), ceil(height / factor)))
        result.paste(band, (0, top // factor))
    assert result is not None
    return result


def _read_band(layout: Layout, *, top: int, rows: int) -> Image.Image:
    """Return some rows of the photo, the first of which begins a piece."""
    across = layout.across
    first, last = top // layout.rows * across, ceil((top + rows) / layout.rows) * across
    is_tiled = Tag.TileOffsets in layout.image.tag_v2
    stacked = _decode(layout, layout.pieces[first:last], rows=0 if is_tiled else rows)
    if across == 1:
        return stacked.crop((0, 0, layout.size[0], rows))
    band = Image.new(stacked.mode, (layout.size[0], rows))
    for index in range(last - first):
        tile = stacked.crop((0, index * layout.rows, layout.width, (index + 1) * layout.rows))
        band.paste(tile, (index % across * layout.width, index // across * layout.rows))
    return band


def _decode(layout: Layout, pieces: tuple[tuple[int, int], ...], *, rows: int) -> Image.Image:
    """Return pieces below each other. rows: of all; 0 if each piece has all of its rows, as tiles have."""
    tags, file, data = layout.image.tag_v2, layout.image.fp, []
    assert file is not None
    for offset, length in pieces:
        file.seek(offset)
        data.append(file.read(length))
        if len(data[-1]) < length:
            raise OSError("image file is truncated")
    directory = ImageFileDirectory_v2(ifh=(b"II*\0" if tags.prefix == b"II" else b"MM\0*") + bytes(4))
    for tag in COPIED:
        if tag in tags:
            directory[tag] = tags[tag]
    directory[Tag.ImageWidth] = layout.width
    directory[Tag.ImageLength] = rows or len(pieces) * layout.rows
    directory[Tag.RowsPerStrip] = layout.rows
    directory[Tag.StripByteCounts] = tuple(map(len, data))
    # Pillow adds where the directory ends.
    directory[Tag.StripOffsets] = tuple(accumulate(map(len, data[:-1]), initial=0))
    small_file = io.BytesIO()
    directory.save(small_file)
    small_file.write(b"".join(data))
    small_file.seek(0)
    small = TiffImageFile(small_file)
    small.load()
    return small
