"""The shared network: redraws a photo in the style that 694 numbers describe (Ghiasi et al. 2017).

Convolutions shrink the photo to a quarter, five residual blocks rework it, and two enlargements lead
back to its size. An instance normalization follows each convolution but the first three; its gain
and bias are the style (Dumoulin et al. 2017).
"""

from collections.abc import Callable

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from .style_parameters import StyleNumbers

EPSILON = 1e-5  # as trained
FLAT = 1e-6  # of the mean's square: in single precision a smaller variance is rounding, not texture

# (layer, features (N, C, H, W)) -> mean and variance, each (N, C)
MomentsOf = Callable[[str, Tensor], tuple[Tensor, Tensor]]


def compute_moments(layer: str, features: Tensor) -> tuple[Tensor, Tensor]:
    """Return the mean and variance of each channel, over all pixels of this feature map."""
    pixels = features.shape[-2] * features.shape[-1]
    mean = features.mean(dim=(2, 3), dtype=torch.float32)  # (N, C)
    # E[x²] - E[x]² takes a CPU a quarter of the time of torch.var_mean. Norms are summed in single
    # precision one term after another: row by row first, or a large photo loses the third digit.
    rows = torch.linalg.vector_norm(features, dim=3, dtype=torch.float32)  # (N, C, H)
    norm = torch.linalg.vector_norm(rows, dim=2)  # (N, C)
    return mean, (norm.square() / pixels - mean.square()).clamp(min=0)


class Transformer(nn.Module):
    """photo (N, 3, H, W), RGB from 0 to 1, and numbers -> picture (N, 3, H, W), RGB from 0 to 1.

    H and W are multiples of 4, from 8 up.
    """

    def __init__(self) -> None:
        super().__init__()
        self.contract1 = convolution(3, 8, kernel_size=9)
        self.contract2 = convolution(8, 16, stride=2)
        self.contract3 = convolution(16, 32, stride=2)
        self.residual1 = Residual("residual1", 32)
        self.residual2 = Residual("residual2", 32)
        self.residual3 = Residual("residual3", 32)
        self.residual4 = Residual("residual4", 32)
        self.residual5 = Residual("residual5", 32)
        self.expand1 = Enlargement(32, 16)
        self.expand2 = Enlargement(16, 8)
        self.expand3 = convolution(8, 3, kernel_size=9, bias=False)

    def forward(
        self, photo: Tensor, numbers: StyleNumbers, *, moments: MomentsOf = compute_moments
    ) -> Tensor:
        """Redraw; `moments` may answer with statistics from elsewhere, as tiles of a larger photo need."""
        x = F.relu_(self.contract1(photo))  # (N, 8, H, W)
        x = F.relu_(self.contract2(x))  # (N, 16, H/2, W/2)
        x = F.relu_(self.contract3(x))  # (N, 32, H/4, W/4)
        for block in (self.residual1, self.residual2, self.residual3, self.residual4, self.residual5):
            x = block(x, numbers, moments=moments)
        x = self.expand1(x)  # (N, 16, H/2, W/2)
        x = F.relu_(normalize(x, "expand1", numbers, moments=moments))
        x = self.expand2(x)  # (N, 8, H, W)
        x = F.relu_(normalize(x, "expand2", numbers, moments=moments))
        x = self.expand3(x)  # (N, 3, H, W)
        return torch.sigmoid_(normalize(x, "expand3", numbers, moments=moments))


class Residual(nn.Module):
    """Two normalized convolutions whose result is added to what came in."""

    def __init__(self, name: str, channels: int) -> None:
        super().__init__()
        self.name = name
        self.conv1 = convolution(channels, channels, bias=False)
        self.conv2 = convolution(channels, channels, bias=False)

    def forward(self, x: Tensor, numbers: StyleNumbers, *, moments: MomentsOf) -> Tensor:
        change = F.relu_(normalize(self.conv1(x), f"{self.name}.conv1", numbers, moments=moments))
        return x + normalize(self.conv2(change), f"{self.name}.conv2", numbers, moments=moments)


class Enlargement(nn.Module):
    """Repeat every pixel in both directions, then convolve 3x3: (N, C, H, W) -> (N, C_out, 2H, 2W).

    A transposed convolution would draw a checkerboard (Odena et al. 2016). The repetition itself is
    never made: each of the four pixels that come from one sees its neighbors through weights that are
    sums of the nine, so one convolution before the enlargement gives the same result in half the time.
    """

    subpixel: Tensor

    def __init__(self, channels_in: int, channels_out: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(channels_out, channels_in, 3, 3))
        # [phase, neighbor, tap]: which of three neighbors a tap falls on, for the first and the second
        # of two repeated pixels. The first sees (left, itself, itself), the second (itself, itself, right).
        first, second = [[1, 0, 0], [0, 1, 1], [0, 0, 0]], [[0, 0, 0], [1, 1, 0], [0, 0, 1]]
        self.register_buffer("subpixel", torch.tensor([first, second]).float(), persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        folded = torch.einsum("pay, qbx, ocyx -> opqcab", self.subpixel, self.subpixel, self.weight)
        kernel = folded.flatten(0, 2)  # (4*C_out, C, 3, 3)
        edge = F.pad(x, (1, 1, 1, 1), mode="replicate")  # what mirroring the repeated pixels comes to
        return F.pixel_shuffle(F.conv2d(edge, kernel), 2)  # (N, C_out, 2H, 2W)


def convolution(
    channels_in: int, channels_out: int, *, kernel_size: int = 3, stride: int = 1, bias: bool = True
) -> nn.Conv2d:
    """A convolution that mirrors the picture at its edges, so that no border is drawn."""
    return nn.Conv2d(
        channels_in,
        channels_out,
        kernel_size,
        stride,
        padding=kernel_size // 2,
        padding_mode="reflect",
        bias=bias,
    )


def normalize(features: Tensor, layer: str, numbers: StyleNumbers, *, moments: MomentsOf) -> Tensor:
    """Give every channel the bias of the style as its mean and the gain as its spread."""
    mean, variance = moments(layer, features)  # (N, C) each
    spread = torch.rsqrt(variance + EPSILON)
    # Rounding would be enlarged 300 times at each of thirteen layers: confetti on a blank photo.
    spread = spread.where(variance > FLAT * mean.square(), 0.0)
    scale = numbers[f"{layer}.gain"] * spread
    shift = numbers[f"{layer}.bias"] - mean * scale
    return torch.addcmul(shift[:, :, None, None], features, scale[:, :, None, None])
