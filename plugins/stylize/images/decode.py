"""Decode photos: upright, in sRGB, eight bits a channel, without metadata.

Any file gives an image or a PhotoError. Sizes are checked before memory is allocated, and each format has its
own reader, so that Pillow never guesses.
"""

import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, NamedTuple

from PIL import (
    AvifImagePlugin,
    BmpImagePlugin,
    ExifTags,
    GifImagePlugin,
    Image,
    ImageFile,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

from ..model.errors import PhotoError
from ..model.image_sizes import fit
from ..model.memory_limit import (
    AHEAD,
    find_memory_limit,
    find_own_memory,
    find_setting,
    format_bytes,
    return_freed_memory,
)
from .color_profiles import to_eight_bits, to_srgb
from .formats import AVIF, BMP, GIF, HEAD, HEIC, JPEG, PNG, RAW, TIFF, WEBP, detect_format
from .tiff_rows import Layout, find_layout, read_rows

MAX_SIZE = 2048  # MiB of the file
MAX_MEGAPIXELS = 400  # however much memory there is
# Bytes of memory for each pixel of the photo while it is decoded. Baseline JPEG is decoded at a fraction of
# its size, so that a phone's 200 megapixels need a few MB; a progressive one keeps all its coefficients. Of a
# TIFF that is read by rows, DEEP is the memory of the rows that are read at a time.
DECODED, PROGRESSIVE, DEEP, BUFFERED = 4, 6, 16, {AVIF: 12, HEIC: 12, WEBP: 16}
MAX_SCANS = 100  # of a progressive JPEG, which has about ten; each is a pass over the whole photo
LARGEST_FACTOR = 8  # by which a TIFF is scaled down while it is read, as a JPEG is at most
MIN_SIDE = 64  # pixels on the shorter side; the network works at a quarter of it, with kernels of 9
MAX_ASPECT_RATIO = 20  # times longer than wide; such a photo of 1600 pixels is 80 pixels wide


class PhotoInfo(NamedTuple):
    """Size and format of a photo."""

    width: int  # pixels, upright
    height: int  # pixels, upright
    format: str  # "JPEG", whatever the file is called


def open_photo(
    path: Path,
    *,
    long_edge: int | None = None,
    background: str = "white",
    memory_limit: int | None = None,
) -> Image.Image:
    """Return the photo as a fresh RGB image in sRGB, upright, without any metadata.

    long_edge: pixels of the longer side at most; smaller photos keep their size. background: what
    transparent parts are laid on. memory_limit: bytes that this process may use; None for what its executor
    says, or the machine has. Raises PhotoError if the file is not a usable photo, or if it takes more memory
    to read.
    """
    with _open(path) as (image, format):
        size = fit(*image.size, long_edge=long_edge or max(image.size))
        _refuse_more_than_memory(image, format, size=size, limit=memory_limit)
        # Twice the size leaves the last, careful halving to LANCZOS.
        decoded, box = _load(image, enough=(2 * size[0], 2 * size[1]))
        transpose, profile = _find_transpose(image), image.info.get("icc_profile")
        photo = to_eight_bits(decoded)
    del image, decoded  # of a large photo, no copy may exist longer than it is needed
    if format == TIFF and transpose in _SIDEWAYS:  # Pillow gives the upright size
        size = size[1], size[0]
    if photo.size != size:
        photo = photo.resize(size, Image.Resampling.LANCZOS, box=box)
    photo = to_srgb(photo, profile=profile, background=background)
    if transpose is not None:
        photo = photo.transpose(transpose)
    clean = Image.new("RGB", photo.size)
    clean.paste(photo)
    return clean


def examine(path: Path, *, memory_limit: int | None = None) -> PhotoInfo:
    """Read a photo to its last byte and return size and format; raises PhotoError if it cannot be used.

    memory_limit: as for `open_photo`.
    """
    with _open(path) as (image, format):
        width, height = image.size
        _refuse_more_than_memory(image, format, size=(1, 1), limit=memory_limit)
        _load(image, enough=(1, 1))  # reads all of a JPEG or TIFF, but keeps an eighth of its size
        if format != TIFF and _find_transpose(image) in _SIDEWAYS:
            width, height = height, width
    return PhotoInfo(width, height, format)


def read_size(path: Path) -> tuple[int, int]:
    """Return width and height of a photo as the file has it, from its first bytes; raises PhotoError."""
    with _open(path) as (image, _):
        return image.size


@contextmanager
def _open(path: Path) -> Iterator[tuple[ImageFile.ImageFile, str]]:
    """Open a photo and check everything that needs no decoding."""
    with _open_file(path) as file:
        format = detect_format(file.read(HEAD))
        if format == RAW:
            raise PhotoError(_RAW)
        reader = _load_heic_reader() if format == HEIC else _READERS[format]
        file.seek(0)
        try:
            image = reader(file, str(path))
        except Exception as error:  # decoders raise many kinds for damaged files
            raise _damage_error(error) from error
        _refuse_raw(image)
        _refuse_animation(image, format)
        _refuse_size(image)
        if "progressive" in image.info and _count_scans(path) > MAX_SCANS:
            raise PhotoError(
                f"this JPEG has more than {MAX_SCANS} scans, which no camera writes. Save it again as JPEG."
            )
        yield image, format


def _count_scans(path: Path) -> int:
    """Return how many scans a JPEG has, by the marker that each begins with."""
    scans, last = 0, b""
    with path.open("rb") as file:
        while piece := file.read(2**20):
            scans += (last + piece).count(b"\xff\xda")
            last = piece[-1:]
    return scans


def _open_file(path: Path) -> BinaryIO:
    try:
        facts = path.stat()
        if stat.S_ISDIR(facts.st_mode):
            raise PhotoError("this is a folder, not a photo. Name a file in it.")
        if not stat.S_ISREG(facts.st_mode):
            raise PhotoError("this is not an ordinary file. Name a photo.")
        if facts.st_size == 0:
            raise PhotoError("the file is empty (0 bytes). Copy the photo again from where it came from.")
        if facts.st_size > MAX_SIZE * 2**20:
            raise PhotoError(f"the file is larger than {MAX_SIZE} MiB. Save the photo as JPEG.")
        return path.open("rb")
    except PermissionError:
        raise PhotoError("there is no permission to read it. Allow it (chmod u+r).") from None
    except FileNotFoundError:
        raise PhotoError("there is no such file. Put the photo there.") from None
    except OSError as error:
        raise PhotoError(f"the file cannot be read: {error.strerror}. Check the disk.") from error


def _load(
    image: ImageFile.ImageFile, *, enough: tuple[int, int]
) -> tuple[Image.Image, tuple[float, float, float, float] | None]:
    """Decode an image, a JPEG or TIFF at the smallest scale that still has enough pixels.

    Returns the decoded pixels, and the part of them that the photo covers, or None if it covers all.
    """
    try:
        if by_rows := _plan_rows(image, enough=enough):
            layout, factor = by_rows
            width, height = layout.size
            return read_rows(layout, factor=factor), (0, 0, width / factor, height / factor)
        box = None
        if isinstance(image, JpegImagePlugin.JpegImageFile):
            drafted = image.draft(None, enough)
            box = drafted[1] if drafted else None
        image.load()
    except MemoryError:
        raise
    except OSError as error:
        if error.errno is None:  # Pillow says by this that a file is cut off
            raise _damage_error(error) from error
        raise PhotoError(f"the file cannot be read: {error.strerror}. Check the disk.") from error
    except Exception as error:
        raise _damage_error(error) from error
    return image, box


def _plan_rows(image: ImageFile.ImageFile, *, enough: tuple[int, int]) -> tuple[Layout, int] | None:
    """Return how a TIFF is read by rows, and by how much it is scaled down meanwhile with enough pixels left.

    None if it cannot be read so, and if its strips are so high that all rows would be read at once.
    """
    if not (layout := find_layout(image)):
        return None
    factor = max(1, min(image.width // enough[0], image.height // enough[1], LARGEST_FACTOR))
    return (layout, factor) if layout.get_band_rows(factor) < layout.size[1] else None


def _refuse_raw(image: ImageFile.ImageFile) -> None:
    """Refuse a TIFF that is a camera's raw file with a small preview, by its tags."""
    tags = getattr(image, "tag_v2", {})
    if _DNG_VERSION in tags or tags.get(_NEW_SUBFILE_TYPE, 0) == 1:
        raise PhotoError(_RAW)


def _refuse_animation(image: ImageFile.ImageFile, format: str) -> None:
    frames = getattr(image, "n_frames", 1) if format in (AVIF, GIF, PNG, WEBP) else 1
    if frames > 1:
        raise PhotoError(f"this is an animated {format} of {frames} frames. Save one frame as JPEG or PNG.")


def _refuse_more_than_memory(
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
    elif by_rows := _plan_rows(image, enough=(2 * size[0], 2 * size[1])):
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
            f"it has {_describe_size(image)}, and reading it takes {format_bytes(needed)} of memory, more"
            f" than there is within the limit of {format_bytes(find_setting(limit))}. {advice}"
            f" STYLIZE['memory_limit'] to {-(-least // 10**7) * 10} MB at least."
        )


def _estimate_rows(image: ImageFile.ImageFile, layout: Layout, factor: int) -> int:
    """Return the bytes of memory that a TIFF takes that is read by rows."""
    each = 2 * DECODED if image.has_transparency_data else DECODED
    return DEEP * layout.count_band_pixels(factor) + each * image.width * image.height // factor**2


def _estimate_decoded(image: ImageFile.ImageFile, format: str) -> int:
    """Return the bytes of memory that a photo takes that is decoded whole."""
    pixels = image.width * image.height
    if format in BUFFERED:
        return BUFFERED[format] * pixels
    if image.mode.startswith("I") or image.mode == "F":
        return DEEP * pixels
    each = 1 if image.mode in ("1", "L") else DECODED
    if image.has_transparency_data:
        each = 2 * DECODED  # Pillow scales a copy whose colors are multiplied by their opacity
    return each * pixels + _estimate_strip(image)


def _estimate_strip(image: ImageFile.ImageFile) -> int:
    """Return the bytes of a strip of a compressed TIFF; it is decoded at once and may be the whole photo."""
    rows = getattr(image, "tag_v2", {}).get(ExifTags.Base.RowsPerStrip)
    if rows is None or image.info.get("compression") == "raw":
        return 0
    return DECODED * image.width * (min(rows, image.height) if isinstance(rows, int) else image.height)


def _describe_size(image: ImageFile.ImageFile) -> str:
    size, pixels = f"{image.width} x {image.height}", image.width * image.height
    return f"{size} pixels" if pixels < 10**6 else f"{pixels / 1e6:.0f} megapixels ({size})"


def _refuse_size(image: ImageFile.ImageFile) -> None:
    width, height = image.size
    if width * height > MAX_MEGAPIXELS * 1_000_000:
        raise PhotoError(
            f"it has {_describe_size(image)}, but at most {MAX_MEGAPIXELS} can be read. Save it smaller."
        )
    if min(width, height) < MIN_SIDE:
        raise PhotoError(
            f"it is {width} x {height} pixels small, but a photo needs {MIN_SIDE} on its shorter side."
            " Use a larger one."
        )
    if max(width, height) > MAX_ASPECT_RATIO * min(width, height):
        raise PhotoError(
            f"it is {width} x {height} pixels, more than {MAX_ASPECT_RATIO} times as long as wide. Crop it."
        )


def _find_transpose(image: Image.Image) -> Image.Transpose | None:
    """Return how to turn a loaded image upright. Cameras note it in EXIF; a network sees pixels only."""
    try:
        return _TRANSPOSES.get(image.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:  # old editors leave broken EXIF; the pixels may be fine
        return None


def _damage_error(error: Exception) -> PhotoError:
    words = " ".join(str(error).split()).rstrip(".")
    return PhotoError(
        f"the file is damaged or cut off ({words}). Copy the photo again from where it came from."
    )


def _load_heic_reader() -> Callable[[BinaryIO, str], ImageFile.ImageFile]:
    try:
        from pillow_heif import HeifImageFile  # 26 MB, needed only for such photos
    except ImportError:
        raise PhotoError(
            "a HEIC photo needs one more package. Install it (pip install 'pelican-stylize[heic]'),"
            " or save the photo as JPEG."
        ) from None
    return HeifImageFile


_READERS: dict[str, Callable[[BinaryIO, str], ImageFile.ImageFile]] = {
    AVIF: AvifImagePlugin.AvifImageFile,
    BMP: BmpImagePlugin.BmpImageFile,
    GIF: GifImagePlugin.GifImageFile,
    JPEG: JpegImagePlugin.JpegImageFile,  # if a phone saved several photos in one file, the first
    PNG: PngImagePlugin.PngImageFile,
    TIFF: TiffImagePlugin.TiffImageFile,
    WEBP: WebPImagePlugin.WebPImageFile,
}

_RAW = "this is a camera's raw file. Develop it and save it as JPEG."

_DNG_VERSION = 50706  # Adobe's DNG specification 1.6, chapter 4
_NEW_SUBFILE_TYPE = 254  # TIFF 6.0, section 8; 1 is "a reduced-resolution version of another image"

_TRANSPOSES = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_SIDEWAYS = {_TRANSPOSES[5], _TRANSPOSES[6], _TRANSPOSES[7], _TRANSPOSES[8]}
