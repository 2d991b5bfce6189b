"""The real worker tunes, a step or two on small pictures."""

from pathlib import Path

import pytest
import torch
from pelican.plugins.stylize.engine.devices import choose_precision
from pelican.plugins.stylize.executors.file_refs import FileRef, make_file_ref
from pelican.plugins.stylize.executors.inline import InlineExecutor
from pelican.plugins.stylize.executors.interface import Failed, TrainingStep, Tuned, TuneTask
from pelican.plugins.stylize.executors.local import LocalExecutor
from pelican.plugins.stylize.executors.perform import make_failure
from pelican.plugins.stylize.model.training_config import TrainingConfig
from pelican.plugins.stylize.storage.safetensors_header import digest_tensors
from PIL import Image


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    """Make a picture, of noise unless a color is named; return a reference to its file."""
    folder = tmp_path_factory.mktemp("pictures")

    def make(name: str, *, size: tuple[int, int] = (300, 200), color: str = "") -> FileRef:
        path = folder / f"{name}.png"
        if not path.exists():
            noise = Image.effect_noise(size, 80).convert("RGB")
            (Image.new("RGB", size, color) if color else noise).save(path)
        return make_file_ref(path)

    return make


@pytest.fixture
def tuning(file, tmp_path):
    """Describe a tuning of level 1 in a workplace of its own."""

    def make(
        artwork: FileRef, *, job: str = "ink", photos: tuple[FileRef, ...] = (), steps: int = 2
    ) -> TuneTask:
        workplace = tmp_path / f"workplace-{job}"
        workplace.mkdir()
        return TuneTask(
            job=job,
            artwork=artwork,
            photos=photos or (file("pier"), file("nets")),
            config=TrainingConfig(level=1, steps=steps),
            workplace=workplace,
            target=workplace / "style.safetensors",
        )

    return make


@pytest.fixture
def executor() -> LocalExecutor:
    return LocalExecutor("cpu", threads=1)


def digest(path: Path) -> str:
    return digest_tensors(path, where="")


def test_one_worker_tunes_style_after_style_and_says_why_one_failed(executor, tuning, file):
    whole = tuning(file("ink"), job="whole")
    events = list(executor.tune([tuning(file("flat", color="tomato")), whole]))
    assert events[0] == Failed(
        job="ink", message="the artwork is of one flat color, from which no style can be learned."
    )
    steps, tuned = events[1:-1], events[-1]
    assert [(type(step), step.step, step.panel) for step in steps] == [
        (TrainingStep, 0, "panel-0000.png"),
        (TrainingStep, 1, ""),
        (TrainingStep, 2, "panel-0002.png"),
    ]
    assert isinstance(tuned, Tuned)
    assert (tuned.training.level, tuned.training.steps, tuned.training.photos) == (1, 2, 2)
    assert (tuned.training.style_weight, tuned.training.artwork_side) == (10.0, 384)
    precision = str(choose_precision(torch.device("cpu"))).removeprefix("torch.")
    assert tuned.training.loss_network.startswith(f"VGG-19 up to relu4_1 in {precision}, sha256 e32a0494b63a")
    assert tuned.training.versions.keys() == {"torch", "pillow"}
    assert whole.target.stat().st_size < 8000


def test_a_tuning_that_was_killed_and_goes_on_comes_to_the_same_style(executor, tuning, file):
    whole, killed = tuning(file("ink"), job="whole"), tuning(file("ink"), job="killed")
    list(executor.tune([whole]))
    events = executor.tune([killed])
    while next(events).step < 2:  # the checkpoint of step 1 is on the disk by then
        pass
    events.close()
    killed.target.unlink(missing_ok=True)
    again = list(executor.tune([killed]))
    assert [event.step for event in again if isinstance(event, TrainingStep)] == [2]
    assert digest(killed.target) == digest(whole.target)


def test_a_photo_that_cannot_be_read_is_named(executor, tuning, file, tmp_path):
    (tmp_path / "torn.jpg").write_bytes(b"\xff\xd8\xff\xe0 torn")
    torn = make_file_ref(tmp_path / "torn.jpg")
    (event,) = executor.tune([tuning(file("ink"), photos=(file("pier"), torn))])
    assert isinstance(event, Failed)
    assert event.message.startswith("torn.jpg: ")


def test_a_style_is_tuned_alike_in_this_process(executor, tuning, file):
    there, here = tuning(file("ink"), job="there"), tuning(file("ink"), job="here")
    *_, expected = executor.tune([there])
    *steps, tuned = InlineExecutor(device="cpu").tune([here])
    assert [step.step for step in steps] == [0, 1, 2]
    assert tuned.job == "here"
    assert tuned.training.style_after == pytest.approx(expected.training.style_after, abs=0.001)


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (
            torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB."),
            "mosaic.png: the GPU has too little memory. Close other programs that use it and continue with"
            " --resume, or set STYLIZE['device'] to 'cpu'.",
        ),
        (MemoryError(), "mosaic.png: there is not enough memory. Close other programs and try again."),
    ],
)
def test_too_little_memory_is_one_line_that_says_what_to_do(file, tuning, capsys, error, message):
    assert make_failure(tuning(file("mosaic")), error) == Failed(job="ink", message=message)
    assert capsys.readouterr().err == ""
