"""Locks the output for as long as Pelican writes to it, whichever command started Pelican.

The lock is taken before Pelican empties the folder, and kept to the end of the process, because other plugins
write when ours has finished. `pelican -r` builds again and again, so there it is released after each build.
"""

import math
from pathlib import Path
from typing import TYPE_CHECKING

from ..storage import site_lock
from ..storage.site_entries import watch_build
from . import progress
from .settings import find_settings_folder

if TYPE_CHECKING:
    from .build_state import BuildState


def guard_output(state: "BuildState", *, waits: bool) -> None:
    """Lock the output of a run, unless this process has locked it or nothing is written.

    waits: for as long as another process writes there; otherwise a UserError is raised after some seconds.
    """
    site = state.site
    if site.get("STYLIZE_PLAN_ONLY"):
        return
    held = site_lock.acquire(
        Path(site["OUTPUT_PATH"]),
        wait=math.inf if waits else site_lock.WAIT,
        tell=progress.print_line,
    )
    if held is None:
        return
    watch_build(
        held,
        blog=find_settings_folder(site),
        retained=site["OUTPUT_RETENTION"] if site["DELETE_OUTPUT_DIRECTORY"] else None,
        remember=lambda: bool(state.publications) and not site["DELETE_OUTPUT_DIRECTORY"],
    )
