"""Styles that go where masks say, on a blog whose pictures are drawn by inverting colors."""

import json
import shutil
from pathlib import Path

import pytest
from PIL import Image

PIER = "pier.jpg | A wooden pier"
BOTH = "harvesters on sky.png, third-class-carriage elsewhere"
TEAL, INVERTED = (0, 128, 128), (255, 127, 127)


@pytest.fixture
def sky(blog) -> Path:
    """A mask beside the pier, 300x200, whose upper half is white."""
    return paint_mask(blog, "sky.png")


def paint_mask(blog, name: str, *, size: tuple[int, int] = (300, 200), level: int | None = None) -> Path:
    mask = Image.new("L", size, level or 0)
    if level is None:
        mask.paste(255, (0, 0, size[0], size[1] // 2))
    path = blog.root / "content" / "photos" / name
    mask.save(path)
    return path


def pixels_of(built) -> tuple[tuple[int, int, int], tuple[int, int, int]]:
    """Return a pixel in the upper half and one in the lower half of the only stylized picture."""
    (sidecar,) = [
        path for path in built.output.glob("pictures/*/*.jsonld") if "wasGeneratedBy" in path.read_text()
    ]
    (largest,) = sidecar.parent.glob("300.jpg")
    with Image.open(largest) as picture:
        return picture.getpixel((150, 20)), picture.getpixel((150, 180))


def is_near(one, other) -> bool:
    return all(abs(a - b) <= 6 for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("quality", ["quick", "good", "best"])
def test_a_style_goes_where_its_mask_is_white_and_the_photo_stays_elsewhere(blog, sky, quality):
    blog.post("pier", "Words.", Style="harvesters", Mask="sky.png", Quality=quality, Photos=PIER)
    built = blog.build()
    assert built.code == 0, built.printed
    assert blog.drawn() == ["pier.jpg harvesters"]
    above, below = pixels_of(built)
    assert is_near(above, INVERTED)
    assert is_near(below, TEAL)
    words = "in the style of" if quality == "quick" else "out of the forms of"
    assert f", partly {words}" in built.page("pier.html")


def test_each_style_has_its_place_and_its_credit(blog, sky):
    blog.fault = (
        """if "carriage" in str(task.blend[0].artwork.path): return Image.new("RGB", (300, 200), "red")"""
    )
    blog.post("pier", f'![A pier](pier.jpg){{: stylize="{BOTH}" }}')
    built = blog.build()
    assert built.code == 0, built.printed
    assert blog.drawn() == ["pier.jpg third-class-carriage", "pier.jpg harvesters"]
    above, below = pixels_of(built)
    assert is_near(above, INVERTED)
    assert is_near(below, (255, 0, 0))
    page = built.page("pier.html")
    assert "redrawn by a neural network, partly in the style of" in page
    assert ", and partly in the style of" in page
    assert "The Third-Class Carriage" in page and "The Harvesters" in page
    (sidecar,) = [
        json.loads(path.read_text())
        for path in built.output.glob("pictures/*/*.jsonld")
        if "wasGeneratedBy" in path.read_text()
    ]
    assert [(each["slug"], each["is_partial"]) for each in sidecar["record"]["debts"]] == [
        ("harvesters", True),
        ("third-class-carriage", True),
    ]
    (receipt,) = (blog.root / ".stylize" / "pictures").glob("*/*/receipt.json")
    assert json.loads(receipt.read_text())["styles"] == {"harvesters": 0.5, "third-class-carriage": 0.5}


def test_a_post_in_two_styles_is_made_once_and_again_when_its_mask_changes(blog, sky):
    blog.post("pier", "Words.", Style=BOTH, Photos=PIER)
    blog.age()
    assert blog.build().code == 0
    assert len(blog.drawn()) == 2
    blog.build()
    assert blog.build().code == 0
    assert blog.drawn() == []
    paint_mask(blog, "sky.png", size=(150, 100))
    built = blog.build()
    assert built.code == 0, built.printed
    assert len(blog.drawn()) == 2


def test_a_mask_beside_its_photo_comes_before_one_beside_the_post(blog, sky):
    shutil.copy(sky, blog.root / "content" / "sky.png")
    Image.new("L", (300, 200), 255).save(sky)
    blog.post("pier", "Words.", Style="harvesters", Mask="sky.png", Photos=PIER)
    assert "sky.png is white everywhere" in blog.build().printed
    sky.unlink()
    assert blog.build().code == 0


def test_a_picture_may_leave_the_mask_of_its_post(blog, sky):
    blog.post(
        "pier",
        "![A](pier.jpg){: stylize mask=none }\n\n![B](pier.jpg){: stylize=none }",
        Style="harvesters",
        Mask="sky.png",
    )
    built = blog.build()
    assert built.code == 0, built.printed
    assert "partly" not in built.page("pier.html")


def test_the_plan_writes_the_styles_as_their_author_does(blog, sky):
    blog.post("one", "Words.", Style=BOTH, Photos=PIER)
    blog.post("two", "Words.", Style="harvesters", Mask="sky.png", Photos=PIER)
    assert [fact["style"] for fact in json.loads(blog.plan("as_json=True"))] == [
        BOTH,
        "harvesters on sky.png, none elsewhere",
    ]


PAINT = "Paint white where the style goes, and black elsewhere."
EXAMPLE = "harvesters on sky.png, overprint elsewhere"


@pytest.mark.parametrize(
    ("style", "message"),
    [
        (
            "harvesters on black.png, none elsewhere",
            f"black.png is black everywhere, so 'harvesters' would not be seen. {PAINT}",
        ),
        (
            "harvesters on white.png, third-class-carriage elsewhere",
            f"white.png is white everywhere, so 'third-class-carriage' would not be seen. {PAINT}",
        ),
        (
            "harvesters on white.png, none elsewhere",
            f"white.png is white everywhere, so the photo would not be seen. {PAINT}",
        ),
        (
            "harvesters on tall.png, none elsewhere",
            "tall.png is 200 x 300 pixels, but pier.jpg 300 x 200. Save the mask at the photo's size, or at the"
            " same aspect ratio.",
        ),
        (
            "harvesters on skye.png, none elsewhere",
            "there is no mask 'skye.png'; looked in content/photos, content. Did you mean 'sky.png'?",
        ),
        (
            "harvesters on sky.png, none elsewhere, third-class-carriage elsewhere",
            "'harvesters on sky.png, none elsewhere, third-class-carriage elsewhere' says twice what goes"
            " elsewhere. Name one style, or none.",
        ),
        (
            "harvesters on, none elsewhere",
            f"'harvesters on' names no mask. Write an image beside the photo, as in: {EXAMPLE}.",
        ),
        (
            "harvesters 70% on sky.png, none elsewhere",
            "'harvesters 70% on sky.png' has a percentage, but on its mask a style goes in full. Leave it out.",
        ),
        (
            "harvesters on sky.png",
            "'harvesters on sky.png' does not say what goes elsewhere. Add a style, or: none elsewhere.",
        ),
        (
            "none on sky.png, harvesters elsewhere",
            "'none' can stand elsewhere only. Paint the mask white where a style goes instead.",
        ),
        (
            "harvesters on sky.png, harvesters elsewhere",
            "'harvesters' is named twice. Paint one mask for all of its places.",
        ),
        (
            "harvestres on sky.png, none elsewhere",
            "there is no style 'harvestres'. Did you mean 'harvesters'?",
        ),
        (
            "harvesters on sky.png, third-class-carriage",
            f"'third-class-carriage' is not a style and its place. Write them as in: {EXAMPLE}.",
        ),
    ],
)
def test_what_is_wrong_with_a_mask_is_reported_with_its_line(blog, sky, style, message):
    paint_mask(blog, "black.png", level=6)
    paint_mask(blog, "white.png", level=250)
    paint_mask(blog, "tall.png", size=(200, 300))
    blog.post("pier", "Words.", Style=style, Photos=PIER)
    built = blog.build()
    assert built.code == 2
    assert [line for line in built.printed.splitlines() if line.strip()] == [
        f"content/pier.md:3: {message}",
        "1 problem; nothing was published.",
    ]


def test_mistakes_with_the_option_mask_are_reported_with_its_line(blog, sky):
    blog.post("one", "Words.", Style="harvesters", Mask="skye.png", Photos=PIER)
    blog.post("three", "![A](pier.jpg){: stylize=none mask=sky.png }")
    blog.post("two", f'![A](pier.jpg){{: stylize="{BOTH}" mask=sky.png }}')
    blog.post("zero", "![A](pier.jpg){: stylize=harvesters on sky.png }")
    built = blog.build()
    assert built.code == 2
    assert [line for line in built.printed.splitlines() if line.strip()] == [
        "content/one.md:4: there is no mask 'skye.png'; looked in content/photos, content. Did you mean 'sky.png'?",
        "content/three.md:4: the photo itself is shown here, so there is nothing to mask. Leave mask out, or name a style.",
        f"content/two.md:4: {BOTH!r} says already where its styles go. Leave mask=sky.png out, or name one style.",
        "content/zero.md:4: styles with a mask need quotes around them in the text: "
        'stylize="harvesters on sky.png, overprint elsewhere".',
        "4 problems; nothing was published.",
    ]
