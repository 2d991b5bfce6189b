"""How messages name the commands: `invoke` in this repository, `pelican-stylize` everywhere else."""

import os

PROGRAM = "pelican-stylize"
STARTED_BY = "PELICAN_STYLIZE_COMMAND"  # an environment variable, so that worker processes know it too


def command(words: str = "") -> str:
    """Return a command as the reader can type it: `command("style.tune ink")`.

    The words are the same everywhere. `tasks.py` sets the environment variable when invoke loads it.
    """
    return f"{os.environ.get(STARTED_BY) or PROGRAM} {words}".rstrip()
