"""The packet contains what the record says, in XML, and stays small for any text."""

import random
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest
from fixtures.pier_record import BLEND, PLAIN, RECORD, SIDECAR, STATEMENT, with_texts
from pelican.plugins.stylize.model.entities import Credit
from pelican.plugins.stylize.provenance.exif import make_exif
from pelican.plugins.stylize.provenance.xmp import make_packet
from pelican.plugins.stylize.rights.vocabulary import LICENSES
from PIL import Image

RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
DC = "{http://purl.org/dc/elements/1.1/}"
EXT = "{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}"
RIGHTS = "{http://ns.adobe.com/xap/1.0/rights/}"
MM = "{http://ns.adobe.com/xap/1.0/mm/}"
REF = "{http://ns.adobe.com/xap/1.0/sType/ResourceRef#}"
PHOTOSHOP = "{http://ns.adobe.com/photoshop/1.0/}"


def read(packet: bytes) -> ET.Element:
    return ET.fromstring(packet.decode())[0][0]


def fields_of(packet: bytes) -> set[str]:
    top = read(packet)
    names = [*top.attrib, *(element.tag for element in top)]
    return {name.rpartition("}")[2] for name in names} - {"about"}


def words_of(packet: bytes, name: str) -> str:
    return read(packet).findtext(f"{name}/*/{RDF}li", "")


LEAN = {
    "title",
    "description",
    "creator",
    "rights",
    "source",
    "Marked",
    "WebStatement",
    "Credit",
    "Licensor",
    "DigitalSourceType",
    "AISystemUsed",
    "ArtworkOrObject",
    "describedby",
}
FULL = LEAN | {
    "AltTextAccessibility",
    "UsageTerms",
    "license",
    "Source",
    "AISystemVersionUsed",
    "DocumentID",
    "InstanceID",
    "OriginalDocumentID",
    "DerivedFrom",
    "Ingredients",
    "History",
    "CreatorTool",
    "CreateDate",
}


def test_a_large_file_says_everything_and_a_small_one_says_twelve_things_and_where_the_rest_is():
    assert fields_of(make_packet(RECORD, full=True, sidecar=SIDECAR)) == FULL
    assert fields_of(make_packet(RECORD, full=False, sidecar=SIDECAR)) == LEAN


def test_title_creator_rights_and_credit_are_those_of_the_record():
    packet = make_packet(RECORD, full=True)
    assert words_of(packet, f"{DC}title") == "Mont Saint-Michel, after The Harvesters"
    assert words_of(packet, f"{DC}creator") == "Ana Sol"
    assert words_of(packet, f"{DC}rights") == "© Ana Sol, CC BY 4.0"
    assert words_of(packet, f"{DC}description") == STATEMENT
    assert read(packet).get(f"{RIGHTS}WebStatement") == "https://creativecommons.org/licenses/by/4.0/"
    assert read(packet).get(f"{PHOTOSHOP}Credit") == (
        "Ana Sol / Ali Sabbagh, after Pieter Bruegel the Elder, Metropolitan Museum of Art, New York, NY"
    )


def test_a_stylized_picture_says_that_a_trained_algorithm_made_it_in_the_words_of_the_iptc():
    for full in (True, False):
        assert read(make_packet(RECORD, full=full)).get(f"{EXT}DigitalSourceType") == (
            "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"
        )


def test_photo_artwork_and_model_are_ingredients_and_the_artwork_is_a_style_reference():
    listed = read(make_packet(RECORD, full=True)).findall(f"{MM}Ingredients/*/{RDF}li")
    assert [(item.get(f"{REF}renditionClass"), item.get(f"{REF}filePath")) for item in listed] == [
        ("photo", "https://commons.example/wiki/File:Mont.jpg"),
        ("style-reference", "https://met.example/435809"),
        ("model", None),
    ]
    assert listed[2].get(f"{REF}documentID") == "sha256:" + "c" * 64


def test_a_plain_photo_is_its_makers_own_and_owes_nothing_to_a_network():
    packet = make_packet(replace(PLAIN, maker=RECORD.maker), full=True)
    assert words_of(packet, f"{DC}creator") == "Ali Sabbagh"
    assert words_of(packet, f"{DC}title") == "Mont Saint-Michel"
    assert not fields_of(packet) & {"DigitalSourceType", "AISystemUsed", "ArtworkOrObject", "Ingredients"}
    assert "style reference" not in packet.decode()


@pytest.mark.parametrize(
    ("code", "marked", "notice"),
    [
        ("CC0-1.0", "False", "No rights reserved (CC0 1.0)"),
        ("NKC", "False", LICENSES["NKC"].name),
        ("CC-BY-4.0", "True", "© Ana Sol, CC BY 4.0"),
        ("OWN", "True", f"© Ana Sol, {LICENSES['OWN'].name}"),
    ],
)
def test_only_what_someone_holds_rights_in_is_marked_so(code, marked, notice):
    packet = make_packet(replace(RECORD, license=LICENSES[code]), full=True)
    assert read(packet).get(f"{RIGHTS}Marked") == marked
    assert words_of(packet, f"{DC}rights") == notice


@pytest.mark.parametrize(
    "text",
    [
        "x" * 2000,
        'a <b> & "c" \'d\' ]]> <?xpacket end="w"?> ' * 50,
        "😀" * 2000,
        "מגדל ישן " * 200,
        "a\x00b\x0bc\ufffe " * 300,
    ],
    ids=["long", "markup", "emoji", "hebrew", "controls"],
)
@pytest.mark.parametrize("record", [RECORD, BLEND, PLAIN], ids=["one", "blend", "plain"])
def test_a_packet_is_small_and_well_formed_for_any_text(record, text):
    for link in ("", "https://a.example/" + "<&" * 120):
        typed = with_texts(record, text, link=link)
        full = make_packet(typed, full=True, sidecar=SIDECAR)
        lean = make_packet(typed, full=False, sidecar=SIDECAR)
        read(full), read(lean)
        exif = len(make_exif(typed))
        assert (len(full) + exif <= 6600, len(lean) + exif <= 2700) == (True, True)
        assert SIDECAR in lean.decode()


def test_no_mix_of_lengths_is_too_much():
    draw = random.Random(0)
    for _ in range(120):
        record = replace(BLEND, ingredients=BLEND.ingredients[: draw.randint(1, 4)])
        text = draw.choice(["x", "<", '"', "😀", "a b "]) * draw.choice([3, 15, 60, 300])
        link = "https://a.example/" + draw.choice("x&") * draw.choice([10, 80, 81, 380, 500])
        typed = with_texts(record, text, link=link)
        exif = len(make_exif(typed))
        full, lean = (len(make_packet(typed, full=full, sidecar=SIDECAR)) + exif for full in (True, False))
        assert (full <= 6600, lean <= 2700) == (True, True), (text[:4], len(text), link[:20], len(link))


def test_the_artworks_of_a_blend_are_named_by_their_links_in_a_small_file():
    listed = read(make_packet(BLEND, full=False)).findall(f"{EXT}ArtworkOrObject/*/{RDF}li")
    assert [item.attrib for item in listed] == [{f"{EXT}AOSourceInvURL": "https://met.example/435809"}] * 4


def test_a_text_of_ordinary_length_comes_back_as_it_was_typed():
    text = 'Tom & "Jerry" <at> the pier, 😀 שלום'
    assert (
        words_of(make_packet(replace(PLAIN, photo=replace(PLAIN.photo, title=text)), full=True), f"{DC}title")
        == text
    )


def test_control_characters_are_dropped_and_lines_are_joined():
    photo = replace(PLAIN.photo, title="The\x00 old\r\n\tpier\x1b")
    assert words_of(make_packet(replace(PLAIN, photo=photo), full=True), f"{DC}title") == "The old pier"


def test_a_long_text_is_cut_after_a_word_and_a_link_never():
    packet = make_packet(with_texts(RECORD, "harbor " * 300), full=False)
    assert words_of(packet, f"{DC}creator").removesuffix("…").split() == ["harbor"] * 8
    long = replace(RECORD.photo, source_url="https://a.example/" + "a" * 500)
    assert read(make_packet(replace(RECORD, photo=long), full=True)).get(f"{DC}source") is None


def test_the_same_record_gives_the_same_bytes_and_another_one_another_identity():
    assert make_packet(RECORD, full=True) == make_packet(replace(RECORD), full=True)
    one, other = (
        read(make_packet(record, full=True)).get(f"{MM}DocumentID")
        for record in (RECORD, replace(RECORD, alt="x"))
    )
    assert one is not None and one != other


def exif_read(block: bytes) -> dict[int, object]:
    exif = Image.Exif()
    exif.load(block)
    return dict(exif)


def test_the_exif_block_tells_title_and_label_maker_and_rights():
    assert exif_read(make_exif(RECORD)) == {
        0x010E: "Mont Saint-Michel, after The Harvesters. AI modified",
        0x011A: 72.0,
        0x011B: 72.0,
        0x0128: 2,
        0x013B: "Ana Sol",
        0x0213: 1,
        0x8298: "Copyright Ana Sol, CC BY 4.0",
    }


def test_the_exif_block_is_utf_8_and_leaves_out_what_is_unknown():
    unknown = Credit(title="Žižkov 😀", creator="", license=LICENSES["OWN"])
    block = make_exif(replace(PLAIN, photo=unknown, license=None))
    assert "Žižkov 😀\0".encode() in block
    assert 0x013B not in exif_read(block)
