"""Load the picture that `size_choice` chose: one file as it comes, or tiles put together.

Tiles become a PNG: it keeps exactly the pixels that the museum sent, while a JPEG would lose some for a
second time. It is written row of tiles by row of tiles, so that a large picture takes little memory.
"""

import shutil
from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path

import numpy as np
from PIL import Image

from ...images.decode import open_jpeg
from ...images.pillow_errors import explain_damage
from ...model.errors import PhotoError
from ...storage.atomic_files import new_file, write_whole
from ..errors import BotChallenge, KeyMissing, KeyRefused, MuseumError, RateLimited, UnexpectedAnswer
from .png_rows import Rows, write_png
from .regions import Box
from .size_choice import SizeChoice
from .tile_grid import Tile

Fetch = Callable[[str], bytes | Path]  # the bytes of an address, or the file that they were written to
MOST_BAND = 50_000_000  # pixels of one row of tiles
# Another spelling of the address changes nothing about these.
FINAL = (BotChallenge, KeyMissing, KeyRefused, RateLimited)


def load_picture(choice: SizeChoice, *, fetch: Fetch, into: Path) -> str:
    """Write the chosen picture to a file, whole or not at all, and return the address it came from.

    Of tiles it is the first tile's address, and the part that was wanted is cut out; of one file the caller
    cuts. Raises what `fetch` raises (a MuseumError), and UnexpectedAnswer for a tile that is no picture, or
    not of the announced size; the text names the tile.
    """
    if choice.tiles:
        stitch_tiles(choice, fetch=fetch, into=into)
        return choice.tiles[0].url
    for number, url in enumerate(choice.urls, start=1):
        try:
            found = fetch(url)
        except MuseumError as error:
            if number == len(choice.urls) or isinstance(error, FINAL):
                raise
            continue
        if isinstance(found, bytes):
            write_whole(into, found)
        else:
            with new_file(into) as coming:
                shutil.copyfile(found, coming)
        return url
    raise ValueError("there is nothing to load")


def stitch_tiles(choice: SizeChoice, *, fetch: Fetch, into: Path) -> None:
    """Put tiles together into a PNG; errors as for `load_picture`."""
    crop = choice.crop or Box(0, 0, choice.width, choice.height)
    rows = [list(row) for _, row in groupby(choice.tiles, key=lambda tile: tile.y)]
    highest = max(row[0].height for row in rows)
    if choice.width * highest > MOST_BAND:
        raise UnexpectedAnswer(
            f"a row of its tiles has {choice.width} × {highest} pixels, which is too large"
        )
    reader = _TileReader(fetch, total=len(choice.tiles))
    # The first tile tells the color profile, which a PNG states before its pixels.
    bands = (band for row in rows for band in _join_row(row, reader, width=choice.width, crop=crop))
    first = next(bands)
    with new_file(into) as coming, coming.open("wb") as file:
        write_png(file, _prepend(first, bands), width=crop.width, height=crop.height, profile=reader.profile)


class _TileReader:
    """Loads tiles one after the other, and remembers the first one's color profile."""

    def __init__(self, fetch: Fetch, *, total: int) -> None:
        self._fetch = fetch
        self._total = total
        self._number = 0
        self.profile: bytes | None = None  # ICC, of RGB

    def read(self, tile: Tile) -> Image.Image:
        """Return a tile in RGB, of the size that the grid has for it."""
        self._number += 1
        name = f"tile {self._number} of {self._total}"
        try:
            found = self._fetch(tile.url)
        except MuseumError as error:
            raise type(error)(f"{name} is missing: {tile.url}: {error}") from error
        try:
            data = found if isinstance(found, bytes) else found.read_bytes()
            image = open_jpeg(data)
            _check_size(image, tile, name=name)
            with explain_damage():
                image.load()
        except PhotoError as error:
            raise UnexpectedAnswer(f"{name} is not a whole JPEG: {tile.url}: {error}") from error
        profile = image.info.get("icc_profile") or b""
        if self._number == 1 and image.mode == "RGB" and profile[16:20] == b"RGB ":
            self.profile = profile
        size = (tile.width, tile.height)
        converted = image.convert("RGB")
        return converted if image.size == size else converted.resize(size, Image.Resampling.LANCZOS)


def _check_size(image: Image.Image, tile: Tile, *, name: str) -> None:
    """Refuse a tile of another size, except for the rounding that the specification leaves to servers."""
    heights = {tile.height}
    if tile.is_rounded:
        heights |= {near + step for near in (tile.height, tile.round_height) for step in (-1, 0, 1)}
    if image.width != tile.width or image.height not in heights:
        raise UnexpectedAnswer(
            f"{name} has {image.width} × {image.height} pixels, not {tile.width} × {tile.height}: {tile.url}"
        )


def _join_row(row: list[Tile], reader: _TileReader, *, width: int, crop: Box) -> Iterator[Rows]:
    """Yield the part of a row of tiles that lies in the crop."""
    top, height = row[0].y, row[0].height
    band = Image.new("RGB", (width, height))
    for tile in row:
        band.paste(reader.read(tile), (tile.x, 0))
    first, last = max(crop.y - top, 0), min(crop.y + crop.height - top, height)
    if first < last:
        yield np.asarray(band.crop((crop.x, first, crop.x + crop.width, last)))


def _prepend(first: Rows, others: Iterator[Rows]) -> Iterator[Rows]:
    yield first
    yield from others
