import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from pelican.plugins.stylize.engine import restore
from pelican.plugins.stylize.engine.restore import compute_gains, restore_detail, scale_down, scale_to_edge
from PIL import Image, ImageFilter, ImageOps


def stripes(size, *, period, low=60, high=190):
    columns = np.where(np.arange(size[0]) // (period // 2) % 2, high, low).astype(np.uint8)
    return Image.fromarray(np.repeat(columns[None], size[1], axis=0)).convert("RGB")


def sharpness(picture):
    return np.abs(np.diff(np.asarray(picture, float), axis=1)).max()


def test_a_photo_restored_from_its_own_small_copy_is_sharp_again(photo):
    small = photo.resize((photo.width // 3, photo.height // 3), Image.Resampling.LANCZOS)
    restored = restore_detail(small, photo)
    enlarged = small.resize(photo.size, Image.Resampling.BICUBIC)
    errors = [
        np.abs(np.asarray(each, float) - np.asarray(photo, float)).mean() for each in (restored, enlarged)
    ]
    assert errors[0] < 0.5 * errors[1]


def test_reversed_contrast_gets_no_halo():
    photo = stripes((240, 64), period=80)
    negative = ImageOps.invert(photo)
    small = negative.resize((60, 16), Image.Resampling.LANCZOS)
    restored = np.asarray(restore_detail(small, photo), int)
    assert restored.min() >= 60 - 5
    assert restored.max() <= 195 + 5
    assert sharpness(restored) > 2 * sharpness(small.resize(photo.size, Image.Resampling.BICUBIC))


def test_noise_of_a_flat_photo_is_left_out():
    noise = np.random.default_rng(1).normal(128, 3, (120, 160, 1)).clip(0, 255).astype(np.uint8)
    photo = Image.fromarray(np.repeat(noise, 3, axis=2))
    small = Image.new("RGB", (40, 30), (200, 120, 40))
    restored = np.asarray(restore_detail(small, photo), int)
    assert np.abs(restored - (200, 120, 40)).max() <= 1


@pytest.mark.parametrize("strip", [7, 64, 1000])
def test_strips_do_not_show(photo, monkeypatch, strip):
    small = photo.resize((50, 37)).filter(ImageFilter.EDGE_ENHANCE)
    large = photo.resize((211, 157))
    whole = restore_detail(small, large)
    monkeypatch.setattr(restore, "STRIP", strip)
    difference = np.asarray(restore_detail(small, large), int) - np.asarray(whole, int)
    assert np.abs(difference).max() <= 1


def test_a_picture_of_the_photo_s_size_is_returned_as_it_is(photo):
    assert restore_detail(photo, photo.copy()) is photo


@given(width=st.integers(1, 90), height=st.integers(1, 90), edge=st.integers(1, 120))
def test_any_size_can_be_scaled_down_and_restored(width, height, edge):
    photo = Image.new("RGB", (width, height), "teal")
    small = scale_to_edge(photo, edge=edge)
    assert max(small.size) == min(edge, 2 * max(photo.size))
    assert restore_detail(small, photo).size == photo.size


def test_a_picture_drawn_larger_than_the_photo_is_scaled_down(photo):
    large = photo.resize((2 * photo.width, 2 * photo.height))
    assert restore_detail(large, photo).size == photo.size


def test_scaled_down_to_a_square_s_pixels():
    assert scale_down(Image.new("RGB", (1600, 1200)), side=320).size == (370, 277)
    assert scale_down(Image.new("RGB", (300, 200)), side=320).size == (300, 200)


def test_gains_are_the_contrast_of_the_picture():
    light = torch.rand(1, 1, 30, 30)
    picture = torch.cat([0.5 * light, -0.5 * light + 0.5, torch.full_like(light, 0.3)], dim=1)
    gains = compute_gains(picture, light)
    assert torch.allclose(gains.mean(dim=(2, 3)), torch.tensor([[0.5, -0.5, 0.0]]), atol=0.01)
