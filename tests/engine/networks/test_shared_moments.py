"""Photos that share their moments become pictures of one hand: a color of theirs means one color."""

import weakref

import numpy as np
import pytest
import torch
from pelican.plugins.stylize.engine.networks.shared_moments import choose_samples, cut_samples
from pelican.plugins.stylize.engine.restore import scale_to_edge
from PIL import Image, ImageEnhance


def test_every_photo_gives_as_many_samples_from_all_its_parts():
    assert choose_samples([(900, 400), (128, 256)]) == (128, 4)
    photo = torch.rand(1, 3, 400, 900)
    samples = cut_samples(photo, side=128, per_edge=4)
    assert samples.shape == (16, 3, 128, 128)
    assert samples[0].equal(photo[0, :, :128, :128])
    assert samples[15].equal(photo[0, :, -128:, -128:])


def test_samples_are_as_small_as_the_smallest_photo():
    assert choose_samples([(900, 400), (300, 70)]) == (72, 4)


def test_many_photos_give_fewer_samples_each():
    assert choose_samples([(130, 130)] * 40) == (128, 2)
    assert choose_samples([(130, 130)] * 300) == (128, 1)


@pytest.fixture(scope="module")
def series(photo):
    """A day and a night of one place."""
    return [photo, ImageEnhance.Brightness(photo).enhance(0.4)]


def sizes_of(photos: list[Image.Image]) -> list[tuple[int, int]]:
    return [photo.size for photo in photos]


def means(pictures: list[Image.Image]) -> np.ndarray:
    return np.array([np.asarray(picture).mean() for picture in pictures])


def test_a_night_stays_darker_than_a_day(stylizer, style_file, series):
    blend = [(style_file, 1.0)]
    alone = [stylizer.stylize(each, blend=blend, strength=1.0) for each in series]
    moments = stylizer.measure_moments(series, sizes=sizes_of(series), blend=blend, strength=1.0)
    together = [stylizer.stylize(each, blend=blend, strength=1.0, together=moments) for each in series]
    day, night = means(together)
    day_alone, night_alone = means(alone)
    assert day - night > day_alone - night_alone + 8


def test_below_full_strength_photos_share_their_own_style_too(stylizer, style_file, series):
    blend = [(style_file, 1.0)]
    start = stylizer.measure_moments(series, sizes=sizes_of(series), blend=blend, strength=0.5).start
    # At the size at which the network draws
    mine, theirs = (stylizer.predict(scale_to_edge(each, edge=512)) for each in series)
    assert torch.allclose(
        start["expand3.bias"], (mine["expand3.bias"] + theirs["expand3.bias"]) / 2, atol=1e-5
    )
    assert stylizer.measure_moments(series, sizes=sizes_of(series), blend=blend, strength=1.0).start is None


def test_the_photos_of_a_series_are_let_go_one_by_one(stylizer, style_file, photo):
    taken = []

    def read():
        for _ in range(4):
            assert sum(each() is not None for each in taken) <= 1
            new = photo.copy()
            taken.append(weakref.ref(new))
            yield new
            del new

    stylizer.measure_moments(read(), sizes=[photo.size] * 4, blend=[(style_file, 1.0)], strength=0.5)
    assert len(taken) == 4


def test_a_series_of_one_photo_looks_as_it_does_alone(stylizer, style_file, photo):
    blend = [(style_file, 1.0)]
    alone = stylizer.stylize(photo, blend=blend, strength=1.0)
    moments = stylizer.measure_moments([photo], sizes=[photo.size], blend=blend, strength=1.0)
    series = stylizer.stylize(photo, blend=blend, strength=1.0, together=moments)
    difference = np.abs(np.asarray(series).astype(int) - np.asarray(alone))
    assert difference.mean() < 15


def test_the_order_of_the_photos_does_not_matter(stylizer, style_file, series):
    blend = [(style_file, 1.0)]
    one, other = (
        stylizer.measure_moments(photos, sizes=sizes_of(photos), blend=blend, strength=1.0).layers
        for photos in (series, series[::-1])
    )
    for layer, moments in one.items():
        for mine, theirs in zip(moments, other[layer], strict=True):
            assert torch.allclose(mine, theirs, rtol=1e-3, atol=1e-4)


def test_the_pixels_of_all_photos_are_one_distribution(stylizer, style_file, series):
    """The moments of the first layer are those of its features over both photos."""
    moments = stylizer.measure_moments(
        series, sizes=sizes_of(series), blend=[(style_file, 1.0)], strength=1.0
    )
    (mean, variance) = moments.layers["residual1.conv1"]
    apart = [
        stylizer.measure_moments([each], sizes=[each.size], blend=[(style_file, 1.0)], strength=1.0)
        for each in series
    ]
    means_, variances = (
        torch.cat(part) for part in zip(*(each.layers["residual1.conv1"] for each in apart), strict=True)
    )
    assert torch.allclose(mean[0], means_.mean(dim=0), atol=1e-4)
    expected = variances.mean(dim=0) + means_.var(dim=0, correction=0)
    assert torch.allclose(variance[0], expected, rtol=1e-3, atol=1e-4)
