"""Gives a photo an artwork's colors, as the picture from which an optimization starts."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from ..devices import take_off_metal

NOISE = 1e-5  # added to the variance of each channel, so that a gray picture has a covariance to invert


@dataclass(frozen=True, slots=True, kw_only=True)
class ColorStatistics:
    """The mean and covariance of a picture's colors."""

    mean: Tensor  # (3, 1)
    covariance: Tensor  # (3, 3)


def compute_color_statistics(picture: Tensor) -> ColorStatistics:
    """Return the mean and covariance of the colors of (1, 3, H, W)."""
    colors = picture[0].flatten(start_dim=1)  # (3, H*W)
    mean = colors.mean(dim=1, keepdim=True)
    centered = colors - mean
    covariance = centered @ centered.T / colors.shape[1]
    return ColorStatistics(mean=mean, covariance=covariance + NOISE * torch.eye(3, device=picture.device))


def average_color_statistics(weighted: Sequence[tuple[ColorStatistics, float]]) -> ColorStatistics:
    """Return the weighted sum of statistics; the weights add to 1."""
    return ColorStatistics(
        mean=torch.stack([weight * each.mean for each, weight in weighted]).sum(dim=0),
        covariance=torch.stack([weight * each.covariance for each, weight in weighted]).sum(dim=0),
    )


def transfer_colors(photo: Tensor, target: ColorStatistics) -> Tensor:
    """Return a photo (1, 3, H, W), RGB from 0 to 1, with the mean and covariance of the target.

    The linear map that moves colors least (Pitié & Kokaram 2007, "The linear Monge-Kantorovitch linear
    colour mapping").
    """
    own = compute_color_statistics(photo)
    root, inverse = _power(own.covariance, 0.5), _power(own.covariance, -0.5)
    matrix = inverse @ _power(root @ target.covariance @ root, 0.5) @ inverse
    colors = matrix @ (photo[0].flatten(start_dim=1) - own.mean) + target.mean
    return colors.view_as(photo).clamp(0, 1)


def _power(covariance: Tensor, exponent: float) -> Tensor:
    """Return a power of a symmetric, positive matrix."""
    values, vectors = (each.to(covariance) for each in torch.linalg.eigh(take_off_metal(covariance)))
    return vectors @ torch.diag(values.clamp(min=1e-8) ** exponent) @ vectors.T
