"""The coarse-to-fine schedule of an optimization: the sizes of the picture, and the steps at each."""

from dataclasses import dataclass
from math import sqrt

# A scale's side is that of a square with as many pixels, so that a panorama takes as long as any other
# picture and none of its sides is too short for patches. Then steps, Adam's learning rate for values from 0
# to 1, and the layers whose patches are matched; the number of comparisons grows with the square of a map's
# positions.
BOTH = ("relu3_1", "relu4_1")
COARSE: tuple[tuple[int, int, float, tuple[str, ...]], ...] = (
    (160, 36, 0.025, BOTH),  # decides large shapes: a position of relu4_1 sees a quarter of the picture
    (320, 12, 0.02, BOTH),
    (640, 4, 0.008, ("relu4_1",)),
)
FINE: tuple[int, float, tuple[str, ...]] = (6, 0.008, ())  # at the photo's own size
SMALL: tuple[tuple[int, int, float, tuple[str, ...]], ...] = (
    (160, 20, 0.03, BOTH),
    (320, 5, 0.015, ("relu4_1",)),
)
SMALL_SIDE = 320  # pixels: a small picture has as many pixels as a square of this side
NEXT = 1.1  # a photo below NEXT times a scale's side skips this scale
SHORTEST = 32  # pixels: relu4_1 has 4 positions there, and a patch takes 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """One size at which the picture is optimized."""

    size: tuple[int, int]  # width and height, pixels
    steps: int
    rate: float  # Adam's learning rate
    matched: tuple[str, ...]  # layers of the encoder whose patches are matched

    @property
    def pixels(self) -> int:
        """The number of pixels."""
        return self.size[0] * self.size[1]


def make_schedule(width: int, height: int, *, small: bool = False) -> list[Scale]:
    """Return the scales of a photo of this size in pixels; the last scale is its own size.

    small: for a photo that was scaled down to at most SMALL_SIDE² pixels, with fewer steps.
    """
    side = sqrt(width * height)
    coarser = SMALL if small else COARSE
    scales = [
        Scale(size=scale_to_area(width, height, side=coarse), steps=steps, rate=rate, matched=matched)
        for coarse, steps, rate, matched in coarser
        if coarse * NEXT < side
    ]
    if len(scales) < len(coarser):
        _, steps, rate, matched = coarser[len(scales)]
    else:
        steps, rate, matched = FINE
    return [*scales, Scale(size=(width, height), steps=steps, rate=rate, matched=matched)]


def scale_to_area(width: int, height: int, *, side: float) -> tuple[int, int]:
    """Return the size of the same shape that has side² pixels, and no side shorter than SHORTEST."""
    factor = side / sqrt(width * height)
    return max(SHORTEST, round(width * factor)), max(SHORTEST, round(height * factor))
