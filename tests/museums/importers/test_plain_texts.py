"""Texts of museums as a reader sees them."""

import pytest
from pelican.plugins.stylize.museums.importers.plain_texts import strip_html


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Two <b>boats</b></p><p>at A &lt; B", "Two boats at A < B"),
        ("5 < 7 and more", "5 < 7 and more"),
        ("a<!-- not this --> tide<!-- nor this", "a tide nor this"),
        ("<script>alert(1)</script>Pier &amp; quay", "Pier & quay"),
        ("<![CDATA[Pier]]>", "CDATA[Pier]]>"),
    ],
)
def test_html_becomes_text(html, text):
    assert strip_html(html) == text


@pytest.mark.parametrize(
    "html", ["<a " * 66_000, "<!-- > " * 28_000, "<![CDATA[ >" * 18_000, "<a x='>" * 28_000]
)
def test_tags_without_an_end_take_no_minutes(html):
    assert len(strip_html(f"Pier {html}")) <= 10_000
