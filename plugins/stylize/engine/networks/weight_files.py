"""The weight files in `weights/`: loaded only when they are the bytes that were committed."""

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
    """Fill a network from a file of `weights/` and return it on the device, in eval mode, frozen.

    name: "transformer.safetensors". A missing or altered file raises a UserError.
    """
    tensors = load(read_verified(FOLDER / name, digest=DIGESTS[name]))
    network.load_state_dict({key: tensor.float() for key, tensor in tensors.items()}, strict=True)
    return network.to(device).eval().requires_grad_(False)


def read_verified(path: Path, *, digest: str) -> bytes:
    """Return a file's bytes; raise a UserError unless their sha256 is the digest."""
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
