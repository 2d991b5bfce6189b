import pytest
import torch
from pelican.plugins.stylize.engine.losses.patch_matching import (
    assign_artworks,
    extract_patches,
    find_most_similar,
    rebuild_from_patches,
)


def test_a_feature_map_rebuilt_from_itself_is_itself():
    features = torch.rand(1, 6, 9, 7)
    assert torch.allclose(rebuild_from_patches(features, [(features, 1.0)]), features, atol=1e-5)


def test_a_rebuilt_map_consists_of_the_artwork_s_patches():
    artwork = torch.full((1, 2, 5, 5), 3.0)
    assert torch.allclose(
        rebuild_from_patches(torch.rand(1, 2, 8, 6), [(artwork, 1.0)]), torch.full((1, 2, 8, 6), 3.0)
    )


def test_the_nearest_patch_has_the_same_direction_whatever_its_length():
    offered = torch.tensor([[0.0, 1.0], [5.0, 5.0], [1.0, 0.0]])
    likeness, places = find_most_similar(torch.tensor([[0.1, 0.1], [2.0, 0.0]]), offered)
    assert places.tolist() == [1, 2]
    assert likeness.tolist() == pytest.approx([1.0, 1.0])


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
