"""The command `style.panel`: checks that styles still look as accepted."""

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from ..content.photos import PhotoIndex
from ..executors.factory import make_executor
from ..model.errors import UserError
from ..styles import visual_regression
from ..styles.library import load_styles
from .blog_folder import read_site
from .console import StatusLine


def panel(settings_file: str, slugs: Sequence[str] = (), *, accept: bool = False) -> Iterator[StatusLine]:
    """Draw the panel of some styles, or of all, and compare each with the accepted one; yields a table.

    accept: accept the new panels. Raises VisualChangeError at the end if a style has changed or cannot be
    drawn, and UserError before the first one if there is nothing to draw.
    """
    _, settings = read_site(settings_file)
    library = load_styles(settings.styles, display_path=settings.styles.name, categories=settings.categories)
    names = list(dict.fromkeys(slugs)) or library.slugs
    problems = library.problems_of(names)
    if not names:
        problems.append(f"{settings.styles.name}: there are no styles to draw.")
    if problems:
        raise UserError(*problems)
    index = PhotoIndex(settings.store / "photos.json", examine=_examine)
    photos = visual_regression.read_panel(
        settings.styles / visual_regression.FOLDER, index, author=settings.author
    )
    comparisons = visual_regression.check_panels(
        [library.styles[name] for name in names],
        photos,
        executor=make_executor(settings.executor, device="cpu", threads=1),
        measure=_measure,
        workplace=settings.store / "panel",
        accept=accept,
    )
    width = max(len("style"), *map(len, names))
    yield StatusLine(text=f"{'style':{width}}  distance  farthest photo    verdict")
    moved = []
    for comparison in comparisons:
        distance = "" if comparison.distance is None else f"{comparison.distance:.4f}"
        yield StatusLine(
            text=f"{comparison.slug:{width}}  {distance:8}  {comparison.photo:16}  {comparison.status}"
        )
        if comparison.problem:
            moved.append(comparison.problem)
    if moved:
        raise visual_regression.VisualChangeError(*moved)


def _examine(path: Path) -> tuple[int, int, str]:
    from ..images.decode import examine

    return examine(path)


def _measure(picture: Any, other: Any) -> float:
    return _meter()(picture, other)


@cache
def _meter() -> Any:
    """Load the perceptual distance, once and only if two pictures differ, since it imports torch."""
    from ..engine.losses.perceptual_distance import load_meter

    return load_meter()
