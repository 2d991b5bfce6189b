"""The page of a style shows its facts, and its panel with the credit of each photo."""

import json
import os
import re
import shutil
import time
from pathlib import Path

import pytest
from fixtures.small_blog import ROOT


@pytest.fixture
def shown(blog):
    """A blog with the photos of the panel, and styles that were not painted."""
    shutil.copytree(ROOT / "styles" / "_panel", blog.root / "styles" / "_panel")
    (blog.root / "styles" / "harvesters" / "painted.jpg").unlink()
    blog.post("pier", "Words.", Style="harvesters", Photos="pier.jpg | A wooden pier")
    settle(blog)
    return blog


def settle(blog) -> None:
    """Make all files of the library old enough to be cached."""
    before = time.time() - 60
    for path in (blog.root / "styles").rglob("*"):
        os.utime(path, (before, before))
    time.sleep(0.05)


def cut_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20_000])


def page(blog) -> str:
    built = blog.build()
    assert built.code == 0, built.printed
    return built.page("styles/harvesters/index.html")


def panels(blog) -> list[str]:
    found = (blog.root / "output" / "pictures").glob("pa*-harvesters-*")
    return sorted(path.name[:-13] for path in found)


def figures(text: str) -> list[tuple[str, str]]:
    """Return the sheet, quick or painted, and the photo of each figure of a panel, in their order."""
    return re.findall(
        r'typeof="schema:ImageObject" resource="[^"]*/(panel|painted)-harvesters-(.*?)-\w{12}/', text
    )


def test_the_panel_is_on_the_page_with_the_credit_and_the_alt_text_of_each_photo(shown):
    text = page(shown)
    assert panels(shown) == [
        f"panel-harvesters-{name}" for name in ("building", "close-up", "crowd", "face", "landscape", "night")
    ]
    assert text.count("AI modified") == 6
    assert text.count("https://commons.wikimedia.org/wiki/File:Brandenburg_Gate_(summer_2005).JPG") >= 1
    assert 'alt="A hand around the polished neck of a guitar, large in the picture."' in text
    assert shown.drawn() == ["pier.jpg harvesters"]  # and nothing for the panel
    index = json.loads((shown.root / "output/provenance/index.json").read_text())
    assert all(p["stylized"] for p in index["pictures"] if "panel-" in p["folder"])
    assert "Eileen Collins" in (shown.root / "output/credits/index.html").read_text()


def paint(blog) -> Path:
    """Give the style the painted sheet that ships with it."""
    sheet = blog.root / "styles" / "harvesters" / "painted.jpg"
    shutil.copy(ROOT / "styles" / "harvesters" / "painted.jpg", sheet)
    settle(blog)
    return sheet


def test_painted_photos_come_first_beside_their_quick_pictures(shown):
    paint(shown)
    text = page(shown)
    quick = [("panel", name) for name in ("close-up", "crowd", "landscape", "night")]
    pairs = [("panel", "building"), ("painted", "building"), ("panel", "face"), ("painted", "face")]
    assert figures(text) == [*pairs, *quick]
    assert text.count('<div class="pair"') == 2
    assert text.count("Quick: drawn at once by a neural network") == 2
    assert text.count("Painted: made from the artwork itself, in some seconds") == 2
    assert text.count("Quality: good (painted small, then restored)") == 2
    assert shown.drawn() == ["pier.jpg harvesters"]
    credits = (shown.root / "output/credits/index.html").read_text()
    assert len(re.findall(r"<li>[^\n]*Eileen Collins", credits)) == 1
    assert page(shown) == text


def test_a_painted_sheet_is_shown_alone_if_the_weights_have_changed(shown):
    paint(shown)
    (shown.root / "styles/harvesters/panel.jpg").unlink()
    assert figures(page(shown)) == [("painted", "building"), ("painted", "face")]


@pytest.mark.parametrize(
    "change",
    [
        lambda sheet: sheet.write_bytes(b"no picture"),
        cut_off,
        lambda sheet: sheet.write_bytes(sheet.read_bytes().replace(b"optimize-small ", b"optimize-tiny- ")),
        lambda sheet: shutil.copy(ROOT / "styles/circus-sideshow/painted.jpg", sheet),
    ],
    ids=["no picture", "cut off", "of another method", "of another artwork"],
)
def test_a_painted_sheet_that_was_made_otherwise_is_not_shown(shown, change):
    change(paint(shown))
    settle(shown)
    assert {sheet for sheet, _ in figures(page(shown))} == {"panel"}


def test_a_style_that_was_never_tuned_says_that_it_cost_nothing(shown):
    shutil.copytree(ROOT / "styles/extreme-deep-field", shown.root / "styles/deep-field")
    page(shown)
    says = "nothing: it was never tuned, and painting needs no tuning"
    folder = shown.root / "output/styles/deep-field"
    assert f"<dt>Cost</dt><dd>{says}</dd>" in (folder / "index.html").read_text()
    assert f"- Cost: {says}\n" in (folder / "card.md").read_text()


def test_the_model_card_is_next_to_the_page(shown):
    assert '<a href="/styles/harvesters/card.md"' in page(shown)
    card = (shown.root / "output/styles/harvesters/card.md").read_text()
    assert card.startswith("---\nlicense: cc0-1.0\n")
    assert "# The Harvesters" in card and "panel.jpg" not in card


def test_a_build_with_nothing_new_says_the_same_and_a_new_verdict_is_noticed(shown):
    first = page(shown)
    assert "Verdict" not in first
    assert page(shown) == first
    with (shown.root / "styles/harvesters/style.toml").open("a") as file:
        file.write("\n# A comment.\n")
    (shown.root / "styles/harvesters/scores.json").write_text('{"scores": {"effect": 0.5}}')
    assert "<dt>Score: effect</dt><dd>0.5</dd>" in page(shown)
    assert "  - effect: 0.5\n" in (shown.root / "output/styles/harvesters/card.md").read_text()


@pytest.mark.parametrize(
    "change",
    [
        lambda styles: (styles / "harvesters/panel.jpg").unlink(),
        lambda styles: (styles / "harvesters/panel.jpg").write_bytes(b"no picture"),
        lambda styles: cut_off(styles / "harvesters/panel.jpg"),
        lambda styles: shutil.copy(
            styles / "third-class-carriage/panel.jpg", styles / "harvesters/panel.jpg"
        ),
        lambda styles: shutil.copy(styles / "_panel/night.jpg", styles / "_panel/face.jpg"),
    ],
    ids=["none", "no picture", "cut off", "of other numbers", "of other photos"],
)
def test_a_panel_whose_photos_are_not_known_is_not_shown(shown, change):
    change(Path(shown.root / "styles"))
    assert "AI modified" not in page(shown)
    assert panels(shown) == []


def test_a_damaged_picture_of_a_panel_is_cut_from_its_sheet_again(shown):
    first = page(shown)
    store = shown.root / ".stylize"
    for path in store.glob("renditions/*/*/*.jpg"):
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 0x10
        path.write_bytes(data)
    shutil.rmtree(shown.root / "output")
    assert page(shown) == first
    assert not (store / "panels").exists()


def test_a_panel_that_a_license_forbids_is_not_shown(shown):
    path = shown.root / "styles/_panel/face.toml"
    path.write_text(path.read_text().replace('"PDM-1.0"', '"CC-BY-ND-4.0"'))
    assert "AI modified" not in page(shown)


def test_a_category_of_the_sites_own_is_one(shown):
    path = shown.root / "styles/harvesters/style.toml"
    path.write_text(path.read_text().replace('"labor"', '"fields"'))
    shown.stylize["categories"] = ["fields", "art", "labor"]
    page(shown)
    shown.stylize["categories"] = ["art", "labor"]
    assert (
        "styles/harvesters/style.toml: there is no category 'fields'. The categories are: art, labor."
        in shown.build().printed
    )
