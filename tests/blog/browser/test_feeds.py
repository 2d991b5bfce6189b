"""The feeds of the published demo blog, read by feedparser."""

import json
import re
from pathlib import Path

import feedparser
import pytest

SITE = "https://palimpsest.example"
ADDRESS = re.compile(r"""\b(?:href|src|resource|about)="([^"]*)"|\bsrcset="([^"]*)\"""")


@pytest.fixture(scope="module", params=["all.atom.xml", "all.rss.xml"])
def entries(request, published: Path) -> list[tuple[dict, str, dict]]:
    """Return each entry, its HTML, and the record of its cover."""
    found = feedparser.parse(published / "feeds" / request.param, sanitize_html=False)
    assert not found.bozo
    assert len(found.entries) == 7
    records = []
    for entry in found.entries:
        html = "".join([entry.get("summary", ""), *(part.value for part in entry.get("content", ()))])
        (enclosure,) = entry.enclosures
        sidecar = published / Path(enclosure.href.removeprefix(f"{SITE}/")).parent / "provenance.jsonld"
        records.append((entry, html, json.loads(sidecar.read_text("utf-8"))["record"]))
    return records


def test_each_story_with_a_stylized_cover_says_so_in_words_and_links_both_works_and_the_license(entries):
    for _, html, record in entries:
        assert "AI modified" in re.sub(r"<[^>]*>", "", html)
        links = set(re.findall(r'<a [^>]*href="([^"]*)"', html))
        assert record["photo"]["source_url"] in links
        assert {debt["artwork"]["source_url"] for debt in record["debts"]} - {""} <= links  # a plate of ours
        assert record["license"]["url"] in links


def test_each_entry_states_the_rights_of_its_cover(entries):
    for entry, _, record in entries:
        assert entry.rights.startswith(f"AI modified. Photo: {record['photo']['title']} by ")
        assert entry.rights.endswith(
            f" This picture: {record['maker']['name']}, {record['license']['name']}."
        )


def test_the_enclosure_is_the_cover_with_the_length_of_its_file(entries, published):
    for entry, _, _ in entries:
        (enclosure,) = entry.enclosures
        assert enclosure.type == "image/jpeg"
        size = (published / enclosure.href.removeprefix(f"{SITE}/")).stat().st_size
        assert int(enclosure.length) == size


def test_every_address_is_whole(entries):
    for entry, html, _ in entries:
        for address, choices in ADDRESS.findall(html):
            for url in [address] if address else [choice.split()[0] for choice in choices.split(",")]:
                assert url.startswith(("https://", "http://")), (entry.title, url)


def test_what_is_said_does_not_depend_on_style_sheets_or_scripts(entries):
    for _, html, _ in entries:
        assert not re.search(r"<(?:style|script|link)\b|display:\s*none|visibility:|\bhidden\b", html)
