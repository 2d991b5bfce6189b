"""Computes the cost of work from its seconds, its energy and the prices in force. Pure functions."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import inf, nan
from typing import TYPE_CHECKING

from ..model.errors import UserError

if TYPE_CHECKING:
    from ..model.training_config import TrainingResult
    from ..storage.store import Receipt

# A style cost $20 in 2016: a night on a rented graphics card.
BOUGHT = 20.0  # US dollars for each style
BOUGHT_IN = "$"

# If no meter can be read. 65 W is the usual charger of a laptop, which cannot draw more for long, and the
# rating of a common desktop processor; 350 W is the limit of a large graphics card, a GeForce RTX 3090.
WATTS = 65.0
WATTS_OF_CARD = 350.0

# US dollars. Households paid 0.14 to 0.30 by region in April 2025: US Energy Information Administration,
# Electric Power Monthly of June 2025, table 5.6.A.
PRICE_PER_KWH = 0.20

Money = dict[str, float]  # by currency, since a blog may change its currency


@dataclass(frozen=True, slots=True, kw_only=True)
class Tariff:
    """The prices in force."""

    price_per_hour: float = 0.0  # of a rented machine; 0 for the author's own
    price_per_kwh: float | None = None  # None: PRICE_PER_KWH, or 0 on a rented machine
    watts: float | None = None  # at work, if no meter can be read; None: WATTS or WATTS_OF_CARD
    currency: str = "$"

    def __post_init__(self) -> None:
        for name in ("price_per_hour", "price_per_kwh", "watts"):
            value = getattr(self, name)
            if value is not None and not 0 <= value < inf:
                raise ValueError(f"{name} is {value:g}, but must be 0 or more")
        if not self.currency.strip():
            raise ValueError("currency is empty; write a sign such as '€' or a code such as 'CHF'")

    @property
    def kwh(self) -> float:
        """The price of a kilowatt-hour, in addition to the price of the hour."""
        if self.price_per_kwh is None:
            return 0.0 if self.price_per_hour else PRICE_PER_KWH
        return self.price_per_kwh


@dataclass(frozen=True, slots=True, kw_only=True)
class Expense:
    """What a piece of work took and cost."""

    seconds: float
    energy: float  # watt-hours
    energy_source: str  # "read from RAPL", "estimated: 65 W x seconds"
    cost: float
    currency: str


def compute_expense(
    seconds: float,
    tariff: Tariff,
    *,
    device: str,
    energy: float | None = None,
    energy_source: str = "",
    parallel_jobs: int = 1,
) -> Expense:
    """Return what some seconds of work cost.

    device: "cpu" or the name of a card. energy: of the whole machine during that time, in watt-hours; None
    estimates it. energy_source: where the energy was read. parallel_jobs: how many share the machine.
    """
    if energy is None:
        watts = tariff.watts
        if watts is None:
            watts = WATTS if device in ("cpu", "mps", "inline", "") else WATTS_OF_CARD
        energy, energy_source = watts * seconds / 3600, f"estimated: {watts:g} W x seconds"
    energy /= parallel_jobs
    return Expense(
        seconds=seconds,
        energy=round(energy, 6),
        energy_source=energy_source,
        cost=tariff.price_per_hour * seconds / parallel_jobs / 3600 + tariff.kwh * energy / 1000,
        currency=tariff.currency,
    )


def price_receipt(receipt: "Receipt", tariff: Tariff, *, parallel_jobs: int = 1) -> "Receipt":
    """Return a receipt with its cost, and with its energy estimated if no meter was read."""
    expense = compute_expense(
        receipt.seconds,
        tariff,
        device=receipt.device,
        energy=receipt.energy,
        energy_source=receipt.energy_known,
        parallel_jobs=parallel_jobs,
    )
    return replace(
        receipt,
        energy=expense.energy,
        energy_known=expense.energy_source,
        cost=expense.cost,
        currency=expense.currency,
    )


def price_training(training: "TrainingResult", tariff: Tariff) -> Expense:
    """Return what a tuning costs at these prices."""
    return compute_expense(
        training.seconds,
        tariff,
        device=training.device,
        energy=training.energy,
        energy_source=training.energy_known or "",
    )


def read_budget(written: str, tariff: Tariff, *, device: str) -> float:
    """Return the seconds that a budget allows: minutes, "4", or money in the site's currency, "$0.05".

    device: what will do the work, which decides the energy. Raises UserError if the budget is neither, or is
    money while the machine costs nothing.
    """
    text, sign = written.strip(), tariff.currency
    is_money = text.startswith(sign) or text.endswith(sign)
    try:
        amount = float(text.removeprefix(sign).removesuffix(sign))
    except ValueError:
        amount = nan
    if not 0 <= amount < inf:
        raise UserError(
            f"--budget is {written!r}; write minutes, as in --budget 4, or money in your currency, as in"
            f" --budget '{format_amount(0.05, sign)}'."
        )
    if not is_money:
        return 60 * amount
    a_second = compute_expense(3600, tariff, device=device).cost / 3600
    if not a_second:
        raise UserError("--budget: at your prices the machine costs nothing; write minutes: --budget 4.")
    return amount / a_second


def format_amount(cost: float, currency: str) -> str:
    """Return an amount for a table: "$0.42", "0.42 CHF", "< $0.01"."""
    sign = "< " if 0 < cost < 0.005 else ""
    amount = "0.01" if sign else f"{cost:.2f}"
    return f"{sign}{currency}{amount}" if len(currency) == 1 else f"{sign}{amount} {currency}"


def format_money(cost: float, currency: str) -> str:
    """Return an amount for a sentence: "$0.42", "less than $0.01"."""
    return format_amount(cost, currency).replace("< ", "less than ")


def format_total(money_by_currency: Mapping[str, float]) -> str:
    """Return amounts in several currencies: "$0.42 + 1.10 CHF"."""
    return " + ".join(format_amount(cost, currency) for currency, cost in sorted(money_by_currency.items()))


def format_energy(energy: float) -> str:
    """Return watt-hours with two significant digits: "0.06 Wh", "4.1 Wh", "0.21 kWh"."""
    if energy >= 100:
        return f"{energy / 1000:.2g} kWh"
    return f"{energy:.2g} Wh" if energy < 10 else f"{energy:.0f} Wh"
