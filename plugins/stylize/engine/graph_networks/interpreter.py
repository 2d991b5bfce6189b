"""Runs an imported network: loads it, converts a photo to its input, executes its operations in order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from PIL import Image
from safetensors import SafetensorError, safe_open
from torch import Tensor

from ...model.errors import UserError
from ...storage.safetensors_header import DESCRIPTION
from ..image_tensors import mirror_to_fit, to_picture, to_tensor
from .graph_spec import IMAGE, Convention, NetworkError, NetworkSpec, Operation, parse_spec
from .operations import OPERATIONS

FLOAT = 4  # bytes of a float32
# Times the feature maps: what convolutions hold besides, measured with 64 channels at 1600 x 1200 pixels
CONVOLVING = 1.35
SMALLEST_SIDE = 64  # pixels; smaller photos are mirrored up to it, since no network is trained on less


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphNetwork:
    """A specification and the tensors that it names, on one device."""

    spec: NetworkSpec
    tensors: Mapping[str, Tensor]
    device: torch.device

    def stylize(self, photo: Image.Image, *, strength: float) -> Image.Image:
        """Redraw a photo at its size.

        photo: RGB, any size; a photo that is too large for the network is scaled down, and the picture
        enlarged. strength: from 0, the photo itself, to 1; between them both are mixed. Raises NetworkError
        if the network gives no picture.
        """
        size = self.compute_input_size(photo)
        pixels = to_tensor(photo.resize(size, Image.Resampling.LANCZOS), device=self.device)
        picture = to_picture(self.forward(pixels).clamp(0, 1))
        if picture.size != photo.size:
            picture = picture.resize(photo.size, Image.Resampling.LANCZOS)
        return picture if strength == 1 else Image.blend(photo, picture, strength)

    def compute_input_size(self, photo: Image.Image) -> tuple[int, int]:
        """Return the width and height, in pixels, at which a photo is passed to the network."""
        if self.spec.size:
            height, width = self.spec.size
            return width, height
        scale = min(1.0, (self.spec.most_pixels / (photo.width * photo.height)) ** 0.5)
        return max(1, int(photo.width * scale)), max(1, int(photo.height * scale))

    def estimate_bytes(self, photo: Image.Image) -> int:
        """Return the memory that drawing a photo takes at least: maps that exist at one time, and convolving.

        A network that takes one size only is not measured, and gives 0.
        """
        if self.spec.size:
            return 0
        width, height = self.compute_input_size(photo)
        return round(CONVOLVING * measure_pixel_bytes(self) * width * height)

    def forward(self, pixels: Tensor) -> Tensor:
        """Return the network's picture of a photo; both are (1, 3, H, W), RGB from 0 to 1, not clamped.

        Raises NetworkError if the output has another size or is not finite.
        """
        height, width = pixels.shape[-2:]
        pixels = self.pad(pixels)
        output = run_graph(self.spec, self.tensors, preprocess(pixels, self.spec.convention))
        if output.shape != pixels.shape:
            expected, actual = ("x".join(map(str, each.shape)) for each in (pixels, output))
            raise NetworkError(
                f"a photo of {expected} came out as {actual}. It draws no picture of a photo's size."
            )
        if not bool(output.isfinite().all()):
            raise NetworkError(
                "its output is not finite. Use another style, or import this one again with --range."
            )
        return postprocess(output, self.spec.convention)[:, :, :height, :width]

    def pad(self, pixels: Tensor) -> Tensor:
        """Mirror (1, 3, H, W) at its right and bottom edges, up to a size that the network takes."""
        if self.spec.size:
            return pixels
        return mirror_to_fit(pixels, multiple=self.spec.multiple, smallest=SMALLEST_SIDE)


def load_graph_network(path: Path, *, device: torch.device | str = "cpu") -> GraphNetwork:
    """Load the file of an imported style; raises a UserError if it is missing, damaged or of another kind."""
    try:
        with safe_open(path, framework="pt", device=str(device)) as file:
            text = (file.metadata() or {}).get(DESCRIPTION)
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except FileNotFoundError:
        raise UserError(f"{path}: no such file; import the style again.") from None
    except SafetensorError as error:
        raise UserError(f"{path}: not a safetensors file ({error}); import the style again.") from error
    if text is None:
        raise UserError(f"{path}: it describes no network, so it is no imported style. Import it again.")
    try:
        spec = parse_spec(text, tensors)
    except NetworkError as error:
        raise UserError(f"{path}: {error} Import the style again.") from None
    return GraphNetwork(spec=spec, tensors=tensors, device=torch.device(device))


def run_graph(spec: NetworkSpec, tensors: Mapping[str, Tensor], image: Tensor) -> Tensor:
    """Run all operations on an image (1, 3, H, W) in the network's own range, and return the output as it is.

    Raises NetworkError if an operation fails.
    """
    values = dict(tensors) | {IMAGE: image}
    last_uses = find_last_uses(spec.operations, keep=spec.output)
    for number, operation in enumerate(spec.operations):
        values[operation.output] = run_operation(operation, values)
        for name in operation.inputs:
            if last_uses.get(name) == number:
                del values[name]
                del last_uses[name]
    return values[spec.output]


def measure_pixel_bytes(network: GraphNetwork) -> float:
    """Return the bytes of feature maps that a network of any size holds at one time, for each pixel."""
    spec = network.spec
    side = spec.multiple * -(-2 * SMALLEST_SIDE // spec.multiple)
    values: dict[str, Tensor] = {**network.tensors, IMAGE: torch.zeros(1, 3, side, side)}
    last_uses = find_last_uses(spec.operations, keep=spec.output)
    held = peak = values[IMAGE].numel()
    for number, operation in enumerate(spec.operations):
        values[operation.output] = run_operation(operation, values)
        held += values[operation.output].numel()
        peak = max(peak, held)
        for name in {name for name in operation.inputs if last_uses.get(name) == number}:
            held -= values[name].numel() if name not in network.tensors else 0
            del values[name]
    return FLOAT * peak / side**2


def run_operation(operation: Operation, values: Mapping[str, Tensor]) -> Tensor:
    """Run one operation; raises NetworkError if these values do not fit it."""
    inputs = [values[name] if name else None for name in operation.inputs]
    try:
        return OPERATIONS[operation.kind](*_move_to_one_device(inputs), **operation.settings)
    except torch.OutOfMemoryError:
        raise
    except (RuntimeError, ValueError, TypeError, IndexError, OverflowError, ZeroDivisionError) as error:
        if "allocate memory" in str(error) or "out of memory" in str(error):
            raise
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise NetworkError(f"{operation.kind} cannot make {operation.output!r}: {reason}.") from error


def find_last_uses(operations: Sequence[Operation], *, keep: str) -> dict[str, int]:
    """Return for each name the index of the last operation that uses it, so that its tensor can be freed.

    keep: a name that must not be freed.
    """
    last_uses = {name: number for number, each in enumerate(operations) for name in each.inputs if name}
    last_uses.pop(keep, None)
    return last_uses


def preprocess(pixels: Tensor, convention: Convention) -> Tensor:
    """Convert (1, 3, H, W), RGB from 0 to 1, to the network's range and order of channels."""
    image = pixels.flip(1) if convention.is_bgr else pixels
    image = image * (convention.high - convention.low) + convention.low
    return image - _mean(convention, image)


def postprocess(output: Tensor, convention: Convention) -> Tensor:
    """Convert a network's output (1, 3, H, W) to RGB from 0 to 1, not clamped."""
    if convention.adds_mean:
        output = output + _mean(convention, output)
    picture = (output - convention.out_low) / (convention.out_high - convention.out_low)
    return picture.flip(1) if convention.is_bgr else picture


def _mean(convention: Convention, like: Tensor) -> Tensor:
    return torch.tensor(convention.mean, dtype=like.dtype, device=like.device).reshape(1, 3, 1, 1)


def _move_to_one_device(inputs: Sequence[Tensor | None]) -> list[Tensor | None]:
    """Move inputs to the accelerator if one of them is there; shapes are computed on the CPU."""
    devices = [each.device for each in inputs if each is not None and each.device.type != "cpu"]
    if not devices:
        return list(inputs)
    return [each.to(devices[0]) if each is not None else None for each in inputs]
