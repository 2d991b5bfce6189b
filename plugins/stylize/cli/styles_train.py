"""What tasks.py asks for beside building: the plan, and styles. Returns text to print."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pelican
from pelican.settings import read_settings as read_pelican_settings

from ..blog.settings import Settings, load_settings
from ..blog.static_settings import read_site
from ..content.photos import PhotoIndex
from ..costs.estimates import SECONDS_TO_START, estimate_tuning_seconds, format_duration
from ..costs.ledger import TUNING, Ledger, LedgerEntry
from ..costs.ledger_entries import make_tuning_entry
from ..costs.prices import Tariff, compute_expense, format_energy, format_money, read_budget
from ..executors.local import LocalExecutor
from ..executors.wire_protocol import Refused, Stepped, Tuned
from ..model.command_name import command
from ..model.errors import UserError
from ..model.training_config import TrainingConfig, TrainingResult
from ..pipeline.plan import StopAfterPlanning
from ..storage.atomic_files import display_path
from ..storage.safetensors_header import digest_tensors
from ..storage.store import Store
from ..styles import train as adoption
from ..styles import visual_regression as panels
from ..styles.library import read_styles
from ..styles.style_toml import read_training
from ..styles.training_page import TuningPage
from .plan_table import format_plan, make_plan_rows

USUAL = TrainingConfig()
LATEST_TUNINGS = 5  # by which the next one's time is estimated


def plan(configuration: str, *, as_json: bool = False) -> str:
    """Return every stylized picture that the posts ask for, as a table or as JSON.

    Raises UserError with every problem of every post.
    """
    site = read_pelican_settings(
        configuration, override={"STYLIZE_PLAN_ONLY": True, "DELETE_OUTPUT_DIRECTORY": False}
    )
    try:
        pelican.Pelican(site).run()
    except StopAfterPlanning as planned:
        settings = load_settings(site)
        lines = make_plan_rows(
            planned, Store(settings.store), tariff=settings.tariff, at_once=settings.at_once
        )
    else:
        lines = []
    if as_json:
        return json.dumps([asdict(line) for line in lines], indent=2, ensure_ascii=False)
    return format_plan(lines)


def predict(configuration: str, slug: str) -> str:
    """Make a style's numbers from its artwork."""
    _, settings = read_site(configuration)
    shown = f"{settings.styles.name}/{slug}"
    digest = adoption.predict_style(
        settings.styles / slug,
        LocalExecutor(device=settings.device),
        shown=shown,
        categories=settings.categories,
    )
    return f"{shown}/style.safetensors: the numbers of the artwork, digest {digest[:12]}…"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusLine:
    """A line to print; one that passes is written over by the next where a terminal can do that."""

    text: str
    passing: bool = False


def tune(
    configuration: str,
    slugs: Sequence[str],
    *,
    level: int = USUAL.level,
    steps: int = USUAL.steps,
    seed: int = USUAL.seed,
    style_weight: float = USUAL.style_weight,
    budget: str = "",
    photos: str = "",
    resume: bool = False,
) -> Iterator[StatusLine]:
    """Tune styles on their artworks; yields what to print while it goes on.

    budget: for each, see `prices.read_budget`; "" sets none. photos: a folder; "" takes the site's own.
    Raises UserError where nothing can be tuned, and at the end where a style was not.
    """
    site, settings = read_site(configuration)
    ledger, tariff = Ledger(settings.store), settings.tariff
    steps_before, device = _steps_before(settings, ledger, level=level)
    seconds = read_budget(budget, tariff, device=device) if budget else 0.0
    course = TrainingConfig(level=level, steps=steps, seed=seed, budget=seconds, style_weight=style_weight)
    adoption.check_config(course, budget_given=bool(budget))
    if not slugs:
        raise UserError(f"name the styles to tune, as in: {command('style.tune harvesters')}")
    folder, spare = Path(photos or Path(site["PATH"]) / "photos"), settings.styles / panels.FOLDER
    files = adoption.find_training_photos(folder, spare=None if photos else spare)
    adoptions = [
        adoption.StyleToTrain(
            slug=slug,
            shown=f"{settings.styles.name}/{slug}",
            folder=settings.styles / slug,
            workplace=settings.store / "tuning" / slug,
        )
        for slug in dict.fromkeys(slugs)
    ]
    pages: dict[str, TuningPage] = {}
    problems = []
    if files[0].parent != folder:
        yield StatusLine(
            text=f"{display_path(folder)}: there are no photos, so those of {display_path(spare)} are taken."
        )
    yield StatusLine(
        text=f"{len(adoptions)} style(s) to tune on {len(files)} photos; Ctrl-C keeps what is done."
    )
    estimate = estimate_tuning_seconds(course, steps_before)
    cost = compute_expense(len(adoptions) * estimate, tariff, device=device).cost
    yield StatusLine(
        text=f"About {format_duration(len(adoptions) * estimate + SECONDS_TO_START)},"
        f" {format_money(cost, tariff.currency)}."
    )
    tuner = LocalExecutor(device=settings.device)
    for style, answer in adoption.tune_styles(
        adoptions, files, tuner, course=course, resume=resume, categories=settings.categories
    ):
        match answer:
            case Stepped():
                if style.slug not in pages:
                    pages[style.slug] = TuningPage(style.workplace, title=style.slug)
                    yield StatusLine(text=f"{style.shown}: watch {display_path(pages[style.slug].path)}")
                pages[style.slug].add(answer)
                yield StatusLine(text=format_progress(style.slug, answer), passing=not answer.panel)
            case Tuned(training=training):
                if style.slug in pages:
                    pages[style.slug].close()
                entry = record_training(style, training, ledger, tariff=tariff, estimate=estimate)
                cost_told = f" {format_energy(entry.energy)}, {format_money(entry.cost, entry.currency)}."
                yield StatusLine(text=summarize_training(style.shown, training) + cost_told)
            case Refused(message=message):
                problems.append(f"{style.shown}: {message}")
    if problems:
        raise UserError(*problems)


def panel(configuration: str, slugs: Sequence[str] = (), *, accept: bool = False) -> Iterator[StatusLine]:
    """Draw the panel of some styles, or of all, and compare each with the accepted one; yields a table.

    accept: what is drawn now becomes the accepted one. Raises LookError at the end where a style does not
    look as it was accepted, and UserError where it cannot be drawn.
    """
    _, settings = read_site(configuration)
    library = read_styles(settings.styles, shown=settings.styles.name, categories=settings.categories)
    names = list(dict.fromkeys(slugs)) or library.slugs
    problems = library.problems_of(names)
    if not names:
        problems.append(f"{settings.styles.name}: there are no styles to draw.")
    if problems:
        raise UserError(*problems)
    index = PhotoIndex(settings.store / "photos.json", examine=_examine)
    photos = panels.read_panel(settings.styles / panels.FOLDER, index, author=settings.author)
    verdicts = panels.check_panels(
        [library.styles[name] for name in names],
        photos,
        executor=LocalExecutor(device="cpu", threads=1)
        if isinstance(settings.executor, str)
        else settings.executor,
        measure=_measure,
        workplace=settings.store / "panel",
        accept=accept,
    )
    width = max(len("style"), *map(len, names))
    yield StatusLine(text=f"{'style':{width}}  distance  farthest photo    verdict")
    moved = []
    for verdict in verdicts:
        distance = "" if verdict.distance is None else f"{verdict.distance:.4f}"
        yield StatusLine(text=f"{verdict.slug:{width}}  {distance:8}  {verdict.photo:16}  {verdict.says}")
        if verdict.problem:
            moved.append(verdict.problem)
    if moved:
        raise panels.VisualChangeError(*moved)


def _examine(path: Path) -> tuple[int, int, str]:
    from ..images.decode import examine

    return examine(path)


def _measure(picture: Any, other: Any) -> float:
    return _meter()(picture, other)


@cache
def _meter() -> Any:
    """Load what measures pictures, once and only where two differ: it takes torch."""
    from ..engine.losses.perceptual_distance import load_meter

    return load_meter()


def record_training(
    style: adoption.StyleToTrain, training: TrainingResult, ledger: Ledger, *, tariff: Tariff, estimate: float
) -> LedgerEntry:
    """Write a tuning whose numbers are in their place into the ledger; returns its line.

    estimate: seconds, as they were told before.
    """
    digest = digest_tensors(style.folder / "style.safetensors", shown=f"{style.shown}/style.safetensors")
    now = datetime.now(UTC).isoformat(timespec="seconds")
    entry = make_tuning_entry(
        style.slug, training, tariff, digest=digest, when=now, estimate=round(estimate, 1)
    )
    ledger.keep(entry)
    return entry


def _steps_before(settings: Settings, ledger: Ledger, *, level: int) -> tuple[list[tuple[float, int]], str]:
    """Return seconds and steps of earlier tunings of a level, and what they ran on.

    The latest here count, or those that the library tells of where there are none.
    """
    here = [e for e in ledger.read().entries if e.what == TUNING and e.level == level][-LATEST_TUNINGS:]
    if here:
        device = here[-1].device
        return [(entry.seconds, entry.steps) for entry in here if entry.device == device], device
    styles = read_styles(
        settings.styles, shown=settings.styles.name, categories=settings.categories
    ).styles.values()
    trainings = (read_training(s.numbers.path.parent, shown=s.slug) for s in styles if s.level == level)
    return [(training.seconds, training.steps) for training in trainings if training], "cpu"


def format_progress(slug: str, answer: Stepped) -> str:
    """Return one line: how far a tuning is, how it goes, and how long it still takes."""
    rest = answer.seconds / max(1, answer.step) * (answer.steps - answer.step)
    left = f"  {rest:.0f} s left" if answer.step else ""  # before the first step there is nothing to go by
    losses = f"style {answer.style:.3f}  content {answer.content:.3f}"
    return f"{slug}  {format_bar(answer.step, answer.steps)}  {losses}{left}"


def format_bar(done: int, count: int) -> str:
    """Return how much of something is done, as a bar and in numbers."""
    full = round(20 * done / count)
    return f"{'█' * full}{'░' * (20 - full)} {done}/{count}"


def summarize_training(shown: str, training: TrainingResult) -> str:
    """Return what a tuning came to, in a sentence or two."""
    end = f" It ended early: {training.stopped}." if training.stopped else ""
    return (
        f"{shown}: style distance {training.style_before:.3f} → {training.style_after:.3f},"
        f" content {training.content_before:.3f} → {training.content_after:.3f},"
        f" step {training.best} of {training.steps} kept, {training.seconds:.0f} s.{end}"
    )
