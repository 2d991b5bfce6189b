"""Estimate how much memory a photo takes to read, before it is read."""

from PIL import ExifTags, ImageFile

from ..model.errors import PhotoError
from ..model.memory_limit import (
    AHEAD,
    find_memory_limit,
    find_own_memory,
    find_setting,
    format_bytes,
    return_freed_memory,
)
from .formats import AVIF, HEIC, JPEG, WEBP
from .tiff_rows import Layout, find_layout

# Bytes of memory for each pixel of the photo while it is decoded. Baseline JPEG is decoded at a fraction of
# its size, so that a phone's 200 megapixels need a few MB; a progressive one keeps all its coefficients. Of a
# TIFF that is read by rows, DEEP is the memory of the rows that are read at a time.
DECODED, PROGRESSIVE, DEEP, BUFFERED = 4, 6, 16, {AVIF: 12, HEIC: 12, WEBP: 16}
FLOAT = 6  # of 32 bits in gray, which are scaled to eight bits by strips
LARGEST_FACTOR = 8  # by which a TIFF is scaled down while it is read, as a JPEG is at most


def refuse_more_than_memory(
    image: ImageFile.ImageFile, format: str, *, size: tuple[int, int], limit: int | None
) -> None:
    """Refuse a photo that takes more memory to read than there is. size: of the photo that is wanted."""
    limit = find_memory_limit() if limit is None else limit
    pixels, wanted = image.width * image.height, size[0] * size[1]
    result = 2 * DECODED * wanted  # a copy exists while its colors are converted
    if format == JPEG:
        # It is decoded at a half, a quarter or an eighth of its size if that leaves twice the wanted one.
        scale = min(image.width / (2 * size[0]), image.height / (2 * size[1]))
        shrunk = next((each for each in (8, 4, 2) if scale >= each), 1)
        needed = DECODED * pixels // shrunk**2 + result
        needed += PROGRESSIVE * pixels if "progressive" in image.info else 0
    elif by_rows := plan_rows(image, enough=(2 * size[0], 2 * size[1])):
        needed = _estimate_rows(image, *by_rows) + result
    else:
        needed = _estimate_decoded(image, format) + result
    if find_own_memory() + needed > limit:
        return_freed_memory()
    own = find_own_memory()
    if own + needed > limit:
        is_baseline = format == JPEG and "progressive" not in image.info
        advice = "Save it smaller" if is_baseline else "Save it smaller, or as baseline JPEG"
        least = find_setting(round((own + needed) / (1 - AHEAD)))
        advice = "Raise" if needed < own / 4 else f"{advice}, or raise"
        raise PhotoError(
            f"it has {describe_size(image)}, and reading it takes {format_bytes(needed)} of memory, more"
            f" than there is within the limit of {format_bytes(find_setting(limit))}. {advice}"
            f" STYLIZE['memory_limit'] to {-(-least // 10**7) * 10} MB at least."
        )


def refuse_large_file(size: int, *, limit: int | None = None) -> None:
    """Refuse a file that does not fit into memory, where its decoder takes all of it. size: bytes."""
    limit = find_memory_limit() if limit is None else limit
    if size > 2**24 and size > limit - find_own_memory():
        raise PhotoError(
            f"the file has {format_bytes(size)}, more than there is memory within the limit of"
            f" {format_bytes(find_setting(limit))}. Save the photo as JPEG."
        )


def plan_rows(image: ImageFile.ImageFile, *, enough: tuple[int, int]) -> tuple[Layout, int] | None:
    """Return how a TIFF is read by rows, and by how much it is scaled down meanwhile with enough pixels left.

    None if it cannot be read so, and if its strips are so high that all rows would be read at once.
    """
    if not (layout := find_layout(image)):
        return None
    factor = max(1, min(image.width // enough[0], image.height // enough[1], LARGEST_FACTOR))
    return (layout, factor) if layout.get_band_rows(factor) < layout.size[1] else None


def describe_size(image: ImageFile.ImageFile) -> str:
    size, pixels = f"{image.width} x {image.height}", image.width * image.height
    return f"{size} pixels" if pixels < 10**6 else f"{pixels / 1e6:.0f} megapixels ({size})"


def _estimate_rows(image: ImageFile.ImageFile, layout: Layout, factor: int) -> int:
    """Return the bytes of memory that a TIFF takes that is read by rows."""
    each = 2 * DECODED if image.has_transparency_data else DECODED
    return DEEP * layout.count_band_pixels(factor) + each * image.width * image.height // factor**2


def _estimate_decoded(image: ImageFile.ImageFile, format: str) -> int:
    """Return the bytes of memory that a photo takes that is decoded whole."""
    pixels = image.width * image.height
    if format in BUFFERED:
        return BUFFERED[format] * pixels
    each = 1 if image.mode in ("1", "L") else DECODED
    if image.mode in ("I", "F"):
        each = FLOAT
    if image.has_transparency_data:
        each = 2 * DECODED  # Pillow scales a copy whose colors are multiplied by their opacity
    return each * pixels + _estimate_strip(image)


def _estimate_strip(image: ImageFile.ImageFile) -> int:
    """Return the bytes of a strip of a compressed TIFF; it is decoded at once and may be the whole photo."""
    rows = getattr(image, "tag_v2", {}).get(ExifTags.Base.RowsPerStrip)
    if rows is None or image.info.get("compression") == "raw":
        return 0
    return DECODED * image.width * (min(rows, image.height) if isinstance(rows, int) else image.height)
