"""Where an optimization stands: enough to go on to the same end."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from torch import Tensor

from ...model.errors import UserError
from ...model.optimize_schedule import Scale
from ..checkpoint_file import read_checkpoint, write_checkpoint


@dataclass(frozen=True, slots=True, kw_only=True)
class OptimizerState:
    """Everything that decides the steps still to come."""

    scale: int  # which of them is in work
    step: int  # steps done there
    seconds: float
    tensors: Mapping[str, Tensor]  # "pixels", and after a first step Adam's "mean" and "square"


def save_state(state: OptimizerState, path: Path) -> None:
    """Write a state in the place of the one before; a disk that refuses it leaves that one whole."""
    facts = {"scale": state.scale, "step": state.step, "seconds": state.seconds}
    write_checkpoint(path, facts, tensors=state.tensors, doing="keeping what was optimized so far")


def load_state(path: Path, scales: list[Scale]) -> OptimizerState:
    """Read a state; a file that is none, or one of other scales, raises a UserError."""
    try:
        facts, tensors = read_checkpoint(path)
        state = OptimizerState(**facts, tensors=tensors)
        width, height = scales[state.scale].size
        names = ("pixels", "mean", "square") if state.step else ("pixels",)
        shapes = {tuple(tensors[name].shape) for name in names}
        begun = state.scale >= 0 and 0 <= state.step < scales[state.scale].steps
        if not begun or shapes != {(1, 3, height, width)}:
            raise ValueError("it belongs to other scales")
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise UserError(f"{path}: not a checkpoint of this version; remove it and build again.") from error
    return state
