"""What all pictures and tunings have taken and cost, by style, post or month.

The ledger tells of each since it is kept. A picture of the store that it does not name, and a tuning that
only style.toml tells of, are from before it, or from another machine: they are counted in as well, once,
at today's prices.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from ..costs.ledger import PICTURE, TUNING, Ledger, LedgerEntry
from ..costs.ledger_entries import RunCosts, entry_of_picture_before, make_tuning_entry
from ..costs.prices import Money, Tariff
from ..model.entities import Style
from ..model.errors import UserError, suggestion
from ..storage.picture_usage import Uses, read_usage
from ..storage.store import Store
from ..styles.style_toml import read_training

BY = ("style", "post", "month")
NO_STYLE, NO_POST, TUNINGS, BEFORE = "(style unknown)", "(no post)", "(tunings)", "(before the ledger)"


@dataclass(slots=True, kw_only=True)
class CostRow:
    """What was spent on one style, post or month."""

    name: str
    pictures: int = 0
    tunings: int = 0
    seconds: float = 0.0
    energy: float = 0.0  # watt-hours
    cost: Money = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CostReport:
    """All that was spent."""

    by: str  # of BY
    rows: tuple[CostRow, ...]
    total: CostRow
    styles: int  # that were tuned or drawn in
    before: tuple[int, int]  # pictures and tunings that the ledger does not name
    damaged: int  # lines of the ledger that nobody can read
    known: Mapping[str, int]  # how the energy is known -> how often


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Every picture and tuning that is known of."""

    entries: tuple[LedgerEntry, ...]  # of the ledger
    before: tuple[LedgerEntry, ...]  # of receipts and style.toml
    damaged: int
    uses: Uses

    @property
    def all(self) -> tuple[LedgerEntry, ...]:
        """What the ledger names and what it does not."""
        return (*self.before, *self.entries)


def read_history(store: Path, styles: Mapping[str, Style], *, tariff: Tariff, at_once: int = 1) -> History:
    """Return every picture and tuning that the ledger, the store and the style library know of.

    at_once: how many pictures are drawn at the same time.
    """
    ledger = Ledger(store).read()
    uses = read_usage(store) or {}
    styles_of = {key: slugs for pictures in uses.values() for key, slugs in pictures.items()}
    named = {(entry.what, entry.key) for entry in ledger.entries}
    books = RunCosts(tariff=tariff, at_once=at_once)
    before = [
        entry_of_picture_before(key, receipt, books, styles=styles_of.get(key, ()))
        for key, receipt in Store(store).receipts_by_key()
        if (PICTURE, key) not in named
    ]
    before += tunings_before(ledger.entries, styles, tariff=tariff)
    return History(entries=ledger.entries, before=tuple(before), damaged=ledger.damaged, uses=uses)


def tunings_before(
    entries: Iterable[LedgerEntry], styles: Mapping[str, Style], *, tariff: Tariff
) -> list[LedgerEntry]:
    """Return the tunings that only a style.toml tells of; entries: of the ledger."""
    named = {entry.key for entry in entries if entry.what == TUNING}
    found = []
    for slug, style in styles.items():
        folder, digest = style.numbers.path.parent, style.numbers.digest
        training = None if digest in named else read_training(folder, shown=f"{folder.parent.name}/{slug}")
        if training:
            found.append(make_tuning_entry(slug, training, tariff, digest=digest, when=""))
    return found


def make_cost_report(history: History, *, by: str) -> CostReport:
    """Add up a history by style, post or month; raises UserError where that is none of BY."""
    if by not in BY:
        near = suggestion(by, BY, many="choices")
        raise UserError(f"--by is {by!r}, by which nothing is added up.{near}")
    names = {"style": _styles_of, "post": _posts_in(history.uses), "month": _month_of}[by]
    rows: dict[str, CostRow] = {}
    total = CostRow(name="total")
    known: dict[str, int] = {}
    for entry in history.all:
        _add(total, entry, part=1.0)
        for name, part in names(entry).items():
            _add(rows.setdefault(name, CostRow(name=name)), entry, part=part)
        known[entry.energy_known] = known.get(entry.energy_known, 0) + 1
    in_order = sorted(rows.values(), key=lambda row: row.name if by == "month" else -row.seconds)
    what = [entry.what for entry in history.before]
    return CostReport(
        by=by,
        rows=tuple(in_order),
        total=total,
        styles=len({slug for entry in history.all for slug in entry.styles}),
        before=(what.count(PICTURE), what.count(TUNING)),
        damaged=history.damaged,
        known=known,
    )


def tuning_of(entries: Iterable[LedgerEntry], slug: str) -> CostRow:
    """Return what all tunings of a style have cost."""
    account = CostRow(name=slug)
    for entry in entries:
        if entry.what == TUNING and slug in entry.styles:
            _add(account, entry, part=1.0)
    return account


def _add(account: CostRow, entry: LedgerEntry, *, part: float) -> None:
    account.pictures += entry.what == PICTURE
    account.tunings += entry.what == TUNING
    account.seconds += part * entry.seconds
    account.energy += part * entry.energy
    account.cost[entry.currency] = account.cost.get(entry.currency, 0.0) + part * entry.cost


def _styles_of(entry: LedgerEntry) -> Mapping[str, float]:
    return entry.styles or {NO_STYLE: 1.0}


def _month_of(entry: LedgerEntry) -> Mapping[str, float]:
    return {entry.when[:7] or BEFORE: 1.0}


def _posts_in(uses: Uses) -> Callable[[LedgerEntry], Mapping[str, float]]:
    """Return what tells the posts of an entry; where it names none, those that show the picture now."""
    posts_of: dict[str, list[str]] = {}
    for post, pictures in uses.items():
        for key in pictures:
            posts_of.setdefault(key, []).append(post)

    def posts(entry: LedgerEntry) -> Mapping[str, float]:
        if entry.what == TUNING:
            return {TUNINGS: 1.0}
        names = entry.posts or posts_of.get(entry.key) or [NO_POST]
        return dict.fromkeys(names, 1 / len(names))

    return posts
