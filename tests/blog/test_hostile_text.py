"""Text that breaks pages: the pages stay valid, and parsers read back what was typed."""

import re

import feedparser
import html5lib
import pytest
from fixtures import third_party_parsers
from fixtures.hostile_text import ARTWORK_SOURCE, SOURCE, WORDS, write_posts
from fixtures.small_blog import Blog
from fixtures.third_party_parsers import CC, DCTERMS

SITE = "https://pier.example"
KINDS = list(enumerate(WORDS.values()))


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The blog with text that breaks pages, built once."""
    blog = Blog.begin(tmp_path_factory.mktemp("hostile"))
    write_posts(blog)
    built = blog.build()
    assert built.code == 0, built.printed
    return built


def said(built, number):
    return third_party_parsers.read(built.page(f"post-{number}.html"), f"{SITE}/post-{number}.html")


def test_every_page_is_parsed_without_an_error(built):
    faults = {}
    for path in built.output.rglob("*.html"):
        parser = html5lib.HTMLParser()
        parser.parse(path.read_text("utf-8"))
        if parser.errors:
            faults[path.name] = parser.errors
    assert faults == {}


@pytest.mark.parametrize(("number", "words"), KINDS, ids=list(WORDS))
def test_structured_data_is_read_back_as_it_was_typed(built, number, words):
    (picture,) = said(built, number).structured.values()
    photo, artwork = picture["isBasedOn"]
    assert picture["name"] == f"{words}, after {words}"
    assert (photo["name"], photo["creator"]["name"], photo["url"]) == (words, words, SOURCE)
    assert (artwork["name"], artwork["artMedium"], artwork["url"]) == (words, words, ARTWORK_SOURCE)
    assert artwork["provider"]["name"] == artwork["identifier"]["value"] == words


@pytest.mark.parametrize(("number", "words"), KINDS, ids=list(WORDS))
def test_the_attributes_of_a_page_are_read_back_as_they_were_typed(built, number, words):
    (node,) = said(built, number).attributes.values()
    assert third_party_parsers.values(node, f"{DCTERMS}source") == [SOURCE]
    assert third_party_parsers.values(node, f"{DCTERMS}references") == [ARTWORK_SOURCE]
    assert third_party_parsers.values(node, f"{CC}license") == [
        "https://creativecommons.org/licenses/by/4.0/"
    ]
    page = html5lib.parse(built.page(f"post-{number}.html"), namespaceHTMLElements=False)
    (image,) = page.findall(".//picture/img")
    assert image.get("alt") == words
    assert "".join(page.find(".//figcaption//cite").itertext()) == words
    assert "".join(page.find(".//article/header/h1").itertext()) == words


@pytest.mark.parametrize("name", ["all.atom.xml", "all.rss.xml"])
def test_feeds_are_whole_too(built, name):
    feed = feedparser.parse(built.output / name, sanitize_html=False)
    assert not feed.bozo
    assert len(feed.entries) == len(WORDS)
    words = " ".join(WORDS["signs"].split())
    assert sum(words in entry.rights for entry in feed.entries) == 1
    assert all(re.search("AI modified", entry.rights) for entry in feed.entries)
