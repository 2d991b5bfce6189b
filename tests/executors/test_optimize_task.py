"""Slow pictures in a worker: their steps are told, and what was done is not lost."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from fixtures import fake_worker
from pelican.plugins.stylize.executors.interface import Done, Failed, Job, Underway
from pelican.plugins.stylize.model.entities import Artwork, Parameters, StyleShare
from pelican.plugins.stylize.model.methods import OPTIMIZE
from pelican.plugins.stylize.storage.atomic_files import sha256_of
from PIL import Image


@pytest.fixture
def slow_job(job, tmp_path: Path) -> Callable[..., Job]:
    """Make a job that optimizes a photo after two artworks, 75% red and 25% blue."""

    def make(name: str, color: tuple[int, int, int] = (200, 100, 50)) -> Job:
        quick = job(name, color)
        (share,) = quick.stylization.blend
        blend = []
        for slug, hue, part in (("red", (200, 0, 0), 0.75), ("blue", (0, 0, 200), 0.25)):
            path = tmp_path / slug / "artwork.png"
            path.parent.mkdir(exist_ok=True)
            Image.new("RGB", (70, 70), hue).save(path)
            artwork = Artwork(path=path, digest=sha256_of(path), credit=share.style.artwork.credit)
            blend.append(StyleShare(style=replace(share.style, slug=slug, artwork=artwork), part=part))
        stylization = replace(
            quick.stylization,
            blend=tuple(blend),
            method=OPTIMIZE,
            parameters=Parameters(long_edge=80, content=0.5),
        )
        workplace = tmp_path / "optimizing" / name
        workplace.mkdir(parents=True)
        return replace(quick, stylization=stylization, workplace=workplace)

    return make


def test_every_step_is_told_before_the_picture_is_there(executor, slow_job):
    *steps, done = executor.run([slow_job("pier")])
    assert [(step.step, step.steps, step.seconds) for step in steps] == [
        (1, 4, 60.0),
        (2, 4, 120.0),
        (3, 4, 180.0),
        (4, 4, 240.0),
    ]
    assert {step.job.photo for step in steps} == {"pier.png"}
    assert isinstance(done, Done)
    with Image.open(done.job.target) as picture:
        assert picture.getpixel((9, 9)) == (150, 0, 50)


def test_the_receipt_names_the_method_and_counts_what_earlier_runs_have_spent(executor, slow_job, job):
    *_, done = executor.run([slow_job("pier")])
    assert done.receipt.method == "optimize"
    assert 240 <= done.receipt.seconds < 250
    (quick,) = executor.run([job("quick")])
    assert quick.receipt.method == "feed-forward"


def test_a_run_that_was_interrupted_goes_on_from_its_last_step(executor, slow_job):
    job = slow_job("slow", fake_worker.YELLOW)
    outcomes = executor.run([job])
    assert [next(outcomes).step, next(outcomes).step] == [1, 2]
    outcomes.close()
    again = list(executor.run([job]))
    assert [outcome.step for outcome in again if isinstance(outcome, Underway)] == [3, 4]
    assert isinstance(again[-1], Done)


def test_other_numbers_of_a_style_do_not_disturb_a_picture_made_from_its_artwork(executor, slow_job):
    job = slow_job("pier")
    job.stylization.blend[0].style.numbers.path.write_bytes(b"tuned again")
    *_, outcome = executor.run([job])
    assert isinstance(outcome, Done)


def test_an_artwork_that_is_not_the_planned_one_draws_nothing(executor, slow_job):
    changed, removed = slow_job("changed"), slow_job("removed")
    artwork = changed.stylization.blend[1].style.artwork.path
    Image.new("RGB", (70, 70), "white").save(artwork)
    (first,) = executor.run([changed])
    assert first.message == f"changed.png: {artwork} changed while the site was being built. Build again."
    artwork.unlink()
    (second,) = executor.run([removed])
    assert isinstance(second, Failed)
    assert (
        second.message == f"removed.png: {artwork} was removed while the site was being built. Build again."
    )
