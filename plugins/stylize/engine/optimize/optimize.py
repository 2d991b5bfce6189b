"""Style transfer by optimization: the pixels of the picture itself are optimized (Gatys et al. 2016).

Unlike the paper, we start with the photo and go from coarse to fine: at small sizes the encoder sees large
shapes and a step costs little. There, patches of the artworks are matched as well (see `patch_matching`). The
method is deterministic: the same input on the same kind of device gives the same picture, also after an
interruption.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import cos, pi
from pathlib import Path

import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

from ...model.errors import UserError
from ...model.optimize_schedule import Scale, make_schedule, scale_to_area
from ..checkpoints import OptimizationState, load_optimization_state, save_optimization_state
from ..devices import use_deterministic_cudnn
from ..image_tensors import to_picture, to_tensor
from ..losses.patch_matching import rebuild_from_patches
from ..losses.style_content import (
    STYLE_LAYERS,
    StyleStatistics,
    compute_style_statistics,
    normalized_mse,
    style_distance,
    total_variation,
)
from ..networks.vgg_encoder import Encoder
from ..tiling.tiles import TiledLoss
from ..training.crops import crop_rim

CONTENT_LAYER = "relu4_1"  # a lower layer would keep the photo's own texture
MARGIN = 16  # pixels mirrored beyond each side; otherwise the encoder's zero padding draws a frame

# One weighting for all artworks, in proportion to 1 for the Gram matrices; chosen by looking at pictures.
MATCH_WEIGHT = 1.0
VARIATION_WEIGHT = 0.05  # removes the grain that Adam leaves in single pixels
CONTENT_WEIGHTS = (0.025, 2.5)  # at a content of 0 and of 1; at 0.5 their geometric mean, 0.25

WARM_UP = 5  # steps in which the learning rate rises
FINAL_RATE = 0.1  # of the learning rate, at the last step
MATCH_EVERY = 20  # steps between two matchings of patches
REFRESH_EVERY = 5  # steps between two passes for exact Gram matrices, at scales without patches


@dataclass(frozen=True, slots=True, kw_only=True)
class OptimizeProgress:
    """The progress of an optimization."""

    step: int  # percent of the work, since a step at a large scale takes far longer than a step at the first
    steps: int = 100
    seconds: float  # since the first step, with those before an interruption


def optimize(
    photo: Image.Image,
    *,
    artworks: Sequence[tuple[Image.Image, float]],
    encoder: Encoder,
    content: float = 0.5,
    strength: float = 1.0,
    checkpoint: Path | None = None,
) -> Iterator[OptimizeProgress | Image.Image]:
    """Redraw a photo by optimization; yield the progress after each step, then the picture.

    photo: RGB, upright, no side below 32 pixels. artworks: RGB, each with its share; the shares add to 1.
    content: 0 gives up the photo's shapes, 1 keeps them. strength: 0 aims at the style statistics of the
    photo itself, 1 at those of the artworks. checkpoint: saved from time to time; if the file exists, the
    optimization continues from it. Raises a UserError if the checkpoint is damaged or belongs to another
    photo's size, and if the pixels are no longer finite.
    """
    run = _Optimization(photo, artworks, encoder=encoder, content=content, strength=strength)
    with use_deterministic_cudnn():
        if checkpoint and checkpoint.exists():
            run.restore(load_optimization_state(checkpoint, run.scales))
        else:
            run.start()
    while not run.is_finished:
        with use_deterministic_cudnn():
            progress = run.step()
        if checkpoint and not run.is_finished and run.can_be_saved:
            save_optimization_state(run.get_state(), checkpoint)
        yield progress
    yield run.get_picture()


class _Optimization:
    """The pixels and the optimizer's state."""

    def __init__(
        self,
        photo: Image.Image,
        artworks: Sequence[tuple[Image.Image, float]],
        *,
        encoder: Encoder,
        content: float,
        strength: float,
    ) -> None:
        self._photo, self._artworks, self._encoder = photo, artworks, encoder
        self._device = encoder.mean.device
        low, high = CONTENT_WEIGHTS
        self._content_weight = low * (high / low) ** content
        self._strength = strength
        self.scales = make_schedule(photo.width, photo.height)
        self._scale_index, self._step = 0, 0
        self._earlier_seconds, self._started = 0.0, time.monotonic()

    @property
    def is_finished(self) -> bool:
        """Whether all steps are done."""
        return self._scale_index == len(self.scales)

    @property
    def can_be_saved(self) -> bool:
        """Whether the pixels and Adam's moments alone determine the steps to come."""
        return self._step % (MATCH_EVERY if self._scale.matched else REFRESH_EVERY) == 0

    def start(self) -> None:
        """Start with the photo at the first scale."""
        self._prepare_scale(to_tensor(self._photo.resize(self._scale.size, Image.Resampling.LANCZOS)))

    def step(self) -> OptimizeProgress:
        """Update every pixel once; after the last step of a scale, go to the next scale."""
        self._adam.zero_grad()
        if self._tiled_loss:
            self._backward_in_tiles(self._tiled_loss)
        else:
            self._backward()
        self._adam.param_groups[0]["lr"] = self._compute_rate()
        self._adam.step()
        with torch.no_grad():
            self._pixels.clamp_(0, 1)
        if not self._pixels.isfinite().all():
            raise UserError("the optimization failed: its pixels are not finite. Use method=feed-forward.")
        self._step += 1
        if self._step == self._scale.steps:
            self._scale_index, self._step = self._scale_index + 1, 0
            if not self.is_finished:
                self._prepare_scale(enlarge(self._pixels.detach(), self._scale.size))
        return OptimizeProgress(step=self._compute_percent(), seconds=self._compute_seconds())

    def restore(self, state: OptimizationState) -> None:
        """Continue from a state."""
        self._scale_index, self._step, self._earlier_seconds = state.scale, state.step, state.seconds
        self._prepare_scale(state.tensors["pixels"])
        if state.step:
            self._adam.state[self._pixels] = {
                "step": torch.tensor(float(state.step)),
                "exp_avg": state.tensors["mean"].to(self._device),
                "exp_avg_sq": state.tensors["square"].to(self._device),
            }

    def get_state(self) -> OptimizationState:
        """Return everything that determines the next steps."""
        tensors = {"pixels": self._pixels.detach().cpu()}
        if self._step:
            moments = self._adam.state[self._pixels]
            tensors |= {"mean": moments["exp_avg"].cpu(), "square": moments["exp_avg_sq"].cpu()}
        return OptimizationState(
            scale=self._scale_index, step=self._step, seconds=self._compute_seconds(), tensors=tensors
        )

    def get_picture(self) -> Image.Image:
        """Return the current pixels."""
        return to_picture(self._pixels.detach())

    @property
    def _scale(self) -> Scale:
        return self.scales[self._scale_index]

    def _prepare_scale(self, pixels: Tensor) -> None:
        """Compute the targets of the current scale; pixels: (1, 3, H, W), where it starts or continues."""
        scale = self._scale
        photo = to_tensor(self._photo.resize(scale.size, Image.Resampling.LANCZOS), device=self._device)
        self._pixels = pixels.to(self._device).contiguous().requires_grad_()
        self._adam = torch.optim.Adam([self._pixels], betas=(0.9, 0.99))
        self._patch_targets: dict[str, Tensor] = {}
        is_tiled = not scale.matched
        with torch.no_grad():
            self._photo_maps = {} if is_tiled else self._encode(photo)
            artworks = [
                (to_tensor(resize_like(artwork, scale.pixels), device=self._device), share)
                for artwork, share in self._artworks
            ]
            self._statistics = _average_statistics(
                [(compute_style_statistics(artwork, self._encoder), share) for artwork, share in artworks]
            )
            if self._strength < 1:
                own = compute_style_statistics(add_mirrored_margin(photo), self._encoder)
                self._statistics = _average_statistics(
                    [(own, 1 - self._strength), (self._statistics, self._strength)]
                )
            self._artwork_maps = [
                (self._encoder(artwork, layers=scale.matched), share)
                for artwork, share in artworks
                if scale.matched
            ]
        self._tiled_loss = None
        if is_tiled:
            self._tiled_loss = TiledLoss(
                add_mirrored_margin(photo),
                self._statistics,
                encoder=self._encoder,
                content_layer=CONTENT_LAYER,
            )

    def _backward(self) -> None:
        maps = self._encode(self._pixels)
        if self._scale.matched and self._step % MATCH_EVERY == 0:
            self._match_patches(maps)
        loss = style_distance(maps, self._statistics) + self._variation_loss()
        content = normalized_mse(maps[CONTENT_LAYER], self._photo_maps[CONTENT_LAYER])
        loss = loss + self._content_weight * content
        for layer, target in self._patch_targets.items():
            dissimilarity = 1 - F.cosine_similarity(maps[layer], target).mean()
            loss = loss + MATCH_WEIGHT / len(self._patch_targets) * dissimilarity
        loss.backward()

    def _backward_in_tiles(self, tiled_loss: TiledLoss) -> None:
        framed = add_mirrored_margin(self._pixels)
        leaf = framed.detach().requires_grad_()
        tiled_loss.backward(leaf, content_weight=self._content_weight, fresh=self._step % REFRESH_EVERY == 0)
        framed.backward(leaf.grad)
        self._variation_loss().backward()

    def _variation_loss(self) -> Tensor:
        return self._strength * VARIATION_WEIGHT * total_variation(self._pixels)

    def _encode(self, pixels: Tensor) -> dict[str, Tensor]:
        """Return the feature maps that the losses compare, of the pixels with their mirrored margin."""
        layers = {*STYLE_LAYERS, CONTENT_LAYER, *self._scale.matched}
        return self._encoder(add_mirrored_margin(pixels), layers=layers)

    def _match_patches(self, maps: Mapping[str, Tensor]) -> None:
        with torch.no_grad():
            for layer in self._scale.matched:
                target = rebuild_from_patches(
                    maps[layer], [(each[layer], share) for each, share in self._artwork_maps]
                )
                self._patch_targets[layer] = torch.lerp(self._photo_maps[layer], target, self._strength)

    def _compute_rate(self) -> float:
        """Return the learning rate: it rises for WARM_UP steps, then falls along half a cosine."""
        scale = self._scale
        fall = FINAL_RATE + (1 - FINAL_RATE) * (0.5 + 0.5 * cos(pi * self._step / scale.steps))
        return scale.rate * fall * min(1.0, (self._step + 1) / WARM_UP)

    def _compute_percent(self) -> int:
        work = [scale.pixels * scale.steps for scale in self.scales]
        current = 0 if self.is_finished else self._scale.pixels * self._step
        return int(100 * (sum(work[: self._scale_index]) + current) / sum(work))

    def _compute_seconds(self) -> float:
        return self._earlier_seconds + time.monotonic() - self._started


def resize_like(artwork: Image.Image, pixels: int) -> Image.Image:
    """Crop an artwork's rim and scale it down to so many pixels, so that its strokes suit the picture's size.

    A smaller artwork keeps its size: enlarged, it would teach a picture to be blurred.
    """
    inner = crop_rim(artwork)
    size = scale_to_area(inner.width, inner.height, side=min(pixels, inner.width * inner.height) ** 0.5)
    return inner.resize(size, Image.Resampling.LANCZOS)


def add_mirrored_margin(pixels: Tensor) -> Tensor:
    """Surround (1, 3, H, W) with MARGIN mirrored pixels.

    Like F.pad with "reflect", whose gradient on CUDA is not deterministic
    (torch.use_deterministic_algorithms).
    """
    for dimension in (-2, -1):
        side = pixels.shape[dimension]
        margin = min(MARGIN, side - 1)
        before = pixels.narrow(dimension, 1, margin).flip(dimension)
        after = pixels.narrow(dimension, side - 1 - margin, margin).flip(dimension)
        pixels = torch.cat([before, pixels, after], dim=dimension)
    return pixels


def enlarge(pixels: Tensor, size: tuple[int, int]) -> Tensor:
    """Enlarge (1, 3, H, W) to a width and height in pixels; values stay from 0 to 1."""
    width, height = size
    return F.interpolate(pixels, size=(height, width), mode="bicubic").clamp(0, 1)


def _average_statistics(weighted: Sequence[tuple[StyleStatistics, float]]) -> StyleStatistics:
    return {
        layer: torch.stack([weight * statistics[layer] for statistics, weight in weighted]).sum(dim=0)
        for layer in STYLE_LAYERS
    }
