"""Tries an imported network on a photo to find out which sizes and which range of values it takes."""

from dataclasses import dataclass, replace

import torch
from PIL import Image
from torch import Tensor

from ..graph_networks.graph_spec import Convention, NetworkError, NetworkSpec
from ..graph_networks.interpreter import (
    SMALLEST_SIDE,
    GraphNetwork,
    measure_pixel_bytes,
    preprocess,
    run_graph,
)
from ..image_tensors import to_picture, to_tensor

RANGES = {"255": (0.0, 255.0), "1": (0.0, 1.0), "-1": (-1.0, 1.0)}  # values of --range: black and white

LONG_EDGE = 320  # pixels of the test photo; enough to see whether a picture comes out
MULTIPLES = (1, 2, 4, 8, 16, 32, 64)
MAX_MEMORY = 1.5e9  # bytes of feature maps held at one time; what a convolution needs inside comes on top
MAX_PIXELS = 16_000_000
MIN_SPREAD = 2 / 255  # standard deviation; a picture below it shows nothing


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestedConvention:
    """What the user says about a network's convention; the rest is found by trials."""

    range: str = ""  # a key of RANGES, for input and output
    out_range: str = ""  # a key of RANGES, if the output has another range
    mean: tuple[float, float, float] | None = None
    adds_mean: bool = False
    is_bgr: bool = False


def calibrate(
    network: GraphNetwork,
    photo: Image.Image,
    *,
    requested: RequestedConvention,
    size: tuple[int, int] | None,
) -> tuple[GraphNetwork, Image.Image]:
    """Return the network with its sizes and convention filled in, and the photo as it redraws it.

    photo: RGB. size: the height and width that the file states, if any. Raises NetworkError if no picture
    comes out.
    """
    spec = _find_sizes(network, size)
    spec = replace(spec, most_pixels=_compute_most_pixels(network, spec))
    photo = photo.copy()
    photo.thumbnail((LONG_EDGE, LONG_EDGE), Image.Resampling.LANCZOS)
    network = replace(network, spec=spec)
    pixels = to_tensor(photo.resize(network.compute_input_size(photo), Image.Resampling.LANCZOS))
    convention = _find_convention(network, pixels, requested)
    network = replace(network, spec=replace(spec, convention=convention))
    picture = network.forward(pixels).clamp(0, 1)
    spread = float(picture.flatten(start_dim=2).std(dim=2).max())
    if spread < MIN_SPREAD:
        level = float(picture.mean()) * 255
        raise NetworkError(
            f"a test photo came out in one color (level {level:.0f} of 255) with input from"
            f" {convention.low:g} to {convention.high:g} and output from"
            f" {convention.out_low:g} to {convention.out_high:g}. Say how its maker prepares a photo:"
            " --range 255, --range 1 or --range -1, --out-range, --mean, --bgr"
        )
    return network, to_picture(picture).resize(photo.size, Image.Resampling.LANCZOS)


def _find_sizes(network: GraphNetwork, size: tuple[int, int] | None) -> NetworkSpec:
    """Find the number that height and width must be a multiple of, or that only the stated size works."""
    spec = network.spec
    problem = None
    for multiple in MULTIPLES:
        odd = -(-SMALLEST_SIDE // multiple)
        odd += 1 - odd % 2  # so that the size is no multiple of twice the number
        height, width = multiple * odd, multiple * (odd + 2)
        try:
            if _keeps_size(network, height, width):
                return replace(spec, multiple=multiple, size=None)
        except NetworkError as error:
            problem = error
    if size and max(size) <= 16_384:
        try:
            if _keeps_size(network, *size):
                return replace(spec, size=size)
        except NetworkError as error:
            problem = error
    reason = f": {problem}" if problem else "."
    raise NetworkError(f"no size was found for which a picture of the photo's size comes out{reason}")


def _keeps_size(network: GraphNetwork, height: int, width: int) -> bool:
    """Tell whether the output for a photo of this size has the same size; raises NetworkError if it fails."""
    image = torch.rand(1, 3, height, width, generator=torch.Generator().manual_seed(0)) * 255
    return run_graph(network.spec, network.tensors, image).shape == image.shape


def _compute_most_pixels(network: GraphNetwork, spec: NetworkSpec) -> int:
    """Return how many pixels a photo may have, from the memory that the network holds for each of them."""
    if spec.size:
        return spec.size[0] * spec.size[1]
    return min(MAX_PIXELS, int(MAX_MEMORY / measure_pixel_bytes(replace(network, spec=spec))))


def _find_convention(network: GraphNetwork, pixels: Tensor, requested: RequestedConvention) -> Convention:
    """Return the ranges of the network's input and output.

    Most networks have one range for both, so the first range whose output is in the same range is taken.
    """
    mean = requested.mean or (0.0, 0.0, 0.0)
    common = Convention(mean=mean, adds_mean=requested.adds_mean, is_bgr=requested.is_bgr)
    candidates: list[Convention] = []
    for name in [requested.range] if requested.range else RANGES:
        low, high = RANGES[name]
        convention = replace(common, low=low, high=high)
        output = run_graph(network.spec, network.tensors, preprocess(network.pad(pixels), convention))
        out_range = requested.out_range or _find_range(
            output + torch.tensor(mean).max() * requested.adds_mean
        )
        out_low, out_high = RANGES[out_range]
        convention = replace(convention, out_low=out_low, out_high=out_high)
        if out_range == name or requested.range:
            return convention
        candidates.append(convention)
    return candidates[0]


def _find_range(output: Tensor) -> str:
    """Return the narrowest of RANGES that holds 98 % of an output."""
    flat = output.flatten().nan_to_num()
    low, high = (float(flat.kthvalue(max(1, round(part * flat.numel()))).values) for part in (0.01, 0.99))
    if max(-low, high) > 4:
        return "255"
    return "-1" if low < -0.2 else "1"
