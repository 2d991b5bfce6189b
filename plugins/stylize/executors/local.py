"""Tasks performed by workers on this machine."""

import atexit
import logging
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from queue import Queue

from ..model.errors import UserError
from ..model.memory_limit import find_memory_limit, share_memory
from ..model.methods import OPTIMIZE
from .file_refs import FileRef
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
from .wire_protocol import VERSION, Event, Ready, Started
from .worker_pool import OnEvent, WorkerPool, WorkerSlot
from .worker_process import COMMAND, WorkerProcess

logger = logging.getLogger(__name__)

MOST_DEATHS = 4  # of workers in a row, without a finished task in between; then the run ends


class LocalExecutor:
    """Starts workers with the first task, or one earlier by `prepare`; stops them at the end of the run."""

    def __init__(
        self,
        device: str = "auto",
        *,
        workers: int = 1,
        threads: int | None = None,
        memory_limit: int | None = None,
        command: Sequence[str] = COMMAND,
    ) -> None:
        """device: "auto", "cuda", "mps" or "cpu". threads: of each worker; None shares the processor.

        memory_limit: bytes that this process and all workers may use; None for most of what is free when the
        first worker starts.
        """
        self._device, self._memory_limit = device, memory_limit
        self._workers = workers
        self._threads = threads or (None if workers == 1 else max(1, (os.cpu_count() or 1) // workers))
        self._command = command
        self._prepared: WorkerPool | None = None

    def prepare(self) -> None:
        """Start the first worker of the next run: it loads torch and the networks, and waits for a task.

        It is stopped by `close`, and at the latest when this process ends.
        """
        if not self._prepared:
            self._prepared = WorkerPool(size=self._workers, start=self._start)
            atexit.register(self.close)
            with suppress(OSError):  # the run starts its own worker, and says what is wrong
                self._prepared.start_first()

    def close(self) -> None:
        """Stop the worker that `prepare` started, unless a run has taken it over."""
        if pool := self._take_prepared():
            pool.stop_all()

    def run(
        self, tasks: Iterable[StylizeTask], *, meanwhile: Iterator[None] = NOTHING
    ) -> Iterator[Progress | Done | Failed]:
        """Yield the events of all tasks as they come, and do the other work while there are none.

        If a worker dies, each of its tasks is tried once more, alone in a new worker, and fails if that one
        dies too: the photo that killed the worker may have been the next one, which was already being read.
        Raises UserError if a worker does not start, if workers die again and again, and if the disk is full.
        All workers are stopped, however the run ends.
        """
        pool = self._take_prepared() or WorkerPool(size=self._workers, start=self._start)
        deaths = 0
        try:
            pool.take_tasks_from(tasks)
            while pool.assign_tasks():
                slot, event = pool.next_event(meanwhile)
                match event:
                    case Ready(version=version):
                        _check_version(version)
                        slot.ready = True
                    case Started(job=job):
                        slot.current = job
                    case Progress():
                        yield event
                    case Note(message=message):
                        logger.warning("%s", message)
                    case Failed(job="") | Failed(final=True):
                        raise UserError(event.message)
                    case Done(job=job) | Failed(job=job):
                        deaths = 0
                        slot.close(job)
                        yield event
                    case None:
                        deaths += bool(slot.open)
                        yield from _handle_worker_exit(slot, pool, deaths=deaths)
        finally:
            pool.stop_all()

    def predict(self, artwork: FileRef, target: Path) -> None:
        """Predict the weights of a style from its artwork; raises UserError if that fails."""
        task = PredictTask(job="predict", artwork=artwork, target=target.absolute())
        for event in self._perform([task], advice="Run the command again."):
            if isinstance(event, Failed):
                raise UserError(event.message)

    def tune(self, tasks: Sequence[TuneTask]) -> Iterator[TrainingStep | Tuned | Failed]:
        """Tune styles one after the other in one worker; yield each step, then Tuned or Failed."""
        for event in self._perform(tasks, advice="Continue from its last step with --resume."):
            assert isinstance(event, TrainingStep | Tuned | Failed)
            yield event

    def _perform(self, tasks: Sequence[Task], *, advice: str) -> Iterator[Event]:
        """Send tasks to one worker and yield its events until each task has its outcome.

        advice: what to do if the worker dies.
        """
        events: Queue[Event | None] = Queue()
        worker = self._start(events.put)
        is_ready, unfinished = False, len(tasks)
        try:
            for task in tasks:
                worker.send(task)
            while unfinished:
                match event := events.get():
                    case Ready(version=version):
                        _check_version(version)
                        is_ready = True
                    case Started():
                        pass
                    case Failed(job="") | Failed(final=True):
                        raise UserError(event.message)
                    case Done() | Tuned() | Failed():
                        unfinished -= 1
                        yield event
                    case None if is_ready:
                        raise UserError(f"the worker {worker.exit_reason()}. {advice}{worker.stderr_tail()}")
                    case None:
                        raise UserError(_describe_failed_start(worker))
                    case _:
                        yield event
        finally:
            worker.stop()
            worker.wait()

    def _take_prepared(self) -> WorkerPool | None:
        """Return the pool that `prepare` made, once."""
        pool, self._prepared = self._prepared, None
        atexit.unregister(self.close)
        return pool

    def _start(self, on_event: OnEvent) -> WorkerProcess:
        if self._memory_limit is None:
            self._memory_limit = find_memory_limit()
        return WorkerProcess(
            self._command,
            device=self._device,
            threads=self._threads,
            memory_limit=share_memory(self._memory_limit, workers=self._workers),
            workers=self._workers,
            on_event=on_event,
        )


def _handle_worker_exit(slot: WorkerSlot, pool: WorkerPool, *, deaths: int) -> Iterator[Failed]:
    """Replace a worker that has exited; retry its tasks, or yield Failed for one that was a retry already."""
    assert slot.worker is not None
    tasks = list(slot.open.values())
    if not tasks:
        pool.replace(slot, retry=())
        return
    if not slot.ready and not slot.worker.was_killed():
        raise UserError(_describe_failed_start(slot.worker))
    reason, photo = slot.worker.exit_reason(), slot.suspect.photo.name
    advice = _advise(reason, slot.suspect)
    if deaths >= MOST_DEATHS:
        raise UserError(
            f"{photo}: the worker {reason}; {deaths} workers have died in a row. Finished pictures are kept."
            f" {advice}{slot.worker.stderr_tail()}"
        )
    if slot.is_retry and slot.ready:
        pool.replace(slot, retry=())
        yield Failed(job=tasks[0].job, message=f"{photo}: the worker {reason}, twice. {advice}")
    else:
        pool.replace(slot, retry=tasks)
        logger.warning("%s: the worker %s; trying once more.", photo, reason)


def _describe_failed_start(worker: WorkerProcess) -> str:
    return (
        f"the worker did not start: it {worker.exit_reason()}.{worker.stderr_tail()}\n"
        f"Check that torch works here: {sys.executable} -c 'import torch'"
    )


def _advise(reason: str, task: StylizeTask) -> str:
    if "SIGKILL" in reason:  # what the kernel sends when memory runs out
        setting = "best_long_edge" if task.method == OPTIMIZE else "long_edge"
        return f"If memory ran out, lower STYLIZE['{setting}'] or STYLIZE['workers'] and build again."
    return "Build again; if it happens again, report it with this message."


def _check_version(version: int) -> None:
    if version != VERSION:
        raise UserError(
            f"the worker speaks version {version} of the messages, and this program version {VERSION}."
            " Install the same version of pelican-stylize for both."
        )
