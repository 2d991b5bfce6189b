"""Pictures made in this process, one after the other: for tests, and for a debugger."""

import time
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from ..errors import PhotoError
from ..store import Receipt
from .messages import drawing_of
from .png import write_png
from .protocol import Done, Failed, Job, Outcome

if TYPE_CHECKING:
    from PIL.Image import Image

    from .worker import Engine


class InlineExecutor:
    """Draws with a plain function from a job to a picture (RGB, any size).

    A PhotoError that the function raises is the failure of one job; any other error travels on.
    """

    def __init__(self, perform: Callable[[Job], "Image"], *, device: str = "inline") -> None:
        self._perform = perform
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
            )
            yield Done(job=job, receipt=receipt)


def drawing_with(device: str) -> Callable[[Job], "Image"]:
    """Return a function that draws with the real engine in this process, which a debugger can enter."""
    engines: list[Engine] = []

    def draw(job: Job) -> "Image":
        from .worker import Piece, draw_piece, load_engine, read_piece

        if not engines:
            engines.append(load_engine(device))
        picture: Image = draw_piece(read_piece(Piece(task=drawing_of(job, number=0))), engines[0]).result
        return picture

    return draw
