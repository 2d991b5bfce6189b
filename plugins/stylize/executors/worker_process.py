"""A worker as its parent sees it: a process that is told tasks, answers, and may die."""

import logging
import os
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Thread

from .wire_protocol import Answer, Task, encode_message, read_answer

logger = logging.getLogger(__name__)

COMMAND = (sys.executable, "-P", str(Path(__file__).with_name("worker_main.py")))
PATIENCE = 5.0  # seconds that a worker has to end by itself


class WorkerProcess:
    """One worker and the two threads that listen to it."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        device: str,
        threads: int | None,
        hear: Callable[[Answer | None], None],
    ) -> None:
        """Start it.

        threads: how many the network may use; None leaves that to torch. hear: called from another
        thread with each answer, and with None once it is gone.
        """
        # torch reads these when it is imported, and needs no other word.
        limits = {} if threads is None else {"OMP_NUM_THREADS": f"{threads}", "MKL_NUM_THREADS": f"{threads}"}
        self._hear = hear
        self._last_words: deque[str] = deque(maxlen=12)
        self._process = subprocess.Popen(
            [*command, device],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=os.environ | limits,
        )
        self._listeners = [
            Thread(target=self._listen, daemon=True),
            Thread(target=self._collect, daemon=True),
        ]
        for listener in self._listeners:
            listener.start()

    def tell(self, task: Task) -> None:
        """Hand a task to the worker; that it has died meanwhile is heard, not raised here."""
        assert self._process.stdin is not None
        with suppress(OSError):
            self._process.stdin.write(encode_message(task))
            self._process.stdin.flush()

    def exit_reason(self) -> str:
        """Say how a worker that is gone ended: "was killed (SIGKILL)"."""
        status = self._wait()
        if status >= 0:
            return f"ended with exit code {status}"
        name = signal.Signals(-status).name
        return f"was killed ({name})" if name in ("SIGKILL", "SIGTERM") else f"crashed ({name})"

    def was_killed(self) -> bool:
        """Tell whether a worker that is gone was ended by a signal, and not by its own doing."""
        return self._wait() < 0

    def stderr_tail(self) -> str:
        """Return the last lines that a worker that is gone wrote to stderr, each indented."""
        self._listeners[1].join(timeout=1)  # a grandchild may keep the pipe open
        return "".join(f"\n    {line}" for line in self._last_words)

    def stop(self) -> None:
        """End the worker at once; it leaves nothing that matters half done."""
        self._process.terminate()

    def wait(self) -> None:
        """Wait until the worker is gone, by force if need be."""
        self._wait()
        assert self._process.stdin is not None
        with suppress(OSError):  # what it was told last never reached it
            self._process.stdin.close()

    def _wait(self) -> int:
        try:
            return self._process.wait(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                try:
                    self._hear(read_answer(line))
                except ValueError as error:
                    self._last_words.append(f"{error}")
                    self._process.kill()
                    break
        self._hear(None)

    def _collect(self) -> None:
        assert self._process.stderr is not None
        with self._process.stderr as lines:
            for line in lines:
                text = line.decode(errors="replace").rstrip()
                logger.debug("worker: %s", text)
                self._last_words.append(text)
