"""A ranking model is learned from verdicts where they allow it, and says how reliable it is."""

from random import Random

import pytest
from pelican.plugins.stylize.styles.audition.ranking_model import (
    describe_missing_verdicts,
    learn_model,
    make_default_model,
)

NAMES = ("effect", "fit", "repeats")


def judged(count: int, *, cool: int, shift: float, seed: int = 0) -> list[tuple[dict[str, float], bool]]:
    """Return styles whose fit is lower by so many spreads if they are cool; other scores are random."""
    chance = Random(seed)
    styles = []
    for index in range(count):
        scores = {name: chance.gauss(0, 1) for name in NAMES}
        scores["fit"] -= shift if index < cool else 0
        styles.append((scores, index < cool))
    return styles


@pytest.mark.parametrize(("count", "cool"), [(11, 5), (12, 3), (12, 9), (40, 0), (0, 0)])
def test_too_few_verdicts_teach_nothing(count, cool):
    assert learn_model(judged(count, cool=cool, shift=9)) is None


@pytest.mark.parametrize(("count", "cool"), [(12, 6), (12, 4), (12, 8), (30, 15)])
def test_verdicts_that_go_with_a_score_rank_by_it(count, cool):
    model = learn_model(judged(count, cool=cool, shift=9))
    assert model.weights["fit"] < -1
    assert abs(model.weights["fit"]) > max(abs(model.weights[name]) for name in ("effect", "repeats"))
    near, far = ({"effect": 0, "repeats": 0, "fit": fit} for fit in (-9, 0))
    assert model.sort_key(near) > model.sort_key(far)


def test_a_learned_order_says_how_sure_it_is():
    assert learn_model(judged(12, cool=6, shift=9)).explanation == (
        "Ranked by your 12 verdicts. The ranking predicts 11 of 12 correctly when each is left out in turn;"
        " chance does as well in 0 of 100 cases."
    )


def test_verdicts_by_chance_are_mostly_seen_through():
    models = [learn_model(judged(16, cool=8, shift=0, seed=seed)) for seed in range(20)]
    assert sum(model is not None for model in models) <= 3  # 1 in 20 is let through


def test_styles_without_a_score_in_common_teach_nothing():
    styles = [({f"score {index}": 1.0}, index % 2 == 0) for index in range(12)]
    assert learn_model(styles) is None


def test_scores_that_are_all_the_same_teach_nothing():
    assert learn_model([({"fit": 0.5}, index % 2 == 0) for index in range(12)]) is None


def test_the_same_verdicts_teach_the_same_order():
    styles = judged(14, cool=7, shift=2)
    assert learn_model(styles) == learn_model(styles)


@pytest.mark.parametrize(
    ("cool", "meh", "wanted"),
    [
        (0, 0, "4 more cool and 4 more meh"),
        (9, 1, "3 more meh"),
        (2, 8, "2 more cool"),
        (4, 4, "4 more"),
        (7, 4, "1 more"),
    ],
)
def test_missing_verdicts_are_described(cool, meh, wanted):
    assert describe_missing_verdicts(cool, meh) == (
        f"With 12 verdicts, at least 4 of each kind, the ranking learns from them: {wanted} to go."
    )


def test_enough_lack_nothing():
    assert describe_missing_verdicts(6, 6) == describe_missing_verdicts(4, 8) == ""


def test_the_usual_order_goes_by_what_it_is_given():
    model = make_default_model([{"fit": 0.2}, {"fit": 0.4}], weights={"fit": -1.0}, explanation="By fit.")
    assert model.sort_key({"fit": 0.2}) == pytest.approx(1)
    assert model.sort_key({"fit": 0.4}) == pytest.approx(-1)
    assert model.sort_key({}) == 0


@pytest.mark.parametrize("scores", [[], [{"fit": 0.5}], [{"effect": 1.0}]])
def test_the_usual_order_needs_no_two_artworks(scores):
    assert make_default_model(scores, weights={"fit": -1.0}, explanation="").sort_key({"fit": 0.5}) in (
        0.0,
        -0.5,
    )
