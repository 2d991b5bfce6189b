"""The record states the facts of a picture, and is read back unchanged from its document."""

import json
from dataclasses import replace

import pytest
from fixtures.records import ARTWORK, INGREDIENT, PHOTO, PLAIN, RECORD
from pelican.plugins.stylize.model.entities import Credit, Decision
from pelican.plugins.stylize.provenance.record import make_document, read_document


def test_a_record_comes_back_from_json_as_it_was():
    text = json.dumps(make_document(RECORD))
    assert read_document(json.loads(text)) == RECORD
    assert read_document(json.loads(text)).digest == RECORD.digest


def test_a_decision_about_a_license_stands_in_the_record():
    decision = Decision(text="Permission by Ali Sabbagh.", by="Ana Sol", on="2026-11-22")
    decided = replace(RECORD, photo=replace(PHOTO, decision=decision))
    document = json.loads(json.dumps(make_document(decided)))
    assert document["photo"]["decision"]["by"] == "Ana Sol"
    assert read_document(document) == decided


def test_a_photo_shown_as_it_is_has_a_shorter_record_that_comes_back_too():
    assert sorted(make_document(PLAIN)) == ["license", "photo", "photo_sha256", "version"]
    assert read_document(json.loads(json.dumps(make_document(PLAIN)))) == PLAIN


def test_the_statement_names_title_author_source_and_license_of_both_works_and_the_change():
    assert RECORD.statement == (
        "Photo: Mont Saint-Michel (2019) by Ali Sabbagh, Wikimedia Commons (CC BY-SA 4.0), redrawn by a neural "
        "network in the style of The Harvesters (1565) by Pieter Bruegel the Elder, Metropolitan Museum of Art, "
        "New York, NY, 19.164 (CC0 1.0)."
    )


def test_a_blend_names_every_artwork_with_its_part():
    other = replace(
        INGREDIENT, slug="m51", part=0.3, artwork=Credit(title="M51", creator="NASA", license=ARTWORK.license)
    )
    blend = replace(RECORD, ingredients=(replace(INGREDIENT, part=0.7), other))
    assert blend.title == "Mont Saint-Michel, after The Harvesters and M51"
    assert "redrawn by a neural network, 70% in the style of The Harvesters" in blend.statement
    assert blend.statement.endswith(", and 30% in the style of M51 by NASA (CC0 1.0).")


@pytest.mark.parametrize("field", ["alt", "caption", "key", "site"])
def test_every_change_changes_the_address(field):
    assert replace(RECORD, **{field: "another"}).digest != RECORD.digest


@pytest.mark.parametrize(
    "document",
    [{}, {"version": 2}, {"version": 1}, {"version": 1, "photo": "pier.jpg", "photo_sha256": ""}, []],
)
def test_what_is_no_record_of_this_version_is_refused(document):
    with pytest.raises(ValueError, match="record"):
        read_document(document)
