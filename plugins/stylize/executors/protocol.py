"""What an executor is asked and answers, and the lines that it exchanges with a worker.

The worker reads one JSON object a line from its stdin and answers in the same way; version 1:

    ->  {"do": "stylize", "job": 7, "key": "ab12...",
         "photo": {"path": "/blog/content/pier.jpg", "sha256": "..."},
         "numbers": {"path": "/blog/styles/ink/style.safetensors", "digest": "..."},
         "method": {"name": "feed-forward", "version": 1, "network": "..."},
         "parameters": {"strength": 1.0, "long_edge": 1600},
         "target": "/blog/.stylize/incoming/x/ab12.png"}
    ->  {"do": "predict", "job": 8, "artwork": {"path": "...", "sha256": "..."}, "target": "..."}

    <-  {"is": "ready", "protocol": 1, "device": "cpu", "versions": {"torch": "2.14.1"}}
    <-  {"is": "started", "job": 7}
    <-  {"is": "done", "job": 7, "sha256": "...", "width": 1600, "height": 1067, "seconds": 4.1,
         "device": "cpu", "versions": {"torch": "2.14.1"}}
    <-  {"is": "failed", "job": 7, "message": "pier.jpg: ...", "final": false}

`ready` comes once, before all else, when the network is loaded. `job` is the asker's own number.
The worker takes several jobs ahead and answers each with `done` or `failed`; what it drew lies at
`target`. After a failure that is `final` (the disk is full) no other job can succeed. The end of
stdin ends the worker at once: close it after the last answer.
"""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

from ..model import Stylization
from ..store import Receipt

VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A stylization to make, and where its picture is to be written."""

    stylization: Stylization
    target: Path  # a PNG in Store.incoming()

    @property
    def photo(self) -> str:
        """The photo's name, for messages."""
        return self.stylization.photo.path.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """The picture lies at the job's target; the receipt says what it took."""

    job: Job
    receipt: Receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """There is no picture; the message begins with the photo's name."""

    job: Job
    message: str


Outcome = Done | Failed


class Executor(Protocol):
    """Whoever turns jobs into pictures."""

    def run(self, jobs: Iterable[Job]) -> Iterator[Outcome]:
        """Yield the outcome of every job as it finishes, in any order.

        Jobs are taken as they are needed. Raises UserError where none of the jobs still open can
        succeed. Closing the iterator early stops the work and whatever does it.
        """
        ...


def message_of(job: Job, *, number: int) -> dict[str, Any]:
    """Return what a worker must be told about a job, as plain values with absolute paths."""
    stylization = job.stylization
    numbers = stylization.style.numbers
    return {
        "do": "stylize",
        "job": number,
        "key": stylization.key,
        "photo": {"path": _absolute(stylization.photo.path), "sha256": stylization.photo.digest},
        "numbers": {"path": _absolute(numbers.path), "digest": numbers.digest},
        "method": asdict(stylization.method),
        "parameters": asdict(stylization.parameters),
        "target": _absolute(job.target),
    }


def prediction_of(artwork: Path, target: Path, *, sha256: str, number: int) -> dict[str, Any]:
    """Return what a worker must be told to predict an artwork's style numbers."""
    return {
        "do": "predict",
        "job": number,
        "artwork": {"path": _absolute(artwork), "sha256": sha256},
        "target": _absolute(target),
    }


def receipt_of(answer: dict[str, Any]) -> Receipt:
    """Return the receipt that a worker's `done` carries."""
    names = ("sha256", "width", "height", "seconds", "device", "versions")
    return Receipt(**{name: answer[name] for name in names})


def _absolute(path: Path) -> str:
    return str(path.absolute())
