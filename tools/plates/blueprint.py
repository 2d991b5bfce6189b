"""The blueprint: a cyanotype, white where the lines kept the light away and uneven everywhere else."""

import numpy as np
from PIL import Image, ImageFilter

from .press import HEIGHT, SCALE, WIDTH, Plane, engraving, grid, noise, paper

PAPER, BLUE = (226, 231, 226), (24, 62, 118)


def cyanotype(white: Plane, random: np.random.RandomState) -> Plane:
    """Return the blueprint: blue wherever light came through, uneven where the brush and the water went."""
    bled = Image.fromarray((white * 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(0.45 * SCALE))
    shade = np.asarray(bled, dtype=np.float32) / 255
    line = np.maximum(0.72 * white, shade * 1.25).clip(0, 1)
    columns, rows = grid()
    brushed = 0.16 * noise(random, 5, stretch=26) + 0.12 * noise(random, 240) + 0.1 * noise(random, 34)
    grain = 0.16 * noise(random, 1.0) + 0.1 * noise(random, 2.6)
    edge = np.minimum.reduce([columns, rows, WIDTH - columns, HEIGHT - rows]) + 9 * (noise(random, 22) - 0.5)
    waver = 4 * (noise(random, 40) - 0.5)
    folds = sum(
        np.exp(-((distance + waver) ** 2) / 2.5)
        for distance in (columns - WIDTH / 3, columns - WIDTH * 2 / 3, rows - HEIGHT / 2)
    )
    tides = engraving(noise(random, 190) * 300, pitch=150, width=0.035) * 0.12  # where water dried
    blue = 1.12 - brushed - grain - tides - 0.4 * folds * noise(random, 4)
    blue = blue * (edge / 7).clip(0, 1) * (1 - line * (0.9 + 0.1 * noise(random, 2)))
    sheet = paper(random, PAPER)
    return (sheet * (1 - blue.clip(0, 1)[..., None] * (1 - np.array(BLUE, np.float32) / 255))).astype(
        np.float32
    )
