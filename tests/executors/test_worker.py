"""The real worker, with torch, on photos of a few pixels."""

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
import torch
from pelican.plugins.stylize.engine.networks.style_parameters import SHAPES, save_parameters
from pelican.plugins.stylize.executors.file_refs import FileRef, make_file_ref
from pelican.plugins.stylize.executors.inline import InlineExecutor
from pelican.plugins.stylize.executors.interface import Done, Failed, PredictTask
from pelican.plugins.stylize.executors.local import LocalExecutor
from pelican.plugins.stylize.executors.wire_protocol import Ready, encode_message, parse_event
from pelican.plugins.stylize.executors.worker_process import COMMAND
from pelican.plugins.stylize.model.errors import UserError
from pelican.plugins.stylize.storage.safetensors_header import digest_tensors
from PIL import Image
from safetensors.torch import load_file


@pytest.fixture(scope="module")
def conversation(tmp_path_factory) -> tuple[list, str]:
    """Return the answers of a worker to two predictions, and the modules it imported."""
    folder = tmp_path_factory.mktemp("artworks")
    Image.new("RGB", (90, 70), "tomato").save(folder / "tomato.png")
    process = subprocess.Popen(
        [sys.executable, "-X", "importtime", *COMMAND[1:], "cpu"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=(folder / "imports").open("wb"),
    )
    wrong = PredictTask(
        job="tomato",
        artwork=FileRef(path=folder / "tomato.png", digest="0" * 64),
        target=folder / "x.safetensors",
    )
    process.stdin.write(b"What is the time?\n" + encode_message(wrong))
    process.stdin.flush()
    answers = [parse_event(process.stdout.readline()) for _ in range(3)]
    process.stdin.close()
    assert process.wait(timeout=10) == 0
    return answers, (folder / "imports").read_text()


def test_the_worker_needs_no_pelican(conversation):
    _, imports = conversation
    modules = {line.rpartition("|")[2].strip() for line in imports.splitlines()}
    assert "torch" in modules
    assert "stylize.engine.stylizer" in modules
    assert [name for name in modules if name.startswith("pelican")] == []


def test_the_worker_answers_every_line(conversation):
    answers, _ = conversation
    assert answers[0] == Ready()
    assert answers[1:] == [
        Failed(job="", message="not a message of version 4: 'What is the time?'"),
        Failed(
            job="tomato",
            message="tomato.png: the file was changed during the run. Run the command again.",
            changed=True,
        ),
    ]


def with_weights(task, path):
    """Return a task whose style has the weights of a file."""
    (part,) = task.blend
    weights = make_file_ref(path, digest=digest_tensors(path, where=""))
    return replace(task, blend=(replace(part, weights=weights),))


def test_a_style_is_predicted_and_a_photo_drawn_in_it_alike_here_and_in_a_worker(task, tmp_path):
    artwork = task("artwork", (20, 60, 160)).photo
    executor, inline = LocalExecutor("cpu", threads=1), InlineExecutor(device="cpu")
    weights = tmp_path / "predicted.safetensors"
    executor.predict(artwork, weights)
    inline.predict(artwork, tmp_path / "inline.safetensors")
    here, there = load_file(tmp_path / "inline.safetensors"), load_file(weights)
    assert all(torch.allclose(here[name], there[name], atol=1e-4) for name in SHAPES)
    drawn = with_weights(task("pier"), weights)
    of_another = replace(
        drawn, job="other", target=tmp_path / "other.png", method=replace(drawn.method, version=99)
    )
    outcomes = {type(outcome): outcome for outcome in executor.run([drawn, of_another])}
    assert outcomes[Done].receipt.device == "cpu"
    with Image.open(drawn.target) as picture:
        assert (picture.mode, picture.size) == ("RGB", (80, 64))
    done, failed = inline.run([replace(drawn, target=tmp_path / "inline.png"), of_another])
    assert done.receipt.sha256 == outcomes[Done].receipt.sha256
    assert failed == outcomes[Failed]
    assert outcomes[Failed].message == (
        "pier.png: this worker draws with feed-forward 2, optimize-small 3, optimize 5, imported 2, not with"
        " feed-forward 99. Install the same pelican-stylize."
    )


def test_a_picture_is_looked_at_alike_here_and_in_a_worker(task, tmp_path):
    """The style's gains are 0 but its last bias is far off: all comes out white, and the photo was grain."""
    numbers = tmp_path / "white.safetensors"
    save_parameters(
        {name: torch.full(shape, 9.0 if name == "expand3.bias" else 0.0) for name, shape in SHAPES.items()},
        numbers,
    )
    faulty = with_weights(task("pier"), numbers)
    grain = np.random.default_rng(0).integers(40, 200, (64, 80, 3), dtype=np.uint8)
    Image.fromarray(grain).save(faulty.photo.path)
    faulty = replace(faulty, photo=make_file_ref(faulty.photo.path))
    (there,) = LocalExecutor("cpu", threads=1).run([faulty])
    (inline,) = InlineExecutor(device="cpu").run([replace(faulty, target=tmp_path / "inline.png")])
    assert there.receipt.artifacts == (
        "detail lost in black or white on 100.0 % of the picture (limit 3.0 %)",
        "dead flat areas on 100.0 % of the picture (limit 3.0 %)",
    )
    assert inline.receipt.artifacts == there.receipt.artifacts


def test_a_device_that_is_not_there_is_reported_once(task):
    with pytest.raises(UserError) as caught:
        list(LocalExecutor("abacus").run([task("a"), task("b")]))
    assert str(caught.value) == "STYLIZE['device'] is 'abacus'; write one of auto, cuda, mps, cpu."


def test_an_inline_executor_loads_torch_with_its_first_task_only():
    program = """
import sys
from pelican.plugins.stylize.executors.inline import InlineExecutor
InlineExecutor(device="cpu")
sys.exit("torch" in sys.modules)
"""
    assert subprocess.run([sys.executable, "-c", program]).returncode == 0
