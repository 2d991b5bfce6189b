"""Converts photos to tensors and back, and RGB to Oklab."""

from typing import Protocol

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from ..model.oklab import CONES_TO_OKLAB, RGB_TO_CONES

# Sizes that `networks.transformer` takes. It halves height and width twice and doubles them twice, so both
# must be multiples of MULTIPLE; below SMALLEST pixels, a quarter of a side is too short to be mirrored at
# its edge.
MULTIPLE = 4
SMALLEST = 8

# Levels of 8 bits from one pixel to its neighbors, mean of the channels: below, steps of one level are wide
# enough to be seen. It is so in 1.4 % of the pixels of a photo in the demo's thirteen styles; their PNGs grow
# by 0.2 %, AVIF files not.
SMOOTH = 0.25


def to_tensor(photo: Image.Image, *, device: torch.device | str = "cpu") -> Tensor:
    """Return an RGB photo as (1, 3, H, W), float32 from 0 to 1; raises ValueError for another mode."""
    if photo.mode != "RGB":
        raise ValueError(f"the engine takes RGB, not {photo.mode}")
    bytes_ = torch.from_numpy(np.array(photo))  # (H, W, 3)
    return copy_to_device(bytes_, device).permute(2, 0, 1)[None].float() / 255  # (1, 3, H, W)


class Pixels(Protocol):
    """An RGB picture (1, 3, H, W), from 0 to 1, of which parts are read: a tensor or a `PhotoPixels`."""

    @property
    def shape(self) -> tuple[int, ...]: ...

    def __getitem__(self, index: tuple[slice, slice, slice, slice], /) -> Tensor: ...


class PhotoPixels:
    """An RGB photo as a tensor (1, 3, H, W), from 0 to 1, of which only what is read exists."""

    def __init__(self, photo: Image.Image, *, device: torch.device | str = "cpu") -> None:
        self._photo, self._device = photo, device
        self.shape = (1, 3, photo.height, photo.width)

    def __getitem__(self, index: tuple[slice, slice, slice, slice]) -> Tensor:
        """Return rows and columns, the last two slices, of all channels."""
        top, bottom, _ = index[2].indices(self.shape[2])
        left, right, _ = index[3].indices(self.shape[3])
        return to_tensor(self._photo.crop((left, top, right, bottom)), device=self._device)


def to_picture(tensor: Tensor, *, top: int = 0, left: int = 0) -> Image.Image:
    """Return (1, 3, H, W), from 0 to 1, as an RGB picture, dithered where it is smooth.

    top, left: where the tensor begins in the whole picture, in pixels, if it is a part.
    """
    levels = tensor[0].float().mul(255)  # (3, H, W)
    bytes_ = levels.add_(_make_dither(levels, top=top, left=left)).round_().clamp_(0, 255).to(torch.uint8)
    return Image.fromarray(copy_to_host(bytes_.permute(1, 2, 0).contiguous()).numpy())


def cut_squares(picture: Image.Image, *, side: int) -> list[Image.Image]:
    """Cover a picture with as few squares as possible, at most four, each scaled to `side` pixels."""
    short, long = sorted(picture.size)
    count = min(4, -(-long // short))
    squares = []
    for index in range(count):
        offset = round((long - short) * index / max(1, count - 1))
        left, top = (offset, 0) if picture.width > picture.height else (0, offset)
        box = (left, top, left + short, top + short)
        squares.append(picture.resize((side, side), Image.Resampling.LANCZOS, box=box))
    return squares


def mirror_to_fit(photo: Tensor, *, multiple: int = MULTIPLE, smallest: int = SMALLEST) -> Tensor:
    """Mirror a photo (..., H, W) at its right and bottom edges, up to a size that a network takes."""
    height, width = photo.shape[-2:]
    rows = mirror_indexes(height, fit_size(height, multiple, smallest), device=photo.device)
    columns = mirror_indexes(width, fit_size(width, multiple, smallest), device=photo.device)
    if len(rows) > height:
        photo = photo.index_select(-2, rows)
    if len(columns) > width:
        photo = photo.index_select(-1, columns)
    return photo


def fit_size(size: int, multiple: int = MULTIPLE, smallest: int = SMALLEST) -> int:
    """Return the smallest size, in pixels, that is not below this one and that a network takes."""
    return -(-max(size, smallest) // multiple) * multiple


def mirror_indexes(size: int, wanted: int, *, device: torch.device | str = "cpu") -> Tensor:
    """Return indexes that go to the edge and back: 0 1 2 1 0 1 for a size of 3 and 6 wanted."""
    period = max(1, 2 * (size - 1))
    position = torch.arange(wanted, device=device) % period
    return torch.where(position < size, position, period - position)


def rgb_to_oklab(picture: Tensor) -> Tensor:
    """Return lightness, a and b, (N, 3, H, W), of an sRGB picture (N, 3, H, W) from 0 to 1.

    In Oklab, equal distances look about equally different.
    """
    linear = torch.where(picture <= 0.04045, picture / 12.92, ((picture + 0.055) / 1.055) ** 2.4)
    cones = torch.einsum("ij, njhw -> nihw", picture.new_tensor(RGB_TO_CONES), linear)
    return torch.einsum("ij, njhw -> nihw", picture.new_tensor(CONES_TO_OKLAB), cones.clamp(min=0) ** (1 / 3))


def copy_to_device(tensor: Tensor, device: torch.device | str) -> Tensor:
    """Return a tensor of the CPU on a device.

    CUDA copies from page-locked memory, so Python does not wait for it; torch keeps that memory until the
    copy is done.
    """
    if torch.device(device).type != "cuda":
        return tensor.to(device)
    return tensor.pin_memory().to(device, non_blocking=True)


def copy_to_host(tensor: Tensor) -> Tensor:
    """Return a tensor on the CPU; from CUDA it comes into page-locked memory."""
    if tensor.device.type != "cuda":
        return tensor.cpu()
    copy = tensor.to("cpu", non_blocking=True)  # torch chooses page-locked memory for it
    torch.cuda.current_stream(tensor.device).synchronize()
    return copy


def _make_dither(levels: Tensor, *, top: int, left: int) -> Tensor:
    """Return noise of half a level where a picture (3, H, W) changes slowly, and 0 elsewhere: (H, W).

    There, rounding would show steps. Strokes hide them; a flat area has none and stays flat, which keeps the
    file small. The noise is interleaved gradient noise, whose neighbors differ as much as possible (Jimenez
    2014, "Next generation post processing in Call of Duty: Advanced Warfare").
    """
    gray = levels.mean(dim=0)
    slope = torch.zeros_like(gray)
    slope[:, 1:] = (gray[:, 1:] - gray[:, :-1]).abs_()
    slope[1:] += (gray[1:] - gray[:-1]).abs_()
    y = torch.arange(top, top + levels.shape[-2], device=levels.device)[:, None]
    x = torch.arange(left, left + levels.shape[-1], device=levels.device)
    noise = torch.frac(52.9829189 * torch.frac(0.06711056 * x + 0.00583715 * y)) - 0.5
    return noise.where((slope > 0) & (slope < SMOOTH), 0.0)
