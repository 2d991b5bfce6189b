"""The perceptual distance orders pictures as people do."""

import pytest
import torch
from pelican.plugins.stylize.engine.image_tensors import to_picture, to_tensor
from pelican.plugins.stylize.engine.losses.perceptual_distance import load_meter
from PIL import Image, ImageFilter


@pytest.fixture(scope="module")
def measure():
    return load_meter()


def noisy(photo: Image.Image, *, spread: float) -> Image.Image:
    pixels = to_tensor(photo)
    return to_picture((pixels + spread * torch.randn(pixels.shape)).clamp(0, 1))


def test_a_picture_looks_like_itself(measure, photo):
    assert measure(photo, photo) == 0


def test_the_order_of_two_pictures_does_not_matter(measure, photo):
    blurred = photo.filter(ImageFilter.BoxBlur(2))
    assert measure(photo, blurred) == pytest.approx(measure(blurred, photo), rel=1e-4)


def test_more_noise_is_a_larger_distance(measure, photo):
    distances = [measure(photo, noisy(photo, spread=spread)) for spread in (0.01, 0.03, 0.1)]
    assert distances == sorted(distances)
    assert 0 < distances[0] < distances[2] < 1


def test_a_brighter_picture_is_nearer_than_another_picture(measure, photo, artwork):
    brighter = photo.point(lambda level: min(255, level + 8))
    assert measure(photo, brighter) < measure(photo, artwork.resize(photo.size)) / 5
