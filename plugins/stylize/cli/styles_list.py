"""Commands that list the styles of a library, and save verdicts on them. Each returns the text to print."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date

from ..costs.prices import Money, format_total, price_training
from ..model.entities import Verdict
from ..model.errors import UserError, suggestion
from ..storage.atomic_files import explain_refusals
from ..storage.picture_usage import posts_by_style, read_usage
from ..styles.edit_toml import write_verdict
from ..styles.library import explain_missing_style, load_styles, style_folders
from ..styles.scores_file import SCORES, read_scores
from ..styles.style_toml import read_style_toml, read_training
from ..styles.verdicts import check_verdict
from .blog_folder import read_site
from .console import format_table

HEAD = ("style", "title", "category", "level", "kB", "tuning", "verdict", "posts", "scores")


@dataclass(frozen=True, slots=True, kw_only=True)
class StyleRow:
    """A style, as `style.list` shows it."""

    slug: str
    title: str
    category: str
    level: int
    bytes: int  # of its weights
    tuning_seconds: float  # of its last tuning; 0 if it was never tuned
    tuning_cost: Money
    is_untuned: bool  # predicted from its artwork, for nothing
    verdict: Verdict | None
    posts: int | None  # that use it, as of the last build; None before the first build
    scores: dict[str, float] = field(default_factory=dict)


def list_styles(settings_file: str, *, category: str = "", as_json: bool = False) -> str:
    """Return the styles of the library as a table or as JSON; problems are below the table.

    category: list only its styles; "" for all. Raises UserError if there is no such category.
    """
    _, settings = read_site(settings_file)
    if category and category not in settings.categories:
        near = suggestion(category, settings.categories, many="categories")
        raise UserError(f"there is no category {category!r}.{near}")
    library = load_styles(settings.styles, display_path=settings.styles.name, categories=settings.categories)
    uses = read_usage(settings.store)
    posts = None if uses is None else posts_by_style(uses)
    notes: list[str] = []
    rows = []
    for slug, style in library.styles.items():
        if category in ("", style.category):
            training = read_training(settings.styles / slug, display_path=f"{settings.styles.name}/{slug}")
            tuning = price_training(training, settings.tariff) if training else None
            found = read_scores(settings.styles / slug)
            if found.is_damaged:
                notes.append(
                    f"{settings.styles.name}/{slug}/{SCORES} cannot be read, so its scores are not shown."
                    " Remove it, or audition the style again."
                )
            rows.append(
                StyleRow(
                    slug=slug,
                    title=style.title,
                    category=style.category,
                    level=style.level,
                    bytes=style.weights.path.stat().st_size,
                    tuning_seconds=round(tuning.seconds, 1) if tuning else 0.0,
                    tuning_cost={tuning.currency: tuning.cost} if tuning else {},
                    is_untuned=style.level == 0 and not style.is_imported,
                    verdict=style.verdict,
                    posts=None if posts is None else len(posts.get(slug, ())),
                    scores=dict(found.scores),
                )
            )
    notes += [problem for problems in library.problems.values() for problem in problems]
    if as_json:
        return json.dumps([asdict(row) for row in rows], indent=2, ensure_ascii=False)
    table = format_table([HEAD, *map(_format_row, rows)])
    if any(row.is_untuned for row in rows):
        notes.append(
            "A style with no tuning cost nothing. Good and best pictures do not need one, since they are"
            " painted from the artwork; quick ones look more like it after one."
        )
    return "\n".join([*table, "", *notes, _summarize(rows, is_counted=uses is not None)])


def save_verdict(
    settings_file: str, slug: str, word: str, *, note: str = "", suits: Sequence[str] = ()
) -> str:
    """Save what the author thinks of a style in its style.toml, in place of an earlier verdict.

    suits: kinds of photos. Raises UserError if the style, the word or a kind does not exist.
    """
    _, settings = read_site(settings_file)
    known = [folder.name for folder in style_folders(settings.styles)]
    if slug not in known:
        raise UserError(explain_missing_style(slug, known))
    folder, place = settings.styles / slug, f"{settings.styles.name}/{slug}"
    check_verdict(word, suits, where="style.verdict")
    read_style_toml(folder, display_path=place, categories=settings.categories)
    verdict = Verdict(word=word, note=note.strip(), suits=tuple(suits), on=date.today().isoformat())
    with explain_refusals(folder, doing="saving a verdict"):
        write_verdict(folder / "style.toml", verdict, where=f"{place}/style.toml")
    return f"{place}/style.toml: {_format_verdict(verdict)}"


def _format_row(row: StyleRow) -> tuple[str, ...]:
    return (
        row.slug,
        row.title,
        row.category,
        str(row.level),
        f"{row.bytes / 1000:.0f}",
        _format_tuning(row),
        _format_verdict(row.verdict) if row.verdict else "",
        "?" if row.posts is None else str(row.posts),
        ", ".join(f"{name} {value:.3g}" for name, value in sorted(row.scores.items())),
    )


def _format_tuning(row: StyleRow) -> str:
    if row.tuning_seconds:
        return f"{row.tuning_seconds:.0f} s, {format_total(row.tuning_cost)}"
    return "none" if row.is_untuned else ""


def _format_verdict(verdict: Verdict) -> str:
    suits = f", suits {' and '.join(verdict.suits)}" if verdict.suits else ""
    return f"{verdict.word}{suits}"


def _summarize(rows: Sequence[StyleRow], *, is_counted: bool) -> str:
    count = f"{len(rows)} style{'' if len(rows) == 1 else 's'}"
    posts = "posts as of the last build" if is_counted else "no build has counted the posts yet"
    return f"{count}; {posts}."
