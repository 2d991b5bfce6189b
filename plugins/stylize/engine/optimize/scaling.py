"""Scales artworks to the stroke size that a picture asks for, and pictures from one scale to the next."""

import torch.nn.functional as F
from PIL import Image
from torch import Tensor

from ...model.optimize_schedule import SHORTEST
from ..training.crops import crop_rim

LARGEST = 2.0  # times the picture's pixels: a larger artwork is cropped


def scale_to_stroke(artwork: Image.Image, size: tuple[int, int], *, stroke: float) -> Image.Image:
    """Crop an artwork's rim and scale it until its longer side is `stroke` times that of a picture.

    size: the picture's width and height, pixels. A smaller artwork keeps its size, since enlarged it would
    teach a picture to be blurred, and none gets a side below SHORTEST; of one that comes out larger than the
    picture, the middle is taken.
    """
    inner = crop_rim(artwork)
    factor = min(1.0, max(stroke * max(size) / max(inner.size), SHORTEST / min(inner.size)))
    width, height = (max(SHORTEST, round(side * factor)) for side in inner.size)
    scaled = inner.resize((width, height), Image.Resampling.LANCZOS)
    excess = (width * height / (size[0] * size[1]) / LARGEST) ** 0.5
    if excess <= 1:
        return scaled
    kept = [max(SHORTEST, round(side / excess)) for side in scaled.size]
    left, top = (width - kept[0]) // 2, (height - kept[1]) // 2
    return scaled.crop((left, top, left + kept[0], top + kept[1]))


def enlarge(pixels: Tensor, size: tuple[int, int]) -> Tensor:
    """Enlarge (1, 3, H, W) to a width and height in pixels; values stay from 0 to 1."""
    width, height = size
    return F.interpolate(pixels, size=(height, width), mode="bicubic").clamp(0, 1)
