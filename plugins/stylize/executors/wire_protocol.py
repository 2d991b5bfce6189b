"""The lines that an executor and a worker exchange: one JSON object each, plain values, absolute paths.

Version 4. To the worker:

    {"do": "stylize", "job": "ab12...",
     "photo": {"path": "/blog/content/pier.jpg", "digest": "..."},
     "blend": [{"weights": {"path": "/blog/styles/ink/style.safetensors", "digest": "..."},
                "artwork": {"path": "/blog/styles/ink/artwork.jpg", "digest": "..."}, "part": 1.0,
                "mask": null}],
     "method": {"name": "feed-forward", "version": 1, "network": "..."},
     "parameters": {"strength": 1.0, "long_edge": 1600, "stroke": 1.0, "content": null, "color": 0.0,
                    "tone": 0.0},
     "target": "/blog/.stylize/incoming/x/ab12.png", "workplace": null, "together": []}
    {"do": "predict", "job": "ink", "artwork": {"path": "...", "digest": "..."}, "target": "..."}
    {"do": "tune", "job": "ink", "artwork": {...}, "photos": [{"path": "...", "digest": "..."}],
     "config": {"level": 2, "steps": 250, "seed": 0, "budget": 0.0, "style_weight": 10.0,
                "search_weight": true},
     "workplace": "/blog/.stylize/tuning/ink", "target": "..."}

From the worker:

    {"is": "ready", "version": 4}
    {"is": "started", "job": "ab12..."}
    {"is": "progress", "job": "ab12...", "step": 12, "steps": 300, "seconds": 14.2}
    {"is": "note", "job": "ab12...", "message": "pier.jpg: ..."}
    {"is": "done", "job": "ab12...", "receipt": {"sha256": "...", "width": 1600, "height": 1067,
     "seconds": 4.1, "device": "cpu", "versions": {"torch": "2.14.1"}, "made": "2026-11-22T10:00:00+00:00",
     "artifacts": ["confetti on 2.1 % of the picture (limit 0.5 %)"], "method": "feed-forward", ...}}
    {"is": "training step", "job": "ink", "step": 25, "steps": 250, "seconds": 21.4, "content": 0.41,
     "style": 0.12, "panel": "panel-0025.png"}
    {"is": "tuned", "job": "ink", "training": {"level": 2, "steps": 250, ...}}
    {"is": "failed", "job": "ab12...", "message": "pier.jpg: ...", "final": false, "changed": false}

The worker sends `ready` once, before everything else, when the networks are loaded. `job` is the name that
the executor gave to the task. The worker accepts tasks ahead of time and ends each one with `done`, `tuned`
or `failed`; the result is then at `target`. A `note` is a line for the author of a task that goes on. After
a failure that is `final` (the disk is full) no other task can succeed; a failure that concerns no single
task has an empty `job`. For a prediction, the receipt gives the size of the artwork. A painted picture
(`optimize-small`, `optimize`) sends `progress` at each step, a tuning `training step`, whose `panel` names a
picture in the workplace or is empty. Both resume from a checkpoint in their workplace if there is one. The
worker exits as soon as stdin is closed: close it after the last outcome.
"""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ..model.entities import Method, Parameters
from ..model.training_config import TrainingConfig, TrainingResult
from ..storage.store import parse_receipt
from .file_refs import FileRef
from .interface import (
    Done,
    Failed,
    Note,
    PredictTask,
    Progress,
    StylePart,
    StylizeTask,
    Task,
    TrainingStep,
    Tuned,
    TuneTask,
)

VERSION = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """The networks are loaded."""

    version: int = VERSION


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """The network has begun with a task."""

    job: str


Event = Ready | Started | Progress | TrainingStep | Note | Done | Tuned | Failed

_KINDS: dict[tuple[str, str], type] = {
    ("do", "stylize"): StylizeTask,
    ("do", "predict"): PredictTask,
    ("do", "tune"): TuneTask,
    ("is", "ready"): Ready,
    ("is", "started"): Started,
    ("is", "progress"): Progress,
    ("is", "training step"): TrainingStep,
    ("is", "note"): Note,
    ("is", "done"): Done,
    ("is", "tuned"): Tuned,
    ("is", "failed"): Failed,
}
_NAMES = {kind: name for name, kind in _KINDS.items()}


def _parse_file(value: dict[str, str]) -> FileRef:
    return FileRef(path=Path(value["path"]), digest=value["digest"])


def _parse_part(value: dict[str, Any]) -> StylePart:
    weights, artwork = _parse_file(value["weights"]), _parse_file(value["artwork"])
    mask = _parse_file(value["mask"]) if value["mask"] else None
    return StylePart(weights=weights, artwork=artwork, part=value["part"], mask=mask)


_PARSERS: dict[str, Callable[[Any], Any]] = {  # of the fields that are not plain values
    "photo": _parse_file,
    "blend": lambda values: tuple(_parse_part(value) for value in values),
    "artwork": _parse_file,
    "method": lambda value: Method(**value),
    "parameters": lambda value: Parameters(**value),
    "photos": lambda values: tuple(_parse_file(value) for value in values),
    "together": lambda values: tuple(_parse_file(value) for value in values),
    "config": lambda value: TrainingConfig(**value),
    "workplace": lambda value: Path(value) if value else None,
    "target": Path,
    "training": lambda value: TrainingResult(**value),
    "receipt": parse_receipt,
}


def encode_message(message: Task | Event) -> bytes:
    """Return a message as one line of ASCII."""
    word, name = _NAMES[type(message)]
    return json.dumps({word: name} | asdict(message), default=str).encode() + b"\n"


def parse_task(line: bytes) -> Task:
    """Return the task in a line; raises ValueError if there is none."""
    task: Task = _parse(line, word="do")
    return task


def parse_event(line: bytes) -> Event:
    """Return the event in a line; raises ValueError if there is none."""
    event: Event = _parse(line, word="is")
    return event


def _parse(line: bytes, *, word: str) -> Any:
    try:
        fields = json.loads(line)
        kind = _KINDS[word, fields.pop(word)]
        values = {
            name: _PARSERS[name](value) if name in _PARSERS else value for name, value in fields.items()
        }
        return kind(**values)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        text = line[:80].decode(errors="replace").strip()
        raise ValueError(f"not a message of version {VERSION}: {text!r}") from error
