"""Operations of imported networks that work on feature maps (N, C, H, W)."""

import math
from collections.abc import Sequence
from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor

MOST_NUMBERS = 2**29  # of a tensor: 2 GB; a damaged file must not ask for more than a machine has

Fit = Literal["", "same_upper", "same_lower"]  # "" pads as told; the others up to ceil(size / stride)
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
    """Convolve. padding: zeros above, left, below, right."""
    if fit:
        padding = _same(x, kernel=weight.shape[2:], stride=stride, dilation=dilation, fit=fit)
    top, left, bottom, right = padding
    if (top, left) == (bottom, right):
        return F.conv2d(x, weight, bias, stride, (top, left), dilation, groups)
    return F.conv2d(_zeros_around(x, padding), weight, bias, stride, 0, dilation, groups)


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
    """Convolve the other way round. padding: pixels cut off above, left, below, right."""
    check_size([weight.shape[1] * groups, x.shape[2] * stride[0], x.shape[3] * stride[1]])
    top, left, bottom, right = padding
    if (top, left) == (bottom, right):
        return F.conv_transpose2d(x, weight, bias, stride, (top, left), output_padding, groups, dilation)
    whole = F.conv_transpose2d(x, weight, bias, stride, 0, output_padding, groups, dilation)
    return whole[:, :, top : whole.shape[2] - bottom, left : whole.shape[3] - right]


def instance_norm(x: Tensor, scale: Tensor, bias: Tensor, *, epsilon: float = 1e-5) -> Tensor:
    """Give every channel of every picture the mean `bias` and the spread `scale` (Ulyanov et al. 2016)."""
    return F.instance_norm(x, weight=scale, bias=bias, eps=epsilon)


def batch_norm(
    x: Tensor, scale: Tensor, bias: Tensor, mean: Tensor, variance: Tensor, *, epsilon: float = 1e-5
) -> Tensor:
    """Scale every channel by what was learned of it, as after training."""
    return F.batch_norm(x, mean, variance, scale, bias, training=False, eps=epsilon)


def pad(
    x: Tensor,
    sizes: Tensor,
    value: Tensor | None = None,
    axes: Tensor | None = None,
    *,
    mode: Literal["constant", "reflect", "edge"] = "constant",
) -> Tensor:
    """Put a margin around. sizes: before each axis, then behind each."""
    along = list(range(x.ndim)) if axes is None else [int(axis) % x.ndim for axis in axes]
    told = sizes.tolist()
    before, behind = [0] * x.ndim, [0] * x.ndim
    for place, axis in enumerate(along):
        before[axis], behind[axis] = int(told[place]), int(told[place + len(along)])
    margins = list(zip(before, behind, strict=True))
    check_size([size + sum(margin) for size, margin in zip(x.shape, margins, strict=True)])
    if mode == "constant":
        flat = [size for margin in reversed(margins) for size in margin]
        return F.pad(x, flat, value=float(value) if value is not None else 0.0)
    if any(margin != (0, 0) for margin in margins[:-2]):
        raise ValueError("it mirrors more than height and width")
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
    """Enlarge or shrink. scales, sizes: one for each axis; one of the two is given."""
    if sizes is not None:
        wanted = [int(size) for size in sizes]
        factors = [new / old for new, old in zip(wanted, x.shape, strict=True)]
    elif scales is not None:
        factors = [float(scale) for scale in scales]
        wanted = [math.floor(old * factor) for old, factor in zip(x.shape, factors, strict=True)]
    else:
        raise ValueError("it has neither scales nor sizes")
    check_size(wanted)
    whole = x.ndim == 4 and factors[:2] == [1, 1] and all(factor in (2, 3, 4) for factor in factors[2:])
    if mode == "nearest" and whole and coordinates == "asymmetric" and rounding == "floor":
        return F.interpolate(x, size=wanted[2:])  # the same, in a third of the time
    for axis, (old, new, factor) in enumerate(zip(x.shape, wanted, factors, strict=True)):
        if new == old and factor == 1:
            continue
        if new < 1:
            raise ValueError(f"it would leave a size of {new}")
        places = _places(old, new, factor=factor, coordinates=coordinates, device=x.device)
        if mode == "nearest":
            x = x.index_select(axis, _rounded(places, rounding).clamp(0, old - 1).long())
        else:
            places = places.clamp(0, old - 1)
            first = places.floor()
            way = (places - first).float().reshape([-1 if each == axis else 1 for each in range(x.ndim)])
            second = (first + 1).clamp(max=old - 1)
            x = torch.lerp(x.index_select(axis, first.long()), x.index_select(axis, second.long()), way)
    return x


def average_pool(
    x: Tensor,
    *,
    kernel: tuple[int, ...],
    stride: tuple[int, ...] = (1, 1),
    padding: tuple[int, ...] = (0, 0),
    counts_padding: bool = False,
) -> Tensor:
    """Average over windows. padding: above and below, left and right."""
    return F.avg_pool2d(x, kernel, stride, padding, count_include_pad=counts_padding)


def max_pool(
    x: Tensor, *, kernel: tuple[int, ...], stride: tuple[int, ...] = (1, 1), padding: tuple[int, ...] = (0, 0)
) -> Tensor:
    """Take the largest of each window."""
    return F.max_pool2d(x, kernel, stride, padding)


def depth_to_space(x: Tensor, *, block: int, mode: Literal["DCR", "CRD"] = "DCR") -> Tensor:
    """Lay channels out as pixels: (N, C*b*b, H, W) -> (N, C, H*b, W*b)."""
    if mode == "CRD":
        return F.pixel_shuffle(x, block)
    count, channels, height, width = x.shape
    x = x.reshape(count, block, block, channels // block**2, height, width)
    x = x.permute(0, 3, 4, 1, 5, 2)  # (N, C, H, b, W, b)
    return x.reshape(count, channels // block**2, height * block, width * block)


def space_to_depth(x: Tensor, *, block: int) -> Tensor:
    """Lay pixels out as channels: (N, C, H*b, W*b) -> (N, b*b*C, H, W)."""
    count, channels, height, width = x.shape
    x = x.reshape(count, channels, height // block, block, width // block, block)
    x = x.permute(0, 3, 5, 1, 2, 4)  # (N, b, b, C, H, W)
    return x.reshape(count, channels * block**2, height // block, width // block)


def check_size(sizes: Sequence[int]) -> None:
    """Raise ValueError where a tensor would be larger than any that a picture needs."""
    if math.prod(max(0, size) for size in sizes) > MOST_NUMBERS:
        raise ValueError(f"it would make a tensor of {' x '.join(map(str, sizes))} numbers")


def _same(
    x: Tensor, *, kernel: Sequence[int], stride: Sequence[int], dilation: Sequence[int], fit: Fit
) -> tuple[int, ...]:
    """Return the padding with which a convolution answers with ceil(size / stride)."""
    before, behind = [], []
    for size, length, step, gap in zip(x.shape[2:], kernel, stride, dilation, strict=True):
        lacking = max(0, (-(-size // step) - 1) * step + (length - 1) * gap + 1 - size)
        small, large = lacking // 2, lacking - lacking // 2
        before.append(small if fit == "same_upper" else large)
        behind.append(large if fit == "same_upper" else small)
    return (*before, *behind)


def _zeros_around(x: Tensor, padding: Sequence[int]) -> Tensor:
    top, left, bottom, right = padding
    check_size([*x.shape[:2], x.shape[2] + top + bottom, x.shape[3] + left + right])
    return F.pad(x, (left, right, top, bottom))


def _places(old: int, new: int, *, factor: float, coordinates: Coordinates, device: torch.device) -> Tensor:
    """Return where each new pixel lies among the old ones; in double precision, or seams move."""
    index = torch.arange(new, dtype=torch.float64 if device.type != "mps" else torch.float32, device=device)
    if coordinates == "align_corners":
        return index * ((old - 1) / (new - 1)) if new > 1 else index * 0
    if coordinates == "pytorch_half_pixel" and new == 1:
        return index * 0
    return index / factor if coordinates == "asymmetric" else (index + 0.5) / factor - 0.5


def _rounded(places: Tensor, rounding: Rounding) -> Tensor:
    if rounding == "floor":
        return places.floor()
    if rounding == "ceil":
        return places.ceil()
    return (places - 0.5).ceil() if rounding == "round_prefer_floor" else (places + 0.5).floor()
