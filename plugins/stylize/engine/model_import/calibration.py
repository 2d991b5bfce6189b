"""Trying an imported network on a photo: which sizes it takes, in which range, and what comes out."""

from dataclasses import dataclass, replace

import torch
from PIL import Image
from torch import Tensor

from ..image_tensors import to_picture, to_tensor
from .graph_spec import IMAGE, Convention, Description, NetworkError
from .interpreter import LEAST, Network, given, last_uses, perform, run

RANGES = {"255": (0.0, 255.0), "1": (0.0, 1.0), "-1": (-1.0, 1.0)}  # as an author writes them

LONG_EDGE = 320  # pixels of the test photo; enough to tell a picture from none
MULTIPLES = (1, 2, 4, 8, 16, 32, 64)
BUDGET = 1.5e9  # bytes of feature maps that are held at once; what a convolution needs inside comes on top
MOST_PIXELS = 16_000_000
FLATTEST = 2 / 255  # spread of a picture in which nothing is to be seen


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestedConvention:
    """What the author knows of a network's convention; the rest is found by trying."""

    range: str = ""  # of RANGES, in and out
    out_range: str = ""  # of RANGES, where it is another
    mean: tuple[float, float, float] | None = None
    adds_mean: bool = False
    is_bgr: bool = False


def try_out(
    network: Network, photo: Image.Image, *, asked: RequestedConvention, size: tuple[int, int] | None
) -> tuple[Network, Image.Image]:
    """Return the network with all that its description leaves open, and the photo redrawn.

    size: the height and width that its maker states, if any. Raises NetworkError where no picture comes out.
    """
    description = _with_sizes(network, size)
    description = replace(description, most_pixels=_most_pixels(network, description))
    photo = photo.copy()
    photo.thumbnail((LONG_EDGE, LONG_EDGE), Image.Resampling.LANCZOS)
    network = replace(network, description=description)
    pixels = to_tensor(photo.resize(network.size_for(photo), Image.Resampling.LANCZOS))
    convention = _convention(network, pixels, asked)
    network = replace(network, description=replace(description, convention=convention))
    picture = network.redraw(pixels).clamp(0, 1)
    spread = float(picture.flatten(start_dim=2).std(dim=2).max())
    if spread < FLATTEST:
        level = float(picture.mean()) * 255
        raise NetworkError(
            f"a test photo came out in one color (level {level:.0f} of 255), read from"
            f" {_spoken(convention.low, convention.high)}, given in"
            f" {_spoken(convention.out_low, convention.out_high)}. Say what its maker does to a photo:"
            " --range 255, --range 1 or --range -1, --out-range, --mean, --bgr"
        )
    return network, to_picture(picture).resize(photo.size, Image.Resampling.LANCZOS)


def _with_sizes(network: Network, size: tuple[int, int] | None) -> Description:
    """Find of which number height and width must be a multiple, or that only the stated size is taken."""
    description = network.description
    problem = None
    for multiple in MULTIPLES:
        odd = -(-LEAST // multiple)
        odd += 1 - odd % 2  # no multiple of twice the number
        height, width = multiple * odd, multiple * (odd + 2)
        try:
            if _answers(network, height, width):
                return replace(description, multiple=multiple, size=None)
        except NetworkError as error:
            problem = error
    if size and max(size) <= 16_384:
        try:
            if _answers(network, *size):
                return replace(description, size=size)
        except NetworkError as error:
            problem = error
    came = f": {problem}" if problem else "."
    raise NetworkError(f"no size was found for which a picture of the photo's size comes out{came}")


def _answers(network: Network, height: int, width: int) -> bool:
    """Tell whether a photo of this size comes out in the same; raises NetworkError where nothing does."""
    image = torch.rand(1, 3, height, width, generator=torch.Generator().manual_seed(0)) * 255
    return run(network.description, network.tensors, image).shape == image.shape


def _most_pixels(network: Network, description: Description) -> int:
    """Return how large a photo may be, going by the numbers that are held at once for each of its pixels."""
    if description.size:
        return description.size[0] * description.size[1]
    side = description.multiple * -(-2 * LEAST // description.multiple)
    values: dict[str, Tensor] = {**network.tensors, IMAGE: torch.zeros(1, 3, side, side)}
    last = last_uses(description.operations, keep=description.output)
    held = most = values[IMAGE].numel()
    for number, operation in enumerate(description.operations):
        values[operation.output] = perform(operation, values)
        held += values[operation.output].numel()
        most = max(most, held)
        for name in {name for name in operation.inputs if last.get(name) == number}:
            held -= values[name].numel() if name not in network.tensors else 0
            del values[name]
    return min(MOST_PIXELS, int(BUDGET / (4 * most / side**2)))


def _convention(network: Network, pixels: Tensor, asked: RequestedConvention) -> Convention:
    """Return in which range the network wants a photo and gives a picture.

    Most give what they take, so the first range whose answer lies in the same is taken.
    """
    mean = asked.mean or (0.0, 0.0, 0.0)
    plain = Convention(mean=mean, adds_mean=asked.adds_mean, is_bgr=asked.is_bgr)
    found: list[Convention] = []
    for name in [asked.range] if asked.range else RANGES:
        low, high = RANGES[name]
        convention = replace(plain, low=low, high=high)
        answer = run(network.description, network.tensors, given(network.fitted(pixels), convention))
        out = asked.out_range or _range_of(answer + torch.tensor(mean).max() * asked.adds_mean)
        out_low, out_high = RANGES[out]
        convention = replace(convention, out_low=out_low, out_high=out_high)
        if out == name or asked.range:
            return convention
        found.append(convention)
    return found[0]


def _range_of(answer: Tensor) -> str:
    """Return the narrowest of RANGES that holds nearly all of an answer."""
    flat = answer.flatten().nan_to_num()
    low, high = (float(flat.kthvalue(max(1, round(part * flat.numel()))).values) for part in (0.01, 0.99))
    if max(-low, high) > 4:
        return "255"
    return "-1" if low < -0.2 else "1"


def _spoken(low: float, high: float) -> str:
    return f"{low:g} to {high:g}"
