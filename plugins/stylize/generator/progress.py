"""How far it is: a bar on a terminal, a line for each picture elsewhere, one summary at the end."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from pelican.log import console

from ..model import Stylization
from ..pipeline import Listener

logger = logging.getLogger(__name__)


@contextmanager
def shown(total: int) -> Iterator[Listener]:
    """Show the progress of this many pictures; yields what is to be called after each."""
    if not total or _is_quiet():
        yield lambda stylization, seconds: None
        return
    if not console.is_terminal:
        yield _line
        return
    # A bar is nothing a warm build should pay for.
    from rich.errors import LiveError
    from rich.markup import escape
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    progress = Progress(*columns, console=console, transient=True)
    try:
        progress.start()
    except LiveError:  # Pelican's spinner has the terminal, and this rich knows only one at a time
        yield _line
        return
    try:
        task = progress.add_task("stylizing", total=total)

        def advance(stylization: Stylization, seconds: float) -> None:
            progress.update(task, advance=1, description=escape(stylization.photo.path.name))

        yield advance
    finally:
        progress.stop()


def tell(text: str) -> None:
    """Print one line, as Pelican prints its own."""
    if not _is_quiet():
        console.print(text, markup=False, highlight=False, soft_wrap=True)


def _line(stylization: Stylization, seconds: float) -> None:
    tell(f"stylized {stylization.photo.path.name} in {stylization.in_styles!r}, {seconds:.1f} s")


def _is_quiet() -> bool:
    return not logger.isEnabledFor(logging.WARNING)
