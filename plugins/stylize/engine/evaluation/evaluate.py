"""An audition: what a style would do to some photos, drawn and measured in a second."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import torch
from PIL import Image, ImageOps
from safetensors import SafetensorError, safe_open
from torch import Tensor
from torch.func import functional_call

from ...model.errors import UserError
from ...model.training_config import TrainingConfig
from ...storage.safetensors_header import DESCRIPTION
from ..devices import choose_device, half_precision, inference, keep_freed_memory
from ..graph_networks.interpreter import GraphNetwork, load_graph_network
from ..image_tensors import to_picture, to_tensor
from ..losses.style_content import LAYERS, STYLE_LAYERS, read_style_statistics
from ..networks.style_file import StyleFile, load_style, save_style
from ..networks.style_parameters import interpolate
from ..networks.style_predictor import Predictor, read_vector
from ..networks.transformer import Transformer
from ..networks.vgg_encoder import Encoder
from ..networks.weight_files import load_weights
from ..training.crops import FLAT, cut_rim, scale_to_strokes
from ..training.train import TunedStyle, tune
from .artifacts import ARTWORK_SIDE, Artifact, find_artifacts
from .metrics import (
    fit_to,
    measure_content_kept,
    measure_edges_kept,
    measure_effect,
    measure_palette_gap,
    measure_repeatability,
    sample_colors,
)

WIDTH, HEIGHT = 384, 256  # pixels of the pictures; photos are cut to this shape around their middle
LOOK = 112  # pixels: the encoder, which would take four times as long as drawing, sees the middle alone
MODEL = 224  # pixels of the artwork's longer side, as the encoder sees it
STEP = 32  # pixels, of its sides
AT_ONCE = 2  # pictures that are looked at for faults
CONTENT_LAYER = "relu4_1"
SHORT = 40  # steps of a tuning for a moment: some 30 s on two cores


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """What came of one artwork."""

    pictures: Mapping[float, Sequence[Image.Image]]  # by strength, a picture of each photo
    scores: Mapping[str, float]  # at full strength
    faults: tuple[str, ...]  # of the pictures at full strength, in words
    vector: tuple[float, ...]  # as the predictor reads the artwork


class Evaluator:
    """The networks and the photos, ready for any number of artworks."""

    def __init__(self, photos: Sequence[Image.Image], *, device: str = "auto") -> None:
        """photos: RGB, upright."""
        self._device = choose_device(device)
        keep_freed_memory()
        self._transformer = load_weights(Transformer(), "transformer.safetensors", device=self._device)
        self._predictor = load_weights(Predictor(), "predictor.safetensors", device=self._device)
        self._encoder = load_weights(Encoder(), "encoder.safetensors", device=self._device)
        for network in (self._transformer, self._encoder):
            network.to(memory_format=torch.channels_last)
        self._pictures = photos
        self._framed = [framed(photo) for photo in photos]
        self._photos = torch.cat([to_tensor(photo) for photo in self._framed]).to(self._device)
        with inference():
            self._shown = self._see(self._photos)[CONTENT_LAYER]
            self._colors = sample_colors(self._photos)
            self._own = [
                self._predictor.numbers(read_vector(self._predictor, photo, device=self._device))
                for photo in self._framed
            ]

    def audition(
        self, artwork: Image.Image, *, strengths: Sequence[float] = (1.0,), numbers: Path | None = None
    ) -> Evaluation:
        """Draw the photos after an artwork (RGB, upright), and measure.

        strengths: from 0, the photo's own style, to 1. numbers: of a style that is there already, also of
        an imported one; without them they are predicted. Raises a UserError where the file of the numbers
        is none, and where an artwork is of one color.
        """
        with inference():
            model = self._model(artwork)
            if model.std(dim=(2, 3)).max() < FLAT:
                raise UserError("it is of one flat color, which has no style.")
            vector = read_vector(self._predictor, artwork, device=self._device)
            style: StyleFile | GraphNetwork
            if numbers is None:
                style = StyleFile(numbers=self._predictor.numbers(vector), changes={})
            elif _holds_network(numbers):
                style = load_graph_network(numbers, device=self._device)
            else:
                style = load_style(numbers, device=self._device)
            full = self._draw(style, 1.0)
            drawn = {at: full if at == 1.0 else self._draw(style, at) for at in strengths}
            return Evaluation(
                pictures={at: [to_picture(one[None]) for one in pictures] for at, pictures in drawn.items()},
                scores=self._scores(model, full),
                faults=self._faults(artwork, full),
                vector=tuple(vector.tolist()),
            )

    def tune(self, artwork: Image.Image, target: Path) -> None:
        """Tune a style for a moment on the photos and write its numbers: enough to see where it goes.

        Raises a UserError where the artwork is too small or flat.
        """
        with inference():
            numbers = self._predictor.numbers(read_vector(self._predictor, artwork, device=self._device))
        *_, tuned = tune(
            artwork,
            self._pictures,
            start={name: number.clone() for name, number in numbers.items()},
            transformer=load_weights(Transformer(), "transformer.safetensors", device=self._device),
            encoder=self._encoder,
            course=TrainingConfig(steps=SHORT),
        )
        assert isinstance(tuned, TunedStyle)  # the last that is yielded
        save_style(tuned.style, target, record={})

    def _draw(self, style: StyleFile | GraphNetwork, strength: float) -> Tensor:
        """Return the photos in a style: (N, 3, HEIGHT, WIDTH)."""
        if isinstance(style, GraphNetwork):
            drawn = [to_tensor(style.stylize(photo, strength=strength)) for photo in self._framed]
            return torch.cat(drawn).to(self._device)
        shared = dict(self._transformer.named_parameters()) if style.changes else {}
        changed = {name: shared[name] + strength * change for name, change in style.changes.items()}
        if strength < 1:
            mixed = [interpolate(own, style.numbers, strength=strength) for own in self._own]
            numbers = {name: torch.stack([one[name] for one in mixed]) for name in mixed[0]}
        else:
            numbers = dict(style.numbers)
        photos = self._photos.contiguous(memory_format=torch.channels_last)
        with half_precision(self._device):
            return functional_call(self._transformer, changed, (photos, numbers)).float().clamp(0, 1)

    def _scores(self, model: Tensor, pictures: Tensor) -> dict[str, float]:
        seen, colors = self._see(pictures), sample_colors(pictures)
        maps = self._encoder(model, layers=STYLE_LAYERS)
        return {
            **{
                f"fit {layer}": distance
                for layer, distance in fit_to(read_style_statistics(maps), seen).items()
            },
            "content kept": measure_content_kept(seen[CONTENT_LAYER], self._shown),
            "edges kept": measure_edges_kept(colors, self._colors),
            "effect": measure_effect(colors, self._colors),
            "palette gap": measure_palette_gap(colors, sample_colors(model)),
            "repeatability": measure_repeatability(maps),
        }

    def _faults(self, artwork: Image.Image, pictures: Tensor) -> tuple[str, ...]:
        def look(pair: tuple[Tensor, Tensor]) -> tuple[Artifact, ...]:
            with torch.inference_mode():  # of each thread its own
                return find_artifacts(
                    *pair, artworks=lambda: [scale_to_strokes(artwork, side=ARTWORK_SIDE).to(self._device)]
                )

        found: dict[str, str] = {}
        pairs = zip(pictures.split(1), self._photos.split(1), strict=True)
        with ThreadPoolExecutor(AT_ONCE) as pool:  # each look is many small steps, which fill no second core
            for fault in chain.from_iterable(pool.map(look, pairs)):
                found.setdefault(fault.name, fault.message)
        return tuple(found.values())

    def _model(self, artwork: Image.Image) -> Tensor:
        """Return an artwork, small, in one of a few sizes: memory grows with each that the encoder meets."""
        inner = cut_rim(artwork)
        scale = MODEL / max(inner.size)
        width, height = (max(STEP, int(side * scale) // STEP * STEP) for side in inner.size)
        small = ImageOps.fit(inner, (width, height), Image.Resampling.LANCZOS)
        return to_tensor(small, device=self._device)

    def _see(self, pictures: Tensor) -> dict[str, Tensor]:
        top, left = (HEIGHT - LOOK) // 2, (WIDTH - LOOK) // 2
        middle = pictures[..., top : top + LOOK, left : left + LOOK]
        return self._encoder(middle.contiguous(memory_format=torch.channels_last), layers=LAYERS)


def _holds_network(path: Path) -> bool:
    """Tell whether a style's file is an imported network, and not numbers for ours."""
    try:
        with safe_open(path, framework="pt") as file:
            return DESCRIPTION in (file.metadata() or {})
    except (OSError, SafetensorError):
        return False  # whoever loads it says what is wrong


def framed(photo: Image.Image) -> Image.Image:
    """Cut a photo to the shape of an audition's pictures, around its middle."""
    scale = min(photo.width / WIDTH, photo.height / HEIGHT)
    width, height = scale * WIDTH, scale * HEIGHT
    left, top = (photo.width - width) / 2, (photo.height - height) / 2
    return photo.resize(
        (WIDTH, HEIGHT),
        Image.Resampling.LANCZOS,
        box=(left, top, left + width, top + height),
        reducing_gap=3.0,
    )
