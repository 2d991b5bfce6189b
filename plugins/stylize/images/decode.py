"""Decode photos: upright, in sRGB, eight bits a channel, without metadata.

Any file gives an image or a PhotoError. Sizes are checked before memory is allocated, and each format has its
own reader, so that Pillow never guesses.
"""

import logging
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
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
from ..storage.atomic_files import display_path
from ..storage.image_structure import StructureError, check_structure, count_gif_frames, names_too_much
from .color_profiles import is_usable, to_eight_bits, to_srgb
from .decoding_memory import describe_size, plan_rows, refuse_large_file, refuse_more_than_memory
from .formats import AVIF, BMP, GIF, HEAD, HEIC, JPEG, PNG, RAW, TIFF, WEBP, detect_format
from .pillow_errors import explain_damage
from .stated_colors import Statement, read_statement
from .tiff_rows import read_rows

logger = logging.getLogger(__name__)

MAX_SIZE = 2048  # MiB of the file
MAX_MEGAPIXELS = 400  # however much memory there is
MAX_SCANS = 100  # of a progressive JPEG, which has about ten; each is a pass over the whole photo
MIN_SIDE = 64  # pixels on the shorter side; the network works at a quarter of it, with kernels of 9
MAX_ASPECT_RATIO = 20  # times longer than wide; such a photo of 1600 pixels is 80 pixels wide


class PhotoInfo(NamedTuple):
    """Size and format of a photo."""

    width: int  # pixels, upright
    height: int  # pixels, upright
    format: str  # "JPEG", whatever the file is called
    colors: str = ""  # a color space that the file states without an ICC profile; "" for sRGB


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
    with _open(path) as (image, format, statement):
        size = fit(*image.size, long_edge=long_edge or max(image.size))
        refuse_more_than_memory(image, format, size=size, limit=memory_limit)
        # Twice the size leaves the last, careful halving to LANCZOS.
        decoded, box = _load(image, enough=(2 * size[0], 2 * size[1]))
        transpose = _find_transpose(image)
        photo = to_eight_bits(decoded)
    del image, decoded  # of a large photo, no copy may exist longer than it is needed
    if format == TIFF and transpose in _SIDEWAYS:  # Pillow gives the upright size
        size = size[1], size[0]
    if photo.size != size:
        photo = photo.resize(size, Image.Resampling.LANCZOS, box=box)
    photo = to_srgb(photo, profile=statement.profile, colors=statement.colors, background=background)
    if transpose is not None:
        photo = photo.transpose(transpose)
    clean = Image.new("RGB", photo.size)
    clean.paste(photo)
    return clean


def examine(path: Path, *, memory_limit: int | None = None) -> PhotoInfo:
    """Read a photo to its last byte and return size and format; raises PhotoError if it cannot be used.

    memory_limit: as for `open_photo`.
    """
    with _open(path) as (image, format, statement):
        width, height = image.size
        refuse_more_than_memory(image, format, size=(1, 1), limit=memory_limit)
        _load(image, enough=(1, 1))  # reads all of a JPEG or TIFF, but keeps an eighth of its size
        if format != TIFF and _find_transpose(image) in _SIDEWAYS:
            width, height = height, width
        if statement.profile and not is_usable(statement.profile, image.mode):
            problem = "its color profile is damaged, or of another kind of image"
        else:
            problem = f"{statement.problem} cannot be followed" if statement.problem else ""
    if problem:
        logger.warning("%s: %s, so its colors are taken for sRGB.", display_path(path), problem)
    return PhotoInfo(width, height, format, statement.colors.name if statement.colors else "")


def read_size(path: Path) -> tuple[int, int]:
    """Return width and height of a photo as the file has it, from its first bytes; raises PhotoError."""
    with _open(path) as photo:
        return photo.image.size


def open_jpeg(data: bytes) -> ImageFile.ImageFile:
    """Return a JPEG in memory, with its comment in `info`, not decoded yet; raises PhotoError."""
    file = BytesIO(data)
    _check_structure(file)
    with explain_damage():
        return JpegImagePlugin.JpegImageFile(file)


@contextmanager
def _open(path: Path) -> Iterator["_OpenPhoto"]:
    """Open a photo and check everything that needs no decoding."""
    with explain_damage(), _open_file(path) as file:
        format = detect_format(file.read(HEAD))
        if format == RAW:
            raise PhotoError(_RAW)
        _check_structure(file)
        frames = count_gif_frames(file) if format == GIF else 1
        reader = _load_heic_reader() if format == HEIC else _READERS[format]
        file.seek(0)
        if format in (AVIF, HEIC, WEBP):  # their decoders take the whole file into memory
            refuse_large_file(os.fstat(file.fileno()).st_size)
        with explain_damage():
            image = reader(file, str(path))
        _refuse_raw(image)
        frames = getattr(image, "n_frames", 1) if format in (AVIF, PNG, WEBP) else frames
        if frames > 1:
            raise PhotoError(
                f"this is an animated {format} of {frames} frames. Save one frame as JPEG or PNG."
            )
        _refuse_size(image)
        if "progressive" in image.info and _count_scans(path) > MAX_SCANS:
            raise PhotoError(
                f"this JPEG has more than {MAX_SCANS} scans, which no camera writes. Save it again as JPEG."
            )
        yield _OpenPhoto(image, format, read_statement(image, file, format))


class _OpenPhoto(NamedTuple):
    """A photo that is not decoded yet."""

    image: ImageFile.ImageFile
    format: str
    statement: Statement  # of its colors


def _check_structure(file: BinaryIO) -> None:
    try:
        check_structure(file)
    except StructureError as error:
        raise PhotoError(f"{error}. Save it again as JPEG or PNG.") from None
    file.seek(0)


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
    box = None
    with explain_damage():
        if by_rows := plan_rows(image, enough=enough):
            layout, factor = by_rows
            width, height = layout.size
            return read_rows(layout, factor=factor), (0, 0, width / factor, height / factor)
        if isinstance(image, JpegImagePlugin.JpegImageFile):
            drafted = image.draft(None, enough)
            box = drafted[1] if drafted else None
        image.load()
    return image, box


def _refuse_raw(image: ImageFile.ImageFile) -> None:
    """Refuse a TIFF that is a camera's raw file with a small preview, by its tags."""
    tags = getattr(image, "tag_v2", {})
    if _DNG_VERSION in tags or tags.get(_NEW_SUBFILE_TYPE, 0) == 1:
        raise PhotoError(_RAW)


def _refuse_size(image: ImageFile.ImageFile) -> None:
    width, height = image.size
    if width * height > MAX_MEGAPIXELS * 1_000_000:
        raise PhotoError(
            f"it has {describe_size(image)}, but at most {MAX_MEGAPIXELS} can be read. Save it smaller."
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
    if names_too_much(image.info.get("exif") or b""):
        return None
    try:
        return _TRANSPOSES.get(image.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:  # old editors leave broken EXIF; the pixels may be fine
        return None


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
