"""Tuning: a style is learned from its artwork, beginning with what the predictor read (Ghiasi et al. 2017).

Level 1 moves the style's 694 numbers. Level 2 moves the network's weights as well, gently. Every step
draws its photos by a chance that the seed and the step's number decide, so that a run which was
interrupted and goes on ends as one that was not.
"""

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor

from ...model.errors import UserError
from ...model.training_config import TrainingConfig
from ..image_tensors import to_picture
from ..losses.objective import Distances, Objective
from ..networks.style_file import CHANGE, StyleFile
from ..networks.style_parameters import StyleNumbers
from ..networks.transformer import Transformer
from ..networks.vgg_encoder import Encoder
from .crops import artwork_tensor, draw_crops, make_panel
from .hyperparameters import RECIPE, Hyperparameters
from .training_state import TrainingState, load_state, save_state


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingProgress:
    """One step done."""

    step: int
    steps: int
    seconds: float
    losses: Distances
    panel: Image.Image | None = None  # now and then: photos above, pictures below


@dataclass(frozen=True, slots=True, kw_only=True)
class TunedStyle:
    """The best step of a run."""

    style: StyleFile
    course: TrainingConfig
    artwork_side: int  # pixels of its shorter side, as it was compared with
    precision: torch.dtype  # in which the encoder convolved
    best: int  # the step
    steps: int  # that were done
    seconds: float
    before: Distances
    after: Distances
    stopped: str  # why it ended before its time, or ""


def tune(
    artwork: Image.Image,
    photos: Sequence[Image.Image],
    *,
    start: StyleNumbers,
    transformer: Transformer,
    encoder: Encoder,
    course: TrainingConfig,
    sources: str = "",
    checkpoint: Path | None = None,
    recipe: Hyperparameters = RECIPE,
) -> Iterator[TrainingProgress | TunedStyle]:
    """Tune a style and yield each step, and at the end what came out.

    artwork, photos: RGB, upright. start: predicted from the artwork. transformer: a copy of the shared
    network, which is changed. sources: digest of artwork and photos. checkpoint: is written after every
    step; where it is there already the run goes on from it, by the course it began with. Raises a
    UserError where the artwork is too small or flat, or the checkpoint belongs to others.
    """
    run = _Run(
        artwork,
        photos,
        start=start,
        transformer=transformer,
        encoder=encoder,
        course=course,
        recipe=recipe,
    )
    if checkpoint and checkpoint.exists():
        state = load_state(checkpoint)
        if (state.sources, state.recipe) != (sources, recipe):
            raise UserError(
                "the run that was interrupted had another artwork, other photos or another recipe;"
                " tune without --resume."
            )
        run.go_on(state)
    else:
        yield run.begin()
    while not run.ended:
        progress = run.do_step()
        if checkpoint and not run.ended:
            save_state(run.state(sources), checkpoint)
        yield progress
    yield run.result()


class _Run:
    """The parameters of one style, where they stand and where they stood best."""

    def __init__(
        self,
        artwork: Image.Image,
        photos: Sequence[Image.Image],
        *,
        start: StyleNumbers,
        transformer: Transformer,
        encoder: Encoder,
        course: TrainingConfig,
        recipe: Hyperparameters,
    ) -> None:
        self._transformer, self._photos = transformer, photos
        self._course, self._recipe = course, recipe
        self._device, self._precision = encoder.mean.device, encoder.precision
        pixels = artwork_tensor(artwork, side=recipe.artwork_side).to(self._device)
        self._artwork_side = min(pixels.shape[-2:])
        self._objective = Objective(pixels, encoder)
        self._panel = make_panel(photos, count=recipe.panel, side=recipe.side, seed=course.seed).to(
            self._device
        )
        self._shared = {name: weight.detach().clone() for name, weight in transformer.named_parameters()}
        self._numbers = {name: number.detach().to(self._device).clone() for name, number in start.items()}
        self._step, self._best, self._waited = 0, 0, 0
        self._set_up_adam()
        self._before = self._after = Distances(content=math.inf, style=math.inf)
        self._best_tensors = self._copies()
        self._seconds, self._resumed = 0.0, time.monotonic()
        self._stopped = ""

    @property
    def ended(self) -> bool:
        """Tell whether no step is to come."""
        return bool(self._stopped) or self._step >= self._course.steps

    def begin(self) -> TrainingProgress:
        """Look at the panel as the predicted style draws it."""
        losses, panel = self._look_at_panel()
        self._before = self._after = losses
        return self._progress(losses, panel)

    def do_step(self) -> TrainingProgress:
        """Move every parameter once."""
        photos = draw_crops(
            self._photos,
            count=self._recipe.batch,
            side=self._recipe.side,
            seed=f"{self._course.seed} {self._step + 1}",
        )
        photos = photos.to(self._device)
        pictures = self._transformer(photos, self._numbers)
        content, style = self._objective.measure(pictures, photos)
        losses = Distances(content=content.item(), style=style.item())
        if not math.isfinite(losses.total(self._course.style_weight)):
            self._stopped = (
                f"the loss was not a number at step {self._step + 1}; the best step before is kept"
            )
            return self._progress(losses)
        (content + self._course.style_weight * style).backward()
        self._step += 1
        self._set_rates()
        self._adam.step()
        self._adam.zero_grad()
        self._keep_to_budget()
        if self._step % self._recipe.panel_every and not self.ended:
            return self._progress(losses)
        panel_losses, panel = self._look_at_panel()
        self._judge(panel_losses)
        return self._progress(panel_losses, panel)

    def go_on(self, state: TrainingState) -> None:
        """Stand where a state stood."""
        self._course, self._step, self._best = state.course, state.step, state.best
        self._before, self._after, self._waited = state.before, state.after, state.waited
        self._seconds, self._stopped = state.seconds, state.stopped
        self._set_up_adam()
        with torch.no_grad():
            for name, parameter in self._parameters().items():
                parameter.copy_(state.tensors[f"now.{name}"])
                self._best_tensors[name] = state.tensors[f"best.{name}"].to(self._device)
                self._adam.state[parameter] = {
                    "step": torch.tensor(float(state.step)),
                    "exp_avg": state.tensors[f"mean.{name}"].to(self._device),
                    "exp_avg_sq": state.tensors[f"square.{name}"].to(self._device),
                }

    def state(self, sources: str) -> TrainingState:
        """Return everything that decides what is to come."""
        tensors = {}
        for name, parameter in self._parameters().items():
            moments = self._adam.state[parameter]
            tensors[f"now.{name}"] = parameter.detach().cpu()
            tensors[f"best.{name}"] = self._best_tensors[name].cpu()
            tensors[f"mean.{name}"] = moments["exp_avg"].cpu()
            tensors[f"square.{name}"] = moments["exp_avg_sq"].cpu()
        return TrainingState(
            course=self._course,
            sources=sources,
            recipe=self._recipe,
            step=self._step,
            seconds=self._spent(),
            before=self._before,
            best=self._best,
            after=self._after,
            waited=self._waited,
            stopped=self._stopped,
            tensors=tensors,
        )

    def result(self) -> TunedStyle:
        """Return the best step as a style."""
        best = self._best_tensors
        changes = {
            name: (best[CHANGE + name] - weight).cpu()
            for name, weight in self._shared.items()
            if CHANGE + name in best
        }
        numbers = {name: tensor.cpu() for name, tensor in best.items() if not name.startswith(CHANGE)}
        return TunedStyle(
            style=StyleFile(numbers=numbers, changes=changes),
            course=self._course,
            artwork_side=self._artwork_side,
            precision=self._precision,
            best=self._best,
            steps=self._step,
            seconds=self._spent(),
            before=self._before,
            after=self._after,
            stopped=self._stopped,
        )

    def _parameters(self) -> dict[str, Tensor]:
        weights = dict(self._transformer.named_parameters()) if self._course.level == 2 else {}
        return self._numbers | {CHANGE + name: weight for name, weight in weights.items()}

    def _set_up_adam(self) -> None:
        parameters = self._parameters()
        for parameter in parameters.values():
            parameter.requires_grad_()
        weights = [parameter for name, parameter in parameters.items() if name.startswith(CHANGE)]
        groups = [list(self._numbers.values()), *([weights] if weights else [])]
        self._adam = torch.optim.Adam([{"params": group} for group in groups])

    def _copies(self) -> dict[str, Tensor]:
        return {name: parameter.detach().clone() for name, parameter in self._parameters().items()}

    def _set_rates(self) -> None:
        """Let the rates rise for a few steps, then fall along half a cosine to a fiftieth."""
        fall = 0.51 + 0.49 * math.cos(math.pi * self._step / self._course.steps)
        rates = (self._recipe.numbers, self._recipe.weights)
        for group, rate in zip(self._adam.param_groups, rates, strict=False):
            group["lr"] = rate * fall * min(1.0, self._step / self._recipe.warm_up)

    def _look_at_panel(self) -> tuple[Distances, Image.Image]:
        with torch.no_grad():
            pictures = self._transformer(self._panel, self._numbers)
            content, style = self._objective.measure(pictures, self._panel)
        losses = Distances(content=content.item(), style=style.item())
        rows = [torch.cat(list(row), dim=-1) for row in (self._panel, pictures)]  # each (3, SIDE, N*SIDE)
        return losses, to_picture(torch.cat(rows, dim=-2)[None])

    def _judge(self, losses: Distances) -> None:
        """Keep this step where its panel is the best, and end the run when none has been for long."""
        weight = self._course.style_weight
        if losses.total(weight) < self._after.total(weight):
            self._best, self._after, self._waited = self._step, losses, 0
            self._best_tensors = self._copies()
            return
        self._waited += 1
        if self._waited >= self._recipe.patience and self._step < self._course.steps:
            self._stopped = f"the panel had not become better since step {self._best}"

    def _keep_to_budget(self) -> None:
        budget = self._course.budget
        if not budget:
            return
        if self._step == self._recipe.timed:
            # Steps are cut rather than the end, so that the rates fall to nothing all the same.
            affordable = int(budget / (self._spent() / self._recipe.timed))
            steps = max(self._recipe.timed + 1, min(self._course.steps, affordable))
            self._course = replace(self._course, steps=steps)
        elif self._spent() >= budget and self._step < self._course.steps:
            self._stopped = "the budget was spent"

    def _progress(self, losses: Distances, panel: Image.Image | None = None) -> TrainingProgress:
        return TrainingProgress(
            step=self._step, steps=self._course.steps, seconds=self._spent(), losses=losses, panel=panel
        )

    def _spent(self) -> float:
        return self._seconds + time.monotonic() - self._resumed
