"""What tasks.py asks for about the styles one owns. Returns text to print; runs without Pelican and torch."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date

from ..costs.prices import Money, format_total, price_training
from ..model.entities import Verdict
from ..model.errors import UserError, suggestion
from ..storage.atomic_files import detect_newline, explain_refusals, write_whole
from ..storage.picture_usage import posts_by_style, read_usage
from ..styles.library import no_style, read_styles, style_folders
from ..styles.scores_file import SCORES, read_scores
from ..styles.style_toml import read_record, read_training
from ..styles.verdicts import check_verdict, with_verdict
from .blog_folder import read_site
from .console import format_table

HEAD = ("style", "title", "category", "level", "kB", "tuning", "verdict", "posts", "scores")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A style as `invoke style.list` shows it."""

    slug: str
    title: str
    category: str
    level: int
    bytes: int  # of its numbers
    tuning_seconds: float  # of its last tuning; 0 if it was never tuned
    tuning_cost: Money
    verdict: Verdict | None
    posts: int | None  # that use it, as of the last build; None before the first
    scores: dict[str, float] = field(default_factory=dict)


def list_styles(configuration: str, *, category: str = "", as_json: bool = False) -> str:
    """Return the styles of the library, as a table or as JSON; those that cannot be read are named below.

    category: only its styles; "" takes all. Raises UserError where there is no such category.
    """
    _, settings = read_site(configuration)
    if category and category not in settings.categories:
        near = suggestion(category, settings.categories, many="categories")
        raise UserError(f"there is no category {category!r}.{near}")
    library = read_styles(settings.styles, shown=settings.styles.name, categories=settings.categories)
    uses = read_usage(settings.store)
    posts = None if uses is None else posts_by_style(uses)
    notes: list[str] = []
    rows = []
    for slug, style in library.styles.items():
        if category in ("", style.category):
            training = read_training(settings.styles / slug, shown=f"{settings.styles.name}/{slug}")
            tuning = price_training(training, settings.tariff) if training else None
            card = read_scores(settings.styles / slug)
            if card.is_damaged:
                notes.append(
                    f"{settings.styles.name}/{slug}/{SCORES} cannot be read, so its scores are not shown."
                    " Remove it, or score anew."
                )
            rows.append(
                Row(
                    slug=slug,
                    title=style.title,
                    category=style.category,
                    level=style.level,
                    bytes=style.numbers.path.stat().st_size,
                    tuning_seconds=round(tuning.seconds, 1) if tuning else 0.0,
                    tuning_cost={tuning.currency: tuning.cost} if tuning else {},
                    verdict=style.verdict,
                    posts=None if posts is None else len(posts.get(slug, ())),
                    scores=dict(card.scores),
                )
            )
    notes += [problem for problems in library.problems.values() for problem in problems]
    if as_json:
        return json.dumps([asdict(row) for row in rows], indent=2, ensure_ascii=False)
    table = format_table([HEAD, *map(_cells, rows)])
    return "\n".join([*table, "", *notes, _summary(rows, is_counted=uses is not None)])


def judge(configuration: str, slug: str, word: str, *, note: str = "", suits: Sequence[str] = ()) -> str:
    """Write what the author thinks of a style into its style.toml, in place of an earlier verdict.

    suits: kinds of photos. Raises UserError where word, kind or style is none that there is.
    """
    _, settings = read_site(configuration)
    known = [folder.name for folder in style_folders(settings.styles)]
    if slug not in known:
        raise UserError(no_style(slug, known))
    folder, shown = settings.styles / slug, f"{settings.styles.name}/{slug}"
    check_verdict(word, suits, where="style.verdict")
    read_record(folder, shown=shown, categories=settings.categories)
    verdict = Verdict(word=word, note=note.strip(), suits=tuple(suits), on=date.today().isoformat())
    path = folder / "style.toml"
    text = with_verdict(path.read_text("utf-8-sig"), verdict, where=f"{shown}/style.toml")
    with explain_refusals(folder, doing="writing down a verdict"):
        write_whole(path, text, newline=detect_newline(path))
    return f"{shown}/style.toml: {_said(verdict)}"


def _cells(row: Row) -> tuple[str, ...]:
    return (
        row.slug,
        row.title,
        row.category,
        str(row.level),
        f"{row.bytes / 1000:.0f}",
        f"{row.tuning_seconds:.0f} s, {format_total(row.tuning_cost)}" if row.tuning_seconds else "",
        _said(row.verdict) if row.verdict else "",
        "?" if row.posts is None else str(row.posts),
        ", ".join(f"{name} {value:.3g}" for name, value in sorted(row.scores.items())),
    )


def _said(verdict: Verdict) -> str:
    suits = f", suits {' and '.join(verdict.suits)}" if verdict.suits else ""
    return f"{verdict.word}{suits}"


def _summary(rows: Sequence[Row], *, is_counted: bool) -> str:
    count = f"{len(rows)} style{'' if len(rows) == 1 else 's'}"
    posts = "posts as of the last build" if is_counted else "no build has counted the posts yet"
    return f"{count}; {posts}."
