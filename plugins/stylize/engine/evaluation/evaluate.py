"""Evaluates artworks as styles: draws some photos in the style and scores them, in a second each."""

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
from ..losses.style_content import LAYERS, LUMA, STYLE_LAYERS, gram_matrices
from ..networks.style_file import LoadedStyle, load_style_file, save_style_file
from ..networks.style_parameters import interpolate
from ..networks.style_predictor import Predictor, predict_vector
from ..networks.transformer import Transformer
from ..networks.vgg_encoder import Encoder
from ..networks.weight_files import load_weights
from ..training.crops import FLAT, crop_rim, scale_to_strokes
from ..training.train import TunedStyle, train_style
from .artifacts import ARTWORK_SIDE, Artifact, find_artifacts
from .metrics import (
    measure_content_kept,
    measure_edges_kept,
    measure_effect,
    measure_palette_gap,
    measure_repeatability,
    measure_style_fit,
    to_oklab,
)

WIDTH, HEIGHT = 384, 256  # pixels of the pictures; photos are cropped to this shape around their center
CENTER = 112  # pixels: the encoder gets the center only, since it takes four times as long as the transformer
ARTWORK_EDGE = 224  # pixels of the artwork's longer side, as the encoder gets it
STEP = 32  # pixels: the artwork's sides are multiples of it
THREADS = 2  # pictures that are checked for artifacts in parallel
CONTENT_LAYER = "relu4_1"
BLACK, BLACK_SHARE = 0.1, 0.8  # light, from 0 to 1; and the share of an artwork that may be darker
SHORT = 40  # steps of a short training: some 30 s on two cores


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """The result for one artwork."""

    pictures: Mapping[float, Sequence[Image.Image]]  # by strength, a picture of each photo
    scores: Mapping[str, float]  # at full strength
    faults: tuple[str, ...]  # descriptions of artifacts, at full strength
    cautions: tuple[str, ...]  # sentences about the artwork: what every picture in its style will lack
    vector: tuple[float, ...]  # the artwork's style vector (100,)


class Evaluator:
    """The networks and the photos, loaded once for any number of artworks."""

    def __init__(self, photos: Sequence[Image.Image], *, device: str = "auto") -> None:
        """photos: RGB, upright."""
        self._device = choose_device(device)
        keep_freed_memory()
        self._transformer = load_weights(Transformer(), "transformer.safetensors", device=self._device)
        self._predictor = load_weights(Predictor(), "predictor.safetensors", device=self._device)
        self._encoder = load_weights(Encoder(), "encoder.safetensors", device=self._device)
        for network in (self._transformer, self._encoder):
            network.to(memory_format=torch.channels_last)
        self._training_photos = photos
        self._photos = [crop_to_shape(photo) for photo in photos]
        self._photo_tensors = torch.cat([to_tensor(photo) for photo in self._photos]).to(self._device)
        with inference():
            self._photo_maps = self._encode_center(self._photo_tensors)[CONTENT_LAYER]
            self._photo_colors = to_oklab(self._photo_tensors)
            self._photo_styles = [
                self._predictor.compute_parameters(self._predict_vector(photo)) for photo in self._photos
            ]

    def audition(
        self, artwork: Image.Image, *, strengths: Sequence[float] = (1.0,), numbers: Path | None = None
    ) -> Evaluation:
        """Draw the photos in the style of an artwork (RGB, upright), and compute the scores.

        strengths: from 0, the photo's own style, to 1. numbers: the file of an existing style, also of an
        imported one; without it, the style is predicted. Raises a UserError if the file cannot be loaded,
        and if the artwork is of one color.
        """
        with inference():
            artwork_tensor = self._artwork_to_tensor(artwork)
            if artwork_tensor.std(dim=(2, 3)).max() < FLAT:
                raise UserError("it is of one flat color, which has no style.")
            vector = self._predict_vector(artwork)
            style: LoadedStyle | GraphNetwork
            if numbers is None:
                style = LoadedStyle(parameters=self._predictor.compute_parameters(vector), deltas={})
            elif _holds_graph_network(numbers):
                style = load_graph_network(numbers, device=self._device)
            else:
                style = load_style_file(numbers, device=self._device)
            full = self._stylize(style, 1.0)
            by_strength = {at: full if at == 1.0 else self._stylize(style, at) for at in strengths}
            return Evaluation(
                pictures={
                    at: [to_picture(one[None]) for one in pictures] for at, pictures in by_strength.items()
                },
                scores=self._compute_scores(artwork_tensor, full),
                faults=self._find_faults(artwork, full),
                cautions=find_cautions(artwork_tensor),
                vector=tuple(vector.tolist()),
            )

    @property
    def photos(self) -> Sequence[Image.Image]:
        """The photos as they are drawn: RGB, WIDTH x HEIGHT."""
        return self._photos

    def evaluate(self, artwork: Image.Image, pictures: Sequence[Image.Image]) -> Evaluation:
        """Compute the scores of pictures that were made elsewhere in the style of an artwork, of `photos`.

        artwork: RGB, upright. pictures: RGB, WIDTH x HEIGHT, at full strength, in the order of the photos.
        """
        with inference():
            drawn = torch.cat([to_tensor(picture) for picture in pictures]).to(self._device)
            artwork_tensor = self._artwork_to_tensor(artwork)
            return Evaluation(
                pictures={1.0: pictures},
                scores=self._compute_scores(artwork_tensor, drawn),
                faults=self._find_faults(artwork, drawn),
                cautions=find_cautions(artwork_tensor),
                vector=tuple(self._predict_vector(artwork).tolist()),
            )

    def tune(self, artwork: Image.Image, target: Path) -> None:
        """Train a style for SHORT steps on the photos, and save it: enough to see the direction it takes.

        Raises a UserError if the artwork is too small or flat.
        """
        with inference():
            parameters = self._predictor.compute_parameters(self._predict_vector(artwork))
        *_, tuned = train_style(
            artwork,
            self._training_photos,
            start={name: tensor.clone() for name, tensor in parameters.items()},
            transformer=load_weights(Transformer(), "transformer.safetensors", device=self._device),
            encoder=self._encoder,
            config=TrainingConfig(steps=SHORT),
        )
        assert isinstance(tuned, TunedStyle)  # the last that is yielded
        save_style_file(tuned.style, target, record={})

    def _stylize(self, style: LoadedStyle | GraphNetwork, strength: float) -> Tensor:
        """Return the photos in a style: (N, 3, HEIGHT, WIDTH), RGB from 0 to 1."""
        if isinstance(style, GraphNetwork):
            pictures = [to_tensor(style.stylize(photo, strength=strength)) for photo in self._photos]
            return torch.cat(pictures).to(self._device)
        shared = dict(self._transformer.named_parameters()) if style.deltas else {}
        weights = {name: shared[name] + strength * delta for name, delta in style.deltas.items()}
        if strength < 1:
            mixed = [interpolate(own, style.parameters, strength=strength) for own in self._photo_styles]
            parameters = {name: torch.stack([each[name] for each in mixed]) for name in mixed[0]}
        else:
            parameters = dict(style.parameters)
        photos = self._photo_tensors.contiguous(memory_format=torch.channels_last)
        with half_precision(self._device):
            return functional_call(self._transformer, weights, (photos, parameters)).float().clamp(0, 1)

    def _compute_scores(self, artwork: Tensor, pictures: Tensor) -> dict[str, float]:
        picture_maps, colors = self._encode_center(pictures), to_oklab(pictures)
        artwork_maps = self._encoder(artwork, layers=STYLE_LAYERS)
        fits = measure_style_fit(gram_matrices(artwork_maps), picture_maps)
        return {
            **{f"fit {layer}": distance for layer, distance in fits.items()},
            "content kept": measure_content_kept(picture_maps[CONTENT_LAYER], self._photo_maps),
            "edges kept": measure_edges_kept(colors, self._photo_colors),
            "effect": measure_effect(colors, self._photo_colors),
            "palette gap": measure_palette_gap(colors, to_oklab(artwork)),
            "repeatability": measure_repeatability(artwork_maps),
        }

    def _find_faults(self, artwork: Image.Image, pictures: Tensor) -> tuple[str, ...]:
        def find(pair: tuple[Tensor, Tensor]) -> tuple[Artifact, ...]:
            with torch.inference_mode():  # every thread has its own
                return find_artifacts(
                    *pair, artworks=lambda: [scale_to_strokes(artwork, side=ARTWORK_SIDE).to(self._device)]
                )

        found: dict[str, str] = {}
        pairs = zip(pictures.split(1), self._photo_tensors.split(1), strict=True)
        with ThreadPoolExecutor(
            THREADS
        ) as pool:  # the many small operations of one picture use one core only
            for fault in chain.from_iterable(pool.map(find, pairs)):
                found.setdefault(fault.name, fault.message)
        return tuple(found.values())

    def _predict_vector(self, picture: Image.Image) -> Tensor:
        return predict_vector(self._predictor, picture, device=self._device)

    def _artwork_to_tensor(self, artwork: Image.Image) -> Tensor:
        """Return an artwork at one of a few small sizes, since every new size costs the encoder memory."""
        inner = crop_rim(artwork)
        scale = ARTWORK_EDGE / max(inner.size)
        width, height = (max(STEP, int(side * scale) // STEP * STEP) for side in inner.size)
        small = ImageOps.fit(inner, (width, height), Image.Resampling.LANCZOS)
        return to_tensor(small, device=self._device)

    def _encode_center(self, pictures: Tensor) -> dict[str, Tensor]:
        top, left = (HEIGHT - CENTER) // 2, (WIDTH - CENTER) // 2
        center = pictures[..., top : top + CENTER, left : left + CENTER]
        return self._encoder(center.contiguous(memory_format=torch.channels_last), layers=LAYERS)


def find_cautions(artwork: Tensor) -> tuple[str, ...]:
    """Return sentences about an artwork (1, 3, H, W), RGB from 0 to 1, that makes a difficult style.

    Black but for points of light, an artwork takes the light of every photo: where *Extreme Deep Field* was
    tuned like any other, a castle became a row of dots. It is black on 88 %; next, of the library and of 174
    works of The Met, is a portrait by Rembrandt with 78 %.
    """
    black = ((artwork * artwork.new_tensor(LUMA).view(1, 3, 1, 1)).sum(dim=1) < BLACK).float().mean().item()
    if black < BLACK_SHARE:
        return ()
    return (
        f"{black:.0%} of it is black: every picture becomes a night,"
        " and tuning keeps the photo only by giving up most of the style.",
    )


def crop_to_shape(photo: Image.Image) -> Image.Image:
    """Crop a photo around its center to WIDTH x HEIGHT, and scale it to this size."""
    scale = min(photo.width / WIDTH, photo.height / HEIGHT)
    width, height = scale * WIDTH, scale * HEIGHT
    left, top = (photo.width - width) / 2, (photo.height - height) / 2
    return photo.resize(
        (WIDTH, HEIGHT),
        Image.Resampling.LANCZOS,
        box=(left, top, left + width, top + height),
        reducing_gap=3.0,
    )


def _holds_graph_network(path: Path) -> bool:
    """Tell whether a style's file is an imported network."""
    try:
        with safe_open(path, framework="pt") as file:
            return DESCRIPTION in (file.metadata() or {})
    except (OSError, SafetensorError):
        return False  # `load_style_file` reports what is wrong
