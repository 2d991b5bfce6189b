"""The demo blog in a real browser: at phone and desktop width, light and dark, without JavaScript."""

import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest

pytestmark = pytest.mark.browser

PAGES = [
    "",
    "the-tide-table/",
    "the-row-in-front/",
    "a-wall-in-the-wind/",
    "about/",
    "styles/",
    "styles/harvesters/",
]


@pytest.fixture(params=[(390, "light"), (390, "dark"), (1280, "light"), (1280, "dark")], ids=str)
def page(request, browser):
    """A page without JavaScript, as wide as a phone or a desktop, light or dark."""
    width, scheme = request.param
    context = browser.new_context(
        viewport={"width": width, "height": 900}, color_scheme=scheme, java_script_enabled=False
    )
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_loads_whole_from_this_site_alone_and_does_not_scroll_sideways(page, address, name):
    requests, failed = [], []
    page.on("request", lambda request: requests.append(request.url))
    page.on("requestfailed", lambda request: failed.append(request.url))
    page.on("response", lambda response: response.ok or failed.append(response.url))
    page.goto(f"{address}/{name}", wait_until="networkidle")
    assert failed == []
    assert [url for url in requests if not url.startswith((address, "data:"))] == []
    width = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert width[0] <= width[1]


def test_a_draft_says_next_to_the_quick_picture_that_the_painted_one_is_to_come(
    page, address, address_of_draft
):
    page.goto(f"{address_of_draft}/the-tide-table/")
    note = page.get_by_text("Draft: pelican-stylize build makes the painted picture.")
    assert note.is_visible()
    picture, words = page.locator("figure.stylized img").first.bounding_box(), note.bounding_box()
    assert words["y"] >= picture["y"] + picture["height"]
    assert words["x"] + words["width"] <= page.viewport_size["width"]
    page.goto(f"{address}/the-tide-table/")
    assert page.locator(".draft-note").count() == 0


@pytest.mark.parametrize(
    "name", ["the-tide-table/", "the-row-in-front/", "a-wall-in-the-wind/", "nobody-is-working/"]
)
def test_every_picture_is_loaded_has_alt_text_and_links_to_both_originals(browser, address, name):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(f"{address}/{name}")
    figures = page.locator("article figure")
    assert figures.count() >= 2
    for number in range(figures.count()):
        figure = figures.nth(number)
        figure.scroll_into_view_if_needed()
        image = figure.locator("picture img")
        image.evaluate("image => image.decode()")
        assert image.evaluate("image => image.currentSrc").endswith(".avif")
        assert image.get_attribute("alt")
        links = [link.get_attribute("href") for link in figure.locator("figcaption a").all()]
        credits = [urlsplit(link) for link in links if link.startswith("http")]
        assert all(link.scheme == "https" and "." in link.netloc for link in credits)
        hosts = {link.netloc for link in credits}
        assert "commons.wikimedia.org" in hosts
        if "stylized" in figure.get_attribute("class"):
            assert "www.metmuseum.org" in hosts
            assert figure.get_by_text("AI modified").is_visible()
            assert "by a neural network" in figure.locator("figcaption").inner_text()
    page.close()


def test_how_a_picture_was_made_opens_and_shows_photo_and_artwork(browser, address):
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto(f"{address}/the-tide-table/")
    details = page.locator("article details").first
    works = details.locator(".works img")
    assert works.count() == 2 and not works.first.is_visible()
    details.locator("summary").focus()
    page.keyboard.press("Enter")
    for number in range(2):
        work = works.nth(number)
        work.scroll_into_view_if_needed()
        work.evaluate("image => image.decode()")
        assert work.evaluate("image => image.naturalWidth") == 480
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    details.get_by_role("link", name="The whole record").click()
    page.close()


@pytest.mark.parametrize("name", ["credits", "provenance"])
@pytest.mark.parametrize("width", [390, 1280])
def test_the_pages_of_provenance_are_reached_from_every_page_and_fit(browser, address, name, width):
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.goto(f"{address}/")
    page.locator(f'footer a[href="/{name}/"]').click()
    assert page.url == f"{address}/{name}/"
    assert page.locator("h1").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.close()


def test_nothing_jumps_while_a_page_loads(browser, address):
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.add_init_script(
        "window.shift = 0; new PerformanceObserver(list => list.getEntries().forEach(entry => "
        "{ if (!entry.hadRecentInput) window.shift += entry.value }))"
        ".observe({type: 'layout-shift', buffered: true})"
    )
    page.goto(f"{address}/the-tide-table/", wait_until="networkidle")
    page.wait_for_timeout(300)
    assert page.evaluate("window.shift") < 0.01
    page.close()


def test_the_cover_leads_to_its_post_and_the_credit_to_its_style(browser, address):
    page = browser.new_page()
    page.goto(f"{address}/")
    page.get_by_role("link", name="The tide table").first.click()
    assert page.url == f"{address}/the-tide-table/"
    page.get_by_role("link", name="More in this style").first.click()
    assert page.url == f"{address}/styles/harvesters/"
    assert page.get_by_text("Rogers Fund, 1919").is_visible()
    page.get_by_role("link", name="The tide table").first.click()
    assert page.url == f"{address}/the-tide-table/"
    page.close()


def test_every_link_within_the_site_leads_somewhere(site: Path):
    for path in site.rglob("*.html"):
        for link in re.findall(r'(?:href|src)="(/[^"#]*)', path.read_text("utf-8")):
            target = site / link.lstrip("/")
            assert target.is_file() or (target / "index.html").is_file(), f"{path}: {link}"


def test_ids_on_a_page_are_its_own(site: Path):
    for path in site.rglob("*.html"):
        ids = re.findall(r'\bid="([^"]+)"', path.read_text("utf-8"))
        assert len(ids) == len(set(ids)), path
