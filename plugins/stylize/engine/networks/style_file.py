"""A style's file: its 694 parameters, and at level 2 what the training added to the network's weights."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from ...model.errors import UserError
from ...model.methods import NETWORK_FILES
from .style_parameters import SHAPES, StyleParameters, validate_parameters
from .transformer import Transformer

NETWORK = NETWORK_FILES["transformer.safetensors"]  # digest of the network that style parameters belong to
DELTA = "network."  # prefix of the names of weight deltas: "network.contract1.weight"
RECORD = "stylize"  # the only key of a style file's metadata; its value is sorted JSON


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedStyle:
    """What makes the shared network paint in one style."""

    parameters: StyleParameters
    deltas: Mapping[str, Tensor]  # added to the network's weights of these names; empty below level 2


def save_style_file(style: LoadedStyle, path: Path, *, record: Mapping[str, object]) -> None:
    """Write a style: parameters in float32, deltas in half precision, and a record of how they were made."""
    tensors = {name: style.parameters[name].detach().float().cpu().contiguous() for name in SHAPES}
    for name, delta in style.deltas.items():
        tensors[DELTA + name] = delta.detach().half().cpu().contiguous()
    text = json.dumps({**record, "network": NETWORK}, sort_keys=True, ensure_ascii=False)
    path.write_bytes(save(tensors, metadata={RECORD: text}))


def load_style_file(path: Path, *, device: torch.device | str = "cpu") -> LoadedStyle:
    """Load a style's file.

    Raises a UserError if the file is missing, is no style file, or belongs to another shared network.
    """
    try:
        with safe_open(path, framework="pt", device=str(device)) as file:
            record = (file.metadata() or {}).get(RECORD)
            tensors = {name: file.get_tensor(name).float() for name in file.keys()}  # noqa: SIM118
    except FileNotFoundError:
        raise UserError(f"{path}: no such file; predict the style again to create it.") from None
    except SafetensorError as error:
        raise UserError(f"{path}: not a safetensors file ({error}); predict the style again.") from error
    if record is not None:
        _validate_network(record, where=path)
    parameters = {name: tensor for name, tensor in tensors.items() if not name.startswith(DELTA)}
    deltas = {name.removeprefix(DELTA): tensors[name] for name in tensors if name.startswith(DELTA)}
    validate_parameters(parameters, where=path)
    _validate_deltas(deltas, where=path)
    return LoadedStyle(parameters=parameters, deltas=deltas)


def average_styles(styles: Sequence[tuple[LoadedStyle, float]]) -> LoadedStyle:
    """Return the weighted average of styles; the weights add to 1.

    Linear in the parameters (Ghiasi et al. 2017, section 4.3). A style without deltas leaves the network
    as it is, so its deltas count as 0.
    """
    if len(styles) == 1:
        return styles[0][0]
    parameters = {name: _sum(weight * style.parameters[name] for style, weight in styles) for name in SHAPES}
    changed = {name for style, _ in styles for name in style.deltas}
    deltas = {
        name: _sum(weight * style.deltas[name] for style, weight in styles if name in style.deltas)
        for name in sorted(changed)
    }
    return LoadedStyle(parameters=parameters, deltas=deltas)


def _sum(tensors: Iterable[Tensor]) -> Tensor:
    return torch.stack(list(tensors)).sum(dim=0)


def _validate_network(record: str, *, where: object) -> None:
    """Raise a UserError if a style's record names another network than the installed one."""
    try:
        network = str(json.loads(record).get("network", NETWORK))
    except (ValueError, AttributeError):
        raise UserError(f"{where}: its record is not JSON; tune the style again.") from None
    if network != NETWORK:
        raise UserError(
            f"{where}: it was tuned for another network ({network[:12]}…, installed is {NETWORK[:12]}…);"
            " tune the style again."
        )


def _validate_deltas(deltas: Mapping[str, Tensor], *, where: object) -> None:
    if not deltas:
        return
    shapes = {name: tuple(weight.shape) for name, weight in Transformer().named_parameters()}
    for name, delta in deltas.items():
        if name not in shapes:
            raise UserError(f"{where}: the network has no weight {name!r}; tune the style again.")
        if tuple(delta.shape) != shapes[name] or not delta.isfinite().all():
            raise UserError(f"{where}: the change of {name} does not fit it; tune the style again.")
