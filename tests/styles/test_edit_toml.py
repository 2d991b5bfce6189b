"""A style.toml is edited by commands and by people: what a person wrote stays."""

import tomllib
from pathlib import Path

import pytest
from pelican.plugins.stylize.model.entities import Verdict
from pelican.plugins.stylize.model.errors import UserError
from pelican.plugins.stylize.styles.edit_toml import (
    remove_training,
    write_artwork_digest,
    write_model,
    write_verdict,
)

ROOT = Path(__file__).parents[2]
COOL = Verdict(word="cool", on="2026-11-22", note='Skies turn to "straw".', suits=("landscape", "sky"))
MEH = Verdict(word="meh", on="2026-11-23")
TRAINING = {"steps": 250, "versions": {"torch": "2.14.1"}}
RECORD = """\
title = "Ink"  # as the museum has it

# A note of the author's.
[artwork]
title = 'Ink'
# license = "CC-BY-4.0"

[model]
level = 0  # predicted
how = ""

# Seen in May.
[rights]
by = "Ana"
"""


@pytest.fixture
def edited(tmp_path):
    """Write a text, let an action edit the file, and return the new text."""

    def edited(text, action, *arguments):
        path = tmp_path / "style.toml"
        path.write_text(text, "utf-8")
        action(path, *arguments, where="styles/ink/style.toml")
        return path.read_text("utf-8")

    return edited


def test_the_digest_of_an_artwork_goes_behind_its_last_value_and_a_missing_model_to_the_end(edited):
    text = RECORD.replace('[model]\nlevel = 0  # predicted\nhow = ""\n\n', "")
    assert edited(text, write_artwork_digest, "ab") == (
        text.replace("title = 'Ink'\n", "title = 'Ink'\nsha256 = \"ab\"\n")
        + '\n[model]\nmethod = "feed-forward"\nhow = ""\n'
    )


def test_a_training_is_written_into_the_model_and_comments_stay_where_they_were(edited):
    after = edited(RECORD, write_model, {"level": 2, "digest": "ab", "how": ""}, {"training": TRAINING})
    assert after == RECORD.replace(
        'level = 0  # predicted\nhow = ""\n',
        'level = 2  # predicted\nhow = ""\ndigest = "ab"\n\n'
        '[model.training]\nsteps = 250\nversions = {torch = "2.14.1"}\n',
    )


def test_a_training_takes_the_place_of_an_earlier_one(edited):
    once = edited(RECORD, write_model, {}, {"training": {"seed": 1, **TRAINING}})
    assert edited(once, write_model, {}, {"training": TRAINING}) == once.replace("seed = 1\n", "")


def test_an_import_takes_the_place_of_a_training_and_nothing_else_moves(edited):
    tuned = edited(RECORD, write_model, {}, {"training": TRAINING})
    after = edited(tuned, write_model, {}, {"imported": {"file": "mosaic.pth"}})
    table = '[model.imported]\nfile = "mosaic.pth"\n'
    assert after == RECORD.replace("\n# Seen", f"\n{table}\n# Seen")
    assert edited(after, remove_training) == RECORD


def test_a_training_that_is_apart_from_its_model_is_moved_to_it_and_comments_stay(edited):
    apart = RECORD.replace("# Seen", '[verdict]\nword = "cool"\n\n[model.training]\nsteps = 1\n\n# Seen')
    assert edited(apart, write_model, {"level": 1}, {"training": {"steps": 2}}) == RECORD.replace(
        "level = 0", "level = 1"
    ).replace("# Seen", '[model.training]\nsteps = 2\n\n[verdict]\nword = "cool"\n\n# Seen')
    assert edited(apart, remove_training) == RECORD.replace("# Seen", '[verdict]\nword = "cool"\n\n# Seen')


def test_a_verdict_is_written_behind_all_that_stood_there(edited):
    assert (
        edited(RECORD, write_verdict, COOL)
        == f"""{RECORD}
[verdict]
word = "cool"
note = "Skies turn to \\"straw\\"."
suits = ["landscape", "sky"]
on = 2026-11-22
"""
    )


def test_a_new_verdict_takes_the_place_of_the_old_one_and_keeps_what_the_author_wrote_around_it(edited):
    text = "[verdict]  # mine\nword = 'cool'\n# seen in May\non = 2026-11-22\nnote = ''\n\n[rights]\nby = 'Ana'\n"
    assert edited(text, write_verdict, MEH) == (
        "[verdict]  # mine\nword = \"meh\"\n# seen in May\non = 2026-11-23\n\n[rights]\nby = 'Ana'\n"
    )


@pytest.mark.parametrize("end", ["", "\n", "\n\n\n"])
def test_a_verdict_may_stand_at_the_very_end(edited, end):
    after = edited(f'[verdict]\nword = "cool"\non = 2026-01-01{end}', write_verdict, MEH)
    assert after == '[verdict]\nword = "meh"\non = 2026-11-23\n'


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ('verdict = {word = "cool", on = 2026-01-01}\n', 'verdict = {word = "meh", on = 2026-11-23}\n'),
        ('verdict.word = "cool"\n', 'verdict.word = "meh"\nverdict.on = 2026-11-23\n'),
        ('[verdict]\nsuits = [\n"sky"\n]\n', '[verdict]\nword = "meh"\non = 2026-11-23\n'),
    ],
)
def test_a_verdict_may_be_written_in_every_way_that_toml_knows(edited, text, after):
    assert edited(text, write_verdict, MEH) == after


@pytest.mark.parametrize(
    "path", sorted(ROOT.glob("styles/[!_]*/style.toml")), ids=lambda path: path.parent.name
)
def test_every_style_that_ships_is_judged_twice_and_keeps_every_comment(edited, path):
    text = path.read_text("utf-8")
    judged = edited(edited(text, write_verdict, COOL), write_verdict, MEH)
    assert tomllib.loads(judged) == {**tomllib.loads(text), "verdict": tomllib.loads(judged)["verdict"]}
    assert [line for line in text.splitlines() if line.startswith("#") and line not in judged] == []


def test_windows_line_endings_and_the_mark_of_notepad_stay(tmp_path):
    path = tmp_path / "style.toml"
    data = b"\xef\xbb\xbf" + RECORD.replace("\n", "\r\n").encode()
    path.write_bytes(data)
    write_verdict(path, MEH, where="")
    assert path.read_bytes() == data + b'\r\n[verdict]\r\nword = "meh"\r\non = 2026-11-23\r\n'


def test_what_is_written_already_is_not_written_again(edited, tmp_path):
    edited(RECORD, write_verdict, MEH)
    before = (tmp_path / "style.toml").stat().st_mtime_ns
    write_verdict(tmp_path / "style.toml", MEH, where="")
    assert (tmp_path / "style.toml").stat().st_mtime_ns == before


def test_an_invalid_file_is_left_as_it_is(edited, tmp_path):
    with pytest.raises(UserError) as raised:
        edited("title = Ink\n", write_verdict, MEH)
    assert str(raised.value) == "styles/ink/style.toml: not valid TOML: Invalid value (at line 1, column 9)."
    assert (tmp_path / "style.toml").read_text() == "title = Ink\n"
