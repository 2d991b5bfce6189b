"""Small answers with the field names that other programs read; no answer of this service was recorded."""

import pytest
from fixtures.museum_answers import answer
from pelican.plugins.stylize.museums.errors import ChangedShape, NoSuchItem
from pelican.plugins.stylize.museums.importers import nara
from pelican.plugins.stylize.museums.importers.interface import SearchQuery
from pelican.plugins.stylize.museums.record import Creator, ImageFile, Span

RECORD = {
    "naId": 77,
    "title": "Mending the Nets",
    "localIdentifier": "26-G-1",
    "scopeAndContentNote": "Two <i>women</i>.",
    "contributors": [{"heading": "Sol, Ana, 1840-1901", "contributorType": "Photographer"}],
    "productionDates": [{"year": 1862, "month": 6, "dateQualifier": "ca."}],
    "physicalOccurrences": [{"referenceUnits": [{"name": "National Archives at Nets"}]}],
    "ancestors": [{"title": "Records of Nets", "distance": 2}, {"title": "Photos of Nets", "distance": 1}],
    "accessRestriction": {"status": "Unrestricted"},
    "useRestriction": {"status": "Unrestricted"},
    "digitalObjects": [
        {"objectUrl": "https://files.example/text.pdf", "objectType": "Portable Document File (PDF)"},
        {
            "objectUrl": "https://files.example/1.jpg",
            "objectType": "Image (JPG)",
            "objectFileSize": "9000",
        },
        {"objectUrl": "https://files.example/2.jpg", "objectType": "Image (JPG)"},
    ],
}


def make_hits(*records: object, total: object = None):
    hits = [{"_source": {"record": record}} for record in records]
    return {"statusCode": 200, "body": {"hits": {"total": total, "hits": hits}}}


def read(**changes: object):
    return nara.read_item([answer(make_hits({**RECORD, **changes}))])


def test_a_record():
    record = read()
    assert (record.key, record.title, record.page) == (
        "nara:77",
        "Mending the Nets",
        "https://catalog.archives.gov/id/77",
    )
    assert record.creators == (Creator(name="Sol, Ana", role="Photographer", dates="1840-1901"),)
    assert (record.date, record.span) == ("ca. 1862-06", Span(1862, 1862))
    assert (record.institution, record.accession) == ("National Archives at Nets", "26-G-1")
    assert record.images == (ImageFile(url="https://files.example/1.jpg", size=9000),)
    assert (record.parts, record.part_of) == (2, ("Photos of Nets", "Records of Nets"))
    assert (record.rights.license.code, record.rights.written) == ("NOC-US", "Unrestricted")
    assert "useRestriction" in record.rights.field


@pytest.mark.parametrize(
    ("restriction", "written"),
    [
        (
            {
                "status": "Restricted - Possibly",
                "specificUseRestrictions": ["Copyright"],
                "note": "<p>Ask.</p>",
            },
            "Restricted - Possibly; Copyright; Ask.",
        ),
        ({"status": "Undetermined"}, "Undetermined"),
        ({"status": "Unrestricted", "note": "Ask the photographer."}, "Unrestricted; Ask the photographer."),
        ({"status": "Unrestricted", "specificUseRestrictions": ["Donor"]}, "Unrestricted; Donor"),
        (None, ""),
    ],
)
def test_free_access_is_no_license(restriction, written):
    rights = read(useRestriction=restriction).rights
    assert (rights.license.code, rights.written) == ("UNKNOWN", written)


def test_missing_fields():
    record = nara.read_item([answer(make_hits({"naId": 77}))])
    assert (record.title, record.creators, record.images, record.span) == ("", (), (), None)
    assert (record.institution, record.accession) == ("U.S. National Archives", "NAID 77")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"naId": None}, r"_source.record.naId is missing"),
        ({"title": {"text": "a"}}, r"_source.record.title is an object, not text"),
        ({"digitalObjects": ["a.jpg"]}, r"digitalObjects\[0\] is text, not an object"),
    ],
)
def test_a_changed_answer_names_the_field(changes, message):
    with pytest.raises(ChangedShape, match=message):
        read(**changes)


def test_a_record_that_is_not_there():
    with pytest.raises(NoSuchItem, match="it has no record of this number"):
        nara.read_item([answer(make_hits())])


@pytest.mark.parametrize(
    "address",
    [
        "https://catalog.archives.gov/id/77",
        "https://catalog.archives.gov/id/77?objectPage=2",
        "https://catalog.archives.gov/api/v2/records/search?naId=77",
        "https://catalog.archives.gov/api/v2/records/search?limit=1&naId_is=77",
    ],
)
def test_addresses_of_a_record(address):
    assert nara.find_item(address) == "77"


def test_a_search_with_its_next_page():
    request = nara.ask_search(SearchQuery(words="nets", most=1))
    assert request.url == (
        "https://catalog.archives.gov/api/v2/records/search?q=nets&limit=1&page=1&availableOnline=true"
    )
    assert (request.key.header, request.key.get_one_at[:24]) == ("x-api-key", "https://www.archives.gov")
    found = nara.read_search(answer(make_hits(RECORD, total={"value": 2}), url=request.url))
    assert ([record.key for record in found.records], found.total) == (["nara:77"], 2)
    assert found.next.url.endswith("&page=2")
    assert nara.read_search(answer(make_hits(RECORD, total=2), url=found.next.url)).next is None
