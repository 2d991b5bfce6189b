"""The transformer: the shared network that redraws a photo in any style (Ghiasi et al. 2017).

Convolutions reduce height and width to a quarter, five residual blocks follow, and two upsampling layers
restore the size. A conditional instance normalization follows each convolution except the first three; its
gains and biases are the style parameters (Dumoulin et al. 2017).
"""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .style_parameters import StyleParameters

EPSILON = 1e-5  # as trained
FLAT = 1e-6  # times the squared mean: in single precision, a smaller variance is rounding, not texture

# (layer, features (N, C, H, W)) -> mean and variance of each channel, both (N, C)
ComputeMoments = Callable[[str, Tensor], tuple[Tensor, Tensor]]


def compute_moments(layer: str, features: Tensor) -> tuple[Tensor, Tensor]:
    """Return the mean and variance of each channel, both (N, C), of a feature map (N, C, H, W)."""
    pixels = features.shape[-2] * features.shape[-1]
    mean = features.mean(dim=(2, 3), dtype=torch.float32)  # (N, C)
    # E[x²] - E[x]² takes a CPU a quarter of the time of torch.var_mean. A norm is a sequential sum in single
    # precision, so it is computed row by row first; otherwise a large photo loses the third digit.
    rows = torch.linalg.vector_norm(features, dim=3, dtype=torch.float32)  # (N, C, H)
    norm = torch.linalg.vector_norm(rows, dim=2)  # (N, C)
    return mean, (norm.square() / pixels - mean.square()).clamp(min=0)


class Transformer(nn.Module):
    """photo (N, 3, H, W), RGB from 0 to 1, and style parameters -> picture (N, 3, H, W), RGB from 0 to 1.

    H and W are multiples of 4, from 8 up.
    """

    def __init__(self) -> None:
        super().__init__()
        self.contract1 = make_convolution(3, 8, kernel_size=9)
        self.contract2 = make_convolution(8, 16, stride=2)
        self.contract3 = make_convolution(16, 32, stride=2)
        self.residual1 = Residual("residual1", 32)
        self.residual2 = Residual("residual2", 32)
        self.residual3 = Residual("residual3", 32)
        self.residual4 = Residual("residual4", 32)
        self.residual5 = Residual("residual5", 32)
        self.expand1 = Upsampling(32, 16)
        self.expand2 = Upsampling(16, 8)
        self.expand3 = make_convolution(8, 3, kernel_size=9, bias=False)

    def forward(
        self, photo: Tensor, parameters: StyleParameters, *, moments: ComputeMoments = compute_moments
    ) -> Tensor:
        """Redraw a photo.

        parameters: each (C,), or (N, C) for a style per photo. moments: may return the statistics of a larger
        photo, so that its tiles can be drawn one by one.
        """
        x = F.relu_(self.contract1(photo))  # (N, 8, H, W)
        x = F.relu_(self.contract2(x))  # (N, 16, H/2, W/2)
        x = F.relu_(self.contract3(x))  # (N, 32, H/4, W/4)
        for block in (self.residual1, self.residual2, self.residual3, self.residual4, self.residual5):
            x = block(x, parameters, moments=moments)
        x = self.expand1(x)  # (N, 16, H/2, W/2)
        x = F.relu_(normalize(x, "expand1", parameters, moments=moments))
        x = self.expand2(x)  # (N, 8, H, W)
        x = F.relu_(normalize(x, "expand2", parameters, moments=moments))
        x = self.expand3(x)  # (N, 3, H, W)
        return torch.sigmoid_(normalize(x, "expand3", parameters, moments=moments))


class Residual(nn.Module):
    """Two normalized convolutions whose output is added to the input."""

    def __init__(self, name: str, channels: int) -> None:
        super().__init__()
        self.name = name
        self.conv1 = make_convolution(channels, channels, bias=False)
        self.conv2 = make_convolution(channels, channels, bias=False)

    def forward(self, x: Tensor, parameters: StyleParameters, *, moments: ComputeMoments) -> Tensor:
        branch = F.relu_(normalize(self.conv1(x), f"{self.name}.conv1", parameters, moments=moments))
        return x + normalize(self.conv2(branch), f"{self.name}.conv2", parameters, moments=moments)


class Upsampling(nn.Module):
    """Nearest-neighbor upsampling by 2 and a 3x3 convolution: (N, C, H, W) -> (N, C_out, 2H, 2W).

    A transposed convolution would draw a checkerboard (Odena et al. 2016). The enlarged map is never
    computed: each of the four pixels that come from one pixel is a sum over its neighbors, whose weights are
    sums of the nine, so one convolution of the small map gives the same result in half the time.
    """

    subpixel: Tensor

    def __init__(self, channels_in: int, channels_out: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(channels_out, channels_in, 3, 3))
        # [phase, neighbor, tap]: which of three neighbors a tap of the kernel reads, for the first and the
        # second of two repeated pixels. The first reads (left, itself, itself), the second (itself, itself,
        # right).
        first, second = [[1, 0, 0], [0, 1, 1], [0, 0, 0]], [[0, 0, 0], [1, 1, 0], [0, 0, 1]]
        self.register_buffer("subpixel", torch.tensor([first, second]).float(), persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        folded = torch.einsum("pay, qbx, ocyx -> opqcab", self.subpixel, self.subpixel, self.weight)
        kernel = folded.flatten(0, 2)  # (4*C_out, C, 3, 3)
        edge = F.pad(x, (1, 1, 1, 1), mode="replicate")  # equals mirroring the repeated pixels
        return F.pixel_shuffle(F.conv2d(edge, kernel), 2)  # (N, C_out, 2H, 2W)


def make_convolution(
    channels_in: int, channels_out: int, *, kernel_size: int = 3, stride: int = 1, bias: bool = True
) -> nn.Conv2d:
    """Return a convolution that mirrors the picture at its edges, so that it draws no border."""
    return nn.Conv2d(
        channels_in,
        channels_out,
        kernel_size,
        stride,
        padding=kernel_size // 2,
        padding_mode="reflect",
        bias=bias,
    )


def normalize(
    features: Tensor, layer: str, parameters: StyleParameters, *, moments: ComputeMoments
) -> Tensor:
    """Conditional instance normalization: give every channel the mean `bias` and the spread `gain`."""
    mean, variance = moments(layer, features)  # (N, C) each
    spread = torch.rsqrt(variance + EPSILON)
    # Otherwise rounding would be enlarged 300 times at each of thirteen layers: confetti on a blank photo.
    spread = spread.where(variance > FLAT * mean.square(), 0.0)
    scale = parameters[f"{layer}.gain"] * spread
    shift = parameters[f"{layer}.bias"] - mean * scale
    return torch.addcmul(shift[:, :, None, None], features, scale[:, :, None, None])
