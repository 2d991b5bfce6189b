import pytest
import torch
from pelican.plugins.stylize.engine.image_tensors import (
    PhotoPixels,
    cut_squares,
    fit_size,
    mirror_indexes,
    mirror_to_fit,
    to_picture,
    to_tensor,
)
from PIL import Image


def test_red_comes_first_and_white_is_one():
    photo = Image.new("RGB", (2, 1), "white")
    photo.putpixel((0, 0), (255, 0, 51))
    assert to_tensor(photo)[0, :, 0, 0].tolist() == [1.0, 0.0, pytest.approx(0.2)]
    assert to_tensor(photo)[0, :, 0, 1].tolist() == [1.0, 1.0, 1.0]


def test_a_photo_converted_to_a_tensor_and_back_is_the_same():
    photo = Image.effect_noise((13, 7), 80).convert("RGB")
    assert to_picture(to_tensor(photo)).tobytes() == photo.tobytes()


def test_a_smooth_picture_is_dithered_and_its_mean_is_kept():
    ramp = torch.linspace(100, 110, 600).expand(1, 3, 64, 600) / 255
    levels = to_tensor(to_picture(ramp)) * 255
    error = (levels - ramp * 255)[0, 0]
    assert error.abs().max() <= 1
    # Rounding alone would leave up to half a level in squares of 8 pixels.
    assert error.unfold(0, 8, 8).unfold(1, 8, 8).mean(dim=(2, 3)).abs().max() < 0.1


def test_a_part_of_a_picture_is_dithered_as_the_whole_is():
    ramp = torch.linspace(100, 110, 600).expand(1, 3, 64, 600) / 255
    whole, part = to_picture(ramp), to_picture(ramp[:, :, 20:, 300:], top=20, left=300)
    box = (301, 21, 600, 64)
    assert part.crop((1, 1, 300, 44)).tobytes() == whole.crop(box).tobytes()


@pytest.mark.parametrize("level", [0.0, 100.3, 254.8, 255.0])
def test_a_flat_picture_stays_flat(level):
    assert len(to_picture(torch.full((1, 3, 20, 20), level / 255)).getcolors()) == 1


def test_what_is_black_or_white_is_not_dithered_to_the_other_end():
    ramp = torch.cat([torch.linspace(0, 1, 50), torch.linspace(254, 255, 50)]).expand(1, 3, 9, 100) / 255
    row = to_tensor(to_picture(ramp))[0, 0] * 255
    assert row[:, :50].max() <= 2
    assert row[:, 50:].min() >= 253


def test_parts_of_a_photo_are_those_of_its_tensor():
    photo = Image.effect_noise((13, 7), 80).convert("RGB")
    parts, whole, every = PhotoPixels(photo), to_tensor(photo), slice(None)
    assert parts.shape == whole.shape
    for rows, columns in ((slice(2, 5), slice(1, 13)), (every, slice(0, 4)), (slice(5, 99), every)):
        assert torch.equal(parts[:, :, rows, columns], whole[:, :, rows, columns])


def test_other_modes_than_rgb_are_refused():
    with pytest.raises(ValueError, match=r"^the engine takes RGB, not L$"):
        to_tensor(Image.new("L", (4, 4)))


@pytest.mark.parametrize(("size", "fits"), [(1, 8), (8, 8), (9, 12), (100, 100), (101, 104)])
def test_sizes_grow_to_the_next_multiple_of_four(size, fits):
    assert fit_size(size) == fits


@pytest.mark.parametrize(
    ("size", "indexes"),
    [
        (1, [0, 0, 0, 0, 0, 0, 0, 0]),
        (2, [0, 1, 0, 1, 0, 1, 0, 1]),
        (3, [0, 1, 2, 1, 0, 1, 2, 1]),
        (7, [0, 1, 2, 3, 4, 5, 6, 5]),
    ],
)
def test_edges_are_mirrored_as_often_as_it_takes(size, indexes):
    assert mirror_indexes(size, 8).tolist() == indexes


def test_a_photo_that_fits_is_left_alone():
    photo = torch.rand(1, 3, 12, 8)
    assert mirror_to_fit(photo) is photo


def test_a_square_picture_is_one_square():
    assert [square.size for square in cut_squares(Image.new("RGB", (300, 300)), side=64)] == [(64, 64)]


@pytest.mark.parametrize("upright", [False, True])
def test_squares_reach_from_one_end_of_a_picture_to_the_other(upright):
    picture = Image.linear_gradient("L").resize((40, 100)).convert("RGB")  # black on top, white below
    picture = picture if upright else picture.transpose(Image.Transpose.ROTATE_90)
    squares = cut_squares(picture, side=10)
    corner = (0, 0) if upright else (0, 9)
    lightness = [square.getpixel(corner)[0] for square in squares]
    assert len(squares) == 3
    assert lightness == sorted(lightness)
    assert lightness[0] < 20
    assert squares[-1].getpixel((9, 9) if upright else (9, 0))[0] > 235


def test_a_very_long_picture_is_four_squares():
    assert len(cut_squares(Image.new("RGB", (1, 300)), side=16)) == 4
