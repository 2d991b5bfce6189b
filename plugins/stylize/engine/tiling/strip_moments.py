"""Statistics of a feature map that is computed one strip at a time."""

import torch
import torch.nn.functional as F
from torch import Tensor

from ..networks.style_parameters import StyleParameters
from ..networks.transformer import EPSILON, FLAT

Scale = tuple[Tensor, Tensor]  # factor and summand of a normalization, both (C,)
Moments = tuple[Tensor, Tensor]  # mean and variance, both (C,)
Sums = tuple[int, Tensor, Tensor]  # positions; the sum of each channel, and of its squares


class StripMoments:
    """The mean and variance of each channel, added up in double precision.

    The mean of the first strip is subtracted from all. The normalization does not see that, and the squares
    lose no digits where a channel's mean is large. It is the processor that adds, since Metal has no double
    precision.
    """

    def __init__(self, kernel: Tensor, *, phases: int = 1) -> None:
        """kernel: of the convolution, (phases*C, C_in, h, w). phases: pixels that share a position."""
        self.kernel, self._phases = kernel, phases
        self._pilot: Tensor | None = None
        self._positions = 0
        self._sum = torch.zeros(len(kernel), dtype=torch.float64)
        self._squares = self._sum.clone()

    def convolve(self, window: Tensor) -> Tensor:
        """Convolve a window (1, C_in, h, w) without padding; return (rows, columns, phases*C), centered.

        The first call must have returned before another begins.
        """
        if self._pilot is None:
            output = F.conv2d(window, self.kernel)
            mean = output.mean(dim=(0, 2, 3)).unflatten(0, (self._phases, -1)).mean(dim=0)  # (C,)
            self._pilot = mean.repeat(self._phases)
            output -= self._pilot[:, None, None]
        else:
            output = F.conv2d(window, self.kernel, -self._pilot)
        return output[0].permute(1, 2, 0)  # (rows, columns, phases*C)

    def add(self, sums: Sums) -> None:
        """Count a strip, by what `compute_sums` says of it."""
        self._positions += sums[0]
        self._sum += sums[1]
        self._squares += sums[2]

    def compute(self) -> Moments:
        """Return mean and variance of each channel, (C,), in double precision, on the CPU."""
        assert self._pilot is not None
        pixels = self._positions * self._phases
        mean, square = (
            sums.view(self._phases, -1).sum(dim=0) / pixels for sums in (self._sum, self._squares)
        )  # (C,), of the centered strips
        return mean + self._pilot[: len(mean)].cpu(), (square - mean.square()).clamp(min=0)

    def find_scale(self, layer: str, parameters: StyleParameters, *, shared: Moments | None = None) -> Scale:
        """Return what normalizes the strips; see `transformer.normalize`.

        shared: mean and variance, (C,), to be used instead of those of the strips.
        """
        assert self._pilot is not None
        true_mean, variance = (each.cpu() for each in shared or self.compute())
        mean = true_mean - self._pilot[: len(true_mean)].cpu()  # of the centered strips
        spread = torch.rsqrt(variance + EPSILON)
        spread = spread.where(variance > FLAT * true_mean.square(), 0.0)
        scale = parameters[f"{layer}.gain"].cpu() * spread
        shift = parameters[f"{layer}.bias"].cpu() - mean * scale
        factor, summand = (each.float().repeat(self._phases) for each in (scale, shift))
        return factor.to(self.kernel.device), summand.to(self.kernel.device)


def compute_sums(strip: Tensor) -> Sums:
    """Return what a strip (rows, columns, C) adds to the moments of its map."""
    positions = strip.flatten(0, 1)  # (rows*columns, C)
    return len(positions), positions.sum(dim=0).cpu().double(), positions.square().sum(dim=0).cpu().double()
