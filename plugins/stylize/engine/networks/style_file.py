"""A style's file: its 694 numbers, and at level 2 what tuning added to each weight of the network."""

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
from .style_parameters import SHAPES, StyleNumbers, check_numbers
from .transformer import Transformer

NETWORK = NETWORK_FILES["transformer.safetensors"]  # the one that a style's numbers belong to
CHANGE = "network."  # how the names of a change begin: "network.contract1.weight"
RECORD = "stylize"  # the one key of a style file's metadata, sorted JSON


@dataclass(frozen=True, slots=True, kw_only=True)
class StyleFile:
    """What makes the shared network paint one style."""

    numbers: StyleNumbers
    changes: Mapping[str, Tensor]  # by the weight's name; empty below level 2


def save_style(style: StyleFile, path: Path, *, record: Mapping[str, object]) -> None:
    """Write a style: float32 numbers, half-precision changes, and a record of how they came about."""
    tensors = {name: style.numbers[name].detach().float().cpu().contiguous() for name in SHAPES}
    for name, change in style.changes.items():
        tensors[CHANGE + name] = change.detach().half().cpu().contiguous()
    note = json.dumps({**record, "network": NETWORK}, sort_keys=True, ensure_ascii=False)
    path.write_bytes(save(tensors, metadata={RECORD: note}))


def average_styles(styles: Sequence[tuple[StyleFile, float]]) -> StyleFile:
    """Return the style between several, each with its part; the parts add to 1.

    Like strength, it goes straight from number to number (Ghiasi et al. 2017, section 4.3). A style
    without changes leaves the network's weights where they are, so it counts as a change of 0.
    """
    if len(styles) == 1:
        return styles[0][0]
    numbers = {name: _sum(part * style.numbers[name] for style, part in styles) for name in SHAPES}
    changed = {name for style, _ in styles for name in style.changes}
    changes = {
        name: _sum(part * style.changes[name] for style, part in styles if name in style.changes)
        for name in sorted(changed)
    }
    return StyleFile(numbers=numbers, changes=changes)


def load_style(path: Path, *, device: torch.device | str = "cpu") -> StyleFile:
    """Read a style; a file that is none, or one tuned for another network, raises a UserError."""
    try:
        with safe_open(path, framework="pt", device=str(device)) as file:
            note = (file.metadata() or {}).get(RECORD)
            tensors = {name: file.get_tensor(name).float() for name in file.keys()}  # noqa: SIM118
    except FileNotFoundError:
        raise UserError(f"{path}: no such file; adopt the style again to make its numbers.") from None
    except SafetensorError as error:
        raise UserError(f"{path}: not a safetensors file ({error}); adopt the style again.") from error
    if note is not None:
        check_network(note, where=path)
    numbers = {name: tensor for name, tensor in tensors.items() if not name.startswith(CHANGE)}
    changes = {name.removeprefix(CHANGE): tensors[name] for name in tensors if name.startswith(CHANGE)}
    check_numbers(numbers, where=path)
    _check_changes(changes, where=path)
    return StyleFile(numbers=numbers, changes=changes)


def _sum(tensors: Iterable[Tensor]) -> Tensor:
    return torch.stack(list(tensors)).sum(dim=0)


def check_network(note: str, *, where: object) -> None:
    """Raise a UserError where a style's record names another network than the one installed."""
    try:
        network = str(json.loads(note).get("network", NETWORK))
    except (ValueError, AttributeError):
        raise UserError(f"{where}: its record is not JSON; tune the style again.") from None
    if network != NETWORK:
        raise UserError(
            f"{where}: it was tuned for another network ({network[:12]}…, installed is {NETWORK[:12]}…);"
            " tune the style again."
        )


def _check_changes(changes: Mapping[str, Tensor], *, where: object) -> None:
    if not changes:
        return
    shapes = {name: tuple(weight.shape) for name, weight in Transformer().named_parameters()}
    for name, change in changes.items():
        if name not in shapes:
            raise UserError(f"{where}: the network has no weight {name!r}; tune the style again.")
        if tuple(change.shape) != shapes[name] or not change.isfinite().all():
            raise UserError(f"{where}: the change of {name} does not fit it; tune the style again.")
