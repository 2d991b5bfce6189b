"""Candidates are ranked by what the verdicts teach, compared with the styles, and the best ones are tuned."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from pelican.plugins.stylize.model.entities import Verdict
from pelican.plugins.stylize.storage.atomic_files import DiskError
from pelican.plugins.stylize.styles.audition.board import BoardRow
from pelican.plugins.stylize.styles.audition.candidates import Candidate, find_candidates
from pelican.plugins.stylize.styles.audition.evaluation import EvaluatedArtwork, save_scores
from pelican.plugins.stylize.styles.audition.ranking import (
    add_tuned,
    load_judged_scores,
    make_ranking_model,
    rank_artworks,
)
from pelican.plugins.stylize.styles.library import load_style

ROOT = Path(__file__).parents[3]
RESULT = EvaluatedArtwork(digest="a" * 64, scores={"fit relu3_3": 0.123456, "effect": 1})


def evaluated(name: str, *, fit: float | None = 0.25) -> tuple[Candidate, EvaluatedArtwork]:
    """Return an artwork and its results; fit: None if it could not be read."""
    candidate = Candidate(display_path=name, digest="a" * 64, path=Path(name))
    scores = {} if fit is None else {"fit relu1_2": fit, "effect": 1 - fit}
    return candidate, EvaluatedArtwork(digest="a" * 64, scores=scores)


@pytest.fixture
def styles(wall):
    """The Harvesters, and the same weights under another name."""
    for name in ("harvesters", "harvesters-2"):
        shutil.copytree(ROOT / "styles" / "harvesters", wall / name)
        (wall / name / "scores.json").unlink(missing_ok=True)
    return {name: load_style(wall / name) for name in ("harvesters", "harvesters-2")}


@pytest.fixture
def candidate(styles):
    return find_candidates(["wall/harvesters"]).candidates[0]


def test_scores_are_written_once_in_their_order(candidate, styles, wall):
    assert save_scores(candidate, RESULT)
    path = wall / "harvesters" / "scores.json"
    facts = json.loads(path.read_text("utf-8"))
    assert list(facts["scores"].items()) == [("effect", 1), ("fit relu3_3", 0.1235)]
    assert facts["of"] == styles["harvesters"].weights.digest
    assert len(facts["made"]) == 10
    before = path.stat().st_mtime_ns
    assert not save_scores(candidate, RESULT)
    assert path.stat().st_mtime_ns == before
    assert save_scores(candidate, replace(RESULT, scores={"effect": 2}))


def test_an_artwork_that_is_not_a_style_and_a_style_without_scores_get_no_file(candidate, wall):
    assert not save_scores(replace(candidate, weights=None), RESULT)
    assert not save_scores(candidate, replace(RESULT, scores={}))
    assert not (wall / "harvesters" / "scores.json").exists()


def test_styles_with_a_verdict_and_scores_are_loaded(candidate, styles):
    save_scores(candidate, RESULT)
    assert load_judged_scores(styles) == []
    for word, is_cool in (("cool", True), ("meh", False)):
        judged = {
            slug: replace(style, verdict=Verdict(word=word, on="2026-11-22"))
            for slug, style in styles.items()
        }
        assert load_judged_scores(judged) == [({"effect": 1.0, "fit relu3_3": 0.1235}, is_cool)]


def test_a_full_disk_ends_the_tunings():
    candidate, result = evaluated("ink.jpg")

    def fill(_):
        raise DiskError("kept: the disk is full.")

    with pytest.raises(DiskError):
        add_tuned(
            [BoardRow(candidate=candidate, result=result, similarity=None, rank=1)],
            1,
            tune=fill,
            evaluate=lambda _: None,
        )


def test_the_best_stand_first_and_what_failed_at_the_end():
    found = [
        evaluated("far.jpg", fit=0.9),
        evaluated("torn.jpg", fit=None),
        evaluated("near.jpg", fit=0.1),
        evaluated("middle.jpg", fit=0.5),
    ]
    model = make_ranking_model([result for _, result in found], {})
    assert model.explanation == (
        "Ranked by the fit of colors: no other score predicts better how near tuning comes to an artwork, and"
        " this one does not predict it well. With 12 verdicts, at least 4 of each kind, the ranking learns from"
        " them: 4 more cool and 4 more meh to go."
    )
    shown = [(one.rank, one.candidate.display_path) for one in rank_artworks(found, model, owned={})]
    assert shown == [(1, "near.jpg"), (2, "middle.jpg"), (3, "far.jpg"), (0, "torn.jpg")]


def test_a_style_is_not_compared_with_itself():
    candidate, result = evaluated("ink")
    candidate, result = replace(candidate, slug="ink"), replace(result, vector=(1.0, 0.0))
    owned = {"ink": (1.0, 0.0), "warm": (0.9, 0.1), "cold": (0.0, 1.0)}
    (one,) = rank_artworks([(candidate, result)], make_ranking_model([result], {}), owned=owned)
    assert one.similarity.slug == "warm"
