import pytest
import torch
import torch.nn.functional as F
from pelican.plugins.stylize.engine.networks.style_file import load_style_file
from pelican.plugins.stylize.engine.networks.style_parameters import STYLED_LAYERS
from pelican.plugins.stylize.engine.networks.transformer import Transformer, Upsampling, compute_moments
from pelican.plugins.stylize.engine.networks.weight_files import load_weights

# The network enlarges rounding at thirteen layers, by how much differs from processor to processor; a
# quarter of a gray level is what no file shows.
UNSEEN = 0.25 / 255


@pytest.fixture(scope="module")
def transformer():
    return load_weights(Transformer(), "transformer.safetensors")


@pytest.fixture(scope="module")
def style(style_file):
    return load_style_file(style_file).parameters


def test_the_picture_has_the_photo_s_size_and_range(transformer, style):
    picture = transformer(torch.rand(2, 3, 24, 40), style)
    assert picture.shape == (2, 3, 24, 40)
    assert picture.min() >= 0
    assert picture.max() <= 1


def test_without_gains_the_last_bias_is_the_color(transformer, style):
    flat = {name: tensor * 0 if name.endswith("gain") else tensor for name, tensor in style.items()}
    picture = transformer(torch.rand(1, 3, 16, 16), flat)
    color = torch.sigmoid(style["expand3.bias"]).view(1, 3, 1, 1)
    assert torch.allclose(picture, color.expand_as(picture), atol=1e-6)


def test_a_photo_in_a_batch_is_not_changed_by_its_neighbor(transformer, style):
    one, other = torch.rand(1, 3, 32, 32), torch.rand(1, 3, 32, 32)
    together = transformer(torch.cat([one, other]), style)
    assert torch.allclose(together[:1], transformer(one, style), atol=UNSEEN)


def test_each_photo_of_a_batch_can_have_its_own_style(transformer, style):
    photo = torch.rand(1, 3, 32, 32)
    halved = {name: tensor / 2 for name, tensor in style.items()}
    both = {name: torch.stack([style[name], halved[name]]) for name in style}
    pictures = transformer(photo.expand(2, -1, -1, -1), both)
    assert torch.allclose(pictures[1:], transformer(photo, halved), atol=UNSEEN)


def test_moments_are_computed_once_for_every_styled_layer(transformer, style):
    calls = []

    def moments(layer, features):
        calls.append((layer, features.shape[1]))
        return compute_moments(layer, features)

    transformer(torch.rand(1, 3, 16, 16), style, moments=moments)
    assert calls == list(STYLED_LAYERS.items())


def test_a_tile_given_the_whole_photo_s_statistics_equals_its_part_of_the_picture(transformer, style):
    photo, statistics = torch.rand(1, 3, 160, 32), {}

    def record(layer, features):
        statistics[layer] = compute_moments(layer, features)
        return statistics[layer]

    whole = transformer(photo, style, moments=record)
    tile = transformer(photo[:, :, :112], style, moments=lambda layer, features: statistics[layer])
    assert torch.allclose(tile[:, :, :48], whole[:, :, :48], atol=UNSEEN)  # 64 pixels from the cut


def test_moments_are_mean_and_variance():
    features = torch.randn(2, 5, 40, 60) * 3 + 2
    mean, variance = compute_moments("any", features)
    exact_variance, exact_mean = torch.var_mean(features.double(), dim=(2, 3), correction=0)
    assert torch.allclose(mean.double(), exact_mean, rtol=1e-4)
    assert torch.allclose(variance.double(), exact_variance, rtol=1e-4)


def test_the_variance_of_a_large_feature_map_keeps_four_digits():
    features = (torch.randn(1, 3, 1600, 1600) + 1).contiguous(memory_format=torch.channels_last)
    variance = compute_moments("any", features)[1].double()
    assert torch.allclose(variance, features.double().var(dim=(2, 3), correction=0), rtol=1e-4)


def test_a_flat_feature_map_has_no_variance():
    assert compute_moments("any", torch.full((1, 1, 64, 64), 0.1))[1].item() == pytest.approx(0, abs=1e-8)


@pytest.mark.parametrize("size", [(2, 2), (5, 3), (16, 9)])
def test_an_enlargement_repeats_every_pixel_and_convolves(size):
    enlargement = Upsampling(4, 3)
    torch.nn.init.normal_(enlargement.weight)
    x = torch.randn(2, 4, *size)
    repeated = F.pad(F.interpolate(x, scale_factor=2.0, mode="nearest"), (1, 1, 1, 1), mode="reflect")
    assert torch.allclose(enlargement(x), F.conv2d(repeated, enlargement.weight), atol=1e-5)


def test_every_style_parameter_has_a_gradient(transformer, style):
    tuned = {name: tensor.clone().requires_grad_() for name, tensor in style.items()}
    transformer(torch.rand(1, 3, 32, 32), tuned).square().sum().backward()
    assert all(tensor.grad.abs().sum() > 0 for tensor in tuned.values())
