"""Small answers in the shape of nasa/search_iss026-s-001_2025.json and nasa/asset_manifest_iss026-s-001.json."""

import pytest
from fixtures.museum_answers import answer, recorded
from pelican.plugins.stylize.museums.errors import ChangedShape, NoSuchItem
from pelican.plugins.stylize.museums.importers import nasa
from pelican.plugins.stylize.museums.importers.interface import Request, SearchQuery
from pelican.plugins.stylize.museums.record import Creator, ImageFile, Span

FILES = "http://images-assets.nasa.gov/image/KSC 1/KSC 1"
FACTS = {
    "center": "KSC",
    "date_created": "1971-03-02T00:00:00Z",
    "description": "A <b>crane</b> lifts a dish. It was windy.",
    "description_508": "A crane and a white dish",
    "media_type": "image",
    "nasa_id": "KSC 1",
    "photographer": "NASA/Ida Moss",
    "title": "Lifting a Dish",
}
LINKS = [
    {"href": f"{FILES}~thumb.jpg", "rel": "preview", "render": "image", "width": 640, "height": 480},
    {"href": f"{FILES}~medium.jpg", "rel": "alternate", "width": 1280, "height": 960, "size": 9000},
    {"href": f"{FILES}~orig.jpg", "rel": "canonical", "width": 4000, "height": 3000, "size": 99000},
]


def make_hits(links: object = LINKS, **changes: object):
    return answer({"collection": {"items": [{"data": [{**FACTS, **changes}], "links": links}]}})


def read(**changes: object):
    return nasa.read_item([make_hits(**changes)])


def test_a_picture():
    record = read()
    assert (record.key, record.title, record.alt) == (
        "nasa:KSC 1",
        "Lifting a Dish",
        "A crane and a white dish",
    )
    assert record.page == "https://images.nasa.gov/details/KSC%201"
    assert record.creators == (Creator(name="NASA/Ida Moss"),)
    assert (record.date, record.span) == ("1971-03-02", Span(1971, 1971))
    assert record.description == "A crane lifts a dish. It was windy."
    address = "https://images-assets.nasa.gov/image/KSC%201/KSC%201"
    assert record.images == (
        ImageFile(url=f"{address}~orig.jpg", width=4000, height=3000, size=99000),
        ImageFile(url=f"{address}~medium.jpg", width=1280, height=960, size=9000),
    )
    assert record.thumbnail == f"{address}~thumb.jpg"
    assert (record.rights.license.code, record.rights.field) == ("NASA", "")
    assert record.credit_line == "Courtesy NASA/Ida Moss"


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"secondary_creator": "NASA/JPL-Caltech"}, "NASA/Ida Moss, NASA/JPL-Caltech"),
        ({"photographer": None, "center": "JPL"}, "JPL"),
        ({"photographer": "ESA/Nils Berg"}, "ESA/Nils Berg"),
        ({"description": "A storm. Image credit: NASA/ESA/J. Doe"}, "NASA/ESA/J. Doe"),
        ({"description": "A drawing, © 1999 A. Studio. All."}, "A drawing, © 1999 A. Studio"),
    ],
)
def test_a_credit_that_names_others_has_to_be_read_by_a_person(changes, named):
    record = read(**changes)
    assert record.rights.license.code == "REVIEW"
    assert record.rights.reason == f"its credit names others than NASA, who may hold rights: {named}"


def test_without_a_photographer_the_center_is_named():
    record = read(photographer="", center="GRC")
    assert (record.creators, record.credit_line) == ((Creator(name="NASA"),), "Courtesy NASA/GRC")


@pytest.mark.parametrize(
    ("changes", "title"),
    [
        ({"title": "KSC 1"}, "A crane lifts a dish"),
        ({"title": None, "description": "KSC-1 (March 1971) --- A mast. Grey."}, "A mast"),
        ({"title": "KSC 1", "description": "KSC-1 (March 1971) --- "}, "KSC 1"),
        ({"title": None, "description": None}, "KSC 1"),
        ({"title": "[Untitled]"}, "[Untitled]"),
    ],
)
def test_a_number_is_no_title(changes, title):
    assert read(**changes).title == title


def test_an_older_answer_names_no_files_so_they_are_asked_for():
    hits = make_hits(links=LINKS[:1])
    request = nasa.read_item([hits])
    assert request == Request(url="https://images-api.nasa.gov/asset/KSC%201")
    files = answer(
        {"collection": {"items": [{"href": f"{FILES}{end}"} for end in ("~thumb.jpg", "~orig.tif", ".json")]}}
    )
    record = nasa.read_item([hits, files])
    assert [file.url.rpartition("~")[2] for file in record.images] == ["orig.tif", "thumb.jpg"]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"nasa_id": None}, r"the field collection.items\[0\].data\[0\].nasa_id is missing"),
        ({"title": {"text": "a"}}, r"data\[0\].title is an object, not text"),
        ({"links": ["a"]}, r"links\[0\] is text, not an object"),
    ],
)
def test_a_changed_answer_names_the_field(changes, message):
    with pytest.raises(ChangedShape, match=message):
        read(**changes)


def test_a_picture_that_is_not_there():
    with pytest.raises(NoSuchItem, match="it has no picture of this name"):
        nasa.read_item([answer({"collection": {"items": []}})])
    with pytest.raises(NoSuchItem, match="it says: No AssetDB records"):
        nasa.read_item([answer({"reason": "No AssetDB records for nasaid=x"})])


@pytest.mark.parametrize(
    "address",
    [
        "https://images.nasa.gov/details/KSC%201",
        "https://images.nasa.gov/details-KSC%201.html",
        "https://images.nasa.gov/#/details-KSC%201.html",
        "https://images-assets.nasa.gov/image/KSC%201/KSC%201~orig.jpg",
        "https://images-api.nasa.gov/asset/KSC%201",
        "https://images-api.nasa.gov/search?media_type=image&nasa_id=KSC%201",
    ],
)
def test_addresses_of_a_picture(address):
    assert nasa.find_item(address) == "KSC 1"


def test_other_addresses_are_not_its():
    assert nasa.find_item("https://www.nasa.gov/image-article/a-dish/") == ""


def test_a_search_with_its_next_page():
    assert nasa.ask_search(SearchQuery(words="radio dish", most=5)).url == (
        "https://images-api.nasa.gov/search?media_type=image&page_size=5&q=radio%20dish"
    )
    found = nasa.read_search(
        answer(
            {
                "collection": {
                    "items": [{"data": [FACTS], "links": LINKS}],
                    "metadata": {"total_hits": 12},
                    "links": [{"rel": "next", "href": "http://images-api.nasa.gov/search?q=dish&page=2"}],
                }
            }
        )
    )
    assert ([record.title for record in found.records], found.total) == (["Lifting a Dish"], 12)
    assert found.next == Request(url="https://images-api.nasa.gov/search?q=dish&page=2")


def test_recorded_pictures():
    record = nasa.read_item([recorded("nasa/search_iss026-s-001_2025.json")])
    assert (record.title, record.rights.license.code, record.date) == ("iss026-s-001", "NASA", "2010-04-14")
    assert record.images[0] == ImageFile(
        url="https://images-assets.nasa.gov/image/iss026-s-001/iss026-s-001~orig.jpg",
        width=4000,
        height=3926,
        size=1525000,
    )
    with pytest.raises(NoSuchItem):
        nasa.read_item([recorded("nasa/error_404_asset.json")])
