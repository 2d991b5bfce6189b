import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

ROOT = Path(__file__).parents[2]
SLUGS = ["overprint", "reduction-gear"]


def draw_plates(folder, *slugs):
    command = [sys.executable, "-m", "tools.plates.draw", *slugs, "--out", str(folder)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    folder = tmp_path_factory.mktemp("plates")
    result = draw_plates(folder)
    assert result.returncode == 0, result.stderr
    return folder


@pytest.mark.parametrize("slug", SLUGS)
def test_drawing_a_plate_again_gives_the_artwork_of_its_style(drawn, slug):
    # The same bytes where Pillow and numpy are the same; elsewhere a last digit or an encoder may differ.
    again = np.asarray(Image.open(drawn / slug / "artwork.jpg"), dtype=float)
    kept = np.asarray(Image.open(ROOT / "styles" / slug / "artwork.jpg"), dtype=float)
    assert again.shape == kept.shape
    assert np.abs(again - kept).mean() < 0.5  # of 255; another seed gives 10 and more


def test_two_drawings_of_a_plate_are_the_same_file(drawn, tmp_path):
    draw_plates(tmp_path, "overprint")
    again = (tmp_path / "overprint/artwork.jpg").read_bytes()
    assert again == (drawn / "overprint/artwork.jpg").read_bytes()


@pytest.mark.parametrize("slug", SLUGS)
def test_a_plate_is_rich_in_texture_everywhere(drawn, slug):
    gray = Image.open(drawn / slug / "artwork.jpg").convert("L")
    assert gray.size == (1200, 900)
    patches = np.asarray(gray, dtype=float).reshape(18, 50, 24, 50).transpose(0, 2, 1, 3)
    assert patches.std(axis=(2, 3)).min() > 3  # of 255: no flat field anywhere


def test_a_plate_that_is_not_there_is_reported_with_those_that_are(tmp_path):
    result = draw_plates(tmp_path, "overprnt")
    assert result.returncode == 2
    assert result.stderr.endswith(
        "error: there is no plate 'overprnt'. The plates: overprint, reduction-gear\n"
    )
