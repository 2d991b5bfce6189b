"""Rows of words stand in columns as wide as they need."""

from pelican.plugins.stylize.cli.table import format_columns

ROWS = [("style", "seconds"), ("ink", "4.1"), ("harvesters", "")]


def test_cells_stand_to_the_left_and_nothing_trails():
    assert format_columns(ROWS) == ["style       seconds", "ink         4.1", "harvesters"]


def test_numbers_stand_to_the_right():
    assert format_columns(ROWS, right_from=1) == ["style       seconds", "ink             4.1", "harvesters"]
