"""What a picture editor would send back: faults of a picture that its photo does not have.

Every detector returns one number from 0 to 1, which stays near 0 in what a style may do: recolor, darken,
draw strokes. Its limit lies between two measurements: at least one and a half times the largest number
among 294 pictures that the styles drew as predicted (of thirteen styles and 24 photos, at up to 1600
pixels), and below what the faults drawn on purpose in tests/engine/test_artifacts.py come to.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch.nn.functional as F
from torch import Tensor

from ..color.oklab import rgb_to_oklab
from .artifact_detectors import measure_border, measure_checkerboard, measure_confetti, measure_pattern

SIDE = 400  # pixels, of what tones and spots are looked for in; it has the time of a large picture
ARTWORK_SIDE = 576  # pixels of the shorter side, at which the limits for an artwork's own grid were found
SQUARE = 16  # pixels of it: a textured square of a photo is a tuft of grass, a window, an eye
NEUTRAL = 0.02  # Oklab: the smallest difference in color that the eye sees side by side (Ottosson 2020)
TEXTURED, DEAD = 0.03, 0.008  # Oklab, root mean square: clearly visible, and invisible
BLACK, WHITE = 2 / 255, 253 / 255  # of all three channels; the last steps of a screen look alike


@dataclass(frozen=True, slots=True, kw_only=True)
class Artifact:
    """A fault that passes its limit."""

    name: str  # "confetti"
    amount: float
    limit: float
    message: str  # "confetti on 2.1 % of the picture (limit 0.5 %)"


def find_artifacts(
    picture: Tensor, photo: Tensor, *, artworks: Callable[[], Sequence[Tensor]] = tuple
) -> tuple[Artifact, ...]:
    """Return the faults of a picture, worst known first; none for most pictures.

    picture, photo: (1, 3, H, W), RGB from 0 to 1, of one size; raises ValueError where they are not.
    artworks: what its styles were learned from, (1, 3, H, W), the shorter side ARTWORK_SIDE; asked for only
    where a fault may be theirs.
    """
    if picture.shape != photo.shape:
        raise ValueError(f"the picture is {tuple(picture.shape)}, but its photo {tuple(photo.shape)}")
    small = _shrunk(picture), _shrunk(photo)
    views = {
        "full": (picture, photo),
        "small": small,
        "colors": (rgb_to_oklab(small[0]), rgb_to_oklab(small[1])),
    }
    found = []
    for check in CHECKS:
        amount = check.measure(*views[check.view])
        if amount > check.limit and not (
            check.model and any(check.model(artwork) >= amount for artwork in artworks())
        ):
            message = f"{check.words.format(_percent(amount))} (limit {_percent(check.limit)})"
            found.append(Artifact(name=check.name, amount=amount, limit=check.limit, message=message))
    return tuple(found)


def measure_cast(picture: Tensor, photo: Tensor) -> float:
    """Return the mean tint of what is neutral gray in the photo, as a vector: opposite tints cancel.

    picture, photo: (1, 3, h, w) in Oklab. 0 is gray, 0.32 the strongest color of a screen. A style that
    prints in one ink comes to 0.09, the loudest that ships to 0.12; a screen of neon green to 0.2 and more.
    0 where less than a fiftieth of the photo is gray, since nobody will miss it.
    """
    chroma = photo[:, 1:].square().sum(dim=1, keepdim=True).sqrt()  # (1, 1, h, w)
    lightness = photo[:, :1]
    gray = (chroma < NEUTRAL) & (lightness > 0.25) & (lightness < 0.95)
    if gray.float().mean() < 0.02:
        return 0.0
    tint = (picture[:, 1:] * gray).sum(dim=(2, 3)) / gray.sum()  # (1, 2)
    return tint.square().sum().sqrt().item()


def measure_clipping(picture: Tensor, photo: Tensor) -> float:
    """Return the share of the picture that is black or white where the photo is neither.

    picture, photo: (1, 3, h, w), RGB. Only where all channels are at their end is detail lost: a
    saturated color has one there by nature. Both are averaged before, so that single pixels do not count.
    The shipped styles come to 0.002, in the blackest night; three in a hundred is a face.
    """
    # A photo near black or white has no detail to lose: four steps of 255 further in.
    shows = (photo.amax(dim=1) > BLACK + 4 / 255) & (photo.amin(dim=1) < WHITE - 4 / 255)  # (1, h, w)
    lost = (picture.amax(dim=1) <= BLACK) | (picture.amin(dim=1) >= WHITE)
    return (lost & shows).float().mean().item()


def measure_flatness(picture: Tensor, photo: Tensor) -> float:
    """Return the share of the picture in squares that have no texture where the photo's has.

    picture, photo: (1, 3, h, w) in Oklab. The shipped styles come to 0: a network draws strokes everywhere,
    so a dead square where grass was is one that has failed.
    """
    if min(picture.shape[-2:]) < SQUARE:
        return 0.0
    return ((_texture(picture) < DEAD) & (_texture(photo) > TEXTURED)).float().mean().item()


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A detector, what it looks at, and what is said of it."""

    name: str
    words: str
    limit: float
    view: str  # "full", "small": shrunk RGB, "colors": the same in Oklab
    measure: Callable[[Tensor, Tensor], float]
    model: Callable[[Tensor], float] | None = None  # how much of it an artwork has, where it may


CHECKS = (
    Check(
        name="checkerboard",
        words="a checkerboard of {} of full contrast",
        limit=0.015,
        view="full",
        measure=measure_checkerboard,
        model=measure_pattern,
    ),
    Check(
        name="confetti",
        words="confetti on {} of the picture",
        limit=0.005,
        view="colors",
        measure=measure_confetti,
    ),
    Check(
        name="border",
        words="a frame that stands out by {}",
        limit=0.03,
        view="full",
        measure=measure_border,
    ),
    Check(
        name="color cast",
        words="one tint of {} on all that is gray in the photo",
        limit=0.18,
        view="colors",
        measure=measure_cast,
    ),
    Check(
        name="clipping",
        words="detail lost in black or white on {} of the picture",
        limit=0.03,
        view="small",
        measure=measure_clipping,
    ),
    Check(
        name="flat areas",
        words="dead flat areas on {} of the picture",
        limit=0.03,
        view="colors",
        measure=measure_flatness,
    ),
)


def _shrunk(picture: Tensor) -> Tensor:
    """Average squares of pixels until the longer side is SIDE at most."""
    factor = -(-max(picture.shape[-2:]) // SIDE)
    return F.avg_pool2d(picture, min(factor, *picture.shape[-2:]))


def _texture(colors: Tensor) -> Tensor:
    """Return how much the colors of each square differ from their mean: (1, 1, h/SQUARE, w/SQUARE)."""
    mean = F.avg_pool2d(colors, SQUARE)
    variance = F.avg_pool2d(colors.square(), SQUARE) - mean.square()
    return variance.sum(dim=1, keepdim=True).clamp(min=0).sqrt()


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"
