"""The operations of imported networks that work on feature maps (N, C, H, W)."""

import math
from collections.abc import Sequence
from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor

MAX_ELEMENTS = 2**29  # of a tensor: 2 GB, so that a damaged file cannot use up all memory

Fit = Literal["", "same_upper", "same_lower"]  # "" uses `padding`; the others give ceil(size / stride)
Coordinates = Literal["asymmetric", "half_pixel", "pytorch_half_pixel", "align_corners"]
Rounding = Literal["floor", "ceil", "round_prefer_floor", "round_prefer_ceil"]


def conv(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    *,
    stride: tuple[int, ...] = (1, 1),
    padding: tuple[int, ...] = (0, 0, 0, 0),
    dilation: tuple[int, ...] = (1, 1),
    groups: int = 1,
    fit: Fit = "",
) -> Tensor:
    """Convolve. padding: zeros at the top, left, bottom and right."""
    if fit:
        padding = _compute_same_padding(x, kernel=weight.shape[2:], stride=stride, dilation=dilation, fit=fit)
    top, left, bottom, right = padding
    if (top, left) == (bottom, right):
        return F.conv2d(x, weight, bias, stride, (top, left), dilation, groups)
    return F.conv2d(_pad_with_zeros(x, padding), weight, bias, stride, 0, dilation, groups)


def conv_transpose(
    x: Tensor,
    weight: Tensor,
    bias: Tensor | None = None,
    *,
    stride: tuple[int, ...] = (1, 1),
    padding: tuple[int, ...] = (0, 0, 0, 0),
    output_padding: tuple[int, ...] = (0, 0),
    dilation: tuple[int, ...] = (1, 1),
    groups: int = 1,
) -> Tensor:
    """Transposed convolution. padding: pixels cut off at the top, left, bottom and right."""
    check_tensor_size([weight.shape[1] * groups, x.shape[2] * stride[0], x.shape[3] * stride[1]])
    top, left, bottom, right = padding
    if (top, left) == (bottom, right):
        return F.conv_transpose2d(x, weight, bias, stride, (top, left), output_padding, groups, dilation)
    uncut = F.conv_transpose2d(x, weight, bias, stride, 0, output_padding, groups, dilation)
    return uncut[:, :, top : uncut.shape[2] - bottom, left : uncut.shape[3] - right]


def instance_norm(x: Tensor, scale: Tensor, bias: Tensor, *, epsilon: float = 1e-5) -> Tensor:
    """Give each channel of each picture the mean `bias` and the spread `scale` (Ulyanov et al. 2016)."""
    return F.instance_norm(x, weight=scale, bias=bias, eps=epsilon)


def batch_norm(
    x: Tensor, scale: Tensor, bias: Tensor, mean: Tensor, variance: Tensor, *, epsilon: float = 1e-5
) -> Tensor:
    """Normalize each channel with the statistics of the training."""
    return F.batch_norm(x, mean, variance, scale, bias, training=False, eps=epsilon)


def pad(
    x: Tensor,
    sizes: Tensor,
    value: Tensor | None = None,
    axes: Tensor | None = None,
    *,
    mode: Literal["constant", "reflect", "edge"] = "constant",
) -> Tensor:
    """Add a margin. sizes: integers, before each axis, then after each axis; axes: all if left out."""
    along = list(range(x.ndim)) if axes is None else [int(axis) % x.ndim for axis in axes]
    given = sizes.tolist()
    before, after = [0] * x.ndim, [0] * x.ndim
    for index, axis in enumerate(along):
        before[axis], after[axis] = int(given[index]), int(given[index + len(along)])
    margins = list(zip(before, after, strict=True))
    check_tensor_size([size + sum(margin) for size, margin in zip(x.shape, margins, strict=True)])
    if mode == "constant":
        flat = [size for margin in reversed(margins) for size in margin]
        return F.pad(x, flat, value=float(value) if value is not None else 0.0)
    if any(margin != (0, 0) for margin in margins[:-2]):
        raise ValueError("it pads more than height and width by mirroring")
    flat = [size for margin in reversed(margins[-2:]) for size in margin]
    return F.pad(x, flat, mode="reflect" if mode == "reflect" else "replicate")


def resize(
    x: Tensor,
    scales: Tensor | None = None,
    sizes: Tensor | None = None,
    *,
    mode: Literal["nearest", "linear"] = "nearest",
    coordinates: Coordinates = "half_pixel",
    rounding: Rounding = "round_prefer_floor",
) -> Tensor:
    """Enlarge or shrink. scales, sizes: one value for each axis; one of the two is given."""
    if sizes is not None:
        wanted = [int(size) for size in sizes]
        factors = [new / old for new, old in zip(wanted, x.shape, strict=True)]
    elif scales is not None:
        factors = [float(scale) for scale in scales]
        wanted = [math.floor(old * factor) for old, factor in zip(x.shape, factors, strict=True)]
    else:
        raise ValueError("it has neither scales nor sizes")
    check_tensor_size(wanted)
    is_whole = x.ndim == 4 and factors[:2] == [1, 1] and all(factor in (2, 3, 4) for factor in factors[2:])
    if mode == "nearest" and is_whole and coordinates == "asymmetric" and rounding == "floor":
        return F.interpolate(x, size=wanted[2:])  # gives the same in a third of the time
    for axis, (old, new, factor) in enumerate(zip(x.shape, wanted, factors, strict=True)):
        if new == old and factor == 1:
            continue
        if new < 1:
            raise ValueError(f"it would give a size of {new}")
        positions = _compute_positions(old, new, factor=factor, coordinates=coordinates, device=x.device)
        if mode == "nearest":
            x = x.index_select(axis, _round(positions, rounding).clamp(0, old - 1).long())
        else:
            positions = positions.clamp(0, old - 1)
            first = positions.floor()
            weight = (
                (positions - first).float().reshape([-1 if each == axis else 1 for each in range(x.ndim)])
            )
            second = (first + 1).clamp(max=old - 1)
            x = torch.lerp(x.index_select(axis, first.long()), x.index_select(axis, second.long()), weight)
    return x


def average_pool(
    x: Tensor,
    *,
    kernel: tuple[int, ...],
    stride: tuple[int, ...] = (1, 1),
    padding: tuple[int, ...] = (0, 0),
    counts_padding: bool = False,
) -> Tensor:
    """Average over windows. padding: vertical and horizontal."""
    return F.avg_pool2d(x, kernel, stride, padding, count_include_pad=counts_padding)


def max_pool(
    x: Tensor, *, kernel: tuple[int, ...], stride: tuple[int, ...] = (1, 1), padding: tuple[int, ...] = (0, 0)
) -> Tensor:
    """Take the maximum of each window. padding: vertical and horizontal."""
    return F.max_pool2d(x, kernel, stride, padding)


def depth_to_space(x: Tensor, *, block: int, mode: Literal["DCR", "CRD"] = "DCR") -> Tensor:
    """Rearrange channels to pixels: (N, C*b*b, H, W) -> (N, C, H*b, W*b)."""
    if mode == "CRD":
        return F.pixel_shuffle(x, block)
    count, channels, height, width = x.shape
    x = x.reshape(count, block, block, channels // block**2, height, width)
    x = x.permute(0, 3, 4, 1, 5, 2)  # (N, C, H, b, W, b)
    return x.reshape(count, channels // block**2, height * block, width * block)


def space_to_depth(x: Tensor, *, block: int) -> Tensor:
    """Rearrange pixels to channels: (N, C, H*b, W*b) -> (N, b*b*C, H, W)."""
    count, channels, height, width = x.shape
    x = x.reshape(count, channels, height // block, block, width // block, block)
    x = x.permute(0, 3, 5, 1, 2, 4)  # (N, b, b, C, H, W)
    return x.reshape(count, channels * block**2, height // block, width // block)


def check_tensor_size(sizes: Sequence[int]) -> None:
    """Raise ValueError if a tensor of this shape would be larger than any that a picture needs."""
    if math.prod(max(0, size) for size in sizes) > MAX_ELEMENTS:
        raise ValueError(f"it would make a tensor of {' x '.join(map(str, sizes))} numbers")


def _compute_same_padding(
    x: Tensor, *, kernel: Sequence[int], stride: Sequence[int], dilation: Sequence[int], fit: Fit
) -> tuple[int, ...]:
    """Return the padding with which a convolution gives ceil(size / stride)."""
    before, after = [], []
    for size, length, step, gap in zip(x.shape[2:], kernel, stride, dilation, strict=True):
        total = max(0, (-(-size // step) - 1) * step + (length - 1) * gap + 1 - size)
        small, large = total // 2, total - total // 2
        before.append(small if fit == "same_upper" else large)
        after.append(large if fit == "same_upper" else small)
    return (*before, *after)


def _pad_with_zeros(x: Tensor, padding: Sequence[int]) -> Tensor:
    top, left, bottom, right = padding
    check_tensor_size([*x.shape[:2], x.shape[2] + top + bottom, x.shape[3] + left + right])
    return F.pad(x, (left, right, top, bottom))


def _compute_positions(
    old: int, new: int, *, factor: float, coordinates: Coordinates, device: torch.device
) -> Tensor:
    """Return the position of each new pixel among the old ones; single precision would move seams."""
    index = torch.arange(new, dtype=torch.float64 if device.type != "mps" else torch.float32, device=device)
    if coordinates == "align_corners":
        return index * ((old - 1) / (new - 1)) if new > 1 else index * 0
    if coordinates == "pytorch_half_pixel" and new == 1:
        return index * 0
    return index / factor if coordinates == "asymmetric" else (index + 0.5) / factor - 0.5


def _round(positions: Tensor, rounding: Rounding) -> Tensor:
    if rounding == "floor":
        return positions.floor()
    if rounding == "ceil":
        return positions.ceil()
    return (positions - 0.5).ceil() if rounding == "round_prefer_floor" else (positions + 0.5).floor()
