"""The lines that an executor and a worker exchange: one JSON object each, plain values, absolute paths.

Version 1. To the worker:

    {"do": "stylize", "job": 7, "key": "ab12...",
     "photo": {"path": "/blog/content/pier.jpg", "digest": "..."},
     "blend": [{"numbers": {"path": "/blog/styles/ink/style.safetensors", "digest": "..."},
                "artwork": {"path": "/blog/styles/ink/artwork.jpg", "digest": "..."}, "part": 1.0}],
     "method": {"name": "feed-forward", "version": 1, "network": "..."},
     "parameters": {"strength": 1.0, "long_edge": 1600, "content": null},
     "target": "/blog/.stylize/incoming/x/ab12.png", "workplace": null}
    {"do": "predict", "job": 8, "artwork": {"path": "...", "digest": "..."}, "target": "..."}
    {"do": "tune", "job": 9, "artwork": {...}, "photos": [{"path": "...", "digest": "..."}],
     "course": {"level": 2, "steps": 250, "seed": 0, "budget": 0.0}, "workplace": "/blog/.stylize/tuning/ink",
     "target": "..."}

From the worker:

    {"is": "ready", "version": 1}
    {"is": "started", "job": 7}
    {"is": "advanced", "job": 7, "step": 12, "steps": 300, "seconds": 14.2}
    {"is": "done", "job": 7, "receipt": {"sha256": "...", "width": 1600, "height": 1067, "seconds": 4.1,
     "device": "cpu", "versions": {"torch": "2.14.1"}, "made": "2026-11-22T10:00:00+00:00",
     "artifacts": ["confetti on 2.1 % of the picture (limit 0.5 %)"]}}
    {"is": "stepped", "job": 9, "step": 25, "steps": 250, "seconds": 21.4, "content": 0.41, "style": 0.12,
     "panel": "panel-0025.png"}
    {"is": "tuned", "job": 9, "training": {"level": 2, "steps": 250, ...}}
    {"is": "failed", "job": 7, "message": "pier.jpg: ...", "final": false}

`ready` comes once, before all else, when the network is loaded. `job` is the asker's own number. The
worker takes jobs ahead and answers each with `done` or `failed`; what it drew then lies at `target`.
After a failure that is `final` (the disk is full) no other job can succeed; one that concerns no job
has `"job": null`. A prediction's receipt counts the artwork's pixels. A picture that is optimized
answers each step with `advanced`, a tuning with `stepped`, whose `panel` names a picture in the workplace
or is empty; both go on from the checkpoint in their workplace where there is one. The end of stdin ends
the worker at once: close it after the last answer.
"""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ..model.entities import Artwork, Method, Parameters, Photo, StyleWeights
from ..model.training_config import TrainingConfig, TrainingResult
from ..storage.store import Receipt, parse_receipt
from .interface import Job

VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """A file that must still be the one it was when the job was planned."""

    path: Path  # absolute
    digest: str  # sha256 of a picture's bytes; of numbers, `safetensors_header.digest_tensors`


@dataclass(frozen=True, slots=True, kw_only=True)
class Portion:
    """A style, and its part of a picture."""

    numbers: File
    artwork: File
    part: float  # the parts of a blend add to 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """Draw a photo in a style, or between several, and write the picture as PNG."""

    job: int
    key: str
    photo: File
    blend: tuple[Portion, ...]
    method: Method
    parameters: Parameters
    target: Path
    workplace: Path | None = None  # a folder for the checkpoint, where the method is slow


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """Read an artwork's style and write its numbers as safetensors."""

    job: int
    artwork: File
    target: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuning:
    """Tune a style on its artwork and write it as safetensors."""

    job: int
    artwork: File
    photos: tuple[File, ...]
    course: TrainingConfig
    workplace: Path  # a folder for the checkpoint and the panels
    target: Path


Task = Drawing | Prediction | Tuning


@dataclass(frozen=True, slots=True, kw_only=True)
class Ready:
    """The network is loaded."""

    version: int = VERSION


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """The network has begun with a job."""

    job: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Advanced:
    """A picture that is optimized is one step further."""

    job: int
    step: int
    steps: int
    seconds: float  # since its first step, those of a run that was interrupted too


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """What a job asked for lies at its target."""

    job: int
    receipt: Receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class Stepped:
    """A tuning has done one step more."""

    job: int
    step: int
    steps: int
    seconds: float
    content: float
    style: float
    panel: str = ""  # file name in the workplace


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuned:
    """A tuned style lies at its target."""

    job: int
    training: TrainingResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """A job cannot be done; a final refusal stands for all that would follow."""

    job: int | None
    message: str
    final: bool


Answer = Ready | Started | Advanced | Finished | Stepped | Tuned | Refused

_KINDS: dict[tuple[str, str], type] = {
    ("do", "stylize"): Drawing,
    ("do", "predict"): Prediction,
    ("do", "tune"): Tuning,
    ("is", "ready"): Ready,
    ("is", "started"): Started,
    ("is", "advanced"): Advanced,
    ("is", "done"): Finished,
    ("is", "stepped"): Stepped,
    ("is", "tuned"): Tuned,
    ("is", "failed"): Refused,
}
_VERBS = {kind: verb for verb, kind in _KINDS.items()}


def _file(part: dict[str, str]) -> File:
    return File(path=Path(part["path"]), digest=part["digest"])


def _portion(part: dict[str, Any]) -> Portion:
    return Portion(numbers=_file(part["numbers"]), artwork=_file(part["artwork"]), part=part["part"])


_PARTS: dict[str, Callable[[Any], Any]] = {  # fields that are more than a plain value
    "photo": _file,
    "blend": lambda parts: tuple(_portion(part) for part in parts),
    "artwork": _file,
    "method": lambda part: Method(**part),
    "parameters": lambda part: Parameters(**part),
    "photos": lambda parts: tuple(_file(part) for part in parts),
    "course": lambda part: TrainingConfig(**part),
    "workplace": lambda part: Path(part) if part else None,
    "target": Path,
    "training": lambda part: TrainingResult(**part),
    "receipt": parse_receipt,
}


def make_drawing(job: Job, *, number: int) -> Drawing:
    """Return what a worker must know of a job."""
    stylization = job.stylization
    return Drawing(
        job=number,
        key=stylization.key,
        photo=_file_of(stylization.photo),
        blend=tuple(
            Portion(
                numbers=_file_of(share.style.numbers), artwork=_file_of(share.style.artwork), part=share.part
            )
            for share in stylization.blend
        ),
        method=stylization.method,
        parameters=stylization.parameters,
        target=job.target.absolute(),
        workplace=job.workplace.absolute() if job.workplace else None,
    )


def _file_of(work: Photo | StyleWeights | Artwork) -> File:
    return File(path=work.path.absolute(), digest=work.digest)


def encode_message(message: Task | Answer) -> bytes:
    """Return a message as one line of ASCII."""
    word, name = _VERBS[type(message)]
    return json.dumps({word: name} | asdict(message), default=str).encode() + b"\n"


def read_task(line: bytes) -> Task:
    """Return the task that a line asks for; raises ValueError where it asks for none."""
    task: Task = _read(line, word="do")
    return task


def read_answer(line: bytes) -> Answer:
    """Return the answer in a line; raises ValueError where there is none."""
    answer: Answer = _read(line, word="is")
    return answer


def _read(line: bytes, *, word: str) -> Any:
    try:
        table = json.loads(line)
        kind = _KINDS[word, table.pop(word)]
        values = {name: _PARTS[name](part) if name in _PARTS else part for name, part in table.items()}
        return kind(**values)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        text = line[:80].decode(errors="replace").strip()
        raise ValueError(f"not a message of version {VERSION}: {text!r}") from error
