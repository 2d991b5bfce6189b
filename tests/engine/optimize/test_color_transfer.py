import torch
from pelican.plugins.stylize.engine.optimize.color_transfer import (
    average_color_statistics,
    compute_color_statistics,
    transfer_colors,
)


def make_picture(*, mean, spread):
    generator = torch.Generator().manual_seed(1)
    noise = torch.randn(1, 3, 40, 40, generator=generator)
    return torch.tensor(mean).view(1, 3, 1, 1) + spread * noise


def test_a_photo_gets_the_mean_and_covariance_of_the_target():
    target = compute_color_statistics(make_picture(mean=[0.6, 0.4, 0.5], spread=0.05))
    changed = transfer_colors(make_picture(mean=[0.3, 0.5, 0.4], spread=0.1), target)
    statistics = compute_color_statistics(changed)
    assert torch.allclose(statistics.mean, target.mean, atol=1e-3)
    assert torch.allclose(statistics.covariance, target.covariance, atol=1e-4)


def test_a_picture_given_its_own_colors_is_itself():
    picture = make_picture(mean=[0.3, 0.5, 0.4], spread=0.05)
    assert torch.allclose(transfer_colors(picture, compute_color_statistics(picture)), picture, atol=1e-3)


def test_a_blank_or_gray_photo_stays_finite_and_in_range():
    target = compute_color_statistics(make_picture(mean=[0.6, 0.4, 0.5], spread=0.3))
    for photo in (torch.zeros(1, 3, 8, 8), torch.rand(1, 1, 8, 8).repeat(1, 3, 1, 1)):
        changed = transfer_colors(photo, target)
        assert changed.isfinite().all()
        assert 0 <= changed.min() <= changed.max() <= 1


def test_statistics_are_averaged_by_their_weights():
    dark, light = (compute_color_statistics(torch.full((1, 3, 4, 4), value)) for value in (0.2, 0.6))
    mean = average_color_statistics([(dark, 0.75), (light, 0.25)]).mean
    assert torch.allclose(mean, torch.tensor(0.3))
