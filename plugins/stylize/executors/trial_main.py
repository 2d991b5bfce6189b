"""The program of a trial: `python -P trial_main.py picture BYTES` reads the files that stdin names.

Each line of stdin is a path in JSON; each line of stdout says what is wrong with that file, "" for nothing.
"""

import importlib
import json
import os
import runpy
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any


def run(kind: str, memory: int) -> None:
    """Read files until stdin ends. memory: bytes of addresses that this process may use."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a library prints must not mix with the answers
    runpy.run_path(str(Path(__file__).with_name("worker_main.py")))["load_plugin"]()
    read, explained = _load_reader(kind)
    limit_memory(memory)
    print(json.dumps({"problem": ""}), file=answers, flush=True)  # ready
    for line in sys.stdin:
        try:
            read(Path(json.loads(line)))
            problem = ""
        except explained as error:
            problem = str(error)
        except Exception as error:  # a reader may raise any kind; the file is not used then
            words = " ".join(str(error).split())[:200] or type(error).__name__
            problem = f"the file is damaged ({words}). Take another file."
        print(json.dumps({"problem": problem}), file=answers, flush=True)


def limit_memory(memory: int) -> None:
    """Let this process have so many bytes of addresses; macOS does not keep to it, Windows has no limit."""
    if sys.platform != "win32":
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        if hard == resource.RLIM_INFINITY or memory < hard:
            resource.setrlimit(resource.RLIMIT_AS, (memory, hard))


def _load_reader(kind: str) -> tuple[Callable[[Path], Any], type[Exception]]:
    """Return what reads a file, and the error whose message is for the user."""
    if kind == "picture":
        decode = importlib.import_module("stylize.images.decode")
        return decode.open_photo, importlib.import_module("stylize.model.errors").UserError
    convert = importlib.import_module("stylize.engine.model_import.convert")
    refused = importlib.import_module("stylize.engine.graph_networks.graph_spec").NetworkError

    def read(path: Path) -> None:
        with suppress(refused):  # reading ended well, and the importer will say the same
            convert.fold_constants(convert.read_network(path))

    return read, refused


if __name__ == "__main__":
    run(sys.argv[1], int(sys.argv[2]))
