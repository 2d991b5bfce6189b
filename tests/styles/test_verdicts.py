"""What the author thinks of a style, and how it stands in a file that people edit by hand."""

import tomllib
from pathlib import Path

import pytest
from pelican.plugins.stylize.model.entities import Verdict
from pelican.plugins.stylize.model.errors import UserError
from pelican.plugins.stylize.styles.verdicts import read_verdict, with_verdict

ROOT = Path(__file__).parents[2]
COOL = Verdict(word="cool", on="2026-11-22", note='Skies turn to "straw".', suits=("landscape", "sky"))
MEH = Verdict(word="meh", on="2026-11-23")
WHERE = "styles/ink/style.toml"
RECORD = """\
title = "Ink"  # as the museum has it

# A note of the author's.
[artwork]
title = "Ink"

[model]
level = 2

[model.training]
level = 2
"""
TABLE = """
[verdict]
word = "cool"
note = "Skies turn to \\"straw\\"."
suits = ["landscape", "sky"]
on = 2026-11-22
"""


def test_a_verdict_is_written_behind_all_that_stood_there():
    assert with_verdict(RECORD, COOL, where=WHERE) == RECORD + TABLE


def test_a_new_verdict_takes_the_place_of_the_old_one_and_keeps_what_the_author_wrote_around_it():
    text = RECORD + TABLE.replace("[verdict]", "[verdict]  # mine").replace("on =", "# seen in May\non =")
    changed = with_verdict(f"{text}\n[rights]\nby = 'Ana'\n", MEH, where=WHERE)
    assert changed == (
        f"{RECORD}\n[verdict]  # mine\nword = \"meh\"\non = 2026-11-23\n# seen in May\n\n[rights]\nby = 'Ana'\n"
    )


@pytest.mark.parametrize("end", ["", "\n", "\n\n\n"])
def test_it_may_stand_at_the_very_end(end):
    changed = with_verdict(f'[verdict]\nword = "cool"\non = 2026-01-01{end}', MEH, where=WHERE)
    assert tomllib.loads(changed)["verdict"]["word"] == "meh"


@pytest.mark.parametrize(
    "path", sorted(ROOT.glob("styles/[!_]*/style.toml")), ids=lambda path: path.parent.name
)
def test_every_style_that_ships_is_judged_twice_and_keeps_every_comment(path):
    text = path.read_text("utf-8")
    judged = with_verdict(with_verdict(text, COOL, where=WHERE), MEH, where=WHERE)
    assert tomllib.loads(judged) == {**tomllib.loads(text), "verdict": tomllib.loads(judged)["verdict"]}
    assert [line for line in text.splitlines() if line.startswith("#") and line not in judged] == []


@pytest.mark.parametrize(
    "table", ['verdict = {word = "cool", on = 2026-01-01}\n', '[verdict]\nsuits = [\n"sky"\n]\n']
)
def test_what_cannot_be_changed_line_by_line_is_left_alone(table):
    with pytest.raises(UserError) as raised:
        with_verdict(table, MEH, where=WHERE)
    assert str(raised.value) == (
        "styles/ink/style.toml: its table [verdict] is written in a way that cannot be changed here."
        ' Write it yourself:\n    [verdict]\n    word = "meh"\n    on = 2026-11-23'
    )


def test_what_was_written_is_read():
    assert read_verdict(tomllib.loads(TABLE)["verdict"], where=WHERE) == COOL
    assert read_verdict(None, where=WHERE) is None


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (
            'word = "kool"\non = 2026-11-22',
            "styles/ink/style.toml [verdict]: there is no verdict 'kool'. Did you mean 'cool'?",
        ),
        (
            'word = "bad"\non = 2026-11-22',
            "styles/ink/style.toml [verdict]: there is no verdict 'bad'. The verdicts are: cool, meh.",
        ),
        (
            'word = "cool"\non = 2026-11-22\nsuits = ["ufo"]',
            "styles/ink/style.toml [verdict]: there is no kind of photo 'ufo'. The kinds are: animal,"
            " building, close-up, crowd, face, food, interior, landscape, machine, night, plant, portrait,"
            " sky, street, text, water.",
        ),
        (
            'word = "cool"\non = "yesterday"',
            "styles/ink/style.toml [verdict]: on must be a date such as 2026-11-22, but is 'yesterday'.",
        ),
        (
            'word = "cool"\non = 2026-11-22\nsuit = ["sky"]',
            "styles/ink/style.toml [verdict]: there is no setting 'suit'. Did you mean 'suits'?",
        ),
    ],
)
def test_a_slip_is_told_with_what_there_is(table, message):
    with pytest.raises(UserError) as raised:
        read_verdict(tomllib.loads(table), where=WHERE)
    assert str(raised.value) == message
