"""From a photo to the tensor a network reads, and back."""

import numpy as np
import torch
from PIL import Image
from torch import Tensor

# What `networks.transformer` takes: height and width divisible by MULTIPLE, since it halves them twice and
# doubles them twice; below SMALLEST pixels a quarter is too small to be mirrored at its edge.
MULTIPLE = 4
SMALLEST = 8


def to_tensor(photo: Image.Image, *, device: torch.device | str = "cpu") -> Tensor:
    """Return an RGB photo as (1, 3, H, W), from 0 to 1."""
    if photo.mode != "RGB":
        raise ValueError(f"the engine takes RGB, not {photo.mode}")
    bytes_ = torch.from_numpy(np.array(photo))  # (H, W, 3)
    return bytes_.to(device).permute(2, 0, 1)[None].float() / 255  # (1, 3, H, W)


def to_picture(tensor: Tensor) -> Image.Image:
    """Return (1, 3, H, W), from 0 to 1, as an RGB picture."""
    bytes_ = tensor[0].float().mul(255).round_().to(torch.uint8)
    return Image.fromarray(bytes_.permute(1, 2, 0).contiguous().cpu().numpy())


def cut_squares(picture: Image.Image, *, side: int) -> list[Image.Image]:
    """Cover a picture with as few squares as it takes, four at most, each scaled to a side in pixels."""
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
    """Extend a photo to the right and below, mirrored, to a size that a network takes: ours, if not told."""
    height, width = photo.shape[-2:]
    rows = mirror_indexes(height, fit_size(height, multiple, smallest), device=photo.device)
    columns = mirror_indexes(width, fit_size(width, multiple, smallest), device=photo.device)
    if len(rows) > height:
        photo = photo.index_select(-2, rows)
    if len(columns) > width:
        photo = photo.index_select(-1, columns)
    return photo


def fit_size(size: int, multiple: int = MULTIPLE, smallest: int = SMALLEST) -> int:
    """Return the smallest size, in pixels, that holds this one and that a network takes."""
    return -(-max(size, smallest) // multiple) * multiple


def mirror_indexes(size: int, wanted: int, *, device: torch.device | str = "cpu") -> Tensor:
    """Count up to the edge and back, as often as it takes: 0 1 2 1 0 1 for a size of 3 and 6 wanted."""
    period = max(1, 2 * (size - 1))
    place = torch.arange(wanted, device=device) % period
    return torch.where(place < size, place, period - place)
