"""In which order candidates stand on the board, and how sure that order is."""

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

FEWEST = 12  # verdicts from which the order learns, and of them
FEWEST_EACH = 4  # of either kind; with fewer, a lucky guess and a rule look the same
TRIALS = 200  # of shuffled verdicts, to tell a rule from luck
BY_LUCK = 0.05  # how often chance may do as well

Scores = Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class RankingModel:
    """How candidates are ranked: the larger the sum of weighed scores, the earlier."""

    weights: Mapping[str, float]  # by score, for its distance from the mean in spreads
    means: Mapping[str, float]
    spreads: Mapping[str, float]
    words: str  # why, for the board

    def sort_key(self, scores: Scores) -> float:
        """Return a number to sort by, larger first; it is shown nowhere, for alone it says nothing."""
        return sum(
            weight * (scores[name] - self.means[name]) / self.spreads[name]
            for name, weight in self.weights.items()
            if name in scores
        )


def default_model(all_scores: Sequence[Scores], *, by: Mapping[str, float], words: str) -> RankingModel:
    """Return the order by scores that were found to foretell what tuning comes to; by: weight of each."""
    means, spreads = _scales(all_scores, list(by))
    return RankingModel(weights=by, means=means, spreads=spreads, words=words)


def learn_model(judged: Sequence[tuple[Scores, bool]]) -> RankingModel | None:
    """Return the order that verdicts teach; None where they are too few, or teach nothing.

    judged: the scores of each style and whether it is cool. Each score weighs as much as it sets cool and
    meh apart, in spreads: a linear discriminant that takes the scores as independent, which with few examples
    does better than one that does not (Bickel & Levina 2004). Whether it is luck is told by leaving out each
    verdict in turn, and doing the same with shuffled verdicts.
    """
    said = [is_cool for _, is_cool in judged]
    if len(said) < FEWEST or min(sum(said), len(said) - sum(said)) < FEWEST_EACH:
        return None
    names = sorted(set.intersection(*(set(scores) for scores, _ in judged)))
    means, spreads = _scales([scores for scores, _ in judged], names)
    rows = [[(scores[name] - means[name]) / spreads[name] for name in names] for scores, _ in judged]
    right = _right_when_left_out(rows, said)
    chance = random.Random(0)
    shuffled = [_right_when_left_out(rows, chance.sample(said, len(said))) for _ in range(TRIALS)]
    luck = sum(other >= right for other in shuffled) / TRIALS
    if luck > BY_LUCK:
        return None
    _, weights = _learn(rows, said)
    words = (
        f"It goes by your {len(said)} verdicts. Left out in turn, {right} of {len(said)} were foretold;"
        f" by luck that many would be in {100 * luck:.0f} of 100 cases."
    )
    return RankingModel(
        weights=dict(zip(names, weights, strict=True)), means=means, spreads=spreads, words=words
    )


def find_lacking_verdicts(cool: int, meh: int) -> str:
    """Return what is missing until verdicts can teach the order, "" when nothing is."""
    wanted = []
    if cool < FEWEST_EACH:
        wanted.append(f"{FEWEST_EACH - cool} more cool")
    if meh < FEWEST_EACH:
        wanted.append(f"{FEWEST_EACH - meh} more meh")
    rest = FEWEST - cool - meh
    if not wanted and rest > 0:
        wanted.append(f"{rest} more")
    if not wanted:
        return ""
    return (
        f"From {FEWEST} verdicts on ({FEWEST_EACH} of each at least) the order learns from them;"
        f" {' and '.join(wanted)} to go."
    )


def _scales(all_scores: Sequence[Scores], names: Sequence[str]) -> tuple[dict[str, float], dict[str, float]]:
    means, spreads = {}, {}
    for name in names:
        values = [scores[name] for scores in all_scores if name in scores] or [0.0]
        means[name] = sum(values) / len(values)
        variance = sum((value - means[name]) ** 2 for value in values) / len(values)
        spreads[name] = math.sqrt(variance) or 1.0
    return means, spreads


def _right_when_left_out(rows: Sequence[Sequence[float]], said: Sequence[bool]) -> int:
    right = 0
    for index, row in enumerate(rows):
        bias, weights = _learn(
            [other for place, other in enumerate(rows) if place != index],
            [is_cool for place, is_cool in enumerate(said) if place != index],
        )
        opinion = bias + sum(weight * value for weight, value in zip(weights, row, strict=True))
        right += (opinion > 0) == said[index]
    return right


def _learn(rows: Sequence[Sequence[float]], said: Sequence[bool]) -> tuple[float, list[float]]:
    """Return the bias and the weight of each column: the way from the mean of the meh to that of the cool."""
    cool, meh = (
        [sum(column) / len(column) for column in zip(*some, strict=True)]
        for some in (
            [row for row, is_cool in zip(rows, said, strict=True) if is_cool],
            [row for row, is_cool in zip(rows, said, strict=True) if not is_cool],
        )
    )
    weights = [ours - theirs for ours, theirs in zip(cool, meh, strict=True)]
    bias = -sum(weight * (ours + theirs) / 2 for weight, ours, theirs in zip(weights, cool, meh, strict=True))
    return bias, weights
