"""Keeps photos that would not fit into memory together from being worked on at the same time."""

from threading import Condition

from ..images.decode import read_size
from ..model.errors import PhotoError
from ..model.image_sizes import fit
from ..model.memory_limit import AHEAD
from .interface import StylizeTask, Task

PIXEL = 4  # bytes, as Pillow keeps them


class MemoryGate:
    """Lets a photo in if it fits beside those that are in work, or if there is none."""

    def __init__(self, memory_limit: int) -> None:
        """memory_limit: bytes of this process; an eighth of them is for photos and pictures."""
        self._most = AHEAD * memory_limit
        self._bytes: dict[str, int] = {}  # by job
        self._changed = Condition()

    def enter(self, task: Task) -> None:
        """Wait until there is room for a task."""
        needed = _estimate_bytes(task)
        with self._changed:
            self._changed.wait_for(
                lambda: not needed or not self._bytes or sum(self._bytes.values()) + needed <= self._most
            )
            self._bytes[task.job] = needed

    def leave(self, job: str) -> None:
        """Make room again; nothing happens for a job that is not in."""
        with self._changed:
            self._bytes.pop(job, None)
            self._changed.notify_all()


def _estimate_bytes(task: Task) -> int:
    """Return the memory of a photo, its picture, and one that goes into it by a mask.

    0 for other tasks, and for photos that cannot be read.
    """
    if not isinstance(task, StylizeTask):
        return 0
    try:
        width, height = fit(*read_size(task.photo.path), long_edge=task.parameters.long_edge)
    except PhotoError:
        return 0  # the task will say why
    images = 3 if any(part.mask for part in task.blend) else 2
    return images * PIXEL * width * height
