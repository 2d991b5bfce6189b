"""Checkpoints: the state of a training or an optimization as a safetensors file.

A run that is restored from its checkpoint ends with the same result as one that was never interrupted. The
names of the keys in the file are fixed: they are read by the next version as well. Facts and tensors have a
digest, so a damaged checkpoint is not continued.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from hashlib import sha256
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor, uint8

from ..model.errors import UserError
from ..model.optimize_schedule import Scale
from ..model.training_config import Hyperparameters, TrainingConfig
from ..storage.atomic_files import STORE, explain_refusals, write_whole
from .losses.style_content import Distances


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingState:
    """The state of a training after a step."""

    config: TrainingConfig  # its steps are those that a budget left
    sources: str  # digest of the artwork and the photos
    hyperparameters: Hyperparameters
    step: int
    seconds: float
    before: Distances  # of the predicted style
    best: int  # the best step
    after: Distances  # at the best step
    waited: int  # evaluations of the panel since the best step
    stopped: str  # why the training ended early, or ""
    tensors: Mapping[str, Tensor]  # "now.NAME", "best.NAME"; of Adam "mean.NAME", "square.NAME"


@dataclass(frozen=True, slots=True, kw_only=True)
class OptimizationState:
    """The state of an optimization after a step."""

    scale: int  # index of the current scale
    step: int  # steps done at this scale
    seconds: float
    tensors: Mapping[str, Tensor]  # "level.0", ...; of Adam "mean.0", "square.0", ..., after a first step

    def get_levels(self, kind: str) -> list[Tensor]:
        """Return the tensors of one kind, finest level first; kind: "level", "mean" or "square"."""
        count = sum(name.startswith("level.") for name in self.tensors)
        return [self.tensors[f"{kind}.{index}"] for index in range(count)]


def save_training_state(state: TrainingState, path: Path) -> None:
    """Replace the checkpoint with a state; if the disk refuses it, raises DiskError and keeps the old one."""
    facts = {
        "course": state.config,
        "sources": state.sources,
        "recipe": state.hyperparameters,
        "step": state.step,
        "seconds": state.seconds,
        "before": state.before,
        "best": state.best,
        "after": state.after,
        "waited": state.waited,
        "stopped": state.stopped,
    }
    _write(path, facts, tensors=state.tensors, doing="saving the checkpoint of a training")


def load_training_state(path: Path) -> TrainingState:
    """Load the checkpoint of a training; raises a UserError if the file is damaged or of another version."""
    try:
        facts, tensors = _read(path)
        return TrainingState(
            config=TrainingConfig(**_check_names(facts.pop("course"), TrainingConfig)),
            hyperparameters=Hyperparameters(**_check_names(facts.pop("recipe"), Hyperparameters)),
            before=Distances(**facts.pop("before")),
            after=Distances(**facts.pop("after")),
            tensors=tensors,
            **facts,
        )
    except (ValueError, KeyError, TypeError) as error:
        raise UserError(f"{path}: not a checkpoint of this version; tune without --resume.") from error


def save_optimization_state(state: OptimizationState, path: Path) -> None:
    """Replace the checkpoint with a state; if the disk refuses it, raises DiskError and keeps the old one."""
    facts = {"scale": state.scale, "step": state.step, "seconds": state.seconds}
    _write(path, facts, tensors=state.tensors, doing="saving the checkpoint of an optimization")


def load_optimization_state(path: Path, scales: list[Scale]) -> OptimizationState:
    """Load the checkpoint of an optimization; raises a UserError if it is damaged or has other scales."""
    try:
        facts, tensors = _read(path)
        state = OptimizationState(**facts, tensors=tensors)
        width, height = scales[state.scale].size
        kinds = ("level", "mean", "square") if state.step else ("level",)
        shapes = {tuple(tuple(level.shape) for level in state.get_levels(kind)) for kind in kinds}
        is_in_range = state.scale >= 0 and 0 <= state.step < scales[state.scale].steps
        if not is_in_range or len(shapes) != 1 or shapes.pop()[0] != (1, 3, height, width):
            raise ValueError("it belongs to other scales")
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise UserError(f"{path}: not a checkpoint of this version.") from error
    return state


def _check_names(values: Mapping[str, Any], kind: type) -> Mapping[str, Any]:
    """Return the values of a dataclass; raises ValueError if one lacks, which a default would replace."""
    if values.keys() != {field.name for field in fields(kind)}:
        raise ValueError("it is of another version")
    return values


def _write(path: Path, facts: Mapping[str, object], *, tensors: Mapping[str, Tensor], doing: str) -> None:
    """facts: plain values, and dataclasses of plain values."""
    text = json.dumps(facts, sort_keys=True, default=asdict)
    with explain_refusals(path.parent, doing=doing, setting=STORE):
        metadata = {"state": text, "sha256": _compute_digest(text, tensors)}
        write_whole(path, save(dict(tensors), metadata=metadata))


def _read(path: Path) -> tuple[dict[str, Any], dict[str, Tensor]]:
    """Return the facts and tensors of a checkpoint; raises ValueError if the file is not one."""
    try:
        with safe_open(path, framework="pt") as file:
            metadata = file.metadata()
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (SafetensorError, TypeError) as error:
        raise ValueError(f"not a checkpoint: {error}") from error
    text = metadata["state"]
    if metadata["sha256"] != _compute_digest(text, tensors):
        raise ValueError("it is damaged")
    return dict(json.loads(text)), tensors


def _compute_digest(text: str, tensors: Mapping[str, Tensor]) -> str:
    """Return the sha256 of the facts and the tensors: their names, types, shapes and bytes."""
    digest = sha256(text.encode())
    for name in sorted(tensors):
        tensor = tensors[name].contiguous()
        digest.update(f"\0{name} {tensor.dtype} {list(tensor.shape)}\0".encode())
        digest.update(tensor.reshape(-1).view(uint8).numpy().data)
    return digest.hexdigest()
