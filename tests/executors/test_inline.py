"""The inline executor makes pictures in this process."""

import pytest
from pelican.plugins.stylize.executors.inline import InlineExecutor
from pelican.plugins.stylize.executors.interface import Done, Failed, StylizeTask
from pelican.plugins.stylize.model.errors import PhotoError
from pelican.plugins.stylize.storage.atomic_files import sha256_of
from PIL import Image, ImageOps


def invert(task: StylizeTask) -> Image.Image:
    with Image.open(task.photo.path) as photo:
        return ImageOps.invert(photo)


def test_a_function_draws_every_task_in_order(task):
    tasks = {name: task(name) for name in "ab"}
    outcomes = list(InlineExecutor(invert).run(tasks.values()))
    assert [outcome.job for outcome in outcomes] == ["a", "b"]
    for outcome in outcomes:
        assert isinstance(outcome, Done)
        assert (outcome.receipt.width, outcome.receipt.height) == (80, 64)
        assert outcome.receipt.sha256 == sha256_of(tasks[outcome.job].target)


def test_the_faults_that_are_found_stand_on_the_receipt(task):
    def examine(task: StylizeTask, picture: Image.Image) -> tuple[str, ...]:
        return (f"{task.photo.name} is {picture.width} pixels wide",)

    (done,) = InlineExecutor(invert, examine=examine).run([task("a")])
    assert done.receipt.artifacts == ("a.png is 80 pixels wide",)


def test_a_photo_that_cannot_be_used_fails_and_the_rest_goes_on(task):
    def refuse_a(task: StylizeTask) -> Image.Image:
        if task.photo.name == "a.png":
            raise PhotoError("the file ends too early. Copy it again.")
        return invert(task)

    failed, done = InlineExecutor(refuse_a).run([task("a"), task("b")])
    assert isinstance(failed, Failed)
    assert failed.message == "a.png: the file ends too early. Copy it again."
    assert isinstance(done, Done)


def test_a_bug_in_the_function_travels(task):
    def divide(task: StylizeTask) -> Image.Image:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        list(InlineExecutor(divide).run([task("a")]))


def test_the_same_picture_is_the_same_file(task):
    first, second = InlineExecutor(invert).run([task("a"), task("b")])
    assert first.receipt.sha256 == second.receipt.sha256


def test_a_note_of_the_engine_is_a_warning(task, caplog, monkeypatch):
    class Engine:
        device_name = "cuda"

        def stylize(self, photo, *, warn, **_):
            warn("the GPU is small.")
            return photo

        def find_artifacts(self, *_, **__):
            return ()

    monkeypatch.setattr("pelican.plugins.stylize.executors.inline.load_engine", lambda *_: Engine())
    (done,) = InlineExecutor().run([task("harbor")])
    assert isinstance(done, Done)
    assert [record.message for record in caplog.records] == [
        "harbor.png: the GPU is small."
    ]  # Pelican drops a warning that it has logged
