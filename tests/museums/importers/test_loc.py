"""Small answers in the shape of loc/item_2007680728.json and loc/search_results_image_urls.json."""

import pytest
from fixtures.museum_answers import answer, recorded
from pelican.plugins.stylize.museums.errors import ChangedShape, NoSuchItem
from pelican.plugins.stylize.museums.importers import loc
from pelican.plugins.stylize.museums.importers.interface import SearchQuery
from pelican.plugins.stylize.museums.record import Creator, ImageFile, Span

FILES = "https://tile.loc.gov/storage-services/service/pnp/net/0500/0550"
ITEM = {
    "id": "http://www.loc.gov/item/2001123456/",
    "title": "[Mending the nets]",
    "contributor_names": ["Sol, Ana, photographer"],
    "date": "1888-01-01",
    "repository": ["Library of Congress Prints and Photographs Division Washington, D.C. 20540 USA"],
    "call_number": "LOT 1 [P&P]",
    "medium": ["1 print : etching."],
    "description": ["Two women."],
    "image_url": [
        f"{FILES}/0550f_150px.jpg#h=150&w=81",
        f"{FILES}/0550ft.gif#h=150&w=81",
        f"{FILES}/0550fr.jpg#h=640&w=346",
        f"{FILES}/0550fv.jpg#h=1024&w=554",
    ],
    "access_restricted": False,
    "unrestricted": True,
    "rights": ["<p>The Library of Congress does not&nbsp;own rights.</p>"],
    "rights_advisory": "No known restrictions on publication.",
    "resources": [{"files": 1}, {"files": 1}],
    "item": {
        "date": "1888.",
        "creators": [{"title": "Sol, Ana, 1840-1901", "role": "photographer"}],
        "part_of": "Nets collection",
    },
}


def read(**changes: object):
    return loc.read_item([answer({"item": {**ITEM, **changes}})])


def test_an_item():
    record = read()
    assert (record.key, record.title) == ("loc:2001123456", "[Mending the nets]")
    assert record.page == "https://www.loc.gov/item/2001123456/"
    assert record.manifest == "https://www.loc.gov/item/2001123456/manifest.json"
    assert record.creators == (Creator(name="Sol, Ana", role="photographer", dates="1840-1901"),)
    assert (record.date, record.span) == ("1888", Span(1888, 1888))
    assert record.institution == "Library of Congress Prints and Photographs Division"
    assert (record.accession, record.medium, record.part_of) == (
        "LOT 1 [P&P]",
        "1 print : etching.",
        ("Nets collection",),
    )
    assert record.images == (
        ImageFile(url=f"{FILES}/0550fv.jpg", width=554, height=1024),
        ImageFile(url=f"{FILES}/0550fr.jpg", width=346, height=640),
        ImageFile(url=f"{FILES}/0550f_150px.jpg", width=81, height=150),
    )
    assert (record.thumbnail, record.parts, record.warnings) == (f"{FILES}/0550f_150px.jpg", 2, ())
    assert (record.rights.license.code, record.rights.written, record.rights.field) == (
        "LOC-NKR",
        "No known restrictions on publication.",
        "item.rights_advisory",
    )


@pytest.mark.parametrize(
    ("advisory", "code"),
    [
        (["No known restrictions on publication."], "LOC-NKR"),
        ("No known restrictions on publication. No copyright renewal found.", "LOC-NKR"),
        (
            "No known restrictions on publication in the U.S. Use elsewhere may be restricted by other countries' laws.",
            "LOC-NKR",
        ),
        ("No copyright restrictions", "LOC-NKR"),
        ("Public domain", "LOC-NKR"),
        ("Publication may be restricted. For information see the guide.", "UNKNOWN"),
        ("May be restricted: Copyright by A. Sol.", "UNKNOWN"),
        ("Rights status not evaluated.", "UNKNOWN"),
        ("Permission required to publish.", "UNKNOWN"),
        ("No known restrictions on publication, except of the letter.", "UNKNOWN"),
        (["No known restrictions on publication.", "Publication may be restricted."], "UNKNOWN"),
        (None, "UNKNOWN"),
        ([], "UNKNOWN"),
    ],
)
def test_rights(advisory, code):
    assert read(rights_advisory=advisory).rights.license.code == code


def test_access_and_the_text_of_a_collection_are_no_rights():
    rights = read(
        rights_advisory=None,
        access_restricted=False,
        access_advisory="No known restrictions on publication.",
        rights=["<p>No known restrictions on publication.</p>"],
    ).rights
    assert (rights.license.code, rights.written) == ("UNKNOWN", "No known restrictions on publication.")


def test_restricted_access_leaves_a_free_picture_free():
    assert read(access_restricted=True, access_advisory="Restricted access").rights.license.code == "LOC-NKR"


def test_missing_facts():
    record = loc.read_item([answer({"item": {"id": ITEM["id"]}})])
    assert (record.title, record.creators, record.images, record.date) == ("", (), (), "")
    record = loc.read_item([answer({"item": {"title": "Nets"}}, url="https://www.loc.gov/item/7/?fo=json")])
    assert record.item == "7"


def test_a_thumbnail_only():
    record = read(image_url=["//tile.loc.gov/a_150px.jpg#h=150&w=81"])
    assert record.images[0].url == "https://tile.loc.gov/a_150px.jpg"
    assert record.warnings == ("Outside the Library it shows only a thumbnail.",)


def test_the_image_service_of_an_image():
    service = "https://tile.loc.gov/image-services/iiif/service:gmd:g3701p:rr004750"
    record = read(image_url=[f"{service.removeprefix('https:')}/full/pct:25/0/default.jpg#h=1660&w=2560"])
    assert (record.image_service, record.images[0].width) == (service, 2560)


def test_the_number_of_the_catalog():
    assert read(id=None, number_lccn=["2001123456"]).item == "2001123456"


def test_resources_that_list_their_files():
    files = [
        {"mimetype": "image/jpeg", "url": f"{FILES}/0550fv.jpg", "width": 554, "height": 1024, "size": 9},
        {"mimetype": "image/jp2", "url": f"{FILES}/0550f.jp2", "width": 9000, "height": 9000},
        {
            "mimetype": "image/jpeg",
            "info": "https://tile.loc.gov/image-services/iiif/service:pnp:net:0550f/info.json",
        },
        {"mimetype": "image/tiff", "url": f"{FILES}/0550fu.tif", "width": 4000, "height": 7000, "size": 99},
    ]
    record = loc.read_item([answer({"item": ITEM, "resources": [{"files": [files]}, {"files": []}]})])
    assert record.images[0] == ImageFile(
        url=f"{FILES}/0550fu.tif", width=4000, height=7000, size=99, media_type="image/tiff"
    )
    assert record.image_service == "https://tile.loc.gov/image-services/iiif/service:pnp:net:0550f"


@pytest.mark.parametrize(
    ("content", "error", "message"),
    [
        ({"item": {"title": "Nets"}}, ChangedShape, "the field item.id is missing"),
        ({"item": {**ITEM, "title": {"a": 1}}}, ChangedShape, "the field item.title is an object, not text"),
        ({"item": {**ITEM, "item": "x"}}, ChangedShape, "the field item.item is text, not an object"),
        ({"status": 404}, NoSuchItem, "no such item"),
    ],
)
def test_answers_without_an_item(content, error, message):
    with pytest.raises(error, match=message):
        loc.read_item([answer(content)])


@pytest.mark.parametrize(
    ("address", "item"),
    [
        ("https://www.loc.gov/item/2001123456/", "2001123456"),
        ("http://loc.gov/item/2001123456?fo=json", "2001123456"),
        ("https://www.loc.gov/item/2001123456/manifest.json", "2001123456"),
        ("http://www.loc.gov/pictures/item/2001123456/", "2001123456"),
        ("http://www.loc.gov/pictures/collection/net/item/2001123456/", "2001123456"),
        ("http://lccn.loc.gov/2001123456", "2001123456"),
        ("https://www.loc.gov/resource/net.0550f/", "resource/net.0550f"),
        ("https://hdl.loc.gov/loc.pnp/net.0550f", "resource/net.0550f"),
        (f"{FILES}/0550fv.jpg#h=1024&w=554", "resource/net.0550f"),
        (f"{FILES}/0550f_150px.jpg", "resource/net.0550f"),
        (
            "https://tile.loc.gov/image-services/iiif/service:pnp:cph:3g00000:3g04531/full/pct:25/0/default.jpg",
            "resource/cph.3g04531",
        ),
        ("https://www.loc.gov/collections/nets/", ""),
        ("https://www.loc.gov/search/?q=item", ""),
    ],
)
def test_addresses(address, item):
    assert loc.find_item(address) == item


def test_the_item_of_a_resource_is_the_item():
    assert loc.ask_item("resource/net.0550f").url == (
        "https://www.loc.gov/resource/net.0550f/?fo=json&at=item,resources"
    )
    assert read().item == "2001123456"


def test_a_search():
    request = loc.ask_search(SearchQuery(words="nets & boats", most=5))
    assert request.url == (
        "https://www.loc.gov/photos/?fo=json&at=results,pagination&c=5&q=nets%20%26%20boats"
    )
    results = [
        {"id": "http://www.loc.gov/item/7/", "title": "Nets", "contributor": ["sol, ana"], "date": "1888"},
        {"id": "http://www.loc.gov/collections/nets/", "title": "A collection"},
    ]
    pagination = {"of": 2, "next": "http://www.loc.gov/photos/?q=nets&sp=2&fo=json"}
    found = loc.read_search(answer({"results": results, "pagination": pagination}))
    assert [(record.item, record.creators[0].name, record.span) for record in found.records] == [
        ("7", "sol, ana", Span(1888, 1888))
    ]
    assert (found.total, found.next.url) == (2, "https://www.loc.gov/photos/?q=nets&sp=2&fo=json")
    assert loc.read_search(answer({"results": []})).next is None


def test_a_recorded_item():
    record = loc.read_item([recorded("loc/item_2007680728.json")])
    assert (record.key, record.title) == (
        "loc:2007680728",
        "[John Morrill, Boston Beaneaters, baseball card portrait]",
    )
    assert record.creators == (Creator(name="Allen & Ginter", role="sponsor"),)
    assert (record.rights.license.code, record.span, record.images[0].height) == (
        "LOC-NKR",
        Span(1888, 1888),
        1024,
    )


def test_a_recorded_item_without_a_statement():
    record = loc.read_item([recorded("loc/item_no_rights_field.json")])
    assert record.rights.license.code == "UNKNOWN"


def test_recorded_hits():
    found = loc.read_search(recorded("loc/search_results_image_urls.json"))
    assert found.items[0] == "resource/bbc.0382f"
    assert found.next is None
