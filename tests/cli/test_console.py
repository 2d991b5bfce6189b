"""What commands print on a terminal and elsewhere."""

import os
import pty
import subprocess
import sys

import pytest
from pelican.plugins.stylize.cli.console import StatusLine, follow, format_table, split_paths

WORK = """
from pelican.plugins.stylize.cli.console import StatusLine, follow
follow([
    StatusLine(text="Two styles to tune."),
    StatusLine(text="ink  step 1 of 2", transient=True, done=1, total=2),
    StatusLine(text="ink: tuned."),
])
"""


def on_terminal(program: str, **environment: str) -> str:
    """Run a program in a pseudo-terminal and return its output."""
    parent, child = pty.openpty()
    variables = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "70", **environment}
    ended = subprocess.Popen([sys.executable, "-c", program], stdout=child, stderr=child, env=variables)
    os.close(child)
    written = b""
    while True:
        try:
            read = os.read(parent, 4096)
        except OSError:
            break
        if not read:
            break
        written += read
    ended.wait()
    os.close(parent)
    return written.decode()


def test_elsewhere_than_on_a_terminal_only_lasting_lines_are_printed(capsys):
    follow(
        [StatusLine(text="one"), StatusLine(text="passing", transient=True, total=2), StatusLine(text="two")]
    )
    assert capsys.readouterr().out == "one\ntwo\n"


def test_a_terminal_shows_a_bar_and_keeps_the_lasting_lines():
    written = on_terminal(WORK)
    assert "step 1 of 2" in written
    assert "1/2" in written
    assert "ink: tuned." in written


@pytest.mark.parametrize("environment", [{"TERM": "dumb"}, {"TERM": "unknown"}])
def test_a_terminal_that_cannot_move_the_cursor_gets_plain_lines(environment):
    written = on_terminal(WORK, **environment)
    assert written.splitlines() == ["Two styles to tune.", "ink: tuned."]


def test_without_color_the_bar_has_none():
    assert "\x1b[38;" not in on_terminal(WORK, NO_COLOR="1")


def test_a_table_is_as_wide_as_its_cells_and_numbers_stand_to_the_right():
    rows = [("style", "kB"), ("harvesters", "222"), ("ink", "5")]
    assert format_table(rows, right_from=1) == ["style        kB", "harvesters  222", "ink           5"]


def test_a_cell_that_looks_like_markup_is_printed_as_it_is():
    assert format_table([("name",), ("[red]x[/red]",)]) == ["name", "[red]x[/red]"]


def test_a_comma_may_be_part_of_a_path_that_exists(tmp_path):
    folder = tmp_path / "Met, 2026"
    folder.mkdir()
    assert split_paths(str(folder)) == [str(folder)]
    assert split_paths(f"a.jpg, {folder},b.jpg") == ["a.jpg", str(folder), "b.jpg"]
    assert split_paths("a.jpg, b.jpg,") == ["a.jpg", "b.jpg"]
