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
            pool.submit(_write, image, folder / f"{image.width}.{suffix}", encode(encoding))
            for suffix, encode in _ENCODERS.items()
            for image in scaled
        ]
        for job in jobs:
            job.result()


def _scaled(picture: Image.Image, size: tuple[int, int], *, encoding: Encoding) -> Image.Image:
    clean = Image.new("RGB", size)
    clean.paste(picture.resize(size, Image.Resampling[encoding.resampling]))
    return clean


def _write(image: Image.Image, path: Path, options: dict[str, Any]) -> None:
    file = io.BytesIO()
    # Pillow keeps the options on the image while it saves it, and another thread saves this one too.
    image.copy().save(file, **options)
    path.write_bytes(file.getvalue())


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
