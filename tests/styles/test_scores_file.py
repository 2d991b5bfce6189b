"""scores.json is read by one reader, which skips what it does not understand."""

import json

import pytest
from pelican.plugins.stylize.styles.scores_file import (
    MOST_BYTES,
    Scores,
    current_scores,
    read_scores,
    write_scores_file,
)


def test_scores_that_are_not_finite_numbers_are_left_out_and_counted(tmp_path):
    (tmp_path / "scores.json").write_text(
        '{"made": "2026-11-22", "of": "ab", "scores": {"effect": 2, "fit": NaN, "new": "?", "is_new": true}}'
    )
    assert read_scores(tmp_path) == Scores(scores={"effect": 2.0}, left_out=3, made="2026-11-22", of="ab")


def test_a_missing_file_is_not_damaged_but_one_that_is_too_large_is(tmp_path):
    assert read_scores(tmp_path) == Scores()
    write_scores_file(tmp_path, {"effect": 1.0}, of="ab")
    path = tmp_path / "scores.json"
    path.write_text(path.read_text() + " " * MOST_BYTES)
    assert read_scores(tmp_path) == Scores(is_damaged=True)


def test_a_number_beyond_all_floats_damages_the_file_and_not_its_reader(tmp_path):
    (tmp_path / "scores.json").write_text(json.dumps({"of": "ab", "scores": {"effect": 10**400}}))
    assert read_scores(tmp_path) == Scores(is_damaged=True)


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
def test_scores_that_are_damaged_or_of_other_weights_are_not_used(tmp_path, text):
    path = tmp_path / "scores.json"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    assert current_scores(tmp_path, digest="now") == {}


def test_scores_of_the_current_weights_are_used(tmp_path):
    (tmp_path / "scores.json").write_text('{"of": "now", "scores": {"effect": 1}, "more": 2}')
    assert current_scores(tmp_path, digest="now") == {"effect": 1.0}
    assert current_scores(tmp_path / "none", digest="now") == {}
