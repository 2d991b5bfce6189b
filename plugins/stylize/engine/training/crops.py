"""The training data of a style: the artwork without its rim, and square crops of photos."""

from collections.abc import Sequence
from random import Random

import torch
from PIL import Image
from torch import Tensor

from ...model.errors import UserError
from ..image_tensors import to_tensor

RIM = 0.02  # of the artwork's sides
SMALLEST_SIDE = 128  # pixels
FLAT = 2 / 255  # a standard deviation below which a picture has no style


def artwork_to_tensor(artwork: Image.Image, *, side: int) -> Tensor:
    """Return an artwork without its rim, its shorter side scaled to `side` pixels: (1, 3, H, W).

    artwork: RGB. Raises a UserError if it is too small, or of one flat color.
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
    """Return an artwork without its rim, its shorter side scaled to `side` pixels: (1, 3, H, W).

    The side sets how large a brush stroke is.
    """
    inner = crop_rim(artwork)
    scale = side / min(inner.size)
    size = (round(inner.width * scale), round(inner.height * scale))
    return to_tensor(inner.resize(size, Image.Resampling.LANCZOS))


def crop_rim(artwork: Image.Image) -> Image.Image:
    """Cut off the outermost 2 % of each side, where a frame, bare canvas or a scan's border may be."""
    width, height = artwork.size
    left, top = round(RIM * width), round(RIM * height)
    return artwork.crop((left, top, width - left, height - top))


def draw_crops(photos: Sequence[Image.Image], *, count: int, side: int, seed: object) -> Tensor:
    """Crop squares at random positions and scales, half of them mirrored: (count, 3, side, side).

    photos: RGB; one that is smaller than a square is enlarged. The same seed gives the same crops.
    """
    random = Random(f"{seed}")
    return torch.cat([_draw_crop(random.choice(photos), side, random) for _ in range(count)])


def make_panel(photos: Sequence[Image.Image], *, count: int, side: int, seed: object) -> Tensor:
    """Crop the largest square of up to `count` randomly chosen photos: (N, 3, side, side)."""
    random = Random(f"panel {seed}")
    chosen = random.sample(range(len(photos)), min(count, len(photos)))
    return torch.cat([_crop_square(photos[index], min(photos[index].size), side, random) for index in chosen])


def _draw_crop(photo: Image.Image, side: int, random: Random) -> Tensor:
    # Scales from the photo's own pixels, as in a finished picture, up to the whole photo: normalizations
    # average over all that they get, which is then a sky only, or everything.
    wanted = round(side * random.choice((1.0, 1.0, 1.4, 2.0)))
    crop = _crop_square(photo, min(*photo.size, wanted), side, random)
    return crop.flip(-1) if random.random() < 0.5 else crop


def _crop_square(photo: Image.Image, size: int, side: int, random: Random) -> Tensor:
    left, top = random.randint(0, photo.width - size), random.randint(0, photo.height - size)
    box = (left, top, left + size, top + size)
    return to_tensor(photo.resize((side, side), Image.Resampling.BICUBIC, box=box, reducing_gap=2.0))
