import pytest
from fixtures.museum_answers import answer
from pelican.plugins.stylize.museums.errors import KeyMissing
from pelican.plugins.stylize.museums.importers import dpla, flickr
from pelican.plugins.stylize.museums.lookup import look_up

OEMBED = {"web_page": "https://www.flickr.com/photos/ana/12345/", "title": "Nets", "license_id": "4"}


def ask_without_a_key(request):
    if request.key:
        raise KeyMissing("it needs a key")
    return answer(OEMBED, url=request.url)


def test_an_item_is_asked_for_without_a_key_where_that_is_possible():
    record = look_up(flickr.MUSEUM, "12345", ask_without_a_key).record
    assert (record.title, record.rights.license.code) == ("Nets", "CC-BY-2.0")


def test_a_key_that_is_missing():
    with pytest.raises(KeyMissing, match=r"^Digital Public Library of America, 12345: it needs a key$"):
        look_up(dpla.MUSEUM, "12345", ask_without_a_key)
