"""All museums together: what each has to say about itself."""

import re

import pytest
from fixtures.museum_answers import answer
from pelican.plugins.stylize.museums.errors import MuseumError
from pelican.plugins.stylize.museums.importers.closed import list_closed_collections
from pelican.plugins.stylize.museums.importers.interface import Museum, SearchQuery
from pelican.plugins.stylize.museums.importers.registry import MUSEUMS

EACH = pytest.mark.parametrize("museum", MUSEUMS, ids=lambda museum: museum.name)


@EACH
def test_each_museum_fills_its_row(museum):
    row = [museum.title, museum.home, museum.how, museum.rights, museum.image_size, museum.checked]
    assert all(row)
    assert museum.budgets or museum.name == "iiif"  # which has no host of its own
    assert (museum.ask_search is None) == (museum.read_search is None)
    if museum.key:
        assert museum.key.get_one_at.startswith("https://")


@EACH
@pytest.mark.parametrize(
    "body",
    [
        "{}",
        "[]",
        "null",
        '"text"',
        "1",
        "[[]]",
        '{"a": 1',
        "<html><p>Sorry</p></html>",
        "",
        "\x00",
        '{"data": 5}',
    ],
)
def test_a_strange_answer_is_told_in_words(museum, body):
    with pytest.raises(MuseumError, match=r"\w+ \w+"):
        museum.read_item([answer(body)])
    # A search that finds nothing looks strange too, in some services.
    assert museum.read_search is None or find_hits(museum, body) == ()


def find_hits(museum: Museum, body: str) -> tuple[object, ...]:
    try:
        page = museum.read_search(answer(body))
    except MuseumError:
        return ()
    return (*page.records, *page.items)


@EACH
def test_an_address_of_another_site_is_not_its(museum):
    for address in ("https://example.org/item/1", "https://example.org/?u=https://a.example/1", "", "x"):
        assert museum.find_item(address) == ""


@EACH
def test_words_of_a_search_are_quoted(museum):
    if museum.ask_search is None:
        pytest.skip("it cannot be searched")
    url = museum.ask_search(SearchQuery(words="a&b=c d#é")).url
    assert re.search(r"a%26b%3Dc(%20|\+)d%23%C3%A9", url)


def test_closed_collections_say_why_and_what_to_do():
    closed = list_closed_collections()
    assert [one.name for one in closed] == ["searchgov", "google", "zeller", "pond5"]
    assert all(one.reason.endswith(".") and one.instead for one in closed)
    assert not {one.name for one in closed} & {museum.name for museum in MUSEUMS}
