"""Which worker gets which job next."""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import count
from queue import Queue

from .interface import Job
from .wire_protocol import Answer, make_drawing
from .worker_process import WorkerProcess

AHEAD = 2  # jobs that a worker holds beside the one on the network: one being read, one being written

Hear = Callable[[Answer | None], None]


@dataclass(slots=True, eq=False)
class WorkerSlot:
    """A place for a worker, which starts with its first job, and the jobs it has not answered yet."""

    worker: WorkerProcess | None = None
    open: dict[int, Job] = field(default_factory=dict)  # by the number it was told, oldest first
    drawing: int = 0  # the number of the job last seen on the network
    ready: bool = False
    alone: bool = False  # its one job has seen a worker die, and gets no company

    @property
    def held(self) -> Job:
        """The job it is most likely at: the one on the network, or else the oldest."""
        return self.open.get(self.drawing) or next(iter(self.open.values()))

    def close(self, number: int) -> Job:
        """Take an answered job off the list."""
        self.alone = False
        return self.open.pop(number)


class WorkerPool:
    """The workers of one run and the jobs still to be done."""

    def __init__(self, jobs: Iterable[Job], *, size: int, start: Callable[[Hear], WorkerProcess]) -> None:
        """size: how many work at most. start: starts a worker that reports to whoever it is given."""
        self._jobs = iter(jobs)
        self._again: deque[Job] = deque()
        self._start = start
        self._members = [WorkerSlot() for _ in range(size)]
        self._answers: Queue[tuple[WorkerSlot, Answer | None]] = Queue()
        self._numbers = count(1)

    def hand_out(self) -> bool:
        """Give jobs to whoever has room, the idle first; tell whether any job is open then."""
        while member := self._freest():
            alone = bool(self._again) and not member.open
            job = self._again.popleft() if alone else next(self._jobs, None)
            if job is None:
                break
            if member.worker is None:
                member.worker = self._start(self._ear_of(member))
            number = next(self._numbers)
            member.alone = alone
            member.open[number] = job
            member.worker.tell(make_drawing(job, number=number))
        return any(member.open for member in self._members)

    def next_answer(self) -> tuple[WorkerSlot, Answer | None]:
        """Wait for what comes next from any worker; None says that it is gone."""
        return self._answers.get()

    def replace(self, member: WorkerSlot, *, again: Iterable[Job]) -> None:
        """Give the place of a worker that is gone to a fresh one, which begins with the jobs of `again`."""
        if member.worker:
            member.worker.wait()
        self._members[self._members.index(member)] = WorkerSlot()
        self._again.extend(again)

    def stop_all(self) -> None:
        """End all workers at once, whatever they do."""
        workers = [member.worker for member in self._members if member.worker]
        for worker in workers:
            worker.stop()
        for worker in workers:
            worker.wait()

    def _freest(self) -> WorkerSlot | None:
        roomy = [member for member in self._members if not member.alone and len(member.open) <= AHEAD]
        return min(roomy, key=lambda member: (len(member.open), member.worker is None), default=None)

    def _ear_of(self, member: WorkerSlot) -> Hear:
        return lambda answer: self._answers.put((member, answer))
