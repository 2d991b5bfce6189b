"""Small answers in the shape of met/object_45734_public_domain.json, met/search.json and met/search_empty.json."""

import pytest
from fixtures.museum_answers import answer, recorded
from pelican.plugins.stylize.museums.errors import ChangedShape
from pelican.plugins.stylize.museums.importers import met
from pelican.plugins.stylize.museums.importers.interface import SearchQuery
from pelican.plugins.stylize.museums.record import Creator, ImageFile, Span

OBJECT = {
    "objectID": 12,
    "isPublicDomain": True,
    "title": "Mending the Nets",
    "objectName": "Print",
    "constituents": [
        {
            "name": "Ana Sol",
            "role": "Artist",
            "constituentULAN_URL": "http://vocab.getty.edu/page/ulan/1",
            "constituentWikidata_URL": "",
        },
        {"name": "Tom Vale", "role": "Printer"},
    ],
    "artistDisplayName": "Ana Sol",
    "artistDisplayBio": "Portuguese, 1840–1901",
    "objectDate": "ca. 1862–64",
    "objectBeginDate": 1862,
    "objectEndDate": 1864,
    "medium": "Etching",
    "repository": "Metropolitan Museum of Art, New York, NY",
    "accessionNumber": "11.2.3",
    "creditLine": "Gift of a Friend, 1911",
    "objectURL": "https://wwwstg.metmuseum.org/art/collection/search/12",
    "primaryImage": "https://images.metmuseum.org/CRDImages/x/original/12.jpg",
    "primaryImageSmall": "https://images.metmuseum.org/CRDImages/x/web-large/12.jpg",
    "additionalImages": ["https://images.metmuseum.org/CRDImages/x/original/12b.jpg"],
    "rightsAndReproduction": "",
}


def read(**changes: object):
    return met.read_item([answer({**OBJECT, **changes})])


def test_an_object_in_the_public_domain():
    record = read()
    assert (record.key, record.title, record.page) == (
        "met:12",
        "Mending the Nets",
        "https://www.metmuseum.org/art/collection/search/12",
    )
    assert record.creators == (
        Creator(name="Ana Sol", dates="Portuguese, 1840–1901", uris=("http://vocab.getty.edu/page/ulan/1",)),
        Creator(name="Tom Vale", role="Printer"),
    )
    assert (record.date, record.span) == ("ca. 1862–64", Span(1862, 1864))
    assert record.images == (ImageFile(url="https://images.metmuseum.org/CRDImages/x/original/12.jpg"),)
    assert (record.rights.license.code, record.rights.field) == ("CC0-1.0", "isPublicDomain")
    assert (record.parts, record.credit_line) == (2, "Gift of a Friend, 1911")


def test_an_object_in_copyright_has_no_permission():
    record = read(isPublicDomain=False, primaryImage="", rightsAndReproduction="© 2020 The Maker")
    assert record.rights.license.code == "ALL-RIGHTS-RESERVED"
    assert record.rights.written == "isPublicDomain: false; © 2020 The Maker"
    assert record.images == ()


@pytest.mark.parametrize(
    ("changes", "title"),
    [({"title": ""}, "Print"), ({"title": None}, "Print"), ({"title": "[Untitled]"}, "[Untitled]")],
)
def test_titles(changes, title):
    assert read(**changes).title == title


def test_years_before_christ():
    assert read(objectBeginDate=-450, objectEndDate=-430, objectDate="450–430 B.C.").span == Span(-450, -430)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"objectID": None}, "the field objectID is missing"),
        ({"title": {"text": "a"}}, "the field title is an object, not text"),
        ({"constituents": ["Ana"]}, r"the field constituents\[0\] is text, not an object"),
        ({"isPublicDomain": "perhaps"}, "the field isPublicDomain is text, not true or false"),
    ],
)
def test_a_changed_answer_names_the_field(changes, message):
    with pytest.raises(ChangedShape, match=message):
        read(**changes)


@pytest.mark.parametrize(
    "address",
    [
        "https://www.metmuseum.org/art/collection/search/12",
        "https://metmuseum.org/de/art/collection/search/12?ft=nets",
        "https://collectionapi.metmuseum.org/public/collection/v1/objects/12",
    ],
)
def test_addresses_of_an_object(address):
    assert met.find_item(address) == "12"


def test_a_search():
    request = met.ask_search(SearchQuery(words="nets & boats"))
    assert request.url == (
        "https://collectionapi.metmuseum.org/public/collection/v1/search?hasImages=true&isPublicDomain=true&q=nets%20%26%20boats"
    )
    found = met.read_search(answer({"total": 2, "objectIDs": [12, 13]}))
    assert (found.items, found.total) == (("12", "13"), 2)
    assert met.read_search(answer({"total": 0, "objectIDs": None})).items == ()


def test_recorded_objects():
    record = met.read_item([recorded("met/object_45734_public_domain.json")])
    assert (record.title, record.creators[0].name, record.span) == (
        "Quail and Millet",
        "Kiyohara Yukinobu",
        Span(1667, 1682),
    )
    assert met.read_search(recorded("met/search_empty.json")).items == ()
