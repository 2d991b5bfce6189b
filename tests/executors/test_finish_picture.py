"""What a picture gets from its photo after the network has drawn it."""

from dataclasses import replace

import numpy as np
import pytest
from pelican.plugins.stylize.executors.interface import Done
from pelican.plugins.stylize.images.color.oklab import rgb_to_oklab
from PIL import Image

ORANGE = (200, 100, 50)  # of which the workers of these tests make (55, 155, 205)


def draw(executor, task, **parameters) -> tuple[int, int, int]:
    """Return the color of a picture of an orange photo, drawn by a worker that inverts colors."""
    wanted = replace(task, parameters=replace(task.parameters, **parameters))
    (done,) = executor.run([wanted])
    assert isinstance(done, Done), done
    with Image.open(task.target) as picture:
        return picture.getpixel((9, 9))


def to_oklab(color: tuple[int, int, int]) -> np.ndarray:
    return rgb_to_oklab(np.array([[color]], np.uint8)).reshape(3)


def test_a_picture_may_have_the_color_of_its_photo_at_its_own_lightness(executor, task):
    drawn = to_oklab(draw(executor, task("pier", ORANGE), color=1))
    assert drawn[0] == pytest.approx(to_oklab((55, 155, 205))[0], abs=0.01)
    assert drawn[1:] == pytest.approx(to_oklab(ORANGE)[1:], abs=0.01)


def test_a_picture_may_have_half_of_the_color_of_its_photo(executor, task):
    drawn = to_oklab(draw(executor, task("pier", ORANGE), color=0.5))
    half = (to_oklab((55, 155, 205)) + to_oklab(ORANGE)) / 2
    assert drawn[1:] == pytest.approx(half[1:], abs=0.01)


def test_a_picture_may_have_the_tones_of_its_photo_in_its_own_color(executor, task):
    drawn = to_oklab(draw(executor, task("pier", ORANGE), tone=1))
    assert drawn[0] == pytest.approx(to_oklab(ORANGE)[0], abs=0.01)
    assert drawn[1:] == pytest.approx(to_oklab((55, 155, 205))[1:], abs=0.01)
