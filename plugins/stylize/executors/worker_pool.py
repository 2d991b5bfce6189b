"""The workers of a run, and which of them gets which task next."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from queue import Queue

from .interface import StylizeTask
from .wire_protocol import Event
from .worker_process import WorkerProcess

AHEAD = 2  # tasks that a worker holds besides the one on the network: one being read, one being written

OnEvent = Callable[[Event | None], None]

_END = object()


@dataclass(slots=True, eq=False)
class WorkerSlot:
    """A place for a worker, which is started with its first task, and the tasks it has not finished."""

    worker: WorkerProcess | None = None
    open: dict[str, StylizeTask] = field(default_factory=dict)  # by job, oldest first
    current: str = ""  # the job that was last reported to be on the network
    ready: bool = False
    is_retry: bool = False  # its one task was open when another worker died, and is tried alone

    @property
    def suspect(self) -> StylizeTask:
        """The task that a worker was most likely doing: the one on the network, or else the oldest."""
        return self.open.get(self.current) or next(iter(self.open.values()))

    def close(self, job: str) -> None:
        """Remove a finished task."""
        self.is_retry = False
        del self.open[job]


class WorkerPool:
    """The workers of one run and the tasks still to be done."""

    def __init__(self, *, size: int, start: Callable[[OnEvent], WorkerProcess]) -> None:
        """size: the largest number of workers. start: starts a worker that passes its events on."""
        self._tasks: Iterator[StylizeTask] = iter(())
        self._retries: deque[StylizeTask] = deque()
        self._start = start
        self._slots = [WorkerSlot() for _ in range(size)]
        self._events: Queue[tuple[WorkerSlot, Event | None]] = Queue()

    def start_first(self) -> None:
        """Start a worker before there is a task."""
        self._start_worker(self._slots[0])

    def take_tasks_from(self, tasks: Iterable[StylizeTask]) -> None:
        """Assign these tasks from now on."""
        self._tasks = iter(tasks)

    def assign_tasks(self) -> bool:
        """Send tasks to the workers that have room, idle ones first; return whether any task is open."""
        while slot := self._find_free_slot():
            is_retry = bool(self._retries) and not slot.open
            task = self._retries.popleft() if is_retry else next(self._tasks, None)
            if task is None:
                break
            slot.is_retry = is_retry
            slot.open[task.job] = task
            (slot.worker or self._start_worker(slot)).send(task)
        return any(slot.open for slot in self._slots)

    def next_event(self, meanwhile: Iterator[None]) -> tuple[WorkerSlot, Event | None]:
        """Return the next event of any worker; None means that the worker has exited.

        meanwhile: what to do, a step at a time, while there is no event.
        """
        while self._events.empty() and next(meanwhile, _END) is not _END:
            pass
        return self._events.get()

    def replace(self, slot: WorkerSlot, *, retry: Iterable[StylizeTask]) -> None:
        """Empty the slot of a worker that has exited, and put its tasks in the queue for another try."""
        if slot.worker:
            slot.worker.wait()
        self._slots[self._slots.index(slot)] = WorkerSlot()
        self._retries.extend(retry)

    def stop_all(self) -> None:
        """Stop all workers, whatever they are doing."""
        workers = [slot.worker for slot in self._slots if slot.worker]
        for worker in workers:
            worker.stop()
        for worker in workers:
            worker.wait()

    def _find_free_slot(self) -> WorkerSlot | None:
        free = [slot for slot in self._slots if not slot.is_retry and len(slot.open) <= AHEAD]
        return min(free, key=lambda slot: (len(slot.open), slot.worker is None), default=None)

    def _start_worker(self, slot: WorkerSlot) -> WorkerProcess:
        slot.worker = self._start(self._make_callback(slot))
        return slot.worker

    def _make_callback(self, slot: WorkerSlot) -> OnEvent:
        return lambda event: self._events.put((slot, event))
