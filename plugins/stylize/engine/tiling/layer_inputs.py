"""What each kind of layer reads: a window of a stored map, made ready for its convolution."""

from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor

from ..networks.strip_kernels import PHASES
from .feature_maps import FeatureMap
from .row_windows import Mirror, make_window, reflect, repeat
from .strip_moments import Scale, StripMoments


class LayerInput(Protocol):
    """The input of a convolution."""

    @property
    def height(self) -> int: ...

    @property
    def width(self) -> int: ...

    def read(self, first: int, end: int) -> Tensor:
        """Return what the convolution reads for these rows of its output: (1, C, rows, columns)."""
        ...


class Rows(Protocol):
    """A map that is stored, or computed when it is read."""

    @property
    def height(self) -> int: ...

    @property
    def width(self) -> int: ...

    def read(self, first: int, last: int) -> Tensor:
        """Return the rows from `first` to before `last`: (rows, columns, C)."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Activated:
    """A map that is normalized, and cut off below zero."""

    map: Rows
    scale: Scale
    kernel: Tensor
    mirror: Mirror = reflect
    phases: int = 1  # rows and columns of pixels that share a position

    @property
    def height(self) -> int:
        return self.map.height

    @property
    def width(self) -> int:
        return self.map.width

    def read(self, first: int, end: int) -> Tensor:
        """See `LayerInput.read`."""
        window = make_window(self.kernel, first, end, height=self.height, width=self.width)
        normalize(self.map.read(window.first, window.last), self.scale, out=window.inner).clamp_(min=0)
        window.mirror_edges(self.mirror, phases=self.phases)
        return window.as_input()


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """The sum of a map and a second one, which is normalized."""

    map: FeatureMap
    branch: FeatureMap
    scale: Scale | None  # of the branch; None leaves it out
    kernel: Tensor
    mirror: Mirror = reflect
    target: FeatureMap | None = None  # where the sum is stored as well

    @property
    def height(self) -> int:
        return self.map.height

    @property
    def width(self) -> int:
        return self.map.width

    def read(self, first: int, end: int) -> Tensor:
        """See `LayerInput.read`."""
        window = make_window(self.kernel, first, end, height=self.height, width=self.width)
        rows = self.map.read(window.first, window.last)
        if self.scale is None:
            window.inner.copy_(rows)
        else:
            branch = self.branch.read(window.first, window.last)
            normalize(branch, self.scale, out=window.inner).add_(rows)
            if self.target:
                self.target.write(first, window.inner[first - window.first :][: end - first])
        window.mirror_edges(self.mirror)
        return window.as_input()


@dataclass(frozen=True, slots=True, kw_only=True)
class Enlarged:
    """A map of 2x2 pixels a position, normalized, cut off below zero, and laid out as pixels."""

    map: FeatureMap
    scale: Scale
    kernel: Tensor

    @property
    def height(self) -> int:
        return self.map.height * PHASES

    @property
    def width(self) -> int:
        return self.map.width * PHASES

    def read(self, first: int, end: int) -> Tensor:
        """See `LayerInput.read`."""
        window = make_window(self.kernel, first, end, height=self.height, width=self.width)
        top = window.first // PHASES
        rows = self.map.read(top, -(-window.last // PHASES)).unflatten(-1, (PHASES, -1))  # (h, w, p, q*C)
        scale = self.scale[0][: rows.shape[-1]], self.scale[1][: rows.shape[-1]]
        for phase in range(PHASES):
            start = (phase - window.first) % PHASES  # the first row of the window with this phase
            lines = window.inner[start::PHASES].unflatten(1, (-1, PHASES)).flatten(2)  # a view: (h, w, q*C)
            source = (window.first + start) // PHASES - top
            normalize(rows[source : source + len(lines), :, phase], scale, out=lines)
        window.inner.clamp_(min=0)
        window.mirror_edges(repeat)  # as `transformer.Upsampling` does
        return window.as_input()


@dataclass(frozen=True, slots=True, kw_only=True)
class Recomputed:
    """The output of a convolution that is not stored."""

    input: LayerInput
    moments: StripMoments

    @property
    def height(self) -> int:
        return self.input.height

    @property
    def width(self) -> int:
        return self.input.width

    def read(self, first: int, last: int) -> Tensor:
        """See `Rows.read`."""
        return self.moments.convolve(self.input.read(first, last))


def normalize(rows: Tensor, scale: Scale, *, out: Tensor | None = None) -> Tensor:
    """Multiply and add, channel by channel: (rows, columns, C)."""
    return torch.addcmul(scale[1], rows, scale[0], out=out)
