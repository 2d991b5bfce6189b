"""The perceptual distance of two pictures: how different their feature maps are (Zhang et al. 2018)."""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

from ..devices import inference
from ..image_tensors import to_tensor
from ..networks.vgg_encoder import Encoder
from ..networks.weight_files import load_weights

LAYERS = ("relu1_2", "relu2_2", "relu3_3", "relu4_1")


def load_meter() -> Callable[[Image.Image, Image.Image], float]:
    """Load the encoder on the CPU; return the distance of two RGB pictures of one size, from 8x8 up."""
    encoder = load_weights(Encoder(), "encoder.safetensors").to(memory_format=torch.channels_last)

    def measure(picture: Image.Image, other: Image.Image) -> float:
        with inference():
            return float(perceptual_distance(to_tensor(picture), to_tensor(other), encoder))

    return measure


def perceptual_distance(picture: Tensor, other: Tensor, encoder: Encoder) -> Tensor:
    """Return how different two pictures look: 0 is equal, 1 has nothing in common.

    picture, other: (N, 3, H, W), RGB from 0 to 1. At each position the feature vectors are scaled to
    length 1; half their squared distance is averaged over positions and then over layers. Zhang et al.
    (2018, eq. 1) weight the channels by human judgments of distorted photos; here all channels count the
    same, since there are no such judgments of stylized pictures.
    """
    maps, others = encoder(picture, layers=LAYERS), encoder(other, layers=LAYERS)
    by_layer = [
        (F.normalize(maps[layer], dim=1) - F.normalize(others[layer], dim=1)).square().sum(dim=1).mean() / 2
        for layer in LAYERS
    ]
    return torch.stack(by_layer).mean()
