"""Faults drawn on purpose are found, and what a style may do is no fault."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from pelican.plugins.stylize.engine.evaluation import artifacts
from pelican.plugins.stylize.engine.evaluation.artifacts import find_artifacts
from pelican.plugins.stylize.engine.image_tensors import rgb_to_oklab
from torch import Tensor

HEIGHT, WIDTH = 240, 320


def landscape(height: int = HEIGHT, width: int = WIDTH) -> Tensor:
    """A smooth sky above a field of grain, with a gray road: (1, 3, height, width), RGB from 0 to 1."""
    generator = torch.Generator().manual_seed(0)
    rows = torch.linspace(0, 1, height)[:, None]
    columns = torch.linspace(0, 1, width)[None, :]
    sky = torch.stack(
        [0.5 + 0.2 * rows + 0 * columns, 0.6 + 0.1 * columns + 0 * rows, 0.8 + 0 * rows * columns]
    )
    grain = 0.15 * torch.randn(1, height, width, generator=generator)
    field = torch.tensor([0.5, 0.45, 0.2])[:, None, None] + grain
    picture = torch.where(rows > 0.5, field, sky)
    road = (columns > 0.4) & (columns < 0.6) & (rows > 0.6)
    picture = torch.where(road, 0.5 + 0.5 * grain, picture)
    return picture.clamp(0.05, 0.95)[None]


PHOTO = landscape()


def redraw(photo: Tensor = PHOTO) -> Tensor:
    """What a style may do: other colors, more contrast, oblique strokes of six pixels."""
    height, width = photo.shape[-2:]
    y, x = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
    strokes = 0.08 * torch.sin(2 * math.pi * (x + 0.6 * y) / 6.3)
    mixed = torch.einsum(
        "ij, njhw -> nihw", torch.tensor([[0.9, 0.2, 0.1], [0.3, 0.6, 0.1], [0.1, 0.3, 0.4]]), photo
    )
    return (0.5 + 1.2 * (mixed - 0.5) + strokes).clamp(0.03, 0.97)


PICTURE = redraw()


def names(picture: Tensor, photo: Tensor = PHOTO) -> list[str]:
    return [artifact.name for artifact in find_artifacts(picture, photo)]


def draw_grid(picture: Tensor, *, period: int, contrast: float) -> Tensor:
    """Draw a checkerboard over a picture; its squares are half a period wide."""
    height, width = picture.shape[-2:]
    y, x = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
    half = period // 2
    return (picture + contrast * (1 - 2 * ((y // half + x // half) % 2))).clamp(0, 1)


def draw_dots(picture: Tensor, *, radius: int, color: tuple[float, float, float], count: int = 48) -> Tensor:
    """Scatter dots over the sky."""
    height, width = picture.shape[-2:]
    y, x = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
    result = picture.clone()
    for index in range(count):
        left, top = 20 + 25 * (index % 12), 14 + 25 * (index // 12)
        result[0, :, (y - top) ** 2 + (x - left) ** 2 <= radius**2] = torch.tensor(color)[:, None]
    return result


def framed(picture: Tensor, *, lines: int, gain: float) -> Tensor:
    """Darken the outermost lines of a picture."""
    framed = gain * picture
    framed[..., lines:-lines, lines:-lines] = picture[..., lines:-lines, lines:-lines]
    return framed


def halftone(*, contrast: float, period: float = 5.3) -> Tensor:
    """Dots in rows, at an angle, as a press prints them: (1, 3, 576, 600)."""
    y, x = torch.meshgrid(torch.arange(576.0), torch.arange(600.0), indexing="ij")
    turn = 2 * math.pi / period
    dots = torch.sin(turn * (0.9 * x + 0.4 * y)) * torch.sin(turn * (0.9 * y - 0.4 * x))
    return (0.5 + 2 * contrast * dots).clamp(0, 1).expand(1, 3, -1, -1)


# What a style may do


def test_a_photo_kept_as_it_is_has_no_faults():
    assert find_artifacts(PHOTO, PHOTO) == ()


def test_other_colors_and_strokes_are_no_faults():
    assert find_artifacts(PICTURE, PHOTO) == ()


def test_large_pictures_are_measured_part_by_part_with_the_same_numbers(monkeypatch):
    picture, photo = draw_grid(PICTURE, period=4, contrast=0.05), PHOTO
    whole = find_artifacts(picture, photo)
    monkeypatch.setattr(artifacts, "STRIP", 1000)
    assert whole
    assert find_artifacts(picture, photo) == whole


def test_one_ink_is_no_fault():
    ink = torch.tensor([0.35, 0.45, 0.6])[None, :, None, None]  # the blue of a blueprint
    assert find_artifacts(PHOTO.mean(dim=1, keepdim=True) * ink + 0.2, PHOTO) == ()


def test_a_photo_of_one_color_has_no_faults_to_show():
    blank = torch.full((1, 3, 90, 120), 0.4)
    assert find_artifacts(blank, blank) == ()


def test_a_grid_is_no_fault_where_the_artwork_is_a_halftone_as_strong():
    printed = draw_grid(PICTURE, period=4, contrast=0.05)
    assert names(printed) == ["checkerboard"]
    assert find_artifacts(printed, PHOTO, artworks=lambda: [PICTURE, halftone(contrast=0.1)]) == ()


def test_a_grid_is_a_fault_where_it_is_stronger_than_the_artworks():
    printed = draw_grid(PICTURE, period=4, contrast=0.05)
    faults = find_artifacts(printed, PHOTO, artworks=lambda: [landscape(576, 768), halftone(contrast=0.02)])
    assert [fault.name for fault in faults] == ["checkerboard"]


def test_artworks_are_read_only_where_there_is_a_grid():
    assert find_artifacts(PICTURE, PHOTO, artworks=lambda: pytest.fail("not to be read")) == ()


@settings(max_examples=25, deadline=None)
@given(height=st.integers(1, 130), width=st.integers(1, 130), seed=st.integers(0, 99))
def test_pictures_of_every_size_can_be_checked(height, width, seed):
    photo = torch.rand(1, 3, height, width, generator=torch.Generator().manual_seed(seed))
    assert find_artifacts(photo, photo) == ()


@settings(max_examples=15, deadline=None)
@given(turn=st.permutations([0, 1, 2]), gain=st.floats(0.4, 1.1), seed=st.integers(0, 99))
def test_colors_exchanged_light_changed_and_grain_are_no_faults(turn, gain, seed):
    grain = 0.03 * torch.randn(PHOTO.shape, generator=torch.Generator().manual_seed(seed))
    assert find_artifacts((gain * PHOTO[:, turn] + grain).clamp(0.02, 0.98), PHOTO) == ()


def test_a_picture_of_another_size_than_its_photo_is_a_bug():
    with pytest.raises(ValueError, match=r"the picture is \(1, 3, 8, 8\), but its photo \(1, 3, 8, 9\)"):
        find_artifacts(torch.zeros(1, 3, 8, 8), torch.zeros(1, 3, 8, 9))


# Checkerboard


@pytest.mark.parametrize("period", [2, 4])
def test_a_checkerboard_is_found(period):
    assert names(draw_grid(PICTURE, period=period, contrast=0.03)) == ["checkerboard"]


def test_a_checkerboard_is_found_in_a_corner_of_a_large_picture():
    photo = landscape(900, 1200)
    picture = redraw(photo)
    picture[..., :300, :300] = draw_grid(picture[..., :300, :300], period=4, contrast=0.04)
    assert names(picture, photo) == ["checkerboard"]


@pytest.mark.parametrize("period", [2, 4])
def test_a_tiled_floor_may_stay_tiled(period):
    floor = draw_grid(PHOTO, period=period, contrast=0.05)
    assert names((0.5 + 1.5 * (floor - 0.5)).clamp(0.01, 0.99), floor) == []


def test_a_grid_of_six_pixels_is_the_stroke_of_a_style():
    assert names(draw_grid(PICTURE, period=6, contrast=0.05)) == []


# Confetti


@settings(max_examples=15, deadline=None)
@given(
    radius=st.integers(2, 6),
    color=st.sampled_from([(0.9, 0.1, 0.6), (0.1, 0.8, 0.2), (0.1, 0.2, 0.9), (0.95, 0.2, 0.1)]),
)
def test_confetti_on_a_sky_is_found(radius, color):
    assert names(draw_dots(PICTURE, radius=radius, color=color)) == ["confetti"]


def test_balloons_of_the_photo_are_no_confetti():
    balloons = draw_dots(PHOTO, radius=4, color=(0.9, 0.1, 0.6))
    assert names(draw_dots(PICTURE, radius=4, color=(0.9, 0.1, 0.6)), balloons) == []


def test_stars_are_no_confetti():
    assert names(draw_dots(PICTURE, radius=3, color=(0.9, 0.9, 0.95))) == []


def test_a_colored_stroke_is_no_confetti():
    picture = PICTURE.clone()
    picture[..., 40:46, 40:200] = torch.tensor([0.9, 0.1, 0.6])[:, None, None]
    assert names(picture) == []


# Border


@settings(max_examples=15, deadline=None)
@given(lines=st.integers(2, 16), gain=st.floats(0.3, 0.8))
def test_a_dark_frame_is_found(lines, gain):
    assert names(framed(PICTURE, lines=lines, gain=gain)) == ["border"]


def test_the_frame_of_a_photo_may_stay():
    framed_photo = framed(PHOTO, lines=8, gain=0.5)
    assert names(framed(PICTURE, lines=8, gain=0.5), framed_photo) == []


def test_a_dark_roof_along_one_side_is_no_frame():
    picture = PICTURE.clone()
    picture[..., :8, :] *= 0.4
    assert names(picture) == []


# Colors and tones


def test_gray_that_turns_neon_is_found():
    gray = PHOTO.mean(dim=1, keepdim=True)
    neon = torch.cat([gray * 0.3, gray * 0.3 + 0.5, gray * 0.2], dim=1)
    assert names(neon) == ["color cast"]


def test_a_photo_without_gray_has_no_cast():
    orange = PHOTO * torch.tensor([1.0, 0.6, 0.3])[:, None, None]
    gray = PHOTO.mean(dim=1, keepdim=True)
    assert names(torch.cat([gray * 0.3, gray * 0.3 + 0.5, gray * 0.2], dim=1), orange) == []


@pytest.mark.parametrize("value", [0.0, 1.0])
def test_detail_lost_in_black_or_white_is_found(value):
    picture = PICTURE.clone()
    picture[..., 150:200, :] = value
    assert "clipping" in names(picture)


def test_a_night_that_was_black_may_stay_black():
    photo = PHOTO.clone()
    photo[..., :120, :] = 0.01
    picture = PICTURE.clone()
    picture[..., :120, :] = 0.0
    assert names(picture, photo) == []


def test_grass_that_turns_into_one_color_is_found():
    picture = PICTURE.clone()
    picture[..., 144:224, :] = torch.tensor([0.4, 0.5, 0.3])[:, None, None]
    assert names(picture) == ["flat areas"]


def test_a_sky_that_was_flat_may_stay_flat():
    picture = PICTURE.clone()
    picture[..., :110, :] = torch.tensor([0.4, 0.5, 0.3])[:, None, None]
    assert names(picture) == []


def test_a_picture_that_came_out_black_is_found():
    assert names(torch.zeros_like(PHOTO)) == ["clipping", "flat areas"]


# Messages


def gradient(*, noise: float) -> Tensor:
    """A sky as a program draws it, in steps of one level, or as a camera takes it: noise in levels."""
    y, x = torch.meshgrid(torch.arange(HEIGHT), torch.arange(WIDTH), indexing="ij")
    ramp = torch.stack([60 + 0.1 * x, 90 + 0.08 * y, 140 + 0.05 * (x + y)])
    grain = noise * torch.randn(1, HEIGHT, WIDTH, generator=torch.Generator().manual_seed(0))
    return ((ramp + grain).round() / 255)[None]


def test_the_steps_of_a_gradient_drawn_as_lines_are_found():
    photo = gradient(noise=0)
    assert names(redraw(photo), photo) == ["banding"]


def test_strokes_in_the_sky_of_a_camera_are_no_banding():
    photo = gradient(noise=0.7)
    assert find_artifacts(redraw(photo), photo) == ()


def test_a_gradient_that_stays_smooth_is_no_banding():
    photo = gradient(noise=0)
    assert find_artifacts(photo, photo) == ()


def test_a_fault_says_how_much_of_it_there_is_and_how_much_is_allowed():
    picture = PICTURE.clone()
    picture[..., 144:224, :] = torch.tensor([0.4, 0.5, 0.3])[:, None, None]
    (fault,) = find_artifacts(picture, PHOTO)
    assert fault.message == f"dead flat areas on {100 * fault.amount:.1f} % of the picture (limit 3.0 %)"
    assert fault.amount == pytest.approx(100 / 300, abs=0.01)
    assert fault.limit == 0.03


@pytest.mark.parametrize(
    ("color", "expected"),
    [
        ((1.0, 1.0, 1.0), (1.0, 0.0, 0.0)),
        ((0.0, 0.0, 0.0), (0.0, 0.0, 0.0)),
        (
            (1.0, 0.0, 0.0),
            (0.6280, 0.2249, 0.1258),
        ),  # https://bottosson.github.io/posts/oklab/ , as CSS states it
        ((0.0, 0.0, 1.0), (0.4520, -0.0325, -0.3115)),
    ],
)
def test_colors_are_those_of_oklab(color, expected):
    pixel = torch.tensor(color)[None, :, None, None]
    assert rgb_to_oklab(pixel).flatten().tolist() == pytest.approx(expected, abs=1e-3)
