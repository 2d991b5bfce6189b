"""The command `style.compare`. Yields the lines to print while it runs."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from ..blog.settings import Settings
from ..content.photos import find_photo
from ..costs.estimates import SECONDS_TO_START, estimate_seconds, format_duration, learn_rates
from ..executors.factory import make_executor
from ..executors.interface import Failed, Progress
from ..model.entities import Parameters, Stylization
from ..model.errors import PhotoError, UserError
from ..model.qualities import HOW, Quality, find_quality
from ..pipeline.comparison import (
    ComparedStyle,
    UnpublishedPhoto,
    load_unpublished_photo,
    plan_comparison,
    spend_budget,
)
from ..pipeline.make import stylize
from ..storage.atomic_files import display_path
from ..storage.store import Store
from ..styles.comparison.board import (
    ARTWORK_EDGE,
    PHOTO,
    ComparisonIntro,
    ComparisonRow,
    artwork_name,
    picture_name,
    write_board,
    write_picture,
)
from ..styles.library import Library, load_styles
from .blog_folder import read_site
from .console import StatusLine

NOT_YET = "There is no picture yet. The same command makes it."
FOLDER = "compare"  # of the store: a folder for each photo and quality


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonRequest:
    """What was typed."""

    photo: Path  # as typed, made absolute
    name: str = ""  # as typed: a photo of the blog is found by its name alone, as in a post
    quality: str = ""  # "" for that of the settings
    styles: Sequence[str] = ()  # slugs; empty: all styles of the library
    budget: float | None = None  # minutes of painting; None for no limit


def compare(settings_file: str, request: ComparisonRequest) -> Iterator[StatusLine]:
    """Draw a photo in styles, and write a board of the pictures; yields the lines to print.

    The pictures are those that a post would show with these settings, and lie in the same store. The board
    is written first and again after every picture, so that it is whole whenever the command is stopped.
    Raises UserError at the end with every picture that could not be made, and before anything is drawn if
    there is nothing to draw.
    """
    site, settings = read_site(settings_file)
    quality = find_quality(request.quality or settings.quality)
    library = load_styles(settings.styles, display_path=settings.styles.name, categories=settings.categories)
    slugs = _choose_styles(library, request, settings)
    photo = load_unpublished_photo(_find_photo(request, Path(site["PATH"])), author=settings.author)
    rows = plan_comparison(
        photo.photo,
        [library.styles[slug] for slug in slugs],
        quality=quality,
        parameters=_parameters(settings, quality),
        policy=settings.policy,
    )
    store = Store(settings.store)
    seconds = _estimate(rows, store)
    if request.budget is not None and quality is not Quality.QUICK:
        rows = spend_budget(rows, seconds, budget=60 * request.budget, quick=settings.parameters)
    left_out = [] if request.styles else library.problems_of(library.problems)
    board = _Board(rows, photo, settings=settings, quality=quality, store=store, left_out=left_out)
    missing = {row.shown.key: row.shown for row in rows if not board.has(row)}
    yield StatusLine(text=_announce(rows, missing, store))
    if any(row.is_left_quick for row in rows):
        yield StatusLine(text=_describe_left_quick(rows, seconds, minutes=request.budget or 0.0))
    page = board.write()
    done = len(rows) - len(missing)
    yield StatusLine(text=photo.photo.path.name, transient=True, done=done, total=len(rows))
    with store.incoming() as incoming:
        for stylization, event in stylize(
            missing,
            store=store,
            incoming=incoming,
            executor=make_executor(settings.executor, device=settings.device, workers=settings.workers),
            tariff=settings.tariff,
            parallel_jobs=settings.parallel_jobs,
        ):
            text = stylization.in_styles
            if isinstance(event, Progress):
                text += f": {event.step / event.steps:.0%}"
            else:
                done += 1
                board.add(stylization, problem=event.message if isinstance(event, Failed) else "")
            yield StatusLine(text=text, transient=True, done=done, total=len(rows))
    yield from (StatusLine(text=problem) for problem in left_out)
    yield StatusLine(text=f"Open {display_path(page)} in a browser.")
    if board.failures:
        raise UserError(*board.failures.values())


class _Board:
    """The board of one photo, and the pictures on it so far."""

    def __init__(
        self,
        rows: Sequence[ComparedStyle],
        photo: UnpublishedPhoto,
        *,
        settings: Settings,
        quality: Quality,
        store: Store,
        left_out: Sequence[str],
    ) -> None:
        self._rows, self._photo, self._settings, self._store = rows, photo, settings, store
        self._quality, self._left_out = quality, left_out
        stem = re.sub(r"[^\w-]+", "-", photo.photo.path.stem, flags=re.ASCII)[:40]
        self._folder = settings.store / FOLDER / f"{stem}-{photo.photo.digest[:8]}-{quality}"
        self._sizes: dict[str, tuple[int, int]] = {}  # of the pictures on the board, by key
        self._photo_size = (0, 0)
        self.failures: dict[str, str] = {}  # by key

    def has(self, row: ComparedStyle) -> bool:
        """Whether the store has the picture of a style, whole."""
        return self._store.picture(row.shown.key) is not None

    def write(self) -> Path:
        """Write the board with the pictures that the store has; returns its page."""
        from ..images.decode import open_photo

        self._photo_size = write_picture(
            open_photo(self._photo.photo.path, long_edge=1200), PHOTO, folder=self._folder
        )
        for row in self._rows:
            artwork = row.style.artwork.path
            with suppress(PhotoError):  # the picture is drawn without it, or says what is wrong
                small = open_photo(artwork, long_edge=ARTWORK_EDGE)
                write_picture(small, artwork_name(row.style), folder=self._folder)
            self._copy_picture(row)
        return self._write_page()

    def add(self, stylization: Stylization, *, problem: str) -> None:
        """Put a new picture on the board, or say why it could not be made."""
        if problem:
            self.failures[stylization.key] = f"{stylization.in_styles}: {problem}"
        for row in self._rows:
            if row.shown.key == stylization.key:
                self._copy_picture(row)
        self._write_page()

    def _copy_picture(self, row: ComparedStyle) -> None:
        from ..images.renditions import read_png

        path = self._store.picture(row.shown.key)
        if path:
            size = write_picture(read_png(path), picture_name(row.style), folder=self._folder)
            self._sizes[row.shown.key] = size

    def _write_page(self) -> Path:
        photo = self._photo.photo
        how = f"Quality: {self._quality}, {HOW[self._quality]}."
        intro = ComparisonIntro(
            photo=photo.path.name,
            alt=photo.alt,
            size=self._photo_size,
            notes=[how, *self._photo.notes, *self._left_out],
        )
        return write_board(map(self._make_row, self._rows), intro, folder=self._folder, photo=photo.path)

    def _make_row(self, row: ComparedStyle) -> ComparisonRow:
        key = row.shown.key
        receipt = self._store.receipt(key) if key in self._sizes else None
        notes = []
        if row.is_left_quick:
            notes.append("Quick: the budget did not reach it.")
        if receipt:
            notes += [f"It shows {fault}." for fault in receipt.artifacts]
        notes += row.refusals
        if row.terms.license and not row.refusals and self._photo.has_credit:
            notes.append(f"A post publishes it under {row.terms.license.name}.")
        notes += row.terms.warnings
        return ComparisonRow(
            style=row.style,
            line=self._line(row),
            size=self._sizes.get(key),
            quality=row.shown.method.quality,
            missing=self.failures.get(key, NOT_YET),
            notes=tuple(notes),
        )

    def _line(self, row: ComparedStyle) -> str:
        """Return what a post must say to show the photo in this style and quality."""
        line = f"Style: {row.style.slug}"
        return line if self._quality == self._settings.quality else f"{line}\nQuality: {self._quality}"


def _find_photo(request: ComparisonRequest, content: Path) -> Path:
    """Return the photo's path; raises UserError if a name without a folder is no photo of the blog either."""
    if request.photo.exists() or request.name != request.photo.name:
        return request.photo
    return find_photo(request.name, folder=content, content=content)


def _choose_styles(library: Library, request: ComparisonRequest, settings: Settings) -> list[str]:
    """Return the slugs of the styles to show; raises UserError if one cannot be used."""
    slugs = list(dict.fromkeys(request.styles)) or list(library.styles)
    problems = library.problems_of(slugs if request.styles or slugs else library.problems)
    if not slugs:
        problems.append(f"{settings.styles.name}: there are no styles to compare.")
    if problems:
        raise UserError(*problems)
    return slugs


def _parameters(settings: Settings, quality: Quality) -> Parameters:
    """Return the parameters of a post that names none."""
    if quality is Quality.BEST:
        return replace(settings.parameters, long_edge=settings.best_long_edge)
    return settings.parameters


def _estimate(rows: Sequence[ComparedStyle], store: Store) -> dict[str, float]:
    """Return the seconds that each missing picture takes, by key."""
    rates = learn_rates(store.receipts())
    wanted = [row.wanted for row in rows if not store.has(row.wanted.key)]
    return {stylization.key: estimate_seconds(stylization, rates) for stylization in wanted}


def _announce(rows: Sequence[ComparedStyle], missing: Mapping[str, Stylization], store: Store) -> str:
    """Return how many pictures are drawn, and how long that takes."""
    styles = "1 style" if len(rows) == 1 else f"{len(rows)} styles"
    if not missing:
        return f"{styles}: every picture is in the store already."
    rates = learn_rates(store.receipts())
    seconds = SECONDS_TO_START + sum(estimate_seconds(each, rates) for each in missing.values())
    kept = len(rows) - len(missing)
    return (
        f"{styles}: {kept} in the store, {len(missing)} to draw, about {format_duration(seconds)};"
        " Ctrl-C keeps what is done."
    )


def _describe_left_quick(
    rows: Sequence[ComparedStyle], seconds: Mapping[str, float], *, minutes: float
) -> str:
    names = ", ".join(row.style.slug for row in rows if row.is_left_quick)
    budget = format_duration(60 * minutes)
    reached = [row for row in rows if row.wanted.key in seconds and not row.is_left_quick]
    if reached:
        return f"The budget of {budget} paints {len(reached)} of {len(seconds)}. These stay quick: {names}."
    return (
        f"The budget of {budget} does not suffice for one picture: the shortest takes about"
        f" {format_duration(min(seconds.values()))}. These stay quick: {names}."
    )
