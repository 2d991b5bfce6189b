"""Rank candidates: compare them with the styles of the library, and sort them for the board."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from ...model.entities import Style
from ...model.errors import UserError
from ...storage.atomic_files import DiskError
from ..scores_file import current_scores
from .board import BoardRow
from .candidates import Candidate
from .evaluation import EvaluatedArtwork, compute_similarity
from .ranking_model import RankingModel, describe_missing_verdicts, learn_model, make_default_model

# What predicts how close tuning comes to an artwork: see bench/scores.py, and the table in docs/styles.md.
DEFAULT_WEIGHTS: Mapping[str, float] = {"fit relu1_2": -1.0}
DEFAULT_EXPLANATION = (
    "Ranked by the fit of colors: no other score predicts better how near tuning comes to an artwork, and"
    " this one does not predict it well."
)


def make_ranking_model(results: Sequence[EvaluatedArtwork], styles: Mapping[str, Style]) -> RankingModel:
    """Return the model learned from the verdicts on the library's styles, or else the default one."""
    judged = load_judged_scores(styles)
    learned = learn_model(judged)
    if learned:
        return learned
    cool = sum(is_cool for _, is_cool in judged)
    missing = (
        describe_missing_verdicts(cool, len(judged) - cool)
        or "Your verdicts so far do not depend on any score."
    )
    scores = [result.scores for result in results if result.scores]
    explanation = f"{DEFAULT_EXPLANATION} {missing}"
    return make_default_model(scores, weights=DEFAULT_WEIGHTS, explanation=explanation)


def load_judged_scores(styles: Mapping[str, Style]) -> list[tuple[Mapping[str, float], bool]]:
    """Return the scores of each style that has a verdict, and whether it is cool."""
    judged = []
    for style in styles.values():
        scores = current_scores(style.weights.path.parent, digest=style.weights.digest)
        if style.verdict and scores:
            judged.append((scores, style.verdict.word == "cool"))
    return judged


def rank_artworks(
    evaluated: Sequence[tuple[Candidate, EvaluatedArtwork]],
    model: RankingModel,
    *,
    owned: Mapping[str, Sequence[float]],
) -> list[BoardRow]:
    """Return the rows of a board, the best first, and those without results at the end.

    owned: how the predictor reads the artworks of the library's styles, by slug.
    """
    ranked = [(candidate, result) for candidate, result in evaluated if result.scores]
    ranked.sort(key=lambda pair: (-model.sort_key(pair[1].scores), pair[0].display_path))
    rows = []
    for rank, (candidate, result) in enumerate(ranked, start=1):
        others = {slug: vector for slug, vector in owned.items() if slug != candidate.slug}
        similarity = compute_similarity(result, others)
        rows.append(BoardRow(candidate=candidate, result=result, similarity=similarity, rank=rank))
    failed = [pair for pair in evaluated if not pair[1].scores]
    return rows + [
        BoardRow(candidate=candidate, result=result, similarity=None) for candidate, result in failed
    ]


def add_tuned(
    rows: Sequence[BoardRow],
    count: int,
    *,
    tune: Callable[[Candidate], Path],
    evaluate: Callable[[Candidate], EvaluatedArtwork],
) -> list[BoardRow]:
    """Return the rows, the first ones with the results of a short tuning.

    tune: writes the weights of a candidate and returns their file; if it raises UserError, for example
    because an artwork is too small, the row says why. evaluate: evaluates a candidate with its weights.
    """

    def evaluate_tuned(candidate: Candidate) -> EvaluatedArtwork:
        try:
            return evaluate(replace(candidate, weights=tune(candidate)))
        except DiskError:
            raise
        except UserError as error:
            return EvaluatedArtwork(digest=candidate.digest, scores={}, problem=str(error))

    return [
        replace(row, tuned=evaluate_tuned(row.candidate)) if 0 < row.rank <= count else row for row in rows
    ]
