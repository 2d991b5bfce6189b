"""Recovers from a full device: the same work again, in smaller pieces."""

from collections.abc import Callable, Iterable
from typing import TypeVar

import torch

from ...model.errors import UserError
from ..devices import is_out_of_memory, release_device_memory

T = TypeVar("T")
Warn = Callable[[str], None]  # tells the author one line about work that goes on; the caller adds which photo


def do_within_memory(attempts: Iterable[Callable[[], T]], *, device: torch.device, smallest: str) -> T:
    """Return what the first attempt returns for which the device has enough memory.

    attempts: each takes less memory than the one before; the next is asked for only when memory ran out.
    smallest: what the last one computes, in words. Raises a UserError if there is no memory for that either.
    """
    for attempt in attempts:
        try:
            return attempt()
        except RuntimeError as error:
            if not is_out_of_memory(error):
                raise
        # Now the error is gone, and the tensors of its stack frames with it.
        release_device_memory(device)
    raise UserError(
        f"the GPU has no memory left, not even for {smallest}. Close other programs that use it, or set"
        " STYLIZE['device'] to 'cpu'."
    )
