"""Small answers in the shape of nypl/collections_api_manifest_single_image.json and nypl/v1_items_search.json."""

import pytest
from fixtures.museum_answers import answer, recorded
from pelican.plugins.stylize.museums.errors import ChangedShape, KeyRefused, UnexpectedAnswer
from pelican.plugins.stylize.museums.importers import nypl
from pelican.plugins.stylize.museums.importers.interface import SearchQuery
from pelican.plugins.stylize.museums.record import Creator, ImageFile, Span

UUID = "0a1b2c3d-c600-012f-59c3-58d385a7bc34"
PUBLIC_DOMAIN = (
    "The New York Public Library believes that this item is in the public domain under the laws of the United "
    "States, but did not make a determination as to its copyright status under the copyright laws of other countries."
)
SERVICE = {"id": "https://iiif.nypl.org/iiif/3/12", "type": "ImageService3", "profile": "level2"}


def pair(label: str, *values: str) -> dict:
    return {"label": {"en": [label]}, "value": {"en": list(values)}}


def canvas(**changes: object) -> dict:
    body = {"id": "https://iiif.nypl.org/x.jpg", "type": "Image", "height": None, "service": [SERVICE]}
    return {
        "rights": None,
        "thumbnail": [{"id": "https://iiif.nypl.org/iiif/3/12/full/!300,300/0/default.jpg"}],
        "items": [{"items": [{"body": body}]}],
        **changes,
    }


FACTS = (
    pair("Collection", "<span><a href='http://x.example'>Nets of all ages</a></span>"),
    pair("Names", "<span><a href='http://x.example'>Sol, Ana, 1750-1811</a>  (Artist)</span>", "Vale, Tom (Engraver)"),
    pair("Dates / Origin", "<span>Publisher: <a href='x'>Net &amp; Co., 1799</a></span>", "<span>Date Created <a href='x'>1792</a></span>"),
    pair("Physical Description", "<span><a href='x'>Engravings</a></span>", "39 x 50 cm."),
    pair("Library Locations", "<span>Prints</span>", "Shelf locator: Nets 3"),
)  # fmt: skip


def read(*facts: dict, **changes: object):
    manifest = {
        "id": f"http://qa-api-collections.nypl.org/manifests/{UUID}",
        "type": "Manifest",
        "label": {"en": ["Mending the nets"]},
        "metadata": [*FACTS, *facts],
        "rights": None,
        "requiredStatement": None,
        "items": [canvas()],
        **changes,
    }
    return nypl.read_item([answer(manifest)])


def test_an_item():
    record = read(pair("Rights", PUBLIC_DOMAIN), pair("Is Restricted", "False"))
    assert (record.key, record.title) == (f"nypl:{UUID}", "Mending the nets")
    assert record.page == f"https://digitalcollections.nypl.org/items/{UUID}"
    assert record.creators == (
        Creator(name="Sol, Ana", dates="1750-1811"),
        Creator(name="Vale, Tom", role="Engraver"),
    )
    assert (record.date, record.span) == ("1792", Span(1792, 1792))
    assert (record.medium, record.accession, record.part_of) == (
        "Engravings; 39 x 50 cm.",
        "Nets 3",
        ("Nets of all ages",),
    )
    assert record.images == (
        ImageFile(url="https://iiif.nypl.org/iiif/3/12/full/max/0/default.jpg", media_type="image/jpeg"),
    )
    assert (record.image_service, record.thumbnail) == (
        "https://iiif.nypl.org/iiif/3/12",
        "https://iiif.nypl.org/iiif/3/12/full/!300,300/0/default.jpg",
    )
    assert (record.rights.license.code, record.rights.written, record.rights.field) == (
        "NOC-US",
        PUBLIC_DOMAIN,
        "metadata[5].value",
    )


@pytest.mark.parametrize(
    ("sentence", "code"),
    [
        (
            "To the extent that a jurisdiction grants the Library a copyright, it is under CC0 1.0.",
            "CC0-1.0",
        ),
        ("... has been reviewed, but we were unable to make a conclusive determination.", "UND"),
        ("Public domain", "UNKNOWN"),
        ("Ask the Library for permission to use it.", "UNKNOWN"),
    ],
)
def test_sentences(sentence, code):
    assert read(pair("Rights", sentence)).rights.license.code == code


def test_the_address_of_a_statement_wins():
    address = "http://rightsstatements.org/vocab/InC/1.0/"
    assert read(pair("Rights", PUBLIC_DOMAIN), rights=address).rights.license.code == "INC"
    assert read(items=[canvas(rights=address)]).rights.license.code == "INC"


def test_leave_to_look_at_it_is_no_license():
    record = read(pair("Is Restricted", "False"))
    assert (record.rights.license.code, record.warnings) == ("UNKNOWN", ())
    record = read(pair("Is Restricted", "True"), pair("Rights", PUBLIC_DOMAIN))
    assert record.rights.license.code == "NOC-US"
    assert record.warnings == ("The Library shows it on its own premises only (Is Restricted).",)


def test_missing_facts():
    record = read(label=None, metadata=None, items=None)
    assert (record.title, record.creators, record.images, record.date) == ("", (), (), "")


def test_several_pictures():
    assert read(items=[canvas(), canvas()]).parts == 2


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"id": None}, ChangedShape, "the field id is missing"),
        ({"metadata": "x"}, ChangedShape, "the field metadata is text, not an object"),
        (
            {"items": [{"items": ["x"]}]},
            ChangedShape,
            r"the field items\[0\].items\[0\] is text, not an object",
        ),
        ({"type": "Collection"}, UnexpectedAnswer, "a collection of several items"),
    ],
)
def test_a_changed_answer_names_the_field(changes, error, message):
    with pytest.raises(error, match=message):
        read(**changes)


@pytest.mark.parametrize(
    "address",
    [
        f"https://digitalcollections.nypl.org/items/{UUID}",
        f"http://digitalcollections.nypl.org/items/{UUID.upper()}#/?zoom=true",
        f"https://digitalcollections.nypl.org/items/{UUID}/book?parent=1",
        f"https://api-collections.nypl.org/manifests/{UUID}",
        f"http://api.repo.nypl.org/api/v1/items/mods/{UUID}",
        f"https://api.repo.nypl.org/api/v2/items/item_details/{UUID}.json",
    ],
)
def test_addresses(address):
    assert nypl.find_item(address) == UUID


def test_other_addresses():
    assert nypl.find_item("https://digitalcollections.nypl.org/collections/nets") == ""


def test_the_address_that_was_asked_names_the_item():
    manifest = {"id": "https://x.example/1", "label": "Nets", "items": []}
    assert nypl.read_item([answer(manifest, url=nypl.ask_item(UUID).url)]).item == UUID


def search(**changes: object):
    hit = {
        "uuid": UUID,
        "title": "Nets",
        "imageID": "12",
        "rightsStatementURI": "https://creativecommons.org/publicdomain/zero/1.0/",
        "rightsStatement": "To the extent ...",
    }
    response = {
        "headers": {"code": "200", "status": "success"},
        "numResults": "3",
        "result": [hit],
        **changes,
    }
    request = {"page": "1", "perPage": "1", "totalPages": "3"}
    return nypl.read_search(
        answer(
            {"nyplAPI": {"request": request, "response": response}},
            url=nypl.ask_search(SearchQuery(words="nets")).url,
        )
    )


def test_a_search():
    request = nypl.ask_search(SearchQuery(words="nets & boats"))
    assert request.url == (
        "https://api.repo.nypl.org/api/v2/items/search?q=nets%20%26%20boats&page=1&per_page=20&publicDomainOnly=true"
    )
    assert (request.key.header, request.key.form) == ("Authorization", "Token token={}")
    found = search()
    assert (found.records[0].item, found.records[0].rights.license.code, found.total) == (UUID, "CC0-1.0", 3)
    assert found.next.url == (
        "https://api.repo.nypl.org/api/v2/items/search?q=nets&per_page=20&publicDomainOnly=true&page=2"
    )
    assert search(result=[None]).records == ()


def test_a_key_that_is_not_accepted():
    with pytest.raises(KeyRefused, match="does not accept the key: Unauthorized"):
        search(headers={"code": "401", "status": "error", "message": "Unauthorized"})


def test_a_recorded_manifest():
    record = nypl.read_item([recorded("nypl/collections_api_manifest_single_image.json")])
    assert (record.title, record.rights.license.code, record.date) == ("A smoking club", "NOC-US", "1792")
    assert record.creators == (Creator(name="Bunbury, Henry William", dates="1750-1811"),)
    assert record.image_service == "https://iiif.nypl.org/iiif/3/1107651"


def test_a_recorded_search():
    found = nypl.read_search(recorded("nypl/v1_items_search.json"))
    assert (found.total, found.records[0].rights.license.code) == (1275, "CC0-1.0")
