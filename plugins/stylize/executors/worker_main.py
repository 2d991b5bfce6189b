"""Starts a worker: `python -P launch.py auto`, run by path so that Pelican is never imported.

Importing `pelican.plugins.stylize` would import Pelican; a worker draws on machines that lack it.
Here the plugin's folder is loaded as a package of its own, named `stylize`.
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

    load: makes the engine for a device; the real one unless a test brings its own.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent decides
    lines, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    # A library that prints or asks must not end up in the conversation.
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    load_plugin()
    worker = importlib.import_module("stylize.executors.worker")
    worker.serve(lines, answers, load=load or worker.load_engine, device=sys.argv[1])


def load_plugin() -> None:
    """Make the plugin importable as `stylize`, wherever it lies and without what lies around it."""
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
