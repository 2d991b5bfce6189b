"""Processes a picture tile by tile, so that memory does not grow with its size."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from ..losses.style_content import STYLE_LAYERS, StyleStatistics, gram_matrix
from ..networks.vgg_encoder import Encoder

SIDE = 448  # pixels of a tile without its halo: the encoder's gradient of one tile takes some 1.5 GB
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


def split_into_tiles(height: int, width: int) -> list[Tile]:
    """Cover a picture of this size in pixels with tiles of which only the halos overlap."""
    return [
        Tile(window=(row_window, column_window), top=top, left=left, height=rows, width=columns)
        for row_window, top, rows in _split_length(height)
        for column_window, left, columns in _split_length(width)
    ]


def _split_length(length: int) -> Iterator[tuple[slice, int, int]]:
    """Yield the window of each tile along one axis, its halo before the tile, and the tile's length."""
    count = -(-length // SIDE)
    size = -(-length // (count * STEP)) * STEP
    for start in range(0, length, size):
        stop, before = min(start + size, length), min(HALO, start)
        yield slice(start - before, min(stop + HALO, length)), before, stop - start


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
    ) -> None:
        """photo: (1, 3, H, W), RGB from 0 to 1, with the same margin as the pictures. content_scale: factors
        of the content distance, (1, 1, h, w) as the photo's feature map."""
        self._encoder, self._statistics, self._layer = encoder, statistics, content_layer
        self._tiles = split_into_tiles(*photo.shape[-2:])
        self._grams: dict[str, Tensor] = {}
        with torch.no_grad():
            self._photo_maps = [
                self._encode(photo, tile, (content_layer,))[content_layer] for tile in self._tiles
            ]
        self._content_scales = [content_scale[:, :, *tile.locate(content_layer)] for tile in self._tiles]
        self._power = sum(maps.square().sum() for maps in self._photo_maps)

    def backward(self, picture: Tensor, *, content_weight: float, fresh: bool) -> None:
        """Add the gradient of style distance plus weighted content distance to the picture's gradient.

        picture: (1, 3, H, W), of the photo's size. fresh: compute the Gram matrices of this picture first,
        instead of using those of the previous step; must be true in the first call.
        """
        if fresh:
            with torch.no_grad():
                self._grams = _sum_by_layer(
                    self._partial_grams(self._encode(picture, tile, STYLE_LAYERS), picture)
                    for tile in self._tiles
                )
        derivatives = {layer: self._derivative(layer) for layer in STYLE_LAYERS}
        partial_grams: list[dict[str, Tensor]] = []
        targets = zip(self._tiles, self._photo_maps, self._content_scales, strict=True)
        for tile, photo_maps, content_scale in targets:
            maps = self._encode(picture, tile, (*STYLE_LAYERS, self._layer))
            grams = self._partial_grams(maps, picture)
            error = content_scale * (maps[self._layer] - photo_maps).square()
            loss = content_weight * error.sum() / self._power
            for layer in STYLE_LAYERS:
                loss = loss + (derivatives[layer] * grams[layer]).sum()
            loss.backward()
            partial_grams.append({layer: gram.detach() for layer, gram in grams.items()})
        self._grams = _sum_by_layer(partial_grams)

    def _encode(self, picture: Tensor, tile: Tile, layers: tuple[str, ...]) -> dict[str, Tensor]:
        maps = self._encoder(picture[:, :, *tile.window], layers=layers)
        return {layer: tile.crop(maps[layer], layer) for layer in layers}

    def _partial_grams(self, maps: dict[str, Tensor], picture: Tensor) -> dict[str, Tensor]:
        """Return what a tile adds to the Gram matrices of the whole picture."""
        grams = {}
        for layer in STYLE_LAYERS:
            stride = STRIDES[layer[:5]]
            positions = (picture.shape[-2] // stride) * (picture.shape[-1] // stride)
            grams[layer] = gram_matrix(maps[layer]) * (maps[layer][0, 0].numel() / positions)
        return grams

    def _derivative(self, layer: str) -> Tensor:
        """Return the derivative of the style distance with respect to a Gram matrix."""
        target = self._statistics[layer]
        return 2 * (self._grams[layer] - target) / (target.square().sum() * len(STYLE_LAYERS))


def _sum_by_layer(grams: Iterable[dict[str, Tensor]]) -> dict[str, Tensor]:
    total: dict[str, Tensor] = {}
    for each in grams:
        total = {layer: gram + total[layer] if total else gram for layer, gram in each.items()}
    return total
