"""Pictures are converted to Oklab and back; colors that no screen has lose chroma, and nothing else."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from pelican.plugins.stylize.engine import image_tensors
from pelican.plugins.stylize.images.color.oklab import cut_strips, map_colors, oklab_to_rgb, rgb_to_oklab
from PIL import Image

PIXELS = arrays.arrays(np.uint8, st.tuples(st.integers(1, 9), st.integers(1, 9), st.just(3)))


@pytest.mark.parametrize(
    ("color", "expected"),  # computed with the program at https://bottosson.github.io/posts/oklab/
    [
        ((255, 255, 255), (1.0, 0.0, 0.0)),
        ((0, 0, 0), (0.0, 0.0, 0.0)),
        ((255, 0, 0), (0.6280, 0.2249, 0.1258)),
        ((0, 0, 255), (0.4520, -0.0325, -0.3115)),
    ],
)
def test_oklab_is_the_published_one(color, expected):
    colors = rgb_to_oklab(np.array([[color]], np.uint8))
    assert colors[:, 0, 0].tolist() == pytest.approx(expected, abs=1e-4)


@given(PIXELS)
def test_images_and_the_engine_mean_the_same_oklab(pixels):
    tensor = torch.from_numpy(pixels).permute(2, 0, 1)[None].float() / 255
    assert np.allclose(rgb_to_oklab(pixels), image_tensors.rgb_to_oklab(tensor)[0].numpy(), atol=1e-5)


@given(st.integers(0, 255))
def test_gray_stays_gray_to_the_level(level):
    pixels = np.full((1, 1, 3), level, np.uint8)
    assert oklab_to_rgb(rgb_to_oklab(pixels)).tolist() == pixels.tolist()


def test_colors_that_are_not_the_purest_come_back_to_the_level():
    levels = np.stack(np.meshgrid(*[np.arange(80, 180, 7)] * 3, indexing="ij"), axis=-1)
    pixels = levels.reshape(-1, 15, 3).astype(np.uint8)
    assert (oklab_to_rgb(rgb_to_oklab(pixels)) == pixels).all()


@given(PIXELS)
def test_the_purest_colors_come_back_as_good_as_the_same(pixels):
    colors = rgb_to_oklab(pixels)
    difference = rgb_to_oklab(oklab_to_rgb(colors)) - colors
    assert np.linalg.norm(difference, axis=0).max() < 0.01  # half the smallest that is visible


@settings(max_examples=300)
@given(st.floats(0.15, 0.95), st.floats(0, 6.28), st.floats(0, 1))
def test_what_no_screen_has_keeps_its_lightness_and_its_hue(lightness, hue, chroma):
    wanted = np.array([lightness, chroma * np.cos(hue), chroma * np.sin(hue)], np.float32)
    got = rgb_to_oklab(oklab_to_rgb(wanted.reshape(3, 1, 1)))[:, 0, 0]
    assert got[0] == pytest.approx(lightness, abs=0.012)  # of which rounding to 8 bits is the most
    across = got[1] * np.sin(hue) - got[2] * np.cos(hue)
    assert abs(across) < 0.012


def test_no_edge_is_seen_where_chroma_reaches_its_limit():
    chroma = np.linspace(0, 0.6, 2000)
    for hue in np.linspace(0, 6.28, 24):
        ramp = np.stack([np.full(2000, 0.6), chroma * np.cos(hue), chroma * np.sin(hue)])
        got = rgb_to_oklab(oklab_to_rgb(ramp[:, None].astype(np.float32)))[:, 0]
        assert np.linalg.norm(np.diff(got, axis=1), axis=0).max() < 0.02


def test_a_picture_is_the_same_in_whatever_strips_it_is_computed(monkeypatch):
    picture = Image.fromarray(np.random.default_rng(0).integers(0, 256, (70, 50, 3), dtype=np.uint8))
    whole = map_colors(lambda colors: colors * np.float32(0.9), picture)
    monkeypatch.setattr("pelican.plugins.stylize.images.color.oklab.STRIP", 50 * 9)
    assert len(list(cut_strips([picture]))) == 8
    assert map_colors(lambda colors: colors * np.float32(0.9), picture).tobytes() == whole.tobytes()


def test_pictures_of_different_sizes_are_refused():
    with pytest.raises(ValueError, match=r"^the pictures are of different sizes: \[\(2, 3\), \(3, 2\)\]$"):
        map_colors(lambda one, two: one, Image.new("RGB", (2, 3)), Image.new("RGB", (3, 2)))
