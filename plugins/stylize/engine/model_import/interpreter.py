"""An imported network at work: its operations one after the other, and a photo through them."""

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
from .graph_spec import IMAGE, Convention, Description, NetworkError, Operation, read_description
from .operations import OPERATIONS

LEAST = 64  # pixels; what is smaller is mirrored up to it, as no network is trained on less


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """A description, and the tensors that it names, on one device."""

    description: Description
    tensors: Mapping[str, Tensor]
    device: torch.device

    def draw(self, photo: Image.Image, *, strength: float) -> Image.Image:
        """Redraw a photo at its size, as a mixture with the photo where strength is below 1.

        photo: RGB. One that the network cannot take at once is drawn smaller and enlarged. Raises
        NetworkError where no picture comes out.
        """
        pixels = to_tensor(photo.resize(self.size_for(photo), Image.Resampling.LANCZOS), device=self.device)
        picture = to_picture(self.redraw(pixels).clamp(0, 1))
        if picture.size != photo.size:
            picture = picture.resize(photo.size, Image.Resampling.LANCZOS)
        return picture if strength == 1 else Image.blend(photo, picture, strength)

    def size_for(self, photo: Image.Image) -> tuple[int, int]:
        """Return the width and height at which a photo is drawn."""
        if self.description.size:
            height, width = self.description.size
            return width, height
        scale = min(1.0, (self.description.most_pixels / (photo.width * photo.height)) ** 0.5)
        return max(1, int(photo.width * scale)), max(1, int(photo.height * scale))

    def redraw(self, pixels: Tensor) -> Tensor:
        """Return what the network makes of (1, 3, H, W), RGB around 0 to 1, in the same form."""
        height, width = pixels.shape[-2:]
        pixels = self.fitted(pixels)
        answer = run(self.description, self.tensors, given(pixels, self.description.convention))
        if answer.shape != pixels.shape:
            asked, came = ("x".join(map(str, each.shape)) for each in (pixels, answer))
            raise NetworkError(
                f"a photo of {asked} came out as {came}. It draws no picture of a photo's size."
            )
        if not bool(answer.isfinite().all()):
            raise NetworkError(
                "it came to numbers that are not finite. Use another style, or import it again with --range."
            )
        return taken(answer, self.description.convention)[:, :, :height, :width]

    def fitted(self, pixels: Tensor) -> Tensor:
        """Return (1, 3, H, W) with height and width that the network takes, mirrored at right and below."""
        if self.description.size:
            return pixels
        return mirror_to_fit(pixels, multiple=self.description.multiple, smallest=LEAST)


def load_network(path: Path, *, device: torch.device | str = "cpu") -> Network:
    """Read an imported style; a file that is none raises a UserError."""
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
        description = read_description(text, tensors)
    except NetworkError as error:
        raise UserError(f"{path}: {error} Import the style again.") from None
    return Network(description=description, tensors=tensors, device=torch.device(device))


def run(description: Description, tensors: Mapping[str, Tensor], image: Tensor) -> Tensor:
    """Return the answer of a network to (1, 3, H, W) in its own range; raises NetworkError."""
    values = dict(tensors) | {IMAGE: image}
    last = last_uses(description.operations, keep=description.output)
    for number, operation in enumerate(description.operations):
        values[operation.output] = perform(operation, values)
        for name in operation.inputs:
            if last.get(name) == number:
                del values[name]
                del last[name]
    return values[description.output]


def perform(operation: Operation, values: Mapping[str, Tensor]) -> Tensor:
    """Do one operation; raises NetworkError where it cannot be done with these values."""
    inputs = [values[name] if name else None for name in operation.inputs]
    try:
        return OPERATIONS[operation.kind](*_together(inputs), **operation.settings)
    except torch.OutOfMemoryError:
        raise
    except (RuntimeError, ValueError, TypeError, IndexError, OverflowError, ZeroDivisionError) as error:
        if "allocate memory" in str(error) or "out of memory" in str(error):
            raise
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise NetworkError(f"{operation.kind} cannot make {operation.output!r}: {reason}.") from error


def last_uses(operations: Sequence[Operation], *, keep: str) -> dict[str, int]:
    """Return which operation is the last to take each name, for what need not be kept until the end."""
    last = {name: number for number, each in enumerate(operations) for name in each.inputs if name}
    last.pop(keep, None)
    return last


def given(pixels: Tensor, convention: Convention) -> Tensor:
    """Return (1, 3, H, W), RGB from 0 to 1, as a network wants it."""
    image = pixels.flip(1) if convention.is_bgr else pixels
    image = image * (convention.high - convention.low) + convention.low
    return image - _mean(convention, image)


def taken(answer: Tensor, convention: Convention) -> Tensor:
    """Return a network's answer as (1, 3, H, W), RGB around 0 to 1."""
    if convention.adds_mean:
        answer = answer + _mean(convention, answer)
    picture = (answer - convention.out_low) / (convention.out_high - convention.out_low)
    return picture.flip(1) if convention.is_bgr else picture


def _mean(convention: Convention, like: Tensor) -> Tensor:
    return torch.tensor(convention.mean, dtype=like.dtype, device=like.device).reshape(1, 3, 1, 1)


def _together(inputs: Sequence[Tensor | None]) -> list[Tensor | None]:
    """Bring tensors to one device: sizes are counted on the CPU, and meet tensors from elsewhere."""
    elsewhere = [each.device for each in inputs if each is not None and each.device.type != "cpu"]
    if not elsewhere:
        return list(inputs)
    return [each.to(elsewhere[0]) if each is not None else None for each in inputs]
