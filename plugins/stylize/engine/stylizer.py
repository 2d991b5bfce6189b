"""The engine's door: a photo and its styles' numbers in, the picture out."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor
from torch.func import functional_call

from ..model.training_config import TrainingConfig
from .devices import choose_device, half_precision, inference, keep_freed_memory, learning_precision
from .evaluation.artifacts import ARTWORK_SIDE, find_artifacts
from .graph_networks.graph_spec import NetworkError
from .graph_networks.interpreter import GraphNetwork, load_graph_network
from .image_tensors import mirror_to_fit, to_picture, to_tensor
from .networks.style_file import StyleFile, average_styles, load_style
from .networks.style_parameters import StyleNumbers, interpolate
from .networks.style_predictor import Predictor, read_vector
from .networks.transformer import Transformer
from .networks.vgg_encoder import Encoder
from .networks.weight_files import load_weights
from .optimize.optimize import OptimizeProgress as Optimizing
from .optimize.optimize import optimize
from .training.crops import scale_to_strokes
from .training.train import TrainingProgress, TunedStyle, tune


class Stylizer:
    """The networks on one device, loaded once for many photos."""

    def __init__(self, device: str = "auto") -> None:
        """device: "auto", "cuda", "mps" or "cpu"; raises a UserError where it is not to be had."""
        self._device = choose_device(device)
        keep_freed_memory()
        self._transformer = load_weights(Transformer(), "transformer.safetensors", device=self._device)
        # A tenth faster than channels first on two AVX-512 cores; cuDNN asks for it in half precision.
        self._transformer.to(memory_format=torch.channels_last)
        self._predictor: Predictor | None = None
        self._encoder: Encoder | None = None
        self._styles: dict[tuple[Path, int], StyleFile] = {}
        self._networks: dict[tuple[Path, int], GraphNetwork] = {}

    @property
    def device_name(self) -> str:
        """What the networks run on: cpu, mps, or the name of the CUDA device."""
        return torch.cuda.get_device_name() if self._device.type == "cuda" else self._device.type

    def stylize(
        self, photo: Image.Image, *, blend: Sequence[tuple[Path, float]], strength: float
    ) -> Image.Image:
        """Redraw a photo in a style or between several, at the photo's size.

        photo: RGB in sRGB, upright, at its final size, from 1x1 pixels up. blend: files that `save_style`
        or `save_numbers` wrote, and their parts, which add to 1. strength: 1 takes the style in full,
        0 the photo's own style.
        """
        style = average_styles([(self._load(path), part) for path, part in blend])
        steered: StyleNumbers = style.numbers
        with inference():
            if strength < 1:
                steered = interpolate(self._read_style(photo), steered, strength=strength)
            pixels = mirror_to_fit(to_tensor(photo, device=self._device))
            with half_precision(self._device):
                pixels = functional_call(
                    self._transformer,
                    self._changed_weights(style, strength=strength),
                    (pixels.contiguous(memory_format=torch.channels_last), steered),
                )
            return to_picture(pixels[:, :, : photo.height, : photo.width])

    def redraw(self, photo: Image.Image, *, network: Path, strength: float) -> Image.Image:
        """Redraw a photo by an imported network, at the photo's size.

        photo: as for `stylize`. network: a file that `imported.conversion` wrote. strength: below 1 the
        picture is mixed with the photo. Raises a UserError where the network cannot draw it.
        """
        try:
            with inference():
                return self._load_network(network).stylize(photo, strength=strength)
        except NetworkError as error:
            raise NetworkError(f"{network}: {error}") from error

    def artifacts(
        self,
        picture: Image.Image,
        *,
        photo: Image.Image,
        artworks: Callable[[], Sequence[Image.Image]] = tuple,
    ) -> tuple[str, ...]:
        """Name the faults of a picture that its photo, of the same size, does not have; mostly none.

        artworks: reads those of its styles, RGB; called only where a fault may be the artwork's own.
        """
        # The next picture is being drawn meanwhile, in another thread: Metal has one queue for both, and
        # the flags that `inference` sets are everybody's.
        device = "cpu" if self._device.type == "mps" else self._device
        with torch.inference_mode():
            found = find_artifacts(
                to_tensor(picture, device=device),
                to_tensor(photo, device=device),
                artworks=lambda: [
                    scale_to_strokes(artwork, side=ARTWORK_SIDE).to(device) for artwork in artworks()
                ],
            )
        return tuple(artifact.message for artifact in found)

    def predict(self, artwork: Image.Image) -> Mapping[str, Tensor]:
        """Read an artwork's style: the numbers that `save_numbers` writes, on the CPU.

        artwork: RGB in sRGB, upright, any size.
        """
        with inference():
            numbers = self._read_style(artwork)
        return {name: tensor.cpu().clone() for name, tensor in numbers.items()}  # clones can be tuned

    def tune(
        self,
        artwork: Image.Image,
        photos: Sequence[Image.Image],
        *,
        course: TrainingConfig,
        sources: str,
        checkpoint: Path,
    ) -> Iterator[TrainingProgress | TunedStyle]:
        """Tune a style on its artwork, step by step; see `tuning.tune`."""
        return tune(
            artwork,
            photos,
            start=self.predict(artwork),
            transformer=load_weights(Transformer(), "transformer.safetensors", device=self._device),
            encoder=self._load_encoder(),
            course=course,
            sources=sources,
            checkpoint=checkpoint,
        )

    def optimize(
        self,
        photo: Image.Image,
        *,
        artworks: Sequence[tuple[Image.Image, float]],
        content: float,
        strength: float,
        checkpoint: Path,
    ) -> Iterator[Optimizing | Image.Image]:
        """Rebuild a photo from artworks, step by step; see `optimization.optimize`."""
        return optimize(
            photo,
            artworks=artworks,
            encoder=self._load_encoder(),
            content=content,
            strength=strength,
            checkpoint=checkpoint,
        )

    def _load_encoder(self) -> Encoder:
        if self._encoder is None:
            encoder = load_weights(Encoder(), "encoder.safetensors", device=self._device)
            encoder = encoder.convolving_in(learning_precision(self._device))
            self._encoder = encoder.to(memory_format=torch.channels_last)
        return self._encoder

    def _changed_weights(self, style: StyleFile, *, strength: float) -> dict[str, Tensor]:
        """Return the weights that a style of level 2 has in place of the shared network's."""
        shared = dict(self._transformer.named_parameters()) if style.changes else {}
        return {name: shared[name] + strength * change for name, change in style.changes.items()}

    def _read_style(self, picture: Image.Image) -> dict[str, Tensor]:
        if self._predictor is None:
            self._predictor = load_weights(Predictor(), "predictor.safetensors", device=self._device)
        vector = read_vector(self._predictor, picture, device=self._device)
        return self._predictor.numbers(vector)

    def _load_network(self, path: Path) -> GraphNetwork:
        changed = path.stat().st_mtime_ns if path.exists() else 0
        if (path, changed) not in self._networks:
            self._networks = {
                (path, changed): load_graph_network(path, device=self._device)
            }  # they are large
        return self._networks[path, changed]

    def _load(self, path: Path) -> StyleFile:
        changed = path.stat().st_mtime_ns if path.exists() else 0
        if (path, changed) not in self._styles:  # a tuned style replaces its file while we run
            self._styles[path, changed] = load_style(path, device=self._device)
        return self._styles[path, changed]
