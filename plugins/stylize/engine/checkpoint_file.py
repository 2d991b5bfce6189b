"""Where a long run stands, as a file: whole or not at all."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from ..storage.atomic_files import STORE, explain_refusals


def write_checkpoint(
    path: Path, facts: Mapping[str, object], *, tensors: Mapping[str, Tensor], doing: str
) -> None:
    """Write in the place of the checkpoint before; a disk that refuses it leaves that one whole.

    facts: plain values and dataclasses of them. doing: for the message of a disk that refuses.
    """
    note = json.dumps(facts, sort_keys=True, default=asdict)
    coming = path.with_name(f".{path.name}")
    with explain_refusals(path.parent, doing=doing, setting=STORE):
        try:
            coming.write_bytes(save(dict(tensors), metadata={"state": note}))
            coming.replace(path)
        finally:
            coming.unlink(missing_ok=True)


def read_checkpoint(path: Path) -> tuple[dict[str, Any], dict[str, Tensor]]:
    """Return the facts and the tensors of a checkpoint; raises ValueError where the file is none."""
    try:
        with safe_open(path, framework="pt") as file:
            facts = json.loads(file.metadata()["state"])
            return dict(facts), {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (SafetensorError, KeyError, TypeError) as error:
        raise ValueError(f"not a checkpoint: {error}") from error
