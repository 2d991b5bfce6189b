"""What is done to a photo before the network draws it, and to the picture afterwards."""

from dataclasses import replace

import numpy as np
import pytest
from pelican.plugins.stylize.executors.file_refs import make_file_ref
from pelican.plugins.stylize.executors.interface import Done
from pelican.plugins.stylize.images.color.oklab import rgb_to_oklab
from PIL import Image

ORANGE = (200, 100, 50)  # of which the workers of these tests make (55, 155, 205)


def test_a_gradient_drawn_by_a_program_reaches_the_network_with_grain(executor, task):
    wanted = task("pier")
    with Image.open(wanted.photo.path) as photo:
        gradient = Image.linear_gradient("L").resize(photo.size).point(lambda level: 100 + level // 8)
    drawn = invert_in_worker(executor, wanted, gradient.convert("RGB"))
    difference = np.abs(drawn - (255 - np.asarray(gradient.convert("RGB"), np.int32)))
    assert 1 <= difference.max() <= 2


def test_a_photo_with_the_noise_of_a_camera_reaches_the_network_as_it_is(executor, task):
    noise = np.random.default_rng(7).integers(90, 110, (64, 80, 3), np.uint8)
    drawn = invert_in_worker(executor, task("pier"), Image.fromarray(noise))
    assert np.array_equal(drawn, 255 - noise.astype(np.int32))


def invert_in_worker(executor, task, photo: Image.Image) -> np.ndarray:
    """Return the pixels of the picture of a photo, drawn by a worker that inverts colors."""
    photo.save(task.photo.path)
    (done,) = executor.run([replace(task, photo=make_file_ref(task.photo.path))])
    assert isinstance(done, Done), done
    with Image.open(task.target) as picture:
        return np.asarray(picture, np.int32)


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
