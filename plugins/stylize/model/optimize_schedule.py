"""From coarse to fine: at which sizes a picture is optimized, and how long at each."""

from dataclasses import dataclass
from math import sqrt

# Side of a square with as many pixels, so that a panorama takes as long as any picture and no side of
# it is too short to be matched; steps; Adam's rate for pixels from 0 to 1; the layers whose patches are
# matched: the finer the map, the more comparisons, by the square of its places.
BOTH = ("relu3_1", "relu4_1")
COARSE: tuple[tuple[int, int, float, tuple[str, ...]], ...] = (
    (160, 80, 0.05, BOTH),  # big forms are decided: the network's eye sees a quarter of the picture
    (320, 80, 0.05, BOTH),
    (640, 20, 0.03, ("relu4_1",)),
)
FINE: tuple[int, float, tuple[str, ...]] = (10, 0.012, ())  # at the photo's own size; 0.03 draws grain
NEXT = 1.1  # times a scale's side: a photo that is not larger skips it
SHORTEST = 32  # pixels: relu4_1 sees 4 places there, and a patch takes 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """One size of the picture on its way."""

    size: tuple[int, int]  # width and height, pixels
    steps: int
    rate: float
    matched: tuple[str, ...]  # layers of the encoder

    @property
    def pixels(self) -> int:
        """How many there are."""
        return self.size[0] * self.size[1]


def make_schedule(width: int, height: int) -> list[Scale]:
    """Return the scales of a photo of this size in pixels, the last of them its own size."""
    side = sqrt(width * height)
    scales = [
        Scale(size=scaled(width, height, side=coarse), steps=steps, rate=rate, matched=matched)
        for coarse, steps, rate, matched in COARSE
        if coarse * NEXT < side
    ]
    if len(scales) < len(COARSE):
        _, steps, rate, matched = COARSE[len(scales)]
    else:
        steps, rate, matched = FINE
    return [*scales, Scale(size=(width, height), steps=steps, rate=rate, matched=matched)]


def scaled(width: int, height: int, *, side: float) -> tuple[int, int]:
    """Return the size of the same shape that has side² pixels, and no side shorter than SHORTEST."""
    factor = side / sqrt(width * height)
    return max(SHORTEST, round(width * factor)), max(SHORTEST, round(height * factor))
