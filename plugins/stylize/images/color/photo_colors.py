"""Give a picture the colors of its photo, or the photo's tones: its distribution of light and dark."""

import numpy as np
from PIL import Image

from .oklab import Floats, map_colors, rgb_to_oklab

BINS = 512  # of the histograms of lightness
SAMPLES = 1_000_000  # pixels from which a histogram is made
BLUR = 0.02  # of lightness, standard deviation: a spike of a histogram must not become a step of the curve
SLOPES = (0.4, 2.5)  # of the curve: less would flatten the strokes of a sky, more would show noise as grain
LEVELS = 2**14  # of lightness in the curve's table; 64 for each level of 8 bits


def keep_photo_colors(
    picture: Image.Image, photo: Image.Image, *, color: float = 0.0, tone: float = 0.0
) -> Image.Image:
    """Return a picture in the colors of its photo, in its tones, or in both.

    picture, photo: RGB in sRGB, of one size; raises ValueError if not. color: from 0, the picture's own
    color, to 1, hue and chroma of the photo at the lightness of the picture. tone: from 0, the picture's own
    lightness, to 1, a lightness distributed like the photo's; hue and chroma stay.
    """
    curve = make_tone_curve(picture, photo, tone=tone) if tone else None

    def change(colors: Floats, photo_colors: Floats) -> Floats:
        lightness = colors[:1]
        if curve is not None:
            indexes = (lightness.clip(0, 1) * np.float32(LEVELS - 1) + np.float32(0.5)).astype(np.int32)
            lightness = curve[indexes]
        mixed = colors[1:] + np.float32(color) * (photo_colors[1:] - colors[1:])
        return np.concatenate([lightness, mixed])

    return map_colors(change, picture, photo)


def make_tone_curve(picture: Image.Image, photo: Image.Image, *, tone: float) -> Floats:
    """Return the lightness, from 0 to 1, that each of LEVELS lightnesses of a picture becomes: (LEVELS,).

    The curve matches histograms (Gonzalez and Woods, Digital Image Processing, section 3.3). It rises
    everywhere, neither slower nor faster than SLOPES; the medians always match. tone: as for
    `keep_photo_colors`.
    """
    edges = np.linspace(0, 1, BINS + 1)
    shares, photo_shares = _count_below(picture), _count_below(photo)  # (BINS + 1,)
    matched = np.interp(shares, photo_shares, edges)
    slopes = np.clip(np.diff(matched) * BINS, *SLOPES)
    rising = np.concatenate([[0.0], np.cumsum(slopes) / BINS])
    median, photo_median = np.interp(0.5, shares, edges), np.interp(0.5, photo_shares, edges)
    rising += photo_median - np.interp(median, edges, rising)
    curve = (1 - tone) * edges + tone * rising
    return np.interp(np.linspace(0, 1, LEVELS), edges, curve.clip(0, 1)).astype(np.float32)


def _count_below(picture: Image.Image) -> np.ndarray:
    """Return the share of a picture that is darker than each edge of a bin, blurred: (BINS + 1,)."""
    every = max(1, round((picture.width * picture.height / SAMPLES) ** 0.5))
    small = picture.resize(
        (-(-picture.width // every), -(-picture.height // every)), Image.Resampling.NEAREST
    )
    counts, _ = np.histogram(rgb_to_oklab(np.asarray(small))[0], bins=BINS, range=(0, 1))
    reach = round(4 * BLUR * BINS)
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) / (BLUR * BINS)) ** 2)
    blurred = np.convolve(np.pad(counts, reach, mode="symmetric"), weights, mode="valid")
    shares = np.concatenate([[0.0], np.cumsum(blurred + 1e-9)])
    return shares / shares[-1]
