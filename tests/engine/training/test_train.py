"""Training for a few steps on tiny data: what is kept, and when it ends."""

import json
import math
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from pelican.plugins.stylize.engine.networks.style_file import load_style_file, save_style_file
from pelican.plugins.stylize.engine.networks.transformer import Transformer
from pelican.plugins.stylize.engine.networks.vgg_encoder import Encoder
from pelican.plugins.stylize.engine.networks.weight_files import load_weights
from pelican.plugins.stylize.engine.training.train import TrainingProgress, TunedStyle, train_style
from pelican.plugins.stylize.model.errors import UserError
from pelican.plugins.stylize.model.training_config import Hyperparameters, TrainingConfig
from safetensors import safe_open
from safetensors.torch import save_file

SMALL = Hyperparameters(side=64, artwork_side=144)


@pytest.fixture(scope="module")
def photos(photo):
    return [photo.resize((360, 264)), photo.transpose(0).resize((300, 300))]


@pytest.fixture(scope="module")
def tune(stylizer, artwork, photos):
    """Tune on the mosaic and return every step and the result."""

    start = stylizer.predict(artwork)
    encoder = load_weights(Encoder(), "encoder.safetensors")

    def run(
        config: TrainingConfig,
        checkpoint: Path,
        *,
        until: int = 99,
        sources: str = "a",
        hyperparameters: Hyperparameters = SMALL,
    ) -> tuple[list[TrainingProgress], TunedStyle | None]:
        steps = []
        for result in train_style(
            artwork,
            photos,
            start=start,
            transformer=load_weights(Transformer(), "transformer.safetensors"),
            encoder=encoder,
            config=config,
            sources=sources,
            checkpoint=checkpoint,
            hyperparameters=hyperparameters,
        ):
            if isinstance(result, TunedStyle):
                return steps, result
            steps.append(result)
            if len(steps) == until:
                break
        return steps, None

    return run


@pytest.fixture(scope="module")
def whole(tune, tmp_path_factory):
    """A run of four steps that nothing interrupted."""
    return tune(TrainingConfig(steps=4), tmp_path_factory.mktemp("whole") / "checkpoint")


def tensors_of(tuned):
    return {**tuned.style.parameters, **{f"change {name}": t for name, t in tuned.style.deltas.items()}}


def test_the_precision_of_the_encoder_is_reported(whole):
    assert whole[1].precision == torch.float32


def test_every_step_is_yielded_with_a_panel_at_the_start_and_the_end(whole):
    steps, tuned = whole
    assert [step.step for step in steps] == [0, 1, 2, 3, 4]
    assert [step.panel is not None for step in steps] == [True, False, False, False, True]
    assert steps[0].panel.size == (2 * 64, 2 * 64)
    assert (tuned.steps, tuned.stopped) == (4, "")


def test_tuning_comes_closer_to_the_artwork(whole):
    _, tuned = whole
    assert tuned.best == 4
    assert tuned.after.total(10.0) < tuned.before.total(10.0)


@pytest.mark.parametrize(
    ("form_ratio", "expected"), [(0.01, 10 * math.exp(-0.5)), (100.0, 10 * math.exp(0.5))]
)
def test_the_weight_falls_where_too_much_of_the_photos_is_lost_and_else_rises(
    tune, tmp_path, form_ratio, expected
):
    searching = replace(SMALL, panel_every=2, search_from=2, form_ratio=form_ratio)
    _, tuned = tune(TrainingConfig(steps=5, level=1), tmp_path / "checkpoint", hyperparameters=searching)
    assert tuned.config.style_weight == pytest.approx(expected)
    assert tuned.searched


def test_a_weight_that_was_chosen_is_not_searched(tune, tmp_path):
    searching = replace(SMALL, panel_every=2, search_from=2, form_ratio=0.01)
    config = TrainingConfig(steps=4, level=1, style_weight=20.0, search_weight=False)
    _, tuned = tune(config, tmp_path / "checkpoint", hyperparameters=searching)
    assert tuned.config.style_weight == 20.0
    assert not tuned.searched


def test_a_higher_style_weight_is_closer_to_the_artwork_and_farther_from_the_photo(tune, tmp_path):
    _, light = tune(TrainingConfig(steps=6, level=1, style_weight=0.1), tmp_path / "light")
    _, heavy = tune(TrainingConfig(steps=6, level=1, style_weight=100.0), tmp_path / "heavy")
    assert heavy.after.style < light.after.style
    assert heavy.after.content > light.after.content


def test_a_tuned_style_draws_another_picture_than_a_predicted_style(
    whole, stylizer, style_file, photo, tmp_path
):
    _, tuned = whole
    save_style_file(tuned.style, tmp_path / "tuned", record={})
    predicted = stylizer.stylize(photo, blend=[(style_file, 1.0)], strength=1)
    full, half = (stylizer.stylize(photo, blend=[(tmp_path / "tuned", 1.0)], strength=s) for s in (1, 0.5))
    assert full != predicted
    assert full != half != predicted


def test_at_strength_0_tuning_makes_no_difference(whole, stylizer, style_file, photo, tmp_path):
    _, tuned = whole
    save_style_file(tuned.style, tmp_path / "tuned", record={})
    assert stylizer.stylize(photo, blend=[(tmp_path / "tuned", 1.0)], strength=0) == stylizer.stylize(
        photo, blend=[(style_file, 1.0)], strength=0
    )


@pytest.mark.parametrize("interrupted_after", [1, 3])
def test_an_interrupted_run_ends_with_the_same_result(whole, tune, tmp_path, interrupted_after):
    tune(
        TrainingConfig(steps=4), tmp_path / "checkpoint", until=interrupted_after + 1
    )  # the panel comes before
    # The steps come from the checkpoint, whatever is asked the second time.
    _, tuned = tune(TrainingConfig(steps=9, level=1, seed=5), tmp_path / "checkpoint")
    assert tuned.steps == 4
    ended, expected = tensors_of(tuned), tensors_of(whole[1])
    assert ended.keys() == expected.keys()
    assert all(torch.equal(ended[name], expected[name]) for name in expected)
    assert (tuned.after, tuned.before, tuned.best) == (whole[1].after, whole[1].before, whole[1].best)


def test_a_run_that_was_interrupted_in_the_search_ends_with_the_same_weight(tune, tmp_path):
    searching = replace(SMALL, panel_every=2, search_from=2)
    config = TrainingConfig(steps=8, level=1)
    _, whole = tune(config, tmp_path / "whole", hyperparameters=searching)
    tune(config, tmp_path / "checkpoint", until=4, hyperparameters=searching)
    # A weight that is chosen the second time is too late: the search goes on.
    chosen = TrainingConfig(steps=8, level=1, style_weight=20.0, search_weight=False)
    _, resumed = tune(chosen, tmp_path / "checkpoint", hyperparameters=searching)
    assert resumed.config == whole.config
    assert resumed.config.style_weight != 10.0


def test_another_seed_gives_another_style(tune, whole, tmp_path):
    _, tuned = tune(TrainingConfig(steps=4, seed=1), tmp_path / "checkpoint")
    assert not torch.equal(tuned.style.parameters["expand3.bias"], whole[1].style.parameters["expand3.bias"])


def test_level_1_changes_the_style_parameters_only(tune, tmp_path):
    _, tuned = tune(TrainingConfig(steps=1, level=1), tmp_path / "checkpoint")
    assert tuned.style.deltas == {}
    save_style_file(tuned.style, tmp_path / "style", record={})
    assert load_style_file(tmp_path / "style").deltas == {}


def test_the_best_step_is_kept(tune, tmp_path):
    too_fast = replace(SMALL, numbers=400.0)
    _, tuned = tune(TrainingConfig(steps=2, level=1), tmp_path / "checkpoint", hyperparameters=too_fast)
    assert tuned.best == 0
    assert tuned.after == tuned.before


@pytest.mark.parametrize("panel", [{}, {"panel_every": 1, "search_from": 1}])
def test_a_loss_that_is_not_finite_ends_the_training_and_the_best_step_is_kept(tune, tmp_path, panel):
    _, tuned = tune(
        TrainingConfig(steps=5, level=1),
        tmp_path / "checkpoint",
        hyperparameters=replace(SMALL, numbers=1e37, **panel),
    )
    assert tuned.stopped == "the loss was not finite at step 2; the best step before it was kept"
    assert tuned.best == 0
    assert all(tensor.isfinite().all() for tensor in tuned.style.parameters.values())


def test_a_training_ends_early_if_the_panel_does_not_improve(tune, tmp_path):
    too_fast = replace(SMALL, numbers=400.0, panel_every=1)
    _, tuned = tune(TrainingConfig(steps=50, level=1), tmp_path / "checkpoint", hyperparameters=too_fast)
    assert tuned.steps == 4
    assert tuned.stopped == "the panel did not improve after step 0"


def test_a_budget_shortens_the_run(tune, tmp_path):
    steps, tuned = tune(TrainingConfig(steps=1000, level=1, budget=0.001), tmp_path / "checkpoint")
    assert tuned.steps <= 6
    assert steps[-1].panel is not None


@pytest.mark.parametrize("other", [{"sources": "b"}, {"hyperparameters": replace(SMALL, artwork_side=150)}])
def test_a_checkpoint_of_other_photos_or_hyperparameters_is_reported(tune, tmp_path, other):
    tune(TrainingConfig(steps=2, level=1), tmp_path / "checkpoint", until=2)
    with pytest.raises(UserError) as error:
        tune(TrainingConfig(steps=2, level=1), tmp_path / "checkpoint", **other)
    assert str(error.value) == (
        "the interrupted run had another artwork, other photos or other hyperparameters;"
        " tune without --resume."
    )


@pytest.mark.parametrize("table", ["course", "recipe"])
def test_a_checkpoint_of_another_version_is_reported(tune, tmp_path, table):
    path = tmp_path / "checkpoint"
    tune(TrainingConfig(steps=2, level=1), path, until=2)
    with safe_open(path, framework="pt") as file:
        facts = json.loads(file.metadata()["state"])
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    facts[table].popitem()
    save_file(tensors, path, metadata={"state": json.dumps(facts)})
    with pytest.raises(UserError) as error:
        tune(TrainingConfig(steps=2, level=1), path)
    assert str(error.value) == f"{path}: not a checkpoint of this version; tune without --resume."


@pytest.mark.parametrize("is_cut", [True, False])
def test_a_damaged_checkpoint_is_reported(tune, tmp_path, is_cut):
    path = tmp_path / "checkpoint"
    tune(TrainingConfig(steps=2, level=1), path, until=2)
    data = bytearray(path.read_bytes())
    data[-101] ^= 0x10
    path.write_bytes(data[:-100] if is_cut else data)
    with pytest.raises(UserError) as error:
        tune(TrainingConfig(steps=2, level=1), path)
    assert str(error.value) == f"{path}: not a checkpoint of this version; tune without --resume."
