"""Style transfer by optimization: the picture itself is optimized (Gatys et al. 2016).

Unlike the paper, we change the levels of a Laplacian pyramid instead of pixels (see `pyramid`), and go from
coarse to fine: at small sizes the encoder sees large shapes and a step costs little. There, patches of the
artworks are matched as well (see `patch_matching`). At each larger size the photo's own detail is added. The
picture begins as the photo in the artwork's colors, with which its content is compared too. What the eye
watches keeps more of its form than sky and water (see `saliency`). The method is deterministic: the same
input on the same kind of device gives the same picture, also after an interruption.
"""

import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from math import cos, pi
from pathlib import Path

import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

from ...model.errors import UserError
from ...model.optimize_schedule import Scale, make_schedule
from ..checkpoints import OptimizationState, load_optimization_state, save_optimization_state
from ..devices import use_deterministic_cudnn
from ..image_tensors import to_picture, to_tensor
from ..losses.style_content import STYLE_LAYERS, style_distance, tone_distance, total_variation
from ..networks.vgg_encoder import Encoder
from ..tiling.recovery import Warn, do_within_memory
from ..tiling.tiles import SIDE, SMALLER_SIDES, TiledLoss
from .color_transfer import average_color_statistics, compute_color_statistics, transfer_colors
from .pyramid import join_levels, split_into_levels
from .saliency import find_salient_parts
from .scaling import enlarge, scale_to_stroke
from .targets import CONTENT_LAYER, Targets, compute_targets, encode

logger = logging.getLogger(__name__)

MARGIN = 8  # pixels mirrored beyond each side; otherwise the encoder's zero padding draws a frame

# One weighting for all artworks, in proportion to 1 for the Gram matrices; chosen by looking at pictures.
MATCH_WEIGHT = 1.0
TONE_WEIGHT = 0.8  # keeps light and dark where the photo has them: pale artworks dissolve faces otherwise
TONE_SQUARES = 50  # along the side of a square picture: the shadow of a nose counts, a brush stroke does not
SMALLEST_SQUARE = 3  # pixels of such a square's side
VARIATION_WEIGHT = 0.05  # removes the grain that Adam leaves in single pixels
CONTENT_WEIGHTS = (0.0175, 1.75)  # at a content of 0 and of 1; at 0.5 their geometric mean, 0.175

# Of the photo whose form the picture keeps. Feature maps know colors: its own would keep the artwork's away.
COLOR = 0.9  # the share of the artwork's colors
LIGHT = 0.6  # of the photo's lightness, so that a dark artwork makes no night and a pale one no fog
DETAIL = 0.6  # the share of the photo's detail that is added at each larger scale
SALIENCY_SIDE = 320  # pixels, as a scale's: where saliency is measured

WARM_UP = 3  # steps in which the learning rate rises
FINAL_RATE = 0.1  # of the learning rate, at the last step
MATCH_EVERY = 6  # steps between two matchings of patches
REFRESH_EVERY = 3  # steps between two passes for exact Gram matrices, at scales without patches
CLAMP_EVERY = 3  # steps between two returns of all pixels to the range from 0 to 1


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
    stroke: float = 1.0,
    small: bool = False,
    checkpoint: Path | None = None,
    warn: Warn = logger.warning,
) -> Iterator[OptimizeProgress | Image.Image]:
    """Redraw a photo by optimization; yield the progress after each step, then the picture.

    photo: RGB, upright, no side below 32 pixels. artworks: RGB, each with its share; the shares add to 1.
    content: 0 gives up the photo's shapes, 1 keeps them. strength: 0 aims at the style statistics of the
    photo itself, 1 at those of the artworks. stroke: how large strokes are; at 1 the artwork is scaled until
    its longer side is the picture's. small: fewer steps, for a photo of SMALL_SIDE² pixels. checkpoint: saved
    from time to time; if the file exists, the optimization continues from it. warn: told if the checkpoint is
    damaged, so that the optimization starts from the beginning, and if a graphics card has too little memory,
    so that gradients are computed in smaller tiles. Raises a UserError if the pixels are no longer finite,
    and if there is no memory for the smallest tiles.
    """
    scales = make_schedule(photo.width, photo.height, small=small)
    with use_deterministic_cudnn():
        run = _Optimization(
            photo,
            artworks,
            encoder=encoder,
            scales=scales,
            content=content,
            strength=strength,
            stroke=stroke,
            warn=warn,
        )
        saved = _load_checkpoint(checkpoint, run.scales, warn=warn)
        if saved:
            run.restore(saved)
        else:
            run.start()
    while not run.is_finished:
        with use_deterministic_cudnn():
            progress = run.step()
        if checkpoint and not run.is_finished and run.can_be_saved:
            save_optimization_state(run.get_state(), checkpoint)
        yield progress
    yield run.get_picture()


def _load_checkpoint(checkpoint: Path | None, scales: list[Scale], *, warn: Warn) -> OptimizationState | None:
    """Return the state of an optimization that was interrupted; None if there is none, or it is damaged."""
    if not checkpoint or not checkpoint.exists():
        return None
    try:
        return load_optimization_state(checkpoint, scales)
    except UserError:
        warn("its checkpoint is damaged, or of another version, so it is painted from the beginning.")
        return None


class _Optimization:
    """The levels of the picture and the optimizer's state."""

    def __init__(
        self,
        photo: Image.Image,
        artworks: Sequence[tuple[Image.Image, float]],
        *,
        encoder: Encoder,
        scales: list[Scale],
        content: float,
        strength: float,
        stroke: float,
        warn: Warn,
    ) -> None:
        self._photo, self._artworks, self._encoder = photo, artworks, encoder
        self._device = encoder.mean.device
        low, high = CONTENT_WEIGHTS
        self._content_weight = low * (high / low) ** content
        self._strength, self._stroke, self._warn = strength, stroke, warn
        self._tile_side: int | None = None  # pixels, once the device's memory ran out
        self.scales = scales
        self._scale_index, self._step = 0, 0
        self._earlier_seconds, self._started = 0.0, time.monotonic()
        self._saliency = self._find_saliency()

    @property
    def is_finished(self) -> bool:
        """Whether all steps are done."""
        return self._scale_index == len(self.scales)

    @property
    def can_be_saved(self) -> bool:
        """Whether the levels and Adam's moments alone determine the steps to come."""
        return self._step % (MATCH_EVERY if self._scale.matched else REFRESH_EVERY) == 0

    def start(self) -> None:
        """Start with the photo, in the artworks' colors, at the first scale."""
        self._prepare_scale(split_into_levels(self._color_photo(self._scale_photo(self._scale))))

    def step(self) -> OptimizeProgress:
        """Update every level once; after the last step of a scale, go to the next scale."""
        self._compute_gradients()
        self._adam.param_groups[0]["lr"] = self._compute_rate()
        self._adam.step()
        self._step += 1
        if self._step % CLAMP_EVERY == 0:
            self._clamp()
        if self._step == self._scale.steps:
            self._finish_scale()
        return OptimizeProgress(step=self._compute_percent(), seconds=self._compute_seconds())

    def restore(self, state: OptimizationState) -> None:
        """Continue from a state."""
        self._scale_index, self._step, self._earlier_seconds = state.scale, state.step, state.seconds
        self._prepare_scale(state.get_levels("level"))
        if state.step:
            means, squares = state.get_levels("mean"), state.get_levels("square")
            for level, mean, square in zip(self._levels, means, squares, strict=True):
                self._adam.state[level] = {
                    "step": torch.tensor(float(state.step)),
                    "exp_avg": mean.to(self._device),
                    "exp_avg_sq": square.to(self._device),
                }

    def get_state(self) -> OptimizationState:
        """Return everything that determines the next steps."""
        self._check_levels()
        tensors: dict[str, Tensor] = {}
        for index, level in enumerate(self._levels):
            tensors[f"level.{index}"] = level.detach().cpu()
            if self._step:
                moments = self._adam.state[level]
                tensors[f"mean.{index}"] = moments["exp_avg"].cpu()
                tensors[f"square.{index}"] = moments["exp_avg_sq"].cpu()
        return OptimizationState(
            scale=self._scale_index, step=self._step, seconds=self._compute_seconds(), tensors=tensors
        )

    def get_picture(self) -> Image.Image:
        """Return the current picture."""
        return to_picture(self._get_pixels())

    @property
    def _scale(self) -> Scale:
        return self.scales[self._scale_index]

    def _prepare_scale(self, levels: Sequence[Tensor]) -> None:
        """Begin the current scale; levels: of the picture with which it begins."""
        self._levels = [
            level.detach().to(self._device).contiguous().clone().requires_grad_() for level in levels
        ]
        self._adam = torch.optim.Adam(self._levels, betas=(0.9, 0.99))
        self._patch_targets: dict[str, Tensor] = {}
        self._scaled_photo = self._scale_photo(self._scale)
        self._targets: Targets | None = None

    def _finish_scale(self) -> None:
        self._check_levels()
        pixels = self._get_pixels()
        earlier = self._scaled_photo
        self._scale_index, self._step = self._scale_index + 1, 0
        if not self.is_finished:
            detail = self._scale_photo(self._scale) - enlarge(earlier, self._scale.size)
            pixels = enlarge(pixels, self._scale.size) + DETAIL * detail.mean(dim=1, keepdim=True)
            self._prepare_scale(split_into_levels(pixels.clamp(0, 1)))

    def _compute_gradients(self) -> None:
        """Set the gradients of all levels, in smaller tiles if the device's memory runs out."""
        before = self._tile_side
        smaller = [side for side in SMALLER_SIDES if side < (before or SIDE)]

        def attempt(side: int | None) -> None:
            if not self._targets or side != self._tile_side:
                self._tile_side = side
                self._targets = None  # makes room for the new ones
                self._targets = self._compute_targets()
            self._adam.zero_grad()
            if self._targets.tiled_loss:
                self._backward_in_tiles(self._targets, self._targets.tiled_loss)
            else:
                self._backward(self._targets)

        do_within_memory(
            (partial(attempt, side) for side in (before, *smaller)),
            device=self._device,
            smallest=f"tiles of {SMALLER_SIDES[-1]} pixels",
        )
        if (side := self._tile_side) != before:
            self._warn(f"the GPU has too little memory and paints tiles of {side} pixels; that takes longer.")

    def _compute_targets(self) -> Targets:
        return compute_targets(
            add_mirrored_margin(self._scaled_photo),
            self._scale_artworks(),
            colored=add_mirrored_margin(self._color_photo(self._scaled_photo)),
            encoder=self._encoder,
            matched=self._scale.matched,
            strength=self._strength,
            saliency=self._saliency,
            tile_side=self._tile_side,
        )

    def _backward(self, targets: Targets) -> None:
        pixels = join_levels(self._levels)
        layers = {*STYLE_LAYERS, CONTENT_LAYER, *self._scale.matched}
        maps = self._encoder(add_mirrored_margin(pixels), layers=layers)
        if self._scale.matched and self._step % MATCH_EVERY == 0:
            self._match_patches(targets, maps)
        loss = style_distance(maps, targets.statistics) + self._regularize(pixels)
        target = targets.photo_maps[CONTENT_LAYER]
        content = (targets.content_scale * (maps[CONTENT_LAYER] - target).square()).mean()
        loss = loss + self._content_weight * content / target.square().mean()
        for layer, rebuilt in self._patch_targets.items():
            dissimilarity = 1 - F.cosine_similarity(maps[layer], rebuilt).mean()
            loss = loss + MATCH_WEIGHT / len(self._patch_targets) * dissimilarity
        loss.backward()

    def _backward_in_tiles(self, targets: Targets, tiled_loss: TiledLoss) -> None:
        pixels = join_levels(self._levels)
        framed = add_mirrored_margin(pixels)
        leaf = framed.detach().requires_grad_()
        matched = self._scale.matched
        if matched and self._step % MATCH_EVERY == 0:
            maps = encode(leaf.detach(), self._encoder, layers=matched, tile_side=self._tile_side)
            self._match_patches(targets, maps)
        tiled_loss.backward(
            leaf,
            content_weight=self._content_weight,
            fresh=bool(matched) or self._step % REFRESH_EVERY == 0,
            patch_targets=self._patch_targets,
            patch_weight=MATCH_WEIGHT,
        )
        torch.autograd.backward([framed, self._regularize(pixels)], [leaf.grad, None])

    def _regularize(self, pixels: Tensor) -> Tensor:
        """Return the weighted losses that need no encoder."""
        loss = self._strength * VARIATION_WEIGHT * total_variation(pixels)
        side = max(SMALLEST_SQUARE, round(self._scale.pixels**0.5 / TONE_SQUARES))
        return loss + TONE_WEIGHT * tone_distance(pixels, self._scaled_photo, side=side)

    def _match_patches(self, targets: Targets, maps: Mapping[str, Tensor]) -> None:
        with torch.no_grad():
            for layer, matcher in targets.matchers.items():
                rebuilt = matcher.rebuild(maps[layer].detach())
                self._patch_targets[layer] = torch.lerp(targets.photo_maps[layer], rebuilt, self._strength)

    def _find_saliency(self) -> Tensor:
        """Return how much each part of the photo stands out: (1, 1, h, w)."""
        sizes = make_schedule(self._photo.width, self._photo.height)
        scale = next((each for each in sizes if each.pixels >= SALIENCY_SIDE**2 * 0.9), sizes[-1])
        with torch.no_grad():
            framed = add_mirrored_margin(self._scale_photo(scale))
            return find_salient_parts(self._encoder(framed, layers=[CONTENT_LAYER])[CONTENT_LAYER])

    def _scale_photo(self, scale: Scale) -> Tensor:
        return to_tensor(self._photo.resize(scale.size, Image.Resampling.LANCZOS), device=self._device)

    def _color_photo(self, photo: Tensor) -> Tensor:
        """Return a photo (1, 3, H, W) in the artworks' colors, with part of its own lightness."""
        statistics = average_color_statistics(
            [(compute_color_statistics(artwork), share) for artwork, share in self._scale_artworks()]
        )
        colored = torch.lerp(photo, transfer_colors(photo, statistics), COLOR * self._strength)
        return (colored + LIGHT * (photo - colored).mean(dim=1, keepdim=True)).clamp(0, 1)

    def _scale_artworks(self) -> list[tuple[Tensor, float]]:
        """Return the artworks at the current scale, each with its share."""
        return [
            (
                to_tensor(scale_to_stroke(each, self._scale.size, stroke=self._stroke), device=self._device),
                share,
            )
            for each, share in self._artworks
        ]

    def _check_levels(self) -> None:
        """Raise UserError if a level is not finite. A GPU has to stop for this: not for every step."""
        if not all(level.isfinite().all() for level in self._levels):
            raise UserError("the optimization failed: its pixels are not finite. Use quality=quick.")

    def _clamp(self) -> None:
        """Return all pixels to the range from 0 to 1."""
        with torch.no_grad():
            for level, clamped in zip(self._levels, split_into_levels(self._get_pixels()), strict=True):
                level.copy_(clamped)

    def _get_pixels(self) -> Tensor:
        return join_levels([level.detach() for level in self._levels]).clamp(0, 1)

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
