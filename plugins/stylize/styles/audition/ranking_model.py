"""Learns how to rank candidates from the verdicts, if there are enough, and says how reliable that is."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, pstdev

FEWEST = 12  # verdicts from which a model is learned
FEWEST_EACH = 4  # of them cool, and meh; with fewer, a rule cannot be told from a lucky guess
TRIALS = 200  # with shuffled verdicts, to tell a rule from luck
MOST_LUCK = 0.05  # in how many of these trials chance may do as well

Scores = Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class RankingModel:
    """A weighted sum of scores; the larger, the better the rank."""

    weights: Mapping[str, float]  # by score, for its distance from the mean in standard deviations
    means: Mapping[str, float]
    deviations: Mapping[str, float]
    explanation: str  # for the board

    def sort_key(self, scores: Scores) -> float:
        """Return a sort key, larger is better. Not shown to users: its scale is arbitrary."""
        return sum(
            weight * (scores[name] - self.means[name]) / self.deviations[name]
            for name, weight in self.weights.items()
            if name in scores
        )


def make_default_model(
    all_scores: Sequence[Scores], *, weights: Mapping[str, float], explanation: str
) -> RankingModel:
    """Return a model with given weights; all_scores set the means and deviations."""
    means, deviations = _measure_spread(all_scores, list(weights))
    return RankingModel(weights=weights, means=means, deviations=deviations, explanation=explanation)


def learn_model(judged: Sequence[tuple[Scores, bool]]) -> RankingModel | None:
    """Learn a model from verdicts; returns None if they are too few, or do not depend on the scores.

    judged: the scores of each style and whether it is cool. The weight of a score is the distance between
    the means of cool and meh, in standard deviations: a linear discriminant that treats the scores as
    independent, which with few examples does better than one that does not (Bickel & Levina 2004). To rule
    out luck, each verdict is left out in turn and predicted from the others, and the same is done with
    shuffled verdicts.
    """
    verdicts = [is_cool for _, is_cool in judged]
    if len(verdicts) < FEWEST or min(sum(verdicts), len(verdicts) - sum(verdicts)) < FEWEST_EACH:
        return None
    names = sorted(set.intersection(*(set(scores) for scores, _ in judged)))
    means, deviations = _measure_spread([scores for scores, _ in judged], names)
    rows = [[(scores[name] - means[name]) / deviations[name] for name in names] for scores, _ in judged]
    right = _count_right_predictions(rows, verdicts)
    chance = random.Random(0)
    shuffled = [_count_right_predictions(rows, chance.sample(verdicts, len(verdicts))) for _ in range(TRIALS)]
    luck = sum(other >= right for other in shuffled) / TRIALS
    if luck > MOST_LUCK:
        return None
    _, weights = _fit(rows, verdicts)
    explanation = (
        f"Ranked by your {len(verdicts)} verdicts. The ranking predicts {right} of {len(verdicts)} correctly"
        f" when each is left out in turn; chance does as well in {100 * luck:.0f} of 100 cases."
    )
    return RankingModel(
        weights=dict(zip(names, weights, strict=True)),
        means=means,
        deviations=deviations,
        explanation=explanation,
    )


def describe_missing_verdicts(cool: int, meh: int) -> str:
    """Say which verdicts are missing before a model can be learned; "" if none are."""
    missing = []
    if cool < FEWEST_EACH:
        missing.append(f"{FEWEST_EACH - cool} more cool")
    if meh < FEWEST_EACH:
        missing.append(f"{FEWEST_EACH - meh} more meh")
    rest = FEWEST - cool - meh
    if not missing and rest > 0:
        missing.append(f"{rest} more")
    if not missing:
        return ""
    return (
        f"With {FEWEST} verdicts, at least {FEWEST_EACH} of each kind, the ranking learns from them:"
        f" {' and '.join(missing)} to go."
    )


def _measure_spread(
    all_scores: Sequence[Scores], names: Sequence[str]
) -> tuple[dict[str, float], dict[str, float]]:
    """Return the mean and the standard deviation of each score; 1 for a score that is always the same."""
    means, deviations = {}, {}
    for name in names:
        values = [scores[name] for scores in all_scores if name in scores] or [0.0]
        means[name] = fmean(values)
        deviations[name] = pstdev(values) or 1.0
    return means, deviations


def _count_right_predictions(rows: Sequence[Sequence[float]], verdicts: Sequence[bool]) -> int:
    """Return how many verdicts are predicted correctly from all the others (leave-one-out)."""
    right = 0
    for index, row in enumerate(rows):
        bias, weights = _fit(
            [other for place, other in enumerate(rows) if place != index],
            [is_cool for place, is_cool in enumerate(verdicts) if place != index],
        )
        prediction = bias + sum(weight * value for weight, value in zip(weights, row, strict=True))
        right += (prediction > 0) == verdicts[index]
    return right


def _fit(rows: Sequence[Sequence[float]], verdicts: Sequence[bool]) -> tuple[float, list[float]]:
    """Return the bias, and the weight of each column: the mean of the cool rows less that of the meh ones."""
    cool, meh = (
        [sum(column) / len(column) for column in zip(*group, strict=True)]
        for group in (
            [row for row, is_cool in zip(rows, verdicts, strict=True) if is_cool],
            [row for row, is_cool in zip(rows, verdicts, strict=True) if not is_cool],
        )
    )
    weights = [ours - theirs for ours, theirs in zip(cool, meh, strict=True)]
    bias = -sum(weight * (ours + theirs) / 2 for weight, ours, theirs in zip(weights, cool, meh, strict=True))
    return bias, weights
