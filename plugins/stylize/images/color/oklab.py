"""Convert pictures to Oklab and back, without leaving the colors that a screen can show."""

from collections.abc import Callable, Iterator, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ...model.oklab import CONES_TO_OKLAB, RGB_TO_CONES

Floats = NDArray[np.float32]
Bytes = NDArray[np.uint8]

# Chroma is compressed from 0.9 to 1.1 of the largest that a screen can show, so that no edge is seen where
# the limit is reached; at the limit itself 0.025 of it is lost.
KNEE = 0.1
STEPS = 10  # of bisection; the limit is found to 1/512 of the chroma, less than a level of 8 bits
TOLERANCE = np.float32(1e-5)  # of linear light: the rounding of 32 bits, below a level even in the darkest
STRIP = 2**17  # pixels that are converted at a time; 20 MB, and no faster with more


def map_colors(change: Callable[..., Floats], *pictures: Image.Image) -> Image.Image:
    """Return a new picture whose colors are computed from those of one or several, strip by strip.

    change: takes the Oklab colors of each picture, (3, rows, W), and returns such colors. pictures: RGB, of
    one size; raises ValueError if not.
    """
    new = Image.new("RGB", pictures[0].size)
    for top, strips in cut_strips(pictures):
        new.paste(Image.fromarray(oklab_to_rgb(change(*map(rgb_to_oklab, strips)))), (0, top))
    return new


def cut_strips(pictures: Sequence[Image.Image]) -> Iterator[tuple[int, list[Bytes]]]:
    """Yield the top row of each strip, and the pixels of all pictures there: (rows, W, 3), or (rows, W) of L.

    Raises ValueError if the pictures are of different sizes.
    """
    sizes = {picture.size for picture in pictures}
    if len(sizes) > 1:
        raise ValueError(f"the pictures are of different sizes: {sorted(sizes)}")
    width, height = sizes.pop()
    rows = max(1, STRIP // width)
    for top in range(0, height, rows):
        box = (0, top, width, min(top + rows, height))
        yield top, [np.asarray(picture.crop(box)) for picture in pictures]


def rgb_to_oklab(pixels: Bytes) -> Floats:
    """Return lightness, a and b, (3, H, W), of sRGB pixels (H, W, 3), 8 bits a channel."""
    linear = _decoding_table()[pixels.reshape(-1, 3).T]  # (3, H*W)
    cones = np.cbrt(np.array(RGB_TO_CONES, np.float32) @ linear)
    colors = np.array(CONES_TO_OKLAB, np.float32) @ cones
    return colors.reshape(3, *pixels.shape[:2])


def oklab_to_rgb(colors: Floats) -> Bytes:
    """Return sRGB pixels (H, W, 3), 8 bits a channel, of lightness, a and b (3, H, W).

    Lightness is clipped to 0 to 1. Where a screen has no such color, chroma is reduced at the same lightness
    and hue (Ottosson 2021, https://bottosson.github.io/posts/gamutclipping/), unlike clipping each channel,
    which changes both.
    """
    flat = colors.reshape(3, -1)
    lightness = np.clip(flat[0], 0, 1)  # (H*W,)
    steps = _oklab_to_cones()[:, 1:] @ flat[1:]  # (3, H*W): the cones' cube roots change by this from gray
    # Only colors near the limit are looked at again; the rest, often all, need no search.
    near = np.flatnonzero(~_is_visible(lightness, steps, np.float32(1 / (1 - KNEE))))
    if near.size:
        steps[:, near] *= _limit_chroma(lightness[near], steps[:, near])
    linear = _to_linear(lightness, steps)
    return encode_linear(linear).T.reshape(*colors.shape[1:], 3)


def encode_linear(linear: Floats) -> Bytes:
    """Return linear light as sRGB of 8 bits (IEC 61966-2-1)."""
    linear = np.clip(linear, 0, 1)
    encoded = np.where(
        linear <= 0.0031308, 12.92 * linear, np.float32(1.055) * linear ** np.float32(1 / 2.4) - 0.055
    )
    return (encoded * 255 + 0.5).astype(np.uint8)


def _limit_chroma(lightness: Floats, steps: Floats) -> Floats:
    """Return by how much the chroma of each color must be multiplied: (count,), at most 1."""
    # The largest factor at which a screen has the color; 2 stands for "far enough".
    low, high = np.zeros_like(lightness), np.full_like(lightness, 2)
    for _ in range(STEPS):
        middle = (low + high) * np.float32(0.5)
        visible = _is_visible(lightness, steps, middle)
        low, high = np.where(visible, middle, low), np.where(visible, high, middle)
    excess = 1 / np.maximum(low, np.float32(1e-6))  # chroma in parts of the largest
    knee = excess - np.maximum(excess - (1 - KNEE), 0) ** 2 / (4 * KNEE)
    return np.where(excess < 1 + KNEE, knee, 1) * low


def _is_visible(lightness: Floats, steps: Floats, factor: Floats | np.float32) -> NDArray[np.bool_]:
    """Say for each color whether a screen has it, with its chroma multiplied."""
    linear = _to_linear(lightness, steps * factor)
    return (linear.min(axis=0) >= -TOLERANCE) & (linear.max(axis=0) <= 1 + TOLERANCE)


def _to_linear(lightness: Floats, steps: Floats) -> Floats:
    roots = lightness + steps
    return _cones_to_rgb() @ (roots * roots * roots)


@cache
def _decoding_table() -> Floats:
    """Linear light of the 256 levels of sRGB (IEC 61966-2-1)."""
    levels = np.arange(256) / 255
    return np.where(levels <= 0.04045, levels / 12.92, ((levels + 0.055) / 1.055) ** 2.4).astype(np.float32)


@cache
def _oklab_to_cones() -> Floats:
    return np.linalg.inv(np.array(CONES_TO_OKLAB)).astype(np.float32)


@cache
def _cones_to_rgb() -> Floats:
    return np.linalg.inv(np.array(RGB_TO_CONES)).astype(np.float32)
