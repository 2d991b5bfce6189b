"""The predictor: computes the style parameters of any picture (Ghiasi et al. 2017).

A MobileNetV2 (Sandler et al. 2018) computes a style vector of 100 numbers; one affine head for each gain and
bias computes the style parameters from it. Batch normalizations are folded into the convolutions.
"""

import torch
import torch.nn.functional as F
from PIL import Image
from torch import Tensor, nn

from ..image_tensors import cut_squares, to_tensor
from .style_parameters import STYLED_LAYERS

SIDE = 256  # pixels; the predictor was trained on squares of this size
VECTOR = 100  # length of a style vector

# (channels, stride) of the 17 bottlenecks, by lines of table 2 of Sandler et al.
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
    """picture (N, 3, 256, 256), RGB from 0 to 1 -> style vector (N, 100)."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 32, 3, stride=2)
        channels, bottlenecks = 32, []
        for index, (channels_out, stride) in enumerate(BOTTLENECKS):
            bottlenecks.append(Bottleneck(channels, channels_out, stride=stride, expansion=6 if index else 1))
            channels = channels_out
        self.bottlenecks = nn.Sequential(*bottlenecks)
        self.features = nn.Conv2d(channels, 1280, 1)
        self.vector = nn.Linear(1280, VECTOR)
        self.heads = make_heads()

    def forward(self, picture: Tensor) -> Tensor:
        x = F.relu6(self.stem(pad_same(picture, stride=2)))  # (N, 32, 128, 128)
        x = self.bottlenecks(x)  # (N, 320, 8, 8)
        x = F.relu6(self.features(x))  # (N, 1280, 8, 8)
        return self.vector(x.mean(dim=(2, 3)))  # (N, 100)

    def compute_parameters(self, vector: Tensor) -> dict[str, Tensor]:
        """Return the parameters of style vectors (..., 100): {"residual1.conv1.gain": (..., 32), ...}."""
        return {
            f"{layer}.{kind}": self.heads.get_submodule(f"{layer}.{kind}")(vector)
            for layer in STYLED_LAYERS
            for kind in ("gain", "bias")
        }


def predict_vector(
    predictor: Predictor, picture: Image.Image, *, device: torch.device | str = "cpu"
) -> Tensor:
    """Return the style vector (100,) of a picture: RGB, upright, any size."""
    # Squares that cover the whole picture. For eight artworks, a center crop or a squeezed picture gives
    # about the same, but of a scroll a crop sees only a third, and squeezing makes its ink lines thinner.
    squares = [to_tensor(square, device=device) for square in cut_squares(picture, side=SIDE)]
    return predictor(torch.cat(squares)).mean(dim=0)


class Bottleneck(nn.Module):
    """Expand, convolve each channel, project; add the input if the shapes are equal (Sandler et al. 2018)."""

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


def make_heads() -> nn.ModuleDict:
    """Return an affine head for each gain and bias, nested like the layers of the transformer."""

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
    """Pad for a 3x3 convolution like TensorFlow's "SAME": at stride 2 only at the right and bottom."""
    return F.pad(x, (0, 1, 0, 1) if stride == 2 else (1, 1, 1, 1))
