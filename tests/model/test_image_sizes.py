"""Sizes are known before a picture exists."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pelican.plugins.stylize.model.image_sizes import fit, rendition_widths

pixels = st.integers(1, 20_000)


@given(pixels, pixels, st.integers(64, 4096))
def test_a_photo_fits_and_never_grows(width, height, long_edge):
    fitted = fit(width, height, long_edge=long_edge)
    assert max(fitted) <= long_edge
    assert min(fitted) >= 1
    assert fitted[0] <= width
    assert fitted[1] <= height


@given(pixels)
def test_widths_rise_and_never_exceed_the_picture(width):
    widths = rendition_widths(width)
    assert sorted(set(widths)) == list(widths)
    assert widths[-1] == min(width, 1600)


@pytest.mark.parametrize(
    ("width", "widths"),
    [
        (300, (300,)),
        (480, (480,)),
        (1000, (480, 800, 1000)),
        (1600, (480, 800, 1200, 1600)),
        (4000, (480, 800, 1200, 1600)),
    ],
)
def test_the_widths_of_some_pictures(width, widths):
    assert rendition_widths(width) == widths


@pytest.mark.parametrize(
    ("width", "widths"), [(300, (300,)), (3000, (640, 2000, 3000)), (9000, (640, 2000, 4000))]
)
def test_a_site_may_offer_other_widths(width, widths):
    assert rendition_widths(width, (640, 2000, 4000)) == widths
