"""One mapping of colors for several photos: the network normalizes them all by the same statistics.

Instance normalization gives each picture the same mean and spread, so a night becomes as light as a day, and
the blue of one sky turns yellow while that of another stays blue. With the moments of all photos together,
a color of the photos becomes about the same color of the pictures, whichever photo it is in.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from ..image_tensors import fit_size
from .style_parameters import StyleParameters
from .transformer import ComputeMoments, compute_moments

# Of each photo, 16 squares of 128 pixels are looked at, at full size, since moments depend on the scale. Four
# pictures of 1024 pixels, drawn with the moments of such squares, differed from those drawn as usual by 2 to
# 4 levels of 255 in the mean; by eye there was no difference.
SIDE = 128
PER_EDGE = 4
MOST = 256  # squares of all photos, if there are not more photos; 4 megapixels, drawn in 0.5 GB


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SharedMoments:
    """Mean and variance of each channel over several photos, at each normalized layer."""

    layers: Mapping[str, tuple[Tensor, Tensor]]  # both (1, C)
    start: StyleParameters | None  # the photos' own style, where the strength is below 1

    def compute(self, layer: str, features: Tensor) -> tuple[Tensor, Tensor]:
        """Return the moments of a layer, whatever its features: a `transformer.ComputeMoments`."""
        return self.layers[layer]


def choose_samples(sizes: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """Return the side of the squares, and how many of them lie along each edge of a photo.

    sizes: of all photos. Each photo gives as many squares as any other, so that a large one does not outweigh
    a small one.
    """
    side = min(SIDE, *(fit_size(length) for size in sizes for length in size))
    return side, max(1, min(PER_EDGE, int((MOST / len(sizes)) ** 0.5)))


def cut_samples(photo: Tensor, *, side: int, per_edge: int) -> Tensor:
    """Return squares of a photo (1, 3, H, W), evenly spread over it: (per_edge², 3, side, side)."""
    tops, lefts = (_spread_starts(size - side, per_edge) for size in photo.shape[-2:])
    return torch.cat([photo[..., y : y + side, x : x + side] for y in tops for x in lefts])


def measure_shared_moments(
    draw: Callable[[Tensor, ComputeMoments], Tensor], samples: Tensor, *, start: StyleParameters | None = None
) -> SharedMoments:
    """Return the moments of all samples together.

    draw: sends pictures (N, 3, H, W) through the network with moments of one's own. start: see
    `SharedMoments`.
    """
    layers: dict[str, tuple[Tensor, Tensor]] = {}

    def pool(layer: str, features: Tensor) -> tuple[Tensor, Tensor]:
        means, variances = compute_moments(layer, features)  # (N, C)
        mean = means.mean(dim=0, keepdim=True)
        layers[layer] = mean, (variances + (means - mean).square()).mean(dim=0, keepdim=True)
        return layers[layer]

    draw(samples, pool)
    return SharedMoments(layers=layers, start=start)


def _spread_starts(room: int, count: int) -> list[int]:
    """Return where squares begin along an edge with room for more: from its beginning to its end."""
    return [round(room * (index / (count - 1) if count > 1 else 0.5)) for index in range(count)]
