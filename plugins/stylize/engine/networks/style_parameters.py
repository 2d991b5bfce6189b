"""The 694 numbers that make the transformer paint one style: a gain and a bias per normalized channel."""

from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor

from ...model.errors import UserError

# The transformer's layers that a style steers, and how many channels each has.
STYLED_LAYERS = {
    **{f"residual{block}.conv{half}": 32 for block in range(1, 6) for half in (1, 2)},
    "expand1": 16,
    "expand2": 8,
    "expand3": 3,
}

# {"residual1.conv1.gain": (32,), "residual1.conv1.bias": (32,), ..., "expand3.bias": (3,)}, float32
StyleNumbers = Mapping[str, Tensor]

SHAPES = {f"{layer}.{kind}": (size,) for layer, size in STYLED_LAYERS.items() for kind in ("gain", "bias")}


def save_numbers(numbers: StyleNumbers, path: Path) -> None:
    """Write a style's numbers as float32 safetensors (less than 8 kB, the same bytes every time)."""
    save_file({name: numbers[name].detach().float().cpu().contiguous() for name in SHAPES}, path)


def check_numbers(numbers: StyleNumbers, *, where: object) -> None:
    """Raise a UserError unless every gain and bias is there, in its shape and finite."""
    problems = [f"{name} is missing" for name in SHAPES if name not in numbers]
    problems += [f"{name} is not known" for name in sorted(numbers) if name not in SHAPES]
    for name in sorted(numbers.keys() & SHAPES.keys()):
        shape = tuple(numbers[name].shape)
        if shape != SHAPES[name]:
            problems.append(f"{name} has the shape {shape} instead of {SHAPES[name]}")
        elif not numbers[name].isfinite().all():
            problems.append(f"{name} holds a value that is not finite")
    if problems:
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        raise UserError(f"{where}: not the numbers of a style: {problems[0]}{more}; adopt the style again.")


def interpolate(start: StyleNumbers, end: StyleNumbers, *, strength: float) -> dict[str, Tensor]:
    """Go from one style (strength 0) towards another (strength 1), number by number.

    Ghiasi et al. (2017, section 4.3) interpolate the style vectors; the predictor's heads are
    affine, so interpolating what they return is the same.
    """
    return {name: torch.lerp(start[name], end[name], strength) for name in SHAPES}
