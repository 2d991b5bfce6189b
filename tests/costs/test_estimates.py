"""Estimates of how long pictures and tunings take."""

from dataclasses import replace

import pytest
from pelican.plugins.stylize.costs.estimates import (
    estimate_expense,
    estimate_seconds,
    estimate_tuning_seconds,
    format_duration,
    learn_experience,
    learn_rates,
)
from pelican.plugins.stylize.costs.prices import Tariff
from pelican.plugins.stylize.model.entities import Parameters
from pelican.plugins.stylize.model.methods import OPTIMIZE, OPTIMIZE_SMALL
from pelican.plugins.stylize.model.training_config import TrainingConfig
from pelican.plugins.stylize.storage.store import Receipt


def receipt(seconds: float, method: str) -> Receipt:
    """Return a receipt for half a megapixel."""
    return Receipt(
        sha256="f" * 64, width=1000, height=500, seconds=seconds, device="cpu", versions={}, method=method
    )


def test_each_method_is_judged_by_its_own_pictures():
    receipts = [receipt(1, "feed-forward"), receipt(2, "feed-forward"), receipt(9, "feed-forward")]
    painted = [receipt(21, "optimize-small"), receipt(68, "optimize")]
    assert learn_rates([*receipts, *painted]) == {
        "feed-forward": 4.0,
        "imported": 4.5,
        "optimize-small": 2.0,  # for its half a megapixel, and for ten more that the small picture takes
        "optimize": pytest.approx(10.0, rel=0.01),  # 6.8 megapixels moved: 36, 12, 4 and 6 times
    }


def test_a_method_without_pictures_takes_its_usual_time():
    usual = {"feed-forward": 1.5, "imported": 4.5, "optimize-small": 0.6, "optimize": 6.5}
    assert learn_rates([]) == usual
    assert learn_rates([receipt(1, "feed-forward")]) == {
        "feed-forward": 2.0,
        "imported": 4.5,
        "optimize-small": 0.6,
        "optimize": 6.5,
    }


def test_an_estimate_goes_by_the_size_of_the_picture_and_not_of_the_photo(stylization):
    slow = replace(stylization, method=OPTIMIZE, parameters=Parameters(long_edge=1200, content=0.5))
    small = replace(stylization, method=OPTIMIZE_SMALL)
    rates = {"feed-forward": 2.0, "optimize-small": 0.5, "optimize": 10.0}
    assert estimate_seconds(stylization, rates) == 3.0
    assert estimate_seconds(small, rates) == 5.75
    assert estimate_seconds(slow, rates) == pytest.approx(95.5, rel=0.01)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.4, "0 s"), (90, "90 s"), (110, "2 min"), (300, "5 min"), (3540, "59 min"), (7800, "2 h 10 min")],
)
def test_a_duration_is_written_in_words(seconds, said):
    assert format_duration(seconds) == said


def dated(seconds: float, made: str, **facts) -> Receipt:
    """Return a receipt for half a megapixel, of some day."""
    return replace(receipt(seconds, "feed-forward"), made=made, **facts)


def test_pictures_of_another_device_say_nothing_of_this_one():
    card = [dated(0.1, "2026-11-22T10:00:00+00:00", device="NVIDIA H100")] * 3
    assert learn_rates([*card, dated(2, "2026-11-22T11:00:00+00:00")])["feed-forward"] == 4.0


def test_only_the_latest_pictures_count():
    old = [dated(9, f"2026-01-{day:02}T10:00:00+00:00") for day in range(1, 29)]
    new = [dated(1, f"2026-11-{day:02}T10:00:00+00:00") for day in range(1, 9)]
    assert learn_rates([*new, *old])["feed-forward"] == 2.0


def test_a_cost_is_estimated_by_the_power_that_was_read():
    read = dated(3600, "2026-11-22T10:00:00+00:00", energy=20.0, energy_known="read from RAPL")
    guessed = dated(3600, "2026-11-22T11:00:00+00:00", energy=65.0, energy_known="estimated: 65 W x seconds")
    expense = estimate_expense(1800, learn_experience([read, guessed]), Tariff(price_per_kwh=1.0))
    assert (expense.energy, expense.cost) == (10.0, pytest.approx(0.01))


def test_before_anything_was_read_a_cost_is_guessed():
    assert estimate_expense(3600, learn_experience([]), Tariff()).energy == 65.0


def test_a_tuning_is_judged_by_the_median_of_the_earlier_ones_and_ends_with_its_budget():
    earlier = [(125.5, 250), (502.0, 250), (251.0, 250)]
    assert estimate_tuning_seconds(TrainingConfig(steps=250), earlier) == 251.0
    assert estimate_tuning_seconds(TrainingConfig(steps=16), earlier) == 17.0
    assert estimate_tuning_seconds(TrainingConfig(steps=250, budget=60.0), earlier) == 60.0
    assert estimate_tuning_seconds(TrainingConfig(steps=250), []) == pytest.approx(150.6)
