"""Small answers in the shape of dpla/item_single.json and dpla/item_with_rights_uri_reconstructed.json."""

import pytest
from fixtures.museum_answers import answer, recorded
from pelican.plugins.stylize.museums.errors import ChangedShape, NoSuchItem
from pelican.plugins.stylize.museums.importers import dpla
from pelican.plugins.stylize.museums.importers.interface import SearchQuery
from pelican.plugins.stylize.museums.record import Creator, ImageFile, Span

NUMBER = "0123456789abcdef0123456789abcdef"
DOCUMENT = {
    "id": NUMBER,
    "@id": f"http://dp.la/api/items/{NUMBER}",
    "dataProvider": {"name": "A Library", "@id": "", "exactMatch": [""]},
    "provider": {"name": "A Hub"},
    "isShownAt": "http://library.example/nets",
    "object": "https://library.example/thumb.jpg",
    "rights": "http://rightsstatements.org/vocab/NoC-US/1.0/",
    "rightsCategory": "Unlimited Re-Use",
    "sourceResource": {
        "title": ["Mending the nets", "Nets"],
        "creator": ["Sol, Ana, 1840-1901", "Vale, Tom, engraver"],
        "date": [{"displayDate": "circa 1888", "begin": "1887", "end": "1889"}],
        "description": ["Two <i>women</i>."],
        "extent": ["1 etching"],
        "collection": [{"title": "Nets of all ages"}],
        "identifier": ["net-1"],
        "rights": ["Ask the library."],
    },
}


def read(**changes: object):
    return dpla.read_item([answer({"count": 1, "docs": [{**DOCUMENT, **changes}]})])


def read_resource(**changes: object):
    return read(sourceResource={**DOCUMENT["sourceResource"], **changes})


def test_an_item():
    record = read()
    assert (record.key, record.title) == (f"dpla:{NUMBER}", "Mending the nets")
    assert record.page == f"https://dp.la/item/{NUMBER}"
    assert record.creators == (
        Creator(name="Sol, Ana", dates="1840-1901"),
        Creator(name="Vale, Tom", role="engraver"),
    )
    assert (record.date, record.span) == ("circa 1888", Span(1887, 1889))
    assert (record.institution, record.accession, record.medium) == ("A Library", "net-1", "1 etching")
    assert (record.description, record.part_of) == ("Two women.", ("Nets of all ages",))
    assert (record.images, record.thumbnail) == ((), "https://library.example/thumb.jpg")
    assert record.warnings == ("The institution that holds it shows it at http://library.example/nets",)
    assert (record.rights.license.code, record.rights.field) == ("NOC-US", "docs[0].rights")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"rights": ["http://creativecommons.org/licenses/by/4.0/"]}, "CC-BY-4.0"),
        ({"rights": None}, "UNKNOWN"),
        ({"rights": None, "hasView": [{"edmRights": "http://rightsstatements.org/vocab/InC/1.0/"}]}, "INC"),
        ({"rights": "http://library.example/terms"}, "UNKNOWN"),
    ],
)
def test_rights(changes, code):
    assert read(**changes).rights.license.code == code


def test_a_category_and_free_words_are_no_license():
    resource = {**DOCUMENT["sourceResource"], "rights": ["Public domain", "Ask us."]}
    rights = read(rights=None, sourceResource=resource).rights
    assert (rights.license.code, rights.written) == ("UNKNOWN", "Public domain / Ask us.")
    assert rights.field == "docs[0].sourceResource.rights"


def test_an_address_inside_free_words_is_one():
    resource = {**DOCUMENT["sourceResource"], "rights": "See https://creativecommons.org/licenses/by/4.0/."}
    assert read(rights=None, sourceResource=resource).rights.license.code == "CC-BY-4.0"


def test_older_documents():
    record = read(dataProvider="A Library", provider=None, isShownAt=["http://library.example/nets"])
    assert record.institution == "A Library"
    assert read(dataProvider=["A Library"]).institution == "A Library"
    assert read_resource(date="1888").span == Span(1888, 1888)
    assert read_resource(title="Nets", creator="Ana Sol", collection={"title": "All"}).part_of == ("All",)


def test_years_before_christ():
    assert read_resource(date=[{"displayDate": "450-430 B.C."}]).span == Span(-450, -430)


def test_missing_facts():
    record = dpla.read_item([answer({"docs": [{"id": NUMBER}]})])
    assert (record.title, record.creators, record.institution, record.warnings) == ("", (), "", ())


def test_files_and_manifests_of_the_institution():
    record = read(
        mediaMaster=["https://library.example/1.jpg", "https://library.example/1.pdf"],
        iiifManifest="https://library.example/manifest",
    )
    assert record.images == (ImageFile(url="https://library.example/1.jpg"),)
    assert record.manifest == "https://library.example/manifest"
    landing = "http://cdm1.example/cdm/ref/collection/nets/id/12"
    assert read(isShownAt=landing).manifest == "http://cdm1.example/iiif/info/nets/12/manifest.json"


@pytest.mark.parametrize(
    ("content", "error", "message"),
    [
        ({"count": 0, "docs": []}, NoSuchItem, "no item of this number"),
        ({"count": 0}, ChangedShape, "the field docs is missing"),
        ({"docs": [{"isShownAt": "x"}]}, ChangedShape, r"the field docs\[0\].id is missing"),
        (
            {"docs": [{"id": "1", "sourceResource": "x"}]},
            ChangedShape,
            r"the field docs\[0\].sourceResource is text",
        ),
    ],
)
def test_answers_without_an_item(content, error, message):
    with pytest.raises(error, match=message):
        dpla.read_item([answer(content)])


@pytest.mark.parametrize(
    "address",
    [
        f"https://dp.la/item/{NUMBER}",
        f"https://www.dp.la/item/{NUMBER}?q=nets&page=1",
        f"https://api.dp.la/v2/items/{NUMBER}",
        f"http://dp.la/api/items/{NUMBER}#SourceResource",
    ],
)
def test_addresses(address):
    assert dpla.find_item(address) == NUMBER


def test_other_addresses():
    assert dpla.find_item("https://dp.la/search?q=nets") == ""


def test_a_search():
    request = dpla.ask_search(SearchQuery(words="nets & boats", most=2))
    assert request.url == (
        "https://api.dp.la/v2/items?q=nets%20%26%20boats&sourceResource.type=image&page_size=2&page=1"
        "&rightsCategory=%22Unlimited%20Re-Use%22%20OR%20%22Re-use%20With%20Conditions%22"
    )
    assert request.key.parameter == "api_key"
    found = dpla.read_search(
        answer({"count": 3, "start": 1, "limit": 2, "docs": [DOCUMENT]}, url=request.url)
    )
    assert (found.records[0].item, found.total) == (NUMBER, 3)
    assert "&page=2&" in found.next.url
    assert dpla.read_search(answer({"count": 0, "docs": []})).next is None


def test_a_recorded_item():
    record = dpla.read_item([recorded("dpla/item_single.json")])
    assert (record.title, record.institution) == (
        "Children play with hamsters, Saint Vincent Center, Los Angeles, 1996",
        "University of Southern California Digital Library",
    )
    assert (record.rights.license.code, record.span) == ("UNKNOWN", Span(1996, 1996))


def test_a_recorded_item_with_a_statement():
    record = dpla.read_item([recorded("dpla/item_with_rights_uri_reconstructed.json")])
    assert record.rights.license.code == "NOC-US"
