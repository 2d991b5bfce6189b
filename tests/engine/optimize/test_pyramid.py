import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from pelican.plugins.stylize.engine.optimize.pyramid import LEVELS, SMALLEST, join_levels, split_into_levels


@given(height=st.integers(1, 300), width=st.integers(1, 300))
def test_the_joined_levels_are_the_picture(height, width):
    picture = torch.rand(1, 3, height, width)
    levels = split_into_levels(picture)
    assert len(levels) <= LEVELS
    assert torch.allclose(join_levels(levels), picture, atol=1e-5)


def test_each_level_is_half_as_large_as_the_one_before():
    sizes = [tuple(level.shape[-2:]) for level in split_into_levels(torch.rand(1, 3, 101, 64))]
    assert sizes == [(101, 64), (51, 32), (26, 16)]
    assert all(min(size) >= SMALLEST for size in sizes)


def test_a_blank_picture_has_no_details():
    *details, small = split_into_levels(torch.full((1, 3, 64, 48), 0.25))
    assert all(level.abs().max() < 1e-6 for level in details)
    assert torch.allclose(small, torch.tensor(0.25))


@pytest.mark.parametrize("level", [0, 1, 2])
def test_one_number_of_a_coarser_level_changes_a_larger_region(level):
    levels = split_into_levels(torch.zeros(1, 3, 96, 96))
    levels[level][0, 0, 5, 5] = 1.0
    changed = (join_levels(levels)[0, 0] > 0).sum().item()
    assert changed == [1, 16, 100][level]
