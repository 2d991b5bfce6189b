"""The lines between an executor and its worker."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from fixtures.training_results import TRAINING
from pelican.plugins.stylize.executors.file_refs import FileRef
from pelican.plugins.stylize.executors.interface import (
    Done,
    Failed,
    Note,
    PredictTask,
    Progress,
    TrainingStep,
    Tuned,
    TuneTask,
    make_stylize_task,
)
from pelican.plugins.stylize.executors.wire_protocol import (
    Ready,
    Started,
    encode_message,
    parse_event,
    parse_task,
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
ARTWORK = FileRef(path=Path("/styles/ink/artwork é.jpg"), digest="a" * 64)


def test_a_task_says_all_that_a_worker_elsewhere_needs(stylization):
    task = make_stylize_task(stylization, Path("/in/x.png"))
    assert json.loads(encode_message(task)) == {
        "do": "stylize",
        "job": stylization.key,
        "photo": {"path": str(Path("content/photos/pier.jpg").absolute()), "digest": "a" * 64},
        "blend": [
            {
                "weights": {
                    "path": str(Path("styles/harvesters/style.safetensors").absolute()),
                    "digest": "c" * 64,
                },
                "artwork": {
                    "path": str(Path("styles/harvesters/artwork.jpg").absolute()),
                    "digest": "b" * 64,
                },
                "part": 1.0,
                "mask": None,
            }
        ],
        "method": {"name": "feed-forward", "version": 2, "network": stylization.method.network},
        "parameters": {
            "strength": 1.0,
            "long_edge": 1500,
            "stroke": 1.0,
            "content": None,
            "color": 0.0,
            "tone": 0.0,
        },
        "target": "/in/x.png",
        "workplace": None,
        "together": [],
    }


def test_a_task_is_read_as_it_was_written(stylization):
    task = make_stylize_task(stylization, Path("/in/x.png"))
    slow = replace(
        task,
        parameters=Parameters(stroke=2, content=0.5, color=1),
        workplace=Path("/blog/.stylize/optimizing/ab"),
    )
    assert parse_task(encode_message(slow)) == slow
    series = replace(task, together=(task.photo, ARTWORK))
    assert parse_task(encode_message(series)) == series
    masked = replace(task, blend=(replace(task.blend[0], mask=ARTWORK),))
    assert parse_task(encode_message(masked)) == masked
    prediction = PredictTask(job="ink", artwork=ARTWORK, target=Path("/in/x.safetensors"))
    assert parse_task(encode_message(task)) == task
    assert parse_task(encode_message(prediction)) == prediction
    tuning = TuneTask(
        job="ink",
        artwork=ARTWORK,
        photos=(ARTWORK, ARTWORK),
        config=TrainingConfig(level=1, budget=240.0),
        workplace=Path("/blog/.stylize/tuning/ink"),
        target=Path("/in/x.safetensors"),
    )
    assert parse_task(encode_message(tuning)) == tuning


@pytest.mark.parametrize(
    "event",
    [
        Ready(),
        Started(job="ab"),
        Progress(job="ab", step=12, steps=300, seconds=14.2),
        Done(job="ab", receipt=RECEIPT),
        TrainingStep(
            job="ink", step=25, steps=250, seconds=21.4, content=0.41, style=0.12, panel="panel-0025.png"
        ),
        Tuned(job="ink", training=TRAINING),
        Note(job="ab", message="pier.jpg: the GPU has too little memory."),
        Failed(job="", message="café", final=True),
    ],
)
def test_an_event_is_read_as_it_was_written(event):
    assert parse_event(encode_message(event)) == event


def test_a_file_name_that_is_not_unicode_survives():
    odd = FileRef(path=Path("/photos/caf\udce9.jpg"), digest="a" * 64)
    task = PredictTask(job="ink", artwork=odd, target=Path("/x"))
    line = encode_message(task)
    assert line.isascii()
    assert parse_task(line) == task


@pytest.mark.parametrize(
    "line",
    [b"", b"hello", b"\xff", b"[]", b"{}", b'{"do": "dance"}', b'{"do": "predict"}', b'{"is": "ready"}'],
)
def test_what_is_not_a_task_is_refused(line):
    with pytest.raises(ValueError, match="not a message of version 4: "):
        parse_task(line)
