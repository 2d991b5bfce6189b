"""Enlarges a small stylized picture to its photo's size and gives it the photo's fine detail back.

A picture of any size takes the time of a small one: only this step grows with the size.

The photo's detail is not simply added. Around each pixel we learn from the two small pictures how much of the
photo's light and dark the painted picture shows, and in which direction, as the guided filter does (He, Sun &
Tang 2013; He & Sun 2015, "Fast guided filter", for coefficients computed at a small size). So an edge whose
contrast the artwork has reversed gets no halo, and the noise of a flat sky stays out.
"""

from collections.abc import Iterator
from math import ceil, floor

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

from ..model.memory_limit import LARGE, return_freed_memory
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
    size = fit_to_edge(*photo.size, edge=edge)
    return photo if size == photo.size else photo.resize(size, Image.Resampling.LANCZOS)


def fit_to_edge(width: int, height: int, *, edge: int) -> tuple[int, int]:
    """Return the size to which `scale_to_edge` scales a photo of this size."""
    factor = min(2.0, edge / max(width, height))
    return max(1, round(width * factor)), max(1, round(height * factor))


def restore_detail(small: Image.Image, photo: Image.Image) -> Image.Image:
    """Return the picture at the photo's size.

    small: RGB, the stylized picture of the scaled photo. photo: RGB, of the same shape.
    """
    if small.size == photo.size:
        return small
    if small.width > photo.width or small.height > photo.height:
        return small.resize(photo.size, Image.Resampling.LANCZOS)
    if photo.width * photo.height > LARGE:
        return_freed_memory()  # of reading the photo, and of drawing the small picture
    shown = photo.resize(small.size, Image.Resampling.LANCZOS)
    picture = Image.new("RGB", photo.size)
    for rows in _split_rows(photo.height):
        picture.paste(_restore_rows(rows, small=small, shown=shown, photo=photo), (0, rows.start))
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


def _restore_rows(rows: range, *, small: Image.Image, shown: Image.Image, photo: Image.Image) -> Image.Image:
    """Return some rows of the restored picture; shown: the photo at the small picture's size."""
    ratio = small.height / photo.height
    margin = 2 * RADIUS + 4  # of the small picture: the windows of `compute_gains`, and the bicubic kernel
    top = max(0, floor(rows.start * ratio) - margin)
    box = (0, top, small.width, min(small.height, ceil(rows.stop * ratio) + margin))
    pixels, coarse = to_tensor(small.crop(box)), _to_light(shown.crop(box))
    light = _to_light(photo.crop((0, rows.start, photo.width, rows.stop)))

    def enlarge(values: Tensor) -> Tensor:
        return _enlarge(values, rows, size=photo.size, ratio=ratio, top=top)

    detail = light - enlarge(coarse)
    return to_picture(
        (enlarge(pixels) + enlarge(compute_gains(pixels, coarse)) * detail).clamp(0, 1), top=rows.start
    )


def _enlarge(values: Tensor, rows: range, *, size: tuple[int, int], ratio: float, top: int) -> Tensor:
    """Enlarge part of a small map to some rows of the size; they equal those of the whole map enlarged.

    values: (1, C, h, w), from the row `top` of the small map on. size: width and height of the whole picture.
    ratio: the small map's height over the picture's.
    """
    width, height = size
    margin = ceil(3 / ratio)  # the bicubic kernel reaches 2 pixels of the small map
    first, last = max(0, rows.start - margin), min(height, rows.stop + margin)
    box = (0, max(0.0, first * ratio - top), values.shape[-1], min(values.shape[-2], last * ratio - top))
    channels = []
    for channel in values[0]:
        image = Image.fromarray(channel.contiguous().numpy())
        enlarged = image.resize((width, last - first), Image.Resampling.BICUBIC, box=box)
        channels.append(torch.from_numpy(np.array(enlarged)[rows.start - first : rows.stop - first]))
    return torch.stack(channels)[None]


def _average(values: Tensor) -> Tensor:
    """Return the mean of each window; at the edges, of the part that lies inside."""
    side = 2 * RADIUS + 1
    return F.avg_pool2d(values, side, stride=1, padding=RADIUS, count_include_pad=False)


def _to_light(photo: Image.Image) -> Tensor:
    """Return the light of an RGB photo, (1, 1, H, W), from 0 to 1."""
    pixels = to_tensor(photo)
    return (pixels * pixels.new_tensor(LUMA).view(1, 3, 1, 1)).sum(dim=1, keepdim=True)


def _split_rows(height: int) -> Iterator[range]:
    for start in range(0, height, STRIP):
        yield range(start, min(height, start + STRIP))
