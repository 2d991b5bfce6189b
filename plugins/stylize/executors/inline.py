"""Tasks performed in this process, one after the other: for tests and for a debugger."""

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from ..images.decode import open_photo
from ..images.renditions import write_png
from ..model.errors import PhotoError, UserError
from ..storage.atomic_files import DiskError
from ..storage.store import Receipt
from .file_refs import FileChangedError, FileRef, open_file, read_file
from .finish_picture import compose_picture, finish_picture, needs_photo, read_masks, split_by_mask
from .interface import (
    NOTHING,
    Done,
    Failed,
    Note,
    PredictTask,
    Progress,
    StylizeTask,
    Task,
    TrainingStep,
    Tuned,
    TuneTask,
)
from .optimize_task import read_artworks
from .perform import load_engine, make_failure, perform

if TYPE_CHECKING:
    from PIL.Image import Image

logger = logging.getLogger(__name__)


class InlineExecutor:
    """Performs tasks with the worker's own code, or draws with a plain function.

    The networks are loaded with the first task. What a worker would report as a bug travels on from here.
    """

    def __init__(
        self,
        draw: Callable[[StylizeTask], "Image"] | None = None,
        *,
        examine: Callable[[StylizeTask, "Image"], tuple[str, ...]] | None = None,
        device: str = "auto",
        memory_limit: int | None = None,
    ) -> None:
        """draw: makes the picture of a task instead of the networks (RGB, any size, or as large as the photo
        if it gets the photo's colors or has masks), and with masks that of each style. A PhotoError that it
        raises fails that task. examine: returns the faults of such a picture, in words. memory_limit:
        bytes that this process may use; None for most of what the machine has to spare.
        """
        self._draw = draw
        self._examine = examine
        self._device, self._memory_limit = device, memory_limit

    def prepare(self) -> None:
        """Do nothing: nothing can be loaded while this process does something else."""

    def close(self) -> None:
        """Do nothing, likewise."""

    def run(
        self, tasks: Iterable[StylizeTask], *, meanwhile: Iterator[None] = NOTHING
    ) -> Iterator[Progress | Done | Failed]:
        """Yield the events of each task, in order; the other work comes first."""
        for _ in meanwhile:
            pass
        for task in tasks:
            for event in [self._draw_picture(task)] if self._draw else self._perform(task):
                assert isinstance(event, Progress | Done | Failed)
                yield event

    def predict(self, artwork: FileRef, target: Path) -> None:
        """Predict the weights of a style from its artwork; raises UserError if that fails."""
        for event in self._perform(PredictTask(job="predict", artwork=artwork, target=target.absolute())):
            if isinstance(event, Failed):
                raise UserError(event.message)

    def tune(self, tasks: Sequence[TuneTask]) -> Iterator[TrainingStep | Tuned | Failed]:
        """Tune styles one after the other; the steps of a style are yielded when it is finished."""
        for task in tasks:
            for event in self._perform(task):
                assert isinstance(event, TrainingStep | Tuned | Failed)
                yield event

    def _perform(self, task: Task) -> list[Progress | TrainingStep | Done | Tuned | Failed]:
        events: list[Progress | TrainingStep | Done | Tuned | Failed] = []

        def report(event: Progress | TrainingStep | Note) -> None:
            if isinstance(event, Note):
                logger.warning("%s", event.message)
            else:
                events.append(event)

        try:
            outcome = perform(task, load_engine(self._device, self._memory_limit), report=report)
        except DiskError:
            raise
        except UserError as error:
            return [*events, make_failure(task, error)]
        return [*events, outcome]

    def _draw_picture(self, task: StylizeTask) -> Done | Failed:
        assert self._draw is not None
        started = time.monotonic()
        try:
            draw = self._draw
            pictures = read_file(task.photo, lambda _: [draw(each) for each in split_by_mask(task)])
            for part in task.blend:
                open_file(part.weights, Path)
            picture, masks = pictures[0], read_masks(task)
            if needs_photo(task):
                photo = open_photo(task.photo.path, long_edge=task.parameters.long_edge)
                artworks = read_artworks(task) if task.together else ()
                pictures = [finish_picture(task, each, photo=photo, artworks=artworks) for each in pictures]
                picture = compose_picture(task, pictures, photo=photo, masks=masks) if masks else pictures[0]
        except (FileChangedError, PhotoError) as error:
            return make_failure(task, error)
        digest = write_png(picture, task.target, photo=task.photo.name)
        receipt = Receipt(
            sha256=digest,
            width=picture.width,
            height=picture.height,
            seconds=round(time.monotonic() - started, 3),
            device="inline",
            versions={},
            artifacts=self._examine(task, picture) if self._examine else (),
            method=task.method.name,
        )
        return Done(job=task.job, receipt=receipt)
