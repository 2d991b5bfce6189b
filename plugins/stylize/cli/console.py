"""The console: prints status lines, bars, tables and errors, and parses what was typed.

On a terminal, rich draws bars and tables; it respects NO_COLOR and terminals that cannot move the cursor.
If the output goes to a file or another program, the text is the same without bars and colors.
"""

import contextlib
import io
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from invoke import Exit

from ..model.errors import UserError

MISTAKE, INTERRUPTED = 2, 130  # exit codes: an error in the blog or on the command line, and Ctrl-C


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusLine:
    """A line to print. A transient one reports progress, and is replaced by the next."""

    text: str
    transient: bool = False
    done: int = 0  # of `total`, for the bar of a transient line
    total: int = 0


@contextlib.contextmanager
def report_mistakes() -> Iterator[None]:
    """Print a UserError without a traceback and exit with its code; 2 if it has none."""
    try:
        yield
    except UserError as error:
        raise Exit(str(error), code=getattr(error, "exitcode", MISTAKE)) from None


def print_lines(lines: Iterable[str], *, stopped: str = "") -> None:
    """Print lines as they come. stopped: what to print after Ctrl-C."""
    follow((StatusLine(text=line) for line in lines), stopped=stopped)


def follow(lines: Iterable[StatusLine], *, stopped: str = "") -> None:
    """Print status lines as they come; on a terminal, a bar shows the transient ones.

    stopped: what to print after Ctrl-C, which ends the command with the exit code 130.
    """
    bar: Any = None
    try:
        for line in lines:
            if not line.transient:
                if bar:
                    bar.console.print(line.text, markup=False, highlight=False, soft_wrap=True)
                else:
                    print(line.text, flush=True)
            elif _can_animate():
                bar = bar or _start_bar()
                bar.update(bar.task_ids[0], description=line.text, completed=line.done, total=line.total)
    except KeyboardInterrupt:
        raise Exit(f"\n{stopped}" if stopped else "", code=INTERRUPTED) from None
    finally:
        if bar:
            bar.stop()


def format_table(rows: Sequence[Sequence[str]], *, right_from: int | None = None) -> list[str]:
    """Return the lines of a table whose first row is its head.

    right_from: the first column whose cells are aligned to the right, as numbers are; None for none. On a
    terminal that is too narrow, long cells wrap; elsewhere no line does.
    """
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    count = len(rows[0])
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    for column in range(count):
        is_number = right_from is not None and column >= right_from
        table.add_column(justify="right" if is_number else "left", overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))
    widest = sum(max(len(row[column]) for row in rows) + 2 for column in range(count)) + count
    width = min(widest, shutil.get_terminal_size().columns) if sys.stdout.isatty() else widest
    output = io.StringIO()
    Console(file=output, width=max(width, 40), color_system=None).print(table)
    return [line.rstrip() for line in output.getvalue().splitlines()]


def end_sentence(text: str) -> str:
    """Return a text with a full stop, unless it ends like a sentence."""
    return text if text.endswith((".", "?", "!")) else f"{text}."


def split_names(typed: str) -> list[str]:
    """Return the names in a comma-separated text."""
    return [name.strip() for name in typed.split(",") if name.strip()]


def read_lines(path: str) -> list[str]:
    """Return the lines of a list file, without empty ones and comments; raises UserError if it has none."""
    try:
        lines = [line.strip() for line in Path(path).read_text("utf-8-sig").splitlines()]
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: {getattr(error, 'strerror', '') or 'it is not UTF-8 text'}.") from None
    found = [line for line in lines if line and not line.startswith("#")]
    if not found:
        raise UserError(f"{path}: it has no lines. Write an address on each.")
    return found


def split_paths(typed: str) -> list[str]:
    """Return the paths in a comma-separated text; a comma may be part of a path that exists: "Met, 2026"."""
    parts = typed.split(",")
    paths: list[str] = []
    while parts:
        together = [",".join(parts[:count]).strip() for count in range(len(parts), 0, -1)]
        path = next((text for text in together[:-1] if Path(text).expanduser().exists()), together[-1])
        parts = parts[len(together) - together.index(path) :]
        if path:
            paths.append(path)
    return paths


def parse_number(option: str, typed: str, *, kind: Callable[[str], Any] = int) -> Any:
    """Parse a number that was typed for an option. kind: int or float."""
    try:
        return kind(typed)
    except ValueError:
        wanted = "a whole number" if kind is int else "a number"
        raise Exit(f"--{option} is {typed!r}, but must be {wanted}.", code=MISTAKE) from None


def parse_minutes(option: str, typed: str) -> float | None:
    """Parse a number of minutes that was typed for an option; None if nothing was."""
    if not typed:
        return None
    try:
        minutes = float(typed)
    except ValueError:
        minutes = -1.0
    if not 0 <= minutes < float("inf"):
        text = f"--{option} is {typed!r}, but must be a number of minutes, 0 or more, as in --{option} 10."
        raise Exit(text, code=MISTAKE)
    return minutes


def parse_port(typed: str) -> int:
    """Parse a port that was typed."""
    port = parse_number("port", typed)
    if not 1 <= port <= 65535:
        raise Exit(
            f"--port is {port}, but ports run from 1 to 65535, as in --port 8000.", code=MISTAKE
        ) from None
    return int(port)


@cache
def _can_animate() -> bool:
    from rich.console import Console

    console = Console()
    return console.is_terminal and not console.is_dumb_terminal


def _start_bar() -> Any:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    bar = Progress(*columns, transient=True)
    bar.add_task("", total=None)
    bar.start()
    return bar
