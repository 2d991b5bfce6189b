"""The engine's door: a photo and a style's numbers in, the picture out."""

from collections.abc import Mapping
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor

from .checkpoints import load_weights
from .devices import choose_device, inference
from .pixels import mirrored_to_fit, to_picture, to_tensor
from .predictor import SIDE, Predictor
from .style_numbers import StyleNumbers, interpolate, load_numbers
from .transformer import Transformer


class Stylizer:
    """The networks on one device, loaded once for many photos."""

    def __init__(self, device: str = "auto") -> None:
        """device: "auto", "cuda", "mps" or "cpu"; raises a UserError where it is not to be had."""
        self._device = choose_device(device)
        self._transformer = load_weights(Transformer(), "transformer.safetensors", device=self._device)
        self._transformer.to(memory_format=torch.channels_last)
        self._predictor: Predictor | None = None
        self._styles: dict[tuple[Path, int], dict[str, Tensor]] = {}

    @property
    def device_name(self) -> str:
        """ "cpu", "mps", or the name of the CUDA device."""
        return torch.cuda.get_device_name() if self._device.type == "cuda" else self._device.type

    def stylize(self, photo: Image.Image, *, numbers: Path, strength: float = 1.0) -> Image.Image:
        """Redraw a photo in a style, at the photo's size.

        photo: RGB in sRGB, upright, at its final size, from 1x1 pixels up. numbers: a file that
        `save_numbers` wrote. strength: 1 takes the style in full, 0 the photo's own style.
        """
        style: StyleNumbers = self._style(numbers)
        with inference(self._device):
            if strength < 1:
                style = interpolate(self._read_style(photo), style, strength=strength)
            pixels = mirrored_to_fit(to_tensor(photo, device=self._device))
            pixels = self._transformer(pixels.contiguous(memory_format=torch.channels_last), style)
            return to_picture(pixels[:, :, : photo.height, : photo.width])

    def predict(self, artwork: Image.Image) -> Mapping[str, Tensor]:
        """Read an artwork's style: the numbers that `save_numbers` writes, on the CPU.

        artwork: RGB in sRGB, upright, any size.
        """
        with inference(self._device):
            return {name: tensor.cpu() for name, tensor in self._read_style(artwork).items()}

    def _read_style(self, picture: Image.Image) -> dict[str, Tensor]:
        if self._predictor is None:
            self._predictor = load_weights(Predictor(), "predictor.safetensors", device=self._device)
        square = picture.resize((SIDE, SIDE), Image.Resampling.LANCZOS)
        vector = self._predictor(to_tensor(square, device=self._device))[0]  # (100,)
        return self._predictor.numbers(vector)

    def _style(self, path: Path) -> dict[str, Tensor]:
        key = (path, path.stat().st_mtime_ns) if path.exists() else (path, 0)
        if key not in self._styles:
            self._styles[key] = load_numbers(path, device=self._device)
        return self._styles[key]
