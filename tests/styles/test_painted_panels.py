"""Each style's sheet of painted pictures: held by its record, and painted again on demand."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from fixtures import images
from pelican.plugins.stylize.cli.styles_check import panel
from pelican.plugins.stylize.content.photos import PhotoIndex
from pelican.plugins.stylize.images.contact_sheets import read_note
from pelican.plugins.stylize.images.decode import examine
from pelican.plugins.stylize.model.errors import UserError
from pelican.plugins.stylize.model.methods import OPTIMIZE_SMALL
from pelican.plugins.stylize.styles.library import load_style
from pelican.plugins.stylize.styles.panels import PAINTED_PANEL, choose_photos, describe_panel, read_panel
from PIL import Image

ROOT = Path(__file__).parents[2]
QUICK = "harvesters  quick    0.0000    building.png      as accepted"
RECORDED = "harvesters  painted                              as accepted, by its record"
POSTERIZED = "return ImageOps.posterize(open_photo(task.photo.path, long_edge=100), 2)"


@pytest.fixture
def sheet(blog, monkeypatch) -> Path:
    """The painted sheet of a style in a blog with a panel of four photos, of which two are painted."""
    monkeypatch.chdir(blog.root)
    folder = blog.root / "styles"
    (folder / "harvesters" / "painted.jpg").unlink(missing_ok=True)
    (folder / "harvesters" / "panel.jpg").unlink()
    (folder / "_panel").mkdir()
    for name in ("building", "crowd", "face", "night"):
        images.gradient(100, 80).save(folder / "_panel" / f"{name}.png")
    return folder / "harvesters" / "painted.jpg"


def run_panel(blog, **options) -> list[str]:
    blog.configure()
    return [line.text for line in panel("pelicanconf.py", ["harvesters"], **options)][1:]


def problem(blog, **options) -> str:
    with pytest.raises(UserError) as error:
        run_panel(blog, **options)
    return str(error.value)


def test_a_missing_sheet_is_painted_after_saying_how_long_it_takes(blog, sheet):
    lines = run_panel(blog)
    assert lines[0] == "harvesters  quick                                new, look at it"
    assert re.fullmatch(
        r"Painting 2 pictures, about \d+ s; --no-painted leaves this out, and Ctrl-C .*", lines[1]
    )
    assert lines[2] == "harvesters  painted                              new, look at it"
    assert blog.drawn() == [
        *(f"{name}.png harvesters" for name in ("building", "crowd", "face", "night")),
        *(f"{name}.png harvesters" for name in ("building", "night")),
    ]
    with Image.open(sheet) as image:
        assert image.size == (200, 80)
    note = json.loads(read_note(sheet.read_bytes()))
    assert (note["method"], len(note["photos"])) == (f"optimize-small {OPTIMIZE_SMALL.version}", 2)


def test_a_sheet_whose_record_is_as_it_should_be_is_not_painted_again(blog, sheet):
    run_panel(blog)
    before = sheet.read_bytes()
    blog.drawn()
    assert run_panel(blog) == [QUICK, RECORDED]
    assert len(blog.drawn()) == 4
    assert run_panel(blog, accept=True) == [QUICK, RECORDED]
    assert sheet.read_bytes() == before


def test_painting_can_be_left_out(blog, sheet):
    assert len(run_panel(blog, painted=False)) == 1
    assert not sheet.exists()
    assert problem(blog, painted=False, repaint=True) == (
        "--repaint paints the painted panels, and --no-painted leaves them out; choose one."
    )


def renumber(sheet: Path, name: str, value: object) -> None:
    note = json.loads(read_note(sheet.read_bytes())) | {name: value}
    with Image.open(sheet) as image:
        image.save(sheet, comment=json.dumps(note).encode())


@pytest.mark.parametrize(
    ("change", "cause"),
    [
        (
            lambda sheet: renumber(sheet, "method", "optimize-small 0"),
            "it was painted by optimize-small 0, and pictures are now painted by"
            f" optimize-small {OPTIMIZE_SMALL.version}. Paint it again",
        ),
        (
            lambda sheet: renumber(sheet, "artwork", "0"),
            "it was painted from another artwork.jpg. Paint it again",
        ),
        (
            lambda sheet: renumber(sheet, "keys", ["0"]),
            "it was painted with other parameters. Paint it again",
        ),
        (
            lambda sheet: images.gradient(100, 90).save(sheet.parents[1] / "_panel" / "night.png"),
            "it was made from other photos than those in styles/_panel. Paint it again",
        ),
        (
            lambda sheet: sheet.write_bytes(b"<html>"),
            "it cannot be read: this is no JPEG. Restore it, or paint it again",
        ),
        (
            lambda sheet: sheet.write_bytes(sheet.read_bytes()[:-100]),
            "it cannot be read: the file is damaged or cut off (image file is truncated (0 bytes not processed)). Make it again. Restore it, or paint it again",
        ),
    ],
    ids=["method", "artwork", "parameters", "photos", "damage", "cut off"],
)
def test_an_outdated_sheet_is_reported_with_the_reason_and_painted_when_accepted(blog, sheet, change, cause):
    run_panel(blog)
    change(sheet)
    before = sheet.read_bytes()
    assert (
        f"styles/harvesters/painted.jpg: {cause}: pelican-stylize style.panel --only harvesters --accept"
        in problem(blog).splitlines()
    )
    assert sheet.read_bytes() == before
    run_panel(blog, accept=True)
    assert run_panel(blog)[1] == RECORDED


def test_painting_again_finds_an_engine_that_has_changed(blog, sheet):
    run_panel(blog)
    accepted = sheet.read_bytes()
    assert run_panel(blog, repaint=True)[2] == "harvesters  painted  0.0000    building.png      as accepted"
    blog.fault = POSTERIZED
    text = re.sub(r"distance 0\.\d{4}", "distance D", problem(blog, repaint=True)).splitlines()
    assert text[-1] == (
        "styles/harvesters: building.png no longer matches the accepted picture (distance D, limit 0.1). Its artwork"
        " and the method's version are the same, so the engine has changed. See .stylize/panel/harvesters-painted.png,"
        " before | after. To accept the new look: pelican-stylize style.panel --only harvesters --repaint --accept"
    )
    assert sheet.read_bytes() == accepted
    run_panel(blog, repaint=True, accept=True)
    assert sheet.read_bytes() != accepted
    assert run_panel(blog, repaint=True)[2].endswith("as accepted")


@pytest.fixture
def painted_photos(tmp_path):
    """The photos of the panel that ships, that painted sheets show."""
    index = PhotoIndex(tmp_path / "photos.json", examine=examine)
    return choose_photos(PAINTED_PANEL, read_panel(ROOT / "styles" / "_panel", index, author=None))


def test_tuning_a_style_does_not_outdate_its_painted_sheet(painted_photos):
    photos, style = painted_photos, load_style(ROOT / "styles" / "harvesters")
    tuned = replace(style, weights=replace(style.weights, digest="0" * 64))
    assert describe_panel(PAINTED_PANEL, tuned, photos) == describe_panel(PAINTED_PANEL, style, photos)


def test_every_style_that_ships_has_a_painted_sheet_that_is_current(painted_photos):
    assert [photo.path.stem for photo in painted_photos] == ["building", "face"]
    for record in (ROOT / "styles").glob("*/style.toml"):
        sheet, style = (record.parent / "painted.jpg").read_bytes(), load_style(record.parent)
        assert json.loads(read_note(sheet)) == describe_panel(PAINTED_PANEL, style, painted_photos)
        assert len(sheet) < 45_000
