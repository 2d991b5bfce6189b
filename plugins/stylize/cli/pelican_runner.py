"""Runs Pelican in this process, and moves the site that it built into place."""

import logging
import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from invoke import Exit

from ..provenance.site_list import write_site_list
from ..storage.site_lock import SiteLock, acquire, release_afterwards
from ..storage.site_swap import new_site
from .console import INTERRUPTED


def run_pelican(settings_file: str, *arguments: str, overrides: tuple[str, ...] = ()) -> None:
    """Run Pelican, and pass on to it what follows `--` on the command line.

    overrides: settings as `NAME=JSON`. Pelican exits with 0 after most errors, and with `--fatal` it stops at
    the first. This function reports all errors, and then exits with 1.
    """
    from pelican import main

    rest = sys.argv[sys.argv.index("--") + 1 :] if "--" in sys.argv else []
    options = ["-e", *overrides] if overrides else []
    counter = _ErrorCounter()
    logging.getLogger("pelican").addHandler(counter)
    try:
        with release_afterwards():
            main(["-s", settings_file, *arguments, "--log-handler", "plain", *options, *rest])
    except SystemExit as end:
        if end.code:
            raise Exit(code=int(end.code)) from None
    finally:
        logging.getLogger("pelican").removeHandler(counter)
    if counter.interrupted:
        raise Exit(code=INTERRUPTED)
    if counter.errors:
        raise Exit(code=1)


def build_aside(
    settings_file: str, output: Path, *, retained: Collection[str], overrides: tuple[str, ...] = ()
) -> None:
    """Build into a new folder, which replaces the output only when the build is complete.

    retained: the site's OUTPUT_RETENTION: entries of the output that stay whoever made them.
    """
    with (
        lock_output(output) as lock,
        new_site(lock, blog=Path.cwd(), retained=retained, complete=write_site_list, tell=print) as coming,
    ):
        run_pelican(settings_file, "-o", str(coming), overrides=overrides)


@contextmanager
def lock_output(output: Path) -> Iterator[SiteLock]:
    """Lock an output folder; raises UserError if another process goes on writing to it."""
    with release_afterwards():
        lock = acquire(output, tell=partial(print, flush=True))
        assert lock is not None, "a command locks an output once"
        yield lock


class _ErrorCounter(logging.StreamHandler):
    """Prints log records as they are, without wrapping paths, and counts the errors."""

    errors = 0
    interrupted = False

    def filter(self, record: logging.LogRecord) -> bool:
        """Notice Ctrl-C, after which Pelican ends as if all were well; also where warnings are hidden."""
        self.interrupted |= isinstance(sys.exc_info()[1], KeyboardInterrupt)
        return bool(super().filter(record))

    def emit(self, record: logging.LogRecord) -> None:
        if record.levelno >= logging.ERROR:
            self.errors += 1
            reason = sys.exc_info()[1]  # Pelican does not print it: "Could not process pier.md"
            is_told = record.exc_info or getattr(record, "is_explained", False)
            if reason is not None and not is_told and str(reason) not in record.getMessage():
                record.msg, record.args = f"{record.getMessage()}: {reason}", ()
        super().emit(record)
