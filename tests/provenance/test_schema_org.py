"""What search engines read in the head of a page, and machines in the sidecar."""

import json
from dataclasses import replace

from fixtures.records import PHOTO, RECORD
from pelican.plugins.stylize.model.entities import Credit
from pelican.plugins.stylize.provenance.credit_lines import copyright_notice
from pelican.plugins.stylize.provenance.record import Record, read_document
from pelican.plugins.stylize.provenance.schema_org import make_image_object, render_script
from pelican.plugins.stylize.provenance.sidecar import make_sidecar
from pelican.plugins.stylize.rights.license_parser import parse_license

PLACE = {
    "url": "https://pier.example/pictures/mont-abc/1600.jpg",
    "width": 1600,
    "height": 1067,
    "page": "https://pier.example/tide/",
    "terms": "https://pier.example/credits/",
    "sidecar": "https://pier.example/pictures/mont-abc/provenance.jsonld",
}


def test_a_picture_is_an_image_object_with_the_fields_that_image_search_reads():
    assert make_image_object(RECORD, **PLACE) == {
        "@type": "ImageObject",
        "@id": PLACE["url"],
        "contentUrl": PLACE["url"],
        "name": "Mont Saint-Michel, after The Harvesters",
        "caption": "An island abbey at low tide",
        "description": RECORD.statement,
        "license": "https://creativecommons.org/licenses/by-sa/4.0/",
        "acquireLicensePage": "https://pier.example/credits/",
        "creditText": "Ana Sol / Ali Sabbagh, after Pieter Bruegel the Elder, Metropolitan Museum of Art, New York, NY",
        "creator": {"@type": "Person", "name": "Ana Sol", "url": "https://ana.example"},
        "copyrightNotice": "© Ana Sol, CC BY-SA 4.0",
        "digitalSourceType": "https://schema.org/CompositeWithTrainedAlgorithmicMediaDigitalSource",
        "isBasedOn": [
            {
                "@type": "Photograph",
                "@id": "https://commons.example/mont",
                "name": "Mont Saint-Michel",
                "creator": {"@type": "Person", "name": "Ali Sabbagh"},
                "dateCreated": "2019",
                "url": "https://commons.example/mont",
                "license": "https://creativecommons.org/licenses/by-sa/4.0/",
                "provider": {"@type": "Organization", "name": "Wikimedia Commons"},
            },
            {
                "@type": "VisualArtwork",
                "@id": "https://met.example/435809",
                "name": "The Harvesters",
                "creator": {"@type": "Person", "name": "Pieter Bruegel the Elder"},
                "dateCreated": "1565",
                "identifier": {
                    "@type": "PropertyValue",
                    "propertyID": "accession number",
                    "value": "19.164",
                },
                "url": "https://met.example/435809",
                "license": "https://creativecommons.org/publicdomain/zero/1.0/",
                "provider": {"@type": "Organization", "name": "Metropolitan Museum of Art, New York, NY"},
            },
        ],
        "isPartOf": {"@type": "Article", "@id": PLACE["page"], "url": PLACE["page"]},
        "subjectOf": {
            "@type": "DigitalDocument",
            "url": PLACE["sidecar"],
            "encodingFormat": "application/ld+json",
        },
        "width": {"@type": "QuantitativeValue", "value": 1600, "unitCode": "E37"},
        "height": {"@type": "QuantitativeValue", "value": 1067, "unitCode": "E37"},
        "encodingFormat": "image/jpeg",
    }


def test_a_photo_shown_as_it_is_claims_neither_a_machine_nor_another_maker():
    plain = Record(photo=PHOTO, photo_sha256="d" * 64, license=PHOTO.license, maker=RECORD.maker)
    said = make_image_object(plain, **PLACE)
    assert said["creator"] == {"@type": "Person", "name": "Ali Sabbagh"}
    assert not {"digitalSourceType", "isBasedOn"} & set(said)
    assert said["copyrightNotice"] == "© Ali Sabbagh, CC BY-SA 4.0"


def test_a_picture_in_the_public_domain_reserves_nothing():
    free = replace(RECORD, license=parse_license("CC0-1.0", where=""))
    assert copyright_notice(free) == "No rights reserved (CC0 1.0)"


def test_what_an_author_types_cannot_end_the_script():
    hostile = replace(RECORD, alt="</script><script>alert(1)</script> & 'so' on\u2028")
    script = render_script([make_image_object(hostile, **PLACE)])
    assert script.startswith('<script type="application/ld+json">{') and script.endswith("}</script>")
    inside = script.removeprefix('<script type="application/ld+json">').removesuffix("</script>")
    assert not set("<>&\u2028") & set(inside)
    assert json.loads(inside)["@graph"][0]["caption"] == hostile.alt


def test_a_page_without_pictures_says_nothing():
    assert render_script([]) == ""


def test_the_sidecar_tells_what_was_derived_from_what_and_holds_the_whole_record():
    sidecar = json.loads(make_sidecar(RECORD))
    assert sidecar["prov:wasDerivedFrom"][0]["@id"] == "https://commons.example/mont"
    assert sidecar["schema:isBasedOn"][0]["schema:identifier"] == "19.164"
    assert sidecar["iptc:DigitalSourceType"] == {
        "@id": "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"
    }
    activity = sidecar["prov:wasGeneratedBy"]
    assert activity["prov:endedAtTime"] == "2026-11-22T10:00:00+00:00"
    assert [used["@id"] for used in activity["prov:used"]] == [
        "https://commons.example/mont",
        f"urn:sha256:{'b' * 64}",
        f"urn:sha256:{'c' * 64}",
    ]
    assert sidecar["cc:license"] == {"@id": "https://creativecommons.org/licenses/by-sa/4.0/"}
    assert read_document(sidecar["record"]) == RECORD


def test_the_sidecar_of_a_photo_shown_as_it_is_claims_no_making():
    plain = Record(photo=Credit(title="", creator="Ana", license=PHOTO.license), photo_sha256="d" * 64)
    sidecar = json.loads(make_sidecar(plain))
    assert "prov:wasGeneratedBy" not in sidecar
    assert sidecar["prov:wasQuotedFrom"]["sha256"] == "d" * 64
