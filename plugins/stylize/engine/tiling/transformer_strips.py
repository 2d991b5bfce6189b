"""Draws a picture with the transformer strip by strip, layer by layer, with the result of the whole picture.

Instance normalization needs the mean and the variance of a whole feature map. So each layer goes over the
picture once, in strips, and stores its output before the normalization; the next layer normalizes what it
reads. A strip is small enough to stay in a processor's cache from one operation to the next.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

import torch
import torch.nn.functional as F
from torch import Tensor

from ..networks.strip_kernels import PHASES, StripKernels
from ..networks.style_parameters import StyleParameters
from .feature_maps import FeatureMap
from .layer_inputs import Activated, Added, Enlarged, LayerInput, Recomputed, Rows, normalize
from .row_windows import make_window, reflect_pixels, repeat
from .strip_moments import Moments, Scale, StripMoments, Sums, compute_sums
from .strip_workers import StripWorkers

REDUCTION = 4  # pixels of the photo for each position of the residual blocks, along each axis
BLOCKS = ("residual1", "residual2", "residual3", "residual4", "residual5")
PIXELS = PHASES * PHASES  # that share a position

T = TypeVar("T")
MakeMap = Callable[[int, int, int], FeatureMap]  # height, width, channels


@dataclass(frozen=True, slots=True, kw_only=True)
class StripDrawing:
    """A photo, the network and the style that it is drawn with, and what its strips take."""

    photo: Rows  # (height, width, 3), RGB from 0 to 1; both sizes are multiples of 4, from 8 up
    kernels: StripKernels
    parameters: StyleParameters
    workers: StripWorkers
    rows: int  # of the picture in a strip, about
    make_map: MakeMap
    shared: Mapping[str, Moments] = field(default_factory=dict)  # by layer; see `SharedMoments`
    keeps_last_map: bool = True  # or computes it twice: 32 bytes a pixel against a tenth of the time

    def draw(self) -> Iterator[Tensor]:
        """Yield the pixels of strip after strip, (rows, width, 3), RGB from 0 to 1."""
        enlarged, scale = self._enlarge_once(*self._transform(self._contract()))
        output, scale = self._finish(*self._enlarge_twice(enlarged, scale))

        def draw_strip(first: int, end: int) -> Tensor:
            pixels = torch.sigmoid_(normalize(output.read(first, end), scale))  # (h, w, p*q*3)
            pixels = pixels.unflatten(-1, (PHASES, -1)).transpose(1, 2)  # (h, p, w, q*3)
            return pixels.reshape(PHASES * (end - first), PHASES * output.width, -1)

        yield from self._run(output.height, draw_strip)
        output.release()

    def _contract(self) -> FeatureMap:
        """Return the map that the residual blocks begin with."""
        kernels, height, width = self.kernels, self.photo.height, self.photo.width
        output = self.make_map(height // REDUCTION, width // REDUCTION, len(kernels.contract3))

        def contract_strip(first: int, end: int) -> None:
            window3 = make_window(
                kernels.contract3, first, end, height=height // 2, width=width // 2, stride=2
            )
            rows2 = window3.first, window3.last
            window2 = make_window(kernels.contract2, *rows2, height=height, width=width, stride=2)
            rows1 = window2.first, window2.last
            window1 = make_window(kernels.contract1, *rows1, height=height, width=width)
            window1.inner.copy_(self.photo.read(window1.first, window1.last))
            window1.mirror_edges()
            pairs = F.conv2d(
                window1.as_input(), kernels.contract1, kernels.contract1_bias, stride=(1, PHASES)
            )
            pixels = pairs[0].permute(1, 2, 0).unflatten(-1, (PHASES, -1)).flatten(1, 2)  # (h, w*q, C)
            torch.clamp_min(pixels, 0, out=window2.inner)
            window2.mirror_edges()
            half = F.conv2d(window2.as_input(), kernels.contract2, kernels.contract2_bias, stride=2)
            torch.clamp_min(half[0].permute(1, 2, 0), 0, out=window3.inner)
            window3.mirror_edges()
            quarter = F.conv2d(window3.as_input(), kernels.contract3, kernels.contract3_bias, stride=2)
            output.write(first, F.relu_(quarter[0].permute(1, 2, 0)))

        for _ in self._run(output.height, contract_strip):
            pass
        return output

    def _transform(self, x: FeatureMap) -> tuple[FeatureMap, FeatureMap, Scale]:
        """Apply the residual blocks; return two maps whose sum it is, and the scale of the second one."""
        spare, inner, branch = (self.make_map(x.height, x.width, x.channels) for _ in range(3))
        scale: Scale | None = None
        for block in BLOCKS:
            moments1, moments2 = (StripMoments(self.kernels.residuals[f"{block}.conv{i}"]) for i in (1, 2))
            added = Added(map=x, branch=branch, scale=scale, kernel=moments1.kernel, target=spare)
            scale1 = self._convolve(f"{block}.conv1", moments1, added, output=inner)
            if scale:
                x, spare = spare, x
            activated = Activated(map=inner, scale=scale1, kernel=moments2.kernel)
            scale = self._convolve(f"{block}.conv2", moments2, activated, output=branch)
        spare.release()
        inner.release()
        assert scale is not None
        return x, branch, scale

    def _enlarge_once(self, x: FeatureMap, branch: FeatureMap, scale: Scale) -> tuple[FeatureMap, Scale]:
        """Return the map of the first upsampling, 2x2 pixels a position, and its scale."""
        moments = StripMoments(self.kernels.expand1, phases=PIXELS)
        added = Added(map=x, branch=branch, scale=scale, kernel=moments.kernel, mirror=repeat)
        output = self.make_map(x.height, x.width, len(moments.kernel))
        scale = self._convolve("expand1", moments, added, output=output)
        x.release()
        branch.release()
        return output, scale

    def _enlarge_twice(self, map: FeatureMap, scale: Scale) -> tuple[FeatureMap, Rows, Scale]:
        """Return the map that stores the second upsampling or its input, its rows, and its scale."""
        moments = StripMoments(self.kernels.expand2, phases=PIXELS)
        enlarged = Enlarged(map=map, scale=scale, kernel=moments.kernel)
        if not self.keeps_last_map:
            scale = self._convolve("expand2", moments, enlarged)
            return map, Recomputed(input=enlarged, moments=moments), scale
        output = self.make_map(enlarged.height, enlarged.width, len(moments.kernel))
        scale = self._convolve("expand2", moments, enlarged, output=output)
        map.release()
        return output, output, scale

    def _finish(self, stored: FeatureMap, rows: Rows, scale: Scale) -> tuple[FeatureMap, Scale]:
        """Return the last layer's map, 2x2 pixels a position, and its scale."""
        moments = StripMoments(self.kernels.expand3, phases=PIXELS)
        activated = Activated(
            map=rows, scale=scale, kernel=moments.kernel, mirror=reflect_pixels, phases=PHASES
        )
        output = self.make_map(rows.height, rows.width, len(moments.kernel))
        scale = self._convolve("expand3", moments, activated, output=output)
        stored.release()
        return output, scale

    def _convolve(
        self, layer: str, moments: StripMoments, input: LayerInput, *, output: FeatureMap | None = None
    ) -> Scale:
        """Convolve a layer's input strip by strip; return the scale that normalizes its output.

        output: where it is stored; None only measures it.
        """

        def convolve_strip(first: int, end: int) -> Sums:
            strip = moments.convolve(input.read(first, end))
            if output:
                output.write(first, strip)
            return compute_sums(strip)

        for sums in self._run(input.height, convolve_strip):
            moments.add(sums)
        return moments.find_scale(layer, self.parameters, shared=self.shared.get(layer))

    def _run(self, height: int, work: Callable[[int, int], T]) -> Iterator[T]:
        """Do the work of each strip of a map of this height; yield the results in order."""
        return self.workers.run(height, max(1, self.rows * height // self.photo.height), work)
