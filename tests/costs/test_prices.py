"""What a piece of work costs, at which prices."""

import pytest
from pelican.plugins.stylize.costs.prices import (
    Tariff,
    compute_expense,
    format_amount,
    format_energy,
    format_money,
    format_total,
    read_budget,
)
from pelican.plugins.stylize.model.errors import UserError

HOUR = 3600.0


def test_work_on_ones_own_machine_costs_its_electricity():
    expense = compute_expense(HOUR, Tariff(), device="cpu")
    assert (expense.energy, expense.energy_source) == (65.0, "estimated: 65 W x seconds")
    assert expense.cost == pytest.approx(0.065 * 0.20)


def test_work_on_a_rented_machine_costs_its_hours_and_the_rent_pays_for_electricity():
    assert compute_expense(HOUR / 2, Tariff(price_per_hour=2.0), device="cpu").cost == pytest.approx(1.0)


def test_rent_and_electricity_add_up_if_both_are_set():
    tariff = Tariff(price_per_hour=2.0, price_per_kwh=1.0)
    assert compute_expense(HOUR, tariff, device="cpu").cost == pytest.approx(2.065)


def test_energy_that_was_read_is_not_estimated():
    expense = compute_expense(
        HOUR, Tariff(price_per_kwh=1.0), device="cpu", energy=20.0, energy_source="read from RAPL"
    )
    assert (expense.energy, expense.energy_source) == (20.0, "read from RAPL")
    assert expense.cost == pytest.approx(0.02)


def test_a_graphics_card_without_a_meter_is_taken_for_a_large_one():
    assert compute_expense(HOUR, Tariff(), device="NVIDIA H100").energy_source == "estimated: 350 W x seconds"


def test_the_authors_own_watts_stand_for_every_device():
    assert compute_expense(HOUR, Tariff(watts=20), device="NVIDIA H100").energy == 20.0


def test_pictures_that_are_drawn_in_parallel_share_the_machine():
    tariff = Tariff(price_per_hour=2.0)
    expense = compute_expense(HOUR, tariff, device="cpu", parallel_jobs=2)
    assert (expense.energy, expense.cost) == (32.5, pytest.approx(1.0))


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        ({"price_per_hour": -1.0}, "price_per_hour is -1, but must be 0 or more"),
        ({"price_per_kwh": float("inf")}, "price_per_kwh is inf, but must be 0 or more"),
        ({"watts": float("nan")}, "watts is nan, but must be 0 or more"),
        ({"currency": " "}, "currency is empty; write a sign such as '€' or a code such as 'CHF'"),
    ],
)
def test_a_price_that_is_not_valid_is_refused(facts, message):
    with pytest.raises(ValueError) as raised:
        Tariff(**facts)
    assert str(raised.value) == message


def test_amounts_are_written_as_their_currency_wants():
    assert [format_amount(cost, "$") for cost in (0.0, 0.004, 0.005, 1.5)] == [
        "$0.00",
        "< $0.01",
        "$0.01",
        "$1.50",
    ]
    assert format_amount(1.5, "CHF") == "1.50 CHF"
    assert format_money(0.001, "€") == "less than €0.01"
    assert format_total({"€": 1.0, "CHF": 0.5}) == "0.50 CHF + €1.00"


def test_energy_has_two_significant_digits():
    texts = [format_energy(energy) for energy in (0.0561, 4.12, 67.4, 1234.0)]
    assert texts == ["0.056 Wh", "4.1 Wh", "67 Wh", "1.2 kWh"]


def test_a_budget_is_minutes_or_money():
    rented = Tariff(price_per_hour=0.6)
    assert read_budget("4", rented, device="cpu") == 240.0
    assert read_budget("$0.05", rented, device="cpu") == pytest.approx(300.0)
    assert read_budget(" 0.05 CHF ", Tariff(price_per_hour=0.6, currency="CHF"), device="cpu") == (
        pytest.approx(300.0)
    )


@pytest.mark.parametrize("written", ["four", "0.05 CHF", "-1", "nan", "inf", "$"])
def test_a_budget_that_is_neither_is_reported(written):
    with pytest.raises(UserError) as raised:
        read_budget(written, Tariff(), device="cpu")
    assert str(raised.value) == (
        f"--budget is {written!r}; write minutes, as in --budget 4, or money in your currency, as in"
        " --budget '$0.05'."
    )


def test_money_buys_no_end_of_time_on_a_machine_that_costs_nothing():
    with pytest.raises(UserError) as raised:
        read_budget("$1", Tariff(price_per_kwh=0.0), device="cpu")
    assert str(raised.value) == (
        "--budget: at your prices the machine costs nothing; write minutes: --budget 4."
    )
