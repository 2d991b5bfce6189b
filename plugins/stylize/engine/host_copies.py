"""Copies between the processor's memory and that of a device."""

import torch
from torch import Tensor


def copy_to_device(tensor: Tensor, device: torch.device | str) -> Tensor:
    """Return a tensor of the CPU on a device.

    CUDA copies from page-locked memory, so Python does not wait for it; torch keeps that memory until the
    copy is done.
    """
    if torch.device(device).type != "cuda":
        return tensor.to(device)
    return tensor.pin_memory().to(device, non_blocking=True)


def copy_to_host(tensor: Tensor) -> Tensor:
    """Return a tensor on the CPU; from CUDA it comes into page-locked memory."""
    if tensor.device.type != "cuda":
        return tensor.cpu()
    copy = tensor.to("cpu", non_blocking=True)  # torch chooses page-locked memory for it
    torch.cuda.current_stream(tensor.device).synchronize()
    return copy
