"""How figures look in a theme that does not know them: Pelican's default, which squeezes figures on its home page."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from fixtures.small_blog import Blog, Built

STYLE = re.compile(r"<style>[^<]*</style>")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Return a blog in Pelican's default theme: a post with three pictures, and one without any."""
    blog = Blog.begin(tmp_path_factory.mktemp("looks"))
    blog.theme = "notmyidea"
    blog.photo("nets.jpg", size=(900, 600))
    blog.settings = {"RELATIVE_URLS": True, "FEED_ALL_ATOM": "all.atom.xml"}
    blog.post(
        "pier",
        "![Nets](nets.jpg){: stylize=harvesters }\n\nWords.\n\n![Nets](nets.jpg){: stylize=harvesters strength=0.5 }"
        " ![Pier](pier.jpg){: stylize=harvesters }",
        Date="2026-11-02",
    )
    blog.post("words", "Words alone.")
    return blog.build()


@pytest.fixture
def open_page(browser, site: Built) -> Iterator[Any]:
    """Open a page of the site in a window of this width."""
    pages = []

    def open_page(name: str, *, width: int) -> Any:
        page = browser.new_page(viewport={"width": width, "height": 900})
        pages.append(page)
        page.goto((site.output / name).as_uri())
        return page

    yield open_page
    for page in pages:
        page.close()


def boxes(page: Any, selector: str) -> list[dict[str, float]]:
    return [element.bounding_box() for element in page.query_selector_all(selector)]


@pytest.mark.browser
@pytest.mark.parametrize(("width", "column"), [(1280, 760), (390, 350)])
def test_the_first_article_of_the_home_page_shows_its_figures_as_wide_as_its_text(open_page, width, column):
    page = open_page("index.html", width=width)
    figure = boxes(page, "#featured figure")[0]
    text = page.query_selector("#featured article > p").bounding_box()
    assert figure["width"] == text["width"] >= column - 10
    assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.browser
def test_two_pictures_stand_side_by_side_where_there_is_room_and_else_one_below_the_other(open_page):
    left, right = boxes(open_page("pier.html", width=1280), ".stylized-row > figure")
    assert left["y"] == right["y"] and left["x"] + left["width"] < right["x"]
    first, second = boxes(open_page("pier.html", width=390), ".stylized-row > figure")
    assert first["x"] == second["x"] and first["y"] + first["height"] < second["y"]


@pytest.mark.browser
def test_the_marker_of_the_details_is_shown_in_a_theme_that_hides_it(open_page):
    page = open_page("pier.html", width=1280)
    page.add_style_tag(content="summary { display: block; list-style: none } summary::marker { content: '' }")
    assert page.evaluate(
        "(({display, listStyleType}) => [display, listStyleType])(getComputedStyle(document.querySelector('summary')))"
    ) == ["list-item", "disclosure-closed"]


@pytest.mark.browser
def test_a_class_of_the_theme_that_an_author_has_given_keeps_its_effect(open_page):
    page = open_page("pier.html", width=1280)
    page.evaluate("document.querySelector('.stylize-figure').className = 'right stylize-figure stylized'")
    assert page.evaluate("getComputedStyle(document.querySelector('.stylize-figure')).float") == "right"


def test_pages_with_pictures_have_the_rules_once_and_no_others_have_them(site: Built):
    assert site.code == 0, site.printed
    assert len(STYLE.findall(site.page("pier.html"))) == 1
    assert len(STYLE.findall(site.page("index.html"))) == 1
    assert STYLE.findall(site.page("words.html")) == []
    assert STYLE.findall(site.page("archives.html")) == []
    assert "<style" not in site.page("all.atom.xml") and "&lt;style" not in site.page("all.atom.xml")


def test_the_rules_name_no_element_that_is_not_ours(site: Built):
    (rules,) = STYLE.findall(site.page("pier.html"))
    selectors = re.findall(r"([^{}]+){", rules.removeprefix("<style>"))
    assert len(selectors) > 5
    ours = (".stylize-", ".stylized-row", '[class^="stylize-figure"]')
    assert [each for each in selectors if not each.strip().startswith(ours)] == []


def test_a_theme_with_rules_of_its_own_leaves_ours_out(blog: Blog):
    blog.stylize["css"] = False
    blog.post("pier", "![Pier](pier.jpg){: stylize=harvesters }")
    assert "<style" not in blog.build().page("pier.html")
