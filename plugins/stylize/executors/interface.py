"""The interface of executors: their tasks, and the events they report."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from ..model.entities import Method, Parameters, Stylization
from ..model.training_config import TrainingConfig, TrainingResult
from ..storage.store import Receipt
from .file_refs import FileRef, make_file_ref


@dataclass(frozen=True, slots=True, kw_only=True)
class StylePart:
    """A style and its part of a picture."""

    weights: FileRef
    artwork: FileRef
    part: float  # the parts of a blend add to 1
    mask: FileRef | None = None  # where the style goes, in full; see `entities.Stylization.blend`


@dataclass(frozen=True, slots=True, kw_only=True)
class StylizeTask:
    """Stylize a photo and write the picture to `target` as PNG."""

    job: str  # names the task in events; unique within a run
    photo: FileRef
    blend: tuple[StylePart, ...]
    method: Method
    parameters: Parameters
    target: Path  # absolute
    workplace: Path | None = None  # an existing folder for the checkpoint of a method that takes minutes
    together: tuple[FileRef, ...] = ()  # the photos of a series of one hand, see `entities.Stylization`


@dataclass(frozen=True, slots=True, kw_only=True)
class PredictTask:
    """Predict the weights of a style from its artwork and write them to `target` as safetensors."""

    job: str
    artwork: FileRef
    target: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class TuneTask:
    """Tune a style on its artwork and write it to `target` as safetensors."""

    job: str
    artwork: FileRef
    photos: tuple[FileRef, ...]
    config: TrainingConfig
    workplace: Path  # an existing folder for the checkpoint and the panels
    target: Path


Task = StylizeTask | PredictTask | TuneTask


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """A painted picture is one step further."""

    job: str
    step: int
    steps: int
    seconds: float  # since its first step, including earlier runs that were interrupted


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingStep:
    """A tuning is one step further."""

    job: str
    step: int
    steps: int
    seconds: float  # as in Progress
    content: float  # losses, as in TrainingResult
    style: float
    panel: str = ""  # file name of a picture in the workplace, if this step has one


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """Something that the author should know about a task that goes on; an executor logs it as a warning."""

    job: str
    message: str  # one line that begins with the name of the photo


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """The file is at the task's target; the receipt says what it took."""

    job: str
    receipt: Receipt


@dataclass(frozen=True, slots=True, kw_only=True)
class Tuned:
    """The tuned style is at the task's target."""

    job: str
    training: TrainingResult


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """The task failed; the message begins with the name of the photo or the artwork."""

    job: str  # "" if the failure concerns no single task
    message: str
    final: bool = False  # no later task can succeed either
    changed: bool = False  # a file is not the one that the task names: read it again, and ask again


NOTHING: Iterator[None] = iter(())


class Executor(Protocol):
    """Performs tasks, here or elsewhere."""

    def prepare(self) -> None:
        """Begin to load what the next run needs, without waiting for it; `close` is called in any case."""
        ...

    def run(
        self, tasks: Iterable[StylizeTask], *, meanwhile: Iterator[None] = NOTHING
    ) -> Iterator[Progress | Done | Failed]:
        """Yield Done or Failed for each task as it finishes, in any order, and Progress for painted ones.

        tasks: taken from the iterable as they are needed. meanwhile: other work of this process, done a step
        at a time while no event is there; some of it may be left at the end. Raises UserError if none of the
        remaining tasks can succeed, and what `meanwhile` raises. Closing the iterator early stops all work.
        """
        ...

    def close(self) -> None:
        """Stop what `prepare` began, if no run came; a run stops by itself what it has begun."""
        ...

    def predict(self, artwork: FileRef, target: Path) -> None:
        """Predict the weights of a style from its artwork; raises UserError if that fails."""
        ...

    def tune(self, tasks: Sequence[TuneTask]) -> Iterator[TrainingStep | Tuned | Failed]:
        """Tune styles one after the other; yield each step, then Tuned or Failed for each style.

        A failure does not stop the styles after it. Raises UserError if none of them can succeed.
        Closing the iterator early stops the work and keeps the checkpoint.
        """
        ...


def make_stylize_task(
    stylization: Stylization, target: Path, *, workplace: Path | None = None, job: str = ""
) -> StylizeTask:
    """Return the task that makes a stylization's picture; by default its job is the stylization's key."""
    return StylizeTask(
        job=job or stylization.key,
        photo=make_file_ref(stylization.photo.path, digest=stylization.photo.digest),
        blend=tuple(
            StylePart(
                weights=make_file_ref(share.style.weights.path, digest=share.style.weights.digest),
                artwork=make_file_ref(share.style.artwork.path, digest=share.style.artwork.digest),
                part=share.part,
                mask=make_file_ref(share.mask.path, digest=share.mask.digest) if share.mask else None,
            )
            for share in stylization.blend
        ),
        method=stylization.method,
        parameters=stylization.parameters,
        target=target.absolute(),
        workplace=workplace.absolute() if workplace else None,
        together=tuple(make_file_ref(photo.path, digest=photo.digest) for photo in stylization.together),
    )


def make_note(task: StylizeTask, text: str) -> Note:
    """Return a note about a task; text: what happened, in a line without the photo's name."""
    return Note(job=task.job, message=f"{task.photo.name}: {text}")
