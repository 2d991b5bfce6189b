"""Distances of style and content between pictures (Gatys et al. 2016), and the objective of a training.

Every distance is divided by the size of what it compares with, so that one weighting suits all artworks
(Cheng et al. 2021 trace most failures of style transfer to unnormalized losses).
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.autograd.function import once_differentiable

from ..networks.vgg_encoder import Encoder

STYLE_LAYERS = ("relu1_2", "relu2_2", "relu3_3", "relu4_1")
CONTENT_LAYER = "relu2_2"
FORM_LAYER = "relu4_1"
LAYERS = frozenset((*STYLE_LAYERS, CONTENT_LAYER))

TONE_SIDE = 8  # pixels of a square whose mean color is compared
DIRECTIONS, QUANTILES = 16, 256  # of the sliced Wasserstein distance between palettes
LUMA = (0.299, 0.587, 0.114)  # weights of R, G and B (ITU-R BT.601)
FLAT_TONES = 1e-3  # a variance of lightness; below it, as in a crop of sky, there is little to keep

TONE_WEIGHT = 3.0  # within the content distance, in proportion to 1 for the feature maps
PALETTE_WEIGHT = 0.2  # within the style distance, in proportion to 1 for the Gram matrices

StyleStatistics = Mapping[str, Tensor]  # Gram matrices of an artwork by layer, each (1, C, C)


@dataclass(frozen=True, slots=True, kw_only=True)
class Distances:
    """How far pictures are from their photos and from the artwork; 0 is equal."""

    content: float
    style: float

    def total(self, style_weight: float) -> float:
        """Return the loss that a training minimizes."""
        return self.content + style_weight * self.style


class Objective:
    """The distances that a training minimizes, for one artwork."""

    def __init__(self, artwork: Tensor, encoder: Encoder) -> None:
        """artwork: (1, 3, H, W), RGB from 0 to 1."""
        self._encoder = encoder
        with torch.no_grad():
            self._statistics = compute_style_statistics(artwork, encoder)
            self._palette = compute_palette(artwork)

    def measure(self, pictures: Tensor, photos: Tensor) -> tuple[Tensor, Tensor]:
        """Return the content distance and the style distance, both scalars with gradients.

        pictures, photos: (N, 3, H, W), RGB from 0 to 1.
        """
        with torch.no_grad():
            photo_maps = self._encoder(photos, layers=[CONTENT_LAYER])
        maps = self._encoder(pictures, layers=LAYERS)
        content = content_distance(maps, photo_maps) + TONE_WEIGHT * tone_distance(pictures, photos)
        palette = palette_distance(pictures, self._palette)
        return content, style_distance(maps, self._statistics) + PALETTE_WEIGHT * palette

    def measure_form(self, pictures: Tensor, photos: Tensor) -> float:
        """Return how far the shapes of pictures are from their photos': 0 is equal. Both (N, 3, H, W).

        The distance of the maps of relu4_1, which hold what is shown more than how, over the photos' norm.
        """
        with torch.no_grad():
            drawn, shown = (
                self._encoder(each, layers=[FORM_LAYER])[FORM_LAYER] for each in (pictures, photos)
            )
        return ((drawn - shown).norm() / shown.norm()).item()


def gram_matrix(features: Tensor) -> Tensor:
    """Correlate the channels of a feature map (Gatys et al. 2016, eq. 3).

    features: (N, C, H, W). Returns (N, C, C), divided by H*W so that pictures of different sizes
    compare; the paper leaves the sum undivided.
    """
    gram: Tensor = _Gram.apply(features)
    return gram


class _Gram(torch.autograd.Function):
    """The Gram matrix, its gradient as one product: autograd would compute two equal ones and add them.

    Channels come last, as the encoder leaves them: nothing is copied, nor is the gradient.
    """

    @staticmethod
    def forward(ctx: Any, features: Tensor) -> Tensor:
        flat = features.permute(0, 2, 3, 1).flatten(1, 2)  # (N, H*W, C)
        ctx.save_for_backward(flat)
        ctx.size = features.shape[-2:]
        return flat.transpose(1, 2) @ flat / flat.shape[1]

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, gradient: Tensor) -> Tensor:
        (flat,) = ctx.saved_tensors
        symmetric = (gradient + gradient.transpose(1, 2)) / flat.shape[1]
        product: Tensor = (flat @ symmetric).unflatten(1, ctx.size)  # (N, H, W, C)
        return product.permute(0, 3, 1, 2)


def compute_style_statistics(artwork: Tensor, encoder: Encoder) -> StyleStatistics:
    """Return the Gram matrices of an artwork (1, 3, H, W), RGB from 0 to 1."""
    return gram_matrices(encoder(artwork, layers=STYLE_LAYERS))


def gram_matrices(maps: Mapping[str, Tensor]) -> StyleStatistics:
    """Return the Gram matrices of feature maps (1, C, H, W) by layer."""
    return {layer: gram_matrix(maps[layer]) for layer in STYLE_LAYERS}


def style_distances(maps: Mapping[str, Tensor], statistics: StyleStatistics) -> dict[str, Tensor]:
    """Return for each layer how far pictures are from an artwork's style: 0 is equal, 1 as far as black.

    The mean squared difference of Gram matrices, divided by the artwork's mean square. maps: (N, C, H, W)
    by layer.
    """
    return {
        layer: F.mse_loss(gram, statistics[layer].expand_as(gram)) / statistics[layer].square().mean()
        for layer in STYLE_LAYERS
        for gram in [gram_matrix(maps[layer])]
    }


def style_distance(maps: Mapping[str, Tensor], statistics: StyleStatistics) -> Tensor:
    """Return the mean of `style_distances` over all layers, a scalar."""
    distances = list(style_distances(maps, statistics).values())
    return sum(distances[1:], distances[0]) / len(distances)


def content_distance(maps: Mapping[str, Tensor], photo_maps: Mapping[str, Tensor]) -> Tensor:
    """Return how far a picture's content is from its photo's: 0 is equal. Both: feature maps by layer."""
    return normalized_mse(maps[CONTENT_LAYER], photo_maps[CONTENT_LAYER])


def normalized_mse(features: Tensor, target: Tensor) -> Tensor:
    """Return the mean squared error over the target's mean square: 0 is equal, 1 as far as zeros."""
    return F.mse_loss(features, target) / target.square().mean()


def total_variation(picture: Tensor) -> Tensor:
    """Return the mean absolute difference of neighbors, horizontal plus vertical, of (N, 3, H, W)."""
    horizontal, vertical = picture.diff(dim=-1), picture.diff(dim=-2)
    return horizontal.abs().mean() + vertical.abs().mean()


def tone_distance(picture: Tensor, photo: Tensor, *, side: int = TONE_SIDE) -> Tensor:
    """Return how much light and shadow differ from the photo: 0 is equal, 1 unrelated, 2 inverted.

    1 minus the correlation of lightness, over squares of `side` pixels. picture, photo: (N, 3, H, W), RGB
    from 0 to 1. Feature maps hardly change when a dark artwork darkens the sky and leaves a halo around the
    roofs; this distance does.
    """
    picture_tones, photo_tones = (standardize_tones(each, side=side) for each in (picture, photo))
    return (picture_tones - photo_tones).square().mean() / 2


def compute_palette(artwork: Tensor) -> Tensor:
    """Return the distribution of an artwork's colors along directions: (DIRECTIONS, QUANTILES).

    artwork: (1, 3, H, W).
    """
    return _sort_colors(artwork)[0]


def palette_distance(picture: Tensor, palette: Tensor) -> Tensor:
    """Return how far the distribution of a picture's colors is from an artwork's: 0 is equal.

    A sliced Wasserstein distance (Bonneel et al. 2015) between mean colors of squares, divided by the
    palette's variance. Gram matrices allow a picture to be dark everywhere if the artwork is dark in most
    places and bright in a few.
    """
    spread = (palette - palette.mean(dim=-1, keepdim=True)).square().mean()
    return (_sort_colors(picture) - palette).square().mean() / spread


def _sort_colors(picture: Tensor) -> Tensor:
    """Sort mean colors of squares along directions through color space: (N, DIRECTIONS, QUANTILES)."""
    colors = F.avg_pool2d(picture, TONE_SIDE).flatten(start_dim=2)  # (N, 3, squares)
    projected = _make_directions(picture.device) @ colors  # (N, DIRECTIONS, squares)
    return F.interpolate(projected.sort(dim=-1).values, size=QUANTILES, mode="linear")


@cache
def _make_directions(device: torch.device) -> Tensor:
    """Return unit vectors spread evenly over half a sphere (a Fibonacci lattice): (DIRECTIONS, 3)."""
    with torch.inference_mode(mode=False):  # a tensor of inference mode could not be used in a training
        index = torch.arange(DIRECTIONS) + 0.5
        height, angle = index / DIRECTIONS, index * math.pi * (1 + math.sqrt(5))
        radius = (1 - height.square()).sqrt()
        return torch.stack([radius * angle.cos(), radius * angle.sin(), height], dim=-1).to(device)


def standardize_tones(picture: Tensor, *, side: int = TONE_SIDE) -> Tensor:
    """Return the lightness of squares with mean 0 and variance 1: (N, 1, H/side, W/side)."""
    weights = picture.new_tensor(LUMA).view(1, 3, 1, 1)
    tones = F.avg_pool2d((picture * weights).sum(dim=1, keepdim=True), side)
    tones = tones - tones.mean(dim=(2, 3), keepdim=True)
    return tones * torch.rsqrt(tones.square().mean(dim=(2, 3), keepdim=True) + FLAT_TONES)
