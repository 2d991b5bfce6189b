"""Small answers in the shape of flickr/getInfo_usgov_license8_as_json.json, flickr/getSizes.xml, flickr/photos_search.json.

The answers of oEmbed follow no recording: they have the fields that https://oembed.com/ names, and Flickr's own.
"""

import pytest
from fixtures.museum_answers import answer, recorded
from pelican.plugins.stylize.museums.errors import (
    ChangedShape,
    KeyRefused,
    MuseumBroken,
    NoSuchItem,
    Refused,
    UnexpectedAnswer,
)
from pelican.plugins.stylize.museums.importers import flickr, registry
from pelican.plugins.stylize.museums.importers.interface import SearchQuery
from pelican.plugins.stylize.museums.record import Creator, ImageFile, Span

FILES = "https://live.staticflickr.com/1"
PHOTO = {
    "id": "12345678901",
    "license": "4",
    "owner": {"nsid": "1@N01", "username": "sol", "realname": "Ana Sol", "path_alias": "ana_sol"},
    "title": {"_content": "Mending the Nets"},
    "description": {"_content": 'Two women.\n<a href="https://x.example">more</a>'},
    "dates": {"taken": "2017-02-17 10:00:00", "takengranularity": "0", "takenunknown": "0"},
    "usage": {"candownload": 0},
    "urls": {
        "url": [{"type": "photopage", "_content": "https://www.flickr.com/photos/ana_sol/12345678901/"}]
    },
    "media": "photo",
}
SIZES = {
    "sizes": {
        "candownload": 0,
        "size": [
            {"label": "Square", "width": 75, "height": 75, "source": f"{FILES}/12345678901_ab_s.jpg"},
            {"label": "Small", "width": "240", "height": "120", "source": f"{FILES}/12345678901_ab_m.jpg"},
            {"label": "Large", "width": 1024, "height": 512, "source": f"{FILES}/12345678901_ab_b.jpg"},
        ],
    },
    "stat": "ok",
}
SIZES_XML = f"""<?xml version="1.0" encoding="utf-8" ?>
<rsp stat="ok"><sizes candownload="0">
<size label="Large" width="1024" height="512" source="{FILES}/12345678901_ab_b.jpg" media="photo" />
</sizes></rsp>"""
OEMBED = {
    "type": "photo",
    "flickr_type": "photo",
    "title": "Mending the Nets",
    "author_name": "Ana Sol",
    "web_page": "https://www.flickr.com/photos/ana_sol/12345678901/",
    "url": f"{FILES}/12345678901_ab_b.jpg",
    "width": "1024",
    "height": "512",
    "thumbnail_url": f"{FILES}/12345678901_ab_q.jpg",
    "license": "CC BY 2.0",
    "license_id": "4",
    "provider_name": "Flickr",
}


def read(**changes: object):
    return flickr.read_item([answer({"photo": {**PHOTO, **changes}, "stat": "ok"}), answer(SIZES)])


def test_a_photo():
    record = read()
    assert (record.key, record.title) == ("flickr:12345678901", "Mending the Nets")
    assert record.page == "https://www.flickr.com/photos/ana_sol/12345678901/"
    assert record.creators == (Creator(name="Ana Sol"),)
    assert (record.date, record.span) == ("2017-02-17", Span(2017, 2017))
    assert (record.description, record.institution) == ("Two women. more", "")
    assert record.images == (
        ImageFile(url=f"{FILES}/12345678901_ab_b.jpg", width=1024, height=512),
        ImageFile(url=f"{FILES}/12345678901_ab_m.jpg", width=240, height=120),
    )
    assert record.thumbnail == f"{FILES}/12345678901_ab_m.jpg"
    assert (record.rights.license.code, record.rights.written, record.rights.field) == (
        "CC-BY-2.0",
        "license: 4",
        "photo.license",
    )


def test_the_sizes_are_asked_for_next():
    request = flickr.read_item([answer({"photo": PHOTO, "stat": "ok"})])
    assert request.url == (
        "https://api.flickr.com/services/rest/"
        "?method=flickr.photos.getSizes&format=json&nojsoncallback=1&photo_id=12345678901"
    )
    assert request.key.parameter == "api_key"


@pytest.mark.parametrize(
    ("license", "code"),
    [
        ("0", "ALL-RIGHTS-RESERVED"),
        (7, "FLICKR-7"),
        ("8", "USGOV"),
        ("10", "FLICKR-10"),
        ("11", "CC-BY-4.0"),
        ("13", "CC-BY-ND-4.0"),
        ("99", "UNKNOWN"),
        (None, "UNKNOWN"),
    ],
)
def test_licenses(license, code):
    assert read(license=license).rights.license.code == code


def test_leave_to_download_is_no_license():
    assert read(license="0", usage={"candownload": 1}).rights.license.code == "ALL-RIGHTS-RESERVED"


def test_the_public_domain_mark_of_an_uploader_needs_a_person():
    record = read(license="10")
    assert record.rights.license.family == "REVIEW"
    assert record.warnings == (
        "Its uploader chose the Public Domain Mark; a mark on one's own photos binds nobody.",
    )


def test_an_institution_of_the_commons_is_no_creator():
    record = read(license="7")
    assert (record.institution, record.creators, record.date) == ("Ana Sol", (), "")


@pytest.mark.parametrize(
    ("dates", "date", "span"),
    [
        ({"takenunknown": "1"}, "", None),
        ({"takengranularity": "4"}, "2017-02", Span(2017, 2017)),
        ({"takengranularity": 6}, "2017", Span(2017, 2017)),
        ({"takengranularity": "8"}, "circa 2017", Span(2017, 2017)),
        ({"taken": "0000-00-00 00:00:00"}, "", None),
        ({"taken": None}, "", None),
    ],
)
def test_dates(dates, date, span):
    record = read(dates={**PHOTO["dates"], **dates})
    assert (record.date, record.span) == (date, span)


def test_missing_facts():
    record = read(owner=None, title={"_content": ""}, description=None, dates=None, urls=None, media=None)
    assert (record.title, record.creators, record.page) == ("", (), "https://flic.kr/p/jNWQdM")
    assert flickr.find_item(record.page) == "12345678901"


def test_xml_reads_like_json():
    info = """<?xml version="1.0" encoding="utf-8" ?><rsp stat="ok"><photo id="12345678901" license="4" media="photo">
    <owner nsid="1@N01" username="sol" realname="Ana Sol" path_alias="ana_sol" /><title>Mending the Nets</title>
    <description>Two women.</description><dates taken="2017-02-17 10:00:00" takengranularity="0" takenunknown="0" />
    <urls><url type="photopage">https://www.flickr.com/photos/ana_sol/12345678901/</url></urls></photo></rsp>"""
    record = flickr.read_item([answer(info), answer(SIZES_XML)])
    assert (record.title, record.creators, record.date) == (
        "Mending the Nets",
        (Creator(name="Ana Sol"),),
        "2017-02-17",
    )
    assert record.images == (ImageFile(url=f"{FILES}/12345678901_ab_b.jpg", width=1024, height=512),)


def test_without_a_key():
    request = flickr.ask_item_without_key("12345678901")
    assert request.url == (
        "https://www.flickr.com/services/oembed/?format=json&url=https%3A%2F%2Fflic.kr%2Fp%2FjNWQdM"
    )
    assert request.key is None
    record = flickr.read_item([answer(OEMBED)])
    assert (record.key, record.rights.license.code, record.rights.field) == (
        "flickr:12345678901",
        "CC-BY-2.0",
        "license_id",
    )
    assert record.images == (ImageFile(url=f"{FILES}/12345678901_ab_b.jpg", width=1024, height=512),)
    assert flickr.read_item([answer({**OEMBED, "license_id": None})]).rights.license.code == "UNKNOWN"


@pytest.mark.parametrize(
    ("content", "error", "message"),
    [
        ({"stat": "fail", "code": 1, "message": "Photo not found"}, NoSuchItem, "Photo not found"),
        ({"stat": "fail", "code": 2, "message": "Permission denied"}, Refused, "Permission denied"),
        ({"stat": "fail", "code": "100", "message": "Invalid API Key"}, KeyRefused, "Invalid API Key"),
        ({"stat": "fail", "code": 105, "message": "Service unavailable"}, MuseumBroken, "Service"),
        ({"stat": "fail", "code": 111, "message": "Format"}, UnexpectedAnswer, r"Format \(111\)"),
        ('<rsp stat="fail"><err code="1" msg="Photo not found" /></rsp>', NoSuchItem, "Photo not found"),
        ('<?xml version="1.0"?><rsp stat="ok"><photo', UnexpectedAnswer, "not XML, or breaks off"),
        (
            '<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "b">]><rsp/>',
            UnexpectedAnswer,
            "declares entities",
        ),
        ({"stat": "ok"}, ChangedShape, "the field photo is missing"),
        ({"stat": "ok", "photo": {**PHOTO, "media": "video"}}, NoSuchItem, "a video"),
        (
            {"stat": "ok", "photo": {**PHOTO, "owner": "sol"}},
            ChangedShape,
            "the field photo.owner is text, not an object",
        ),
    ],
)
def test_answers_without_a_photo(content, error, message):
    with pytest.raises(error, match=message):
        flickr.read_item([answer(content), answer(SIZES)])


@pytest.mark.parametrize(
    "address",
    [
        "https://www.flickr.com/photos/ana_sol/12345678901/",
        "https://flickr.com/photos/1@N01/12345678901/in/album-721/lightbox?x=1",
        "http://m.flickr.com/#/photos/ana_sol/12345678901/",
        "https://m.flickr.com/photos/ana_sol/12345678901",
        "https://www.flickr.com/photo.gne?id=12345678901",
        "https://flic.kr/p/jNWQdM",
        "https://live.staticflickr.com/65535/12345678901_bbdbb5f761_b.jpg",
        "https://farm66.static.flickr.com/65535/12345678901_bbdbb5f761.jpg",
        "https://api.flickr.com/services/rest/?method=flickr.photos.getInfo&photo_id=12345678901&format=json",
        "https://www.flickr.com/services/oembed/?format=json&url=https%3A%2F%2Fflic.kr%2Fp%2FjNWQdM",
    ],
)
def test_addresses_of_a_photo(address):
    assert flickr.find_item(address) == "12345678901"
    museum, item = registry.find_item(address)
    assert (museum.name, item) == ("flickr", "12345678901")


@pytest.mark.parametrize(
    "address",
    [
        "https://www.flickr.com/photos/ana_sol/albums/721",
        "https://www.flickr.com/photos/ana_sol/",
        "https://flic.kr/s/aHs0",
        "https://flickr.com.evil.example/photos/a/12345678901/",
    ],
)
def test_other_addresses(address):
    assert flickr.find_item(address) == ""


HIT = {
    "id": "12345678901",
    "owner": "1@N01",
    "ownername": "Ana Sol",
    "title": "Nets",
    "license": "8",
    "datetaken": "2011-11-05 15:54:37",
    "datetakengranularity": "0",
    "datetakenunknown": "0",
    "url_l": f"{FILES}/12345678901_ab_b.jpg",
    "width_l": 660,
    "height_l": 1024,
    "url_s": f"{FILES}/12345678901_ab_m.jpg",
    "width_s": "155",
    "height_s": "240",
}


def test_a_search():
    request = flickr.ask_search(SearchQuery(words="nets & boats"))
    assert "&text=nets+%26+boats&" in request.url
    assert request.url.endswith("&license=1%2C2%2C4%2C5%2C7%2C8%2C9%2C10%2C11%2C12%2C14%2C15")
    found = flickr.read_search(
        answer(
            {"photos": {"page": 1, "pages": 3, "perpage": 1, "total": "3", "photo": [HIT]}}, url=request.url
        )
    )
    assert found.total == 3
    assert found.next.url == f"{request.url}&page=2"
    assert found.next.key == flickr.KEY
    record = found.records[0]
    assert (record.page, record.institution) == (
        "https://www.flickr.com/photos/1@N01/12345678901/",
        "Ana Sol",
    )
    assert (record.images[0].width, record.thumbnail) == (660, f"{FILES}/12345678901_ab_m.jpg")


@pytest.mark.parametrize(
    ("name", "limit"),
    [
        ("flickr-commons", "&license=7&is_commons=true"),
        ("british-library", "&user_id=12403504%40N02&license=1%2C2%2C"),
        ("us-government", "&license=8"),
    ],
)
def test_searches_of_one_kind(name, limit):
    assert limit in registry.find_museum(name).ask_search(SearchQuery(words="nets")).url


def test_flickr_repeats_itself_after_4000_hits():
    photos = {"page": 8, "pages": 20, "perpage": 500, "photo": []}
    assert flickr.read_search(answer({"photos": photos})).next is None


def test_a_recorded_photo_of_the_government():
    record = flickr.read_item(
        [recorded("flickr/getInfo_usgov_license8_as_json.json"), recorded("flickr/getSizes.xml")]
    )
    assert (record.title, record.rights.license.code, record.images[0].width) == (
        "Puppy Kisses",
        "USGOV",
        5172,
    )


def test_a_recorded_photo_of_the_commons():
    record = flickr.read_item(
        [
            recorded("flickr_commons/getInfo_license7_commons.xml"),
            recorded("flickr_commons/getSizes_license7_commons.xml"),
        ]
    )
    assert (record.institution, record.rights.license.code) == (
        "State Library of New South Wales",
        "FLICKR-7",
    )
    assert (record.date, record.images[0].width) == ("circa 1912", 1100)
    assert "<a" not in record.description


def test_a_recorded_search():
    found = flickr.read_search(recorded("flickr/photos_search.json"))
    assert (len(found.records), found.total, found.next) == (2, 30, None)
    assert found.records[0].rights.license.code == "CC-BY-NC-SA-2.0"


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("error_invalid_key.xml", KeyRefused),
        ("error_photo_not_found.xml", NoSuchItem),
        ("error_photo_not_found_as_json.json", NoSuchItem),
    ],
)
def test_recorded_errors(name, error):
    with pytest.raises(error):
        flickr.read_item([recorded(f"flickr/{name}")])


@pytest.mark.parametrize("name", ["licenses_getInfo_2025-06-19.xml", "licenses_getInfo.json"])
def test_the_recorded_table_of_licenses_is_ours(name):
    rows = flickr.read_answer(recorded(f"flickr/{name}")).views("licenses", "license")
    for row in rows:
        code = flickr.FLICKR_IDS[row.number("id")]
        if "creativecommons" in row.text("url") and code != "FLICKR-10":
            assert flickr.state(row.text("url"), field="url").license.code == code
    assert len(rows) == len(flickr.FLICKR_IDS)


def test_the_recorded_entry_of_the_british_library():
    entry = flickr.read_answer(recorded("british_library_flickr/commons_institution_british_library.xml"))
    assert entry.at("institutions", "institution").text("nsid") == flickr.BRITISH_LIBRARY
