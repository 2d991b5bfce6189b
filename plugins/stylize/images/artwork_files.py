"""Prepare the image file of an artwork as the artwork.jpg of a style."""

from pathlib import Path

from PIL import Image

from ..model.errors import PhotoError
from ..model.image_sizes import fit
from .crop import Box
from .decode import MAX_ASPECT_RATIO, examine, open_photo
from .encode import encode

# Pixels. Tuning and optimizing look at no more than 1600 of the longer side, and so does a page of 1600 wide.
LONG_EDGE = 2000
MIN_SIDE = 128  # pixels on the shorter side; tuning needs them
# Pixels of the longer side at which an image is decoded before it is cropped; it limits memory to 200 MB.
MAX_DECODED = 8000
QUALITY = 92  # of JPEG, 4:4:4; what an artwork loses here, every picture of its style lacks


def read_size(path: Path) -> tuple[int, int]:
    """Return width and height of an image in pixels, upright; raises PhotoError if it cannot be used."""
    info = examine(path)
    return info.width, info.height


def check_size(box: Box) -> None:
    """Raise PhotoError if a part of an image is too small or too narrow for a style."""
    if min(box.width, box.height) < MIN_SIDE:
        raise PhotoError(
            f"the artwork is {box.width} x {box.height} pixels, and a style needs {MIN_SIDE} on the shorter"
            " side. Fetch a larger picture of it, or take more of this one."
        )
    if max(box.width, box.height) > MAX_ASPECT_RATIO * min(box.width, box.height):
        raise PhotoError(
            f"the part is {box.width} x {box.height} pixels, more than {MAX_ASPECT_RATIO} times as long"
            " as wide. Take another."
        )


def save_artwork(source: Path, target: Path, *, size: tuple[int, int], box: Box) -> tuple[int, int]:
    """Save a part of an image as JPEG: upright, in sRGB, at most LONG_EDGE long, without metadata.

    size: of the whole image, upright; box: the part, in its pixels. Returns the width and height of the JPEG;
    raises PhotoError if the file cannot be used.
    """
    wanted = fit(box.width, box.height, long_edge=LONG_EDGE)
    scale = wanted[0] / box.width if box.width >= box.height else wanted[1] / box.height
    image = open_photo(source, long_edge=max(1, min(MAX_DECODED, round(max(size) * scale))))
    across, down = image.width / size[0], image.height / size[1]
    right, bottom = box.left + box.width, box.top + box.height
    part = image.crop(
        (round(box.left * across), round(box.top * down), round(right * across), round(bottom * down))
    )
    clean = Image.new("RGB", part.size)
    clean.paste(part)
    target.write_bytes(encode(clean, "JPEG", quality=QUALITY, subsampling="4:4:4", optimize=True))
    return clean.size
