import torch
from pelican.plugins.stylize.engine.optimize.saliency import find_salient_parts, scale_content


def test_what_differs_from_everything_else_stands_out():
    features = torch.ones(1, 8, 20, 20) + 0.01 * torch.rand(1, 8, 20, 20)
    features[:, :4, 9:11, 9:11] = 5.0
    saliency = find_salient_parts(features)
    assert saliency.shape == (1, 1, 20, 20)
    assert saliency[0, 0, 9:11, 9:11].min() > 2 * saliency.mean()


def test_saliency_runs_from_0_to_1_whatever_the_picture():
    for features in (torch.rand(1, 16, 12, 30), torch.zeros(1, 16, 4, 4), torch.rand(1, 16, 1, 3)):
        saliency = find_salient_parts(features)
        assert saliency.min() >= 0
        assert saliency.max() <= 1


def test_content_counts_fifteen_times_more_where_the_eye_looks():
    scale = scale_content(torch.tensor([[[[0.0, 1.0]]]]), size=(2, 2))
    assert scale.shape == (1, 1, 2, 2)
    assert (round(scale.min().item(), 6), scale.max().item()) == (0.8, 12.0)
