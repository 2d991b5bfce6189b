"""From the file of an artwork, as a museum offers it, to the artwork.jpg of a style."""

from pathlib import Path

from PIL import Image

from ..model.errors import PhotoError
from ..model.image_sizes import fit
from .crop import Box
from .decode import SLIMMEST, examine, open_photo

# Pixels. Tuning and optimizing look at no more than 1600 of the longer side, and so does a page of 1600 wide.
LONG_EDGE = 2000
LEAST = 128  # pixels on the shorter side; tuning needs them
# Pixels of the longer side to which a picture is decoded before it is cut; it bounds the memory to 200 MB.
MOST_DECODED = 8000
QUALITY = 92  # of JPEG, 4:4:4; what an artwork loses here, every picture lacks


def read_size(path: Path) -> tuple[int, int]:
    """Return width and height of a picture in pixels, upright; raises PhotoError where it cannot be used."""
    facts = examine(path)
    return facts.width, facts.height


def check_size(box: Box) -> None:
    """Raise PhotoError unless a part of a picture is enough to make a style of."""
    if min(box.width, box.height) < LEAST:
        raise PhotoError(
            f"the artwork is {box.width} x {box.height} pixels, and a style needs {LEAST} on the shorter"
            " side. Fetch a larger picture of it, or take more of this one."
        )
    if max(box.width, box.height) > SLIMMEST * min(box.width, box.height):
        raise PhotoError(
            f"the part is {box.width} x {box.height} pixels, more than {SLIMMEST} times as long as wide."
            " Take another."
        )


def save_artwork(source: Path, target: Path, *, size: tuple[int, int], box: Box) -> tuple[int, int]:
    """Write a part of a picture as JPEG: upright, in sRGB, at most LONG_EDGE long, without metadata.

    size: of the whole picture, upright; box: the part, in its pixels. Returns the width and height that
    were written; raises PhotoError where the file cannot be used.
    """
    wanted = fit(box.width, box.height, long_edge=LONG_EDGE)
    scale = wanted[0] / box.width if box.width >= box.height else wanted[1] / box.height
    decoded = open_photo(source, long_edge=max(1, min(MOST_DECODED, round(max(size) * scale))))
    across, down = decoded.width / size[0], decoded.height / size[1]
    right, bottom = box.left + box.width, box.top + box.height
    part = decoded.crop(
        (round(box.left * across), round(box.top * down), round(right * across), round(bottom * down))
    )
    clean = Image.new("RGB", part.size)
    clean.paste(part)
    clean.save(target, "JPEG", quality=QUALITY, subsampling="4:4:4", optimize=True)
    return clean.size
