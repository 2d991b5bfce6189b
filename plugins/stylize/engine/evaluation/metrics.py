"""Scores of a style before it is trained: one number for each question.

No score is good or bad by itself. docs/styles.md says how well each of them predicts the result of a
training.
"""

from collections.abc import Mapping

import torch
import torch.nn.functional as F
from torch import Tensor

from ..image_tensors import rgb_to_oklab
from ..losses.style_content import StyleStatistics, compute_palette, style_distances

PATTERN_LAYERS = ("relu2_2", "relu3_3")
TILES = 4  # in each direction of a feature map
SOBEL = ((-1.0, 0.0, 1.0), (-2.0, 0.0, 2.0), (-1.0, 0.0, 1.0))
FLAT = 1e-6  # a variance below which a channel carries no information


def measure_style_fit(statistics: StyleStatistics, maps: Mapping[str, Tensor]) -> dict[str, float]:
    """Return how far pictures are from an artwork's style, by layer: 0 is equal, 1 as far as black.

    maps: feature maps of the pictures, (N, C, H, W) by layer.
    """
    return {layer: distance.item() for layer, distance in style_distances(maps, statistics).items()}


def measure_content_kept(maps: Tensor, photo_maps: Tensor) -> float:
    """Return how much of the photos' content the pictures keep: 1 all of it, 0 nothing.

    The cosine similarity of feature maps (N, C, H, W), mean over the pictures. Each channel is
    standardized, so that other colors cost nothing.
    """
    pictures, photos = (_standardize(features).flatten(start_dim=1) for features in (maps, photo_maps))
    return F.cosine_similarity(pictures, photos).mean().item()


def measure_edges_kept(pictures: Tensor, photos: Tensor) -> float:
    """Return how well the pictures' edges match the photos': 1 exactly, 0 not at all.

    The correlation of the Sobel gradients of lightness, mean over the pictures. pictures, photos:
    (N, 3, H, W) in Oklab.
    """
    picture_edges, photo_edges = (
        _standardize(_compute_gradients(colors[:, :1])) for colors in (pictures, photos)
    )
    return (picture_edges * photo_edges).mean().item()


def measure_effect(pictures: Tensor, photos: Tensor) -> float:
    """Return the mean distance of pictures and photos in Oklab: 0 is unchanged, 0.02 just visible.

    pictures, photos: (N, 3, H, W) in Oklab.
    """
    return (pictures - photos).square().sum(dim=1).sqrt().mean().item()


def measure_palette_gap(pictures: Tensor, artwork: Tensor) -> float:
    """Return how far the pictures' colors are from the artwork's palette, in Oklab: 0 has the same colors.

    The sliced Wasserstein distance along sixteen directions (Bonneel et al. 2015) between the colors of all
    pictures, (N, 3, H, W), and those of the artwork, (1, 3, H, W), both in Oklab.
    """
    joined = pictures.permute(1, 0, 2, 3).flatten(start_dim=1, end_dim=2)[None]  # (1, 3, N*H, W)
    # The mean square along unit directions is a third of the mean square in space.
    return (3 * (compute_palette(joined) - compute_palette(artwork)).square().mean()).sqrt().item()


def measure_repeatability(maps: Mapping[str, Tensor]) -> float:
    """Return how similar the parts of an artwork are to the whole: 1 is a wallpaper, 0 no similarity.

    The cosine similarity of the channel covariances of a tile and of the whole, mean over 16 tiles and two
    layers. maps: (1, C, H, W) by layer. The idea that repetition says how suitable an artwork is as a style
    comes from Hong et al. 2023 (AesPA-Net), who compare Gram matrices of patches; this measure is our own.
    """
    similarities = []
    for features in (maps[layer] for layer in PATTERN_LAYERS):
        whole = _compute_covariance(features)
        rows, columns = (size // TILES for size in features.shape[-2:])
        tiles = features[..., : rows * TILES, : columns * TILES]
        tiles = tiles.unfold(2, rows, rows).unfold(3, columns, columns)  # (1, C, TILES, TILES, rows, columns)
        tiles = tiles.permute(0, 2, 3, 1, 4, 5).flatten(end_dim=2)  # (TILES², C, rows, columns)
        similarities.append(
            F.cosine_similarity(_compute_covariance(tiles), whole.expand(len(tiles), -1)).mean()
        )
    return torch.stack(similarities).mean().item()


def _standardize(features: Tensor) -> Tensor:
    mean = features.mean(dim=(2, 3), keepdim=True)
    variance = features.var(dim=(2, 3), keepdim=True, correction=0)
    return (features - mean) * torch.rsqrt(variance + FLAT)


def _compute_gradients(lightness: Tensor) -> Tensor:
    kernel = lightness.new_tensor(SOBEL).view(1, 1, 3, 3)
    return (F.conv2d(lightness, kernel).square() + F.conv2d(lightness, kernel.mT).square()).sqrt()


def _compute_covariance(features: Tensor) -> Tensor:
    """Return the covariance of the channels: (N, C*C)."""
    flat = features.flatten(start_dim=2)
    flat = flat - flat.mean(dim=-1, keepdim=True)
    return (flat @ flat.mT / flat.shape[-1]).flatten(start_dim=1)


def to_oklab(pictures: Tensor) -> Tensor:
    """Convert pictures (N, 3, H, W) from RGB, clamped to 0 to 1, to Oklab."""
    return rgb_to_oklab(pictures.clamp(0, 1))
