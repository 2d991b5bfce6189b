"""Reads the header of a safetensors file without torch: checks its tensors and computes their digest.

The format: 8 bytes of length, a JSON header, the bytes (https://huggingface.co/docs/safetensors). It holds no
code, unlike the pickles of other formats.
"""

import hashlib
import json
import math
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..model.errors import UserError

LONGEST_HEADER = 2_000_000  # bytes; a style has 4,000, an imported network 60,000
# Types of tensors: their letter in `struct` and their bytes. Integers are sizes inside imported networks.
KINDS = {"F32": ("f", 4), "F16": ("e", 2), "I64": ("q", 8), "BOOL": ("?", 1)}

DESCRIPTION = "network"  # in the metadata of an imported style: the description of its network

_LAYERS = {
    **{f"residual{block}.conv{half}": 32 for block in range(1, 6) for half in (1, 2)},
    "expand1": 16,
    "expand2": 8,
    "expand3": 3,
}
# The 694 numbers of a style, and what tuning at level 2 may add; a test compares both with the engine.
NUMBERS = {f"{layer}.{kind}": (size,) for layer, size in _LAYERS.items() for kind in ("gain", "bias")}
CHANGES: dict[str, tuple[int, ...]] = {
    "network.contract1.weight": (8, 3, 9, 9),
    "network.contract1.bias": (8,),
    "network.contract2.weight": (16, 8, 3, 3),
    "network.contract2.bias": (16,),
    "network.contract3.weight": (32, 16, 3, 3),
    "network.contract3.bias": (32,),
    **{
        f"network.residual{block}.conv{half}.weight": (32, 32, 3, 3)
        for block in range(1, 6)
        for half in (1, 2)
    },
    "network.expand1.weight": (16, 32, 3, 3),
    "network.expand2.weight": (8, 16, 3, 3),
    "network.expand3.weight": (3, 8, 9, 9),
}


def check_tensors(data: bytes, *, where: str, are_numbers: bool = True) -> None:
    """Raise UserError unless a file is valid safetensors with finite values.

    are_numbers: whether it must hold the numbers of a style of the shared network, all of them and no others.
    """
    header, body = _read(data, where=where)
    tensors = {name: facts for name, facts in header.items() if name != "__metadata__"}
    shapes = {name: _check_tensor(name, facts, body, where=where) for name, facts in tensors.items()}
    _check_order(tensors, len(body), where=where)
    if not are_numbers:
        return
    missing = [name for name in NUMBERS if name not in shapes]
    unknown = [name for name in shapes if name not in NUMBERS and name not in CHANGES]
    if missing or unknown:
        what = f"{missing[0]} is missing" if missing else f"{unknown[0]!r} is not known"
        raise UserError(f"{where}: these are not the numbers of a style: {what}.")
    known: Mapping[str, tuple[int, ...]] = {**NUMBERS, **CHANGES}
    for name, shape in shapes.items():
        if shape != known[name]:
            raise UserError(
                f"{where}: these are not the numbers of a style: {name} has the shape {list(shape)}, not"
                f" {list(known[name])}."
            )


def digest_tensors(path: Path, *, where: str) -> str:
    """Return the sha256 over the tensors of a safetensors file: names, types, shapes and bytes.

    Of the metadata only the description of an imported network counts, so that a note about the training
    changes no key.
    """
    header, body = _read(path.read_bytes(), where=where, advice=" Restore it.")
    try:
        digest = hashlib.sha256()
        for name in sorted(header.keys() - {"__metadata__"}):
            start, stop = header[name]["data_offsets"]
            if not 0 <= start <= stop <= len(body):
                raise ValueError("offsets beyond the end")
            facts = [name, header[name]["dtype"], header[name]["shape"]]
            digest.update(json.dumps(facts).encode())
            digest.update(body[start:stop])
        digest.update(header.get("__metadata__", {}).get(DESCRIPTION, "").encode())
    except (ValueError, KeyError, TypeError, AttributeError):
        raise UserError(f"{where}: this is not a safetensors file, or it is damaged. Restore it.") from None
    return digest.hexdigest()


def read_network_digest(data: bytes, *, where: str) -> str:
    """Return the sha256 of the network that a style was tuned for; "" if the file does not name it."""
    header, _ = _read(data, where=where)
    try:
        network = json.loads(header["__metadata__"]["stylize"])["network"]
    except (KeyError, TypeError, ValueError, RecursionError):
        return ""
    return network if isinstance(network, str) else ""


def _read(data: bytes, *, where: str, advice: str = "") -> tuple[dict[str, Any], memoryview]:
    length = int.from_bytes(data[:8], "little")
    try:
        if not 2 <= length <= min(LONGEST_HEADER, len(data) - 8):
            raise ValueError("its header is longer than the file")
        header = json.loads(data[8 : 8 + length])
        if not isinstance(header, dict):
            raise ValueError("its header is not a table")
    except (ValueError, RecursionError):
        raise UserError(f"{where}: this is not a safetensors file, or it is damaged.{advice}") from None
    return header, memoryview(data)[8 + length :]


def _check_tensor(name: str, facts: Any, body: memoryview, *, where: str) -> tuple[int, ...]:
    try:
        letter, size = KINDS[facts["dtype"]]
        shape = tuple(facts["shape"])
        start, stop = facts["data_offsets"]
        if not all(type(number) is int and number >= 0 for number in (*shape, start, stop)):
            raise ValueError("not whole numbers")
        if not start <= stop <= len(body) or math.prod(shape) * size != stop - start:
            raise ValueError("offsets that do not fit")
    except (KeyError, TypeError, ValueError):
        raise UserError(
            f"{where}: {name} does not lie where its header says, or is no such tensor."
        ) from None
    for (value,) in struct.iter_unpack(f"<{letter}", body[start:stop]):
        if not math.isfinite(value):
            raise UserError(f"{where}: {name} holds a value that is not finite.")
    return shape


def _check_order(tensors: Mapping[str, Any], length: int, *, where: str) -> None:
    """Raise UserError unless the tensors follow one another and fill the file, so that it hides nothing."""
    end = 0
    for start, stop in sorted(tuple(facts["data_offsets"]) for facts in tensors.values()):
        if start != end:
            raise UserError(f"{where}: its tensors overlap or leave gaps.")
        end = stop
    if end != length:
        raise UserError(f"{where}: {length - end} bytes lie behind its tensors that belong to none.")
