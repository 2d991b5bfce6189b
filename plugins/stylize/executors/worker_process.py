"""The process of a worker: starting it, sending tasks, receiving events, stopping it."""

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

from ..model.memory_limit import VARIABLE, WORKERS
from .interface import Task
from .wire_protocol import Event, encode_message, parse_event

logger = logging.getLogger(__name__)

COMMAND = (sys.executable, "-P", str(Path(__file__).with_name("worker_main.py")))
# Of a worker, unless the user's own says something else. While a worker draws, other processes use the same
# cores, this one for instance, which encodes renditions. By default each thread of torch that waits for
# another one does so in a loop of 300,000 rounds, and holds the core that the other one needs. Without any
# loop (OMP_WAIT_POLICY=passive), painting takes a sixth longer on a machine that has nothing else to do.
# docs/benchmarks.md, "Painting", compares the three.
ENVIRONMENT = {"GOMP_SPINCOUNT": "20000"}
POLICY = "OMP_WAIT_POLICY"  # a user's own, which GOMP_SPINCOUNT would override
PATIENCE = 5.0  # seconds before a worker that was asked to stop is killed


class WorkerProcess:
    """One worker and the two threads that read its output."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        device: str,
        threads: int | None,
        memory_limit: int,
        workers: int = 1,
        on_event: Callable[[Event | None], None],
    ) -> None:
        """Start it.

        threads: how many the network may use; None leaves that to torch. memory_limit: bytes that the worker
        may use. on_event: called from another thread with each event, and with None when the worker has
        exited.
        """
        # torch reads these when it is imported.
        limits = {} if threads is None else {"OMP_NUM_THREADS": f"{threads}", "MKL_NUM_THREADS": f"{threads}"}
        limits[VARIABLE] = f"{memory_limit}"
        limits[WORKERS] = f"{workers}"
        self._on_event = on_event
        self._stderr_lines: deque[str] = deque(maxlen=12)
        self._process = subprocess.Popen(
            [*command, device],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=({} if POLICY in os.environ else ENVIRONMENT) | os.environ | limits,
        )
        self._readers = [
            Thread(target=self._read_events, daemon=True),
            Thread(target=self._read_stderr, daemon=True),
        ]
        for reader in self._readers:
            reader.start()

    def send(self, task: Task) -> None:
        """Send a task; if the worker has died, nothing is raised here, and `on_event` is called with None."""
        assert self._process.stdin is not None
        with suppress(OSError):
            self._process.stdin.write(encode_message(task))
            self._process.stdin.flush()

    def exit_reason(self) -> str:
        """Return how a worker that has exited ended: "was killed (SIGKILL)"."""
        status = self._wait()
        if status >= 0:
            return f"ended with exit code {status}"
        name = signal.Signals(-status).name
        return f"was killed ({name})" if name in ("SIGKILL", "SIGTERM") else f"crashed ({name})"

    def was_killed(self) -> bool:
        """Return whether a worker that has exited was ended by a signal."""
        return self._wait() < 0

    def stderr_tail(self) -> str:
        """Return the last lines that a worker that has exited wrote to stderr, each indented."""
        self._readers[1].join(timeout=1)  # a grandchild may keep the pipe open
        return "".join(f"\n    {line}" for line in self._stderr_lines)

    def stop(self) -> None:
        """Ask the worker to exit immediately; nothing that it leaves half done matters."""
        self._process.terminate()

    def wait(self) -> None:
        """Wait until the worker has exited; kill it if it takes too long."""
        self._wait()
        assert self._process.stdin is not None
        with suppress(OSError):  # a task that was sent too late never reached it
            self._process.stdin.close()

    def _wait(self) -> int:
        try:
            return self._process.wait(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()

    def _read_events(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as lines:
            for line in lines:
                try:
                    self._on_event(parse_event(line))
                except ValueError as error:
                    self._stderr_lines.append(f"{error}")
                    self._process.kill()
                    break
        self._on_event(None)

    def _read_stderr(self) -> None:
        assert self._process.stderr is not None
        with self._process.stderr as lines:
            for line in lines:
                text = line.decode(errors="replace").rstrip()
                logger.debug("worker: %s", text)
                self._stderr_lines.append(text)
