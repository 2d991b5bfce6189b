"""A search becomes a board: pictures of moderate size, their records, an audition, and commands that take them."""

import json
import shutil
import tomllib
from pathlib import Path

import pytest
from fixtures.images import encoded, gradient, quarters
from fixtures.museum_mirror import add_met, add_nasa
from pelican.plugins.stylize.cli.museum_scout import ScoutRequest, scout
from pelican.plugins.stylize.model.errors import UserError

ROOT = Path(__file__).parents[2]
JPEG = {"Content-Type": "image/jpeg"}


@pytest.fixture
def blog(mirror, tmp_path):
    """A blog with a style and a photo on its panel."""
    shutil.copytree(ROOT / "styles" / "overprint", tmp_path / "styles" / "overprint")
    (tmp_path / "styles" / "_panel").mkdir()
    gradient(150, 100).save(tmp_path / "styles" / "_panel" / "sky.jpg")
    return tmp_path


def go(words: str = "nets", **request: object) -> list[str]:
    lines = scout("pelicanconf.py", ScoutRequest(words=words, **request))
    return [line.text for line in lines if not line.transient]


def add_picture(museum, url: str, size: tuple[int, int] = (200, 150), **page: object) -> None:
    museum.page(f"/{url}", **{"body": encoded(quarters(*size), "JPEG"), "headers": JPEG, **page})


def test_a_search_becomes_a_board_with_commands_and_is_not_downloaded_again(blog, mirror):
    add_met(mirror, "nets", 12, 13, 1001)
    add_nasa(mirror, "nets", "jsc1", most=24)
    add_picture(mirror, "images.metmuseum.org/web-large/12.jpg")
    add_picture(mirror, "images.metmuseum.org/web-large/13.jpg", body=b"no picture")
    add_picture(mirror, "images.metmuseum.org/original/13.jpg", body=b"no picture")
    add_picture(mirror, "images-assets.nasa.gov/image/jsc1/jsc1~thumb.jpg", (160, 160))
    lines = go(at=["met", "nasa"], category="labor")
    assert lines[0].startswith("met:13: https://images.metmuseum.org/original/13.jpg: ")
    assert lines[1] == "2 artworks are in .stylize/museums/scout/nets."
    assert lines[-1].startswith("Open .stylize/audition/board.html in a browser.")
    [record] = (blog / ".stylize/museums/scout/nets").glob("met-12-*.toml")
    table = tomllib.loads(record.read_text("utf-8"))
    assert (table["title"], table["license"], table["museum"]["item"]) == (
        "Mending the Nets, plate 12",
        "CC0-1.0",
        "met:12",
    )
    facts = json.loads((blog / ".stylize/audition/board.json").read_text("utf-8"))
    assert {one["take"]: one["rights"]["words"] for one in facts["candidates"]} == {
        "pelican-stylize museum.add met:12 --as style --category labor": "may be adapted",
        "pelican-stylize museum.add nasa:jsc1 --as style --category labor": "may be adapted",
    }
    pictures = [path for _, path in mirror.asked if "web-large/12" in path or "~thumb" in path]
    go(at=["met", "nasa"], category="labor")
    assert [path for _, path in mirror.asked if "web-large/12" in path or "~thumb" in path] == pictures


def test_where_nothing_open_is_found_no_audition_begins(blog, mirror):
    add_met(mirror, "nets", 1001)
    with pytest.raises(UserError) as raised:
        go(at=["met"])
    assert str(raised.value) == (
        "no picture that may be adapted was found for 'nets'. Try other words, or other museums: --at met,nasa"
    )
    assert not (blog / ".stylize/audition").exists()


def test_an_unknown_category_is_refused_before_anybody_is_asked(blog, mirror):
    with pytest.raises(UserError, match="--category is 'labour', but must be one of: art, "):
        go(at=["met"], category="labour")
    assert mirror.asked == []
