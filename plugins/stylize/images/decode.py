"""From a photo's file to its pixels: upright, sRGB, eight bits, and nothing else that the camera wrote.

Whatever lies in the file, what comes out is an image or a PhotoError. Sizes are checked before
memory is asked for, and each format has its own reader, so that Pillow never guesses.
"""

import io
import stat
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

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
from .color_profiles import to_eight_bits, to_srgb
from .formats import AVIF, BMP, GIF, HEAD, HEIC, JPEG, PNG, RAW, TIFF, WEBP, detect_format

HEAVIEST = 512  # MiB of file; it is read whole
# Megapixels. Baseline JPEG is decoded at a fraction of its size, so that a phone's 200 cost a few
# MB. Everything else is unpacked whole at 4 to 8 bytes a pixel, 640 MB at worst; that limit lies
# below Pillow's own (89), which therefore never speaks.
MOST_AS_JPEG = 250
MOST = 80
MOST_SCANS = 100  # of a progressive JPEG, which has about ten; each is a pass over the whole photo
LEAST = 64  # pixels on the shorter side; the network works at a quarter of it, in windows of 9
SLIMMEST = 20  # times longer than wide; 1600 pixels long, such a photo is a ribbon of 80


class Facts(NamedTuple):
    """What is known of a photo once it has been read."""

    width: int  # pixels, upright
    height: int  # pixels, upright
    format: str  # "JPEG", whatever the file is called


def open_photo(path: Path, *, long_edge: int | None = None) -> Image.Image:
    """Return the photo as a fresh RGB image in sRGB, upright and on white, without any metadata.

    long_edge: pixels that the longer side has at most afterwards; a smaller photo is left as it is.
    Raises PhotoError where the file is not a photo that can be used.
    """
    image, _ = _open(path)
    size = fit(*image.size, long_edge=long_edge or max(image.size))
    # Twice the size leaves the last, careful halving to LANCZOS.
    box = _load(image, enough=(2 * size[0], 2 * size[1]))
    photo = to_eight_bits(image)
    if photo.size != size:
        photo = photo.resize(size, Image.Resampling.LANCZOS, box=box)
    photo = to_srgb(photo, profile=image.info.get("icc_profile"))
    turn = _turn(image)
    if turn is not None:
        photo = photo.transpose(turn)
    clean = Image.new("RGB", photo.size)
    clean.paste(photo)
    return clean


def examine(path: Path) -> Facts:
    """Read a photo to its last byte and return what it is; raises PhotoError where it cannot be used."""
    image, format = _open(path)
    width, height = image.size
    _load(image, enough=(1, 1))  # reads all of a JPEG, but computes an eighth of it
    if _turn(image) in _SIDEWAYS:
        width, height = height, width
    return Facts(width, height, format)


def _open(path: Path) -> tuple[ImageFile.ImageFile, str]:
    """Open a photo and check all that can be told without decoding it."""
    data = _read(path)
    format = detect_format(data[:HEAD])
    if format == RAW:
        raise PhotoError(_RAW)
    reader = _heic_reader() if format == HEIC else _READERS[format]
    try:
        image = reader(io.BytesIO(data), str(path))
    except Exception as error:  # given garbage, a decoder raises nearly anything
        raise _damaged(error) from error
    _refuse_raw(image)
    _refuse_animation(image, format)
    _refuse_size(image, format)
    scans = data.count(b"\xff\xda")  # each begins with this marker
    if "progressive" in image.info and scans > MOST_SCANS:
        raise PhotoError(
            f"this JPEG has more than {MOST_SCANS} scans, which no camera writes. Save it again as JPEG."
        )
    return image, format


def _read(path: Path) -> bytes:
    try:
        facts = path.stat()
        if stat.S_ISDIR(facts.st_mode):
            raise PhotoError("this is a folder, not a photo. Name a file in it.")
        if not stat.S_ISREG(facts.st_mode):
            raise PhotoError("this is not an ordinary file. Name a photo.")
        if facts.st_size == 0:
            raise PhotoError("the file is empty (0 bytes). Copy the photo again from where it came from.")
        if facts.st_size > HEAVIEST * 2**20:
            raise PhotoError(f"the file is larger than {HEAVIEST} MiB. Save the photo as JPEG.")
        return path.read_bytes()
    except PermissionError:
        raise PhotoError("there is no permission to read it. Allow it (chmod u+r).") from None
    except FileNotFoundError:
        raise PhotoError("there is no such file. Put the photo there.") from None
    except OSError as error:
        raise PhotoError(f"the file cannot be read: {error.strerror}. Check the disk.") from error


def _load(image: ImageFile.ImageFile, *, enough: tuple[int, int]) -> tuple[float, float, float, float] | None:
    """Decode an image, a JPEG at the smallest fraction that is still enough pixels.

    Returns the part of the decoded pixels that the photo covers, or None where it is all of them.
    """
    box = None
    try:
        if isinstance(image, JpegImagePlugin.JpegImageFile):
            drafted = image.draft(None, enough)
            box = drafted[1] if drafted else None
        image.load()
    except MemoryError:
        raise
    except Exception as error:
        raise _damaged(error) from error
    return box


def _refuse_raw(image: ImageFile.ImageFile) -> None:
    """Refuse what is a TIFF by its first bytes, but a camera's raw file with a small preview by its tags."""
    tags = getattr(image, "tag_v2", {})
    if _DNG_VERSION in tags or tags.get(_NEW_SUBFILE_TYPE, 0) == 1:
        raise PhotoError(_RAW)


def _refuse_animation(image: ImageFile.ImageFile, format: str) -> None:
    frames = getattr(image, "n_frames", 1) if format in (AVIF, GIF, PNG, WEBP) else 1
    if frames > 1:
        raise PhotoError(f"this is an animated {format} of {frames} frames. Save one frame as JPEG or PNG.")


def _refuse_size(image: ImageFile.ImageFile, format: str) -> None:
    width, height = image.size
    if format == JPEG and "progressive" not in image.info:
        most, advice = MOST_AS_JPEG, "Save it smaller."
    else:
        most, advice = MOST, "Save it smaller, or as baseline JPEG."
    if width * height > most * 1_000_000:
        megapixels = f"{width * height / 1e6:.0f} megapixels ({width} x {height})"
        raise PhotoError(f"it has {megapixels}, but at most {most} can be read. {advice}")
    if min(width, height) < LEAST:
        raise PhotoError(
            f"it is {width} x {height} pixels small, but a photo needs {LEAST} on its shorter side."
            " Use a larger one."
        )
    if max(width, height) > SLIMMEST * min(width, height):
        raise PhotoError(
            f"it is {width} x {height} pixels, more than {SLIMMEST} times as long as wide. Crop it."
        )


def _turn(image: Image.Image) -> Image.Transpose | None:
    """Return what sets a loaded image upright. Cameras note that in EXIF; a network sees pixels only."""
    try:
        return _TURNS.get(image.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:  # broken EXIF, as old editors leave it, says nothing about the pixels
        return None


def _damaged(error: Exception) -> PhotoError:
    words = " ".join(str(error).split()).rstrip(".")
    return PhotoError(
        f"the file is damaged or cut off ({words}). Copy the photo again from where it came from."
    )


def _heic_reader() -> Callable[[io.BytesIO, str], ImageFile.ImageFile]:
    try:
        from pillow_heif import HeifImageFile  # 26 MB that only owners of such photos need
    except ImportError:
        raise PhotoError(
            "a HEIC photo needs one more package. Install it (pip install 'pelican-stylize[heic]'),"
            " or save the photo as JPEG."
        ) from None
    return HeifImageFile


_READERS: dict[str, Callable[[io.BytesIO, str], ImageFile.ImageFile]] = {
    AVIF: AvifImagePlugin.AvifImageFile,
    BMP: BmpImagePlugin.BmpImageFile,
    GIF: GifImagePlugin.GifImageFile,
    JPEG: JpegImagePlugin.JpegImageFile,  # of a phone's several pictures in one file, the first
    PNG: PngImagePlugin.PngImageFile,
    TIFF: TiffImagePlugin.TiffImageFile,
    WEBP: WebPImagePlugin.WebPImageFile,
}

_RAW = "this is a camera's raw file. Develop it and save it as JPEG."

_DNG_VERSION = 50706  # Adobe's DNG specification 1.6, chapter 4
_NEW_SUBFILE_TYPE = 254  # TIFF 6.0, section 8; 1 is "a reduced-resolution version of another image"

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_SIDEWAYS = {_TURNS[5], _TURNS[6], _TURNS[7], _TURNS[8]}
