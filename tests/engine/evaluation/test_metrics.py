"""The scores of an audition have the right values at the ends of their ranges, and stay within them."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from pelican.plugins.stylize.engine.evaluation.metrics import (
    PATTERN_LAYERS,
    measure_content_kept,
    measure_edges_kept,
    measure_effect,
    measure_palette_gap,
    measure_repeatability,
    measure_style_fit,
    to_oklab,
)
from pelican.plugins.stylize.engine.losses.style_content import LAYERS, compute_style_statistics


def noise(*shape: int, seed: int = 0) -> torch.Tensor:
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed))


seeds = st.integers(0, 10_000)


def test_a_photo_compared_with_itself_keeps_everything_and_has_no_effect():
    photos, maps = to_oklab(noise(2, 3, 32, 48)), noise(2, 8, 8, 12)
    assert measure_content_kept(maps, maps) == pytest.approx(1, abs=1e-5)
    assert measure_edges_kept(photos, photos) == pytest.approx(1, abs=1e-3)
    assert measure_effect(photos, photos) == 0


def test_an_artwork_fits_its_own_style_and_palette(encoder):
    artwork = noise(1, 3, 64, 64)
    with torch.no_grad():
        maps = encoder(artwork, layers=LAYERS)
        assert measure_style_fit(compute_style_statistics(artwork, encoder), maps) == pytest.approx(
            {"relu1_2": 0, "relu2_2": 0, "relu3_3": 0, "relu4_1": 0}, abs=1e-9
        )
        nothing = {layer: torch.zeros_like(features) for layer, features in maps.items()}
        assert measure_style_fit(compute_style_statistics(artwork, encoder), nothing)[
            "relu3_3"
        ] == pytest.approx(1)
    assert measure_palette_gap(to_oklab(artwork), to_oklab(artwork)) == 0


def test_a_palette_does_not_depend_on_size_and_position():
    artwork = to_oklab(noise(1, 3, 64, 64))
    assert measure_palette_gap(artwork.flip(-1).repeat(2, 1, 1, 1), artwork) == pytest.approx(0, abs=0.01)


def test_black_is_as_far_from_white_as_oklab_is_long():
    black, white = (to_oklab(torch.full((1, 3, 64, 64), value)) for value in (0.0, 1.0))
    assert measure_effect(black, white) == pytest.approx(1, abs=1e-3)
    assert measure_palette_gap(black, white) == pytest.approx(1, abs=0.02)


def test_other_colors_cost_no_content_and_no_edges():
    maps, photos = noise(2, 8, 8, 12), to_oklab(noise(2, 3, 32, 48))
    assert measure_content_kept(3 * maps + 5, maps) == pytest.approx(1, abs=1e-4)
    assert measure_edges_kept(0.5 * photos + 0.1, photos) == pytest.approx(1, abs=1e-3)


def test_a_picture_of_something_else_keeps_nothing():
    assert measure_content_kept(noise(1, 64, 16, 16, seed=1), noise(1, 64, 16, 16)) == pytest.approx(
        0, abs=0.05
    )
    photos, others = (to_oklab(noise(1, 3, 96, 96, seed=seed)) for seed in (0, 1))
    assert measure_edges_kept(photos, others) == pytest.approx(0, abs=0.1)


def test_a_wallpaper_repeats_itself_more_than_a_collage(encoder):
    wallpaper = noise(1, 3, 16, 16).repeat(1, 1, 8, 8)
    collage = torch.cat(
        [
            torch.cat([noise(1, 3, 64, 64), torch.full((1, 3, 64, 64), 0.2)], dim=-1),
            torch.cat(
                [torch.linspace(0, 1, 64).expand(1, 3, 64, 64), noise(1, 3, 8, 8).repeat(1, 1, 8, 8)], dim=-1
            ),
        ],
        dim=-2,
    )
    with torch.no_grad():
        one, other = (
            measure_repeatability(encoder(work, layers=PATTERN_LAYERS)) for work in (wallpaper, collage)
        )
    assert one > 0.8 > other + 0.1


@settings(max_examples=25, deadline=None)
@given(seeds, seeds, st.floats(0, 1), st.floats(0, 1))
def test_every_score_stays_within_its_range(seed, other, contrast, shift):
    pictures = to_oklab(noise(2, 3, 24, 32, seed=seed) * contrast)
    photos = to_oklab(noise(2, 3, 24, 32, seed=other) * (1 - shift) + shift)
    maps = {layer: noise(1, 6, 16, 16, seed=seed) * contrast for layer in PATTERN_LAYERS}
    assert -1 - 1e-5 <= measure_content_kept(pictures, photos) <= 1 + 1e-5
    assert -1 - 1e-5 <= measure_edges_kept(pictures, photos) <= 1 + 1e-5
    assert 0 <= measure_effect(pictures, photos) <= 1.1
    assert 0 <= measure_palette_gap(pictures, photos[:1]) <= 1.1
    assert -1e-5 <= measure_repeatability(maps) <= 1 + 1e-5


@settings(max_examples=10, deadline=None)
@given(seeds, st.permutations(range(3)))
def test_the_order_of_the_photos_changes_nothing(seed, places):
    pictures, photos = (to_oklab(noise(3, 3, 24, 32, seed=seed + n)) for n in (0, 1))
    artwork = to_oklab(noise(1, 3, 24, 32, seed=seed + 2))
    turned, turned_photos = pictures[list(places)], photos[list(places)]
    for score in (measure_content_kept, measure_edges_kept, measure_effect):
        assert score(turned, turned_photos) == pytest.approx(score(pictures, photos), abs=1e-5)
    assert measure_palette_gap(turned, artwork) == pytest.approx(
        measure_palette_gap(pictures, artwork), abs=1e-5
    )
