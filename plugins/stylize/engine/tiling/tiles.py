"""Processes a picture tile by tile, so that memory does not grow with its size."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import torch
import torch.nn.functional as F
from torch import Tensor

from ..losses.style_content import STYLE_LAYERS, StyleStatistics, gram_matrix
from ..networks.vgg_encoder import Encoder

SIDE = 448  # pixels of a tile without its halo: the encoder's gradient of one tile takes some 1.5 GB
SMALLER_SIDES = (224, 112, 56)  # where that does not fit: some 0.5, 0.2 and 0.1 GB
HALO = 40  # pixels around a tile: the receptive field of relu4_1 reaches 34 pixels, that of relu3_3 20
STRIDES = {"relu1": 1, "relu2": 2, "relu3": 4, "relu4": 8}  # pixels between two positions, by block
STEP = 8  # pixels: tiles begin at multiples of the largest stride


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """A tile of a picture, and the window around it that the encoder gets; all in pixels."""

    window: tuple[slice, slice]  # rows and columns of the picture
    top: int  # rows of halo above the tile
    left: int  # columns of halo to its left
    height: int  # of the tile without halo
    width: int

    def locate(self, layer: str) -> tuple[slice, slice]:
        """Return the rows and columns of the tile without halo in the feature map of the whole picture."""
        stride = STRIDES[layer[:5]]
        top, left = (
            window.start + halo for window, halo in zip(self.window, (self.top, self.left), strict=True)
        )
        return (
            slice(top // stride, (top + self.height) // stride),
            slice(left // stride, (left + self.width) // stride),
        )

    def crop(self, maps: Tensor, layer: str) -> Tensor:
        """Cut the halo off a feature map of the window."""
        stride = STRIDES[layer[:5]]
        rows = slice(self.top // stride, (self.top + self.height) // stride)
        columns = slice(self.left // stride, (self.left + self.width) // stride)
        return maps[:, :, rows, columns]


def split_into_tiles(height: int, width: int, *, side: int = SIDE) -> list[Tile]:
    """Cover a picture of this size in pixels with tiles of which only the halos overlap.

    side: of a tile without its halo, about; none gets a side below STEP, unless the picture has one.
    """
    return [
        Tile(window=(row_window, column_window), top=top, left=left, height=rows, width=columns)
        for row_window, top, rows in _split_length(height, side)
        for column_window, left, columns in _split_length(width, side)
    ]


def _split_length(length: int, side: int) -> Iterator[tuple[slice, int, int]]:
    """Yield the window of each tile along one axis, its halo before the tile, and the tile's length."""
    count = -(-length // side)
    size = -(-length // (count * STEP)) * STEP
    starts = range(0, max(1, length - STEP + 1), size)
    for start in starts:
        stop, before = length if start == starts[-1] else start + size, min(HALO, start)
        yield slice(start - before, min(stop + HALO, length)), before, stop - start


def encode_in_tiles(
    picture: Tensor, encoder: Encoder, *, layers: Collection[str], side: int
) -> dict[str, Tensor]:
    """Return the feature maps of a picture (1, 3, H, W), computed tile by tile, without gradients."""
    maps: dict[str, Tensor] = {}
    height, width = picture.shape[-2:]
    with torch.no_grad():
        for tile in split_into_tiles(height, width, side=side):
            for layer, part in _encode(picture, tile, encoder=encoder, layers=layers).items():
                stride = STRIDES[layer[:5]]
                if layer not in maps:
                    maps[layer] = part.new_empty(1, part.shape[1], height // stride, width // stride)
                maps[layer][:, :, *tile.locate(layer)] = part
    return maps


def compute_statistics_in_tiles(picture: Tensor, encoder: Encoder, *, side: int) -> StyleStatistics:
    """Return the Gram matrices of a picture (1, 3, H, W), computed tile by tile, without gradients."""
    with torch.no_grad():
        return _sum_by_layer(
            _compute_partial_grams(_encode(picture, tile, encoder=encoder, layers=STYLE_LAYERS), picture)
            for tile in split_into_tiles(*picture.shape[-2:], side=side)
        )


class TiledLoss:
    """The style and content distance of a large picture; the gradients of its tiles add up to the picture's.

    A Gram matrix belongs to the whole picture. For each tile, the derivative of the style distance is
    taken at the Gram matrices of the previous step, which hardly change between two steps.
    """

    def __init__(
        self,
        photo: Tensor,
        statistics: StyleStatistics,
        *,
        encoder: Encoder,
        content_layer: str,
        content_scale: Tensor,
        side: int = SIDE,
    ) -> None:
        """photo: (1, 3, H, W), RGB from 0 to 1, with the same margin as the pictures. content_scale: factors
        of the content distance, (1, 1, h, w) as the photo's feature map. side: of a tile, pixels."""
        self._encoder, self._statistics, self._layer = encoder, statistics, content_layer
        self._tiles = split_into_tiles(*photo.shape[-2:], side=side)
        self._grams: dict[str, Tensor] = {}
        with torch.no_grad():
            self._photo_maps = [
                _encode(photo, tile, encoder=encoder, layers=(content_layer,))[content_layer]
                for tile in self._tiles
            ]
        self._content_scales = [content_scale[:, :, *tile.locate(content_layer)] for tile in self._tiles]
        self._power = sum(maps.square().sum() for maps in self._photo_maps)

    def backward(
        self,
        picture: Tensor,
        *,
        content_weight: float,
        fresh: bool,
        patch_targets: Mapping[str, Tensor] = MappingProxyType({}),
        patch_weight: float = 0.0,
    ) -> None:
        """Add the gradient of style distance plus weighted content distance to the picture's gradient.

        picture: (1, 3, H, W), of the photo's size. fresh: compute the Gram matrices of this picture first,
        instead of using those of the previous step, as the first call does. patch_targets: feature maps by
        layer that the picture's should point to; the mean of their distances is added with patch_weight.
        """
        if fresh or not self._grams:
            with torch.no_grad():
                self._grams = _sum_by_layer(
                    _compute_partial_grams(
                        _encode(picture, tile, encoder=self._encoder, layers=STYLE_LAYERS), picture
                    )
                    for tile in self._tiles
                )
        derivatives = {layer: self._derivative(layer) for layer in STYLE_LAYERS}
        partial_grams: list[dict[str, Tensor]] = []
        targets = zip(self._tiles, self._photo_maps, self._content_scales, strict=True)
        for tile, photo_maps, content_scale in targets:
            layers = {*STYLE_LAYERS, self._layer, *patch_targets}
            maps = _encode(picture, tile, encoder=self._encoder, layers=layers)
            grams = _compute_partial_grams(maps, picture)
            error = content_scale * (maps[self._layer] - photo_maps).square()
            loss = content_weight * error.sum() / self._power
            for layer in STYLE_LAYERS:
                loss = loss + (derivatives[layer] * grams[layer]).sum()
            for layer, target in patch_targets.items():
                alike = F.cosine_similarity(maps[layer], target[:, :, *tile.locate(layer)])  # (1, h, w)
                share = patch_weight / len(patch_targets) / target[0, 0].numel()
                loss = loss + share * (1 - alike).sum()
            loss.backward()
            partial_grams.append({layer: gram.detach() for layer, gram in grams.items()})
        self._grams = _sum_by_layer(partial_grams)

    def _derivative(self, layer: str) -> Tensor:
        """Return the derivative of the style distance with respect to a Gram matrix."""
        target = self._statistics[layer]
        return 2 * (self._grams[layer] - target) / (target.square().sum() * len(STYLE_LAYERS))


def _encode(picture: Tensor, tile: Tile, *, encoder: Encoder, layers: Collection[str]) -> dict[str, Tensor]:
    """Return a tile's feature maps, without halo."""
    maps = encoder(picture[:, :, *tile.window], layers=layers)
    return {layer: tile.crop(maps[layer], layer) for layer in layers}


def _compute_partial_grams(maps: Mapping[str, Tensor], picture: Tensor) -> dict[str, Tensor]:
    """Return what a tile adds to the Gram matrices of the whole picture."""
    grams = {}
    for layer in STYLE_LAYERS:
        stride = STRIDES[layer[:5]]
        positions = (picture.shape[-2] // stride) * (picture.shape[-1] // stride)
        grams[layer] = gram_matrix(maps[layer]) * (maps[layer][0, 0].numel() / positions)
    return grams


def _sum_by_layer(grams: Iterable[dict[str, Tensor]]) -> dict[str, Tensor]:
    total: dict[str, Tensor] = {}
    for each in grams:
        total = {layer: gram + total[layer] if total else gram for layer, gram in each.items()}
    return total
