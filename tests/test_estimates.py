"""How long pictures will take, as far as anybody can tell."""

from dataclasses import replace

import pytest
from pelican.plugins.stylize.estimates import rates_of, seconds_of, spoken
from pelican.plugins.stylize.methods import OPTIMIZE
from pelican.plugins.stylize.model import Parameters
from pelican.plugins.stylize.store import Receipt


def receipt(seconds: float, method: str) -> Receipt:
    """Return a receipt for half a megapixel."""
    return Receipt(
        sha256="f" * 64, width=1000, height=500, seconds=seconds, device="cpu", versions={}, method=method
    )


def test_each_method_is_judged_by_its_own_pictures():
    receipts = [receipt(1, "feed-forward"), receipt(2, "feed-forward"), receipt(9, "feed-forward")]
    assert rates_of([*receipts, receipt(193, "optimize")]) == {
        "feed-forward": 4.0,
        "optimize": pytest.approx(10.0, rel=0.01),  # 19.3 megapixels moved: 80, 40, 20 and 10 times
    }


def test_a_method_without_pictures_takes_its_usual_time():
    assert rates_of([]) == {"feed-forward": 1.5, "optimize": 9.0}
    assert rates_of([receipt(1, "feed-forward")]) == {"feed-forward": 2.0, "optimize": 9.0}


def test_an_estimate_goes_by_the_size_of_the_picture_and_not_of_the_photo(stylization):
    slow = replace(stylization, method=OPTIMIZE, parameters=Parameters(long_edge=1200, content=0.5))
    rates = {"feed-forward": 2.0, "optimize": 10.0}
    assert seconds_of(stylization, rates) == 3.0
    assert seconds_of(slow, rates) == pytest.approx(239, rel=0.01)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.4, "0 s"), (90, "90 s"), (110, "2 min"), (300, "5 min"), (3540, "59 min"), (7800, "2 h 10 min")],
)
def test_a_time_is_told_as_one_says_it(seconds, said):
    assert spoken(seconds) == said
