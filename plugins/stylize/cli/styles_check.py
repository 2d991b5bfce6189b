"""The command `style.panel`: checks that styles still look as accepted."""

from collections.abc import Iterator, Sequence
from functools import cache, partial
from itertools import chain
from pathlib import Path
from typing import Any

from ..content.photos import PhotoIndex
from ..costs.estimates import estimate_seconds, format_duration, learn_rates
from ..executors.factory import make_executor
from ..model.entities import Stylization
from ..model.errors import UserError
from ..storage.store import Store
from ..styles import panels, visual_regression
from ..styles.library import load_styles
from .blog_folder import read_site
from .console import StatusLine


def panel(
    settings_file: str,
    slugs: Sequence[str] = (),
    *,
    accept: bool = False,
    painted: bool = True,
    repaint: bool = False,
) -> Iterator[StatusLine]:
    """Draw the panel of some styles, or of all, and compare each with the accepted one; yields a table.

    accept: accept the new panels. painted: make painted panels where they are missing, and check the record
    of the others. repaint: paint these again too, and compare the pictures. Raises VisualChangeError at the
    end if a style has changed or cannot be drawn, and UserError before the first one if there is nothing to
    draw.
    """
    _, settings = read_site(settings_file)
    library = load_styles(settings.styles, display_path=settings.styles.name, categories=settings.categories)
    names = list(dict.fromkeys(slugs)) or library.slugs
    problems = library.problems_of(names)
    if not names:
        problems.append(f"{settings.styles.name}: there are no styles to draw.")
    if repaint and not painted:
        problems.append("--repaint paints the painted panels, and --no-painted leaves them out; choose one.")
    if problems:
        raise UserError(*problems)
    index = PhotoIndex(settings.store / "photos.json", examine=_examine)
    photos = panels.read_panel(settings.styles / panels.FOLDER, index, author=settings.author)
    styles = [library.styles[name] for name in names]
    check = partial(
        visual_regression.check_panels,
        photos=photos,
        # Other devices and other numbers of threads round differently.
        executor=make_executor(settings.executor, device="cpu", threads=1),
        measure=_measure,
        workplace=settings.store / "panel",
        accept=accept,
    )
    records = visual_regression.check_painted_records(
        styles if painted else (), photos, accept=accept, repaint=repaint
    )
    width = max(len("style"), *map(len, names))
    yield StatusLine(text=f"{'style':{width}}  panel    distance  farthest photo    verdict")
    changes = []
    for comparison in chain(check(styles), records.settled):
        yield _format_row(comparison, width)
        changes.append(comparison.problem)
    if records.to_paint:
        yield _announce(records.stylizations, Store(settings.store))
        for comparison in check(records.to_paint, kind=panels.PAINTED_PANEL):
            yield _format_row(comparison, width)
            changes.append(comparison.problem)
    if any(changes):
        raise visual_regression.VisualChangeError(*filter(None, changes))


def _format_row(comparison: visual_regression.LookComparison, width: int) -> StatusLine:
    distance = "" if comparison.distance is None else f"{comparison.distance:.4f}"
    return StatusLine(
        text=f"{comparison.slug:{width}}  {comparison.sheet:7}  {distance:8}  {comparison.photo:16}"
        f"  {comparison.status}"
    )


def _announce(stylizations: Sequence[Stylization], store: Store) -> StatusLine:
    """Return how many pictures are painted and how long that takes."""
    rates = learn_rates(store.receipts())
    seconds = sum(estimate_seconds(stylization, rates) for stylization in stylizations)
    count = f"{len(stylizations)} picture{'s' * (len(stylizations) != 1)}"
    return StatusLine(
        text=f"Painting {count}, about {format_duration(seconds)}; --no-painted leaves this out,"
        " and Ctrl-C keeps the styles that are done."
    )


def _examine(path: Path) -> tuple[int, int, str, str]:
    from ..images.decode import examine

    return examine(path)


def _measure(picture: Any, other: Any) -> float:
    return _meter()(picture, other)


@cache
def _meter() -> Any:
    """Load the perceptual distance, once and only if two pictures differ, since it imports torch."""
    from ..engine.losses.perceptual_distance import load_meter

    return load_meter()
