"""The closed set of operations that imported networks may consist of; each is a plain function of torch.

They are named like ONNX operators and mean the same as their latest versions (onnx.ai/onnx/operators);
what older versions take as attributes, they take as inputs. Positional parameters are tensors,
keyword-only parameters are settings, whose annotations `graph_spec` validates. Tensors are float32, int64
or bool.
"""

import math
from collections.abc import Callable
from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor

from . import layers

Kind = Literal["float", "int", "bool"]

_TYPES = {"float": torch.float32, "int": torch.int64, "bool": torch.bool}


def clip(x: Tensor, low: Tensor | None = None, high: Tensor | None = None) -> Tensor:
    """Clamp between two bounds, each of which may be left out."""
    return torch.clamp(x, min=low, max=high) if low is not None or high is not None else x


def leaky_relu(x: Tensor, *, slope: float = 0.01) -> Tensor:
    """Multiply negative values by a slope."""
    return F.leaky_relu(x, slope)


def prelu(x: Tensor, slope: Tensor) -> Tensor:
    """Multiply negative values by a slope for each channel."""
    layers.check_tensor_size(torch.broadcast_shapes(x.shape, slope.shape))
    return torch.where(x < 0, x * slope, x)


def elu(x: Tensor, *, alpha: float = 1.0) -> Tensor:
    """Exponential linear unit, which approaches -alpha."""
    return F.elu(x, alpha)


def divide(x: Tensor, other: Tensor) -> Tensor:
    """Divide; integers are truncated towards zero."""
    layers.check_tensor_size(torch.broadcast_shapes(x.shape, other.shape))
    is_integer = not x.is_floating_point() and not other.is_floating_point()
    return torch.div(x, other, rounding_mode="trunc" if is_integer else None)


def cast(x: Tensor, *, to: Kind) -> Tensor:
    """Convert to another type."""
    return x.to(_TYPES[to])


def shape(x: Tensor, *, start: int = 0, end: int = 2**31 - 1) -> Tensor:
    """Return the sizes of a tensor from the axis `start` up to, but not including, `end`."""
    return torch.tensor(x.shape[start:end], dtype=torch.int64)


def gather(x: Tensor, indexes: Tensor, *, axis: int = 0) -> Tensor:
    """Select entries along an axis; the axes of the indexes replace it."""
    axis %= x.ndim
    size = x.shape[axis]
    layers.check_tensor_size((*x.shape[:axis], indexes.numel(), *x.shape[axis + 1 :]))
    flat = torch.where(indexes < 0, indexes + size, indexes).flatten()
    taken = x.index_select(axis, flat)
    return taken.reshape((*x.shape[:axis], *indexes.shape, *x.shape[axis + 1 :]))


def concat(*parts: Tensor, axis: int) -> Tensor:
    """Join tensors along an axis."""
    layers.check_tensor_size([sum(part.numel() for part in parts)])
    return torch.cat(parts, dim=axis)


def reshape(x: Tensor, sizes: Tensor, *, keeps_zero: bool = False) -> Tensor:
    """Change the shape; -1 is the remaining size, and 0 keeps a size unless `keeps_zero`."""
    wanted = [int(size) for size in sizes]
    if not keeps_zero:
        wanted = [x.shape[axis] if size == 0 else size for axis, size in enumerate(wanted)]
    return x.reshape(wanted)


def flatten(x: Tensor, *, axis: int = 1) -> Tensor:
    """Flatten to two axes: all axes before `axis`, and the rest."""
    return x.reshape(math.prod(x.shape[: axis % (x.ndim + 1)]), -1)


def squeeze(x: Tensor, axes: Tensor | None = None) -> Tensor:
    """Remove axes of size 1."""
    return x.squeeze() if axes is None else x.squeeze(tuple(int(axis) for axis in axes))


def unsqueeze(x: Tensor, axes: Tensor) -> Tensor:
    """Insert axes of size 1, at these indexes of the result."""
    rank = x.ndim + axes.numel()
    for axis in sorted(int(axis) % rank for axis in axes.flatten()):
        x = x.unsqueeze(axis)
    return x


def transpose(x: Tensor, *, order: tuple[int, ...]) -> Tensor:
    """Permute the axes."""
    return x.permute(order)


def slice_(
    x: Tensor, starts: Tensor, ends: Tensor, axes: Tensor | None = None, steps: Tensor | None = None
) -> Tensor:
    """Slice along some axes; a negative step goes backwards."""
    count = starts.numel()
    along = range(count) if axes is None else [int(axis) for axis in axes]
    by = [1] * count if steps is None else [int(step) for step in steps]
    for axis, start, end, step in zip(along, starts.tolist(), ends.tolist(), by, strict=True):
        taken = range(*slice(start, end, step).indices(x.shape[axis]))
        x = x.index_select(axis, torch.tensor(list(taken), dtype=torch.int64, device=x.device))
    return x


def expand(x: Tensor, sizes: Tensor) -> Tensor:
    """Broadcast to a shape, without copying."""
    wanted = torch.broadcast_shapes(x.shape, [int(size) for size in sizes])
    layers.check_tensor_size(wanted)
    return x.expand(wanted)


def constant_of_shape(sizes: Tensor, *, value: float = 0.0, of: Kind = "float") -> Tensor:
    """Return a tensor of this shape, filled with one value."""
    wanted = [int(size) for size in sizes]
    layers.check_tensor_size(wanted)
    return torch.full(wanted, value, dtype=_TYPES[of])


def mean(x: Tensor, axes: Tensor | None = None, *, keeps_axes: bool = True) -> Tensor:
    """Average over some axes, or all axes."""
    return x.mean(dim=_axes(x, axes), keepdim=keeps_axes)


def sum_(x: Tensor, axes: Tensor | None = None, *, keeps_axes: bool = True) -> Tensor:
    """Sum over some axes, or all axes."""
    return x.sum(dim=_axes(x, axes), keepdim=keeps_axes)


def _axes(x: Tensor, axes: Tensor | None) -> list[int]:
    return list(range(x.ndim)) if axes is None else [int(axis) for axis in axes]


def _unary(function: Callable[[Tensor], Tensor]) -> Callable[[Tensor], Tensor]:
    """Give a built-in function of torch, which has no signature, the signature of an operation."""

    def operation(x: Tensor) -> Tensor:
        return function(x)

    return operation


def _binary(function: Callable[[Tensor, Tensor], Tensor]) -> Callable[[Tensor, Tensor], Tensor]:
    """The same for two tensors, with a limit of the size that they broadcast to."""

    def operation(x: Tensor, other: Tensor) -> Tensor:
        layers.check_tensor_size(torch.broadcast_shapes(x.shape, other.shape))
        return function(x, other)

    return operation


OPERATIONS: dict[str, Callable[..., Tensor]] = {
    "conv": layers.conv,
    "conv_transpose": layers.conv_transpose,
    "instance_norm": layers.instance_norm,
    "batch_norm": layers.batch_norm,
    "pad": layers.pad,
    "resize": layers.resize,
    "average_pool": layers.average_pool,
    "max_pool": layers.max_pool,
    "depth_to_space": layers.depth_to_space,
    "space_to_depth": layers.space_to_depth,
    "relu": _unary(torch.relu),
    "leaky_relu": leaky_relu,
    "prelu": prelu,
    "elu": elu,
    "tanh": _unary(torch.tanh),
    "sigmoid": _unary(torch.sigmoid),
    "softplus": _unary(F.softplus),
    "abs": _unary(torch.abs),
    "negative": _unary(torch.neg),
    "exp": _unary(torch.exp),
    "log": _unary(torch.log),
    "sqrt": _unary(torch.sqrt),
    "reciprocal": _unary(torch.reciprocal),
    "floor": _unary(torch.floor),
    "ceil": _unary(torch.ceil),
    "add": _binary(torch.add),
    "subtract": _binary(torch.sub),
    "multiply": _binary(torch.mul),
    "divide": divide,
    "power": _binary(torch.pow),
    "minimum": _binary(torch.minimum),
    "maximum": _binary(torch.maximum),
    "clip": clip,
    "mean": mean,
    "sum": sum_,
    "shape": shape,
    "gather": gather,
    "cast": cast,
    "concat": concat,
    "reshape": reshape,
    "flatten": flatten,
    "squeeze": squeeze,
    "unsqueeze": unsqueeze,
    "transpose": transpose,
    "slice": slice_,
    "expand": expand,
    "constant_of_shape": constant_of_shape,
}
