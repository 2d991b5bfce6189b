"""A picture seen tile by tile, so that memory does not grow with its size."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from ..losses.style_content import STYLE_LAYERS, Look, gram_matrix
from ..networks.vgg_encoder import Encoder

SIDE = 448  # pixels of a tile without its surroundings: an encoder's gradient of one takes some 1.5 GB
HALO = 40  # pixels around it that are seen but not counted: relu4_1 looks 34 pixels far, relu3_3 20
STRIDES = {"relu1": 1, "relu2": 2, "relu3": 4, "relu4": 8}  # pixels of a place, by block
STEP = 8  # pixels: tiles begin where every pooling does


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """A part of a picture in pixels: what is seen of it, and what is counted."""

    seen: tuple[slice, slice]  # rows and columns
    top: int  # rows seen above those that are counted
    left: int
    height: int  # rows that are counted
    width: int

    def counted(self, maps: Tensor, layer: str) -> Tensor:
        """Return the places of a feature map that are the tile's own."""
        stride = STRIDES[layer[:5]]
        rows = slice(self.top // stride, (self.top + self.height) // stride)
        columns = slice(self.left // stride, (self.left + self.width) // stride)
        return maps[:, :, rows, columns]


def split_into_tiles(height: int, width: int) -> list[Tile]:
    """Cover a picture with tiles that overlap by their halos alone."""
    return [
        Tile(seen=(seen_rows, seen_columns), top=top, left=left, height=rows, width=columns)
        for seen_rows, top, rows in _spans(height)
        for seen_columns, left, columns in _spans(width)
    ]


def _spans(length: int) -> Iterator[tuple[slice, int, int]]:
    """Yield what is seen, how much of it comes before what is counted, and how much is counted."""
    count = -(-length // SIDE)
    size = -(-length // (count * STEP)) * STEP
    for start in range(0, length, size):
        stop, before = min(start + size, length), min(HALO, start)
        yield slice(start - before, min(stop + HALO, length)), before, stop - start


class TiledLoss:
    """The style and content distance of a large picture; the gradients of its tiles add up to the whole's.

    A Gram matrix belongs to the whole picture. Each tile is told how that of the step before departs from
    the artwork's, which between two steps hardly changes; the first call of `backward` is a fresh one.
    """

    def __init__(self, photo: Tensor, look: Look, *, encoder: Encoder, content_layer: str) -> None:
        """photo: (1, 3, H, W), with the margin that pictures have as well."""
        self._encoder, self._look, self._layer = encoder, look, content_layer
        self._tiles = split_into_tiles(*photo.shape[-2:])
        self._grams: dict[str, Tensor] = {}
        with torch.no_grad():
            self._shown = [self._see(photo, tile, (content_layer,))[content_layer] for tile in self._tiles]
        self._power = sum(shown.square().sum() for shown in self._shown)

    def backward(self, picture: Tensor, *, content_weight: float, fresh: bool) -> None:
        """Add the gradient of style distance and weighted content distance to the picture's.

        picture: (1, 3, H, W), of the photo's size, to be learned from. fresh: look at all of it first.
        """
        if fresh:
            with torch.no_grad():
                self._grams = _added_up(
                    self._grams_of(self._see(picture, tile, STYLE_LAYERS), picture) for tile in self._tiles
                )
        slopes = {layer: self._slope(layer) for layer in STYLE_LAYERS}
        seen: list[dict[str, Tensor]] = []
        for tile, shown in zip(self._tiles, self._shown, strict=True):
            maps = self._see(picture, tile, (*STYLE_LAYERS, self._layer))
            grams = self._grams_of(maps, picture)
            loss = content_weight * F.mse_loss(maps[self._layer], shown, reduction="sum") / self._power
            for layer in STYLE_LAYERS:
                loss = loss + (slopes[layer] * grams[layer]).sum()
            loss.backward()
            seen.append({layer: gram.detach() for layer, gram in grams.items()})
        self._grams = _added_up(seen)

    def _see(self, picture: Tensor, tile: Tile, layers: tuple[str, ...]) -> dict[str, Tensor]:
        maps = self._encoder(picture[:, :, *tile.seen], layers=layers)
        return {layer: tile.counted(maps[layer], layer) for layer in layers}

    def _grams_of(self, maps: dict[str, Tensor], picture: Tensor) -> dict[str, Tensor]:
        """Return what a tile adds to the Gram matrices of the whole."""
        grams = {}
        for layer in STYLE_LAYERS:
            stride = STRIDES[layer[:5]]
            places = (picture.shape[-2] // stride) * (picture.shape[-1] // stride)
            grams[layer] = gram_matrix(maps[layer]) * (maps[layer][0, 0].numel() / places)
        return grams

    def _slope(self, layer: str) -> Tensor:
        """Return the derivative of the style distance by a Gram matrix."""
        look = self._look[layer]
        return 2 * (self._grams[layer] - look) / (look.square().sum() * len(STYLE_LAYERS))


def _added_up(grams: Iterable[dict[str, Tensor]]) -> dict[str, Tensor]:
    total: dict[str, Tensor] = {}
    for each in grams:
        total = {layer: gram + total[layer] if total else gram for layer, gram in each.items()}
    return total
