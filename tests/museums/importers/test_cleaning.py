"""No HTML of a museum's answer is left in a record that a command gets, whatever field it stands in."""

from fixtures.museum_answers import answer
from pelican.plugins.stylize.museums.importers.registry import find_item

OBJECT = {"objectID": 12, "isPublicDomain": True}


def read(**facts: object):
    museum, _ = find_item("met:12")
    return museum.read_item([answer({**OBJECT, **facts})])


def test_every_text_is_what_a_reader_of_the_page_sees():
    record = read(
        title="<em>The Wave</em> &amp; the <script>alert(1)</script>shore",
        constituents=[{"name": "Ana <b>Sol</b>", "role": "<i>Engraver</i>"}],
        medium="Oil<br>on wood",
        creditLine="Gift of A &amp; B, 1911",
        repository="<p>Museum</p>",
        objectDate="ca.&nbsp;1890",
    )
    assert (record.title, record.medium) == ("The Wave & the shore", "Oil on wood")
    assert (record.creators[0].name, record.creators[0].role) == ("Ana Sol", "Engraver")
    assert (record.credit_line, record.institution, record.date) == (
        "Gift of A & B, 1911",
        "Museum",
        "ca. 1890",
    )


def test_what_only_looks_like_html_stays():
    assert read(title="A < B", medium="<Untitled>").title == "A < B"
    assert read(title="x", medium="<Untitled>").medium == "<Untitled>"


def test_a_title_without_end_is_cut():
    assert read(title="x" * 3000).title == "x" * 499 + "…"


def test_json_of_an_old_program_keeps_its_letters():
    museum, _ = find_item("met:12")
    body = '{"objectID": 12, "title": "\u00c9tude f\u00fcr \u00c4rzte", "isPublicDomain": true}'
    for charset in ("utf-8", "utf-8-sig", "utf-16", "cp1252"):
        assert museum.read_item([answer(body.encode(charset))]).title == "Étude für Ärzte", charset
