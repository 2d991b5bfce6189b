"""Warns of photos that Pelican publishes as they are and that say where they were taken."""

import logging
import os
import time
from collections.abc import Iterable
from pathlib import Path

from ..model.version import digest_of_code
from ..storage.atomic_files import display_path, is_settled, read_stamp
from ..storage.checked_files import read_facts, write_facts
from .build_state import BuildState

logger = logging.getLogger(__name__)

FILE = "positions.json"  # in the store: which files were looked at
MOST = 10  # files that are named

Known = dict[str, list[int]]  # path -> its stamp (see `read_stamp`), and 1 if it has a position


def check_positions(state: BuildState) -> None:
    """Note each file with a position that goes out as it is: a warning, or a problem when publishing.

    A site whose posts ask for no picture is not looked at, and neither is one that allows positions.
    """
    if not state.rendered or state.outer or state.settings.publish_positions:
        return
    copied = {os.path.abspath(file.source_path): "Pelican" for file in state.static}  # noqa: PTH100
    copied |= {str(photo.path.absolute()): "STYLIZE['originals']" for photo in state.originals}
    if not copied:
        return
    publishes = not state.settings.placeholders
    found = find_positions(copied, remembered=None if publishes else state.settings.store / FILE)
    texts = state.problems if publishes else state.warnings
    for path in found[:MOST]:
        from shlex import quote  # most builds find none

        name = display_path(Path(path))
        texts.append(
            f"{name}: {copied[path]} publishes this file as it is, and it says where it was taken (GPS)."
            f" Remove the position (exiftool '-gps*=' {quote(name)}), keep the file out of STATIC_PATHS"
            " and {static} links, or allow it for all: STYLIZE['publish_positions'] = True"
        )
    if len(found) > MOST:
        texts.append(
            f"{len(found) - MOST} more of the files that are published as they are say where they were taken."
        )


def find_positions(paths: Iterable[str], *, remembered: Path | None) -> list[str]:
    """Return the files that say where they were taken, sorted; only files that have changed are read.

    remembered: the file that says what earlier builds have found; None reads all files.
    """
    known, started = _load(remembered) if remembered else {}, time.time_ns()
    kept: Known = {}
    found = []
    is_new = False
    for path in paths:
        stamp = read_stamp(path)
        entry = known.get(path)
        if entry is None or entry[:-1] != stamp:
            from ..images.positions import has_position

            entry, is_new = [*stamp, int(has_position(Path(path)))], True
        if is_settled(stamp, at=started):
            kept[path] = entry
        if entry[-1]:
            found.append(path)
    if remembered and (is_new or len(kept) < len(known)):
        _save(remembered, kept)
    return sorted(found)


def _load(path: Path) -> Known:
    try:
        saved = read_facts(path)
        if saved["code"] == digest_of_code():
            files: Known = saved["files"]
            return files
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        pass
    return {}


def _save(path: Path, known: Known) -> None:
    """Save for the next build; if the disk refuses, it reads the files again."""
    try:
        write_facts(path, {"code": digest_of_code(), "files": known})
    except OSError as error:
        logger.debug("%s could not be written: %s", path, error)
