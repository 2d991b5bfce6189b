"""A picture that is optimized, as the worker does it: the artworks are read, and each step is told."""

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from ..images.decode import open_photo
from ..model.errors import PhotoError, UserError
from ..storage.atomic_files import sha256_of
from .wire_protocol import Advanced, Answer, Drawing

if TYPE_CHECKING:
    from PIL.Image import Image

CHECKPOINT = "checkpoint.safetensors"


class Optimizer(Protocol):
    """What optimizes: `engine.stylizer.Stylizer`."""

    def optimize(
        self,
        photo: "Image",
        *,
        artworks: Sequence[tuple["Image", float]],
        content: float,
        strength: float,
        checkpoint: Path,
    ) -> Iterator[Any]: ...


def read_artworks(task: Drawing) -> tuple["Image", ...]:
    """Return the artworks of a blend; raises UserError where one is not the one that was planned."""
    artworks = []
    for file in (portion.artwork for portion in task.blend):
        try:
            if sha256_of(file.path) != file.digest:
                raise UserError(f"{file.path} changed while the site was being built. Build again.")
            artworks.append(open_photo(file.path))
        except FileNotFoundError:
            raise UserError(f"{file.path} was removed while the site was being built. Build again.") from None
        except PhotoError as error:
            raise UserError(f"{file.path}: {error}") from None
    return tuple(artworks)


def optimize_picture(
    task: Drawing,
    photo: "Image",
    artworks: Sequence["Image"],
    optimizer: Optimizer,
    *,
    tell: Callable[[Answer], None],
) -> tuple["Image", float]:
    """Return the picture and the seconds that earlier runs have spent on it; tell each step.

    The checkpoint in the task's workplace is gone on from; whoever takes the picture removes it.
    """
    content, workplace = task.parameters.content, task.workplace
    assert content is not None and workplace is not None  # `plan` and `pipeline` see to it
    begun, earlier = time.monotonic(), 0.0
    parts = [portion.part for portion in task.blend]
    picture: Any = None
    for heard in optimizer.optimize(
        photo,
        artworks=list(zip(artworks, parts, strict=True)),
        content=content,
        strength=task.parameters.strength,
        checkpoint=workplace / CHECKPOINT,
    ):
        if not hasattr(heard, "step"):  # the last is the picture
            picture = heard
            break
        earlier = max(0.0, heard.seconds - (time.monotonic() - begun))
        tell(Advanced(job=task.job, step=heard.step, steps=heard.steps, seconds=round(heard.seconds, 2)))
    return picture, earlier
