"""Small answers in the shape of an answer of 2020 in Openverse's tests (resources/smk/item.json)."""

import pytest
from fixtures.museum_answers import answer
from pelican.plugins.stylize.museums.errors import ChangedShape, NoSuchItem
from pelican.plugins.stylize.museums.importers import smk
from pelican.plugins.stylize.museums.importers.interface import SearchQuery
from pelican.plugins.stylize.museums.record import Creator, ImageFile, Span

OBJECT = {
    "object_number": "KKS12",
    "titles": [
        {"title": "Garnbøderen", "language": "dansk"},
        {"title": "Mending the Nets", "language": "engelsk"},
    ],
    "production": [
        {
            "creator": "Sol, Ana",
            "creator_forename": "Ana",
            "creator_surname": "Sol",
            "creator_date_of_birth": "1840-01-01T00:00:00.000Z",
            "creator_date_of_death": "1901-01-01T00:00:00.000Z",
        }
    ],
    "production_date": [{"period": "1862-1864", "start": "1861-12-31T00:00:00.000Z"}],
    "techniques": ["Radering", "Akvatinte"],
    "rights": "https://creativecommons.org/share-your-work/public-domain/cc0/",
    "public_domain": True,
    "image_native": "https://api.smk.dk/api/v1/download/abc/KKS 12.jpg",
    "image_width": 3076,
    "image_height": 5141,
    "image_thumbnail": "https://iip-thumb.smk.dk/iiif/jp2/kks12.tif.jp2/full/!1024,/0/default.jpg",
    "image_iiif_id": "https://iip.smk.dk/iiif/jp2/kks12.tif.jp2",
    "iiif_manifest": "https://api.smk.dk/api/v1/iiif/manifest/?id=kks12",
}


def read(**changes: object):
    return smk.read_item([answer({"items": [{**OBJECT, **changes}]})])


def test_an_object_with_english_title_and_cc0():
    record = read()
    assert (record.key, record.title, record.date, record.span) == (
        "smk:KKS12",
        "Mending the Nets",
        "1862-1864",
        Span(1862, 1864),
    )
    assert record.creators == (Creator(name="Ana Sol", dates="1840–1901"),)
    assert record.rights.license.code == "CC0-1.0"
    assert (record.page, record.medium) == (
        "https://open.smk.dk/en/artwork/image/KKS12",
        "Radering, Akvatinte",
    )
    assert record.images == (
        ImageFile(url="https://api.smk.dk/api/v1/download/abc/KKS%2012.jpg", width=3076, height=5141),
    )
    assert record.image_service == "https://iip.smk.dk/iiif/jp2/kks12.tif.jp2"


@pytest.mark.parametrize("rights", ["", "https://www.visda.dk/", None])
def test_rights_that_are_not_said_stay_unknown_also_for_a_work_in_the_public_domain(rights):
    assert read(rights=rights).rights.license.code == "UNKNOWN"


def test_a_name_that_is_in_one_piece_stays_so():
    assert read(production=[{"creator": "Ubekendt"}]).creators == (Creator(name="Ubekendt"),)


def test_what_is_not_there_and_what_has_changed_are_told_apart():
    with pytest.raises(NoSuchItem, match="it has no object of this number"):
        smk.read_item([answer({"items": []})])
    with pytest.raises(ChangedShape, match="the field items is missing"):
        smk.read_item([answer({"results": []})])
    with pytest.raises(ChangedShape, match=r"the field items\[0\]\.object_number is missing"):
        read(object_number=None)


@pytest.mark.parametrize(
    "address",
    [
        "https://open.smk.dk/en/artwork/image/KKS12",
        "https://open.smk.dk/artwork/image/KKS12?q=nets",
        "https://api.smk.dk/api/v1/art/?object_number=KKS12",
    ],
)
def test_its_addresses_name_the_object(address):
    assert smk.find_item(address) == "KKS12"
    assert smk.find_item("https://www.smk.dk/en/article/smk-api/") == ""


def test_a_search_asks_for_works_with_pictures():
    assert smk.ask_search(SearchQuery(words="fishing nets", most=5)).url == (
        "https://api.smk.dk/api/v1/art/search/?keys=fishing+nets"
        "&filters=%5Bhas_image%3Atrue%5D%2C%5Bpublic_domain%3Atrue%5D&offset=0&rows=5&lang=en"
    )
    page = smk.read_search(answer({"items": [OBJECT]}))
    assert ([record.key for record in page.records], page.next) == (["smk:KKS12"], None)


def test_a_full_page_of_hits_leads_to_the_next():
    asked = "https://api.smk.dk/api/v1/art/search/?keys=nets&offset={}&rows=1"
    page = smk.read_search(answer({"items": [OBJECT]}, url=asked.format(1)))
    assert page.next and page.next.url == "https://api.smk.dk/api/v1/art/search/?keys=nets&rows=1&offset=2"
    assert smk.read_search(answer({"items": []}, url=asked.format(2))).next is None
