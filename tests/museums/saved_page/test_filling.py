"""What a person types wins; what a credit cannot do without is named with its flag."""

from dataclasses import replace
from datetime import date

import pytest
from pelican.plugins.stylize.model.entities import Decision
from pelican.plugins.stylize.model.errors import UserError
from pelican.plugins.stylize.museums.importers.statements import UNKNOWN, state
from pelican.plugins.stylize.museums.record import Creator, ImageFile, MuseumRecord, Rights, Span
from pelican.plugins.stylize.museums.saved_page.filling import Filled
from pelican.plugins.stylize.museums.saved_page.filling import fill as fill_draft

DRAFT = MuseumRecord(
    museum="page",
    item="https://a.example/1",
    title="The Wave",
    page="https://a.example/1",
    rights=state("https://creativecommons.org/licenses/by/4.0/", field="JSON-LD ImageObject.license"),
    creators=(Creator(name="Ana Sol", dates="1840–1901"),),
    images=(ImageFile(url="https://a.example/1.jpg"),),
)
EMPTY = MuseumRecord(museum="page", item="", title="", page="", rights=Rights(license=UNKNOWN))


def fill(draft: MuseumRecord, **given: str) -> Filled:
    return fill_draft(draft, given, today=date(2026, 11, 27))


def test_a_complete_draft_lacks_nothing():
    assert fill(DRAFT, title=" ") == Filled(record=DRAFT)


def test_what_is_missing_names_its_flag():
    assert [missing.flag for missing in fill(EMPTY).missing] == [
        "--title 'Its title'",
        "--creator 'Name; Name'",
        "--source-url https://...",
        "--license CC0-1.0",
    ]


def test_what_was_typed_wins():
    record = fill(
        DRAFT,
        title="A Wave",
        creator="Ana Sol; Bo Reed",
        date="1862-64",
        source_url="https://a.example/one",
        image_url="https://a.example/large.jpg",
    ).record
    assert (record.title, record.span, record.key) == (
        "A Wave",
        Span(1862, 1864),
        "page:https://a.example/one",
    )
    assert record.creators == (Creator(name="Ana Sol", dates="1840–1901"), Creator(name="Bo Reed"))
    assert [image.url for image in record.images] == [
        "https://a.example/large.jpg",
        "https://a.example/1.jpg",
    ]


def test_a_license_by_a_person_with_a_decision():
    draft = replace(DRAFT, rights=Rights(license=UNKNOWN, written="Free to use"))
    filled = fill(draft, license="cc by-sa 4.0", by="Mia Roe")
    assert (filled.record.rights.license.code, filled.record.rights.field) == (
        "CC-BY-SA-4.0",
        "typed by a person",
    )
    assert filled.decision == Decision(
        text="Read as CC BY-SA 4.0. The page says: Free to use.", by="Mia Roe", on="2026-11-27"
    )
    assert filled.missing == ()


def test_a_license_without_a_name_makes_no_decision():
    filled = fill(replace(DRAFT, rights=Rights(license=UNKNOWN)), license="CC0-1.0")
    assert (filled.record.rights.license.code, filled.decision, filled.missing) == ("CC0-1.0", None, ())


def test_a_license_other_than_the_page_says_asks_who_decides():
    filled = fill(DRAFT, license="CC0-1.0")
    assert [missing.question for missing in filled.missing] == [
        "The page says CC BY 4.0, and you say CC0 1.0. Who decides that?"
    ]
    assert fill(DRAFT, license="CC0-1.0", by="Mia Roe").missing == ()
    assert fill(DRAFT, license="CC-BY-4.0").missing == ()


def test_terms_of_their_own_ask_what_was_read():
    filled = fill(DRAFT, license="REVIEW", by="Mia Roe")
    assert [missing.flag for missing in filled.missing] == ["--decision 'What the terms allow'"]


def test_unusable_values_are_listed_together():
    with pytest.raises(UserError) as error:
        fill(EMPTY, source_url="page.html", title="a\x07b", license="CC-BY-5.0")
    assert error.value.problems == (
        "--source-url is 'page.html', but must begin with https:// or http://.",
        "--title contains the control character U+0007. Type it again without.",
        "--license: there is no license 'CC-BY-5.0'. Did you mean 'CC-BY-4.0'?",
    )


def test_a_decision_needs_a_license():
    with pytest.raises(UserError) as error:
        fill(EMPTY, by="Mia Roe")
    assert str(error.value) == ("--by says who decided. Say what was decided too: --license CODE.")
