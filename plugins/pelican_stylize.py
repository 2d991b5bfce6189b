"""Starts `pelican-stylize`, and imports Pelican only when a command needs it.

The plugin is part of the package `pelican`, so Python would import Pelican as well: 0.2 seconds, most of what
`pelican-stylize --help` takes. Here `pelican` is a module that loads itself when it is first used.
"""

import importlib.util
import os
import sys
from types import ModuleType


def main() -> None:
    """Run the program on the arguments of the command line."""
    defer_pelican()
    from pelican.plugins.stylize.cli.main import program

    try:
        program.run()
        sys.stdout.flush()
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:  # `pelican-stylize --help | head` closes the pipe early
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


def defer_pelican() -> None:
    """Make `import pelican` cheap: its code runs at the first access to one of its attributes."""
    spec = importlib.util.find_spec("pelican")
    if "pelican" in sys.modules or spec is None or spec.loader is None:
        return
    module = importlib.util.module_from_spec(spec)
    module.__class__ = _Deferred
    sys.modules["pelican"] = module


class _Deferred(ModuleType):
    """A package whose code runs at the first access to an attribute; submodules can be imported before."""

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        self.__class__ = ModuleType  # type: ignore[assignment]
        assert self.__spec__ is not None and self.__spec__.loader is not None
        self.__spec__.loader.exec_module(self)
        return getattr(self, name)
