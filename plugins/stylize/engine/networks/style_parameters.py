"""The 694 style parameters: a gain and a bias for each normalized channel of the transformer."""

from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor

from ...model.errors import UserError

# The layers of the transformer that a style controls, and their number of channels.
STYLED_LAYERS = {
    **{f"residual{block}.conv{half}": 32 for block in range(1, 6) for half in (1, 2)},
    "expand1": 16,
    "expand2": 8,
    "expand3": 3,
}

# {"residual1.conv1.gain": (32,), "residual1.conv1.bias": (32,), ..., "expand3.bias": (3,)}, float32
StyleParameters = Mapping[str, Tensor]

SHAPES = {f"{layer}.{kind}": (size,) for layer, size in STYLED_LAYERS.items() for kind in ("gain", "bias")}


def save_parameters(parameters: StyleParameters, path: Path) -> None:
    """Write style parameters as float32 safetensors, below 8 kB; equal parameters give equal bytes."""
    save_file({name: parameters[name].detach().float().cpu().contiguous() for name in SHAPES}, path)


def validate_parameters(parameters: StyleParameters, *, where: object) -> None:
    """Raise a UserError unless every gain and bias is there, has its shape and is finite.

    where: the file, for the message.
    """
    problems = [f"{name} is missing" for name in SHAPES if name not in parameters]
    problems += [f"{name} is not known" for name in sorted(parameters) if name not in SHAPES]
    for name in sorted(parameters.keys() & SHAPES.keys()):
        shape = tuple(parameters[name].shape)
        if shape != SHAPES[name]:
            problems.append(f"{name} has the shape {shape} instead of {SHAPES[name]}")
        elif not parameters[name].isfinite().all():
            problems.append(f"{name} holds a value that is not finite")
    if problems:
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        raise UserError(
            f"{where}: these are not the parameters of a style: {problems[0]}{more}; predict the style again."
        )


def interpolate(start: StyleParameters, end: StyleParameters, *, strength: float) -> dict[str, Tensor]:
    """Interpolate linearly between two styles; strength 0 returns the start, 1 the end.

    Ghiasi et al. (2017, section 4.3) interpolate style vectors. The predictor's heads are affine, so
    interpolating the parameters gives the same.
    """
    return {name: torch.lerp(start[name], end[name], strength) for name in SHAPES}
