"""`paint` as it is typed, with the real network."""

import shutil
from pathlib import Path

import pytest
from fixtures.program import run_program
from PIL import Image

ROOT = Path(__file__).parents[2]


@pytest.fixture
def petra(tmp_path) -> Path:
    for suffix in ("jpg", "toml"):
        shutil.copy(ROOT / "content" / "photos" / f"petra.{suffix}", tmp_path)
    mask = Image.new("L", (512, 360))
    mask.paste(255, (0, 0, 512, 180))
    mask.save(tmp_path / "sky.png")
    mask.save(tmp_path / "sky.png.jpg")
    return tmp_path


def test_one_photo_is_painted_without_a_blog(petra):
    words = ["paint", "petra.jpg", "--style", "harvesters", "-o", "out.avif", "--long-edge", "256"]
    words += ["--quality", "quick"]
    ended = run_program(*words, cwd=petra)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.splitlines() == [
        "out.avif: 256 x 180 pixels, CC0 1.0",
        "Photo: Petra, Jordan by Berthold Werner, Wikimedia Commons (Public Domain), redrawn by a neural network"
        " in the style of The Harvesters (1565) by Pieter Bruegel the Elder, Metropolitan Museum of Art, New York,"
        " NY, 19.164 (CC0 1.0).",
    ]
    with Image.open(petra / "out.avif") as picture:
        assert picture.size == (256, 180)
    shown = run_program("provenance.show", "out.avif", cwd=petra)
    assert "https://commons.wikimedia.org/wiki/File:Petra_Jordan_BW_36.JPG" in shown.out
    again = run_program(*words, cwd=petra)
    assert (again.code, again.err) == (
        2,
        "out.avif exists already. Name another file with -o, or add --force.\n",
    )


def test_two_styles_have_their_places_in_the_photos_colors_and_both_are_credited(petra):
    words = ["paint", "petra.jpg", "--style", "harvesters", "--long-edge", "256", "--quality", "quick"]
    places = ["--mask", "sky.png", "--elsewhere", "hubble-m51", "--color", "photo", "--tone", "50%"]
    ended = run_program(*words, *places, cwd=petra)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.splitlines() == [
        "petra-harvesters.jpg: 256 x 180 pixels, CC0 1.0",
        "Photo: Petra, Jordan by Berthold Werner, Wikimedia Commons (Public Domain), redrawn by a neural network,"
        " with the photo's colors and 50% of the photo's tones, partly in the style of The Harvesters (1565) by"
        " Pieter Bruegel the Elder, Metropolitan Museum of Art, New York, NY, 19.164 (CC0 1.0), and partly in the"
        " style of Spiral galaxy with a companion by NASA / Hubble, HubbleSite (Public Domain).",
    ]
    shown = run_program("provenance.show", "petra-harvesters.jpg", cwd=petra)
    assert "The Harvesters" in shown.out and "Spiral galaxy with a companion" in shown.out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "--style is missing: name a style, as in pelican-stylize paint photo.jpg --style harvesters"),
        (["--style", "harvestres"], "there is no style 'harvestres'. Did you mean 'harvesters'?"),
        (
            ["--style", "harvesters", "-o", "out.bmp"],
            "out.bmp: a picture is saved as .jpg or .jpeg or .avif.",
        ),
        (
            ["--style", "harvesters", "-o", "petra.jpg", "--force"],
            "petra.jpg is the photo itself. Name another file with -o.",
        ),
        (["--style", "harvesters", "-o", "no/out.jpg"], "no: there is no such folder."),
        (
            ["--style", "harvesters", "--author", "Ana"],
            "--author and --license belong together: who made the photo, and under which license.",
        ),
        (
            ["--style", "harvesters", "--strength", "x"],
            "strength is 'x', but must be a number from 0 to 1, such as 0.7.",
        ),
        (
            ["--style", "harvesters", "--stroke", "9"],
            "stroke is '9', but must be a number from 0.1 to 4, such as 0.5.",
        ),
        (
            ["--style", "harvesters", "--color", "red"],
            "color is 'red', but must be photo or a number from 0 to 1, such as 0.5.",
        ),
        (
            ["--style", "harvesters", "--quality", "quick", "--content", "0.7"],
            "content is for the qualities good and best, but this picture is quick. Write quality=good as well,"
            " or leave content out.",
        ),
        (
            ["--style", "harvesters", "--mask", "skye.png"],
            "there is no mask 'skye.png'; looked in this folder. Did you mean 'sky.png'?",
        ),
        (
            ["--style", "harvesters", "--mask", "sky.png", "--elsewhere", "hubbel-m51"],
            "there is no style 'hubbel-m51'. Did you mean 'hubble-m51'?",
        ),
        (
            ["--style", "harvesters", "-o", "sky.png.jpg", "--mask", "sky.png.jpg", "--force"],
            "sky.png.jpg is the mask itself. Name another file with -o.",
        ),
        (
            ["--style", "harvesters", "--quality", "goood"],
            "there is no quality 'goood'. Did you mean 'good'?",
        ),
    ],
)
def test_mistakes_are_reported_before_anything_is_drawn(words, message, petra):
    ended = run_program("paint", "petra.jpg", *words, cwd=petra)
    assert (ended.code, ended.out, ended.err) == (2, "", f"{message}\n")


def test_a_mask_beside_the_photo_is_not_replaced_by_its_picture(petra):
    words = ["--style", "harvesters", "--mask", "sky.png.jpg", "-o", f"{petra.name}/sky.png.jpg", "--force"]
    ended = run_program("paint", f"{petra.name}/petra.jpg", *words, cwd=petra.parent)
    assert ended.err == f"{petra.name}/sky.png.jpg is the mask itself. Name another file with -o.\n"
