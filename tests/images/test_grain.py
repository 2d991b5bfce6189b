"""Gradients without noise get grain, so that the network draws no steps; photos stay as they are."""

import numpy as np
import pytest
from pelican.plugins.stylize.images.grain import add_grain
from PIL import Image


def gradient(
    start: tuple[int, int, int], end: tuple[int, int, int], *, size=(400, 300), turn=0.3
) -> np.ndarray:
    """Return a gradient before it is rounded, (H, W, 3), in levels."""
    y, x = np.mgrid[0 : size[1], 0 : size[0]]
    share = (1 - turn) * x / size[0] + turn * y / size[1]
    return np.array(start) + (np.array(end) - np.array(start)) * share[..., None]


def rounded(levels: np.ndarray) -> Image.Image:
    return Image.fromarray(np.round(levels).clip(0, 255).astype(np.uint8))


def changed(photo: Image.Image) -> np.ndarray:
    """Return where grain was added."""
    return (np.asarray(add_grain(photo)) != np.asarray(photo)).any(axis=2)


GRADIENTS = [
    gradient((60, 90, 140), (90, 120, 165)),
    gradient((20, 60, 140), (220, 200, 180), turn=1.0),
    gradient((90, 90, 90), (110, 110, 110), turn=0.0),
]


@pytest.mark.parametrize("levels", GRADIENTS)
def test_the_steps_of_a_gradient_are_hidden_everywhere(levels):
    grained = np.asarray(add_grain(rounded(levels))).astype(float)
    error = grained - levels
    assert error.std() == pytest.approx(0.5, abs=0.05)  # that of rounding and triangular noise
    # The mean of a neighborhood is that of the gradient, and no longer that of its step.
    blocks = error.reshape(30, 10, 40, 10, 3).mean(axis=(1, 3))
    assert np.abs(blocks).mean() < 0.1
    spread = grained.reshape(30, 10, 40, 10, 3).std(axis=(1, 3))
    assert spread.min() > 0.2


def test_no_pixel_changes_by_more_than_two_levels():
    for levels in GRADIENTS:
        photo = rounded(levels)
        difference = np.asarray(add_grain(photo)).astype(int) - np.asarray(photo)
        assert np.abs(difference).max() <= 2


@pytest.mark.parametrize("noise", [0.6, 1.0, 4.0])
def test_a_photo_with_the_noise_of_a_camera_is_left_alone(noise):
    grain = np.random.default_rng(0).normal(0, noise, GRADIENTS[0].shape)
    photo = rounded(GRADIENTS[0] + grain)
    assert add_grain(photo) is photo


def test_a_flat_area_stays_flat_and_an_edge_stays_sharp():
    photo = rounded(GRADIENTS[1])
    photo.paste("white", (100, 50, 300, 250))
    where = changed(photo)
    assert not where[50:250, 100:300].any()
    assert where[:, :80].any()
    assert add_grain(Image.new("RGB", (200, 200), "navy")).getcolors() == [(40_000, (0, 0, 128))]


def test_the_grain_is_the_same_in_whatever_bands_it_is_added(monkeypatch):
    photo = rounded(GRADIENTS[0])
    whole = add_grain(photo).tobytes()
    monkeypatch.setattr("pelican.plugins.stylize.images.grain.BAND", 400 * 70)
    assert add_grain(photo).tobytes() == whole


def test_the_grain_is_the_same_on_every_machine():
    row = np.asarray(add_grain(rounded(GRADIENTS[0])))[100, 200:206]
    assert row.tolist() == [
        [74, 104, 152],
        [74, 104, 151],
        [74, 104, 151],
        [73, 103, 151],
        [74, 104, 151],
        [73, 103, 151],
    ]


def test_the_argument_is_left_alone():
    photo = rounded(GRADIENTS[0])
    before = photo.tobytes()
    assert add_grain(photo).tobytes() != before
    assert photo.tobytes() == before


@pytest.mark.parametrize("size", [(1, 1), (1, 300), (300, 1), (20, 20), (31, 200)])
def test_the_smallest_pictures_are_possible(size):
    photo = rounded(gradient((60, 90, 140), (90, 120, 165), size=size))
    assert add_grain(photo).size == size
