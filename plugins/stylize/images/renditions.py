"""The files of a picture: a lossless PNG for the store, and each published width as AVIF and as JPEG."""

import hashlib
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, BinaryIO

from PIL import Image, PngImagePlugin

from ..model.image_sizes import rendition_widths
from ..storage.atomic_files import STORE, explain_refusals
from .encode import encode
from .encoder_settings import ENCODING, Encoding
from .pillow_errors import explain_damage

# Of zlib. A stylized photo of 1600x900 takes 0.12 s and 2.2 MB at 1, 0.27 s and 1.9 MB at 4, 0.57 s
# and no less at 6 (one core of two): on a GPU the writing would take longer than the stylization.
COMPRESS_LEVEL = 1


def write_png(picture: Image.Image, target: Path, *, photo: str) -> str:
    """Write a picture and return the sha256 of its file; a full disk leaves nothing behind.

    photo: the photo's name, for messages. Raises UserError if the disk refuses the file.
    """
    with explain_refusals(target.parent, doing=f"storing the picture of {photo}", setting=STORE):
        try:
            with target.open("wb") as file:
                hashed: Any = _HashedFile(file)  # has all of a file that Pillow needs
                picture.save(hashed, "PNG", compress_level=COMPRESS_LEVEL)
        except OSError:
            target.unlink(missing_ok=True)
            raise
    return hashed.digest.hexdigest()


def read_png(path: Path) -> Image.Image:
    """Return a picture that `write_png` wrote, RGB, of any size; raises PhotoError if it is damaged.

    `Image.open` would refuse it above its own limit of pixels, which is meant for files of strangers.
    """
    with explain_damage(advice="Remove it, and it is made again."), path.open("rb") as file:
        picture = PngImagePlugin.PngImageFile(file)
        picture.load()
    return picture if picture.mode == "RGB" else picture.convert("RGB")


def write_renditions(picture: Image.Image, folder: Path, *, encoding: Encoding = ENCODING) -> None:
    """Write 480.avif, 480.jpg, 800.avif ... into a folder that exists; none is larger than the picture.

    picture: RGB. Only its pixels go into the files, no metadata. Every build writes the same bytes.
    """
    picture.load()  # threads must not load it from its file at the same time
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:  # Pillow releases Python's lock
        sizes = [
            (width, max(1, round(picture.height * width / picture.width)))
            for width in rendition_widths(picture.width, encoding.widths)
        ]
        # The largest first: it takes as long as all the others.
        scaled = list(pool.map(lambda size: _scale(picture, size, encoding=encoding), reversed(sizes)))
        jobs = [
            pool.submit(_write, image, folder / f"{image.width}.{suffix}", suffix, encoding)
            for suffix in _ENCODERS
            for image in scaled
        ]
        for job in jobs:
            job.result()


def encode_picture(picture: Image.Image, suffix: str, *, encoding: Encoding = ENCODING) -> bytes:
    """Return a picture's pixels as the bytes of a file. suffix: "avif" or "jpg"."""
    return encode(picture, **_ENCODERS[suffix](encoding))


class _HashedFile:
    """A file that is written and hashed piece by piece, so that no second copy of a large one exists."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self.digest = file, hashlib.sha256()

    def write(self, data: bytes) -> int:
        self.digest.update(data)
        return self._file.write(data)

    def flush(self) -> None:
        self._file.flush()


def _scale(picture: Image.Image, size: tuple[int, int], *, encoding: Encoding) -> Image.Image:
    clean = Image.new("RGB", size)
    clean.paste(picture.resize(size, Image.Resampling[encoding.resampling]))
    return clean


def _write(image: Image.Image, path: Path, suffix: str, encoding: Encoding) -> None:
    path.write_bytes(encode_picture(image, suffix, encoding=encoding))


def _avif_options(encoding: Encoding) -> dict[str, Any]:
    return {
        "format": "AVIF",
        "quality": encoding.avif_quality,
        "speed": encoding.avif_speed,
        "subsampling": encoding.subsampling,
        "codec": "aom",
        "max_threads": 1,  # the bytes depend on it
        "autotiling": False,
    }


def _jpeg_options(encoding: Encoding) -> dict[str, Any]:
    return {
        "format": "JPEG",
        "quality": encoding.jpeg_quality,
        "subsampling": encoding.subsampling,
        "progressive": True,
        "optimize": True,
    }


_ENCODERS: dict[str, Callable[[Encoding], dict[str, Any]]] = {"avif": _avif_options, "jpg": _jpeg_options}
