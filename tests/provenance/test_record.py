"""The record states the facts of a picture once, and comes back whole from what it was written as."""

import json
from dataclasses import replace

import pytest
from pelican.plugins.stylize.model import Credit, Decision, License
from pelican.plugins.stylize.provenance.record import (
    LABEL,
    Debt,
    Drawing,
    Maker,
    Record,
    document_of,
    read_document,
)
from pelican.plugins.stylize.spellings import find_license

CC0: License = find_license("CC0-1.0", where="")
PHOTO = Credit(
    title="Mont Saint-Michel",
    creator="Ali Sabbagh",
    license=find_license("CC-BY-SA-4.0", where=""),
    date="2019",
    institution="Wikimedia Commons",
    source_url="https://commons.example/mont",
)
ARTWORK = Credit(
    title="The Harvesters",
    creator="Pieter Bruegel the Elder",
    license=CC0,
    date="1565",
    institution="Metropolitan Museum of Art, New York, NY",
    accession="19.164",
    source_url="https://met.example/435809",
)
DEBT = Debt(
    slug="harvesters",
    title="The Harvesters",
    part=1.0,
    artwork=ARTWORK,
    artwork_sha256="a" * 64,
    numbers="b" * 64,
    how_made="Predicted from the artwork.",
)
DRAWING = Drawing(
    method="feed-forward",
    method_version=1,
    network="c" * 64,
    strength=1.0,
    long_edge=1600,
    content=None,
    made="2026-11-22T10:00:00+00:00",
    seconds=4.1,
    device="cpu",
    versions={"torch": "2.14.1"},
)
RECORD = Record(
    photo=PHOTO,
    photo_sha256="d" * 64,
    debts=(DEBT,),
    drawing=DRAWING,
    key="e" * 64,
    alt="An island abbey at low tide",
    label=LABEL,
    license=find_license("CC-BY-SA-4.0", where=""),
    maker=Maker(name="Ana Sol", url="https://ana.example"),
    site="https://pier.example",
)


def test_a_record_comes_back_from_json_as_it_was():
    text = json.dumps(document_of(RECORD))
    assert read_document(json.loads(text)) == RECORD
    assert read_document(json.loads(text)).digest == RECORD.digest


def test_a_decision_about_a_license_stands_in_the_record():
    decision = Decision(text="Permission by Ali Sabbagh.", by="Ana Sol", on="2026-11-22")
    decided = replace(RECORD, photo=replace(PHOTO, decision=decision))
    document = json.loads(json.dumps(document_of(decided)))
    assert document["photo"]["decision"]["by"] == "Ana Sol"
    assert read_document(document) == decided


def test_a_photo_shown_as_it_is_has_a_shorter_record_that_comes_back_too():
    plain = Record(photo=PHOTO, photo_sha256="d" * 64, license=PHOTO.license)
    assert sorted(document_of(plain)) == ["license", "photo", "photo_sha256", "version"]
    assert read_document(json.loads(json.dumps(document_of(plain)))) == plain


def test_the_statement_names_title_author_source_and_license_of_both_works_and_the_change():
    assert RECORD.statement == (
        "Photo: Mont Saint-Michel (2019) by Ali Sabbagh, Wikimedia Commons (CC BY-SA 4.0), redrawn by a neural "
        "network in the style of The Harvesters (1565) by Pieter Bruegel the Elder, Metropolitan Museum of Art, "
        "New York, NY, 19.164 (CC0 1.0)."
    )


def test_a_blend_names_every_artwork_with_its_part():
    other = replace(DEBT, slug="m51", part=0.3, artwork=Credit(title="M51", creator="NASA", license=CC0))
    blend = replace(RECORD, debts=(replace(DEBT, part=0.7), other))
    assert blend.title == "Mont Saint-Michel, after The Harvesters and M51"
    assert "redrawn by a neural network, 70% in the style of The Harvesters" in blend.statement
    assert blend.statement.endswith(", and 30% in the style of M51 by NASA (CC0 1.0).")


@pytest.mark.parametrize("field", ["alt", "caption", "key", "site"])
def test_whatever_changes_changes_the_address(field):
    assert replace(RECORD, **{field: "another"}).digest != RECORD.digest


@pytest.mark.parametrize(
    "document",
    [{}, {"version": 2}, {"version": 1}, {"version": 1, "photo": "pier.jpg", "photo_sha256": ""}, []],
)
def test_what_is_no_record_of_this_version_is_refused(document):
    with pytest.raises(ValueError, match="record"):
        read_document(document)
