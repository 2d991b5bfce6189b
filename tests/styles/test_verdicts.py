"""The table [verdict] of a style.toml is read and checked."""

import tomllib

import pytest
from pelican.plugins.stylize.model.entities import Verdict
from pelican.plugins.stylize.model.errors import UserError
from pelican.plugins.stylize.styles.verdicts import read_verdict

COOL = Verdict(word="cool", on="2026-11-22", note='Skies turn to "straw".', suits=("landscape", "sky"))
WHERE = "styles/ink/style.toml"
TABLE = """
[verdict]
word = "cool"
note = "Skies turn to \\"straw\\"."
suits = ["landscape", "sky"]
on = 2026-11-22
"""


def test_a_verdict_is_read_as_it_was_written():
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
def test_a_mistake_is_answered_with_the_known_words(table, message):
    with pytest.raises(UserError) as raised:
        read_verdict(tomllib.loads(table), where=WHERE)
    assert str(raised.value) == message
