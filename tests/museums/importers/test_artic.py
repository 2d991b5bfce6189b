"""Small answers in the shape of artic/artwork_11_self_portrait.json; that of a search follows the documentation."""

import pytest
from fixtures.museum_answers import answer, recorded
from pelican.plugins.stylize.museums.errors import ChangedShape, NoSuchItem
from pelican.plugins.stylize.museums.importers import artic
from pelican.plugins.stylize.museums.importers.interface import Request, SearchQuery
from pelican.plugins.stylize.museums.record import Creator, ImageFile, Span

PICTURE = "00000000-1111-2222-3333-444444444444"
ARTWORK = {
    "id": 77,
    "title": "Mending the Nets",
    "alt_titles": None,
    "thumbnail": {"width": 4000, "height": 2000, "alt_text": "Two women bend over a net."},
    "main_reference_number": "1911.2",
    "date_start": 1862,
    "date_end": 1864,
    "date_display": "c. 1862–64",
    "artist_display": "Ana Sol\nPortuguese, 1840–1901",
    "medium_display": "Oil on canvas",
    "credit_line": "Gift of a Friend",
    "is_public_domain": True,
    "copyright_notice": None,
    "artist_title": "Ana Sol",
    "artist_titles": ["Ana Sol"],
    "description": "<p>Nets, &amp; more nets.</p>",
    "artwork_type_title": "Painting",
    "image_id": PICTURE,
    "alt_image_ids": ["a", "b"],
}
INFO = {
    "license_text": "All other data in this response is licensed under CC0 1.0.",
    "license_links": ["https://creativecommons.org/publicdomain/zero/1.0/"],
}
CONFIG = {"iiif_url": "https://images.example/iiif/2", "website_url": "https://www.artic.edu"}


def read(**changes: object):
    return artic.read_item([answer({"data": {**ARTWORK, **changes}, "info": INFO, "config": CONFIG})])


def test_an_artwork_in_the_public_domain():
    record = read()
    assert (record.key, record.title, record.page) == (
        "artic:77",
        "Mending the Nets",
        "https://www.artic.edu/artworks/77",
    )
    assert record.creators == (Creator(name="Ana Sol", dates="Portuguese, 1840–1901"),)
    assert (record.date, record.span, record.accession) == ("c. 1862–64", Span(1862, 1864), "1911.2")
    service = f"https://images.example/iiif/2/{PICTURE}"
    assert record.image_service == service
    assert record.images == (
        ImageFile(url=f"{service}/full/1686,/0/default.jpg", width=1686, height=843, media_type="image/jpeg"),
        ImageFile(url=f"{service}/full/843,/0/default.jpg", width=843, height=422, media_type="image/jpeg"),
    )
    assert record.thumbnail == f"{service}/full/200,/0/default.jpg"
    assert record.manifest == "https://api.artic.edu/api/v1/artworks/77/manifest.json"
    assert (record.alt, record.description) == ("Two women bend over a net.", "Nets, & more nets.")
    assert (record.rights.license.code, record.rights.written) == ("CC0-1.0", "is_public_domain: true")
    assert (record.credit_line, record.parts) == ("Gift of a Friend", 3)


def test_the_license_of_the_data_is_not_that_of_the_image():
    assert read(is_public_domain=None).rights.license.code == "UNKNOWN"
    record = read(is_public_domain=False, copyright_notice="© 2020 <i>Ana Sol</i>")
    assert record.rights.license.code == "ALL-RIGHTS-RESERVED"
    assert record.rights.written == "is_public_domain: false; © 2020 Ana Sol"
    assert ([file.width for file in record.images], record.manifest) == ([843], "")


def test_an_artwork_without_a_picture():
    record = read(image_id=None, thumbnail=[])  # an empty object, as PHP writes it
    assert (record.images, record.thumbnail, record.image_service, record.alt) == ((), "", "", "")


def test_a_small_original_is_not_enlarged():
    assert [file.width for file in read(thumbnail={"width": 600, "height": 300}).images] == [600]
    assert [file.width for file in read(thumbnail=None).images] == [1686, 843]


@pytest.mark.parametrize(
    ("changes", "names"),
    [
        ({"artist_titles": ["Ana Sol", "Tom Vale"]}, ["Ana Sol", "Tom Vale"]),
        ({"artist_title": None, "artist_titles": None, "artist_display": "Nazca\nPeru"}, ["Nazca Peru"]),
        ({"artist_title": None, "artist_titles": [], "artist_display": None}, []),
    ],
)
def test_creators(changes, names):
    assert [creator.name for creator in read(**changes).creators] == names


def test_an_attribution_is_a_role():
    assert read(artist_display="Follower of Ana Sol (Portuguese, 1840–1901)").creators == (
        Creator(name="Ana Sol", role="Follower of", dates="Portuguese, 1840–1901"),
    )
    assert read(artist_display="A. Sol").creators == (Creator(name="Ana Sol"),)


def test_titles_and_years_before_christ():
    assert read(title=None, alt_titles=["The Nets"]).title == "The Nets"
    assert read(title=None).title == "Painting"
    assert read(date_start=-450, date_end=-430, date_display="450–430 BCE").span == Span(-450, -430)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"id": None}, "the field data.id is missing"),
        ({"title": {"text": "a"}}, "the field data.title is an object, not text"),
        ({"is_public_domain": "perhaps"}, "the field data.is_public_domain is text, not true or false"),
        ({"thumbnail": "a.jpg"}, "the field data.thumbnail is text, not an object"),
        ({"date_start": "long ago"}, "the field data.date_start is text, not a number"),
    ],
)
def test_a_changed_answer_names_the_field(changes, message):
    with pytest.raises(ChangedShape, match=message):
        read(**changes)


@pytest.mark.parametrize(
    "address",
    [
        "https://www.artic.edu/artworks/77/mending-the-nets",
        "https://www.artic.edu/artworks/77",
        "https://api.artic.edu/api/v1/artworks/77?fields=id,title",
        "https://api.artic.edu/api/v1/artworks/77/manifest.json",
    ],
)
def test_addresses_of_an_artwork(address):
    assert artic.find_item(address) == "77"


def test_the_address_of_a_picture_is_searched_first():
    item = artic.find_item(f"https://www.artic.edu/iiif/2/{PICTURE}/full/843,/0/default.jpg")
    assert artic.ask_item(item).url == (
        "https://api.artic.edu/api/v1/artworks/search?query%5Bterm%5D%5Bimage_id%5D="
        f"{PICTURE}&fields=id%2Cimage_id"
    )
    hits = answer({"data": [{"id": 77, "image_id": PICTURE}]})
    assert artic.read_item([hits]) == Request(url="https://api.artic.edu/api/v1/artworks/77")
    artwork = answer({"data": ARTWORK, "config": CONFIG})
    record = artic.read_item([hits, artwork])
    assert record.key == "artic:77"
    with pytest.raises(NoSuchItem, match="it knows no artwork with this picture"):
        artic.read_item([answer({"data": []})])


def test_a_search_with_its_next_page():
    request = artic.ask_search(SearchQuery(words="nets & boats", most=5))
    assert "q=nets+%26+boats&limit=5&" in request.url
    assert request.url.endswith("&query%5Bterm%5D%5Bis_public_domain%5D=true")
    pagination = {"total": 12, "limit": 5, "total_pages": 3, "current_page": 1}
    hits = {"pagination": pagination, "data": [ARTWORK], "info": INFO, "config": CONFIG}
    found = artic.read_search(answer(hits, url=request.url))
    assert ([record.key for record in found.records], found.total) == (["artic:77"], 12)
    assert found.next is not None
    assert found.next.url == f"{request.url}&page=2"
    assert (
        artic.read_search(answer({"data": [], "pagination": {**pagination, "current_page": 3}})).next is None
    )


def test_recorded_artworks():
    record = artic.read_item([recorded("artic/artwork_11_self_portrait.json")])
    assert (record.title, record.creators) == (
        "Self-Portrait",
        (Creator(name="Walter Shirlaw", dates="American, 1838–1909"),),
    )
    assert (record.rights.license.code, record.alt) == ("CC0-1.0", "A work made of oil on canvas.")
    assert record.images[0].url == (
        "https://www.artic.edu/iiif/2/7b7a6f39-1cd8-ea2f-9811-18b0e23edac0/full/1686,/0/default.jpg"
    )
