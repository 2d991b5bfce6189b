"""What a style is tuned on: the artwork without its rim, and squares cut from photos."""

from collections.abc import Sequence
from random import Random

import torch
from PIL import Image
from torch import Tensor

from ...model.errors import UserError
from ..image_tensors import to_tensor

EDGE = 0.02  # of the artwork's sides
SMALLEST_SIDE = 128  # pixels
FLAT = 2 / 255  # a spread below which a picture has nothing to teach


def artwork_tensor(artwork: Image.Image, *, side: int) -> Tensor:
    """Return what style is read from: the artwork without its rim, at the size that strokes are learned at.

    Raises a UserError where there is nothing to learn from.
    """
    if min(artwork.size) < SMALLEST_SIDE:
        raise UserError(
            f"the artwork is {artwork.width}x{artwork.height} pixels, and tuning needs {SMALLEST_SIDE} on"
            " the shorter side; fetch a larger picture of it."
        )
    pixels = scale_to_strokes(artwork, side=side)
    if pixels.std(dim=(2, 3)).max() < FLAT:
        raise UserError("the artwork is of one flat color, from which no style can be learned.")
    return pixels


def scale_to_strokes(artwork: Image.Image, *, side: int) -> Tensor:
    """Return an artwork without its rim, its shorter side so many pixels: (1, 3, H, W)."""
    inner = cut_rim(artwork)
    scale = side / min(inner.size)
    size = (round(inner.width * scale), round(inner.height * scale))
    return to_tensor(inner.resize(size, Image.Resampling.LANCZOS))


def cut_rim(artwork: Image.Image) -> Image.Image:
    """Cut off what at its sides is a frame, bare canvas or a scan's border."""
    width, height = artwork.size
    left, top = round(EDGE * width), round(EDGE * height)
    return artwork.crop((left, top, width - left, height - top))


def draw_crops(photos: Sequence[Image.Image], *, count: int, side: int, seed: object) -> Tensor:
    """Cut squares from photos at random places and sizes, half of them mirrored: (count, 3, side, side).

    photos: RGB. The same seed cuts the same squares; a photo smaller than a square is enlarged.
    """
    chance = Random(f"{seed}")
    return torch.cat([_crop(chance.choice(photos), side, chance) for _ in range(count)])


def make_panel(photos: Sequence[Image.Image], *, count: int, side: int, seed: object) -> Tensor:
    """Cut the largest square from photos that chance picks, different ones while there are enough."""
    chance = Random(f"panel {seed}")
    picked = chance.sample(range(len(photos)), min(count, len(photos)))
    return torch.cat([_square(photos[index], min(photos[index].size), side, chance) for index in picked])


def _crop(photo: Image.Image, side: int, chance: Random) -> Tensor:
    # From the photo's own pixels, as most of a finished picture is seen, to the photo whole: the
    # normalizations count over all that they see, which then is a sky alone or everything.
    wanted = round(side * chance.choice((1.0, 1.0, 1.4, 2.0)))
    crop = _square(photo, min(*photo.size, wanted), side, chance)
    return crop.flip(-1) if chance.random() < 0.5 else crop


def _square(photo: Image.Image, size: int, side: int, chance: Random) -> Tensor:
    left, top = chance.randint(0, photo.width - size), chance.randint(0, photo.height - size)
    box = (left, top, left + size, top + size)
    return to_tensor(photo.resize((side, side), Image.Resampling.BICUBIC, box=box, reducing_gap=2.0))
