"""Training a style on its artwork, starting with the predicted style parameters (Ghiasi et al. 2017).

Level 1 trains the 694 style parameters. Level 2 trains the network's weights as well, at a low learning
rate. The crops of each step depend on the seed and the number of the step only, so an interrupted run
that continues from its checkpoint ends with the same weights as one that was never interrupted.
"""

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import torch
from PIL import Image
from torch import Tensor
from torch.func import functional_call

from ...model.errors import UserError
from ...model.training_config import Hyperparameters, TrainingConfig
from ..checkpoints import TrainingState, load_training_state, save_training_state
from ..image_tensors import copy_to_device, to_picture
from ..losses.style_content import Distances, Objective
from ..networks.style_file import DELTA, LoadedStyle
from ..networks.style_parameters import StyleParameters
from ..networks.transformer import Transformer
from ..networks.vgg_encoder import Encoder
from .crops import artwork_to_tensor, draw_crops, make_panel

DEFAULTS = Hyperparameters()
# Seconds between two checkpoints: on an H100 a step takes 57 ms, and copying the state to the host needs 170
# copies, each of which waits for the device.
SAVE_EVERY = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingProgress:
    """The progress after one step."""

    step: int
    steps: int
    seconds: float
    losses: Distances
    panel: Image.Image | None = None  # after some steps: crops of photos, and below them their pictures


@dataclass(frozen=True, slots=True, kw_only=True)
class TunedStyle:
    """The best step of a training."""

    style: LoadedStyle
    config: TrainingConfig
    searched: bool  # whether the weight of the style was searched
    artwork_side: int  # pixels of the artwork's shorter side in the training
    precision: torch.dtype  # of the encoder's convolutions
    best: int  # the step
    steps: int  # steps done
    seconds: float
    before: Distances  # on the panel, of the predicted style
    after: Distances  # on the panel, at the best step
    stopped: str  # why the training ended early, or ""


def train_style(
    artwork: Image.Image,
    photos: Sequence[Image.Image],
    *,
    start: StyleParameters,
    transformer: Transformer,
    encoder: Encoder,
    config: TrainingConfig,
    sources: str = "",
    checkpoint: Path | None = None,
    hyperparameters: Hyperparameters = DEFAULTS,
) -> Iterator[TrainingProgress | TunedStyle]:
    """Train a style; yield the progress after each step, and at the end the best step.

    artwork, photos: RGB, upright. start: the parameters predicted from the artwork. transformer: a copy
    of the shared network; level 2 changes its weights. sources: digest of artwork and photos. checkpoint:
    saved every half second and when the caller stops; if the file exists, the training continues from it,
    with the config it began with. Raises a UserError if the artwork is too small or flat, and if the
    checkpoint is damaged or belongs to other sources or hyperparameters.
    """
    run = _Training(
        artwork,
        photos,
        start=start,
        transformer=transformer,
        encoder=encoder,
        config=config,
        hyperparameters=hyperparameters,
    )
    if checkpoint and checkpoint.exists():
        state = load_training_state(checkpoint)
        if (state.sources, state.hyperparameters) != (sources, hyperparameters):
            raise UserError(
                "the interrupted run had another artwork, other photos or other hyperparameters;"
                " tune without --resume."
            )
        run.restore(state)
    else:
        yield run.start()
    saved = time.monotonic()
    while not run.is_finished:
        progress = run.step()
        if checkpoint and not run.is_finished and time.monotonic() - saved >= SAVE_EVERY:
            save_training_state(run.get_state(sources), checkpoint)
            saved = time.monotonic()
        try:
            yield progress
        except GeneratorExit:
            if checkpoint and not run.is_finished:
                save_training_state(run.get_state(sources), checkpoint)
            raise
    yield run.get_result()


class _Training:
    """The parameters of one style, the optimizer's state, and a copy of the best parameters so far."""

    def __init__(
        self,
        artwork: Image.Image,
        photos: Sequence[Image.Image],
        *,
        start: StyleParameters,
        transformer: Transformer,
        encoder: Encoder,
        config: TrainingConfig,
        hyperparameters: Hyperparameters,
    ) -> None:
        self._transformer, self._photos = transformer, photos
        self._config, self._hyperparameters = config, hyperparameters
        self._device, self._precision = encoder.mean.device, encoder.precision
        pixels = artwork_to_tensor(artwork, side=hyperparameters.artwork_side).to(self._device)
        self._artwork_side = min(pixels.shape[-2:])
        self._objective = Objective(pixels, encoder)
        panel = make_panel(photos, count=hyperparameters.panel, side=hyperparameters.side, seed=config.seed)
        self._panel = panel.to(self._device)
        self._shared = {name: weight.detach().clone() for name, weight in transformer.named_parameters()}
        self._start = start
        self._style = {name: tensor.detach().to(self._device).clone() for name, tensor in start.items()}
        self._step, self._best, self._waited = 0, 0, 0
        self._create_optimizer()
        self._before = self._after = Distances(content=math.inf, style=math.inf)
        self._best_tensors = self._copy_trained()
        self._earlier_seconds, self._started = 0.0, time.monotonic()
        self._stopped = ""

    @property
    def is_finished(self) -> bool:
        """Whether all steps are done, or the training ended early."""
        return bool(self._stopped) or self._step >= self._config.steps

    @property
    def _searches_weight(self) -> bool:
        searched = range(self._hyperparameters.search_from, self._config.steps // 2 + 1)
        return self._config.search_weight and self._step in searched and not self._stopped

    @cached_property
    def _predicted_form(self) -> float:
        """How far the predicted style takes shapes from the photos' (see `Objective.measure_form`)."""
        style = {name: tensor.to(self._device) for name, tensor in self._start.items()}
        with torch.no_grad():
            pictures = functional_call(self._transformer, self._shared, (self._panel, style))
        return self._objective.measure_form(pictures, self._panel)

    def start(self) -> TrainingProgress:
        """Evaluate the panel with the predicted style."""
        pictures = self._draw_panel()
        self._before = self._after = self._measure_panel(pictures)
        return self._make_progress(self._before, self._show_panel(pictures))

    def step(self) -> TrainingProgress:
        """Update every parameter once, and evaluate the panel after some steps."""
        photos = draw_crops(
            self._photos,
            count=self._hyperparameters.batch,
            side=self._hyperparameters.side,
            seed=f"{self._config.seed} {self._step + 1}",
        )
        photos = copy_to_device(photos, self._device)
        pictures = self._transformer(photos, self._style)
        content, style = self._objective.measure(pictures, photos)
        losses = Distances(content=content.item(), style=style.item())
        if not math.isfinite(losses.total(self._config.style_weight)):
            self._stopped = (
                f"the loss was not finite at step {self._step + 1}; the best step before it was kept"
            )
            return self._make_progress(losses)
        (content + self._config.style_weight * style).backward()
        self._step += 1
        self._set_learning_rates()
        self._adam.step()
        self._adam.zero_grad()
        self._apply_budget()
        if self._step % self._hyperparameters.panel_every and not self.is_finished:
            return self._make_progress(losses)
        pictures = self._draw_panel()
        panel_losses = self._measure_panel(pictures)
        if self._searches_weight and math.isfinite(panel_losses.total(self._config.style_weight)):
            self._adjust_weight(pictures)
            self._keep(panel_losses)  # at a low weight, the predicted style would be the best there is
        else:
            self._keep_if_best(panel_losses)
        return self._make_progress(panel_losses, self._show_panel(pictures))

    def restore(self, state: TrainingState) -> None:
        """Continue from a state."""
        self._config, self._step, self._best = state.config, state.step, state.best
        self._before, self._after, self._waited = state.before, state.after, state.waited
        self._earlier_seconds, self._stopped = state.seconds, state.stopped
        self._create_optimizer()
        with torch.no_grad():
            for name, parameter in self._get_trained().items():
                parameter.copy_(state.tensors[f"now.{name}"])
                self._best_tensors[name] = state.tensors[f"best.{name}"].to(self._device)
                self._adam.state[parameter] = {
                    "step": torch.tensor(float(state.step)),
                    "exp_avg": state.tensors[f"mean.{name}"].to(self._device),
                    "exp_avg_sq": state.tensors[f"square.{name}"].to(self._device),
                }

    def get_state(self, sources: str) -> TrainingState:
        """Return everything that determines the next steps."""
        tensors = {}
        for name, parameter in self._get_trained().items():
            moments = self._adam.state[parameter]
            tensors[f"now.{name}"] = parameter.detach().cpu()
            tensors[f"best.{name}"] = self._best_tensors[name].cpu()
            tensors[f"mean.{name}"] = moments["exp_avg"].cpu()
            tensors[f"square.{name}"] = moments["exp_avg_sq"].cpu()
        return TrainingState(
            config=self._config,
            sources=sources,
            hyperparameters=self._hyperparameters,
            step=self._step,
            seconds=self._compute_seconds(),
            before=self._before,
            best=self._best,
            after=self._after,
            waited=self._waited,
            stopped=self._stopped,
            tensors=tensors,
        )

    def get_result(self) -> TunedStyle:
        """Return the best step as a style."""
        best = self._best_tensors
        deltas = {
            name: (best[DELTA + name] - weight).cpu()
            for name, weight in self._shared.items()
            if DELTA + name in best
        }
        parameters = {name: tensor.cpu() for name, tensor in best.items() if not name.startswith(DELTA)}
        return TunedStyle(
            style=LoadedStyle(parameters=parameters, deltas=deltas),
            config=self._config,
            searched=self._config.search_weight
            and self._hyperparameters.search_from <= min(self._step, self._config.steps // 2),
            artwork_side=self._artwork_side,
            precision=self._precision,
            best=self._best,
            steps=self._step,
            seconds=self._compute_seconds(),
            before=self._before,
            after=self._after,
            stopped=self._stopped,
        )

    def _get_trained(self) -> dict[str, Tensor]:
        """Return all tensors that are trained; names of the network's weights begin with DELTA."""
        weights = dict(self._transformer.named_parameters()) if self._config.level == 2 else {}
        return self._style | {DELTA + name: weight for name, weight in weights.items()}

    def _create_optimizer(self) -> None:
        trained = self._get_trained()
        for parameter in trained.values():
            parameter.requires_grad_()
        weights = [parameter for name, parameter in trained.items() if name.startswith(DELTA)]
        groups = [list(self._style.values()), *([weights] if weights else [])]
        self._adam = torch.optim.Adam([{"params": group} for group in groups])

    def _copy_trained(self) -> dict[str, Tensor]:
        return {name: parameter.detach().clone() for name, parameter in self._get_trained().items()}

    def _set_learning_rates(self) -> None:
        """Raise the rates for some steps, then lower them along half a cosine to a fiftieth."""
        fall = 0.51 + 0.49 * math.cos(math.pi * self._step / self._config.steps)
        rates = (self._hyperparameters.numbers, self._hyperparameters.weights)
        for group, rate in zip(self._adam.param_groups, rates, strict=False):
            group["lr"] = rate * fall * min(1.0, self._step / self._hyperparameters.warm_up)

    def _draw_panel(self) -> Tensor:
        with torch.no_grad():
            pictures: Tensor = self._transformer(self._panel, self._style)
        return pictures

    def _measure_panel(self, pictures: Tensor) -> Distances:
        with torch.no_grad():
            content, style = self._objective.measure(pictures, self._panel)
        return Distances(content=content.item(), style=style.item())

    def _show_panel(self, pictures: Tensor) -> Image.Image:
        """Return the crops of photos, and below them their pictures."""
        rows = [torch.cat(list(row), dim=-1) for row in (self._panel, pictures)]  # each (3, SIDE, N*SIDE)
        return to_picture(torch.cat(rows, dim=-2)[None])

    def _adjust_weight(self, pictures: Tensor) -> None:
        """Raise the style's weight if the shapes are nearer to the photos' than need be, else lower it.

        An artwork of many small strokes takes twice the weight of one of bold shapes, and one that is black
        but for points of light a tenth; the predicted style shows what the artwork does to shapes.
        """
        settings = self._hyperparameters
        form = self._objective.measure_form(pictures, self._panel)
        spared = settings.form_ratio - form / self._predicted_form
        change = max(-settings.largest_change, min(settings.largest_change, settings.gain * spared))
        weight = self._config.style_weight * math.exp(change)
        weight = max(settings.lowest_weight, min(settings.highest_weight, weight))
        self._config = replace(self._config, style_weight=weight)

    def _keep_if_best(self, losses: Distances) -> None:
        """Keep this step if its panel is the best so far; end the training if none was better for long."""
        weight = self._config.style_weight
        if losses.total(weight) < self._after.total(weight):
            self._keep(losses)
            return
        self._waited += 1
        if self._waited >= self._hyperparameters.patience and self._step < self._config.steps:
            self._stopped = f"the panel did not improve after step {self._best}"

    def _keep(self, losses: Distances) -> None:
        self._best, self._after, self._waited = self._step, losses, 0
        self._best_tensors = self._copy_trained()

    def _apply_budget(self) -> None:
        budget, timed = self._config.budget, self._hyperparameters.timed
        if not budget:
            return
        if self._step == timed:
            # Reduces the steps instead of cutting the end off, so that the learning rates still fall.
            affordable = int(budget / (self._compute_seconds() / timed))
            steps = max(timed + 1, min(self._config.steps, affordable))
            self._config = replace(self._config, steps=steps)
        elif self._compute_seconds() >= budget and self._step < self._config.steps:
            self._stopped = "the budget was spent"

    def _make_progress(self, losses: Distances, panel: Image.Image | None = None) -> TrainingProgress:
        return TrainingProgress(
            step=self._step,
            steps=self._config.steps,
            seconds=self._compute_seconds(),
            losses=losses,
            panel=panel,
        )

    def _compute_seconds(self) -> float:
        return self._earlier_seconds + time.monotonic() - self._started
