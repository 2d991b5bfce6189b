"""The published files of a picture: each width as AVIF and as JPEG, the same bytes on every build."""

import io
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from PIL import Image

from ..model.image_sizes import rendition_widths
from .encoder_settings import ENCODING, Encoding


def write_renditions(picture: Image.Image, folder: Path, *, encoding: Encoding = ENCODING) -> None:
    """Write 480.avif, 480.jpg, 800.avif ... into a folder that exists; none is larger than the picture.

    picture: RGB. Only its pixels go into the files, whatever it carries besides.
    """
    picture.load()  # from its file, if it is still there: threads must not do that at the same time
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:  # Pillow works outside Python's lock
        sizes = [
            (width, max(1, round(picture.height * width / picture.width)))
            for width in rendition_widths(picture.width)
        ]
        # The largest first: it takes as long as all others together.
        scaled = list(pool.map(lambda size: _scaled(picture, size, encoding=encoding), reversed(sizes)))
        jobs = [
            pool.submit(_write, image, folder / f"{image.width}.{suffix}", suffix, encoding)
            for suffix in _ENCODERS
            for image in scaled
        ]
        for job in jobs:
            job.result()


def encode_picture(picture: Image.Image, suffix: str, *, encoding: Encoding = ENCODING) -> bytes:
    """Return a picture's pixels as the bytes of a file. suffix: "avif" or "jpg"."""
    file = io.BytesIO()
    # Pillow keeps the options on the image while it saves it, and another thread may save the same one.
    picture.copy().save(file, **_ENCODERS[suffix](encoding))
    return file.getvalue()


def _scaled(picture: Image.Image, size: tuple[int, int], *, encoding: Encoding) -> Image.Image:
    clean = Image.new("RGB", size)
    clean.paste(picture.resize(size, Image.Resampling[encoding.resampling]))
    return clean


def _write(image: Image.Image, path: Path, suffix: str, encoding: Encoding) -> None:
    path.write_bytes(encode_picture(image, suffix, encoding=encoding))


def _avif(encoding: Encoding) -> dict[str, Any]:
    return {
        "format": "AVIF",
        "quality": encoding.avif_quality,
        "speed": encoding.avif_speed,
        "subsampling": encoding.subsampling,
        "codec": "aom",
        "max_threads": 1,  # the bytes depend on it
        "autotiling": False,
    }


def _jpeg(encoding: Encoding) -> dict[str, Any]:
    return {
        "format": "JPEG",
        "quality": encoding.jpeg_quality,
        "subsampling": encoding.subsampling,
        "progressive": True,
        "optimize": True,
    }


_ENCODERS: dict[str, Callable[[Encoding], dict[str, Any]]] = {"avif": _avif, "jpg": _jpeg}
