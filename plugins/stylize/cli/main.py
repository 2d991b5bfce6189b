"""The program `pelican-stylize`: one collection of commands, for every blog.

A repository's own `tasks.py` may import `namespace` and add commands to it, as this project's does.
"""

import difflib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from invoke import Argument, Collection, Exit, ParseError, Program, Task

from ..model.command_name import PROGRAM
from ..model.version import installed_version
from . import museum_index_tasks, museum_tasks, provenance_tasks, site_tasks, start_tasks, style_tasks
from .console import MISTAKE

OPTIONS = ("settings", "help", "list", "version", "print-completion-script")  # those of the manual


class StylizeProgram(Program):
    """invoke's program with one more option, and a manual that lists only what concerns a blog."""

    def core_args(self) -> list[Argument]:
        """Add the option `--settings`, which may come before or after a command."""
        settings = Argument(
            names=("settings",),
            help="The settings file of the blog; pelicanconf.py of this folder or one above it if not given.",
        )
        return [*super().core_args(), settings]

    def parse_core(self, argv: list[str] | None) -> None:
        """Parse the options of the program itself."""
        with self._explaining():
            super().parse_core(argv)

    def parse_tasks(self) -> None:
        """Parse the commands; for an unknown one, exit with a message that suggests the nearest."""
        with self._explaining():
            super().parse_tasks()

    def parse_cleanup(self) -> None:
        """Handle what is no command, such as `--help COMMAND`."""
        with self._explaining():
            super().parse_cleanup()

    @contextmanager
    def _explaining(self) -> Iterator[None]:
        try:
            yield
        except ParseError as error:
            raise Exit(_explain(str(error), make_namespace()), code=MISTAKE) from None

    def update_config(self, merge: bool = True) -> None:
        """Pass the settings file that was typed to the commands."""
        super().update_config(merge=False)
        self.config["stylize"] = {"settings": self.args.settings.value or ""}
        if merge:
            self.config.merge()

    def print_help(self) -> None:
        """Print the manual: the options that concern a blog, and one line for each command."""
        print(f"Usage: {self.binary} [--settings FILE] COMMAND [options] ...\n\nOptions:\n")
        tuples = self.initial_context.help_tuples()
        self.print_columns([row for row in tuples if _long_name(row[0]) in OPTIONS])
        self.list_tasks()
        print(f"{self.binary} --help COMMAND explains a command and its options.")


def make_namespace() -> Collection:
    """Return the commands of every blog."""
    tasks = [*_tasks_of(start_tasks), *_tasks_of(site_tasks)]
    namespace = Collection(*(task for task in tasks if task is not site_tasks.prune))
    namespace.add_collection(Collection("style", *_tasks_of(style_tasks)))
    namespace.add_collection(Collection("museum", *_tasks_of(museum_tasks), *_tasks_of(museum_index_tasks)))
    namespace.add_collection(Collection("provenance", *_tasks_of(provenance_tasks)))
    namespace.add_collection(Collection("store", site_tasks.prune))
    return namespace


def _tasks_of(module: ModuleType) -> list[Task[Any]]:
    """Return the tasks that a module defines."""
    return list(Collection.from_module(module).tasks.values())


def _long_name(flags: str) -> str:
    """Return "help" of "-h [STRING], --help[=STRING]"."""
    return flags.rpartition("--")[2].partition("=")[0].rstrip("[")


def _explain(message: str, collection: Collection) -> str:
    """Return our message for a wrong command or option, in place of invoke's."""
    if flag := re.match(r"Flag <Argument: ([\w-]+).*> needed value", message):
        return f"--{flag[1]} needs a value. What it takes: {PROGRAM} --help"
    if missing := re.match(r"'([\w.-]+)' did not receive required positional arguments: (.+)", message):
        words = missing[2].replace("'", "").upper()
        return f"{missing[1]} needs {words}. What it takes: {PROGRAM} --help {missing[1]}"
    prefix, suffix = "No idea what '", "' is!"
    if not (message.startswith(prefix) and message.endswith(suffix)):
        return message
    typed = message[len(prefix) : -len(suffix)]
    near = difflib.get_close_matches(typed, collection.task_names, n=1)
    meant = f" Did you mean '{near[0]}'?" if near else ""
    return f"there is no command or option {typed!r}.{meant} All commands: {PROGRAM} --list"


namespace = make_namespace()
program = StylizeProgram(
    version=installed_version() or "of this folder",
    namespace=namespace,
    name=PROGRAM,
    binary=PROGRAM,
    binary_names=[PROGRAM],
)
