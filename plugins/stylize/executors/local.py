"""Pictures made by workers on this machine."""

import logging
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from queue import Queue

from ..model.errors import UserError
from .interface import Done, Failed, Job, Outcome, Underway
from .wire_protocol import (
    VERSION,
    Advanced,
    Answer,
    File,
    Finished,
    Prediction,
    Ready,
    Refused,
    Started,
    Stepped,
    Tuned,
    Tuning,
)
from .worker_pool import Hear, WorkerPool, WorkerSlot
from .worker_process import COMMAND, WorkerProcess

logger = logging.getLogger(__name__)

DEATHS = 4  # in a row, without an answer between them, end the run


class LocalExecutor:
    """Starts workers when the first job comes, and ends them with the run."""

    def __init__(
        self,
        device: str = "auto",
        *,
        workers: int = 1,
        threads: int | None = None,
        command: Sequence[str] = COMMAND,
    ) -> None:
        """device: "auto", "cuda", "mps" or "cpu". threads: for each worker; None shares the processor."""
        self._device = device
        self._workers = workers
        self._threads = threads or (None if workers == 1 else max(1, (os.cpu_count() or 1) // workers))
        self._command = command

    def run(self, jobs: Iterable[Job]) -> Iterator[Underway | Outcome]:
        """Yield the outcome of every job as it finishes, and before it how a slow one goes.

        A job whose worker dies is tried once more, alone in a fresh worker, and fails when that dies
        too: the photo that killed it may have been the next one, which was being read already.
        Raises UserError where a worker does not start, where workers die again and again, and where
        the disk is full. However it ends, no worker stays.
        """
        crew = WorkerPool(jobs, size=self._workers, start=self._start)
        deaths = 0
        try:
            while crew.hand_out():
                member, answer = crew.next_answer()
                match answer:
                    case Ready(version=version):
                        _check(version)
                        member.ready = True
                    case Started(job=number):
                        member.drawing = number
                    case Advanced(job=number, step=step, steps=steps, seconds=seconds):
                        job = member.open[number]
                        yield Underway(job=job, step=step, steps=steps, seconds=seconds)
                    case Finished(job=number, receipt=receipt):
                        deaths = 0
                        yield Done(job=member.close(number), receipt=receipt)
                    case Refused(job=int(number), message=message, final=False):
                        deaths = 0
                        yield Failed(job=member.close(number), message=message)
                    case Refused(message=message):
                        raise UserError(message)
                    case None:
                        deaths += bool(member.open)
                        yield from _mourn(member, crew, deaths=deaths)
        finally:
            crew.stop_all()

    def predict(self, artwork: Path, target: Path, *, digest: str) -> None:
        """Write the style numbers of an artwork to target; raises UserError where that cannot be done.

        digest: sha256 of the artwork's file.
        """
        answers: Queue[Answer | None] = Queue()
        worker = self._start(answers.put)
        file = File(path=artwork.absolute(), digest=digest)
        try:
            worker.tell(Prediction(job=1, artwork=file, target=target.absolute()))
            while not isinstance(answer := answers.get(), Finished):
                match answer:
                    case Ready(version=version):
                        _check(version)
                    case Refused(message=message):
                        raise UserError(message)
                    case None:
                        raise UserError(f"{artwork.name}: {_not_started(worker)}")
        finally:
            worker.stop()
            worker.wait()

    def tune(self, tunings: Sequence[Tuning]) -> Iterator[Stepped | Tuned | Refused]:
        """Tune one style after the other in one worker; yield each step, and what each came to.

        A tuning that is refused leaves the ones behind it their turn. Raises UserError where none can
        follow. Closing the iterator ends the worker; its checkpoints stay.
        """
        answers: Queue[Answer | None] = Queue()
        worker = self._start(answers.put)
        left = len(tunings)
        try:
            for tuning in tunings:
                worker.tell(tuning)
            ready = False
            while left:
                match answer := answers.get():
                    case Ready(version=version):
                        _check(version)
                        ready = True
                    case Stepped():
                        yield answer
                    case Refused(message=message, final=True):
                        raise UserError(message)
                    case Tuned() | Refused():
                        left -= 1
                        yield answer
                    case None if not ready:
                        raise UserError(_not_started(worker))
                    case None:
                        raise UserError(
                            f"the process that tunes {worker.exit_reason()}; go on from its last step "
                            "with --resume."
                            f"{worker.stderr_tail()}"
                        )
        finally:
            worker.stop()
            worker.wait()

    def _start(self, hear: Hear) -> WorkerProcess:
        return WorkerProcess(self._command, device=self._device, threads=self._threads, hear=hear)


def _mourn(member: WorkerSlot, crew: WorkerPool, *, deaths: int) -> Iterator[Failed]:
    """Say whose worker died, and see to it that its jobs go on in a fresh one."""
    assert member.worker is not None
    fate = member.worker.exit_reason()
    held = list(member.open.values())
    if not held:
        crew.replace(member, again=())
        return
    if not member.ready and not member.worker.was_killed():
        raise UserError(_not_started(member.worker))
    photo, advice = member.held.photo, _advice(fate, member.held)
    if deaths >= DEATHS:
        raise UserError(
            f"{photo}: the process that draws the pictures {fate}, the last of {deaths} in a row;"
            f" what was finished is kept. {advice}{member.worker.stderr_tail()}"
        )
    if member.alone and member.ready:
        crew.replace(member, again=())
        yield Failed(job=held[0], message=f"{photo}: the process that drew it {fate}, twice. {advice}")
    else:
        crew.replace(member, again=held)
        logger.warning("%s: the process that drew it %s; it is tried once more.", photo, fate)


def _not_started(worker: WorkerProcess) -> str:
    return (
        "the process that draws the pictures did not start: it "
        f"{worker.exit_reason()}.{worker.stderr_tail()}\n"
        f"Check that torch works here: {sys.executable} -c 'import torch'"
    )


def _advice(fate: str, job: Job) -> str:
    if "SIGKILL" in fate:  # the kernel's answer when memory runs out
        setting = "optimize_long_edge" if job.stylization.method.is_slow else "long_edge"
        return f"If memory ran out, lower STYLIZE['{setting}'] or STYLIZE['workers'] and build again."
    return "Build again; if it happens again, report it with this message."


def _check(version: int) -> None:
    if version != VERSION:
        raise UserError(
            f"the worker speaks version {version} of the messages, and this program {VERSION}."
            " Install the same pelican-stylize for both."
        )
