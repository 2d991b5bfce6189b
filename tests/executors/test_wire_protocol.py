"""The lines between an executor and its worker."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from fixtures.training_results import TRAINING
from pelican.plugins.stylize.executors.interface import Job
from pelican.plugins.stylize.executors.wire_protocol import (
    Advanced,
    File,
    Finished,
    Prediction,
    Ready,
    Refused,
    Started,
    Stepped,
    Tuned,
    Tuning,
    encode_message,
    make_drawing,
    read_answer,
    read_task,
)
from pelican.plugins.stylize.model.entities import Parameters
from pelican.plugins.stylize.model.training_config import TrainingConfig
from pelican.plugins.stylize.storage.store import Receipt

RECEIPT = Receipt(
    sha256="f" * 64,
    width=3,
    height=2,
    seconds=4.1,
    device="cpu",
    versions={"torch": "2.14.1"},
    made="2026",
    artifacts=("confetti on 2.1 % of the picture (limit 0.5 %)",),
)
ARTWORK = File(path=Path("/styles/ink/artwork é.jpg"), digest="a" * 64)


def test_a_drawing_says_all_that_a_worker_elsewhere_needs(stylization):
    drawing = make_drawing(Job(stylization=stylization, target=Path("/in/x.png")), number=7)
    assert json.loads(encode_message(drawing)) == {
        "do": "stylize",
        "job": 7,
        "key": stylization.key,
        "photo": {"path": str(Path("content/photos/pier.jpg").absolute()), "digest": "a" * 64},
        "blend": [
            {
                "numbers": {
                    "path": str(Path("styles/harvesters/style.safetensors").absolute()),
                    "digest": "c" * 64,
                },
                "artwork": {
                    "path": str(Path("styles/harvesters/artwork.jpg").absolute()),
                    "digest": "b" * 64,
                },
                "part": 1.0,
            }
        ],
        "method": {"name": "feed-forward", "version": 1, "network": stylization.method.network},
        "parameters": {"strength": 1.0, "long_edge": 1500, "content": None},
        "target": "/in/x.png",
        "workplace": None,
    }


def test_a_task_is_read_as_it_was_written(stylization):
    drawing = make_drawing(Job(stylization=stylization, target=Path("/in/x.png")), number=7)
    slow = replace(
        drawing, parameters=Parameters(content=0.5), workplace=Path("/blog/.stylize/optimizing/ab")
    )
    assert read_task(encode_message(slow)) == slow
    prediction = Prediction(job=8, artwork=ARTWORK, target=Path("/in/x.safetensors"))
    assert read_task(encode_message(drawing)) == drawing
    assert read_task(encode_message(prediction)) == prediction
    tuning = Tuning(
        job=9,
        artwork=ARTWORK,
        photos=(ARTWORK, ARTWORK),
        course=TrainingConfig(level=1, budget=240.0),
        workplace=Path("/blog/.stylize/tuning/ink"),
        target=Path("/in/x.safetensors"),
    )
    assert read_task(encode_message(tuning)) == tuning


@pytest.mark.parametrize(
    "answer",
    [
        Ready(),
        Started(job=7),
        Advanced(job=7, step=12, steps=300, seconds=14.2),
        Finished(job=7, receipt=RECEIPT),
        Stepped(job=9, step=25, steps=250, seconds=21.4, content=0.41, style=0.12, panel="panel-0025.png"),
        Tuned(job=9, training=TRAINING),
        Refused(job=None, message="café", final=True),
    ],
)
def test_an_answer_is_read_as_it_was_written(answer):
    assert read_answer(encode_message(answer)) == answer


def test_a_file_name_that_is_not_unicode_survives():
    odd = File(path=Path("/photos/caf\udce9.jpg"), digest="a" * 64)
    task = Prediction(job=1, artwork=odd, target=Path("/x"))
    line = encode_message(task)
    assert line.isascii()
    assert read_task(line) == task


@pytest.mark.parametrize(
    "line",
    [b"", b"hello", b"\xff", b"[]", b"{}", b'{"do": "dance"}', b'{"do": "predict"}', b'{"is": "ready"}'],
)
def test_what_is_not_a_task_is_refused(line):
    with pytest.raises(ValueError, match="not a message of version 1: "):
        read_task(line)
