"""Pages of invented museums in different dialects, and what each says about its item."""

import pytest
from fixtures import saved_pages
from pelican.plugins.stylize.museums.record import Creator, ImageFile, Span
from pelican.plugins.stylize.museums.saved_page.page_file import parse_saved_page
from pelican.plugins.stylize.museums.saved_page.understanding import Understanding, describe, understand


def read(html: str) -> Understanding:
    return understand(parse_saved_page(html.encode(), where="saved.html"))


def with_json(document: str) -> Understanding:
    return read(f'<html><script type="application/ld+json">{document}</script></html>')


def test_a_graph_of_schema_org():
    understood = read(saved_pages.GRAPH)
    record = understood.draft
    assert (record.key, record.page) == (
        "page:https://tides.example/works/77",
        "https://tides.example/works/77",
    )
    assert record.title == "The Wave"
    assert record.creators == (
        Creator(name="Ana Sol", dates="1840–1901", uris=("https://www.wikidata.org/entity/Q1",)),
        Creator(name="Tom Vale", role="printer"),
    )
    assert (record.date, record.span) == ("ca. 1862–64", Span(1862, 1864))
    assert (record.institution, record.accession, record.medium) == (
        "Museum of Tides",
        "1911.2",
        "Etching, aquatint",
    )
    assert record.part_of == ("The Sea",)
    assert record.images == (
        ImageFile(url="https://img.tides.example/iiif/77/full/max/0/default.jpg", width=4000, height=3000),
        ImageFile(url="https://tides.example/share/77.jpg"),
    )
    assert record.image_service == "https://img.tides.example/iiif/77"
    assert record.credit_line == "Museum of Tides, gift of B. Reed"
    assert (record.rights.license.code, record.rights.field) == ("PDM-1.0", "JSON-LD ImageObject.license")
    assert understood.hints == (
        "JSON-LD WebSite.license says 'https://creativecommons.org/licenses/by/4.0/' (about the site, not the"
        " picture; if it is meant for the picture: --license CC-BY-4.0)",
        "a rel=license in a footer says 'https://creativecommons.org/licenses/by-nc/4.0/' (about the site, not the"
        " picture; if it is meant for the picture: --license CC-BY-NC-4.0)",
    )


def test_each_value_is_shown_with_its_source():
    lines = describe(read(saved_pages.GRAPH))
    assert (
        lines[0] == "page of the item              https://tides.example/works/77 "
        " [link rel=canonical, JSON-LD VisualArtwork.url]"
    )
    assert (
        "title                         The Wave  [JSON-LD VisualArtwork.name, meta og:title,"
        " h1 (about the page), title element (about the page)]" in lines
    )
    assert "                              Tom Vale (printer)  [JSON-LD VisualArtwork.creator.name]" in lines


def test_a_library_catalogue_in_dublin_core():
    understood = read(saved_pages.DUBLIN_CORE)
    record = understood.draft
    assert (record.title, record.page) == ("Vue du port & des quais", "https://catalogue.example/ark:/1/b7")
    assert record.creators == (
        Creator(name="Sol, Ana", dates="1840-1901"),
        Creator(name="Vale, Tom", role="contributor"),
    )
    assert (record.date, record.institution, record.accession) == ("1862", "Bibliothèque des Marées", "EST-7")
    assert (record.medium, record.part_of) == ("lithographie", ("Vues de mer",))
    assert (record.rights.license.code, record.rights.field) == ("NOC-US", "meta dc.rights")
    assert describe(understood)[-1] == "The page has more than one date: '1862' is taken, not '[186-?]'."


def test_a_page_with_opengraph_only_states_no_rights():
    understood = read(saved_pages.OPEN_GRAPH)
    record = understood.draft
    assert (record.title, record.institution) == ("Harbor at dawn", "Kelp House")
    assert record.creators == (Creator(name="Ana Sol"),)
    assert record.images == (
        ImageFile(url="https://kelp.example/media/5-large.jpg", width=2400, height=1600),
    )
    assert record.alt == "Boats before a low sun"
    assert record.rights.license.code == "UNKNOWN"
    assert understood.hints == (
        "meta copyright says '© 2025 Kelp House. All rights reserved.' (about the page, not the picture)",
        "a href says 'https://creativecommons.org/licenses/by-sa/4.0/' (about the page, not the picture;"
        " if it is meant for the picture: --license CC-BY-SA-4.0)",
    )


def test_citation_tags():
    record = read(saved_pages.HIGHWIRE).draft
    assert (record.title, record.page) == ("Plate 12: Medusae", "https://jelly.example/plates/12")
    assert [creator.name for creator in record.creators] == ["Reed, Bo", "Sol, Ana"]
    assert (record.date, record.span, record.institution) == (
        "1899-04-01",
        Span(1899, 1899),
        "Institute of Jelly",
    )
    assert record.rights.license.code == "UNKNOWN"


def test_a_page_with_a_link_to_iiif():
    record = read(saved_pages.IIIF).draft
    assert record.title == "Map of a bay"
    assert record.manifest == "https://maps.example/iiif/3/manifest.json"
    assert record.image_service == "https://maps.example/iiif/image/3"
    assert (record.rights.license.code, record.rights.field) == ("CC-BY-4.0", "a rel=license in a figure")


def test_microdata():
    understood = read(saved_pages.MICRODATA)
    record = understood.draft
    assert (record.title, record.date) == ("Two Boats", "1881")
    assert record.creators == (Creator(name="Ana Sol"),)
    assert record.images == (ImageFile(url="https://stone.example/9.jpg"),)
    assert (record.rights.license.code, understood.hints) == ("CC0-1.0", ())


def test_a_hostile_page_gives_plain_texts_and_no_addresses():
    understood = read(saved_pages.HOSTILE + "<div class=x>" * 400_000)  # 5 MB
    record = understood.draft
    assert record.title == "Bad Title [31m"
    assert record.creators == (Creator(name="Ana Sol"),)
    assert (record.page, record.images, record.date) == ("", (), "")
    assert record.rights.license.code == "UNKNOWN"
    assert understood.warnings == (
        "the page is very long; 2 million characters of it are read",
        "a JSON-LD block of the page is damaged and is not read",
        "a JSON-LD block of the page is damaged and is not read",
    )


@pytest.mark.parametrize(
    "html",
    [
        "<a " * 300_000,
        "<!--" * 300_000,
        "<script>" * 100_000,
        "<svg/><svg>" * 50_000,
        "<p title='" + "x" * 600_000,
        "<div itemscope>" * 50_000,
        "<h1>" * 100_000,
        "<footer>" * 100_000,
        "&" * 600_000 + "<p>",
        "<![CDATA[<!" * 50_000,
    ],
    ids=lambda html: html[:12],
)
def test_a_damaged_page_is_read_in_linear_time(html):
    assert read(f"<html><title>Pier</title>{html}").draft.title == "Pier"


@pytest.mark.parametrize(
    ("document", "code", "reason"),
    [
        ('{"@type": "Painting", "license": "https://creativecommons.org/licenses/by/4.0/"}', "CC-BY-4.0", ""),
        ('{"@type": "Photograph", "license": {"@id": "http://rightsstatements.org/vocab/InC/1.0/"}}', "INC", ""),
        ('{"@type": "Painting", "license": "Our data is CC0, https://creativecommons.org/publicdomain/zero/1.0/"}', "UNKNOWN", "the page states no rights of the picture that we know"),
        ('{"@type": "Painting", "copyrightNotice": "© 2020 Ana Sol"}', "ALL-RIGHTS-RESERVED", ""),
        ('{"@type": "Painting", "copyrightNotice": "Alle Rechte vorbehalten"}', "ALL-RIGHTS-RESERVED", ""),
        ('{"@type": "Painting", "license": "OWN"}', "UNKNOWN", "the page states no rights of the picture that we know"),
        ('{"@type": "Painting", "license": "CC BY 4.0", "copyrightNotice": "© 2020 Ana Sol"}', "CC-BY-4.0", ""),
        ('{"@type": "Painting", "license": "CC0 1.0", "copyrightNotice": "© 2020 Ana Sol"}', "UNKNOWN", "the page states different rights for the picture"),
        ('{"@type": "Painting", "license": "CC BY 4.0", "copyrightNotice": "© A. All rights reserved"}', "UNKNOWN", "the page states different rights for the picture"),
        ('{"@type": "Painting", "sdLicense": "CC0 1.0"}', "UNKNOWN", "the page states no rights of the picture that we know"),
        ('{"@type": "WebPage", "license": "https://creativecommons.org/licenses/by/4.0/"}', "UNKNOWN", "the page states no rights of the picture that we know"),
        ('{"@type": "Painting", "license": "https://museum.example/terms"}', "UNKNOWN", "the page states no rights of the picture that we know"),
        ('{"@type": "Painting", "license": "https://creativecommons.org/licenses/by-sa/3.0/de/deed.de"}', "CC-BY-SA-3.0-DE", ""),
    ],
)  # fmt: skip
def test_rights_are_read_only_where_they_are_stated_for_the_picture(document, code, reason):
    rights = with_json(document).draft.rights
    assert (rights.license.code, rights.reason) == (code, reason)


def test_the_surface_of_a_painting_belongs_to_its_medium():
    document = '{"@type": "Painting", "artMedium": "Oil", "artworkSurface": "Canvas"}'
    assert with_json(document).draft.medium == "Oil on canvas"


def test_dublin_core_about_a_web_page_says_nothing_about_the_picture():
    html = '<meta name="DC.format" content="text/html"><meta name="DC.rights" content="CC BY 4.0"><p>'
    understood = read(html)
    assert understood.draft.rights.license.code == "UNKNOWN"
    assert understood.hints == (
        "meta dc.rights says 'CC BY 4.0' (about the page, not the picture;"
        " if it is meant for the picture: --license CC-BY-4.0)",
    )


@pytest.mark.parametrize(
    ("document", "title"),
    [
        ('{"@type": "VisualArtwork", "name": "Raw\nline"}', "Raw line"),
        ("{&quot;@type&quot;: &quot;Painting&quot;, &quot;name&quot;: &quot;Escaped&quot;}", "Escaped"),
        ('//<![CDATA[\n{"@type": "Painting", "name": "Wrapped"};\n//]]>', "Wrapped"),
        ('{"@type": "schema:Painting", "schema:name": "Prefixed"}', "Prefixed"),
        ('{"@type": "http://schema.org/Painting", "http://schema.org/name": "Full"}', "Full"),
        ('[{"@type": "Organization", "name": "X"}, {"@type": "ImageObject", "caption": "Boats"}]', "Boats"),
        ('{"@type": "ItemPage", "about": {"@type": "CreativeWork", "headline": "A work"}}', "A work"),
    ],
)
def test_titles_in_json_ld(document, title):
    assert with_json(document).draft.title == title


def test_of_several_works_the_one_with_the_address_of_the_page_is_meant():
    works = (
        '[{"@type": "Painting", "name": "Other", "url": "https://a.example/2"},'
        ' {"@type": "Painting", "name": "This", "url": "https://a.example/1"}]'
    )
    script = f'<script type="application/ld+json">{works}</script>'
    assert read(f'<link rel="canonical" href="https://a.example/1">{script}').draft.title == "This"
    understood = read(f"<p>{script}")
    assert understood.draft.title == "Other"
    assert understood.warnings == ("the page describes 2 works; the first is read, and not 'This'",)


def test_a_page_of_a_museum_that_can_be_asked_is_named():
    html = '<link rel="canonical" href="https://www.metmuseum.org/art/collection/search/12"><p>'
    assert read(html).known == "met:12"


@pytest.mark.parametrize(
    ("noted", "canonical", "page"),
    [
        ("https://a.example/7?x=1", "https://a.example/7", "https://a.example/7"),
        ("https://a.example/7", "https://a.example/", "https://a.example/7"),
        ("https://a.example/7", "https://elsewhere.example/7", "https://a.example/7"),
        ("file:///home/ana/page.html", "https://a.example/7", "https://a.example/7"),
    ],
)
def test_the_address_of_a_page(noted, canonical, page):
    html = f'<!-- saved from url=(0042){noted} --><link rel="canonical" href="{canonical}">'
    assert read(html).draft.page == page


def test_an_address_keeps_its_ampersands():
    picture = '{"contentUrl": "https://a.example/i.jpg?id=3&copy=1&section=2", "@type": "ImageObject"}'
    url = "https://a.example/i.jpg?id=3&copy=1&section=2"
    assert with_json(picture).draft.images == (ImageFile(url=url),)
    html = '<meta property="og:image" content="https://a.example/i.jpg?id=3&amp;copy=1&amp;section=2">'
    assert read(html).draft.images == (ImageFile(url=url),)


@pytest.mark.parametrize(
    "html",
    [
        '<a href="https://v.example/mirador?iiif-content=https://a.example/iiif/3/manifest">',
        '<iframe src="https://v.example/uv.html#?manifest=https://a.example/iiif/3/manifest&c=0">',
        '<div data-iiif-manifest="https://a.example/iiif/3/manifest">',
        # {"id": "https://a.example/iiif/3/manifest", "type": "Manifest"} as a content state
        '<a href="?iiif-content=eyJpZCI6ICJodHRwczovL2EuZXhhbXBsZS9paWlmLzMvbWFuaWZlc3QiLCAidHlwZSI6ICJNYW5pZmVzdCJ9">',
    ],
)
def test_links_to_manifests(html):
    found = read(f'<link rel="canonical" href="https://a.example/3">{html}').draft
    assert found.manifest == "https://a.example/iiif/3/manifest"


def test_a_notice_in_the_text_of_a_page_is_shown_and_decides_nothing():
    understood = read(
        '<html><meta property="og:title" content="Net Lofts"><body>'
        "<footer>&copy; 2024 Pier Museum. All rights reserved.</footer></body></html>"
    )
    assert understood.draft.rights.license.code == "UNKNOWN"
    assert understood.hints == (
        "text of the page says '© 2024 Pier Museum. All rights reserved.' (about the page, not the picture)",
    )
