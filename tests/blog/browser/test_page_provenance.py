"""Every stylized picture on every page of the published demo blog, read by extruct and rdflib."""

import json
import re
from pathlib import Path

import html5lib
import pytest
import rdflib
from fixtures import third_party_parsers
from fixtures.third_party_parsers import CC, DCTERMS, PROV

SITE = "https://palimpsest.example"
# Those that Google's image search reads, beside `license`: developers.google.com, image license metadata.
FIELDS = ("contentUrl", "license", "acquireLicensePage", "creditText", "creator", "copyrightNotice")
SCHEMA = "https://schema.org/"


@pytest.fixture(scope="module")
def records(published: Path) -> dict[str, dict]:
    """The record of each stylized picture, by its folder."""
    sidecars = {path.parent.name: json.loads(path.read_text("utf-8")) for path in published.rglob("*.jsonld")}
    return {name: found["record"] for name, found in sidecars.items() if "debts" in found["record"]}


@pytest.fixture(scope="module")
def shown(published: Path, records) -> list[tuple[str, set[str], third_party_parsers.ParsedPage]]:
    """Return for each page its name, its stylized pictures, and what the parsers read about them."""
    found = []
    for path in sorted(published.rglob("*.html")):
        html, name = path.read_text("utf-8"), str(path.relative_to(published))
        pictures = set(re.findall(r"/pictures/([^/]+)/\d+\.jpg", html)) & records.keys()
        found.append(
            (name, pictures, third_party_parsers.read(html, f"{SITE}/{name.removesuffix('index.html')}"))
        )
    return found


def test_the_pictures_of_the_demo_blog_are_on_its_posts_and_on_its_listing_pages(shown, records):
    pages = {name: len(pictures) for name, pictures, _ in shown if pictures}
    assert pages["index.html"] == 7
    assert pages["the-row-in-front/index.html"] == 3
    # Posts, and the photos of its panel, of which two are painted too.
    assert pages["styles/harvesters/index.html"] == 2 + 6 + 2
    assert set().union(*(pictures for _, pictures, _ in shown)) == records.keys()


def test_each_has_the_six_fields_that_image_search_reads(shown):
    lacking = [
        (name, picture, field)
        for name, pictures, said in shown
        for picture in pictures
        for field in FIELDS
        if not said.structured.get(picture, {}).get(field)
    ]
    assert lacking == []


def test_each_names_its_license_sources_and_author_in_the_page_itself(shown, records):
    for name, pictures, said in shown:
        for picture in pictures:
            record, node = records[picture], said.attributes.get(picture, {})
            facts = {
                "license": third_party_parsers.values(node, f"{CC}license"),
                "source": third_party_parsers.values(node, f"{DCTERMS}source"),
                "references": sorted(third_party_parsers.values(node, f"{DCTERMS}references")),
                "attributionName": third_party_parsers.values(node, f"{CC}attributionName"),
            }
            assert facts == {
                "license": [record["license"]["url"]],
                "source": [record["photo"]["source_url"]],
                "references": sorted(pages_of(record)),
                "attributionName": [record["maker"]["name"]],
            }, (name, picture)


def pages_of(record: dict) -> list[str]:
    """Return the pages of artworks in collections; the site's own plates have none."""
    return [url for debt in record["debts"] if (url := debt["artwork"]["source_url"])]


def test_no_page_puts_its_own_words_under_the_license_of_a_work(shown):
    licensed = [name for name, _, said in shown if any("license" in property for property in said.page)]
    assert licensed == []


def test_a_picture_on_a_listing_page_belongs_to_the_post_that_tells_its_story(shown):
    on_page = {name: pictures for name, pictures, _ in shown}
    for name, pictures, said in shown:
        for picture in pictures:
            post = said.structured[picture]["isPartOf"]["url"].removeprefix(f"{SITE}/")
            assert picture in on_page[f"{post}index.html"], name


def test_every_page_is_parsed_without_an_error(published):
    faults = {}
    for path in published.rglob("*.html"):
        parser = html5lib.HTMLParser()
        parser.parse(path.read_text("utf-8"))
        if parser.errors:
            faults[str(path)] = parser.errors
    assert faults == {}


def test_the_sidecar_of_each_says_what_it_was_derived_from(published, records):
    for picture, record in records.items():
        path = published / "pictures" / picture / "provenance.jsonld"
        url = f"{SITE}/pictures/{picture}/provenance.jsonld"
        graph = rdflib.Graph().parse(data=path.read_text("utf-8"), format="json-ld", publicID=url)
        this, photo = rdflib.URIRef(url), rdflib.URIRef(record["photo"]["source_url"])
        artworks = {
            rdflib.URIRef(debt["artwork"]["source_url"] or f"urn:sha256:{debt['artwork_sha256']}")
            for debt in record["debts"]
        }
        styles = {rdflib.URIRef(f"urn:sha256:{debt['numbers']}") for debt in record["debts"]}
        derived = rdflib.URIRef(f"{PROV}wasDerivedFrom")
        assert set(graph.objects(this, derived)) == {photo}
        assert set(graph.objects(this, rdflib.URIRef(f"{SCHEMA}isBasedOn"))) == artworks
        assert set(graph.objects(this, rdflib.URIRef(f"{CC}license"))) == {
            rdflib.URIRef(record["license"]["url"])
        }
        (making,) = graph.objects(this, rdflib.URIRef(f"{PROV}wasGeneratedBy"))
        network = rdflib.URIRef(f"urn:sha256:{record['drawing']['network']}")
        assert set(graph.objects(making, rdflib.URIRef(f"{PROV}used"))) == {photo, network, *styles}
        assert {artwork for style in styles for artwork in graph.objects(style, derived)} == artworks
