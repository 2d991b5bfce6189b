"""`museum.add --series`: a style for each work of a IIIF collection, and what their pages say.

The collection and its manifests are in the form of the Presentation API 3.0; none is recorded.
"""

import re

import pytest
from fixtures.museum_blog import draw_jpeg

HOST = "https://host.example"
WORDS = ("--as", "style", "--category", "labor", "--series")


def manifest(number: int, *, canvases: int = 1, title: str = "") -> dict:
    return {
        "@context": "http://iiif.io/api/presentation/3/context.json",
        "id": f"{HOST}/{number}/manifest",
        "type": "Manifest",
        "label": {"en": [title or f"Sheet {number}"]},
        "rights": "http://creativecommons.org/publicdomain/zero/1.0/",
        "homepage": [{"id": f"{HOST}/{number}", "type": "Text"}],
        "items": [
            {
                "id": f"{HOST}/{number}/canvas/{canvas}",
                "type": "Canvas",
                "height": 240,
                "width": 320,
                "items": [
                    {
                        "type": "AnnotationPage",
                        "items": [
                            {
                                "type": "Annotation",
                                "motivation": "painting",
                                "body": {
                                    "id": f"{HOST}/{number}-{canvas}.jpg",
                                    "type": "Image",
                                    "format": "image/jpeg",
                                    "height": 240,
                                    "width": 320,
                                },
                            }
                        ],
                    }
                ],
            }
            for canvas in range(1, canvases + 1)
        ],
    }


@pytest.fixture
def portfolio(museum_blog):
    """A museum with a portfolio of three sheets, of which two share a title, and a book of two pages."""
    members = []
    for number, title in ((1, "Nets"), (2, "Boats & Oars"), (3, "Nets")):
        museum_blog.answer(f"/host.example/{number}/manifest", manifest(number, title=title))
        members.append({"id": f"{HOST}/{number}/manifest", "type": "Manifest", "label": {"en": [title]}})
        museum_blog.museum.page(f"/host.example/{number}-1.jpg", body=draw_jpeg(number))
    museum_blog.answer(
        "/host.example/portfolio",
        {
            "id": f"{HOST}/portfolio",
            "type": "Collection",
            "label": {"en": ["The Pier & Oar Portfolio"]},
            "items": members,
        },
    )
    museum_blog.answer("/host.example/7/manifest", manifest(7, canvases=2, title="A Book"))
    for canvas in (1, 2):
        museum_blog.museum.page(f"/host.example/7-{canvas}.jpg", body=draw_jpeg(70 + canvas))
    return museum_blog


def series_of(page: str) -> str:
    return " ".join(re.search(r'<p class="[^"]*series">(.*?)</p>', page, re.DOTALL)[1].split())


def test_a_collection_becomes_styles_whose_pages_name_each_other(portfolio):
    ended = portfolio.run("museum.add", f"{HOST}/portfolio", *WORDS)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.splitlines()[0] == "The Pier & Oar Portfolio: 3 works"
    made = {"nets": 1, "boats-oars": 2, "nets-2": 3}
    for slug, number in made.items():
        text = (portfolio.root / "styles" / slug / "style.toml").read_text("utf-8")
        assert f'item = "iiif:{HOST}/{number}/manifest"\n' in text
        assert f'part_of = "The Pier & Oar Portfolio"\nparent = "{HOST}/portfolio"\n' in text
    portfolio.blog.post("pier", "![A pier](../photos/pier.jpg){: stylize }", Style="nets")
    built = portfolio.blog.build()
    assert built.code == 0, built.printed
    site = "https://pier.example/styles"
    assert series_of(built.page("styles/nets/index.html")) == (
        f'Part of <a href="{HOST}/portfolio">The Pier &amp; Oar Portfolio</a>. Other styles of this series:'
        f' <a href="{site}/boats-oars/">Boats &amp; Oars</a>, <a href="{site}/nets-2/">Nets</a>.'
    )
    assert 'series">' not in built.page("styles/harvesters/index.html")
    assert portfolio.run("museum.add", f"{HOST}/portfolio", *WORDS).out.count("already") == 3


def test_the_page_in_german(portfolio):
    portfolio.run("museum.add", f"{HOST}/portfolio", *WORDS)
    portfolio.blog.settings["DEFAULT_LANG"] = "de"
    portfolio.blog.post("pier", "![A pier](../photos/pier.jpg){: stylize }", Style="nets")
    page = portfolio.blog.build().page("styles/boats-oars/index.html")
    assert series_of(page).startswith(
        f'Teil von <a href="{HOST}/portfolio">The Pier &amp; Oar Portfolio</a>.'
    )
    assert "Andere Stile dieser Reihe: <a" in series_of(page)


def test_a_manifest_of_several_pictures(portfolio):
    ended = portfolio.run("museum.add", f"{HOST}/7/manifest", *WORDS)
    assert (ended.code, ended.err) == (0, "")
    items = {
        line
        for path in (portfolio.root / "styles").glob("a-book*/style.toml")
        for line in path.read_text("utf-8").splitlines()
        if line.startswith(("item", "parent"))
    }
    assert items == {
        f'item = "iiif:{HOST}/7/manifest"',
        f'item = "iiif:{HOST}/7/manifest #2"',
        f'parent = "{HOST}/7/manifest"',
    }


def test_a_limit_and_a_work_that_cannot_be_had(portfolio):
    ended = portfolio.run("museum.add", f"{HOST}/portfolio", *WORDS, "--most-items", "2")
    assert (
        "The Pier & Oar Portfolio has more works than these 2. To add more of them: --most-items 4"
        in ended.out
    )
    portfolio.museum.page("/host.example/3/manifest", status=404)
    ended = portfolio.run("museum.add", f"{HOST}/portfolio", *WORDS)
    assert (ended.code, ended.out.count("already")) == (2, 2)
    assert f"{HOST}/3/manifest: it has nothing at this address (404)." in ended.err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["met:12", *WORDS], "met:12: --series takes the address of a IIIF collection, or of a manifest"),
        (
            [f"{HOST}/portfolio", "--as", "photo", "--series"],
            "--series makes a style of each work: --as style",
        ),
        (
            [f"{HOST}/portfolio", *WORDS, "--slug", "nets"],
            "--slug is for one item, and a series has several.",
        ),
    ],
)
def test_what_was_typed_wrongly(words, message, museum_blog):
    ended = museum_blog.run("museum.add", *words)
    assert ended.code == 2
    assert ended.err.startswith(message)
