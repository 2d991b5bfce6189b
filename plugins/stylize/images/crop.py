"""Parse the crop of an image, as authors write it, into pixels."""

import re
from typing import NamedTuple

from ..model.errors import UserError


class Box(NamedTuple):
    """A part of an upright image, in pixels."""

    left: int
    top: int
    width: int
    height: int

    def __str__(self) -> str:
        return ",".join(map(str, self))


def read_crop(written: str, size: tuple[int, int], *, where: str) -> Box:
    """Return the part of an image that a crop names; "" is all of it.

    The syntax is that of museums' image servers (IIIF Image API 3.0, section 4.1):
    "LEFT,TOP,WIDTH,HEIGHT" in pixels, or "pct:LEFT,TOP,WIDTH,HEIGHT" in percent. size: width and height of
    the image, upright. Raises UserError if it cannot be parsed or reaches over an edge.
    """
    width, height = size
    if not written.strip():
        return Box(0, 0, width, height)
    found = _CROP.fullmatch(re.sub(r"\s", "", written))
    if not found:
        raise UserError(
            f"{where}: the crop is {written!r}, but must be LEFT,TOP,WIDTH,HEIGHT in pixels, such as"
            " 40,25,900,700, or in percent with pct: before it, such as pct:5,5,90,90."
        )
    numbers = [float(number) for number in found["numbers"].split(",")]
    if found["percent"]:
        left, top = (round(number * side / 100) for number, side in zip(numbers[:2], size, strict=True))
        right, bottom = (
            round((start + number) * side / 100)
            for start, number, side in zip(numbers[:2], numbers[2:], size, strict=True)
        )
    else:
        left, top = round(numbers[0]), round(numbers[1])
        right, bottom = left + round(numbers[2]), top + round(numbers[3])
    if right <= left or bottom <= top:
        raise UserError(f"{where}: the crop {written!r} is empty. Its width and height must be more than 0.")
    if right > width or bottom > height:
        raise UserError(
            f"{where}: the crop {written!r} reaches over the edge of the image, which is {width} x {height}"
            " pixels, upright. Take less of it."
        )
    return Box(left, top, right - left, bottom - top)


_NUMBER = r"\d{1,6}(\.\d{1,6})?"
_CROP = re.compile(rf"(?P<percent>pct:)?(?P<numbers>{_NUMBER},{_NUMBER},{_NUMBER},{_NUMBER})", re.ASCII)
