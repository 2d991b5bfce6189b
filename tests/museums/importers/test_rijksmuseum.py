"""Small answers in the shape of rijksmuseum/object_200107928.json, visualitem_202107928.json,
digitalobject_500711.json and search_collection.json."""

import pytest
from fixtures.museum_answers import answer, recorded
from pelican.plugins.stylize.museums.errors import ChangedShape, NoSuchItem
from pelican.plugins.stylize.museums.importers import rijksmuseum
from pelican.plugins.stylize.museums.importers.interface import Request, SearchQuery
from pelican.plugins.stylize.museums.record import Creator, ImageFile, Span

ENGLISH = [{"id": "http://vocab.getty.edu/aat/300388277", "type": "Language"}]
DUTCH = [{"id": "http://vocab.getty.edu/aat/300388256", "type": "Language"}]
CC0 = "https://creativecommons.org/publicdomain/zero/1.0/"
PDM = "https://creativecommons.org/publicdomain/mark/1.0/"


def make_rights(address: str):
    return [{"type": "Right", "classified_as": [{"id": address, "type": "Type"}]}]


def make_person(number: int, *names: tuple[str, str]):
    return {
        "id": f"https://id.rijksmuseum.nl/{number}",
        "type": "Person",
        "notation": [{"@language": language, "@value": name} for language, name in names],
    }


OBJECT = {
    "id": "https://id.rijksmuseum.nl/2001",
    "type": "HumanMadeObject",
    "identified_by": [
        {"type": "Identifier", "content": "RP-P-12"},
        {"type": "Name", "content": "Netten boeten", "language": DUTCH},
        {"type": "Name", "content": "Mending the Nets", "language": ENGLISH},
    ],
    "produced_by": {
        "timespan": {
            "identified_by": [{"type": "Name", "content": "c. 1642 - 1644", "language": ENGLISH}],
            "begin_of_the_begin": "1642-01-01T00:00:00Z",
            "end_of_the_end": "1644-12-31T23:59:59Z",
        },
        "part": [
            {"carried_out_by": [make_person(21, ("nl", "Anna Zon"), ("en", "Ana Sol"))]},
            {"carried_out_by": [make_person(22, ("en", "Tom Vale"))]},
        ],
    },
    "subject_of": [
        {
            "subject_to": make_rights(CC0),
            "digitally_carried_by": [
                {
                    "access_point": [
                        {"id": "https://www.rijksmuseum.nl/nl/collectie/object/RP-P-12--abc"},
                        {"id": "https://www.rijksmuseum.nl/en/collection/object/RP-P-12--abc"},
                    ]
                }
            ],
        }
    ],
    "referred_to_by": [
        {
            "content": "Gift of a Friend",
            "classified_as": [{"id": "http://vocab.getty.edu/aat/300026687"}],
            "language": ENGLISH,
        },
        {"content": "etching", "classified_as": [{"id": "http://vocab.getty.edu/aat/300435429"}]},
    ],
    "shows": [{"id": "https://id.rijksmuseum.nl/2021", "type": "VisualItem"}],
}
VISUAL = {
    "id": "https://id.rijksmuseum.nl/2021",
    "subject_to": make_rights(PDM),
    "digitally_shown_by": [{"id": "https://id.rijksmuseum.nl/5001", "type": "DigitalObject"}],
}
DIGITAL = {
    "id": "https://id.rijksmuseum.nl/5001",
    "access_point": [{"id": "https://iiif.micr.io/AbCdE/full/max/0/default.jpg"}],
}
HITS = {"orderedItems": [{"id": "https://id.rijksmuseum.nl/2001"}]}
SEARCHED = "https://data.rijksmuseum.nl/search/collection?objectNumber=RP-P-12"


def read(visual: object = VISUAL, **changes: object):
    return rijksmuseum.read_item([answer({**OBJECT, **changes}), answer(visual), answer(DIGITAL)])


def test_three_answers_make_a_record():
    answers = [answer(OBJECT)]
    request = rijksmuseum.read_item(answers)
    assert request == Request(url="https://data.rijksmuseum.nl/2021?_profile=la-framed")
    answers.append(answer(VISUAL))
    request = rijksmuseum.read_item(answers)
    assert request == Request(url="https://data.rijksmuseum.nl/5001?_profile=la-framed")
    answers.append(answer(DIGITAL))
    record = rijksmuseum.read_item(answers)
    assert (record.key, record.title, record.accession) == (
        "rijksmuseum:2001",
        "Mending the Nets",
        "RP-P-12",
    )
    assert record.creators == (
        Creator(name="Ana Sol", uris=("https://id.rijksmuseum.nl/21",)),
        Creator(name="Tom Vale", uris=("https://id.rijksmuseum.nl/22",)),
    )
    assert (record.date, record.span) == ("c. 1642 - 1644", Span(1642, 1644))
    assert record.page == "https://www.rijksmuseum.nl/en/collection/object/RP-P-12--abc"
    assert record.images == (ImageFile(url="https://iiif.micr.io/AbCdE/full/max/0/default.jpg"),)
    assert record.image_service == "https://iiif.micr.io/AbCdE"
    assert (record.credit_line, record.medium) == ("Gift of a Friend", "etching")
    assert (record.rights.license.code, record.rights.written) == ("PDM-1.0", PDM)
    assert record.rights.field == "subject_to[0].classified_as[0].id"


def test_an_object_number_is_searched_first():
    request = rijksmuseum.ask_item("RP-P-12")
    assert request.url == SEARCHED
    hits = answer(HITS, url=request.url)
    assert rijksmuseum.read_item([hits]).url == "https://data.rijksmuseum.nl/2001?_profile=la-framed"
    record = rijksmuseum.read_item([hits, answer(OBJECT), answer(VISUAL), answer(DIGITAL)])
    assert record.key == "rijksmuseum:2001"
    with pytest.raises(NoSuchItem, match="it has no object of this number"):
        rijksmuseum.read_item([answer({"orderedItems": []}, url=SEARCHED)])
    other = {**OBJECT, "identified_by": [{"type": "Identifier", "content": "RP-P-123"}]}
    with pytest.raises(NoSuchItem, match="its search for RP-P-12 finds another object, RP-P-123"):
        rijksmuseum.read_item([hits, answer(other)])


@pytest.mark.parametrize(
    ("rights", "code"),
    [
        (make_rights("http://rightsstatements.org/vocab/InC/1.0/"), "INC"),
        (make_rights("https://rights.example/ours"), "UNKNOWN"),
        ([], "UNKNOWN"),
        (None, "UNKNOWN"),
    ],
)
def test_the_license_of_the_data_is_not_that_of_the_picture(rights, code):
    assert read(visual={**VISUAL, "subject_to": rights}).rights.license.code == code


def test_an_object_without_a_picture():
    record = rijksmuseum.read_item([answer({**OBJECT, "shows": None})])
    assert (record.images, record.image_service, record.rights.license.code) == ((), "", "UNKNOWN")
    bare = {"id": OBJECT["id"]}
    record = rijksmuseum.read_item([answer(bare)])
    assert (record.title, record.creators, record.date, record.span) == ("", (), "", None)
    assert record.page == "https://id.rijksmuseum.nl/2001"


def test_scalars_in_the_place_of_lists():
    record = read(
        identified_by={"type": "Name", "content": "<i>Nets</i>"},
        produced_by=[{"carried_out_by": {"id": "", "notation": "Ana Sol"}}],
        shows={"id": "https://id.rijksmuseum.nl/2021"},
        subject_of={"digitally_carried_by": {"access_point": {"id": "https://example.org/p"}}},
    )
    assert (record.title, record.creators, record.page) == (
        "Nets",
        (Creator(name="Ana Sol"),),
        "https://example.org/p",
    )


def test_links_that_are_addresses_alone():
    visual = {
        **VISUAL,
        "subject_to": [{"classified_as": [PDM]}],
        "digitally_shown_by": ["https://id.rijksmuseum.nl/5001"],
    }
    record = rijksmuseum.read_item(
        [answer({**OBJECT, "shows": ["https://id.rijksmuseum.nl/2021"]}), answer(visual), answer(DIGITAL)]
    )
    assert (record.rights.license.code, record.rights.field) == ("PDM-1.0", "subject_to[0].classified_as[0]")
    request = rijksmuseum.read_item([answer({**OBJECT, "shows": "https://id.rijksmuseum.nl/2021"})])
    assert request.url == "https://data.rijksmuseum.nl/2021?_profile=la-framed"


def test_years_before_christ():
    made = {"timespan": {"begin_of_the_begin": "-0450-01-01T00:00:00Z", "end_of_the_end": "-0430-12-31"}}
    assert read(produced_by=made).span == Span(-450, -430)
    made = {"timespan": {"identified_by": {"content": "450-430 BC"}}}
    assert read(produced_by=made).span == Span(-450, -430)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"id": None}, r"the field id is missing"),
        ({"shows": [{"id": "https://evil.example/2021"}]}, r"the field shows\[0\].id is no address of"),
        ({"identified_by": ["Nets"]}, r"the field identified_by\[0\] is text, not an object"),
        ({"produced_by": "1642"}, r"the field produced_by is text, not an object"),
    ],
)
def test_a_changed_answer_names_the_field(changes, message):
    with pytest.raises(ChangedShape, match=message):
        rijksmuseum.read_item([answer({**OBJECT, **changes})])
        read(**changes)


@pytest.mark.parametrize(
    ("address", "item"),
    [
        ("https://id.rijksmuseum.nl/2001", "2001"),
        ("https://data.rijksmuseum.nl/2001?_profile=la-framed", "2001"),
        ("https://www.rijksmuseum.nl/en/collection/RP-P-12", "RP-P-12"),
        ("https://www.rijksmuseum.nl/nl/collectie/RP-P-12", "RP-P-12"),
        ("https://www.rijksmuseum.nl/en/collection/object/RP-P-12--0aff12", "RP-P-12"),
        ("https://www.rijksmuseum.nl/en/rijksstudio/artists/x/objects#/RP-P-12,0", ""),
        ("https://www.rijksmuseum.nl/en/collection/object/The-Nets--0aff12", ""),
    ],
)
def test_addresses_of_an_object(address, item):
    assert rijksmuseum.find_item(address) == item


def test_a_search_with_its_next_page():
    assert rijksmuseum.ask_search(SearchQuery(words="nets & boats")).url == (
        "https://data.rijksmuseum.nl/search/collection?title=nets+%26+boats&imageAvailable=true"
    )
    following = "https://data.rijksmuseum.nl/search/collection?title=nets&pageToken=x"
    found = rijksmuseum.read_search(
        answer({**HITS, "partOf": {"totalItems": 120}, "next": {"id": following}})
    )
    assert (found.items, found.total, found.next) == (("2001",), 120, Request(url=following))
    elsewhere = {**HITS, "next": {"id": "https://evil.example/search"}}
    assert rijksmuseum.read_search(answer(elsewhere)).next is None


def test_recorded_objects():
    record = rijksmuseum.read_item(
        [
            recorded(f"rijksmuseum/{name}.json")
            for name in ("object_200107928", "visualitem_202107928", "digitalobject_500711")
        ]
    )
    assert (record.title, record.creators[0].name, record.span) == (
        "The Night Watch",
        "Rembrandt van Rijn",
        Span(1642, 1642),
    )
    assert (record.rights.license.code, record.images[0].url) == (
        "PDM-1.0",
        "https://iiif.micr.io/PJEZO/full/max/0/default.jpg",
    )
    found = rijksmuseum.read_search(recorded("rijksmuseum/search_collection.json"))
    assert (found.items, found.total) == (("200107928",), 1463)
