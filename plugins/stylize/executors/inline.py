"""Pictures made in this process, one after the other: for tests, and for a debugger."""

import time
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from ..images.png import write_png
from ..model.errors import PhotoError
from ..storage.store import Receipt
from .interface import Done, Failed, Job, Outcome

if TYPE_CHECKING:
    from PIL.Image import Image


class InlineExecutor:
    """Draws with a plain function from a job to a picture (RGB, any size).

    A PhotoError that the function raises is the failure of one job; any other error travels on.
    """

    def __init__(
        self,
        perform: Callable[[Job], "Image"],
        *,
        examine: Callable[[Job, "Image"], tuple[str, ...]] | None = None,
        device: str = "inline",
    ) -> None:
        """examine: names the faults of the picture that a job came to; None looks for none."""
        self._perform = perform
        self._examine = examine
        self._device = device

    def run(self, jobs: Iterable[Job]) -> Iterator[Outcome]:
        """Yield the outcome of every job, in order."""
        for job in jobs:
            started = time.monotonic()
            try:
                picture = self._perform(job)
            except PhotoError as error:
                yield Failed(job=job, message=f"{job.photo}: {error}")
                continue
            digest = write_png(picture, job.target, photo=job.photo)
            receipt = Receipt(
                sha256=digest,
                width=picture.width,
                height=picture.height,
                seconds=round(time.monotonic() - started, 3),
                device=self._device,
                versions={},
                artifacts=self._examine(job, picture) if self._examine else (),
                method=job.stylization.method.name,
            )
            yield Done(job=job, receipt=receipt)
