"""Shows the progress of pictures: a bar on a terminal, elsewhere a line for each picture."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from pelican.log import console

from ..model.entities import Stylization
from ..pipeline.make import Listener

if TYPE_CHECKING:
    from ..executors import interface

logger = logging.getLogger(__name__)

LINES = 10  # for a picture that takes minutes, where there is no bar


@contextmanager
def show_progress(total: int) -> Iterator[Listener]:
    """Show the progress of this many pictures; yields the listener that `pipeline.make` calls."""
    if not total or _is_quiet():
        yield _Silence()
        return
    if not console.is_terminal:
        yield _Lines()
        return
    # Imported here, since a warm build needs no bar.
    from rich.errors import LiveError
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    progress = Progress(*columns, console=console, transient=True)
    try:
        progress.start()
    except LiveError:  # Pelican's spinner has the terminal, and this rich knows only one at a time
        yield _Lines()
        return
    try:
        yield _Bar(progress, total=total)
    finally:
        progress.stop()


def print_line(text: str) -> None:
    """Print one line, as Pelican prints its own."""
    if not _is_quiet():
        console.print(text, markup=False, highlight=False, soft_wrap=True)


class _Silence:
    def on_picture(self, stylization: Stylization, seconds: float) -> None:
        pass

    def on_progress(self, stylization: Stylization, progress: "interface.Progress") -> None:
        pass


class _Lines:
    def __init__(self) -> None:
        self._printed: dict[str, int] = {}  # tenths, by the picture's key

    def on_picture(self, stylization: Stylization, seconds: float) -> None:
        verb = "painted" if stylization.method.reads_artworks else "stylized"
        print_line(f"{verb} {stylization.photo.path.name} in {stylization.in_styles!r}, {seconds:.1f} s")

    def on_progress(self, stylization: Stylization, progress: "interface.Progress") -> None:
        if not stylization.method.takes_minutes:
            return
        key, part = stylization.key, progress.step * LINES // progress.steps
        if self._printed.get(key, 0) < part < LINES:
            self._printed[key] = part
            print_line(f"painting {_describe(stylization, progress)}")


class _Bar:
    def __init__(self, progress: Any, *, total: int) -> None:
        """progress: `rich.progress.Progress`."""
        self._progress = progress
        self._task = progress.add_task("stylizing", total=total)

    def on_picture(self, stylization: Stylization, seconds: float) -> None:
        self._show(stylization.photo.path.name, advance=1)

    def on_progress(self, stylization: Stylization, progress: "interface.Progress") -> None:
        self._show(_describe(stylization, progress), advance=0)

    def _show(self, text: str, *, advance: int) -> None:
        from rich.markup import escape

        self._progress.update(self._task, advance=advance, description=escape(text))


def _describe(stylization: Stylization, progress: "interface.Progress") -> str:
    from ..costs.estimates import format_duration

    done = progress.step / progress.steps
    left = f", about {format_duration(progress.seconds / done - progress.seconds)} left" if done else ""
    return f"{stylization.photo.path.name}: {done:.0%}{left}"


def _is_quiet() -> bool:
    return not logger.isEnabledFor(logging.WARNING)
