"""Reads a stranger's file in a process of its own first, with limits of time and memory.

What ends that process does not end this one. A file that passes is then read here like any other. The files
are those of packs, of packages of museums, and of networks that were trained elsewhere; of an author's own
photos only the headers are checked before, since a build reads many.
"""

import json
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from queue import Empty, Queue
from threading import Thread

from ..model.errors import PhotoError
from ..model.memory_limit import find_memory_limit

PROGRAM = Path(__file__).with_name("trial_main.py")
PICTURE, NETWORK = "picture", "network"  # kinds of files
SECONDS = {PICTURE: 60.0, NETWORK: 300.0}  # for one file
TO_START = 60.0  # seconds, for imports on a busy machine
# Bytes of addresses that libraries take before they read anything; torch reserves far more than it uses.
LIBRARIES = {PICTURE: 10**9, NETWORK: 6 * 10**9}


class TrialProcess:
    """A process that reads files of one kind. It starts with the first, and ends when its pipe is closed."""

    def __init__(self, kind: str, *, seconds: float | None = None, memory: int | None = None) -> None:
        """kind: PICTURE or NETWORK. seconds: for each file. memory: bytes; None for the limit of a build."""
        self._kind = kind
        self._seconds = SECONDS[kind] if seconds is None else seconds
        self._memory = memory
        self._process: subprocess.Popen[bytes] | None = None
        self._lines: Queue[bytes] = Queue()

    def check(self, path: Path) -> None:
        """Read a file there; raises PhotoError that says what is wrong, or that reading was ended."""
        process = self._process or self._start()
        assert process.stdin is not None
        try:
            process.stdin.write(json.dumps(str(path.absolute())).encode() + b"\n")
            process.stdin.flush()
            line = self._lines.get(timeout=self._seconds)
        except Empty:
            self.close()
            raise PhotoError(
                f"reading it takes longer than {self._seconds:.0f} seconds, so it is not used."
                " Take another file."
            ) from None
        except OSError:
            line = b""
        if not line:
            self.close()
            raise PhotoError(
                "reading it ended the process that tried it, so it is not used. Take another file."
            )
        if problem := json.loads(line)["problem"]:
            raise PhotoError(problem)

    def close(self) -> None:
        """End the process; the next file starts another one."""
        if self._process:
            self._process.kill()
            self._process.wait()
            for pipe in (self._process.stdin, self._process.stdout):
                if pipe:
                    with suppress(OSError):  # what was not sent is of no use any more
                        pipe.close()
            self._process = None

    def _start(self) -> "subprocess.Popen[bytes]":
        memory = (find_memory_limit() if self._memory is None else self._memory) + LIBRARIES[self._kind]
        process = subprocess.Popen(
            [sys.executable, "-P", str(PROGRAM), self._kind, str(memory)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._process, self._lines = process, Queue()
        Thread(target=_pump, args=(process, self._lines), daemon=True).start()
        try:
            is_ready = bool(self._lines.get(timeout=TO_START))  # it says so in its first line
        except Empty:
            is_ready = False
        if not is_ready:
            self.close()
            raise PhotoError(
                f"the process that tries such files first did not start within {TO_START:.0f} seconds."
                " Try again when the machine is less busy."
            )
        return process


def _pump(process: "subprocess.Popen[bytes]", lines: Queue[bytes]) -> None:
    """Put each line of a process into a queue, and an empty one when it has ended."""
    assert process.stdout is not None
    try:
        for line in process.stdout:
            lines.put(line)
    except (OSError, ValueError):  # closed meanwhile
        pass
    lines.put(b"")
