"""The cost report: time, energy and money of all pictures and tunings, by style, post, month or quality.

Each picture has a receipt in the store, each tuned style a record in its style.toml: there is no other
source (see decision 15).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ..costs.prices import Expense, Money, Tariff, price_receipt, price_training
from ..model.entities import Style
from ..model.errors import UserError, suggestion
from ..model.qualities import quality_of
from ..storage.picture_usage import read_usage
from ..storage.store import Store
from ..styles.style_toml import read_training

BY = ("style", "post", "month", "quality")
NO_STYLE, NO_POST, TUNINGS, NO_DATE = "(style unknown)", "(no post)", "(tunings)", "(no date)"


@dataclass(frozen=True, slots=True, kw_only=True)
class CostEntry:
    """The time, energy and cost of one picture or one tuning."""

    styles: Mapping[str, float]  # slug -> its part; {} if unknown
    posts: tuple[str, ...] = ()  # that show the picture, as of the last build
    quality: str = ""  # of a picture; "" for a tuning
    is_tuning: bool = False
    made: str  # ISO 8601, UTC; "" if unknown
    expense: Expense


@dataclass(slots=True, kw_only=True)
class CostRow:
    """The time, energy and cost of one style, post, month or quality."""

    name: str
    pictures: int = 0
    tunings: int = 0
    seconds: float = 0.0
    energy: float = 0.0  # watt-hours
    cost: Money = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CostReport:
    """The totals, and a row for each style, post, month or quality."""

    by: str  # of BY
    rows: tuple[CostRow, ...]
    total: CostRow
    styles: int  # that were tuned or used
    energy_sources: Mapping[str, int]  # "estimated: 65 W x seconds" -> number of entries


def read_costs(
    store: Path, styles: Mapping[str, Style], *, tariff: Tariff, parallel_jobs: int = 1
) -> list[CostEntry]:
    """Return the costs of each picture in the store and of each tuned style.

    tariff, parallel_jobs: the prices, and how many pictures share the machine, for receipts without a price.
    """
    pictures = _read_pictures(store, tariff=tariff, parallel_jobs=parallel_jobs)
    return [*pictures, *_read_tunings(styles, tariff=tariff)]


def make_cost_report(entries: Iterable[CostEntry], *, by: str) -> CostReport:
    """Add up costs by style, post, month or quality; raises UserError if `by` is none of these."""
    if by not in BY:
        near = suggestion(by, BY, many="choices")
        raise UserError(f"--by must be style, post, month or quality, not {by!r}.{near}")
    names_of = {"style": _name_styles, "post": _name_posts, "month": _name_month, "quality": _name_quality}[
        by
    ]
    rows: dict[str, CostRow] = {}
    total = CostRow(name="total")
    sources: dict[str, int] = {}
    styles: set[str] = set()
    for entry in entries:
        _add(total, entry, part=1.0)
        for name, part in names_of(entry).items():
            _add(rows.setdefault(name, CostRow(name=name)), entry, part=part)
        source = entry.expense.energy_source
        sources[source] = sources.get(source, 0) + 1
        styles |= entry.styles.keys()
    in_order = sorted(rows.values(), key=lambda row: row.name if by == "month" else -row.seconds)
    return CostReport(by=by, rows=tuple(in_order), total=total, styles=len(styles), energy_sources=sources)


def _read_pictures(store: Path, *, tariff: Tariff, parallel_jobs: int) -> Iterator[CostEntry]:
    posts: dict[str, list[str]] = {}
    slugs: dict[str, list[str]] = {}
    for post, pictures in (read_usage(store) or {}).items():
        for key, styles in pictures.items():
            posts.setdefault(key, []).append(post)
            slugs[key] = styles
    for key, receipt in Store(store).receipts_by_key():
        if receipt.cost is None:
            receipt = price_receipt(receipt, tariff, parallel_jobs=parallel_jobs)
        yield CostEntry(
            # Receipts did not always name the styles of a blend.
            styles=receipt.styles or _share(slugs.get(key, ())),
            posts=tuple(posts.get(key, ())),
            quality=quality_of(receipt.method).value,
            made=receipt.made,
            expense=Expense(
                seconds=receipt.seconds,
                energy=receipt.energy or 0.0,
                energy_source=receipt.energy_known,
                cost=receipt.cost or 0.0,
                currency=receipt.currency,
            ),
        )


def _read_tunings(styles: Mapping[str, Style], *, tariff: Tariff) -> Iterator[CostEntry]:
    for slug, style in styles.items():
        folder = style.weights.path.parent
        training = read_training(folder, display_path=f"{folder.parent.name}/{slug}")
        if training:
            yield CostEntry(
                styles={slug: 1.0},
                is_tuning=True,
                made=training.made or "",
                expense=price_training(training, tariff),
            )


def _add(row: CostRow, entry: CostEntry, *, part: float) -> None:
    row.pictures += not entry.is_tuning
    row.tunings += entry.is_tuning
    spent = entry.expense
    row.seconds += part * spent.seconds
    row.energy += part * spent.energy
    row.cost[spent.currency] = row.cost.get(spent.currency, 0.0) + part * spent.cost


def _name_styles(entry: CostEntry) -> Mapping[str, float]:
    return entry.styles or {NO_STYLE: 1.0}


def _name_posts(entry: CostEntry) -> Mapping[str, float]:
    return {TUNINGS: 1.0} if entry.is_tuning else _share(entry.posts or (NO_POST,))


def _name_month(entry: CostEntry) -> Mapping[str, float]:
    return {entry.made[:7] or NO_DATE: 1.0}


def _name_quality(entry: CostEntry) -> Mapping[str, float]:
    return {TUNINGS if entry.is_tuning else entry.quality: 1.0}


def _share(names: Iterable[str]) -> dict[str, float]:
    """Return names with equal parts of 1."""
    names = list(names)
    return {name: 1 / len(names) for name in names}
