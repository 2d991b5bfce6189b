"""Where the networks run, and what each device is given to run well."""

import ctypes
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager

import torch

from ..model.errors import UserError

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3  # mallopt(3); in bytes

DEVICES = ("auto", "cuda", "mps", "cpu")


def choose_device(name: str = "auto") -> torch.device:
    """Return the device of that name; "auto" takes the fastest there is.

    An unknown name, or a device that this machine lacks, raises a UserError.
    """
    if name not in DEVICES:
        raise UserError(f"STYLIZE['device'] is {name!r}; write one of {', '.join(DEVICES)}.")
    present = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if name == "auto":
        return torch.device(next(device for device, here in present.items() if here))
    if not present[name]:
        raise UserError(f"STYLIZE['device'] is {name!r}, but torch finds no such device here; write 'auto'.")
    return torch.device(name)


def keep_freed_memory() -> None:
    """Let glibc use memory again that torch has freed, instead of handing every large block back.

    A feature map of a megapixel is 32 MB, and the system clears such a block page by page each time it
    gives it out: without this, drawing takes a fifth longer. Elsewhere than on glibc nothing happens.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if mallopt is not None:
        mallopt(M_MMAP_THRESHOLD, 2**30)
        mallopt(M_TRIM_THRESHOLD, 2**31 - 1)


@contextmanager
def inference() -> Iterator[None]:
    """Run networks without gradients, and so that the same input gives the same bytes."""
    with torch.inference_mode(), repeatable():
        yield


def repeatable() -> AbstractContextManager[None]:
    """Let CUDA take those ways to convolve that give the same bytes each time."""
    return torch.backends.cudnn.flags(enabled=True, benchmark=False, deterministic=True, allow_tf32=False)


def half_precision(device: torch.device) -> torch.autocast:
    """Convolve in half precision where that is faster: on CUDA, not on the CPU.

    On two photos it moved a channel by 0.1 of 255 levels on average, by 4 at most.
    """
    return torch.autocast(device.type, dtype=torch.float16, enabled=device.type == "cuda")


def learning_precision(device: torch.device) -> torch.dtype:
    """Return in which precision the encoder convolves where pictures and styles are learned.

    bfloat16 where the device multiplies it faster than single precision: on CUDA from compute capability
    8.0 up, on a processor with AVX512-BF16 or AMX. On one without, it is emulated, up to 500 times slower
    (pytorch issue 146508).
    """
    if device.type == "cuda":
        fast = torch.cuda.is_bf16_supported(including_emulation=False)
    elif device.type == "cpu":
        ask: Callable[[], Mapping[str, object]] = getattr(torch.cpu, "get_capabilities", dict)  # torch 2.10
        abilities = ask()
        fast = bool(abilities.get("avx512_bf16") or abilities.get("amx_bf16"))
    else:
        fast = False
    return torch.bfloat16 if fast else torch.float32
