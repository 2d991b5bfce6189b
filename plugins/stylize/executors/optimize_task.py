"""A painted picture in a worker: its artworks are read, and each step is reported."""

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from ..images.decode import open_photo
from ..model.methods import OPTIMIZE_SMALL
from .file_refs import open_file
from .interface import Note, Progress, StylizeTask, make_note

if TYPE_CHECKING:
    from PIL.Image import Image

CHECKPOINT = "checkpoint.safetensors"


class Optimizer(Protocol):
    """Optimizes pictures; implemented by `engine.stylizer.Stylizer`."""

    def optimize(
        self,
        photo: "Image",
        *,
        artworks: Sequence[tuple["Image", float]],
        content: float,
        strength: float,
        stroke: float,
        checkpoint: Path | None,
        small: bool,
        warn: Callable[[str], None] = ...,
    ) -> Iterator[Any]: ...


def read_artworks(task: StylizeTask) -> tuple["Image", ...]:
    """Return the artworks of a blend; raises UserError if one is not the one that the task names."""
    return tuple(open_file(part.artwork, open_photo) for part in task.blend)


def optimize_picture(
    task: StylizeTask,
    photo: "Image",
    artworks: Sequence["Image"],
    optimizer: Optimizer,
    *,
    report: Callable[[Progress | Note], None],
) -> tuple["Image", float]:
    """Return the picture and the seconds that earlier, interrupted runs have spent on it.

    Resumes from a checkpoint in the task's workplace, if it has one; the caller removes it when the picture
    is stored.
    """
    content = task.parameters.content
    assert content is not None  # `methods.fit_parameters` sets it
    begun, earlier = time.monotonic(), 0.0
    parts = [part.part for part in task.blend]
    picture: Any = None
    for state in optimizer.optimize(
        photo,
        artworks=list(zip(artworks, parts, strict=True)),
        content=content,
        strength=task.parameters.strength,
        stroke=task.parameters.stroke,
        checkpoint=task.workplace / CHECKPOINT if task.workplace else None,
        small=task.method == OPTIMIZE_SMALL,
        warn=lambda text: report(make_note(task, text)),
    ):
        if not hasattr(state, "step"):  # the last one is the picture
            picture = state
            break
        earlier = max(0.0, state.seconds - (time.monotonic() - begun))
        report(Progress(job=task.job, step=state.step, steps=state.steps, seconds=round(state.seconds, 2)))
    return picture, earlier
