"""Runs commands in forked processes, which have Pelican loaded, and kills them at a chosen moment."""

import atexit
import os
import signal
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

PLUGINS = Path(__file__).parents[2] / "plugins"


def load_program() -> None:
    """Load everything once that the commands need; no command has run yet in this process."""
    import pelican
    import pelican.plugins

    if str(PLUGINS) not in pelican.plugins.__path__:
        pelican.plugins.__path__.append(str(PLUGINS))
    from pelican.plugins.stylize.blog import make_pictures, posts, publish_pictures, signals  # noqa: F401
    from pelican.plugins.stylize.cli import main, pelican_runner, store  # noqa: F401
    from pelican.plugins.stylize.images import metadata_embedding, renditions  # noqa: F401


@dataclass(frozen=True)
class Child:
    """A command that runs in a process, and a process group, of its own."""

    words: tuple[str, ...]
    pid: int
    log: Path

    def poll(self) -> int | None:
        """Return the exit code, minus the signal that killed it, or None while it runs."""
        pid, status = os.waitpid(self.pid, os.WNOHANG)
        return os.waitstatus_to_exitcode(status) if pid else None

    def wait(
        self, *, meanwhile: Callable[[], None] = lambda: time.sleep(0.002), until: float = 180
    ) -> int | None:
        """Wait for the end; return the exit code, or None if it still runs after so many seconds."""
        end = time.monotonic() + until
        while (code := self.poll()) is None and time.monotonic() < end:
            meanwhile()
        return code

    def kill(self, *, group: bool) -> None:
        """Kill the process, and with group also its workers."""
        with suppress(ProcessLookupError):
            (os.killpg if group else os.kill)(self.pid, signal.SIGKILL)

    def printed(self) -> str:
        """Return what the command has printed."""
        return self.log.read_text(errors="replace")


def start(words: Sequence[str], *, cwd: Path, log: Path, **environment: str) -> Child:
    """Start a command of `pelican-stylize`, or plain `pelican`."""
    sys.stdout.flush()
    pid = os.fork()
    if pid:
        with suppress(OSError):  # the child does the same
            os.setpgid(pid, pid)
        return Child(tuple(words), pid, log)
    code = 70
    atexit._clear()  # what is left to the end of the test is not for its children
    try:
        os.setpgid(0, 0)
        os.chdir(cwd)
        os.environ.update(environment)
        file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666)
        for descriptor in (1, 2):
            os.dup2(file, descriptor)
        code = _run(words)
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        with suppress(BaseException):
            atexit._run_exitfuncs()
            sys.stdout.flush()
        os._exit(code)


def _run(words: Sequence[str]) -> int:
    sys.path.insert(0, os.getcwd())  # noqa: PTH109
    try:
        if words[0] == "pelican":
            import pelican

            sys.argv = list(words)
            pelican.main(["-s", "pelicanconf.py", "--log-handler", "plain", *words[1:]])
        else:
            from pelican.plugins.stylize.cli.main import program

            sys.argv = ["pelican-stylize", *words]
            program.run(sys.argv)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0
