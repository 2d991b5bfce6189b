"""What the pictures of one scale of an optimization are compared with."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from ..losses.patch_matching import PatchMatcher
from ..losses.style_content import STYLE_LAYERS, StyleStatistics, gram_matrices
from ..networks.vgg_encoder import Encoder
from ..tiling.tiles import SIDE, TiledLoss, compute_statistics_in_tiles, encode_in_tiles
from .saliency import scale_content

CONTENT_LAYER = "relu4_1"  # a lower layer would keep the photo's own texture


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """The targets of a scale, and how they are computed."""

    statistics: StyleStatistics  # the Gram matrices that the picture shall have
    matchers: Mapping[str, PatchMatcher]  # by layer
    photo_maps: Mapping[str, Tensor]  # of the colored photo, where patches are matched
    content_scale: Tensor  # factors of the content distance, (1, 1, h, w)
    tiled_loss: TiledLoss | None  # None: the gradient is that of the whole picture


def compute_targets(
    framed: Tensor,
    artworks: Sequence[tuple[Tensor, float]],
    *,
    colored: Tensor,
    encoder: Encoder,
    matched: Collection[str],
    strength: float,
    saliency: Tensor,
    tile_side: int | None,
) -> Targets:
    """Return the targets of a scale.

    framed: the photo at this scale with its margin, (1, 3, H, W), RGB from 0 to 1. artworks: (1, 3, h, w),
    each with its share. colored: the framed photo in the artworks' colors, whose content is kept. matched:
    layers whose patches are matched; without any, gradients are computed in
    tiles. strength: below 1, the photo's own statistics take part. saliency: (1, 1, h, w), 0 to 1. tile_side:
    pixels of the tiles in which everything is computed; None computes what it can at once.
    """
    with torch.no_grad():
        encoded = [
            (_encode_artwork(artwork, encoder, matched=matched, tile_side=tile_side), share)
            for artwork, share in artworks
        ]
        styles = [(statistics, share) for (statistics, _), share in encoded]
        if strength < 1:
            own, _ = _encode_artwork(framed, encoder, matched=(), tile_side=tile_side)
            styles = [(own, 1 - strength), *((each, strength * share) for each, share in styles)]
        statistics = _average_statistics(styles)
        matchers = {
            layer: PatchMatcher(
                [(maps[layer], share) for (_, maps), share in encoded], precision=encoder.precision
            )
            for layer in matched
        }
        height, width = (side // 8 for side in framed.shape[-2:])
        content_scale = scale_content(saliency, size=(height, width))
        layers = {CONTENT_LAYER, *matched}
        photo_maps = encode(colored, encoder, layers=layers, tile_side=tile_side) if matched else {}
    tiled_loss = None
    if tile_side or not matched:
        tiled_loss = TiledLoss(
            colored,
            statistics,
            encoder=encoder,
            content_layer=CONTENT_LAYER,
            content_scale=content_scale,
            side=tile_side or SIDE,
        )
    return Targets(
        statistics=statistics,
        matchers=matchers,
        photo_maps=photo_maps,
        content_scale=content_scale,
        tiled_loss=tiled_loss,
    )


def encode(
    picture: Tensor, encoder: Encoder, *, layers: Collection[str], tile_side: int | None
) -> dict[str, Tensor]:
    """Return the feature maps of a picture (1, 3, H, W), without gradients."""
    if tile_side:
        return encode_in_tiles(picture, encoder, layers=layers, side=tile_side)
    with torch.no_grad():
        return encoder(picture, layers=layers)


def _encode_artwork(
    artwork: Tensor, encoder: Encoder, *, matched: Collection[str], tile_side: int | None
) -> tuple[StyleStatistics, Mapping[str, Tensor]]:
    """Return the Gram matrices of a picture, and its feature maps of which patches are matched."""
    if tile_side:
        statistics = compute_statistics_in_tiles(artwork, encoder, side=tile_side)
        return statistics, encode_in_tiles(
            artwork, encoder, layers=matched, side=tile_side
        ) if matched else {}
    maps = encoder(artwork, layers={*STYLE_LAYERS, *matched})
    return gram_matrices(maps), {layer: maps[layer] for layer in matched}


def _average_statistics(weighted: Sequence[tuple[StyleStatistics, float]]) -> StyleStatistics:
    return {
        layer: torch.stack([weight * statistics[layer] for statistics, weight in weighted]).sum(dim=0)
        for layer in STYLE_LAYERS
    }
