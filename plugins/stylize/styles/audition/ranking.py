"""Candidates become the rows of a board: compared with the styles there are, and ranked."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from ...model.entities import Style
from ...model.errors import UserError
from ...storage.atomic_files import DiskError
from .board import Row
from .candidates import Candidate
from .evaluation import EvaluatedArtwork, compute_similarity
from .ranking_model import RankingModel, default_model, find_lacking_verdicts, learn_model
from .scores import read_judged

# What was found to foretell what tuning comes to (bench/scores.py; docs/styles.md has the table).
FORETELLS: Mapping[str, float] = {"fit relu1_2": -1.0}
WHY = "Ranked by the fit of colors, which foretold best, if not well, how near tuning comes to an artwork."


def make_ranking(entries: Sequence[EvaluatedArtwork], styles: Mapping[str, Style]) -> RankingModel:
    """Return the order that the verdicts on the library's styles teach, or the usual one."""
    judged = read_judged(styles)
    learned = learn_model(judged)
    if learned:
        return learned
    cool = sum(is_cool for _, is_cool in judged)
    missing = (
        find_lacking_verdicts(cool, len(judged) - cool) or "Your verdicts so far do not go with any score."
    )
    scores = [entry.scores for entry in entries if entry.scores]
    return default_model(scores, by=FORETELLS, words=f"{WHY} {missing}")


def rank_artworks(
    found: Sequence[tuple[Candidate, EvaluatedArtwork]],
    order: RankingModel,
    *,
    owned: Mapping[str, Sequence[float]],
) -> list[Row]:
    """Return the rows of a board, the best first; what could not be auditioned stands at the end.

    owned: how the predictor reads the artworks of the library's styles, by slug.
    """
    seen = [pair for pair in found if pair[1].scores]
    seen.sort(key=lambda pair: (-order.sort_key(pair[1].scores), pair[0].shown))
    rows = []
    for rank, (candidate, entry) in enumerate(seen, start=1):
        others = {slug: vector for slug, vector in owned.items() if slug != candidate.slug}
        rows.append(
            Row(candidate=candidate, entry=entry, likeness=compute_similarity(entry, others), rank=rank)
        )
    unseen = [Row(candidate=one, entry=entry, likeness=None) for one, entry in found if not entry.scores]
    return rows + unseen


def add_tuned(
    rows: Sequence[Row],
    count: int,
    *,
    tune: Callable[[Candidate], Path],
    look: Callable[[Candidate], EvaluatedArtwork],
) -> list[Row]:
    """Return the rows, the first ones with what a short tuning made of them.

    tune: writes the numbers of a candidate, and returns where; where it raises UserError, as for an artwork
    that is too small, the row says why. look: auditions a candidate with its numbers.
    """
    tuned = []
    for row in rows:
        if row.rank and row.rank <= count:
            row = replace(row, tuned=_tuned(row.candidate, tune, look))
        tuned.append(row)
    return tuned


def _tuned(
    candidate: Candidate, tune: Callable[[Candidate], Path], look: Callable[[Candidate], EvaluatedArtwork]
) -> EvaluatedArtwork:
    try:
        return look(replace(candidate, numbers=tune(candidate)))
    except DiskError:
        raise
    except UserError as error:
        return EvaluatedArtwork(digest=candidate.digest, scores={}, sheets={}, problem=str(error))
