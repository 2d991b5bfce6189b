"""Enlarges a small stylized picture to its photo's size and gives it the photo's fine detail back.

A picture of any size takes the time of a small one: only this step grows with the size.

The photo's detail is not simply added. Around each pixel we learn from the two small pictures how much of the
photo's light and dark the painted picture shows, and in which direction, as the guided filter does (He, Sun &
Tang 2013; He & Sun 2015, "Fast guided filter", for coefficients computed at a small size). So an edge whose
contrast the artwork has reversed gets no halo, and the noise of a flat sky stays out.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

from ..model.optimize_schedule import scale_to_area
from .image_tensors import to_picture, to_tensor
from .losses.style_content import LUMA

RADIUS = 3  # of the windows in which photo and picture are compared, pixels of the small picture
NOISE = 0.02  # a standard deviation of light, from 0 to 1; below it, a photo's detail counts as noise
GAIN = 1.25  # at most so much contrast is added as the photo has, in either direction
STRIP = 256  # rows that are computed at a time


def scale_down(photo: Image.Image, *, side: int) -> Image.Image:
    """Return a photo with at most side² pixels, and no side shorter than `SHORTEST` pixels."""
    if photo.width * photo.height <= side * side:
        return photo
    return photo.resize(scale_to_area(*photo.size, side=side), Image.Resampling.LANCZOS)


def scale_to_edge(photo: Image.Image, *, edge: int) -> Image.Image:
    """Return a photo whose longer side has so many pixels, but is at most twice as long as it was."""
    factor = min(2.0, edge / max(photo.size))
    if factor == 1:
        return photo
    size = (max(1, round(photo.width * factor)), max(1, round(photo.height * factor)))
    return photo.resize(size, Image.Resampling.LANCZOS)


def restore_detail(small: Image.Image, photo: Image.Image) -> Image.Image:
    """Return the picture at the photo's size.

    small: RGB, the stylized picture of the scaled photo. photo: RGB, of the same shape.
    """
    if small.size == photo.size:
        return small
    if small.width > photo.width or small.height > photo.height:
        return small.resize(photo.size, Image.Resampling.LANCZOS)
    light = _to_light(photo.resize(small.size, Image.Resampling.LANCZOS))
    pixels = to_tensor(small)
    maps = _SmallMaps(
        channels=_to_images(pixels),
        gains=_to_images(compute_gains(pixels, light)),
        light=_to_images(light)[0],
    )
    picture = Image.new("RGB", photo.size)
    for rows in _split_rows(photo.height):
        picture.paste(_restore_rows(rows, maps, photo=photo), (0, rows.start))
    return picture


def compute_gains(picture: Tensor, light: Tensor) -> Tensor:
    """Return how much each channel of a picture changes where the photo gets lighter: (1, 3, H, W).

    picture: (1, 3, H, W), RGB from 0 to 1. light: of the photo at that size, (1, 1, H, W). The slope of a
    linear regression in each window (He et al. 2013, eq. 5), averaged over the windows that hold a pixel.
    """
    mean_light, mean_picture = _average(light), _average(picture)
    variance = _average(light.square()) - mean_light.square()
    covariance = _average(light * picture) - mean_light * mean_picture
    return _average(covariance / (variance.clamp(min=0) + NOISE**2)).clamp(-GAIN, GAIN)


@dataclass(frozen=True, slots=True, kw_only=True)
class _SmallMaps:
    """What is enlarged; all images of floats, of the small picture's size."""

    channels: list[Image.Image]  # of the picture: red, green, blue, from 0 to 1
    gains: list[Image.Image]  # of each channel
    light: Image.Image  # of the photo


def _restore_rows(rows: range, maps: _SmallMaps, *, photo: Image.Image) -> Image.Image:
    """Return some rows of the restored picture."""
    light = _to_light(photo.crop((0, rows.start, photo.width, rows.stop)))[0, 0].numpy()
    detail = light - _enlarge(maps.light, rows, photo.size)
    channels = [
        torch.from_numpy(_enlarge(channel, rows, photo.size) + _enlarge(gain, rows, photo.size) * detail)
        for channel, gain in zip(maps.channels, maps.gains, strict=True)
    ]
    return to_picture(torch.stack(channels)[None].clamp(0, 1), top=rows.start)


def _enlarge(image: Image.Image, rows: range, size: tuple[int, int]) -> "np.ndarray[Any, Any]":
    """Return some rows of an image of floats, enlarged to a size; they equal those of the whole image."""
    width, height = size
    ratio = image.height / height
    margin = ceil(3 / ratio)  # the bicubic kernel reaches 2 pixels of the small image
    top, bottom = max(0, rows.start - margin), min(height, rows.stop + margin)
    box = (0, top * ratio, image.width, bottom * ratio)
    enlarged = image.resize((width, bottom - top), Image.Resampling.BICUBIC, box=box)
    return np.asarray(enlarged)[rows.start - top : rows.stop - top]


def _average(values: Tensor) -> Tensor:
    """Return the mean of each window; at the edges, of the part that lies inside."""
    side = 2 * RADIUS + 1
    return F.avg_pool2d(values, side, stride=1, padding=RADIUS, count_include_pad=False)


def _to_light(photo: Image.Image) -> Tensor:
    """Return the light of an RGB photo, (1, 1, H, W), from 0 to 1."""
    pixels = to_tensor(photo)
    return (pixels * pixels.new_tensor(LUMA).view(1, 3, 1, 1)).sum(dim=1, keepdim=True)


def _to_images(values: Tensor) -> list[Image.Image]:
    """Return each channel of (1, C, H, W) as an image of floats."""
    return [Image.fromarray(channel.contiguous().numpy()) for channel in values[0]]


def _split_rows(height: int) -> Iterator[range]:
    for start in range(0, height, STRIP):
        yield range(start, min(height, start + STRIP))
