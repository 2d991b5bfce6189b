"""What is kept of an item is read back as it came, whatever its charset and length."""

import json

import pytest
from fixtures.museum_answers import answer
from pelican.plugins.stylize.model.errors import UserError
from pelican.plugins.stylize.museums.citation import Citation, KeptFile, format_citation, parse_citation
from pelican.plugins.stylize.museums.importers import met
from pelican.plugins.stylize.storage.sealed_text import JSON_END, seal

WORK = {"objectID": 12, "title": "Étude", "isPublicDomain": True}
KEPT = KeptFile(url="https://museum.example/12.jpg", file="original.jpg", sha256="0" * 64, size=9)


def cite(*bodies: bytes) -> Citation:
    answers = tuple(answer(body) for body in bodies)
    return Citation(record=met.read_item([answer(WORK)]), original=KEPT, answers=answers)


@pytest.mark.parametrize(
    "body",
    [
        json.dumps(WORK, ensure_ascii=False).encode(),
        json.dumps(WORK, ensure_ascii=False).encode("cp1252"),
        json.dumps({**WORK, "tags": ["sea"] * 200_000}).encode(),
        b"",
    ],
)
def test_an_answer_comes_back_byte_for_byte(body):
    citation = cite(body, body)
    assert parse_citation(format_citation(citation)) == citation


def test_a_long_answer_takes_little_of_git():
    body = json.dumps({**WORK, "canvases": [{"id": f"c{n}", "height": n} for n in range(50_000)]}).encode()
    assert len(format_citation(cite(body))) < len(body) / 4


def test_a_short_answer_can_be_read_in_it():
    assert (
        '\\"title\\": \\"Étude\\"'
        in format_citation(cite(json.dumps(WORK, ensure_ascii=False).encode())).decode()
    )


@pytest.mark.parametrize("compressed", ["no base64!", "YWJj", ""])
def test_a_damaged_answer_is_told(compressed):
    facts = json.loads(format_citation(cite(b"{}")))
    del facts["sha256"]
    facts["answers"][0] = {**facts["answers"][0], "compressed": compressed}
    del facts["answers"][0]["body"]
    data = seal(json.dumps(facts, indent=1).removesuffix("\n}").encode(), JSON_END)
    with pytest.raises(UserError, match="it is damaged, or no citation of a museum"):
        parse_citation(data)
