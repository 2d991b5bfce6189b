"""Where a run of tuning stands, as a file: whole or not at all, and enough to go on to the same end."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from ..courses import Course
from ..disk import explain_refusals
from ..errors import UserError
from .objective import Distances


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Everything that decides the steps still to come."""

    course: Course  # with the steps that are left of it when a budget shortens it
    sources: str  # digest of the artwork and the photos
    step: int
    seconds: float
    before: Distances
    best: int  # the step
    after: Distances  # at the best step
    waited: int  # panels since
    stopped: str  # why it ended before its time, or ""
    tensors: Mapping[str, Tensor]  # "now.NAME", "best.NAME", "mean.NAME", "square.NAME"


def save_state(state: State, path: Path) -> None:
    """Write a state in the place of the one before; a disk that refuses it leaves that one whole."""
    facts = {field.name: getattr(state, field.name) for field in fields(state) if field.name != "tensors"}
    note = json.dumps(facts, sort_keys=True, default=asdict)
    coming = path.with_name(f".{path.name}")
    with explain_refusals(path.parent, doing="keeping what was tuned so far"):
        try:
            coming.write_bytes(save(dict(state.tensors), metadata={"state": note}))
            coming.replace(path)
        finally:
            coming.unlink(missing_ok=True)


def load_state(path: Path) -> State:
    """Read a state; a file that is none raises a UserError."""
    try:
        with safe_open(path, framework="pt") as file:
            facts = json.loads(file.metadata()["state"])
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        return State(
            **facts
            | {
                "course": Course(**facts["course"]),
                "before": Distances(**facts["before"]),
                "after": Distances(**facts["after"]),
                "tensors": tensors,
            }
        )
    except (SafetensorError, ValueError, KeyError, TypeError) as error:
        raise UserError(f"{path}: not a checkpoint of this version; tune without --resume.") from error
