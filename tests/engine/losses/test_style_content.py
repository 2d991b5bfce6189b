import pytest
import torch
from pelican.plugins.stylize.engine.losses.style_content import (
    LAYERS,
    compute_palette,
    compute_style_statistics,
    content_distance,
    gram_matrix,
    palette_distance,
    style_distance,
    tone_distance,
)


@pytest.fixture(scope="module")
def picture():
    return torch.rand(1, 3, 64, 48, generator=torch.Generator().manual_seed(1))


def test_the_gram_matrix_ignores_where_things_are():
    features = torch.rand(1, 4, 8, 8)
    assert torch.allclose(gram_matrix(features.flip(-1)), gram_matrix(features), atol=1e-6)


def test_the_gram_matrix_of_a_picture_repeated_is_its_own():
    features = torch.rand(1, 4, 8, 8)
    assert torch.allclose(gram_matrix(features.repeat(1, 1, 2, 3)), gram_matrix(features), atol=1e-6)


def test_an_artwork_has_no_distance_from_its_own_style(encoder, picture):
    maps = encoder(picture, layers=LAYERS)
    assert style_distance(maps, compute_style_statistics(picture, encoder)).item() == pytest.approx(
        0, abs=1e-9
    )


def test_a_picture_without_features_has_a_distance_of_1(encoder, picture):
    nothing = {layer: torch.zeros_like(maps) for layer, maps in encoder(picture, layers=LAYERS).items()}
    assert style_distance(nothing, compute_style_statistics(picture, encoder)).item() == pytest.approx(1)


def test_a_photo_has_no_content_distance_from_itself(encoder, picture):
    maps = encoder(picture, layers=LAYERS)
    other = encoder(picture.flip(-1), layers=LAYERS)
    assert content_distance(maps, maps).item() == 0
    assert content_distance(other, maps).item() > 0.1


def test_a_darker_picture_with_the_same_light_has_no_tone_distance():
    photo = torch.linspace(0, 1, 64).expand(1, 3, 64, 64)
    assert tone_distance(0.2 * photo + 0.1, photo).item() == pytest.approx(0, abs=0.02)


def test_inverted_light_has_a_tone_distance_of_2():
    photo = torch.linspace(0, 1, 64).expand(1, 3, 64, 64)
    assert tone_distance(1 - photo, photo).item() == pytest.approx(2, abs=0.05)


def test_a_photo_of_one_color_has_no_tone_distance():
    gray = torch.full((1, 3, 64, 64), 0.5)
    assert tone_distance(gray, gray).item() == 0
    assert torch.isfinite(tone_distance(torch.rand(1, 3, 64, 64), gray))


def test_the_gradient_of_a_gram_matrix_is_the_numerical_one():
    features = torch.rand(2, 3, 4, 5, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(gram_matrix, features)


def test_a_palette_that_was_measured_in_inference_mode_does_not_spoil_a_training():
    with torch.inference_mode():
        compute_palette(torch.rand(1, 3, 64, 64))
    picture = torch.rand(1, 3, 64, 64, requires_grad=True)
    palette_distance(picture, compute_palette(torch.rand(1, 3, 64, 64))).backward()
    assert picture.grad is not None
