import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from pelican.plugins.stylize.engine.image_tensors import to_tensor
from pelican.plugins.stylize.engine.losses.style_content import (
    STYLE_LAYERS,
    compute_style_statistics,
    style_distance,
)
from pelican.plugins.stylize.engine.networks.vgg_encoder import Encoder
from pelican.plugins.stylize.engine.networks.weight_files import load_weights
from pelican.plugins.stylize.engine.tiling.tiles import (
    SIDE,
    TiledLoss,
    compute_statistics_in_tiles,
    encode_in_tiles,
    split_into_tiles,
)


@given(height=st.integers(32, 2000), width=st.integers(32, 2000))
def test_tiles_count_every_pixel_once(height, width):
    tiles = split_into_tiles(height, width)
    assert sum(tile.height * tile.width for tile in tiles) == height * width
    starts = [(tile.window[0].start + tile.top, tile.window[1].start + tile.left) for tile in tiles]
    assert len(set(starts)) == len(tiles)
    assert all(top % 8 == 0 and left % 8 == 0 for top, left in starts)


def test_a_small_picture_is_one_tile():
    (tile,) = split_into_tiles(SIDE, 100)
    assert (tile.height, tile.width, tile.top, tile.left) == (SIDE, 100, 0, 0)


@pytest.mark.parametrize("size", [(64, 48), (480, 96), (96, 500)])
def test_the_gradients_of_the_tiles_add_up_to_the_whole_s(photo, artwork, size):
    encoder = load_weights(Encoder(), "encoder.safetensors")
    shot = to_tensor(photo.resize(size[::-1]))
    statistics = compute_style_statistics(to_tensor(artwork.crop((0, 0, 96, 96))), encoder)
    noisy = (shot + 0.1 * torch.randn(shot.shape)).clamp(0, 1)

    tiled, whole = noisy.clone().requires_grad_(), noisy.clone().requires_grad_()
    content_scale = torch.rand(1, 1, size[0] // 8, size[1] // 8)
    loss = TiledLoss(shot, statistics, encoder=encoder, content_layer="relu4_1", content_scale=content_scale)
    loss.backward(tiled, content_weight=0.1, fresh=True)
    maps = encoder(whole, layers=STYLE_LAYERS)
    shown = encoder(shot, layers=["relu4_1"])["relu4_1"]
    content = (content_scale * (maps["relu4_1"] - shown).square()).mean() / shown.square().mean()
    (style_distance(maps, statistics) + 0.1 * content).backward()

    assert (tiled.grad - whole.grad).norm() < 0.001 * whole.grad.norm()


@given(height=st.integers(32, 2000), width=st.integers(32, 2000), side=st.sampled_from([224, 112, 56]))
def test_small_tiles_count_every_pixel_once_and_are_never_too_small_for_a_position(height, width, side):
    tiles = split_into_tiles(height, width, side=side)
    assert sum(tile.height * tile.width for tile in tiles) == height * width
    assert min(min(tile.height, tile.width) for tile in tiles) >= 8


@pytest.mark.parametrize("side", [56, 112])
def test_feature_maps_and_statistics_of_tiles_are_the_whole_s(photo, encoder, side):
    picture = to_tensor(photo.resize((343, 130)))
    layers = ["relu2_2", "relu3_1", "relu4_1"]
    tiled, whole = (
        encode_in_tiles(picture, encoder, layers=layers, side=side),
        encoder(picture, layers=layers),
    )
    assert all((tiled[layer] - whole[layer]).norm() < 1e-4 * whole[layer].norm() for layer in layers)
    added = compute_statistics_in_tiles(picture, encoder, side=side)
    statistics = compute_style_statistics(picture, encoder)
    assert all((added[layer] - gram).norm() < 1e-4 * gram.norm() for layer, gram in statistics.items())
