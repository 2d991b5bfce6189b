"""A picture takes the colors or the tones of its photo, without bands or a cast; a series shares its tones."""

import numpy as np
import pytest
from fixtures import images
from pelican.plugins.stylize.images.color.oklab import rgb_to_oklab
from pelican.plugins.stylize.images.color.photo_colors import (
    change_tones,
    find_shared_tones,
    keep_photo_colors,
    make_tone_curve,
    measure_tones,
)
from PIL import Image


def noise(seed: int, *, low: int = 0, high: int = 256) -> Image.Image:
    pixels = np.random.default_rng(seed).integers(low, high, (60, 80, 3), dtype=np.uint8)
    return Image.fromarray(pixels)


def gray_noise(low: int, high: int, *, seed: int = 0) -> Image.Image:
    """A gray picture of these levels, each as often as any other."""
    levels = np.random.default_rng(seed).integers(low, high, (60, 80, 1), dtype=np.uint8)
    return Image.fromarray(levels.repeat(3, axis=2))


def ramp(start: tuple[int, int, int], end: tuple[int, int, int]) -> Image.Image:
    """A gradient without noise, 700 pixels long."""
    steps = np.linspace(start, end, 700)[None].repeat(8, axis=0)
    return Image.fromarray(np.round(steps).astype(np.uint8))


def mean_lightness(picture: Image.Image) -> float:
    return float(oklab(picture)[0].mean())


def oklab(picture: Image.Image) -> np.ndarray:
    return rgb_to_oklab(np.asarray(picture))


def test_a_picture_in_the_colors_of_its_photo_keeps_its_own_lightness():
    picture, photo = noise(0, low=100, high=156), noise(1, low=90, high=166)
    got = oklab(keep_photo_colors(picture, photo, color=1))
    assert np.abs(got[0] - oklab(picture)[0]).max() < 0.005
    assert np.abs(got[1:] - oklab(photo)[1:]).max() < 0.01


def test_half_the_color_is_half_way_between_picture_and_photo():
    picture, photo = noise(0, low=100, high=156), noise(1, low=90, high=166)
    got = oklab(keep_photo_colors(picture, photo, color=0.5))
    assert np.abs(got[1:] - (oklab(picture)[1:] + oklab(photo)[1:]) / 2).max() < 0.01


def test_the_colors_of_a_gray_photo_are_gray():
    photo = noise(1).convert("L").convert("RGB")
    got = np.asarray(keep_photo_colors(noise(0), photo, color=1)).astype(int)
    spread = got.max(axis=2) - got.min(axis=2)
    assert spread.max() <= 1
    assert spread.mean() < 0.001


def test_a_gray_picture_stays_gray_in_any_tones():
    got = np.asarray(keep_photo_colors(noise(0).convert("L").convert("RGB"), noise(1), tone=1)).astype(int)
    assert (got.max(axis=2) - got.min(axis=2)).mean() < 0.001


def test_a_photo_in_its_own_colors_and_tones_looks_the_same():
    photo = images.gradient()
    got = oklab(keep_photo_colors(photo, photo, color=1, tone=1))
    assert np.linalg.norm(got - oklab(photo), axis=0).max() < 0.01  # half the smallest that is visible


def test_the_arguments_are_left_alone():
    picture, photo = noise(0), noise(1)
    before = picture.tobytes(), photo.tobytes()
    keep_photo_colors(picture, photo, color=1, tone=1)
    assert (picture.tobytes(), photo.tobytes()) == before


@pytest.mark.parametrize(("color", "tone"), [(1, 0), (0, 1), (1, 1), (0.5, 0.5)])
def test_gradients_without_noise_stay_smooth(color, tone):
    gradients = [
        ramp((40, 60, 90), (200, 190, 170)),
        ramp((250, 20, 30), (10, 220, 80)),
        ramp((128, 128, 128), (140, 128, 190)),
    ]
    for picture in gradients:
        for photo in gradients:
            got = np.asarray(keep_photo_colors(picture, photo, color=color, tone=tone)).astype(int)
            assert np.abs(np.diff(got, axis=1)).max() <= 4


def test_tones_are_distributed_like_those_of_the_photo():
    picture = noise(0, low=60, high=120).resize((160, 120), Image.Resampling.BICUBIC)
    photo = noise(1, low=100, high=230).resize((160, 120), Image.Resampling.BICUBIC)
    shares = np.linspace(0.02, 0.98, 25)
    wanted = np.quantile(oklab(photo)[0], shares)
    got = np.quantile(oklab(keep_photo_colors(picture, photo, tone=1))[0], shares)
    halfway = np.quantile(oklab(keep_photo_colors(picture, photo, tone=0.5))[0], shares)
    before = np.quantile(oklab(picture)[0], shares)
    assert np.abs(got - wanted).max() < 0.02
    assert np.abs(halfway - (before + wanted) / 2).max() < 0.02


def test_hue_and_chroma_stay_where_tones_change():
    picture = noise(0, low=100, high=140)
    got = oklab(keep_photo_colors(picture, noise(1, low=150, high=170), tone=1))
    assert np.abs(got[1:] - oklab(picture)[1:]).max() < 0.01


@pytest.mark.parametrize("size", [(1, 1), (1, 400), (400, 1)])
def test_the_smallest_pictures_are_possible(size):
    picture, photo = Image.new("RGB", size, "red"), Image.new("RGB", size, "gray")
    assert keep_photo_colors(picture, photo, color=1, tone=1).size == size


@pytest.mark.parametrize("other", ["black", "gray", "white"])
def test_a_curve_rises_everywhere_also_towards_a_picture_of_one_tone(other):
    flat, full = Image.new("RGB", (8, 8), other), gray_noise(0, 256)
    for own, wanted in ((flat, full), (full, flat)):
        curve = make_tone_curve(measure_tones(own), measure_tones(wanted))
        assert (np.diff(curve) >= 0).all()
        assert np.diff(curve).max() * len(curve) < 2.6
        assert curve.min() >= 0
        assert curve.max() <= 1


def test_the_curve_to_its_own_tones_changes_nothing():
    tones = measure_tones(gray_noise(20, 240))
    assert make_tone_curve(tones, tones) == pytest.approx(np.linspace(0, 1, 2**14), abs=1e-3)


def test_large_pictures_are_measured_by_a_sample():
    small = gray_noise(0, 256)
    large = small.resize((1600, 1200), Image.Resampling.NEAREST)
    assert np.abs(measure_tones(large) - measure_tones(small)).max() < 0.02


def test_in_a_series_a_night_stays_darker_than_a_day():
    photos = [gray_noise(0, 80), gray_noise(150, 250, seed=1)]
    pictures = [
        gray_noise(60, 200, seed=2),
        gray_noise(60, 200, seed=3),
    ]  # of one lightness, as a network draws them
    photo_tones, tones = ([measure_tones(each) for each in series] for series in (photos, pictures))
    night, day = (
        change_tones(picture, find_shared_tones(photo, photos=photo_tones, pictures=tones))
        for picture, photo in zip(pictures, photo_tones, strict=True)
    )
    assert mean_lightness(day) - mean_lightness(night) > 0.2
    before = [mean_lightness(picture) for picture in pictures]
    assert mean_lightness(day) + mean_lightness(night) == pytest.approx(sum(before), abs=0.05)


def test_a_series_of_one_photo_keeps_its_tones():
    photo, picture = measure_tones(gray_noise(0, 100)), measure_tones(gray_noise(60, 200))
    shared = find_shared_tones(photo, photos=[photo], pictures=[picture])
    assert np.abs(shared - picture).max() < 0.01


def test_the_order_of_a_series_does_not_matter():
    photos = [measure_tones(gray_noise(low, low + 60)) for low in (0, 90, 180)]
    pictures = [measure_tones(gray_noise(60, 200, seed=seed)) for seed in (1, 2, 3)]
    one = find_shared_tones(photos[0], photos=photos, pictures=pictures)
    other = find_shared_tones(photos[0], photos=photos[::-1], pictures=pictures[::-1])
    assert np.allclose(one, other)
