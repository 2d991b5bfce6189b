"""Where an optimization stands, as a file: whole or not at all, and enough to go on to the same end."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from ..disk import explain_refusals
from ..errors import UserError


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Everything that decides the steps still to come."""

    scale: int  # which of them is in work
    step: int  # steps done there
    seconds: float
    tensors: Mapping[str, Tensor]  # "pixels", and after a first step Adam's "mean" and "square"


def save_state(state: State, path: Path) -> None:
    """Write a state in the place of the one before; a disk that refuses it leaves that one whole."""
    note = json.dumps({"scale": state.scale, "step": state.step, "seconds": state.seconds})
    coming = path.with_name(f".{path.name}")
    with explain_refusals(path.parent, doing="keeping what was optimized so far"):
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
        return State(**facts, tensors=tensors)
    except (SafetensorError, ValueError, KeyError, TypeError) as error:
        raise UserError(f"{path}: not a checkpoint of this version; remove it and build again.") from error
