"""Small answers in the shape of wikidata/entity_artwork_reconstructed.json and wikidata/claim_p18_recorded.json."""

import pytest
from fixtures.museum_answers import answer, recorded
from pelican.plugins.stylize.museums.errors import ChangedShape, NoSuchItem
from pelican.plugins.stylize.museums.importers import wikidata
from pelican.plugins.stylize.museums.importers.interface import Request, SearchQuery
from pelican.plugins.stylize.museums.record import Creator, ImageFile, Span


def make_snak(value: object):
    return {"snaktype": "value", "datavalue": {"value": value}}


def make_claim(value: object, *, rank: str = "normal", **qualifiers: object):
    return {
        "mainsnak": make_snak(value),
        "rank": rank,
        "qualifiers": {name: [make_snak(one)] for name, one in qualifiers.items()},
    }


def make_time(time: str, precision: int):
    return {"time": f"{time}T00:00:00Z", "precision": precision}


def make_label(text: str):
    return {"en": {"language": "en", "value": text}}


CLAIMS = {
    "P18": [make_claim("Nets & boats.jpg")],
    "P170": [make_claim({"id": "Q2"})],
    "P571": [make_claim(make_time("+1862-06-00", 10))],
    "P195": [make_claim({"id": "Q3"})],
    "P217": [make_claim("1911.2")],
    "P6216": [make_claim({"id": "Q19652"})],
}
WORK = {
    "id": "Q1",
    "labels": make_label("Mending the Nets"),
    "descriptions": make_label("painting by Ana Sol"),
}
LINKED = {
    "Q2": {
        "id": "Q2",
        "labels": make_label("Ana Sol"),
        "claims": {
            "P569": [make_claim(make_time("+1840-12-03", 11))],
            "P570": [make_claim(make_time("+1901-00-00", 9))],
            "P245": [make_claim("500001")],
            "P214": [make_claim("77")],
        },
    },
    "Q3": {"id": "Q3", "labels": make_label("Museum of Nets"), "claims": []},
    "Q19652": {"id": "Q19652", "labels": make_label("public domain")},
}


def read(*, linked: object = LINKED, **claims: object):
    work = {**WORK, "claims": {**CLAIMS, **claims}}
    return wikidata.read_item([answer({"entities": {"Q1": work}}), answer({"entities": linked})])


def test_an_artwork():
    record = read()
    assert (record.key, record.title, record.page) == (
        "wikidata:Q1",
        "Mending the Nets",
        "https://www.wikidata.org/wiki/Q1",
    )
    assert record.creators == (
        Creator(
            name="Ana Sol",
            dates="1840-12-03–1901",
            uris=(
                "http://www.wikidata.org/entity/Q2",
                "http://vocab.getty.edu/ulan/500001",
                "https://viaf.org/viaf/77",
            ),
        ),
    )
    assert (record.date, record.span) == ("1862-06", Span(1862, 1862))
    assert (record.institution, record.accession) == ("Museum of Nets", "1911.2")
    file = "https://commons.wikimedia.org/wiki/Special:FilePath/Nets_%26_boats.jpg"
    assert record.images == (ImageFile(url=file),)
    assert record.thumbnail == f"{file}?width=330"
    assert record.warnings == (
        "Import the picture from Wikimedia Commons, which knows its rights:"
        " https://commons.wikimedia.org/wiki/File:Nets_%26_boats.jpg",
    )


def test_rights_are_hints_only():
    rights = read().rights
    assert (rights.license.code, rights.written, rights.field) == (
        "UNKNOWN",
        "P6216: public domain",
        "claims.P6216",
    )
    assert "the rights of its picture are those of the file on Wikimedia Commons" in rights.reason
    assert read(P275=[make_claim({"id": "Q6938433"})]).rights.license.code == "UNKNOWN"


def test_names_are_asked_for():
    request = wikidata.read_item([answer({"entities": {"Q1": {**WORK, "claims": CLAIMS}}})])
    assert request == Request(
        url="https://www.wikidata.org/w/api.php?action=wbgetentities&ids=Q2%7CQ3%7CQ19652"
        "&props=labels%7Cclaims&languages=en%7Cmul&format=json"
    )


def test_an_item_that_links_to_nothing_takes_one_answer():
    record = wikidata.read_item([answer({"entities": {"Q1": {"id": "Q1", "labels": {}, "claims": []}}})])
    assert (record.title, record.creators, record.images, record.warnings) == ("", (), (), ())
    assert record.rights.license.code == "UNKNOWN"


@pytest.mark.parametrize(
    ("claim", "creators"),
    [
        ({"mainsnak": {"snaktype": "somevalue"}}, [("unknown", "")]),
        (
            {
                "mainsnak": {"snaktype": "somevalue"},
                "qualifiers": {"P2093": [make_snak("Master of Nets")]},
            },
            [("Master of Nets", "")],
        ),
        (
            {"mainsnak": {"snaktype": "somevalue"}, "qualifiers": {"P1774": [make_snak({"id": "Q2"})]}},
            [("Ana Sol", "workshop of")],
        ),
        ({"mainsnak": {"snaktype": "novalue"}}, []),
        (make_claim({"numeric-id": 2}), [("Ana Sol", "")]),
        (make_claim({"id": "Q99"}), [("Q99", "")]),
    ],
)
def test_creators(claim, creators):
    assert [(one.name, one.role) for one in read(P170=[claim]).creators] == creators


def test_preferred_statements_go_before_others_and_deprecated_ones_do_not_count():
    claims = [
        make_claim("a", rank="normal"),
        make_claim("b", rank="preferred"),
        make_claim("c", rank="deprecated"),
    ]
    assert read(P217=claims).accession == "b"
    assert read(P217=claims[2:]).accession == ""


@pytest.mark.parametrize(
    ("claim", "date", "span"),
    [
        (make_claim(make_time("+1889-06-18", 11)), "1889-06-18", Span(1889, 1889)),
        (make_claim(make_time("+1880-00-00", 8)), "1880s", Span(1880, 1889)),
        (make_claim(make_time("+1600-00-00", 7)), "16th century", Span(1501, 1600)),
        (make_claim(make_time("+1950-00-00", 7)), "20th century", Span(1901, 2000)),
        (make_claim(make_time("-0450-00-00", 9)), "450 BC", Span(-450, -450)),
        (make_claim(make_time("-0500-00-00", 7)), "5th century BC", Span(-500, -401)),
        (make_claim(make_time("+1862-00-00", 9), P1480={"id": "Q5727902"}), "c. 1862", Span(1862, 1862)),
        (
            make_claim(
                make_time("+1860-00-00", 8),
                P1319=make_time("+1862-00-00", 9),
                P1326=make_time("+1864-00-00", 9),
            ),
            "1862–1864",
            Span(1862, 1864),
        ),
        ({"mainsnak": {"snaktype": "somevalue"}}, "", None),
        (make_claim(make_time("+2000-00-00", 6)), "", None),
    ],
)
def test_dates(claim, date, span):
    record = read(P571=[claim])
    assert (record.date, record.span) == (date, span)


@pytest.mark.parametrize(
    ("claims", "message"),
    [
        (
            {"P571": [make_claim({"time": "in June"})]},
            r"mainsnak.datavalue.value.time is 'in June', not a date",
        ),
        ({"P18": ["a.jpg"]}, r"claims.P18\[0\] is text, not an object"),
        ({"P18": [make_claim({"file": "a.jpg"})]}, r"datavalue.value is an object, not text"),
    ],
)
def test_a_changed_answer_names_the_field(claims, message):
    with pytest.raises(ChangedShape, match=message):
        read(**claims)


def test_an_item_that_is_not_there():
    with pytest.raises(NoSuchItem, match="it has no item of this number"):
        wikidata.read_item([answer({"entities": {"Q0": {"id": "Q0", "missing": ""}}})])


@pytest.mark.parametrize(
    ("address", "item"),
    [
        ("https://www.wikidata.org/wiki/Q45585", "Q45585"),
        ("https://m.wikidata.org/wiki/Q45585#P18", "Q45585"),
        ("http://www.wikidata.org/entity/Q45585", "Q45585"),
        ("https://www.wikidata.org/wiki/Special:EntityData/Q45585.json", "Q45585"),
        ("https://www.wikidata.org/w/rest.php/wikibase/v1/entities/items/Q45585", "Q45585"),
        ("https://www.wikidata.org/w/api.php?action=wbgetentities&ids=Q45585&props=labels", "Q45585"),
        ("https://www.wikidata.org/w/api.php?action=wbgetentities&ids=Q1%7CQ2", ""),
        ("https://www.wikidata.org/wiki/Property:P18", ""),
    ],
)
def test_addresses_of_an_item(address, item):
    assert wikidata.find_item(address) == item


def test_a_search_with_its_next_page():
    request = wikidata.ask_search(SearchQuery(words="nets & boats", most=5))
    assert request.url == (
        "https://www.wikidata.org/w/api.php?action=wbsearchentities&search=nets+%26+boats&language=en&type=item"
        "&limit=5&format=json"
    )
    found = wikidata.read_search(answer({"search": [{"id": "Q1"}], "search-continue": 5}, url=request.url))
    assert found.items == ("Q1",)
    assert found.next.url == f"{request.url}&continue=5"


def test_recorded_items():
    work = recorded("wikidata/entity_artwork_reconstructed.json")
    assert isinstance(wikidata.read_item([work]), Request)
    people = {"Q5582": {"id": "Q5582", "labels": make_label("Vincent van Gogh")}}
    record = wikidata.read_item([work, answer({"entities": people})])
    assert (record.title, record.creators[0].name, record.date) == (
        "The Starry Night",
        "Vincent van Gogh",
        "1889-06",
    )
    claims = recorded("wikidata/claim_p18_recorded.json").json().need("claims").value
    assert read(**claims).images[0].url.endswith("/Abraham_Lincoln_November_1863.jpg")
