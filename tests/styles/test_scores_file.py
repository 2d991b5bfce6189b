"""scores.json is read by one reader, which takes what it understands."""

import json

from pelican.plugins.stylize.styles.scores_file import MOST_BYTES, Scores, read_scores, write_scores_file


def test_scores_that_are_no_finite_numbers_are_left_out_and_counted(tmp_path):
    (tmp_path / "scores.json").write_text(
        '{"made": "2026-11-22", "of": "ab", "scores": {"effect": 2, "fit": NaN, "new": "?", "is_new": true}}'
    )
    assert read_scores(tmp_path) == Scores(scores={"effect": 2.0}, left_out=3, made="2026-11-22", of="ab")


def test_a_file_that_is_not_there_is_not_damaged_but_one_too_large_is(tmp_path):
    assert read_scores(tmp_path) == Scores()
    write_scores_file(tmp_path, {"effect": 1.0}, of="ab")
    path = tmp_path / "scores.json"
    path.write_text(path.read_text() + " " * MOST_BYTES)
    assert read_scores(tmp_path) == Scores(is_damaged=True)


def test_a_number_beyond_all_floats_damages_the_file_and_not_its_reader(tmp_path):
    (tmp_path / "scores.json").write_text(json.dumps({"of": "ab", "scores": {"effect": 10**400}}))
    assert read_scores(tmp_path) == Scores(is_damaged=True)
