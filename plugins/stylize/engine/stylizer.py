"""The entry point of the engine: takes a photo and styles, returns the picture."""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor
from torch.func import functional_call

from ..model.errors import UserError
from ..model.memory_limit import find_memory_limit, find_own_memory, find_setting, return_freed_memory
from ..model.optimize_schedule import SMALL_SIDE
from ..model.training_config import TrainingConfig
from .devices import choose_device, choose_precision, half_precision, inference, keep_freed_memory
from .evaluation.artifacts import ARTWORK_SIDE, find_artifacts
from .graph_networks.graph_spec import NetworkError
from .graph_networks.interpreter import GraphNetwork, load_graph_network
from .image_tensors import PhotoPixels, mirror_to_fit, to_tensor
from .networks.shared_moments import SharedMoments, choose_samples, cut_samples, measure_shared_moments
from .networks.style_file import LoadedStyle, average_styles, load_style_file
from .networks.style_parameters import StyleParameters, interpolate
from .networks.style_predictor import Predictor, predict_vector
from .networks.transformer import ComputeMoments, Transformer
from .networks.vgg_encoder import Encoder
from .networks.weight_files import load_weights
from .optimize.optimize import OptimizeProgress, optimize
from .restore import fit_to_edge, restore_detail, scale_down, scale_to_edge
from .tiling.draw_picture import draw_picture
from .tiling.recovery import Warn, do_within_memory
from .training.crops import scale_to_strokes
from .training.train import TrainingProgress, TunedStyle, train_style

logger = logging.getLogger(__name__)

# Pixels of a picture's longer side at which the shared network's strokes have the artwork's proportion. It is
# tuned with artworks of 384 pixels on the shorter side (`Hyperparameters.artwork_side`), most of them 4 to 3.
STROKE_EDGE = 512


class Stylizer:
    """The networks on one device, loaded once for many photos."""

    def __init__(self, device: str = "auto", *, memory_limit: int | None = None) -> None:
        """Load the shared network.

        device: "auto", "cuda", "mps" or "cpu"; raises a UserError if this machine does not have it.
        memory_limit: bytes that this process may use; None for what its executor says, or the machine has.
        """
        self._device = choose_device(device)
        self._memory_limit = memory_limit or find_memory_limit()
        keep_freed_memory()
        self._transformer = load_weights(Transformer(), "transformer.safetensors", device=self._device)
        # A tenth faster than channels first on two AVX-512 cores; in half precision, cuDNN needs it.
        self._transformer.to(memory_format=torch.channels_last)
        self._predictor: Predictor | None = None
        self._encoder: Encoder | None = None
        self._styles: dict[tuple[Path, int], LoadedStyle] = {}
        self._networks: dict[tuple[Path, int], GraphNetwork] = {}

    @property
    def device_name(self) -> str:
        """What the networks run on: cpu, mps, or the name of the CUDA device."""
        return torch.cuda.get_device_name() if self._device.type == "cuda" else self._device.type

    def stylize(
        self,
        photo: Image.Image,
        *,
        blend: Sequence[tuple[Path, float]],
        strength: float,
        stroke: float = 1.0,
        together: SharedMoments | None = None,
        warn: Warn = logger.warning,
    ) -> Image.Image:
        """Redraw a photo in a style or between several styles, at the photo's size.

        photo: RGB in sRGB, upright, from 1x1 pixels up. blend: style files with their shares, which add
        to 1. strength: from 0, the photo's own style, to 1, the style in full. stroke: how large strokes are;
        the network draws at the size where they are so, and the photo's detail is restored. together: from
        `measure_moments`, for the pictures of a series. warn: told if a graphics card has too little memory
        for the whole photo. Raises a UserError if a file cannot be loaded, or if the memory limit or the
        card's memory is too low for the photo.
        """
        small = scale_to_edge(photo, edge=round(STROKE_EDGE / stroke))
        return restore_detail(
            self._stylize_at_size(small, blend=blend, strength=strength, together=together, warn=warn),
            photo,
        )

    def _stylize_at_size(
        self,
        photo: Image.Image,
        *,
        blend: Sequence[tuple[Path, float]],
        strength: float,
        together: SharedMoments | None,
        warn: Warn,
    ) -> Image.Image:
        """Redraw a photo with the shared network, at the photo's size."""
        style = average_styles([(self._load_style(path), share) for path, share in blend])
        parameters: StyleParameters = style.parameters
        with inference():
            if strength < 1:
                own = together.start if together else None
                parameters = interpolate(own or self._predict(photo), parameters, strength=strength)
            return draw_picture(
                self._transformer,
                photo,
                parameters,
                weights=self._add_deltas(style, strength=strength),
                shared=together,
                memory_limit=self._memory_limit,
                warn=warn,
            )

    def measure_moments(
        self,
        photos: Iterable[Image.Image],
        *,
        sizes: Sequence[tuple[int, int]],
        blend: Sequence[tuple[Path, float]],
        strength: float,
        stroke: float = 1.0,
    ) -> SharedMoments:
        """Return what makes the pictures of several photos, drawn with it one by one, of one hand.

        photos: each is let go before the next is taken. sizes: of each, width and height. blend, strength,
        stroke: as `stylize` takes them.
        """
        edge = round(STROKE_EDGE / stroke)
        side, per_edge = choose_samples([fit_to_edge(*size, edge=edge) for size in sizes])
        style = average_styles([(self._load_style(path), share) for path, share in blend])
        parameters: StyleParameters = style.parameters
        start = None
        own, samples = [], []
        with inference():
            for small in map(partial(scale_to_edge, edge=edge), photos):
                if strength < 1:
                    own.append(LoadedStyle(parameters=self._predict(small), deltas={}))
                pixels = mirror_to_fit(to_tensor(small, device=self._device))
                samples.append(cut_samples(pixels, side=side, per_edge=per_edge))
            if own:
                start = average_styles([(each, 1 / len(own)) for each in own]).parameters
                parameters = interpolate(start, parameters, strength=strength)
            draw = partial(
                self._draw, parameters=parameters, weights=self._add_deltas(style, strength=strength)
            )
            return measure_shared_moments(draw, torch.cat(samples), start=start)

    def redraw(self, photo: Image.Image, *, network: Path, strength: float) -> Image.Image:
        """Redraw a photo with an imported network, at the photo's size.

        photo: as for `stylize`. network: a file that `model_import.convert` wrote. strength: below 1, the
        picture is mixed with the photo. Raises a UserError if the file cannot be loaded or gives no picture,
        or if the memory limit is too low for it.
        """
        loaded = self._load_network(network)
        try:
            with inference():
                if self._device.type == "cpu":
                    self._refuse_more_than_memory(loaded, photo)
                return loaded.stylize(photo, strength=strength)
        except NetworkError as error:
            raise NetworkError(f"{network}: {error}") from error

    def find_artifacts(
        self,
        picture: Image.Image,
        *,
        photo: Image.Image,
        artworks: Callable[[], Sequence[Image.Image]] = tuple,
    ) -> tuple[str, ...]:
        """Describe the faults of a picture that its photo, of the same size, does not have; mostly none.

        artworks: reads the artworks of its styles, RGB; called only if a fault may come from an artwork. If a
        graphics card has no memory left beside the picture that is drawn meanwhile, the processor looks.
        """
        # Another thread draws the next picture meanwhile. Metal has one queue for both, and the flags that
        # `inference` sets apply to all threads.
        cpu = torch.device("cpu")
        devices = [self._device, cpu] if self._device.type == "cuda" else [cpu]

        def look(device: torch.device) -> tuple[str, ...]:
            with torch.inference_mode():
                found = find_artifacts(
                    PhotoPixels(picture, device=device),
                    PhotoPixels(photo, device=device),
                    artworks=lambda: [
                        scale_to_strokes(artwork, side=ARTWORK_SIDE).to(device) for artwork in artworks()
                    ],
                )
            return tuple(artifact.message for artifact in found)

        return do_within_memory(
            (partial(look, device) for device in devices), device=self._device, smallest="a check for faults"
        )

    def predict(self, artwork: Image.Image) -> Mapping[str, Tensor]:
        """Return the style parameters of an artwork, on the CPU, as `save_parameters` writes them.

        artwork: RGB in sRGB, upright, any size.
        """
        with inference():
            parameters = self._predict(artwork)
        # Tensors of inference mode cannot be trained, their clones can.
        return {name: tensor.cpu().clone() for name, tensor in parameters.items()}

    def tune(
        self,
        artwork: Image.Image,
        photos: Sequence[Image.Image],
        *,
        config: TrainingConfig,
        sources: str,
        checkpoint: Path,
    ) -> Iterator[TrainingProgress | TunedStyle]:
        """Train a style on its artwork, step by step; see `training.train.train_style`."""
        return train_style(
            artwork,
            photos,
            start=self.predict(artwork),
            transformer=load_weights(Transformer(), "transformer.safetensors", device=self._device),
            encoder=self._load_encoder(),
            config=config,
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
        checkpoint: Path | None = None,
        stroke: float = 1.0,
        small: bool = False,
        warn: Warn = logger.warning,
    ) -> Iterator[OptimizeProgress | Image.Image]:
        """Redraw a photo by optimization, step by step; see `optimize.optimize.optimize`.

        small: optimize a scaled-down photo, then enlarge the picture and restore the photo's fine detail.
        """
        source = scale_down(photo, side=SMALL_SIDE) if small else photo
        for state in optimize(
            source,
            artworks=artworks,
            encoder=self._load_encoder(),
            content=content,
            strength=strength,
            stroke=stroke,
            small=small,
            checkpoint=checkpoint,
            warn=warn,
        ):
            yield restore_detail(state, photo) if isinstance(state, Image.Image) else state

    def _refuse_more_than_memory(self, network: GraphNetwork, photo: Image.Image) -> None:
        """Refuse a photo that an imported network, which draws a picture at once, has no memory for."""
        needed = network.estimate_bytes(photo)
        if find_own_memory() + needed > self._memory_limit:
            return_freed_memory()  # of the picture before
        least = find_own_memory() + needed
        if least > self._memory_limit:
            width, height = network.compute_input_size(photo)
            raise UserError(
                f"memory_limit is {find_setting(self._memory_limit) / 1e6:.0f} MB, but an imported network"
                f" draws a picture at once, and {width} x {height} pixels take at least"
                f" {-(-find_setting(least) // 10**6)} MB. Raise STYLIZE['memory_limit'] or lower"
                " STYLIZE['long_edge']."
            )

    def _draw(
        self,
        pixels: Tensor,
        moments: ComputeMoments,
        *,
        parameters: StyleParameters,
        weights: dict[str, Tensor],
    ) -> Tensor:
        """Send pictures (N, 3, H, W) through the network."""
        with half_precision(self._device):
            return functional_call(
                self._transformer,
                weights,
                (pixels.contiguous(memory_format=torch.channels_last), parameters),
                {"moments": moments},
            )

    def _load_encoder(self) -> Encoder:
        if self._encoder is None:
            encoder = load_weights(Encoder(), "encoder.safetensors", device=self._device)
            encoder = encoder.set_precision(choose_precision(self._device))
            self._encoder = encoder.to(memory_format=torch.channels_last)
        return self._encoder

    def _add_deltas(self, style: LoadedStyle, *, strength: float) -> dict[str, Tensor]:
        """Return the weights with which a style of level 2 replaces those of the shared network."""
        shared = dict(self._transformer.named_parameters()) if style.deltas else {}
        return {name: shared[name] + strength * delta for name, delta in style.deltas.items()}

    def _predict(self, picture: Image.Image) -> dict[str, Tensor]:
        if self._predictor is None:
            self._predictor = load_weights(Predictor(), "predictor.safetensors", device=self._device)
        vector = predict_vector(self._predictor, picture, device=self._device)
        return self._predictor.compute_parameters(vector)

    def _load_style(self, path: Path) -> LoadedStyle:
        changed = path.stat().st_mtime_ns if path.exists() else 0
        if (path, changed) not in self._styles:  # tuning a style replaces its file while the worker runs
            self._styles[path, changed] = load_style_file(path, device=self._device)
        return self._styles[path, changed]

    def _load_network(self, path: Path) -> GraphNetwork:
        changed = path.stat().st_mtime_ns if path.exists() else 0
        if (path, changed) not in self._networks:
            network = load_graph_network(path, device=self._device)
            self._networks = {(path, changed): network}  # one only, since they are large
        return self._networks[path, changed]
