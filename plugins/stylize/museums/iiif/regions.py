"""Parts of a picture: `full`, `square`, `x,y,w,h` and `pct:x,y,w,h` (Image API 3.0, section 4.1)."""

import math
import re
from typing import NamedTuple

from ...model.errors import UserError


class Box(NamedTuple):
    """A part of a picture, in pixels from its upper left corner."""

    x: int
    y: int
    width: int
    height: int

    def __str__(self) -> str:
        return f"{self.x},{self.y},{self.width},{self.height}"


def parse_region(text: str, *, width: int, height: int) -> Box:
    """Return the part of a picture of width × height pixels that a region names, cut at the picture's edges.

    Raises UserError if it is not a region, or lies outside of the picture.
    """
    written = text.strip().lower()
    if written in ("full", ""):
        return Box(0, 0, width, height)
    if written == "square":
        side = min(width, height)
        return Box((width - side) // 2, (height - side) // 2, side, side)
    number = r"\s*(\d{1,9}(?:\.\d{1,12})?)\s*"
    found = re.fullmatch(rf"(pct:)?{number},{number},{number},{number}", written)
    if not found:
        raise UserError(
            f"the region {text!r} cannot be read. Write pct:x,y,w,h in percent of the picture, x,y,w,h in"
            " pixels of the whole picture, square or full."
        )
    x, y, wide, high = (float(each) for each in found.groups()[1:])
    if found[1]:
        x, y, wide, high = x * width / 100, y * height / 100, wide * width / 100, high * height / 100
    left, top = round(x), round(y)
    box = Box(left, top, min(round(x + wide), width) - left, min(round(y + high), height) - top)
    if box.width < 1 or box.height < 1:
        raise UserError(
            f"the region {text!r} lies outside of the picture, which has {width} × {height} pixels, or is"
            " empty. Name a part of it."
        )
    return box


def scale_box(box: Box, factor: float, *, width: int, height: int) -> Box:
    """Return a box in a picture that is smaller by this factor, and has width × height pixels."""
    left, top = min(int(box.x * factor), width - 1), min(int(box.y * factor), height - 1)
    right = min(math.ceil((box.x + box.width) * factor - 1e-6), width)
    bottom = min(math.ceil((box.y + box.height) * factor - 1e-6), height)
    return Box(left, top, max(1, right - left), max(1, bottom - top))
