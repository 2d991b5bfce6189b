"""Give a picture the colors of its photo, or its tones; give the pictures of a series common tones.

Tones are how light and dark are distributed over a picture. They are changed by curves of lightness in Oklab.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from .oklab import Floats, map_colors, rgb_to_oklab

# The share of a picture that is darker than each of BINS + 1 lightnesses, from 0 to 1
Tones = NDArray[np.float64]

BINS = 512  # of the histogram of lightness
SAMPLES = 1_000_000  # pixels from which it is made
BLUR = 0.02  # of lightness, standard deviation: a spike of a histogram must not become a step of the curve
SLOPES = (0.4, 2.5)  # of the curve: less would flatten the strokes of a sky, more would show noise as grain
SERIES = 0.6  # the amount for a series: at 1, pictures of even photos lose the contrast of their strokes
LEVELS = 2**14  # of lightness in the curve's table; 64 for each level of 8 bits


def keep_photo_colors(
    picture: Image.Image, photo: Image.Image, *, color: float = 0.0, tone: float = 0.0
) -> Image.Image:
    """Return a picture in the colors of its photo, in its tones, or in both.

    picture, photo: RGB in sRGB, of one size; raises ValueError if not. color: from 0, the picture's own
    color, to 1, hue and chroma of the photo at the lightness of the picture. tone: from 0, the picture's own
    lightness, to 1, a lightness distributed like the photo's; hue and chroma stay.
    """
    curve = make_tone_curve(measure_tones(picture), measure_tones(photo), amount=tone) if tone else None

    def change(colors: Floats, photo_colors: Floats) -> Floats:
        lightness = colors[:1] if curve is None else apply_curve(curve, colors[:1])
        mixed = colors[1:] + np.float32(color) * (photo_colors[1:] - colors[1:])
        return np.concatenate([lightness, mixed])

    return map_colors(change, picture, photo)


def measure_tones(picture: Image.Image) -> Tones:
    """Return the tones of an RGB picture, slightly blurred: they rise everywhere."""
    every = max(1, round((picture.width * picture.height / SAMPLES) ** 0.5))
    size = -(-picture.width // every), -(-picture.height // every)
    sample = picture.resize(size, Image.Resampling.NEAREST)
    counts, _ = np.histogram(rgb_to_oklab(np.asarray(sample))[0], bins=BINS, range=(0, 1))
    reach = round(4 * BLUR * BINS)
    weights = np.exp(-0.5 * (np.arange(-reach, reach + 1) / (BLUR * BINS)) ** 2)
    blurred = np.convolve(np.pad(counts, reach, mode="symmetric"), weights, mode="valid")
    shares = np.concatenate([[0.0], np.cumsum(blurred + 1e-9)])
    return np.asarray(shares / shares[-1])


def make_tone_curve(own: Tones, wanted: Tones, *, amount: float = 1.0) -> Floats:
    """Return the lightness, from 0 to 1, that each of LEVELS lightnesses becomes: (LEVELS,).

    The curve matches histograms (Gonzalez and Woods, Digital Image Processing, section 3.3). It rises
    everywhere, neither slower nor faster than SLOPES; the medians always match. amount: from 0, no change,
    to 1.
    """
    edges = np.linspace(0, 1, BINS + 1)
    slopes = np.clip(np.diff(np.interp(own, wanted, edges)) * BINS, *SLOPES)
    rising = np.concatenate([[0.0], np.cumsum(slopes) / BINS])
    median, wanted_median = np.interp(0.5, own, edges), np.interp(0.5, wanted, edges)
    rising += wanted_median - np.interp(median, edges, rising)
    curve = (1 - amount) * edges + amount * rising
    return np.interp(np.linspace(0, 1, LEVELS), edges, curve.clip(0, 1)).astype(np.float32)


def apply_curve(curve: Floats, lightness: Floats) -> Floats:
    """Return what a curve makes of lightnesses."""
    return curve[(lightness.clip(0, 1) * np.float32(LEVELS - 1) + np.float32(0.5)).astype(np.int32)]


def find_shared_tones(photo: Tones, *, photos: Sequence[Tones], pictures: Sequence[Tones]) -> Tones:
    """Return the tones that the picture of one photo has in a series of one hand.

    What is as light as another part of any photo of the series becomes as light as that does, so a night
    stays darker than a day. All pictures together keep their tones. photos, pictures: all of the series; for
    painted pictures, whose tones are those of their artwork, the artwork stands for all of them.
    """
    edges = np.linspace(0, 1, BINS + 1)
    # For each lightness of the pictures, that of the photos with the same share below it
    as_in_photos = np.interp(np.mean(pictures, axis=0), np.mean(photos, axis=0), edges)
    return np.asarray(np.interp(as_in_photos, edges, photo))


def change_tones(picture: Image.Image, wanted: Tones, *, amount: float = 1.0) -> Image.Image:
    """Return an RGB picture with other tones; hue and chroma stay. amount: as for `make_tone_curve`."""
    curve = make_tone_curve(measure_tones(picture), wanted, amount=amount)
    return map_colors(lambda colors: np.concatenate([apply_curve(curve, colors[:1]), colors[1:]]), picture)
