"""Masks: grayscale images beside a photo that say where a style goes, and pictures composed by them."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ..model.errors import PhotoError
from .color.oklab import Floats, cut_strips, rgb_to_oklab
from .decode import open_photo

# The mask follows the edges of the photo within RADIUS of the longer side (He et al. 2013, guided filter).
RADIUS = 0.015
SMOOTHNESS = 0.002  # variance of lightness: an edge of 0.1 is followed, the grain of a wall is not
TINT = 32  # levels between the channels of a pixel: more is color, not the rounding of a JPEG
TINTED = 0.01  # the share of such pixels in a mask: more is an image in color
GUIDE_SIDE = 1024  # pixels: the filter works on a small copy, as in He and Sun 2015


def open_mask(path: Path) -> Image.Image:
    """Return a mask as an L image, upright: white where a style goes; transparent parts are black.

    It has GUIDE_SIDE pixels on its longer side at most. Raises PhotoError if the file cannot be read.
    """
    return open_photo(path, long_edge=GUIDE_SIDE, background="black").convert("L")


def examine_mask(path: Path) -> tuple[int, int, int, int]:
    """Return the upright width and height of a mask, its darkest and its lightest level, from 0 to 255.

    Raises PhotoError if the file cannot be read, or if it is in color.
    """
    image = open_photo(path, background="black")
    tinted = 0
    for _, (pixels,) in cut_strips([image]):
        tinted += int(np.count_nonzero(np.ptp(pixels, axis=2) > TINT))
    if tinted > TINTED * image.width * image.height:
        raise PhotoError(
            "it is in color, but a mask is gray: white where the style goes, black elsewhere. Save it in"
            " grayscale."
        )
    levels = np.asarray(image.convert("L"))
    return image.width, image.height, int(levels.min()), int(levels.max())


def feather_mask(mask: Image.Image, photo: Image.Image) -> Image.Image:
    """Return a mask at the photo's size whose edges follow those of the photo, softly.

    mask: L. photo: RGB. A mask that was painted roughly fits better so; where the photo has no edge, the
    mask's own edge is blurred over twice RADIUS.
    """
    scale = min(1.0, GUIDE_SIDE / max(photo.size))
    size = max(1, round(photo.width * scale)), max(1, round(photo.height * scale))
    guide = _to_lightness(photo.resize(size, Image.Resampling.BOX))
    rough = np.asarray(mask.resize(size, Image.Resampling.BOX), dtype=np.float32) / 255
    radius = max(1, round(RADIUS * max(size)))
    mean, rough_mean = _blur(guide, radius), _blur(rough, radius)
    variance = _blur(guide * guide, radius) - mean * mean
    covariance = _blur(guide * rough, radius) - mean * rough_mean
    slope = covariance / (variance + SMOOTHNESS)
    offset = rough_mean - slope * mean
    slopes = Image.fromarray(_blur(slope, radius))
    offsets = Image.fromarray(_blur(offset, radius))
    feathered = Image.new("L", photo.size)
    for top, (pixels,) in cut_strips([photo]):
        rows = pixels.shape[0]
        here = [_enlarge(plane, photo.size, top=top, rows=rows) for plane in (slopes, offsets)]
        values = here[0] * _to_lightness(pixels) + here[1]
        feathered.paste(Image.fromarray((values.clip(0, 1) * 255 + 0.5).astype(np.uint8)), (0, top))
    return feathered


def composite(layers: Iterable[tuple[Image.Image, Image.Image]], elsewhere: Image.Image) -> Image.Image:
    """Return a picture composed of several: each where its mask is white, and one elsewhere.

    layers: RGB pictures and L masks, all of one size, the lowest first: a later layer covers an earlier one.
    Each is taken when the one below it is done and let go, so one of them is in memory at a time.
    """
    # The values of sRGB are mixed. To the eye, seams in Oklab are the same; in linear light, the lighter
    # picture reaches further, and its edge is harder.
    new = elsewhere.copy()
    del elsewhere
    for picture, mask in layers:
        new.paste(picture, mask=mask)
        del picture, mask
    return new


def _to_lightness(pixels: Image.Image | NDArray[np.uint8]) -> Floats:
    """Return the lightness of RGB pixels in Oklab, from 0 to 1: (H, W)."""
    return rgb_to_oklab(np.asarray(pixels))[0]


def _blur(plane: NDArray[Any], radius: int) -> Floats:
    """Average squares of 2*radius+1 pixels; the edges are repeated outside."""
    length = 2 * radius + 1
    for axis in (0, 1):
        padding = [(0, 0), (0, 0)]
        padding[axis] = (radius + 1, radius)
        sums = np.pad(plane.astype(np.float64), padding, mode="edge").cumsum(axis)
        size = plane.shape[axis]
        ends = np.take(sums, range(length, length + size), axis)
        plane = ((ends - np.take(sums, range(size), axis)) / length).astype(np.float32)
    return plane


def _enlarge(plane: Image.Image, size: tuple[int, int], *, top: int, rows: int) -> Floats:
    """Return some rows of a plane that is scaled to a size: (rows, W)."""
    scale = plane.height / size[1]
    box = (0, top * scale, plane.width, min((top + rows) * scale, plane.height))
    return np.asarray(plane.resize((size[0], rows), Image.Resampling.BILINEAR, box=box))
