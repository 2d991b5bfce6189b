"""One photo in a style, by the public function `paint`."""

import subprocess
import sys
from pathlib import Path

import pelican.plugins.stylize as api
import pytest
from fixtures.images import gradient
from pelican.plugins.stylize.executors.inline import InlineExecutor
from pelican.plugins.stylize.images.decode import open_photo
from pelican.plugins.stylize.provenance.readers.image_metadata import read_file
from PIL import Image, ImageOps

ROOT = Path(__file__).parents[2]
CREDIT = """\
title = "The pier"
creator = "Ana Sol"
license = "{}"
source_url = "https://commons.wikimedia.org/wiki/File:Pier.jpg"
"""


@pytest.fixture
def harvesters() -> api.Style:
    return api.load_style(ROOT / "styles" / "harvesters")


@pytest.fixture
def pier(tmp_path) -> Path:
    path = tmp_path / "pier.jpg"
    gradient(300, 200).save(path)
    path.with_suffix(".toml").write_text(CREDIT.format("CC-BY-4.0"))
    return path


@pytest.fixture
def inverting() -> InlineExecutor:
    def invert(task):
        return ImageOps.invert(open_photo(task.photo.path, long_edge=task.parameters.long_edge))

    return InlineExecutor(invert)


def test_a_picture_has_its_pixels_and_its_record(pier, harvesters, inverting):
    picture = api.paint(pier, harvesters, strength=0.7, long_edge=210, executor=inverting)
    assert (picture.image.size, picture.image.mode) == ((210, 140), "RGB")
    assert picture.record.statement == (
        "Photo: The pier by Ana Sol (CC BY 4.0), painted small by a neural network and then restored, at 70%"
        " strength, out of the forms of"
        " The Harvesters (1565) by Pieter Bruegel the Elder, Metropolitan Museum of Art, New York, NY, 19.164"
        " (CC0 1.0)."
    )
    assert picture.record.license.code == "CC-BY-4.0"


@pytest.mark.parametrize("name", ["out.jpg", "out.JPEG", "out.avif"])
def test_a_saved_picture_carries_its_record(name, pier, harvesters, inverting, tmp_path):
    picture = api.paint(pier, harvesters, executor=inverting)
    picture.save(tmp_path / name)
    with Image.open(tmp_path / name) as saved:
        assert saved.size == (300, 200)
    found = read_file(tmp_path / name)
    assert found.text("dc:source") == "https://commons.wikimedia.org/wiki/File:Pier.jpg"
    assert found.text("xmpRights:WebStatement") == "https://creativecommons.org/licenses/by/4.0/"
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([name, "pier.jpg", "pier.toml"])


def test_a_file_that_cannot_carry_a_record_is_refused(pier, harvesters, inverting, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    picture = api.paint(pier, harvesters, executor=inverting)
    with pytest.raises(api.UserError) as raised:
        picture.save("out.gif")
    assert str(raised.value) == "out.gif: a picture is saved as .jpg or .jpeg or .avif."


def test_a_photo_without_a_credit_needs_its_author(pier, harvesters, inverting, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    pier.with_suffix(".toml").unlink()
    with pytest.raises(api.UserError) as raised:
        api.paint("pier.jpg", harvesters, executor=inverting)
    assert str(raised.value).startswith("pier.jpg has no credit. Write pier.toml with title, creator,")
    ana = api.Author(name="Ana Sol", license=api.parse_license("CC-BY-4.0", where="x"))
    picture = api.paint("pier.jpg", harvesters, author=ana, executor=inverting)
    assert picture.record.maker.name == "Ana Sol"


def test_a_license_that_forbids_it_is_reported_with_what_to_do(
    pier, harvesters, inverting, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    pier.with_suffix(".toml").write_text(CREDIT.format("CC-BY-ND-4.0"))
    with pytest.raises(api.UserError) as raised:
        api.paint("pier.jpg", harvesters, executor=inverting)
    assert str(raised.value).startswith(
        "pier.jpg: the photo pier.jpg cannot be used: CC BY-ND 4.0 does not allow"
    )


def test_everything_that_is_wrong_comes_in_one_message(harvesters, inverting, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pier.jpg").write_bytes(b"no picture")
    with pytest.raises(api.UserError) as raised:
        api.paint("pier.jpg", harvesters, strength=7, executor=inverting)
    where, *_ = raised.value.problems
    assert where.startswith("pier.jpg: ")
    assert [problem for problem in raised.value.problems if problem.startswith("pier.jpg has no credit")]
    assert "strength is 7, but runs from 0 to 1." in raised.value.problems
    with pytest.raises(api.UserError) as raised:
        api.paint("gone.jpg", harvesters, executor=inverting)
    assert raised.value.problems == ("gone.jpg: there is no such file. Put the photo there.",)


def paint_mask(pier: Path, *, size: tuple[int, int] = (300, 200), level: int | None = None) -> Path:
    """Save a mask beside the pier: its upper half is white, or all of it has one level."""
    mask = Image.new("L", size, level or 0)
    if level is None:
        mask.paste(255, (0, 0, size[0], size[1] // 2))
    path = pier.with_name("sky.png")
    mask.save(path)
    return path


def test_a_style_goes_where_the_mask_is_white_and_another_one_elsewhere(pier, harvesters):
    def draw(task):
        (part,) = task.blend
        return Image.new("RGB", (300, 200), "red" if "harvesters" in str(part.artwork.path) else "blue")

    paint_mask(pier)
    other = api.load_style(ROOT / "styles" / "third-class-carriage")
    picture = api.paint(pier, harvesters, mask="sky.png", elsewhere=other, executor=InlineExecutor(draw))
    assert picture.image.getpixel((150, 20)) == (255, 0, 0)
    assert picture.image.getpixel((150, 180)) == (0, 0, 255)
    assert [(each.slug, each.is_partial) for each in picture.record.ingredients] == [
        ("harvesters", True),
        ("third-class-carriage", True),
    ]
    assert "The Harvesters" in picture.record.statement
    assert "The Third-Class Carriage" in picture.record.statement


def test_the_photo_stays_where_no_style_goes(pier, harvesters, inverting):
    picture = api.paint(pier, harvesters, mask=paint_mask(pier), executor=inverting)
    photo = open_photo(pier)
    assert picture.image.getpixel((150, 180)) == photo.getpixel((150, 180))
    assert picture.image.getpixel((150, 20)) == ImageOps.invert(photo).getpixel((150, 20))


def test_a_picture_in_the_photos_colors_says_so(pier, harvesters, inverting):
    picture = api.paint(pier, harvesters, color=1, tone=0.5, executor=inverting)
    assert (picture.record.stylization.color, picture.record.stylization.tone) == (1, 0.5)
    assert ", with the photo's colors and 50% of the photo's tones," in picture.record.statement


@pytest.mark.parametrize(
    ("mask", "options", "message"),
    [
        (
            {"size": (200, 300)},
            {},
            "sky.png is 200 x 300 pixels, but pier.jpg 300 x 200. Save the mask at the photo's size, or at the"
            " same aspect ratio.",
        ),
        (
            {"level": 3},
            {},
            "sky.png is black everywhere, so 'harvesters' would not be seen. Paint white where the style goes,"
            " and black elsewhere.",
        ),
        (
            {"level": 255},
            {},
            "sky.png is white everywhere, so the photo would not be seen. Paint white where the style goes, and"
            " black elsewhere.",
        ),
        ({}, {"tone": 2}, "tone is 2, but runs from 0 to 1."),
        (
            {},
            {"mask": "pier.jpg"},
            "pier.jpg: it is in color, but a mask is gray: white where the style goes, black elsewhere. Save it in"
            " grayscale.",
        ),
        (
            {},
            {"mask": None, "elsewhere": True},
            "'harvesters' would go elsewhere, but no mask says where 'harvesters' goes. Name a mask, or leave"
            " elsewhere out.",
        ),
        (
            {},
            {"elsewhere": True},
            "'harvesters' is named twice. Paint one mask for all of its places.",
        ),
        (
            {},
            {"quality": "quick", "content": 0.7},
            "content is for the qualities good and best, but this picture is quick. Write quality=good as well,"
            " or leave content out.",
        ),
        (
            {},
            {"long_edge": 100},
            "pier.jpg would be painted at 100 x 67 pixels, but needs 128 on its shorter side. Use a larger photo,"
            " or quality=quick.",
        ),
    ],
)
def test_mistakes_with_masks_and_numbers_are_those_of_a_post(
    mask, options, message, pier, harvesters, inverting, monkeypatch
):
    monkeypatch.chdir(pier.parent)
    paint_mask(pier, **mask)
    if "elsewhere" in options:
        options = options | {"elsewhere": harvesters}
    with pytest.raises(api.UserError) as raised:
        api.paint("pier.jpg", harvesters, **({"mask": "sky.png"} | options), executor=inverting)
    assert raised.value.problems == (message,)


def test_the_public_names_are_those_that_are_promised_and_cost_nothing_before_they_are_used():
    probe = (
        "import sys, pelican.plugins.stylize as api; "
        "print(sorted(n for n in sys.modules if n.startswith('pelican.plugins.stylize')), "
        "all(getattr(api, name) for name in api.__all__))"
    )
    ended = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, cwd=ROOT)
    assert ended.stdout == "['pelican.plugins.stylize'] True\n", ended.stderr
    with pytest.raises(AttributeError):
        api.anything_else  # noqa: B018
