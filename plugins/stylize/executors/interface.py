"""What an executor is asked, and what it answers."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ..model.entities import Stylization
from ..storage.store import Receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A stylization to make, and where its picture is to be written."""

    stylization: Stylization
    target: Path  # a PNG in Store.incoming()
    workplace: Path | None = None  # where a slow picture keeps how far it is; it is there

    @property
    def photo(self) -> str:
        """The photo's name, for messages."""
        return self.stylization.photo.path.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Underway:
    """The picture of a slow job is some steps further; its outcome is still to come."""

    job: Job
    step: int
    steps: int
    seconds: float  # since its first step, those of a run that was interrupted too


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

    def run(self, jobs: Iterable[Job]) -> Iterator[Underway | Outcome]:
        """Yield the outcome of every job as it finishes, in any order, and before it how a slow one goes.

        Jobs are taken as they are needed. Raises UserError where none of the jobs still open can
        succeed. Closing the iterator early stops the work and whatever does it.
        """
        ...
