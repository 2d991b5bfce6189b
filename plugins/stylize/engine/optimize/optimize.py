"""The slow best: the picture itself is optimized until it is made of artworks' matter (Gatys et al. 2016).

Unlike the paper we begin with the photo and go from coarse to fine, since big forms are decided where
a network's eye sees much at once and a step costs little; there, patches of the artworks are matched
as well (see `matching`). Nothing is left to chance: the same input on the same kind of device gives
the same picture, and so does a run that was interrupted.
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
from ...model.optimize_schedule import Scale, make_schedule, scaled
from ..devices import repeatable
from ..image_tensors import to_picture, to_tensor
from ..losses.patch_matching import rebuild
from ..losses.style_content import (
    STYLE_LAYERS,
    Look,
    compute_style_statistics,
    distance,
    style_distance,
    variation,
)
from ..networks.vgg_encoder import Encoder
from ..tiling.tiles import TiledLoss
from ..training.crops import cut_rim
from .optimizer_state import OptimizerState, load_state, save_state

CONTENT_LAYER = "relu4_1"  # what is shown, not how: a lower layer would keep the photo's own texture
MARGIN = 16  # pixels mirrored beyond each side, or the encoder's empty surroundings draw a frame

# One weighting for every artwork, beside 1 for the Gram matrices; chosen by looking.
MATCH_WEIGHT = 1.0
VARIATION_WEIGHT = 0.05  # takes the grain that single pixels get from Adam
CONTENT_WEIGHTS = (0.025, 2.5)  # at a content of 0 and of 1, and their geometric mean, 0.25, at 0.5

WARM_UP = 5  # steps in which the rate rises
SLOWEST = 0.1  # of the rate, where it ends
MATCH_EVERY = 20  # steps
KEEP_EVERY = 5  # steps, at scales where nothing is matched


@dataclass(frozen=True, slots=True, kw_only=True)
class OptimizeProgress:
    """Where a run stands."""

    step: int  # hundredths of the work, since a step of a large scale takes far longer than one of the first
    steps: int = 100
    seconds: float  # since the first step, those of a run that was interrupted too


def optimize(
    photo: Image.Image,
    *,
    artworks: Sequence[tuple[Image.Image, float]],
    encoder: Encoder,
    content: float = 0.5,
    strength: float = 1.0,
    checkpoint: Path | None = None,
) -> Iterator[OptimizeProgress | Image.Image]:
    """Rebuild a photo from artworks; yield each step, and at the end the picture, of the photo's size.

    photo: RGB, upright, no side shorter than 32 pixels. artworks: RGB, each with its part; the parts
    add to 1. content: 0 lets the photo's forms go, 1 keeps them. strength: 0 strives for the photo's
    own statistics, 1 for the artworks'. checkpoint: is written now and then, and gone on from where it
    is there; raises a UserError where it is none of ours, and where the pixels are numbers no more.
    """
    run = _Run(photo, artworks, encoder=encoder, content=content, strength=strength)
    with repeatable():
        if checkpoint and checkpoint.exists():
            run.go_on(load_state(checkpoint, run.scales))
        else:
            run.begin()
    while not run.ended:
        with repeatable():
            progress = run.do_step()
        if checkpoint and not run.ended and run.at_rest:
            save_state(run.state(), checkpoint)
        yield progress
    yield run.picture()


class _Run:
    """The pixels, and where they stand."""

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
        self._scale, self._step = 0, 0
        self._seconds, self._resumed = 0.0, time.monotonic()

    @property
    def ended(self) -> bool:
        """Tell whether no step is to come."""
        return self._scale == len(self.scales)

    @property
    def at_rest(self) -> bool:
        """Tell whether the pixels and Adam's moments alone decide what is to come."""
        return self._step % (MATCH_EVERY if self._here.matched else KEEP_EVERY) == 0

    def begin(self) -> None:
        """Stand at the photo, small."""
        self._enter(to_tensor(self._photo.resize(self._here.size, Image.Resampling.LANCZOS)))

    def do_step(self) -> OptimizeProgress:
        """Move every pixel once, and go to the next scale after the last step of one."""
        self._adam.zero_grad()
        if self._tiled:
            self._backward_in_tiles(self._tiled)
        else:
            self._backward()
        self._adam.param_groups[0]["lr"] = self._rate()
        self._adam.step()
        with torch.no_grad():
            self._pixels.clamp_(0, 1)
        if not self._pixels.isfinite().all():
            raise UserError("optimizing came to what is not a number. Draw it with method=feed-forward.")
        self._step += 1
        if self._step == self._here.steps:
            self._scale, self._step = self._scale + 1, 0
            if not self.ended:
                self._enter(enlarge(self._pixels.detach(), self._here.size))
        return OptimizeProgress(step=self._done(), seconds=self._spent())

    def go_on(self, state: OptimizerState) -> None:
        """Stand where a state stood."""
        self._scale, self._step, self._seconds = state.scale, state.step, state.seconds
        self._enter(state.tensors["pixels"])
        if state.step:
            self._adam.state[self._pixels] = {
                "step": torch.tensor(float(state.step)),
                "exp_avg": state.tensors["mean"].to(self._device),
                "exp_avg_sq": state.tensors["square"].to(self._device),
            }

    def state(self) -> OptimizerState:
        """Return everything that decides what is to come."""
        tensors = {"pixels": self._pixels.detach().cpu()}
        if self._step:
            moments = self._adam.state[self._pixels]
            tensors |= {"mean": moments["exp_avg"].cpu(), "square": moments["exp_avg_sq"].cpu()}
        return OptimizerState(scale=self._scale, step=self._step, seconds=self._spent(), tensors=tensors)

    def picture(self) -> Image.Image:
        """Return the pixels as they stand."""
        return to_picture(self._pixels.detach())

    @property
    def _here(self) -> Scale:
        return self.scales[self._scale]

    def _enter(self, pixels: Tensor) -> None:
        """Look at photo and artworks at the scale that now begins, or is gone on with."""
        here = self._here
        photo = to_tensor(self._photo.resize(here.size, Image.Resampling.LANCZOS), device=self._device)
        self._pixels = pixels.to(self._device).contiguous().requires_grad_()
        self._adam = torch.optim.Adam([self._pixels], betas=(0.9, 0.99))
        self._targets: dict[str, Tensor] = {}
        tiled = not here.matched
        with torch.no_grad():
            self._shown = {} if tiled else self._see(photo)
            works = [
                (to_tensor(resize_like(work, here.pixels), device=self._device), part)
                for work, part in self._artworks
            ]
            self._look = _mixed(
                [(compute_style_statistics(work, self._encoder), part) for work, part in works]
            )
            if self._strength < 1:
                own = compute_style_statistics(add_mirrored_margin(photo), self._encoder)
                self._look = _mixed([(own, 1 - self._strength), (self._look, self._strength)])
            self._matter = [
                (self._encoder(work, layers=here.matched), part) for work, part in works if here.matched
            ]
        self._tiled = None
        if tiled:
            framed = add_mirrored_margin(photo)
            self._tiled = TiledLoss(framed, self._look, encoder=self._encoder, content_layer=CONTENT_LAYER)

    def _backward(self) -> None:
        maps = self._see(self._pixels)
        if self._here.matched and self._step % MATCH_EVERY == 0:
            self._match(maps)
        loss = style_distance(maps, self._look) + self._grain()
        loss = loss + self._content_weight * distance(maps[CONTENT_LAYER], self._shown[CONTENT_LAYER])
        for layer, target in self._targets.items():
            unlike = 1 - F.cosine_similarity(maps[layer], target).mean()
            loss = loss + MATCH_WEIGHT / len(self._targets) * unlike
        loss.backward()

    def _backward_in_tiles(self, tiled: TiledLoss) -> None:
        framed = add_mirrored_margin(self._pixels)
        seen = framed.detach().requires_grad_()
        tiled.backward(seen, content_weight=self._content_weight, fresh=self._step % KEEP_EVERY == 0)
        framed.backward(seen.grad)
        self._grain().backward()

    def _grain(self) -> Tensor:
        return self._strength * VARIATION_WEIGHT * variation(self._pixels)

    def _see(self, pixels: Tensor) -> dict[str, Tensor]:
        """Return the feature maps that are compared, of the pixels and of their mirrored margin."""
        layers = {*STYLE_LAYERS, CONTENT_LAYER, *self._here.matched}
        return self._encoder(add_mirrored_margin(pixels), layers=layers)

    def _match(self, maps: Mapping[str, Tensor]) -> None:
        with torch.no_grad():
            for layer in self._here.matched:
                target = rebuild(maps[layer], [(work[layer], part) for work, part in self._matter])
                self._targets[layer] = torch.lerp(self._shown[layer], target, self._strength)

    def _rate(self) -> float:
        """Let the rate rise for a few steps, then fall along half a cosine."""
        here = self._here
        fall = SLOWEST + (1 - SLOWEST) * (0.5 + 0.5 * cos(pi * self._step / here.steps))
        return here.rate * fall * min(1.0, (self._step + 1) / WARM_UP)

    def _done(self) -> int:
        work = [scale.pixels * scale.steps for scale in self.scales]
        under_way = 0 if self.ended else self._here.pixels * self._step
        return int(100 * (sum(work[: self._scale]) + under_way) / sum(work))

    def _spent(self) -> float:
        return self._seconds + time.monotonic() - self._resumed


def resize_like(artwork: Image.Image, pixels: int) -> Image.Image:
    """Scale an artwork down to so many pixels, so that a stroke is as large beside the picture as it hangs.

    A smaller artwork is left as it is: enlarged, it would teach a picture to be blurred.
    """
    inner = cut_rim(artwork)
    size = scaled(inner.width, inner.height, side=min(pixels, inner.width * inner.height) ** 0.5)
    return inner.resize(size, Image.Resampling.LANCZOS)


def add_mirrored_margin(pixels: Tensor) -> Tensor:
    """Surround (1, 3, H, W) with its mirror image.

    As F.pad would, whose gradient on CUDA is not the same each time (torch.use_deterministic_algorithms).
    """
    for dimension in (-2, -1):
        side = pixels.shape[dimension]
        margin = min(MARGIN, side - 1)
        before = pixels.narrow(dimension, 1, margin).flip(dimension)
        behind = pixels.narrow(dimension, side - 1 - margin, margin).flip(dimension)
        pixels = torch.cat([before, pixels, behind], dim=dimension)
    return pixels


def enlarge(pixels: Tensor, size: tuple[int, int]) -> Tensor:
    """Enlarge (1, 3, H, W) to a width and height, within 0 and 1."""
    width, height = size
    return F.interpolate(pixels, size=(height, width), mode="bicubic").clamp(0, 1)


def _mixed(looks: Sequence[tuple[Look, float]]) -> Look:
    return {
        layer: torch.stack([part * look[layer] for look, part in looks]).sum(dim=0) for layer in STYLE_LAYERS
    }
