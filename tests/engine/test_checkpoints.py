"""Checkpoints are saved whole or not at all, also on a disk that refuses them."""

import resource

import pytest
import torch
from pelican.plugins.stylize.engine.checkpoints import TrainingState, load_training_state, save_training_state
from pelican.plugins.stylize.engine.losses.style_content import Distances
from pelican.plugins.stylize.model.training_config import Hyperparameters, TrainingConfig
from pelican.plugins.stylize.storage.atomic_files import DiskError


def state_at(step: int) -> TrainingState:
    return TrainingState(
        config=TrainingConfig(steps=9, budget=60.0),
        sources="a" * 64,
        hyperparameters=Hyperparameters(artwork_side=144),
        step=step,
        seconds=1.5,
        before=Distances(content=1.0, style=0.2),
        best=3,
        after=Distances(content=0.5, style=0.1),
        waited=1,
        stopped="",
        tensors={"now.expand3.bias": torch.full((100_000,), float(step))},
    )


@pytest.fixture
def small_files():
    """No file may grow beyond 100 kB, as on a disk that is full."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_state_is_loaded_as_it_was_saved(tmp_path):
    save_training_state(state_at(5), tmp_path / "checkpoint")
    loaded = load_training_state(tmp_path / "checkpoint")
    assert (loaded.config, loaded.step, loaded.best) == (TrainingConfig(steps=9, budget=60.0), 5, 3)
    assert loaded.hyperparameters == Hyperparameters(artwork_side=144)
    assert (loaded.before, loaded.after) == (state_at(5).before, state_at(5).after)
    assert torch.equal(loaded.tensors["now.expand3.bias"], torch.full((100_000,), 5.0))


def test_a_disk_that_refuses_a_checkpoint_keeps_the_old_one(tmp_path, monkeypatch, request):
    monkeypatch.chdir(tmp_path.parent)
    path = tmp_path / "checkpoint"
    save_training_state(state_at(5), path)
    request.getfixturevalue("small_files")
    with pytest.raises(DiskError) as error:
        save_training_state(state_at(6), path)
    assert str(error.value) == (
        f"{tmp_path.name}: the system refuses a file of this size while saving the checkpoint of a training; "
        "what was finished is kept. Raise the limit ('ulimit -f') and build again."
    )
    assert load_training_state(path).step == 5
    assert [entry.name for entry in tmp_path.iterdir()] == ["checkpoint"]
