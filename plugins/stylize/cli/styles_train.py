"""Commands that make a style's weights: predicted in a second, or tuned in minutes."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from ..blog.settings import Settings
from ..costs.estimates import SECONDS_TO_START, estimate_tuning_seconds, format_duration
from ..costs.prices import compute_expense, format_energy, format_money, price_training, read_budget
from ..executors.factory import make_executor
from ..executors.interface import Failed, TrainingStep, Tuned
from ..model.command_name import command
from ..model.errors import UserError
from ..model.training_config import TrainingConfig, TrainingResult
from ..storage.atomic_files import display_path
from ..styles import panels, train
from ..styles.library import load_styles
from ..styles.style_toml import read_training
from ..styles.training_page import TuningPage
from .blog_folder import read_site
from .console import StatusLine

USUAL = TrainingConfig()
LATEST_TUNINGS = 5  # from which the time of the next one is estimated


def predict(settings_file: str, slug: str) -> str:
    """Predict a style's weights from its artwork; returns the text to print."""
    _, settings = read_site(settings_file)
    place = f"{settings.styles.name}/{slug}"
    digest = train.predict_style(
        settings.styles / slug,
        make_executor(settings.executor, device=settings.device),
        display_path=place,
        categories=settings.categories,
    )
    return f"{place}/style.safetensors: the numbers of the artwork, digest {digest[:12]}…"


def tune(
    settings_file: str,
    slugs: Sequence[str],
    *,
    level: int = USUAL.level,
    steps: int = USUAL.steps,
    seed: int = USUAL.seed,
    style_weight: float | None = None,
    budget: str = "",
    photos: str = "",
    resume: bool = False,
) -> Iterator[StatusLine]:
    """Tune styles on their artworks; yields the lines to print while it runs.

    style_weight: None searches one for each artwork. budget: for each, see `prices.read_budget`; "" sets
    none. photos: a folder; "" for the site's own.
    Raises UserError if nothing can be tuned, and at the end if a style could not be tuned.
    """
    site, settings = read_site(settings_file)
    tariff = settings.tariff
    steps_before, device = _steps_before(settings, level=level)
    seconds = read_budget(budget, tariff, device=device) if budget else 0.0
    config = TrainingConfig(
        level=level,
        steps=steps,
        seed=seed,
        budget=seconds,
        style_weight=USUAL.style_weight if style_weight is None else style_weight,
        search_weight=style_weight is None,
    )
    train.check_config(config, budget_given=bool(budget))
    if not slugs:
        raise UserError(f"name the styles to tune, as in: {command('style.tune harvesters')}")
    folder, spare = Path(photos or Path(site["PATH"]) / "photos"), settings.styles / panels.FOLDER
    files = train.find_training_photos(folder, spare=None if photos else spare)
    styles = [
        train.StyleToTrain(
            slug=slug,
            display_path=f"{settings.styles.name}/{slug}",
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
        text=f"{len(styles)} style(s) to tune on {len(files)} photos; Ctrl-C keeps what is done."
    )
    estimate = estimate_tuning_seconds(config, steps_before)
    cost = compute_expense(len(styles) * estimate, tariff, device=device).cost
    yield StatusLine(
        text=f"About {format_duration(len(styles) * estimate + SECONDS_TO_START)},"
        f" {format_money(cost, tariff.currency)}."
    )
    executor = make_executor(settings.executor, device=settings.device)
    for style, answer in train.tune_styles(
        styles, files, executor, config=config, resume=resume, categories=settings.categories
    ):
        match answer:
            case TrainingStep():
                if style.slug not in pages:
                    pages[style.slug] = TuningPage(style.workplace, title=style.slug)
                    yield StatusLine(
                        text=f"{style.display_path}: watch {display_path(pages[style.slug].path)}"
                    )
                pages[style.slug].add(answer)
                yield StatusLine(
                    text=format_step(style.slug, answer),
                    transient=not answer.panel,
                    done=answer.step,
                    total=answer.steps,
                )
            case Tuned(training=training):
                if style.slug in pages:
                    pages[style.slug].close()
                expense = price_training(training, tariff)
                spent = f" {format_energy(expense.energy)}, {format_money(expense.cost, expense.currency)}."
                yield StatusLine(text=summarize_training(style.display_path, training) + spent)
            case Failed(message=message):
                problems.append(f"{style.display_path}: {message}")
    if problems:
        raise UserError(*problems)


def _steps_before(settings: Settings, *, level: int) -> tuple[list[tuple[float, int]], str]:
    """Return seconds and steps of earlier tunings of a level, and their device.

    Only the latest count; if none has a date, all of them do.
    """
    library = load_styles(settings.styles, display_path=settings.styles.name, categories=settings.categories)
    styles = [style for style in library.styles.values() if style.level == level]
    trainings = [read_training(style.weights.path.parent, display_path=style.slug) for style in styles]
    dated = sorted((t for t in trainings if t and t.made), key=lambda t: t.made or "")[-LATEST_TUNINGS:]
    if not dated:
        return [(training.seconds, training.steps) for training in trainings if training], "cpu"
    device = dated[-1].device
    return [(training.seconds, training.steps) for training in dated if training.device == device], device


def format_step(slug: str, answer: TrainingStep) -> str:
    """Return a line with the step of a tuning and its losses."""
    losses = f"style {answer.style:.3f}  content {answer.content:.3f}"
    return f"{slug}  step {answer.step} of {answer.steps}  {losses}"


def summarize_training(place: str, training: TrainingResult) -> str:
    """Return the result of a tuning in a sentence or two."""
    end = f" It ended early: {training.stopped}." if training.stopped else ""
    return (
        f"{place}: style distance {training.style_before:.3f} → {training.style_after:.3f},"
        f" content {training.content_before:.3f} → {training.content_after:.3f},"
        f" step {training.best} of {training.steps} kept, {training.seconds:.0f} s.{end}"
    )
