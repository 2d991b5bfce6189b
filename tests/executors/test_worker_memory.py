"""Photos that do not fit into memory together wait for one another."""

import time
from pathlib import Path
from threading import Thread

import pytest
from pelican.plugins.stylize.executors.file_refs import make_file_ref
from pelican.plugins.stylize.executors.interface import PredictTask, StylizeTask
from pelican.plugins.stylize.executors.worker_memory import MemoryGate
from pelican.plugins.stylize.model.entities import Parameters
from pelican.plugins.stylize.model.methods import FEED_FORWARD
from PIL import Image

MEGAPIXEL = 8_000_000  # bytes: a photo of 1000x1000 pixels and its picture
ROOM_FOR_TWO = 8 * 2 * MEGAPIXEL  # an eighth is for photos and pictures


@pytest.fixture
def task(tmp_path):
    def make(job: str, *, long_edge: int = 1000) -> StylizeTask:
        path = tmp_path / f"{job}.png"
        if not path.exists():
            Image.new("RGB", (1000, 1000)).save(path)
        return StylizeTask(
            job=job,
            photo=make_file_ref(path, digest=""),
            blend=(),
            method=FEED_FORWARD,
            parameters=Parameters(long_edge=long_edge),
            target=Path("picture.png"),
        )

    return make


def enters(gate, task) -> bool:
    """Return whether a task is let in soon."""
    thread = Thread(target=gate.enter, args=(task,), daemon=True)
    thread.start()
    thread.join(timeout=0.3)
    return not thread.is_alive()


def test_photos_that_fit_are_let_in_together(task):
    gate = MemoryGate(ROOM_FOR_TWO)
    assert enters(gate, task("a"))
    assert enters(gate, task("b"))


def test_one_that_does_not_fit_waits_until_another_is_done(task):
    gate = MemoryGate(ROOM_FOR_TWO)
    for job in "ab":
        gate.enter(task(job))
    done = []
    thread = Thread(target=lambda: (gate.enter(task("c")), done.append("c")))
    thread.start()
    time.sleep(0.1)
    assert done == []
    gate.leave("a")
    thread.join(timeout=5)
    assert done == ["c"]


def test_a_photo_larger_than_all_the_room_is_let_in_alone(task):
    gate = MemoryGate(MEGAPIXEL)
    assert enters(gate, task("a"))
    assert not enters(gate, task("b"))


def test_the_size_at_which_a_photo_is_drawn_counts(task):
    gate = MemoryGate(ROOM_FOR_TWO)
    for job in "abcdefgh":
        assert enters(gate, task(job, long_edge=500))


def test_what_is_no_photo_takes_no_room(task, tmp_path):
    gate = MemoryGate(MEGAPIXEL)
    gate.enter(task("a"))
    (tmp_path / "broken.png").write_bytes(b"nothing")
    artwork = make_file_ref(tmp_path / "broken.png", digest="")
    assert enters(gate, PredictTask(job="p", artwork=artwork, target=Path("x")))
    assert enters(gate, task("broken"))
