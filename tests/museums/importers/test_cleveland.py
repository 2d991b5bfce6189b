"""Small answers in the shape of cleveland/artwork_single.json and cleveland/search_response.json."""

import pytest
from fixtures.museum_answers import answer, recorded
from pelican.plugins.stylize.museums.errors import ChangedShape, NoSuchItem
from pelican.plugins.stylize.museums.importers import cleveland
from pelican.plugins.stylize.museums.importers.interface import SearchQuery
from pelican.plugins.stylize.museums.record import Creator, ImageFile, Span

CDN = "https://openaccess-cdn.clevelandart.org/1911.2/1911.2"
ARTWORK = {
    "id": 77,
    "accession_number": "1911.2",
    "title": "Mending the <em>Nets</em>",
    "creators": [
        {"description": "Ana Sol (Portuguese, 1840-1901)", "role": "artist", "qualifier": None},
        {"description": "Tom Vale (British)", "role": "printer", "qualifier": "attributed to"},
    ],
    "creation_date": "c. 1862–64",
    "creation_date_earliest": 1862,
    "creation_date_latest": 1864,
    "creditline": "Gift of a Friend",
    "culture": ["Portugal, 19th century"],
    "technique": "etching",
    "type": "Print",
    "share_license_status": "CC0",
    "copyright": None,
    "url": "https://clevelandart.org/art/1911.2",
    "wall_description": "Nets,<br>nets.",
    "images": {
        "full": {"url": f"{CDN}_full.tif", "width": "6000", "height": "3000", "filesize": "72000000"},
        "print": {"url": f"{CDN}_print.jpg", "width": "3400", "height": "1700", "filesize": "5000000"},
        "web": {"url": f"{CDN}_web.jpg", "width": "900", "height": "450", "filesize": "300000"},
    },
}


def read(**changes: object):
    return cleveland.read_item([answer({"data": {**ARTWORK, **changes}})])


def test_an_artwork_in_the_public_domain():
    record = read()
    assert (record.key, record.title, record.page) == (
        "cleveland:1911.2",
        "Mending the Nets",
        "https://clevelandart.org/art/1911.2",
    )
    assert record.creators == (
        Creator(name="Ana Sol", dates="Portuguese, 1840-1901"),
        Creator(name="Tom Vale (British)", role="attributed to, printer"),
    )
    assert (record.date, record.span) == ("c. 1862–64", Span(1862, 1864))
    assert record.images == (
        ImageFile(url=f"{CDN}_print.jpg", width=3400, height=1700, size=5_000_000, media_type="image/jpeg"),
        ImageFile(url=f"{CDN}_web.jpg", width=900, height=450, size=300_000, media_type="image/jpeg"),
    )
    assert (record.thumbnail, record.description) == (f"{CDN}_web.jpg", "Nets, nets.")
    assert (record.rights.license.code, record.rights.written, record.rights.field) == (
        "CC0-1.0",
        "CC0",
        "share_license_status",
    )
    assert (record.credit_line, record.medium) == ("Gift of a Friend", "etching")


def test_rights():
    record = read(share_license_status="Copyrighted", copyright="© Ana Sol")
    assert (record.rights.license.code, record.rights.written) == (
        "ALL-RIGHTS-RESERVED",
        "Copyrighted; © Ana Sol",
    )
    record = read(share_license_status=None)
    assert (record.rights.license.code, record.rights.written, record.rights.field) == ("UNKNOWN", "", "")
    assert read(share_license_status="Ask us").rights.license.code == "UNKNOWN"


def test_missing_fields():
    record = read(images=None, creators=[], title=None, creation_date=None, url=None)
    assert (record.images, record.thumbnail, record.title) == ((), "", "Print")
    assert record.creators == (Creator(name="Portugal, 19th century"),)
    assert record.page == "https://clevelandart.org/art/1911.2"
    assert read(accession_number=None).item == "77"
    only = {"full": ARTWORK["images"]["full"], "web": None, "print": {}}
    assert [file.media_type for file in read(images=only).images] == ["image/tiff"]


def test_years_before_christ():
    assert read(creation_date_earliest=-450, creation_date_latest=-430).span == Span(-450, -430)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"accession_number": None, "id": None}, "the field data.id is missing"),
        ({"title": {"text": "a"}}, "the field data.title is an object, not text"),
        ({"creators": ["Ana"]}, r"the field data.creators\[0\] is text, not an object"),
        ({"images": "a.jpg"}, "the field data.images is text, not an object"),
        ({"images": {"print": {"url": "a", "width": "wide"}}}, "the field data.images.print.width is text"),
    ],
)
def test_a_changed_answer_names_the_field(changes, message):
    with pytest.raises(ChangedShape, match=message):
        read(**changes)


@pytest.mark.parametrize(
    ("address", "item"),
    [
        ("https://www.clevelandart.org/art/1911.2", "1911.2"),
        ("https://clevelandart.org/art/1911.2?collection=x", "1911.2"),
        ("https://openaccess-cdn.clevelandart.org/1911.2/1911.2_print.jpg", "1911.2"),
        ("https://openaccess-api.clevelandart.org/api/artworks/1911.2", "1911.2"),
        ("https://openaccess-api.clevelandart.org/api/artworks/77", "77"),
        ("https://openaccess-api.clevelandart.org/api/artworks/?q=nets", ""),
        ("https://www.clevelandart.org/art/collection/search", ""),
    ],
)
def test_addresses_of_an_artwork(address, item):
    assert cleveland.find_item(address) == item


def test_a_search_with_its_next_page():
    request = cleveland.ask_search(SearchQuery(words="nets", most=1))
    assert request.url == (
        "https://openaccess-api.clevelandart.org/api/artworks/?q=nets&has_image=1&limit=1&skip=0&cc0=1"
    )
    found = cleveland.read_search(answer({"data": [ARTWORK], "info": {"total": 2}}, url=request.url))
    assert ([record.key for record in found.records], found.total) == (["cleveland:1911.2"], 2)
    assert found.next is not None
    assert found.next.url.endswith("&cc0=1&skip=1")
    last = cleveland.read_search(answer({"data": [ARTWORK], "info": {"total": 2}}, url=found.next.url))
    assert last.next is None


def test_an_artwork_that_is_not_there():
    with pytest.raises(NoSuchItem, match="it has no artwork of this number"):
        cleveland.read_item([answer({"data": []})])


def test_recorded_artworks():
    record = cleveland.read_item([recorded("cleveland/artwork_single.json")])
    assert record.title == "View of Schroon Mountain, Essex County, New York, After a Storm"
    assert record.creators == (Creator(name="Thomas Cole", dates="American, 1801-1848"),)
    assert (record.images[0].width, record.rights.license.code) == (3400, "CC0-1.0")
    found = cleveland.read_search(recorded("cleveland/search_response.json"))
    assert (found.records[0].key, found.records[0].span, found.total) == (
        "cleveland:1916.586.a",
        Span(1700, 1799),
        32483,
    )
    assert cleveland.read_search(recorded("cleveland/search_no_data.json")).records == ()
