"""What a piece of work costs: its seconds, its energy and the prices in force. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import inf, nan

from ..model.errors import UserError

# What a bought style costs: $20 in 2016, for a night on a rented graphics card.
BOUGHT = 20.0  # US dollars for each style
BOUGHT_IN = "$"

# Where no meter can be read. 65 W is the usual charger of a laptop, which cannot draw more for long, and
# what a desktop's processor is sold for; 350 W the limit of a large graphics card, a GeForce RTX 3090.
WATTS = 65.0
WATTS_OF_CARD = 350.0

# US dollars. Households paid 0.14 to 0.30 by region in April 2025: US Energy Information Administration,
# Electric Power Monthly of June 2025, table 5.6.A.
PRICE_PER_KWH = 0.20

Money = dict[str, float]  # by currency, since a blog may have changed its own


@dataclass(frozen=True, slots=True, kw_only=True)
class Tariff:
    """The prices in force."""

    price_per_hour: float = 0.0  # of a rented machine; 0 where it is the author's own
    price_per_kwh: float | None = None  # None: PRICE_PER_KWH, and 0 where a rent pays for it
    watts: float | None = None  # while it works, where no meter can be read; None: WATTS, WATTS_OF_CARD
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
        """The price of a kilowatt-hour that is paid beside the hour."""
        if self.price_per_kwh is None:
            return 0.0 if self.price_per_hour else PRICE_PER_KWH
        return self.price_per_kwh


@dataclass(frozen=True, slots=True, kw_only=True)
class Expense:
    """What a piece of work took and cost."""

    seconds: float
    energy: float  # watt-hours
    energy_known: str  # "read from RAPL", "estimated: 65 W x seconds"
    cost: float
    currency: str


def compute_expense(
    seconds: float,
    tariff: Tariff,
    *,
    device: str,
    energy: float | None = None,
    energy_known: str = "",
    at_once: int = 1,
) -> Expense:
    """Return what some seconds of work cost.

    device: "cpu" or the name of a card. energy: of the whole machine meanwhile, in watt-hours, as
    energy_known says it was read; None estimates it. at_once: how many such works share the machine.
    """
    if energy is None:
        watts = tariff.watts
        if watts is None:
            watts = WATTS if device in ("cpu", "mps", "inline", "") else WATTS_OF_CARD
        energy, energy_known = watts * seconds / 3600, f"estimated: {watts:g} W x seconds"
    energy /= at_once
    return Expense(
        seconds=seconds,
        energy=round(energy, 6),
        energy_known=energy_known,
        cost=tariff.price_per_hour * seconds / at_once / 3600 + tariff.kwh * energy / 1000,
        currency=tariff.currency,
    )


def read_budget(written: str, tariff: Tariff, *, device: str) -> float:
    """Return the seconds that a budget allows: minutes, "4", or money in the site's currency, "$0.05".

    device: what will work, for the energy it draws. Raises UserError where it is neither, and where
    money buys no end of time.
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
    """Return an amount as one says it within a sentence: "$0.42", "less than $0.01"."""
    return format_amount(cost, currency).replace("< ", "less than ")


def format_total(money_by_currency: Mapping[str, float]) -> str:
    """Return sums in several currencies side by side: "$0.42 + 1.10 CHF"."""
    return " + ".join(format_amount(cost, currency) for currency, cost in sorted(money_by_currency.items()))


def format_energy(energy: float) -> str:
    """Return watt-hours with two digits that count: "0.06 Wh", "4.1 Wh", "0.21 kWh"."""
    if energy >= 100:
        return f"{energy / 1000:.2g} kWh"
    return f"{energy:.2g} Wh" if energy < 10 else f"{energy:.0f} Wh"
