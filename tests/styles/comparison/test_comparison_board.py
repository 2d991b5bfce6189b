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
