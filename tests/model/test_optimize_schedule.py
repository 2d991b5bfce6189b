import pytest
from hypothesis import given
from hypothesis import strategies as st
from pelican.plugins.stylize.model.optimize_schedule import SHORTEST, make_schedule


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((1200, 800), [(196, 131), (392, 261), (784, 523), (1200, 800)]),
        ((384, 256), [(196, 131), (384, 256)]),
        ((120, 88), [(120, 88)]),
        ((1600, 1600), [(160, 160), (320, 320), (640, 640), (1600, 1600)]),
    ],
)
def test_sizes_go_from_coarse_to_the_photo_s_own(size, expected):
    assert [scale.size for scale in make_schedule(*size)] == expected


@given(width=st.integers(SHORTEST, 4000), height=st.integers(SHORTEST, 4000))
def test_every_scale_is_larger_than_the_one_before_and_none_is_too_narrow(width, height):
    scales = make_schedule(width, height)
    pixels = [scale.pixels for scale in scales]
    assert pixels == sorted(pixels)
    assert min(min(scale.size) for scale in scales) >= SHORTEST
    assert scales[-1].size == (width, height)
    assert scales[0].matched
