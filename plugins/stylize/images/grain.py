"""Give a fine grain to those parts of a photo that have none, such as a gradient drawn by a program.

Eight bits turn a gradient without noise into steps of one level. Nobody sees them, but the network does: it
draws each step as a hard line. Noise of a level hides them, as that of a camera does.
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray
from PIL import Image

RADIUS = 6  # pixels: the neighborhood that tells a gradient from noise
# Levels: a pixel that is rounded differs from the mean of its neighborhood by 0.5 at most, and 0.1 is for
# gradients that are bent. The noise of a camera is more than that in at least one pixel of a neighborhood.
ROUNDING = 0.6
CLEAN = 16  # pixels: a square of twice that has to be without noise; smaller ones happen in photos
REACH = 30  # pixels: farther away from the next step, an area is flat, and it stays so
TILE, SPACING = 32, 128  # pixels: what is looked at first, and how far apart
BAND = 2**20  # pixels that are looked at at a time; they take 60 MB


def add_grain(photo: Image.Image) -> Image.Image:
    """Return an RGB photo with grain where it has gradients without noise; the photo itself if it has none.

    No pixel changes by more than two levels. The same photo gets the same grain on every machine.
    """
    new, halo = photo, REACH + RADIUS + CLEAN
    rows = max(1, BAND // photo.width)
    for top in range(0, photo.height, rows):
        bottom = min(top + rows, photo.height)
        start, end = max(0, top - halo), min(bottom + halo, photo.height)
        pixels = np.asarray(photo.crop((0, start, photo.width, end)))
        if not _has_bare_tiles(pixels):
            continue
        bare, mean = _find_bare(pixels)
        inner = slice(top - start, bottom - start)
        if not bare[inner].any():
            continue
        grained = mean[inner] + _make_noise(top, bottom - top, width=photo.width)[..., None]
        grained = (grained + np.float32(0.5)).clip(0, 255).astype(np.uint8)
        band = np.where(bare[inner, :, None], grained, pixels[inner])
        new = photo.copy() if new is photo else new
        new.paste(Image.fromarray(band), (0, top))
    return new


def _has_bare_tiles(pixels: NDArray[np.uint8]) -> bool:
    """Say whether one of a grid of tiles is a gradient without noise; in photos of cameras, none is.

    It takes a tenth of the time of a closer look.
    """
    if min(pixels.shape[:2]) < TILE:
        return True
    tiles = sliding_window_view(pixels, (TILE, TILE), axis=(0, 1))[::SPACING, ::SPACING]
    levels = tiles.astype(np.int32)  # (rows, columns, 3, TILE, TILE)
    area = (2 * RADIUS + 1) ** 2
    sums = _add_up(_add_up(levels, RADIUS, axis=3), RADIUS, axis=4)
    inner = levels[..., RADIUS:-RADIUS, RADIUS:-RADIUS]
    bare = (np.abs(inner * area - sums) <= ROUNDING * area).all(axis=(2, 3, 4))
    flat = (levels.max(axis=(3, 4)) == levels.min(axis=(3, 4))).all(axis=2)
    return bool((bare & ~flat).any())


def _find_bare(pixels: NDArray[np.uint8]) -> tuple[NDArray[np.bool_], NDArray[np.float32]]:
    """Return where an image (H, W, 3) has gradients without noise, (H, W), and its local mean, (H, W, 3)."""
    area = (2 * RADIUS + 1) ** 2
    levels = pixels.astype(np.int32)
    # At the edges of the photo, a gradient goes on as it is.
    padding = ((RADIUS, RADIUS), (RADIUS, RADIUS), (0, 0))
    padded = np.pad(levels, padding, mode="reflect", reflect_type="odd")
    sums = _add_up(_add_up(padded, RADIUS, axis=0), RADIUS, axis=1)
    noisy = (np.abs(levels * area - sums) > ROUNDING * area).any(axis=2)
    bare = _spread(~_spread(noisy, CLEAN), CLEAN - RADIUS)
    steps = np.zeros_like(bare)
    steps[:, 1:] |= (pixels[:, 1:] != pixels[:, :-1]).any(axis=2)
    steps[1:] |= (pixels[1:] != pixels[:-1]).any(axis=2)
    # Not at once: an edge, 2*RADIUS pixels of noise, must keep the grain from reaching a flat area behind it.
    reached = steps & bare
    for _ in range(REACH // RADIUS):
        reached = _spread(reached, RADIUS) & bare
    return reached, sums.astype(np.float32) / np.float32(area)


def _spread(area: NDArray[np.bool_], radius: int) -> NDArray[np.bool_]:
    """Widen an area (H, W) by some pixels to all sides."""
    padded = np.pad(area, radius).astype(np.int32)
    return _add_up(_add_up(padded, radius, axis=0), radius, axis=1) > 0


def _add_up(values: NDArray[np.int32], radius: int, *, axis: int) -> NDArray[np.int32]:
    """Return the sums of 2*radius+1 neighbors along an axis; there are 2*radius less of them."""
    length, count = 2 * radius + 1, values.shape[axis] - 2 * radius
    sums = values.cumsum(axis, dtype=np.int32)
    later = np.take(sums, range(length - 1, length - 1 + count), axis)
    earlier = np.insert(np.take(sums, range(count - 1), axis), 0, 0, axis)
    return later - earlier


def _make_noise(top: int, rows: int, *, width: int) -> NDArray[np.float32]:
    """Return noise from -1 to 1, (rows, width), that depends on a pixel's place alone.

    Triangular, so that it is equally strong on and between two levels (Lipshitz et al. 1992, "Quantization
    and dither: a theoretical survey"). The hash is that of a 32-bit integer by Ettinger ("lowbias32", https://github.com/skeeto/hash-prospector).
    """
    y = np.arange(top, top + rows, dtype=np.uint32)[:, None]
    x = np.arange(width, dtype=np.uint32)
    mixed = y * np.uint32(0x9E3779B1) + x  # an odd multiplier: 2**32 divided by the golden ratio
    for shift, factor in ((16, 0x7FEB352D), (15, 0x846CA68B)):
        mixed ^= mixed >> np.uint32(shift)
        mixed *= np.uint32(factor)
    mixed ^= mixed >> np.uint32(16)
    uniform = (mixed >> np.uint32(8)).astype(np.float32) / np.float32(2**23) - 1  # from -1 to 1
    return np.copysign(1 - np.sqrt(1 - np.abs(uniform)), uniform)
