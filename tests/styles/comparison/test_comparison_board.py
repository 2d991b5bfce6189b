"""The board of a comparison is a folder that needs nothing else, and shows hostile text as text."""

import errno
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest
from fixtures.images import quarters
from pelican.plugins.stylize.model.entities import Verdict
from pelican.plugins.stylize.storage.atomic_files import DiskError
from pelican.plugins.stylize.styles.comparison.board import (
    PHOTO,
    ComparisonIntro,
    ComparisonRow,
    artwork_name,
    picture_name,
    write_board,
    write_picture,
)
from pelican.plugins.stylize.styles.library import load_style
from PIL import Image

HARVESTERS = load_style(Path(__file__).parents[3] / "styles" / "harvesters")
HOSTILE = '"><script>alert(1)</script>\udcff{style}'
INTRO = ComparisonIntro(photo="pier.jpg", alt="A pier", size=(300, 200), notes=["Quality: quick."])


def row(**changed) -> ComparisonRow:
    usual = ComparisonRow(style=HARVESTERS, line="Style: harvesters", size=(300, 200), quality="quick")
    return replace(usual, **changed)


class Tags(HTMLParser):
    """Collects the elements of a page, and their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict]] = []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))

    def every(self, name: str) -> list[dict]:
        return [attributes for tag, attributes in self.found if tag == name]


def test_the_page_needs_only_the_pictures_beside_it(tmp_path):
    page = write_board([row()], INTRO, folder=tmp_path)
    text = page.read_text("utf-8")
    tags = Tags(text)
    assert [image["src"] for image in tags.every("img")] == [
        "photo.jpg",
        "pictures/harvesters.jpg",
        "artworks/harvesters.jpg",
    ]
    assert [link["href"] for link in tags.every("a")] == ["photo.jpg", "pictures/harvesters.jpg"]
    assert not tags.every("link")
    assert "url(" not in text and "@import" not in text and "fetch(" not in text and "http" not in text


def test_hostile_text_stays_text(tmp_path):
    hostile = replace(
        HARVESTERS, title=HOSTILE, category=HOSTILE, verdict=Verdict(word="meh", on="", note=HOSTILE)
    )
    rows = [row(style=hostile, line=HOSTILE, notes=(HOSTILE,)), row(size=None, missing=HOSTILE)]
    intro = replace(INTRO, photo=HOSTILE, alt=HOSTILE, notes=[HOSTILE])
    tags = Tags(write_board(rows, intro, folder=tmp_path).read_text("utf-8"))
    assert len(tags.every("script")) == 1
    assert tags.every("img")[0]["alt"] == '"><script>alert(1)</script>?{style}'


def test_a_style_can_be_reached_by_keyboard_and_every_picture_has_its_size(tmp_path):
    tags = Tags(write_board([row(), row()], INTRO, folder=tmp_path).read_text("utf-8"))
    assert [item.get("tabindex") for item in tags.every("li")] == [None, "0", "0"]
    sizes = [(image.get("width"), image.get("height")) for image in tags.every("img")]
    assert sizes[:2] == [("300", "200"), ("300", "200")]


def test_pictures_are_scaled_down_and_keep_their_shape(tmp_path):
    assert write_picture(quarters(2400, 1000), PHOTO, folder=tmp_path) == (1200, 500)
    assert write_picture(quarters(300, 200), picture_name(HARVESTERS), folder=tmp_path) == (300, 200)
    assert write_picture(quarters(640, 640), artwork_name(HARVESTERS), folder=tmp_path, long_edge=320) == (
        320,
        320,
    )
    with Image.open(tmp_path / "photo.jpg") as image:
        assert (image.format, image.size) == ("JPEG", (1200, 500))


def test_a_disk_that_refuses_is_explained(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def refuse(self, data):
        raise OSError(errno.ENOSPC, "No space left on device", str(self))

    monkeypatch.setattr(Path, "write_bytes", refuse)
    with pytest.raises(DiskError) as raised:
        write_board([row()], INTRO, folder=tmp_path / "board")
    assert str(raised.value) == (
        "board: the disk is full while writing the board of a comparison; what was finished is kept. Free some"
        " space and build again."
    )


@pytest.fixture
def show(tmp_path, browser, request):
    """Open a board of two styles in a browser without a network."""

    def show(*, script: bool = True, width: int = 1280, scheme: str = "light"):
        boats = replace(HARVESTERS, slug="boats", title="Boats")
        rows = [row(), row(style=boats, line="Style: boats\nQuality: good", size=None, missing="Not yet.")]
        path = write_board(rows, INTRO, folder=tmp_path)
        write_picture(quarters(300, 200), PHOTO, folder=tmp_path)
        write_picture(quarters(300, 200), picture_name(HARVESTERS), folder=tmp_path)
        context = browser.new_context(
            offline=True,
            java_script_enabled=script,
            viewport={"width": width, "height": 800},
            color_scheme=scheme,
        )
        request.addfinalizer(context.close)
        page = context.new_page()
        page.goto(path.as_uri())
        return page

    return show


def titles(page) -> list[str]:
    return page.locator(".cards li:visible h2").all_inner_texts()


@pytest.mark.browser
def test_styles_are_found_by_words_beside_the_photo(show):
    page = show()
    page.keyboard.press("/")
    page.keyboard.type("quality BOATS")
    assert titles(page) == ["The photo", "Boats"]
    assert page.get_by_role("status").inner_text() == "1 of 2"


@pytest.mark.browser
def test_keys_lead_from_style_to_style_and_open_a_picture_alone(show):
    page = show()
    here = "document.activeElement.querySelector('h2')?.innerText"
    seen = []
    for key in "jjjk":
        page.keyboard.press(key)
        seen.append(page.evaluate(here))
    assert seen == ["The Harvesters", "Boats", "Boats", "The Harvesters"]
    page.keyboard.press("Enter")
    page.wait_for_url("**/pictures/harvesters.jpg")


@pytest.mark.browser
def test_the_line_of_a_style_is_copied_by_a_button_or_a_key(show):
    page = show()
    page.get_by_role("button", name="Copy").first.click()
    page.get_by_role("button", name="Copied").wait_for()
    assert page.evaluate("getSelection().toString()").strip() == "Style: harvesters"
    for key in "jjc":
        page.keyboard.press(key)
    assert page.evaluate("getSelection().toString()").strip() == "Style: boats\nQuality: good"


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_is_wider_than_a_small_phone(show, scheme):
    page = show(width=320, scheme=scheme)
    assert page.evaluate("document.documentElement.scrollWidth") == 320


@pytest.mark.browser
def test_without_javascript_the_board_is_whole(show):
    page = show(script=False)
    assert titles(page) == ["The photo", "The Harvesters", "Boats"]
    assert page.locator("code").all_inner_texts() == ["Style: harvesters", "Style: boats\nQuality: good"]
    assert page.locator(".picture img").nth(1).evaluate("image => image.naturalWidth") == 300
    assert page.get_by_text("Not yet.").is_visible()
    assert not page.locator(".tools").is_visible() and not page.get_by_text("Copy").first.is_visible()
