"""Starts `pelican-stylize` without Pelican until a command needs it.

The plugin is a part of the package `pelican`, which Python imports with it: 0.2 seconds, most of what
`pelican-stylize --help` would take. Here `pelican` begins as a module that loads itself at its first use.
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
    except BrokenPipeError:  # `pelican-stylize --help | head` has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


def defer_pelican() -> None:
    """Make `import pelican` cheap: its code runs when something of it is asked for."""
    spec = importlib.util.find_spec("pelican")
    if "pelican" in sys.modules or spec is None or spec.loader is None:
        return
    module = importlib.util.module_from_spec(spec)
    module.__class__ = _Deferred
    sys.modules["pelican"] = module


class _Deferred(ModuleType):
    """A package whose submodules can be imported at once, and whose own code runs at the first other use."""

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)
        self.__class__ = ModuleType  # type: ignore[assignment]
        assert self.__spec__ is not None and self.__spec__.loader is not None
        self.__spec__.loader.exec_module(self)
        return getattr(self, name)
