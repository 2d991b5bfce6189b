"""Chooses the device that the networks run on, and the settings that suit it."""

import ctypes
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager

import torch
from torch import Tensor

from ..model.errors import UserError

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3  # parameters of mallopt(3), in bytes

DEVICES = ("auto", "cuda", "mps", "cpu")


def choose_device(name: str = "auto") -> torch.device:
    """Return the device of this name; "auto" is the fastest that this machine has.

    Raises a UserError for an unknown name, or a device that this machine does not have.
    """
    if name not in DEVICES:
        raise UserError(f"STYLIZE['device'] is {name!r}; write one of {', '.join(DEVICES)}.")
    available = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if name == "auto":
        return torch.device(next(device for device, is_available in available.items() if is_available))
    if not available[name]:
        raise UserError(f"STYLIZE['device'] is {name!r}, but torch finds no such device here; write 'auto'.")
    return torch.device(name)


def keep_freed_memory() -> None:
    """Let glibc reuse memory that torch has freed, instead of returning every large block to the system.

    A feature map of a megapixel is 32 MB, and the system clears such a block page by page whenever it
    hands one out: without this, drawing takes a fifth longer. Without glibc, this does nothing.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if mallopt is not None:
        mallopt(M_MMAP_THRESHOLD, 2**30)
        mallopt(M_TRIM_THRESHOLD, 2**31 - 1)


def is_out_of_memory(error: BaseException) -> bool:
    """Return whether a device refused memory: CUDA raises an error of its own, Metal a RuntimeError."""
    if isinstance(error, torch.OutOfMemoryError):
        return True
    return isinstance(error, RuntimeError) and "out of memory" in str(error).lower()


def release_device_memory(device: torch.device) -> None:
    """Give memory that torch keeps for later back to the device; on the CPU, this does nothing."""
    if device.type == "cuda":
        torch.cuda.empty_cache()
    elif device.type == "mps":
        torch.mps.empty_cache()


def take_off_metal(tensor: Tensor) -> Tensor:
    """Return a tensor on the CPU if it is on Metal, for an operation that torch does not have there.

    Lacking in some versions from 2.6 on: eigenvectors, quantiles (which need double precision), and averages
    over areas whose number does not divide the size.
    """
    return tensor.cpu() if tensor.device.type == "mps" else tensor


@contextmanager
def inference() -> Iterator[None]:
    """Run networks without gradients and deterministically: the same input gives the same bytes."""
    with torch.inference_mode(), use_deterministic_cudnn():
        yield


def use_deterministic_cudnn() -> AbstractContextManager[None]:
    """Let CUDA use only those algorithms for convolutions that give the same bytes every time."""
    return torch.backends.cudnn.flags(enabled=True, benchmark=False, deterministic=True, allow_tf32=False)


def half_precision(device: torch.device) -> torch.autocast:
    """Convolve in half precision on CUDA, where that is faster, and not on the CPU.

    For two photos, this changed a channel by 0.1 of 255 levels on average, and by 4 at most.
    """
    return torch.autocast(device.type, dtype=torch.float16, enabled=device.type == "cuda")


def choose_precision(device: torch.device) -> torch.dtype:
    """Return the precision of the encoder's convolutions in a training or an optimization.

    bfloat16 if the device multiplies it faster than single precision: on CUDA from compute capability 8.0
    up, and on processors with AVX512-BF16 or AMX. Other processors emulate it, up to 500 times slower
    (pytorch issue 146508).
    """
    if device.type == "cuda":
        is_fast = torch.cuda.is_bf16_supported(including_emulation=False)
    elif device.type == "cpu":
        get: Callable[[], Mapping[str, object]] = getattr(torch.cpu, "get_capabilities", dict)  # torch 2.10
        capabilities = get()
        is_fast = bool(capabilities.get("avx512_bf16") or capabilities.get("amx_bf16"))
    else:
        is_fast = False
    return torch.bfloat16 if is_fast else torch.float32
