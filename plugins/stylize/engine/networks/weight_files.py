"""Loads the weight files in `weights/` and verifies their digests."""

import hashlib
from pathlib import Path
from typing import TypeVar

import torch
from safetensors.torch import load
from torch import nn

from ...model.errors import UserError
from ...model.methods import ENCODER_FILES, NETWORK_FILES

FOLDER = Path(__file__).parent / "weights"

DIGESTS = {**NETWORK_FILES, **ENCODER_FILES}

Network = TypeVar("Network", bound=nn.Module)


def load_weights(network: Network, name: str, *, device: torch.device | str = "cpu") -> Network:
    """Load a file of `weights/` into a network; return it on the device, in eval mode, without gradients.

    name: "transformer.safetensors". Raises a UserError if the file is missing or altered.
    """
    tensors = load(read_verified(FOLDER / name, digest=DIGESTS[name]))
    network.load_state_dict({key: tensor.float() for key, tensor in tensors.items()}, strict=True)
    return network.to(device).eval().requires_grad_(False)


def read_verified(path: Path, *, digest: str) -> bytes:
    """Return a file's bytes; raises a UserError if it is missing or its sha256 is not the digest."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise UserError(
            f"{path}: the network's weights are missing; install pelican-stylize again."
        ) from None
    found = hashlib.sha256(content).hexdigest()
    if found != digest:
        raise UserError(
            f"{path}: these are not the weights this version was made with (sha256 {found[:12]}…, "
            f"expected {digest[:12]}…); install pelican-stylize again."
        )
    return content
