import pytest
import torch
from pelican.plugins.stylize.engine.losses.patch_matching import (
    CHANNELS,
    PatchMatcher,
    assign_artworks,
    extract_patches,
    find_most_similar,
)


@pytest.mark.parametrize("channels", [6, 2 * CHANNELS])
@pytest.mark.parametrize("precision", [torch.float32, torch.bfloat16])
def test_a_feature_map_rebuilt_from_itself_is_itself(channels, precision):
    features = torch.rand(1, channels, 9, 7)
    matcher = PatchMatcher([(features, 1.0)], precision=precision)
    assert torch.allclose(matcher.rebuild(features), features, atol=1e-5)


def test_a_rebuilt_map_consists_of_the_artwork_s_patches():
    artwork = torch.full((1, 2, 5, 5), 3.0)
    matcher = PatchMatcher([(artwork, 1.0)], precision=torch.float32)
    assert torch.allclose(matcher.rebuild(torch.rand(1, 2, 8, 6)), torch.full((1, 2, 8, 6), 3.0))


def test_a_map_that_is_brighter_throughout_finds_the_same_patches():
    artwork, features = torch.rand(1, 8, 9, 9), torch.rand(1, 8, 7, 7)
    matcher = PatchMatcher([(artwork, 1.0)], precision=torch.float32)
    assert torch.allclose(matcher.rebuild(features), matcher.rebuild(features + 5), atol=1e-5)


def test_the_nearest_key_has_the_same_direction():
    others = torch.tensor([[0.0, 1.0], [0.5**0.5, 0.5**0.5], [1.0, 0.0]])
    similarities, indexes = find_most_similar(torch.tensor([[0.6, 0.8], [1.0, 0.0]]), others)
    assert indexes.tolist() == [1, 2]
    assert similarities.tolist() == pytest.approx([0.99, 1.0], abs=0.001)


def test_patches_overlap_and_hold_every_channel():
    assert extract_patches(torch.rand(1, 4, 6, 5)).shape == (4 * 3, 4 * 9)


@pytest.mark.parametrize(
    ("parts", "expected"),
    [([0.7, 0.3], [7, 3]), ([0.5, 0.3, 0.2], [5, 3, 2]), ([1.0], [10]), ([0.96, 0.04], [10, 0])],
)
def test_every_artwork_gets_its_share_of_the_patches(parts, expected):
    owners = assign_artworks(torch.rand(len(parts), 10), parts)
    assert [(owners == index).sum().item() for index in range(len(parts))] == expected


def test_an_artwork_gets_the_patches_where_it_leads():
    likeness = torch.tensor([[0.9, 0.2, 0.8, 0.3], [0.1, 0.9, 0.7, 0.9]])
    assert assign_artworks(likeness, [0.5, 0.5]).tolist() == [0, 1, 0, 1]
