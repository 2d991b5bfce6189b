"""Small answers in the shape of internet_archive/advancedsearch.json and scrape_trimmed.json.

The answers of /metadata follow no recording: they have the fields that https://archive.org/developers/ names.
"""

import pytest
from fixtures.museum_answers import answer, recorded
from pelican.plugins.stylize.museums.errors import ChangedShape, NoSuchItem
from pelican.plugins.stylize.museums.importers import archive
from pelican.plugins.stylize.museums.importers.interface import SearchQuery
from pelican.plugins.stylize.museums.record import Creator, ImageFile, Span

FILES = "https://archive.org/download/nets_1888"
METADATA = {
    "identifier": "nets_1888",
    "mediatype": "image",
    "title": "Mending the <i>nets</i>",
    "creator": ["Sol, Ana, 1840-1901", "Tom Vale"],
    "date": "1888-05-01T00:00:00Z",
    "description": ["<div>Two women.</div>", "On a quay."],
    "contributor": "A Library",
}
NETS = [
    {
        "name": "nets 2.tif",
        "source": "original",
        "format": "TIFF",
        "size": "900",
        "width": "40",
        "height": "20",
    },
    {"name": "nets 2.jpg", "source": "derivative", "format": "JPEG", "original": "nets 2.tif", "size": "90"},
    {
        "name": "nets 2_thumb.jpg",
        "source": "derivative",
        "format": "JPEG Thumb",
        "original": "nets 2.tif",
        "size": "9",
    },
    {"name": "nets 1.jpg", "source": "original", "format": "JPEG", "size": "100", "width": 4, "height": 2},
    {"name": "__ia_thumb.jpg", "source": "original", "format": "Item Tile", "size": "5"},
    {"name": "nets_meta.xml", "source": "original", "format": "Metadata", "size": "700"},
]


def read(**changes: object):
    return archive.read_item([answer({"metadata": {**METADATA, **changes}, "files": NETS})])


def test_an_item():
    record = read()
    assert (record.key, record.title) == ("archive:nets_1888", "Mending the nets")
    assert record.page == "https://archive.org/details/nets_1888"
    assert record.manifest == "https://iiif.archive.org/iiif/3/nets_1888/manifest.json"
    assert record.creators == (Creator(name="Sol, Ana", dates="1840-1901"), Creator(name="Tom Vale"))
    assert (record.date, record.span) == ("1888-05-01", Span(1888, 1888))
    assert (record.description, record.institution) == ("Two women. On a quay.", "A Library")
    assert record.images == (
        ImageFile(url=f"{FILES}/nets%202.tif", width=40, height=20, size=900, media_type="image/tiff"),
        ImageFile(url=f"{FILES}/nets%202.jpg", size=90, media_type="image/jpeg"),
    )
    assert record.parts == 2
    assert record.rights.license.code == "UNKNOWN"


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        (
            {"licenseurl": "http://creativecommons.org/licenses/by/4.0/"},
            "CC-BY-4.0",
            "metadata.licenseurl",
        ),
        (
            {"licenseurl": ["http://creativecommons.org/publicdomain/zero/1.0/"]},
            "CC0-1.0",
            "metadata.licenseurl",
        ),
        ({"licenseurl": "http://free.example/", "rights": "CC0"}, "UNKNOWN", "metadata.licenseurl"),
        ({"possible-copyright-status": "NOT_IN_COPYRIGHT"}, "REVIEW", "metadata.possible-copyright-status"),
        ({"possible-copyright-status": "Public Domain"}, "REVIEW", "metadata.possible-copyright-status"),
        ({"possible-copyright-status": "IN_COPYRIGHT"}, "INC", "metadata.possible-copyright-status"),
        ({"possible-copyright-status": "unclear"}, "UNKNOWN", "metadata.possible-copyright-status"),
        ({"rights": "Public domain"}, "UNKNOWN", "metadata.rights"),
        (
            {"rights": "See https://creativecommons.org/licenses/by/4.0/"},
            "CC-BY-4.0",
            "metadata.rights",
        ),
    ],
)
def test_rights(changes, code, field):
    rights = read(**changes).rights
    assert (rights.license.code, rights.field) == (code, field)


def test_a_license_is_the_claim_of_its_uploader():
    reason = read(licenseurl="http://creativecommons.org/licenses/by/4.0/").rights.reason
    assert reason == "its uploader says so; no institution stands behind it"


def test_other_than_a_picture():
    assert read(mediatype="collection").warnings == ("The Archive calls it collection, not image.",)


def test_missing_facts():
    record = archive.read_item([answer({"metadata": {"identifier": "nets"}})])
    assert (record.title, record.creators, record.images, record.date, record.parts) == ("", (), (), "", 1)


@pytest.mark.parametrize(
    ("content", "error", "message"),
    [
        ({}, NoSuchItem, "no item of this name"),
        ([], NoSuchItem, "no item of this name"),
        ({"is_dark": True, "metadata": {}}, NoSuchItem, "is_dark"),
        ({"error": "Couldn't locate item"}, NoSuchItem, "Couldn't locate item"),
        ({"metadata": {"title": "Nets"}}, ChangedShape, "the field metadata.identifier is missing"),
        (
            {"metadata": METADATA, "files": ["x"]},
            ChangedShape,
            r"the field files\[0\] is text, not an object",
        ),
    ],
)
def test_answers_without_an_item(content, error, message):
    with pytest.raises(error, match=message):
        archive.read_item([answer(content)])


@pytest.mark.parametrize(
    "address",
    [
        "https://archive.org/details/nets_1888",
        "http://www.archive.org/details/nets_1888/page/n3?q=x",
        "https://archive.org/metadata/nets_1888",
        f"{FILES}/nets%202.tif",
        "https://archive.org/services/img/nets_1888",
        "https://iiif.archive.org/iiif/3/nets_1888/manifest.json",
        "https://iiif.archive.org/image/iiif/3/nets_1888%2Fnets%202.tif/full/max/0/default.jpg",
        "https://iiif.archive.org/iiif/nets_1888$0/full/max/0/default.jpg",
        "https://ia800100.us.archive.org/12/items/nets_1888/nets%202.tif",
    ],
)
def test_addresses(address):
    assert archive.find_item(address) == "nets_1888"


@pytest.mark.parametrize(
    "address",
    ["https://archive.org/details/@somebody", "https://web.archive.org/web/2020/https://x.example/"],
)
def test_other_addresses(address):
    assert archive.find_item(address) == ""


def test_a_search():
    request = archive.ask_search(SearchQuery(words="nets & boats", most=2))
    assert request.url.startswith(
        "https://archive.org/advancedsearch.php?q=%28nets%20%26%20boats%29%20AND%20mediatype%3Aimage&fl[]=identifier"
    )
    docs = [{**METADATA, "licenseurl": "https://creativecommons.org/licenses/by/4.0/"}, {"identifier": "b"}]
    found = archive.read_search(
        answer({"response": {"numFound": 3, "start": 0, "docs": docs}}, url=request.url)
    )
    assert [(record.item, record.rights.license.code) for record in found.records] == [
        ("nets_1888", "CC-BY-4.0"),
        ("b", "UNKNOWN"),
    ]
    assert found.total == 3
    assert found.next.url.endswith("&rows=2&output=json&page=2")
    assert "&fl[]=licenseurl&" in found.next.url


def test_a_recorded_search():
    found = archive.read_search(recorded("internet_archive/advancedsearch.json"))
    assert (found.total, found.next) == (50, None)
    picture = next(record for record in found.records if record.item == "A-11464")
    assert (picture.title, picture.span, picture.creators[0].name) == (
        "A-11464",
        Span(1947, 1947),
        "NASA Ames Research Center",
    )
    assert picture.rights.license.code == "UNKNOWN"


def test_a_recorded_list_of_identifiers():
    found = archive.read_search(recorded("internet_archive/scrape_trimmed.json"))
    assert (found.items[0], found.total) == ("00-042-154", 100)
