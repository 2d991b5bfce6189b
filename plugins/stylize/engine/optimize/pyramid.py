"""A Laplacian pyramid (Burt & Adelson 1983): a picture as a small copy and the details that each size adds.

An optimization that changes the levels instead of the pixels needs a third of the steps: one number of a
coarse level changes the color of a whole region, for which thousands of pixels would have to agree
(Kolkin et al. 2019, STROTSS, section 2.5).
"""

from collections.abc import Sequence

import torch.nn.functional as F
from torch import Tensor

from ..devices import take_off_metal

LEVELS = 6  # at most, the small copy included
SMALLEST = 12  # pixels: a level with a shorter side is not divided further


def split_into_levels(picture: Tensor) -> list[Tensor]:
    """Return the levels of a picture (1, 3, H, W): the details, finest first, then the small copy."""
    levels: list[Tensor] = []
    while len(levels) < LEVELS - 1 and min(picture.shape[-2:]) >= 2 * SMALLEST:
        height, width = picture.shape[-2:]
        size = (height + 1) // 2, (width + 1) // 2
        half = F.interpolate(take_off_metal(picture), size=size, mode="area").to(picture)
        levels.append(picture - _enlarge(half, picture))
        picture = half
    return [*levels, picture]


def join_levels(levels: Sequence[Tensor]) -> Tensor:
    """Return the picture (1, 3, H, W) of these levels; the inverse of `split_into_levels`."""
    picture = levels[-1]
    for details in reversed(levels[:-1]):
        picture = details + _enlarge(picture, details)
    return picture


def _enlarge(picture: Tensor, like: Tensor) -> Tensor:
    return F.interpolate(picture, size=like.shape[-2:], mode="bilinear", align_corners=False)
