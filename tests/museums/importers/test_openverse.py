"""Small answers in the shape of openverse/image_detail.json and openverse/image_search.json."""

import pytest
from fixtures.museum_answers import answer, recorded
from pelican.plugins.stylize.museums.errors import ChangedShape
from pelican.plugins.stylize.museums.importers import openverse
from pelican.plugins.stylize.museums.importers.interface import SearchQuery
from pelican.plugins.stylize.museums.record import Creator, ImageFile

ITEM = "00000000-1111-2222-3333-444444444444"
PICTURE = {
    "id": ITEM,
    "title": "Nets &amp; Boats",
    "foreign_landing_url": "https://photos.example/nets",
    "url": "https://photos.example/nets.jpg",
    "creator": "Ana Sol",
    "creator_url": "https://photos.example/ana",
    "license": "by-sa",
    "license_version": "4.0",
    "license_url": "https://creativecommons.org/licenses/by-sa/4.0/",
    "provider": "photos",
    "source": "photos",
    "filesize": 9000,
    "filetype": "jpg",
    "attribution": '"Nets" by Ana Sol is licensed under CC BY-SA 4.0.',
    "mature": False,
    "height": 3000,
    "width": 4000,
    "thumbnail": f"https://api.openverse.org/v1/images/{ITEM}/thumb/",
}


def read(**changes: object):
    return openverse.read_item([answer({**PICTURE, **changes})])


def test_a_picture_is_imported_with_a_warning_that_names_its_source():
    record = read()
    assert (record.key, record.title, record.page) == (
        f"openverse:{ITEM}",
        "Nets & Boats",
        "https://photos.example/nets",
    )
    assert record.creators == (Creator(name="Ana Sol"),)
    assert record.images == (
        ImageFile(
            url="https://photos.example/nets.jpg",
            width=4000,
            height=3000,
            size=9000,
            media_type="image/jpeg",
        ),
    )
    assert (record.rights.license.code, record.rights.written, record.rights.field) == (
        "CC-BY-SA-4.0",
        "by-sa 4.0",
        "license",
    )
    assert record.rights.url == "https://creativecommons.org/licenses/by-sa/4.0/"
    assert record.credit_line == '"Nets" by Ana Sol is licensed under CC BY-SA 4.0.'
    assert record.warnings == (
        "Openverse keeps copies, which age: its license and its picture are not those of today for certain."
        " Import it from its source, https://photos.example/nets",
    )


@pytest.mark.parametrize(
    ("license", "version", "address", "code"),
    [
        ("cc0", "1.0", None, "CC0-1.0"),
        ("pdm", "1.0", "https://creativecommons.org/publicdomain/mark/1.0/", "PDM-1.0"),
        ("by-nc-nd", "2.0", None, "CC-BY-NC-ND-2.0"),
        ("by", "3.0", "https://creativecommons.org/licenses/by/3.0/de/", "CC-BY-3.0-DE"),
        ("sampling+", "1.0", None, "CC-SAMPLING+-1.0"),
        ("nc-sampling+", "1.0", None, "CC-NC-SAMPLING+-1.0"),
        ("by", "4.0", "https://creativecommons.org/licenses/by-nc/4.0/", "UNKNOWN"),
        ("by", None, None, "UNKNOWN"),
        (None, None, None, "UNKNOWN"),
        ("free", "1.0", None, "UNKNOWN"),
    ],
)
def test_licenses(license, version, address, code):
    record = read(license=license, license_version=version, license_url=address)
    assert record.rights.license.code == code


def test_the_public_domain_mark_of_flickr_has_to_be_read_by_a_person():
    assert read(
        license="pdm", license_version="1.0", license_url=None, source="flickr"
    ).rights.license.code == ("FLICKR-10")


def test_missing_fields():
    record = read(**{field: None for field in PICTURE if field != "id"})
    assert (record.title, record.creators, record.images, record.institution) == ("", (), (), "")
    assert record.page == f"https://openverse.org/image/{ITEM}"
    assert "names no source" in record.warnings[0]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"id": None}, "the field id is missing"),
        ({"creator": {"name": "a"}}, "the field creator is an object, not text"),
        ({"width": "wide"}, "the field width is text, not a number"),
    ],
)
def test_a_changed_answer_names_the_field(changes, message):
    with pytest.raises(ChangedShape, match=message):
        read(**changes)


@pytest.mark.parametrize(
    "address",
    [
        f"https://openverse.org/image/{ITEM}?q=nets",
        f"https://openverse.org/de/image/{ITEM}",
        f"https://wordpress.org/openverse/image/{ITEM}/",
        f"https://api.openverse.org/v1/images/{ITEM}/",
        f"https://api.openverse.engineering/v1/images/{ITEM}/thumb/",
    ],
)
def test_addresses_of_a_picture(address):
    assert openverse.find_item(address) == ITEM


def test_a_search_with_its_next_page():
    request = openverse.ask_search(SearchQuery(words="nets", most=100))
    assert request.url == (
        "https://api.openverse.org/v1/images/?q=nets&page_size=20&license_type=modification"
    )
    assert request.key.optional
    hits = {"result_count": 30, "page_count": 2, "page": 1, "results": [PICTURE]}
    found = openverse.read_search(answer(hits, url=request.url))
    assert ([record.item for record in found.records], found.total) == ([ITEM], 30)
    assert (found.next.url, found.next.key) == (f"{request.url}&page=2", request.key)
    assert openverse.read_search(answer({**hits, "page": 2})).next is None


def test_recorded_pictures():
    record = openverse.read_item([recorded("openverse/image_detail.json")])
    assert (record.title, record.rights.license.code, record.institution) == (
        "Tree Bark Photo",
        "CC0-1.0",
        "stocksnap",
    )
    assert openverse.read_search(recorded("openverse/image_search.json")).records[0].key == record.key
    with pytest.raises(ChangedShape, match="the field id is missing"):
        openverse.read_item([recorded("openverse/error_400.json")])
