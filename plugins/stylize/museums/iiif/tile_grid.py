"""Which tiles make up a picture, and where each of them lies.

The calculation follows the Image API 3.0's implementation notes, section 3 (tile region parameters): a tile
at the right or lower edge is smaller than the others, and its size is rounded up.
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

from .image_info import ImageInfo, TileSet
from .regions import Box, scale_box


class Tile(NamedTuple):
    """One request for a part of a picture."""

    url: str
    x: int  # of its upper left corner in the assembled picture, pixels
    y: int
    width: int
    height: int
    round_height: int  # that a server may also give it, which keeps the proportions of the region
    is_rounded: bool  # whether the size is not the region's, divided by the scale factor


@dataclass(frozen=True, slots=True, kw_only=True)
class TileGrid:
    """Tiles that cover a part of a picture exactly once, row by row from the upper left."""

    tiles: tuple[Tile, ...]
    width: int  # pixels of the assembled picture
    height: int
    crop: Box | None = None  # the part that was wanted, in the assembled picture; None for all of it


def measure(info: ImageInfo, *, factor: int) -> tuple[int, int]:
    """Return the size of the whole picture at a scale factor, in pixels."""
    return math.ceil(info.width / factor), math.ceil(info.height / factor)


def lay_tiles(info: ImageInfo, tiles: TileSet, *, factor: int, box: Box) -> TileGrid:
    """Return the tiles that touch a box of the whole picture, at a scale factor of the tile set."""
    step_x, step_y = tiles.width * factor, tiles.height * factor
    columns = range(box.x // step_x, (box.x + box.width - 1) // step_x + 1)
    rows = range(box.y // step_y, (box.y + box.height - 1) // step_y + 1)
    laid = [
        _lay_tile(info, tiles, factor=factor, column=column, row=row, origin=(columns[0], rows[0]))
        for row in rows
        for column in columns
    ]
    last = laid[-1]
    width, height = last.x + last.width, last.y + last.height
    inner = Box(
        box.x - columns[0] * step_x, box.y - rows[0] * step_y, box.width, box.height
    )  # in pixels of the whole picture, from the first tile on
    crop = scale_box(inner, 1 / factor, width=width, height=height)
    return TileGrid(
        tiles=tuple(laid),
        width=width,
        height=height,
        crop=None if crop == (0, 0, width, height) else crop,
    )


def _lay_tile(
    info: ImageInfo, tiles: TileSet, *, factor: int, column: int, row: int, origin: tuple[int, int]
) -> Tile:
    x, y = column * tiles.width * factor, row * tiles.height * factor
    region = Box(x, y, min(tiles.width * factor, info.width - x), min(tiles.height * factor, info.height - y))
    width, height = math.ceil(region.width / factor), math.ceil(region.height / factor)
    # `w,` leaves the height to the server. A narrow tile at the edge can then come out much higher.
    is_exact = info.version >= (3, 0) or (region.width % factor, region.height % factor) == (0, 0)
    is_whole = region == (0, 0, info.width, info.height)
    if is_whole and factor == 1:
        size = "max" if info.version >= (3, 0) else "full"
    else:
        # The canonical spellings, which are the names of the files where tiles are plain files.
        size = f"{width},{height}" if info.version >= (3, 0) else f"{width},"
    quality = "native" if info.version[0] == 1 else "default"
    return Tile(
        url=f"{info.service}/{'full' if is_whole else region}/{size}/0/{quality}.jpg",
        x=(column - origin[0]) * tiles.width,
        y=(row - origin[1]) * tiles.height,
        width=width,
        height=height,
        is_rounded=not is_exact,
        round_height=height if is_exact else max(1, round(width * region.height / region.width)),
    )
