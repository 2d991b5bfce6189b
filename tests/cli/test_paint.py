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
        (["--style", "harvesters", "--strength", "x"], "--strength is 'x', but must be a number."),
        (["--style", "harvesters", "--stroke", "9"], "stroke is 9, but runs from 0.1 to 4."),
        (
            ["--style", "harvesters", "--quality", "goood"],
            "there is no quality 'goood'. Did you mean 'good'?",
        ),
    ],
)
def test_mistakes_are_reported_before_anything_is_drawn(words, message, petra):
    ended = run_program("paint", "petra.jpg", *words, cwd=petra)
    assert (ended.code, ended.out, ended.err) == (2, "", f"{message}\n")
