"""What tuning makes small: the distance from the photo and the distance from the artwork, weighted."""

from dataclasses import dataclass

import torch
from torch import Tensor

from ..networks.vgg_encoder import Encoder
from .style_content import (
    CONTENT_LAYER,
    LAYERS,
    compute_palette,
    compute_style_statistics,
    content_distance,
    palette_distance,
    style_distance,
    tone_distance,
)

# One weighting for every artwork, since each distance is divided by what it compares with.
TONE_WEIGHT = 3.0  # beside 1 for the feature maps, within the content
PALETTE_WEIGHT = 0.2  # beside 1 for the Gram matrices, within the style


@dataclass(frozen=True, slots=True, kw_only=True)
class Distances:
    """How far pictures are from their photos and from the artwork; 0 is alike."""

    content: float
    style: float

    def total(self, style_weight: float) -> float:
        """Return the one number that tuning makes small."""
        return self.content + style_weight * self.style


class Objective:
    """An artwork, as pictures are compared with it."""

    def __init__(self, artwork: Tensor, encoder: Encoder) -> None:
        """artwork: (1, 3, H, W), RGB from 0 to 1."""
        self._encoder = encoder
        with torch.no_grad():
            self._look, self._palette = compute_style_statistics(artwork, encoder), compute_palette(artwork)

    def measure(self, pictures: Tensor, photos: Tensor) -> tuple[Tensor, Tensor]:
        """Return the content distance and the style distance of pictures, both to be learned from."""
        with torch.no_grad():
            shown = self._encoder(photos, layers=[CONTENT_LAYER])
        maps = self._encoder(pictures, layers=LAYERS)
        content = content_distance(maps, shown) + TONE_WEIGHT * tone_distance(pictures, photos)
        palette = palette_distance(pictures, self._palette)
        return content, style_distance(maps, self._look) + PALETTE_WEIGHT * palette
