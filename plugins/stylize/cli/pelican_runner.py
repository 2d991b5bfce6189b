"""Runs Pelican in this process, and moves the site that it built into place."""

import logging
import shutil
import sys
from pathlib import Path

from invoke import Exit

from ..provenance.site_list import write_site_list
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


def build_aside(settings_file: str, output: Path, *, overrides: tuple[str, ...] = ()) -> None:
    """Build into a new folder, and replace the output folder only when the build is complete."""
    coming = output.with_name(f"{output.name}.coming")
    shutil.rmtree(coming, ignore_errors=True)
    run_pelican(settings_file, "-o", str(coming), overrides=overrides)
    write_site_list(coming)  # when all plugins have finished, and nothing is written any more
    swap_in(coming, output)


def swap_in(coming: Path, place: Path) -> None:
    """Replace a folder by another; the old one is removed only when the new one is in place.

    Raises FileNotFoundError, and changes nothing, if there is no new folder.
    """
    if not coming.is_dir():
        raise FileNotFoundError(coming)
    going = place.with_name(f"{place.name}.going")
    if place.exists():
        shutil.rmtree(going, ignore_errors=True)
        place.rename(going)
    # If the run is killed here, the last site is in `going`; no run removes it before a new one is in place.
    coming.rename(place)
    shutil.rmtree(going, ignore_errors=True)


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
            if reason is not None and not record.exc_info and str(reason) not in record.getMessage():
                record.msg, record.args = f"{record.getMessage()}: {reason}", ()
        super().emit(record)
