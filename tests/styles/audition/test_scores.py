"""The scores of a style lie beside its numbers, and are believed as long as they are of these."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from pelican.plugins.stylize.model.entities import Verdict
from pelican.plugins.stylize.styles.audition.candidates import gather
from pelican.plugins.stylize.styles.audition.evaluation import EvaluatedArtwork
from pelican.plugins.stylize.styles.audition.scores import read_judged, write_scores
from pelican.plugins.stylize.styles.library import read_style
from pelican.plugins.stylize.styles.scores_file import current_scores

ROOT = Path(__file__).parents[3]
ENTRY = EvaluatedArtwork(digest="a" * 64, scores={"fit relu3_3": 0.123456, "effect": 1})


@pytest.fixture
def styles(wall):
    """The Harvesters, and the same untuned numbers under another name."""
    for name in ("harvesters", "harvesters-2"):
        shutil.copytree(ROOT / "styles" / "harvesters", wall / name)
        (wall / name / "scores.json").unlink(missing_ok=True)
    return {name: read_style(wall / name, shown=name) for name in ("harvesters", "harvesters-2")}


@pytest.fixture
def candidate(styles):
    return gather(["wall/harvesters"]).candidates[0]


def test_scores_are_written_once_in_their_order(candidate, styles, wall):
    assert write_scores(candidate, ENTRY)
    path = wall / "harvesters" / "scores.json"
    facts = json.loads(path.read_text("utf-8"))
    assert list(facts["scores"].items()) == [("effect", 1), ("fit relu3_3", 0.1235)]
    assert facts["of"] == styles["harvesters"].numbers.digest
    assert len(facts["made"]) == 10
    before = path.stat().st_mtime_ns
    assert not write_scores(candidate, ENTRY)
    assert path.stat().st_mtime_ns == before
    assert write_scores(candidate, replace(ENTRY, scores={"effect": 2}))


def test_an_artwork_that_is_no_style_and_a_style_without_scores_get_no_file(candidate, wall):
    assert not write_scores(replace(candidate, numbers=None), ENTRY)
    assert not write_scores(candidate, replace(ENTRY, scores={}))
    assert not (wall / "harvesters" / "scores.json").exists()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "3",
        "{}",
        '{"of": "now"}',
        '{"of": "now", "scores": [1]}',
        '{"of": "now", "scores": {"effect": "high"}}',
        '{"of": "now", "scores": {"effect": NaN}}',
        '{"of": "now", "scores": {"effect": 1, "fit": "high"}}',
        '{"of": "now", "scores": {"effect": 1, "fit": NaN}}',
        '{"of": "now", "scores": {"effect": 1e999}}',
        '{"of": "before", "scores": {"effect": 1}}',
        "[" * 200_000,
        "\udcff",
    ],
)
def test_what_is_damaged_or_of_other_numbers_is_not_believed(tmp_path, text):
    path = tmp_path / "scores.json"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    assert current_scores(tmp_path, digest="now") == {}


def test_scores_of_the_numbers_as_they_are_are_believed(tmp_path):
    (tmp_path / "scores.json").write_text('{"of": "now", "scores": {"effect": 1}, "more": 2}')
    assert current_scores(tmp_path, digest="now") == {"effect": 1.0}
    assert current_scores(tmp_path / "none", digest="now") == {}


def test_what_was_judged_and_scored_counts(candidate, styles):
    write_scores(candidate, ENTRY)
    assert read_judged(styles) == []
    for word, is_cool in (("cool", True), ("meh", False)):
        judged = {
            slug: replace(style, verdict=Verdict(word=word, on="2026-11-22"))
            for slug, style in styles.items()
        }
        assert read_judged(judged) == [({"effect": 1.0, "fit relu3_3": 0.1235}, is_cool)]
