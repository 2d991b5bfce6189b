import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from pelican.plugins.stylize.engine.networks.style_parameters import SHAPES, interpolate
from pelican.plugins.stylize.engine.networks.style_predictor import Predictor
from pelican.plugins.stylize.engine.networks.weight_files import load_weights

predictor = load_weights(Predictor(), "predictor.safetensors")


def test_a_picture_gives_a_vector_and_a_vector_all_parameters():
    vectors = predictor(torch.rand(2, 3, 256, 256))
    assert vectors.shape == (2, 100)
    assert {
        name: tuple(tensor.shape) for name, tensor in predictor.compute_parameters(vectors[0]).items()
    } == SHAPES


@settings(max_examples=30, deadline=None)
@given(strength=st.floats(0, 1), seed=st.integers(0, 2**32 - 1))
def test_interpolating_parameters_equals_interpolating_vectors(strength, seed):
    start, end = torch.randn(2, 100, generator=torch.Generator().manual_seed(seed))
    by_vector = predictor.compute_parameters(torch.lerp(start, end, strength))
    by_parameters = interpolate(
        predictor.compute_parameters(start), predictor.compute_parameters(end), strength=strength
    )
    for name in SHAPES:
        assert torch.allclose(by_vector[name], by_parameters[name], atol=1e-5)


@pytest.mark.parametrize(("strength", "expected"), [(0.0, 2.0), (0.25, 3.0), (1.0, 6.0)])
def test_strength_leads_from_the_first_style_to_the_second(strength, expected):
    start = {name: torch.full(shape, 2.0) for name, shape in SHAPES.items()}
    end = {name: torch.full(shape, 6.0) for name, shape in SHAPES.items()}
    assert interpolate(start, end, strength=strength)["expand3.gain"].tolist() == [expected] * 3
