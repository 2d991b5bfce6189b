"""The predictor: reads the style of any picture and returns its numbers (Ghiasi et al. 2017).

A MobileNetV2 (Sandler et al. 2018) describes the picture by a vector of 100; one affine head for each
gain and bias turns the vector into numbers. Batch normalizations are folded into the convolutions.
"""

import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor, nn

from ..image_tensors import cut_squares, to_tensor
from .style_parameters import STYLED_LAYERS

SIDE = 256  # pixels; the predictor was trained on squares of this size
VECTOR = 100

# (channels, stride) of the 17 bottlenecks: table 2 of Sandler et al., line by line
BOTTLENECKS = (
    (16, 1),
    *((24, 2), (24, 1)),
    *((32, 2), (32, 1), (32, 1)),
    *((64, 2), (64, 1), (64, 1), (64, 1)),
    *((96, 1), (96, 1), (96, 1)),
    *((160, 2), (160, 1), (160, 1)),
    (320, 1),
)


class Predictor(nn.Module):
    """picture (N, 3, 256, 256), RGB from 0 to 1 -> style vector (N, 100); `numbers` reads the vector."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 32, 3, stride=2)
        channels, bottlenecks = 32, []
        for index, (wanted, stride) in enumerate(BOTTLENECKS):
            bottlenecks.append(Bottleneck(channels, wanted, stride=stride, expansion=6 if index else 1))
            channels = wanted
        self.bottlenecks = nn.Sequential(*bottlenecks)
        self.features = nn.Conv2d(channels, 1280, 1)
        self.vector = nn.Linear(1280, VECTOR)
        self.heads = heads()

    def forward(self, picture: Tensor) -> Tensor:
        x = F.relu6(self.stem(pad_same(picture, stride=2)))  # (N, 32, 128, 128)
        x = self.bottlenecks(x)  # (N, 320, 8, 8)
        x = F.relu6(self.features(x))  # (N, 1280, 8, 8)
        return self.vector(x.mean(dim=(2, 3)))  # (N, 100)

    def numbers(self, vector: Tensor) -> dict[str, Tensor]:
        """Turn style vectors (..., 100) into numbers: {"residual1.conv1.gain": (..., 32), ...}."""
        return {
            f"{layer}.{kind}": self.heads.get_submodule(f"{layer}.{kind}")(vector)
            for layer in STYLED_LAYERS
            for kind in ("gain", "bias")
        }


def read_vector(predictor: Predictor, picture: Image.Image, *, device: torch.device | str = "cpu") -> Tensor:
    """Return the style vector (100,) of a picture: RGB, upright, of any size."""
    # Squares that cover the whole picture: on eight artworks a center crop, the picture squeezed into a
    # square and these look alike, but of a scroll the crop sees a third and squeezing thins the ink.
    squares = [to_tensor(square, device=device) for square in cut_squares(picture, side=SIDE)]
    return predictor(torch.cat(squares)).mean(dim=0)


class Bottleneck(nn.Module):
    """Widen, look around in each channel, narrow; add what came in where the shapes allow it."""

    def __init__(self, channels_in: int, channels_out: int, *, stride: int, expansion: int) -> None:
        super().__init__()
        wide = channels_in * expansion
        self.expand = nn.Conv2d(channels_in, wide, 1) if expansion > 1 else None
        self.depthwise = nn.Conv2d(wide, wide, 3, stride=stride, groups=wide)
        self.project = nn.Conv2d(wide, channels_out, 1)
        self.stride = stride
        self.adds_input = stride == 1 and channels_in == channels_out

    def forward(self, x: Tensor) -> Tensor:
        wide = x if self.expand is None else F.relu6(self.expand(x))
        wide = F.relu6(self.depthwise(pad_same(wide, stride=self.stride)))
        narrow = self.project(wide)
        return x + narrow if self.adds_input else narrow


def heads() -> nn.ModuleDict:
    """One affine map from the style vector to each gain and bias, nested as the transformer's layers are."""

    def head(layer: str) -> nn.ModuleDict:
        size = STYLED_LAYERS[layer]
        return nn.ModuleDict({"gain": nn.Linear(VECTOR, size), "bias": nn.Linear(VECTOR, size)})

    residuals = [f"residual{block}" for block in range(1, 6)]
    blocks = {
        name: nn.ModuleDict({half: head(f"{name}.{half}") for half in ("conv1", "conv2")})
        for name in residuals
    }
    return nn.ModuleDict(blocks | {name: head(name) for name in ("expand1", "expand2", "expand3")})


def pad_same(x: Tensor, *, stride: int) -> Tensor:
    """Pad for a 3x3 convolution as TensorFlow's "SAME" does: at stride 2 to the right and below only."""
    return F.pad(x, (0, 1, 0, 1) if stride == 2 else (1, 1, 1, 1))
