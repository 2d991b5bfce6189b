"""Small answers in the shape of wikimedia_commons/page_*.json, query_allimages_continue.json and query_missing_file.json."""

import pytest
from fixtures.museum_answers import answer, recorded
from pelican.plugins.stylize.museums.errors import ChangedShape, NoSuchItem, RateLimited, UnexpectedAnswer
from pelican.plugins.stylize.museums.importers import commons
from pelican.plugins.stylize.museums.importers.interface import SearchQuery
from pelican.plugins.stylize.museums.record import Creator, ImageFile, Span

UPLOAD = "https://upload.wikimedia.org/wikipedia/commons"
META = {
    "ObjectName": "Mending the <i>Nets</i>",
    "ImageDescription": "<p>Two women<br>on a quay</p>",
    "Artist": '<a href="//commons.wikimedia.org/wiki/User:Sol" title="User:Sol">Ana Sol</a>',
    "DateTimeOriginal": '<time datetime="1665">circa 1665</time><div style="display: none;">date QS:P571,+1665</div>',
    "DateTime": "2015-10-31 23:00:49",
    "License": "cc-by-sa-3.0-de",
    "LicenseShortName": "CC BY-SA 3.0 de",
    "LicenseUrl": "//creativecommons.org/licenses/by-sa/3.0/de/deed.en",
    "Attribution": 'Photo: <a href="//commons.wikimedia.org/wiki/User:Sol">Ana Sol</a>',
    "Categories": "Nets|Quays",
    "Restrictions": "",
}
INFO = {
    "url": f"{UPLOAD}/a/ab/Nets_1665.jpg",
    "thumburl": f"{UPLOAD}/thumb/a/ab/Nets_1665.jpg/330px-Nets_1665.jpg",
    "width": 4000,
    "height": 2000,
    "size": 1234,
    "mime": "image/jpeg",
    "mediatype": "BITMAP",
}


def page(meta: dict | None = None, **info: object) -> dict:
    fields = {name: {"value": value} for name, value in {**META, **(meta or {})}.items() if value is not None}
    return {
        "pageid": 7,
        "ns": 6,
        "title": "File:Nets 1665.jpg",
        "imageinfo": [{**INFO, "extmetadata": fields, **info}],
    }


def read(meta: dict | None = None, **info: object):
    return commons.read_item([answer({"query": {"pages": [page(meta, **info)]}})])


def test_a_file():
    record = read()
    assert (record.key, record.title) == ("commons:Nets 1665.jpg", "Mending the Nets")
    assert record.page == "https://commons.wikimedia.org/wiki/File:Nets_1665.jpg"
    assert commons.find_item(record.page) == record.item
    assert record.creators == (Creator(name="Ana Sol"),)
    assert (record.date, record.span) == ("circa 1665", Span(1665, 1665))
    assert record.description == "Two women on a quay"
    assert (record.credit_line, record.warnings) == ("Photo: Ana Sol", ())
    assert record.thumbnail.endswith("330px-Nets_1665.jpg")
    assert record.images[:2] == (
        ImageFile(url=INFO["url"], width=4000, height=2000, size=1234, media_type="image/jpeg"),
        ImageFile(
            url=f"{UPLOAD}/thumb/a/ab/Nets_1665.jpg/3840px-Nets_1665.jpg",
            width=3840,
            height=1920,
        ),
    )
    assert (record.rights.license.code, record.rights.written, record.rights.url) == (
        "CC-BY-SA-3.0-DE",
        "cc-by-sa-3.0-de",
        "https://creativecommons.org/licenses/by-sa/3.0/de/deed.en",
    )
    assert record.rights.field == "query.pages[0].imageinfo[0].extmetadata.License.value"


@pytest.mark.parametrize(
    ("meta", "code"),
    [
        ({"License": "cc0", "Copyrighted": "True"}, "CC0-1.0"),
        ({"License": "cc-by-4.0"}, "CC-BY-4.0"),
        ({"License": None, "LicenseUrl": "https://creativecommons.org/licenses/by/2.0"}, "CC-BY-2.0"),
        ({"License": None, "LicenseUrl": "https://www.flickr.com/commons/usage/"}, "FLICKR-7"),
        ({"License": None, "LicenseUrl": None, "LicenseShortName": "No restrictions"}, "FLICKR-7"),
        ({"License": None, "LicenseUrl": None, "LicenseShortName": "GFDL"}, "GFDL"),
        ({"License": None, "LicenseUrl": None, "LicenseShortName": None}, "UNKNOWN"),
        ({"License": None, "LicenseUrl": None, "LicenseShortName": "Fair use"}, "UNKNOWN"),
        ({"NonFree": "true"}, "ALL-RIGHTS-RESERVED"),
    ],
)
def test_rights(meta, code):
    assert read(meta).rights.license.code == code


def test_the_ground_of_the_public_domain_is_kept():
    rights = read({"License": "pd", "LicenseUrl": None, "Categories": "Nets|PD-old-100|PD NASA"}).rights
    assert (rights.license.code, rights.reason) == ("PDM-1.0", "its categories: PD-old-100, PD NASA")


def test_restrictions_are_warnings():
    assert read({"Restrictions": "trademarked|personality"}).warnings == (
        "Commons notes a restriction other than copyright: trademarked",
        "Commons notes a restriction other than copyright: personality",
    )


@pytest.mark.parametrize(
    ("html", "names"),
    [
        ("Ana Sol", ["Ana Sol"]),
        ('<a href="https://x.example/a">Ana</a> and <a href="https://x.example/b">Tom</a>', ["Ana", "Tom"]),
        ('The uploader was <a href="https://x.example/a">Ana</a> at Quay', ["The uploader was Ana at Quay"]),
        ('<div><bdi><a href="https://www.wikidata.org/wiki/Q1">Ana Sol</a></bdi></div>', ["Ana Sol"]),
        (None, []),
    ],
)
def test_creators(html, names):
    assert [creator.name for creator in read({"Artist": html}).creators] == names


def test_a_creator_of_wikidata():
    html = '<bdi><a href="https://www.wikidata.org/wiki/Q1">Ana Sol</a></bdi>'
    assert read({"Artist": html}).creators[0].uris == ("https://www.wikidata.org/wiki/Q1",)


def test_no_title_and_no_facts():
    record = read(
        {"ObjectName": None, "Artist": None, "DateTimeOriginal": None, "Attribution": None}, size=None
    )
    assert (record.title, record.creators, record.date, record.span) == ("Nets 1665", (), "", None)
    assert read(extmetadata=[]).rights.license.code == "UNKNOWN"


def test_years_before_christ():
    assert read({"DateTimeOriginal": "450–430 B.C."}).span == Span(-450, -430)


def test_a_drawing_is_had_in_pixels():
    record = read(
        url=f"{UPLOAD}/c/cd/Net.svg", mime="image/svg+xml", mediatype="DRAWING", width=100, height=50
    )
    assert record.images[0] == ImageFile(
        url=f"{UPLOAD}/thumb/c/cd/Net.svg/3840px-Net.svg.png",
        width=3840,
        height=1920,
    )


def test_no_picture():
    with pytest.raises(NoSuchItem, match="the file is no picture, but video/webm"):
        read(mime="video/webm", mediatype="VIDEO")


@pytest.mark.parametrize(
    ("content", "error", "message"),
    [
        (
            {"query": {"pages": {"-1": {"title": "File:No.jpg", "missing": ""}}}},
            NoSuchItem,
            "no file of this name",
        ),
        ({"batchcomplete": True}, NoSuchItem, "no file of this name"),
        ({"error": {"code": "ratelimited", "info": "Slow down"}}, RateLimited, "Slow down"),
        ({"error": {"code": "badvalue", "info": "Which?"}}, UnexpectedAnswer, "badvalue: Which?"),
        (
            {"query": {"pages": [{"imageinfo": [INFO]}]}},
            ChangedShape,
            r"the field query.pages\[0\].title is missing",
        ),
        ({"query": {"pages": "none"}}, ChangedShape, "the field query.pages is text, not an object"),
    ],
)
def test_answers_without_a_file(content, error, message):
    with pytest.raises(error, match=message):
        commons.read_item([answer(content)])


@pytest.mark.parametrize(
    "address",
    [
        "https://commons.wikimedia.org/wiki/File:Nets_1665.jpg",
        "https://commons.m.wikimedia.org/wiki/File:nets_1665.jpg?uselang=de",
        "https://commons.wikimedia.org/wiki/Category:Nets#/media/File:Nets_1665.jpg",
        "https://commons.wikimedia.org/w/index.php?title=File:Nets_1665.jpg&oldid=3",
        "https://commons.wikimedia.org/w/api.php?action=query&titles=File%3ANets%201665.jpg&prop=imageinfo",
        "https://commons.wikimedia.org/wiki/Special:FilePath/Nets_1665.jpg",
        "https://upload.wikimedia.org/wikipedia/commons/a/ab/Nets_1665.jpg",
        "https://upload.wikimedia.org/wikipedia/commons/thumb/a/ab/Nets_1665.jpg/330px-Nets_1665.jpg",
        commons.ask_item("Nets 1665.jpg").url,
    ],
)
def test_addresses_of_a_file(address):
    assert commons.find_item(address) == "Nets 1665.jpg"


@pytest.mark.parametrize(
    ("address", "item"),
    [
        ("https://commons.wikimedia.org/w/index.php?curid=7", "M7"),
        ("https://commons.wikimedia.org/wiki/Special:EntityData/M7.json", "M7"),
        ("https://commons.wikimedia.org/wiki/Category:Nets", ""),
        ("https://en.wikipedia.org/wiki/File:Nets_1665.jpg", ""),
        ("https://upload.wikimedia.org/wikipedia/en/a/ab/Nets_1665.jpg", ""),
    ],
)
def test_other_addresses(address, item):
    assert commons.find_item(address) == item


def test_a_page_by_its_number():
    assert "&pageids=7&" in commons.ask_item("M7").url


def test_a_search():
    request = commons.ask_search(SearchQuery(words="nets & boats", most=10))
    assert "gsrlimit=10&gsrsearch=nets%20%26%20boats%20filetype%3Abitmap%7Cdrawing" in request.url
    pages = {"9": {**page(), "index": 2}, "7": {**page(), "title": "File:First.jpg", "index": 1}}
    found = commons.read_search(
        answer(
            {"continue": {"gsroffset": 10, "continue": "gsroffset||"}, "query": {"pages": pages}},
            url=request.url,
        )
    )
    assert [record.item for record in found.records] == ["First.jpg", "Nets 1665.jpg"]
    assert found.next.url.startswith("https://commons.wikimedia.org/w/api.php?action=query&generator=search")
    assert "gsroffset=10" in found.next.url
    assert commons.read_search(answer({"batchcomplete": True})).records == ()


@pytest.mark.parametrize(
    ("name", "item", "code", "creator"),
    [
        (
            "page_imageinfo_cc_by_sa_4",
            "20120925 PlozevetBretagne LoneTree DSC07971 PtrQs.jpg",
            "CC-BY-SA-4.0",
            "PtrQs",
        ),
        ("page_cc_by_4", "Zoo Praha, Africký dům, z lávky (01).jpg", "CC-BY-4.0", "ŠJů"),
    ],
)
def test_recorded_files(name, item, code, creator):
    record = commons.read_item([recorded(f"wikimedia_commons/{name}.json")])
    assert (record.item, record.rights.license.code, record.creators[0].name) == (item, code, creator)
    assert commons.find_item(record.page) == item


def test_a_recorded_file_without_an_artist():
    record = commons.read_item([recorded("wikimedia_commons/page_cc0.json")])
    assert (record.rights.license.code, record.creators) == ("CC0-1.0", ())


def test_a_recorded_list_of_files():
    records = commons.read_search(recorded("wikimedia_commons/query_allimages_continue.json")).records
    assert {record.rights.license.code for record in records} >= {"PDM-1.0", "CC-BY-SA-3.0-DE"}


def test_a_recorded_file_that_is_missing():
    with pytest.raises(NoSuchItem):
        commons.read_item([recorded("wikimedia_commons/query_missing_file.json")])


@pytest.mark.parametrize(
    ("name", "creator"), [("imageinfo_artist_link", "link text"), ("imageinfo_artist_string", "Artist Name")]
)
def test_recorded_artists(name, creator):
    info = recorded(f"wikimedia_commons/{name}.json").json().value
    record = commons.read_item([answer({"title": "File:A.jpg", "imageinfo": [info]})])
    assert [creator.name for creator in record.creators] == [creator]
