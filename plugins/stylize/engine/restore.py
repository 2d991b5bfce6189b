"""Enlarges a small stylized picture to its photo's size and gives it the photo's fine detail back."""

import numpy as np
from PIL import Image

from ..model.optimize_schedule import scale_to_area

DETAIL = 0.8  # of the photo's own detail


def scale_down(photo: Image.Image, *, side: int) -> Image.Image:
    """Return a photo with at most side² pixels, and no side shorter than `SHORTEST` pixels."""
    if photo.width * photo.height <= side * side:
        return photo
    return photo.resize(scale_to_area(*photo.size, side=side), Image.Resampling.LANCZOS)


def restore_detail(small: Image.Image, photo: Image.Image) -> Image.Image:
    """Return the picture at the photo's size.

    small: RGB, the stylized picture of a scaled-down photo. photo: RGB, of the same shape.
    """
    if small.size == photo.size:
        return small
    large = np.asarray(small.resize(photo.size, Image.Resampling.BICUBIC), np.float32)
    light = photo.convert("L")
    coarse = light.resize(small.size, Image.Resampling.LANCZOS).resize(photo.size, Image.Resampling.BICUBIC)
    detail = np.asarray(light, np.float32) - np.asarray(coarse, np.float32)
    return Image.fromarray((large + DETAIL * detail[..., None]).clip(0, 255).astype(np.uint8))
