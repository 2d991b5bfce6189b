"""Painted pictures in a worker: their steps are reported, and what was done is not lost."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from fixtures import fake_worker
from pelican.plugins.stylize.executors.file_refs import make_file_ref
from pelican.plugins.stylize.executors.interface import Done, Failed, Progress, StylePart, StylizeTask
from pelican.plugins.stylize.model.entities import Parameters
from pelican.plugins.stylize.model.methods import OPTIMIZE, OPTIMIZE_SMALL
from PIL import Image


@pytest.fixture
def slow_task(task, tmp_path: Path) -> Callable[..., StylizeTask]:
    """Make a task that optimizes a photo after two artworks, 75% red and 25% blue."""

    def make(name: str, color: tuple[int, int, int] = (200, 100, 50)) -> StylizeTask:
        quick = task(name, color)
        blend = []
        for slug, hue, part in (("red", (200, 0, 0), 0.75), ("blue", (0, 0, 200), 0.25)):
            path = tmp_path / slug / "artwork.png"
            path.parent.mkdir(exist_ok=True)
            Image.new("RGB", (70, 70), hue).save(path)
            blend.append(StylePart(weights=quick.blend[0].weights, artwork=make_file_ref(path), part=part))
        workplace = tmp_path / "optimizing" / name
        workplace.mkdir(parents=True)
        parameters = Parameters(long_edge=80, content=0.5)
        return replace(quick, blend=tuple(blend), method=OPTIMIZE, parameters=parameters, workplace=workplace)

    return make


def test_every_step_is_reported_before_the_picture_is_there(executor, slow_task):
    wanted = slow_task("pier")
    *steps, done = executor.run([wanted])
    assert [(step.step, step.steps, step.seconds) for step in steps] == [
        (1, 4, 60.0),
        (2, 4, 120.0),
        (3, 4, 180.0),
        (4, 4, 240.0),
    ]
    assert {step.job for step in steps} == {"pier"}
    assert isinstance(done, Done)
    with Image.open(wanted.target) as picture:
        assert picture.getpixel((9, 9)) == (150, 0, 50)


def test_artworks_with_a_place_of_their_own_are_painted_one_after_the_other(executor, slow_task, tmp_path):
    slow = slow_task("pier")
    mask = Image.new("L", (80, 64))
    mask.paste(255, (0, 0, 80, 32))
    mask.save(tmp_path / "sky.png")
    red, blue = slow.blend
    blend = (replace(red, part=1.0, mask=make_file_ref(tmp_path / "sky.png")), replace(blue, part=1.0))
    *steps, done = executor.run([replace(slow, blend=blend)])
    assert [(step.step, step.steps) for step in steps] == [(step, 8) for step in range(1, 9)]
    assert [step.seconds for step in steps[:4]] == [60.0, 120.0, 180.0, 240.0]
    assert 299 <= steps[4].seconds < 310
    assert isinstance(done, Done)
    with Image.open(slow.target) as picture:
        assert [picture.getpixel((40, y)) for y in (3, 60)] == [(200, 0, 0), (0, 0, 200)]


def test_the_receipt_names_the_method_and_counts_what_earlier_runs_have_spent(executor, slow_task, task):
    *_, done = executor.run([slow_task("pier")])
    assert done.receipt.method == "optimize"
    assert 240 <= done.receipt.seconds < 250
    (quick,) = executor.run([task("quick")])
    assert quick.receipt.method == "feed-forward"


def test_a_small_picture_takes_its_steps_without_a_checkpoint(executor, slow_task):
    slow = slow_task("pier")
    *steps, done = executor.run([replace(slow, method=OPTIMIZE_SMALL, workplace=None)])
    assert [(step.step, step.steps) for step in steps] == [(1, 4), (2, 4)]
    assert done.receipt.method == "optimize-small"
    assert list(slow.workplace.iterdir()) == []


def test_a_run_that_was_interrupted_goes_on_from_its_last_step(executor, slow_task):
    slow = slow_task("slow", fake_worker.YELLOW)
    outcomes = executor.run([slow])
    assert [next(outcomes).step, next(outcomes).step] == [1, 2]
    outcomes.close()
    again = list(executor.run([slow]))
    assert [outcome.step for outcome in again if isinstance(outcome, Progress)] == [3, 4]
    assert isinstance(again[-1], Done)


def test_other_numbers_of_a_style_do_not_disturb_a_picture_made_from_its_artwork(executor, slow_task):
    wanted = slow_task("pier")
    wanted.blend[0].weights.path.write_bytes(b"tuned again")
    *_, outcome = executor.run([wanted])
    assert isinstance(outcome, Done)


def test_an_artwork_that_is_not_the_planned_one_draws_nothing(executor, slow_task):
    changed, removed = slow_task("changed"), slow_task("removed")
    artwork = changed.blend[1].artwork.path
    Image.new("RGB", (70, 70), "white").save(artwork)
    (first,) = executor.run([changed])
    assert (
        first.message
        == f"changed.png: {artwork}: the file was changed during the run. Run the command again."
    )
    artwork.unlink()
    (second,) = executor.run([removed])
    assert isinstance(second, Failed)
    assert (
        second.message
        == f"removed.png: {artwork}: the file was removed during the run. Run the command again."
    )
