"""From what a picture or a tuning took to its line in the ledger, at the prices in force."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from ..model.entities import Stylization
from ..model.training_config import TrainingResult
from ..storage.store import Receipt
from .ledger import PICTURE, TUNING, LedgerEntry
from .prices import Expense, Tariff, compute_expense


@dataclass(frozen=True, slots=True, kw_only=True)
class RunCosts:
    """What the ledger says of a run beside what its pictures took."""

    tariff: Tariff = field(default_factory=Tariff)
    at_once: int = 1  # pictures that share the machine
    posts: Mapping[str, Sequence[str]] = field(default_factory=dict)  # which ask for a picture, by its key
    estimates: Mapping[str, float] = field(default_factory=dict)  # seconds, by key, as told before


def add_costs(receipt: Receipt, books: RunCosts) -> Receipt:
    """Return a receipt with its energy, estimated where no meter was read, and its cost."""
    expense = compute_expense(
        receipt.seconds,
        books.tariff,
        device=receipt.device,
        energy=receipt.energy,
        energy_known=receipt.energy_known,
        at_once=books.at_once,
    )
    return replace(
        receipt,
        energy=expense.energy,
        energy_known=expense.energy_known,
        cost=expense.cost,
        currency=expense.currency,
    )


def make_picture_entry(stylization: Stylization, receipt: Receipt, books: RunCosts) -> LedgerEntry:
    """Return the line of a picture that was drawn; its receipt is priced."""
    styles = {share.style.slug: share.part for share in stylization.blend}
    return _entry(stylization.key, receipt, books, styles=styles)


def entry_of_picture_before(
    key: str, receipt: Receipt, books: RunCosts, *, styles: Sequence[str]
) -> LedgerEntry:
    """Return the line that a picture would have which the ledger does not name.

    styles: those it is known to be made in, in equal parts, since only the ledger keeps the parts of a blend.
    """
    parts = {slug: 1 / len(styles) for slug in styles}
    return _entry(
        key, receipt if receipt.cost is not None else add_costs(receipt, books), books, styles=parts
    )


def make_tuning_entry(
    slug: str,
    training: TrainingResult,
    tariff: Tariff,
    *,
    digest: str,
    when: str,
    estimate: float | None = None,
) -> LedgerEntry:
    """Return the line of a tuning.

    digest: of the numbers that it came to. when: ISO 8601, or "" where nobody knows. estimate: seconds,
    as they were told before.
    """
    expense = price_training(training, tariff)
    return LedgerEntry(
        what=TUNING,
        key=digest,
        styles={slug: 1.0},
        when=when,
        seconds=training.seconds,
        device=training.device,
        energy=expense.energy,
        energy_known=expense.energy_known,
        cost=expense.cost,
        currency=expense.currency,
        price_per_hour=tariff.price_per_hour,
        price_per_kwh=tariff.kwh,
        level=training.level,
        steps=training.steps,
        estimate=estimate,
    )


def price_training(training: TrainingResult, tariff: Tariff) -> Expense:
    """Return what a tuning cost, or would cost at these prices."""
    return compute_expense(
        training.seconds,
        tariff,
        device=training.device,
        energy=training.energy,
        energy_known=training.energy_known or "",
    )


def _entry(key: str, receipt: Receipt, books: RunCosts, *, styles: Mapping[str, float]) -> LedgerEntry:
    assert receipt.energy is not None and receipt.cost is not None  # `add_costs` has filled them in
    return LedgerEntry(
        what=PICTURE,
        key=key,
        styles=styles,
        when=receipt.made,
        seconds=receipt.seconds,
        device=receipt.device,
        energy=receipt.energy,
        energy_known=receipt.energy_known,
        cost=receipt.cost,
        currency=receipt.currency,
        price_per_hour=books.tariff.price_per_hour,
        price_per_kwh=books.tariff.kwh,
        method=receipt.method,
        megapixels=round(receipt.width * receipt.height / 1e6, 3),
        posts=tuple(books.posts.get(key, ())),
        estimate=books.estimates.get(key),
    )
