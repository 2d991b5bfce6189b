"""Where a run of tuning stands: enough to go on to the same end."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from torch import Tensor

from ...model.errors import UserError
from ...model.training_config import TrainingConfig
from ..checkpoint_file import read_checkpoint, write_checkpoint
from ..losses.objective import Distances
from .hyperparameters import Hyperparameters


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingState:
    """Everything that decides the steps still to come."""

    course: TrainingConfig  # with the steps that are left of it when a budget shortens it
    sources: str  # digest of the artwork and the photos
    recipe: Hyperparameters
    step: int
    seconds: float
    before: Distances
    best: int  # the step
    after: Distances  # at the best step
    waited: int  # panels since
    stopped: str  # why it ended before its time, or ""
    tensors: Mapping[str, Tensor]  # "now.NAME", "best.NAME", "mean.NAME", "square.NAME"


def save_state(state: TrainingState, path: Path) -> None:
    """Write a state in the place of the one before; a disk that refuses it leaves that one whole."""
    facts = {field.name: getattr(state, field.name) for field in fields(state) if field.name != "tensors"}
    write_checkpoint(path, facts, tensors=state.tensors, doing="keeping what was tuned so far")


def load_state(path: Path) -> TrainingState:
    """Read a state; a file that is none raises a UserError."""
    try:
        facts, tensors = read_checkpoint(path)
        parts = {
            "course": TrainingConfig(**facts["course"]),
            "recipe": Hyperparameters(**facts["recipe"]),
            "before": Distances(**facts["before"]),
            "after": Distances(**facts["after"]),
            "tensors": tensors,
        }
        return TrainingState(**facts | parts)
    except (ValueError, KeyError, TypeError) as error:
        raise UserError(f"{path}: not a checkpoint of this version; tune without --resume.") from error
