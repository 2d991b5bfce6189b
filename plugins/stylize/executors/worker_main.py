"""Starts a worker: `python -P worker_main.py auto`, run by path so that Pelican is never imported.

Importing `pelican.plugins.stylize` would import Pelican, which a worker does not need. Here the plugin's
folder is loaded as a package of its own, named `stylize`.
"""

import importlib
import importlib.util
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any


def run(load: Callable[[str], Any] | None = None) -> None:
    """Serve on stdin and stdout until stdin ends.

    load: returns the engine for a device; tests bring their own.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent decides
    lines, events = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    # What a library prints or reads must not mix with the messages.
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    load_plugin()
    perform = importlib.import_module("stylize.executors.perform")
    worker = importlib.import_module("stylize.executors.worker")
    worker.serve_tasks(lines, events, load=load or perform.load_engine, device=sys.argv[1])


def load_plugin() -> None:
    """Make the plugin importable as `stylize`, without the packages around it."""
    folder = Path(__file__).resolve().parent.parent
    spec = importlib.util.spec_from_file_location(
        "stylize", folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    assert spec is not None and spec.loader is not None
    package = importlib.util.module_from_spec(spec)
    sys.modules["stylize"] = package
    spec.loader.exec_module(package)


if __name__ == "__main__":
    run()
