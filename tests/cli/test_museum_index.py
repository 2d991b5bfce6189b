"""The commands museum.index and museum.find, with the networks that ship, and the page they write."""

import shutil
from pathlib import Path

import pytest
from fixtures.fake_evaluator import RECORD
from fixtures.images import quarters
from fixtures.museum_index import entry, jpeg
from pelican.plugins.stylize.cli.museum_index import FindRequest, find_items, index
from pelican.plugins.stylize.model.errors import UserError

ROOT = Path(__file__).parents[2]
HOSTILE = "<script>alert(1)</script>\"'; rm -rf ~"


@pytest.fixture
def site(wall):
    """A blog with two styles, and a wall with a work that is not one of them."""
    for slug in ("harvesters", "overprint"):
        shutil.copytree(ROOT / "styles" / slug, wall.parent / "styles" / slug)
    Path("pelicanconf.py").write_text("STYLIZE = {'device': 'cpu'}\nPATH = 'content'\n")
    Path("content").mkdir()
    quarters(200, 150).save(wall / "fields.png")
    (wall / "fields.toml").write_text(RECORD, "utf-8")
    return wall.parent


def go(*places: str, **named) -> list[str]:
    return [line.text for line in index("pelicanconf.py", places, **named) if not line.transient]


def ask(**request) -> list[str]:
    return [line.text for line in find_items("pelicanconf.py", FindRequest(**request))]


def refused(**request) -> str:
    with pytest.raises(UserError) as raised:
        ask(**request)
    return str(raised.value)


def test_works_are_indexed_and_found_by_likeness(site):
    lines = go("wall", "styles/harvesters")
    assert lines[-1] == ".stylize/museums/index.sqlite has 2 items, 2 of them with a picture."
    assert lines[-2] == "2 artworks of your styles are read once, to compare with them."
    assert go("wall", "styles/harvesters")[0].endswith("2 were in the index already.")
    (_, first, second, _) = ask(like="harvesters")
    assert "like harvesters (1.00)" in first
    assert "Irises" in second
    (_, only, _) = ask(unlike_mine=True)
    assert "Irises" in only
    (_, like_a_file, _) = ask(like="wall/fields.png")
    assert "like wall/fields.png" in like_a_file


def test_the_page_is_whole_without_scripts_and_escapes_what_museums_write(site):
    works = [
        entry(
            "1",
            jpeg("red"),
            title=HOSTILE,
            credit_line="Gift of a <friend>",
            page=f"https://m.example/{HOSTILE}",
        ),
        entry("2", None, title=HOSTILE, license="UNKNOWN", page="javascript:alert(1)"),
    ]
    go(found=works)
    assert ask(text="alert", board="found.html")[-2] == "Open found.html in a browser."
    page = Path("found.html").read_text("utf-8")
    assert "<script" not in page
    assert 'href="javascript' not in page
    assert "data:image/jpeg;base64," in page
    assert "Gift of a &lt;friend&gt;" in page
    assert ">CC0 1.0</a>" in page
    assert '<span class="badge closed">rights unknown</span>' in page
    assert "museum.add &#x27;https://m.example/&lt;script&gt;" in page


def test_nothing_that_fits(site):
    go("wall")
    assert ask(text="nothing") == ["Nothing in .stylize/museums/index.sqlite fits. Ask for less at once."]


def test_what_cannot_be_asked(site):
    assert refused() == "Name what to find: --like ITEM, --unlike-mine, --color, --text, --years or --rights."
    assert refused(color="red", most=0, board="page.txt") == (
        "--most is 0, but runs from 1 to 500.\n--board is 'page.txt', but must be a page such as found.html"
    )
    go("wall")
    assert refused(like="harvestes") == (
        "--like is 'harvestes', which is no item with a picture in the index, no style and no picture here."
        " Did you mean 'harvesters'? Items have names such as met:436528: museum.find shows them."
    )
