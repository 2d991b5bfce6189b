"""What can be said of a style before anything is spent on it: one number for each question.

None of them is good or bad by itself. docs/styles.md tells how well each foretold what tuning came to.
"""

from collections.abc import Mapping

import torch
import torch.nn.functional as F
from torch import Tensor

from ..color.oklab import rgb_to_oklab
from ..losses.style_content import STYLE_LAYERS, Look, compute_palette, gram_matrix

PATTERN_LAYERS = ("relu2_2", "relu3_3")
TILES = 4  # of a feature map, in each direction
SOBEL = ((-1.0, 0.0, 1.0), (-2.0, 0.0, 2.0), (-1.0, 0.0, 1.0))
EVEN = 1e-6  # a variance below which a channel says nothing


def fit_to(look: Look, maps: Mapping[str, Tensor]) -> dict[str, float]:
    """Return how far pictures are from an artwork's look, layer by layer: 0 is alike, 1 as far as black.

    The squared difference of Gram matrices over the artwork's square (Gatys et al. 2016; divided as
    Cheng et al. 2021 ask for), mean over the pictures. maps: (N, C, H, W) by layer.
    """
    return {
        layer: (F.mse_loss(gram, look[layer].expand_as(gram)) / look[layer].square().mean()).item()
        for layer in STYLE_LAYERS
        for gram in [gram_matrix(maps[layer])]
    }


def measure_content_kept(maps: Tensor, shown: Tensor) -> float:
    """Return how far pictures show what their photos show: 1 the same, 0 nothing of it.

    The cosine of the feature maps of both, each channel with mean 0 and spread 1 so that other colors cost
    nothing; (N, C, H, W), mean over the pictures.
    """
    ours, theirs = (_standardized(features).flatten(start_dim=1) for features in (maps, shown))
    return F.cosine_similarity(ours, theirs).mean().item()


def measure_edges_kept(pictures: Tensor, photos: Tensor) -> float:
    """Return how far edges lie where the photos' do: 1 everywhere, 0 anywhere.

    The correlation of the Sobel gradients of lightness, mean over the pictures. pictures, photos:
    (N, 3, H, W) in Oklab.
    """
    ours, theirs = (_standardized(_gradients(colors[:, :1])) for colors in (pictures, photos))
    return (ours * theirs).mean().item()


def measure_effect(pictures: Tensor, photos: Tensor) -> float:
    """Return how far pictures are from their photos: the mean distance in Oklab; 0 untouched, 0.02 just seen.

    pictures, photos: (N, 3, H, W) in Oklab.
    """
    return (pictures - photos).square().sum(dim=1).sqrt().mean().item()


def measure_palette_gap(pictures: Tensor, artwork: Tensor) -> float:
    """Return how far colors would have to move for an artwork's palette: 0 has as much of each; in Oklab.

    Optimal transport along sixteen directions (sliced Wasserstein, Bonneel et al. 2015) between all
    pictures together, (N, 3, H, W), and the artwork, (1, 3, H, W), both in Oklab.
    """
    together = pictures.permute(1, 0, 2, 3).flatten(start_dim=1, end_dim=2)[None]  # (1, 3, N*H, W)
    # A mean of squares along unit directions is a third of that in space.
    return (3 * (compute_palette(together) - compute_palette(artwork)).square().mean()).sqrt().item()


def measure_repeatability(maps: Mapping[str, Tensor]) -> float:
    """Return how far each part of an artwork looks as the whole does: 1 a wallpaper, 0 no two parts alike.

    The cosine of the covariances of a tile's channels and the whole's, mean over 16 tiles and two layers.
    That repetition tells how an artwork serves as a style is the idea of Hong et al. 2023 (AesPA-Net), who
    compare Gram matrices of patches; the measure here is our own.
    """
    alike = []
    for features in (maps[layer] for layer in PATTERN_LAYERS):
        whole = _covariance(features)
        rows, columns = (size // TILES for size in features.shape[-2:])
        tiles = features[..., : rows * TILES, : columns * TILES]
        tiles = tiles.unfold(2, rows, rows).unfold(3, columns, columns)  # (1, C, TILES, TILES, rows, columns)
        tiles = tiles.permute(0, 2, 3, 1, 4, 5).flatten(end_dim=2)  # (TILES², C, rows, columns)
        alike.append(F.cosine_similarity(_covariance(tiles), whole.expand(len(tiles), -1)).mean())
    return torch.stack(alike).mean().item()


def _standardized(features: Tensor) -> Tensor:
    mean = features.mean(dim=(2, 3), keepdim=True)
    variance = features.var(dim=(2, 3), keepdim=True, correction=0)
    return (features - mean) * torch.rsqrt(variance + EVEN)


def _gradients(lightness: Tensor) -> Tensor:
    across = lightness.new_tensor(SOBEL).view(1, 1, 3, 3)
    return (F.conv2d(lightness, across).square() + F.conv2d(lightness, across.mT).square()).sqrt()


def _covariance(features: Tensor) -> Tensor:
    """Return how channels go together beside their means: (N, C*C)."""
    flat = features.flatten(start_dim=2)
    flat = flat - flat.mean(dim=-1, keepdim=True)
    return (flat @ flat.mT / flat.shape[-1]).flatten(start_dim=1)


def sample_colors(pictures: Tensor) -> Tensor:
    """Return pictures (N, 3, H, W), RGB from 0 to 1, in Oklab."""
    return rgb_to_oklab(pictures.clamp(0, 1))
