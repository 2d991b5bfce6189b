"""What tuning compares: the style of two pictures, and what they show (Gatys et al. 2016).

Both distances are divided by the size of what they compare with, so that one weighting suits every
artwork (Cheng et al. 2021 blame unnormalized losses for most pictures that fail).
"""

import math
from collections.abc import Mapping

import torch
import torch.nn.functional as F
from torch import Tensor

from ..networks.vgg_encoder import Encoder

STYLE_LAYERS = ("relu1_2", "relu2_2", "relu3_3", "relu4_1")
CONTENT_LAYER = "relu2_2"
TONE_SIDE = 8  # pixels
DIRECTIONS, QUANTILES = 16, 256
LUMA = (0.299, 0.587, 0.114)  # of ITU-R BT.601
FLAT_TONES = 1e-3  # a variance of lightness; below it, as in a crop of sky, there is little to keep
LAYERS = frozenset((*STYLE_LAYERS, CONTENT_LAYER))

Look = Mapping[str, Tensor]  # an artwork's Gram matrix by layer, each (1, C, C)


def gram_matrix(features: Tensor) -> Tensor:
    """Correlate the channels of a feature map (Gatys et al. 2016, eq. 3).

    features: (N, C, H, W). Returns (N, C, C), divided by H*W so that pictures of different sizes
    compare; the paper leaves the sum undivided.
    """
    flat = features.flatten(start_dim=2)  # (N, C, H*W)
    return flat @ flat.transpose(1, 2) / flat.shape[-1]


def compute_style_statistics(artwork: Tensor, encoder: Encoder) -> Look:
    """Return what style distances compare with; artwork: (1, 3, H, W), RGB from 0 to 1."""
    return read_style_statistics(encoder(artwork, layers=STYLE_LAYERS))


def read_style_statistics(maps: Mapping[str, Tensor]) -> Look:
    """Return the look of an artwork that the encoder has seen; maps: (1, C, H, W) by layer."""
    return {layer: gram_matrix(maps[layer]) for layer in STYLE_LAYERS}


def style_distance(maps: Mapping[str, Tensor], look: Look) -> Tensor:
    """Return how far a picture is from an artwork's look: 0 is alike, 1 as far as a black picture."""
    distances = [
        F.mse_loss(gram, look[layer].expand_as(gram)) / look[layer].square().mean()
        for layer in STYLE_LAYERS
        for gram in [gram_matrix(maps[layer])]
    ]
    return sum(distances[1:], distances[0]) / len(distances)


def content_distance(maps: Mapping[str, Tensor], photo: Mapping[str, Tensor]) -> Tensor:
    """Return how far a picture is from showing what the photo shows: 0 is alike."""
    return distance(maps[CONTENT_LAYER], photo[CONTENT_LAYER])


def distance(features: Tensor, others: Tensor) -> Tensor:
    """Return how far a feature map is from another: 0 is alike, 1 as far as an empty one."""
    return F.mse_loss(features, others) / others.square().mean()


def variation(picture: Tensor) -> Tensor:
    """Return how much neighbors differ, from 0 to 2: the total variation of (N, 3, H, W), per pixel."""
    across, down = picture.diff(dim=-1), picture.diff(dim=-2)
    return across.abs().mean() + down.abs().mean()


def tone_distance(picture: Tensor, photo: Tensor) -> Tensor:
    """Return how little the light of a picture falls as in its photo: 0 as there, 1 anyhow, 2 inverted.

    picture, photo: (N, 3, H, W), RGB from 0 to 1. Feature maps hardly see it when a dark artwork puts
    out the sky and leaves a halo around the roofs; this does (one less the correlation of lightness,
    over squares of TONE_SIDE pixels).
    """
    drawn, shot = standardize_tones(picture), standardize_tones(photo)
    return (drawn - shot).square().mean() / 2


def compute_palette(artwork: Tensor) -> Tensor:
    """Return which colors an artwork has and how much of each: (DIRECTIONS, QUANTILES)."""
    return _sorted_colors(artwork)[0]


def palette_distance(picture: Tensor, palette: Tensor) -> Tensor:
    """Return how far a picture's colors are from an artwork's: 0 has as much of each.

    A sliced Wasserstein distance (Bonneel et al. 2015) of mean colors of squares: Gram matrices let a
    picture be dark all over where the artwork is dark in most places and lit in a few.
    """
    spread = (palette - palette.mean(dim=-1, keepdim=True)).square().mean()
    return (_sorted_colors(picture) - palette).square().mean() / spread


def _sorted_colors(picture: Tensor) -> Tensor:
    """Sort mean colors along directions through the color space: (N, DIRECTIONS, QUANTILES)."""
    colors = F.avg_pool2d(picture, TONE_SIDE).flatten(start_dim=2)  # (N, 3, squares)
    along = _directions().to(picture.device) @ colors  # (N, DIRECTIONS, squares)
    return F.interpolate(along.sort(dim=-1).values, size=QUANTILES, mode="linear")


def _directions() -> Tensor:
    """Return unit vectors spread evenly over half a sphere (a Fibonacci lattice): (DIRECTIONS, 3)."""
    index = torch.arange(DIRECTIONS) + 0.5
    height, turn = index / DIRECTIONS, index * math.pi * (1 + math.sqrt(5))
    ring = (1 - height.square()).sqrt()
    return torch.stack([ring * turn.cos(), ring * turn.sin(), height], dim=-1)


def standardize_tones(picture: Tensor) -> Tensor:
    """Return the lightness of squares, with mean 0 and spread 1: (N, 1, H/TONE_SIDE, W/TONE_SIDE)."""
    weights = picture.new_tensor(LUMA).view(1, 3, 1, 1)
    tones = F.avg_pool2d((picture * weights).sum(dim=1, keepdim=True), TONE_SIDE)
    tones = tones - tones.mean(dim=(2, 3), keepdim=True)
    return tones * torch.rsqrt(tones.square().mean(dim=(2, 3), keepdim=True) + FLAT_TONES)
