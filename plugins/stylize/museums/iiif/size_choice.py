"""Choose what to request of a IIIF image service: no more than is needed, and no more than it allows.

A picture is never asked for larger than it is. A service of level 1 or 2 sends any size in one answer. One of
level 0 has the sizes that its info.json lists, and otherwise tiles, which `stitching` puts together. The form
`!w,h` is never used: the New York Public Library answers it with 400, although its own manifests have it.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

from .image_info import ImageInfo, Size, TileSet
from .regions import Box, parse_region, scale_box
from .tile_grid import Tile, lay_tiles, measure

MOST_TILES = 5_000  # 10,000 × 10,000 pixels in tiles of 256 are 1,600
MOST_PIXELS = 100_000_000  # 10,000 × 10,000: 300 MB decoded, and more than any style or page needs


@dataclass(frozen=True, slots=True, kw_only=True)
class SizeChoice:
    """What to request for a picture: one of several spellings of an address, or all of some tiles."""

    width: int  # pixels of what comes back, before the crop; servers may round it to a pixel more or less
    height: int
    urls: tuple[str, ...] = ()  # each names the same; the next is tried where one is refused
    tiles: tuple[Tile, ...] = ()
    region: str = ""  # the part that was wanted, "x,y,w,h" in pixels of the whole picture; "" for all of it
    crop: Box | None = None  # what is left to cut out of what comes back; of tiles `stitching` does it
    note: str = ""  # why it is not what was asked for, in a sentence

    def fit_crop(self, width: int, height: int) -> Box | None:
        """Return the crop for a picture that came back in another size than the service had announced."""
        if self.crop is None or (width, height) == (self.width, self.height):
            return self.crop
        return scale_box(self.crop, width / self.width, width=width, height=height)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wish:
    """What is wanted of a picture, within all limits."""

    box: Box  # of the whole picture
    size: Size  # that the box shall have
    is_capped_by_us: bool  # by `most_pixels`
    is_capped_by_service: bool

    @property
    def is_smaller(self) -> bool:
        return self.size != (self.box.width, self.box.height)


def choose_size(
    info: ImageInfo,
    *,
    long_edge: int | None = None,
    region: str = "",
    most_pixels: int = MOST_PIXELS,
) -> SizeChoice:
    """Return what to request.

    long_edge: pixels of the longer side, of the region if there is one; None for the largest. region:
    "pct:10,10,50,50", "x,y,w,h" in pixels of the whole picture, or "square". most_pixels: of what is loaded.
    Raises UserError if the region cannot be read, or lies outside.
    """
    if long_edge is not None and long_edge < 1:
        raise ValueError(f"long_edge is {long_edge}, but a side has at least one pixel")
    box = parse_region(region, width=info.width, height=info.height)
    wish = _limit(info, box, long_edge=long_edge, most_pixels=most_pixels)
    is_whole = box == (0, 0, info.width, info.height)
    if (is_whole or "regionByPx" in info.features) and (choice := _scale(info, wish, is_whole=is_whole)):
        return choice
    return (
        _choose_listed(info, wish, most_pixels=most_pixels)
        or _choose_tiles(info, wish, most_pixels=most_pixels)
        or _choose_largest(info, wish)
    )


def _limit(info: ImageInfo, box: Box, *, long_edge: int | None, most_pixels: int) -> _Wish:
    size = Size(box.width, box.height)
    if long_edge is not None and long_edge < max(size):
        size = _shrink(box, long_edge / max(size), fits=lambda size: max(size) <= long_edge)
    is_capped_by_service = not info.allows(*size)
    if is_capped_by_service:
        factors = (
            (info.max_width or size.width) / box.width,
            (info.max_height or size.height) / box.height,
            math.sqrt((info.max_area or box.width * box.height) / (box.width * box.height)),
        )
        size = _shrink(box, min(factors), fits=lambda size: info.allows(*size))
    is_capped_by_us = size.width * size.height > most_pixels
    if is_capped_by_us:
        size = _shrink(
            box,
            math.sqrt(most_pixels / (box.width * box.height)),
            fits=lambda size: size.width * size.height <= most_pixels,
        )
    return _Wish(
        box=box, size=size, is_capped_by_us=is_capped_by_us, is_capped_by_service=is_capped_by_service
    )


def _shrink(box: Box, factor: float, *, fits: Callable[[Size], bool]) -> Size:
    """Return the size of a smaller box; a limit that rounding has exceeded is kept."""
    size = _measure_height(box, max(1, round(box.width * factor)))
    while size.width > 1 and not fits(size):
        size = _measure_height(box, size.width - 1)
    return size


def _measure_height(box: Box, width: int) -> Size:
    """Return the size that a server gives a box for `w,`."""
    return Size(width, max(1, round(width * box.height / box.width)))


def _scale(info: ImageInfo, wish: _Wish, *, is_whole: bool) -> SizeChoice | None:
    """Return one request for exactly what is wanted; None if the service cannot scale."""
    largest_by_service = wish.is_capped_by_service and not wish.is_capped_by_us
    if not wish.is_smaller:
        if info.level == 0 and is_whole:  # a service of level 0 may have nothing but tiles
            return None
        forms = _whole_forms(info)
    elif not info.features & {"sizeByW", "sizeByH", "sizeByWh", "sizeByPct"}:
        return None
    else:
        forms = _scaled_forms(info, wish)
        if largest_by_service and info.version >= (2, 1) and _is_largest(info, wish):
            forms = ("max", *forms)
    region = "full" if is_whole else str(wish.box)
    return SizeChoice(
        width=wish.size.width,
        height=wish.size.height,
        urls=tuple(_address(info, region, form) for form in forms),
        region="" if is_whole else str(wish.box),
        note=_explain(info, wish),
    )


def _is_largest(info: ImageInfo, wish: _Wish) -> bool:
    """Whether the size is the largest that the service sends of the box, so that `max` means it."""
    return not info.allows(*_measure_height(wish.box, wish.size.width + 1))


def _whole_forms(info: ImageInfo) -> tuple[str, ...]:
    """Return the spellings of the largest size, the most usual one first."""
    if info.version >= (3, 0):
        return ("max",)
    if info.version >= (2, 1):
        # `max` came with 2.1, where no level has to have it.
        return ("full", "max") if info.level == 0 and not info.is_limited else ("max", "full")
    return ("full", "max") if info.version >= (2, 0) else ("full",)


def _scaled_forms(info: ImageInfo, wish: _Wish) -> tuple[str, ...]:
    width, height = wish.size
    forms = []
    if "sizeByW" in info.features:
        forms.append(f"{width},")
    if "sizeByWh" in info.features and info.version >= (3, 0):  # in version 2.0 the name means `!w,h`
        forms.append(f"{width},{height}")
    if not forms and "sizeByH" in info.features:
        forms.append(f",{height}")
    if not forms and "sizeByPct" in info.features:
        percent = math.floor(1e6 * wish.size.width / wish.box.width) / 1e4
        forms.append(f"pct:{percent:g}")
    return tuple(forms)


def _choose_listed(info: ImageInfo, wish: _Wish, *, most_pixels: int) -> SizeChoice | None:
    """Return the smallest listed size of the whole picture in which the box is large enough."""
    need = max(wish.size) / max(wish.box.width, wish.box.height)  # of the whole picture
    fitting = [
        size
        for size in sorted(info.sizes, key=lambda size: size.width * size.height)
        if max(size) >= math.floor(need * max(info.width, info.height))
        and size.width * size.height <= most_pixels
        and size.width <= info.width
    ]
    return _request_listed(info, wish, fitting[0]) if fitting else None


def _request_listed(info: ImageInfo, wish: _Wish, size: Size) -> SizeChoice:
    spelled: tuple[str, ...] = (
        f"{size.width},{size.height}",
        f"{size.width},",
    )  # canonical in version 3, and before
    forms = spelled if info.version >= (3, 0) else spelled[::-1]
    if size == (info.width, info.height):
        forms = (*_whole_forms(info), *forms)
    return _request_whole(info, wish, size, forms=forms)


def _request_whole(
    info: ImageInfo, wish: _Wish, size: Size, *, forms: tuple[str, ...], note: str = ""
) -> SizeChoice:
    """Return a request for the whole picture, of which the caller cuts out the box."""
    is_whole = wish.box == (0, 0, info.width, info.height)
    crop = scale_box(wish.box, size.width / info.width, width=size.width, height=size.height)
    return SizeChoice(
        width=size.width,
        height=size.height,
        urls=tuple(_address(info, "full", form) for form in forms),
        region="" if is_whole else str(wish.box),
        crop=None if is_whole else crop,
        note=" ".join(filter(None, (note, _explain(info, wish, is_cropped=not is_whole)))),
    )


def _choose_tiles(info: ImageInfo, wish: _Wish, *, most_pixels: int) -> SizeChoice | None:
    """Return the tiles of the smallest scale that is large enough, else of the largest that is allowed."""
    best: tuple[bool, int, int, TileSet] | None = None
    for tiles in info.tiles:
        for factor in tiles.scale_factors:
            width, height = math.ceil(wish.box.width / factor), math.ceil(wish.box.height / factor)
            count = (width / tiles.width + 1) * (height / tiles.height + 1)
            if not info.allows(width, height) or width * height > most_pixels or count > MOST_TILES:
                continue
            is_enough = max(width, height) >= max(wish.size)
            # Of those that are enough the smallest picture; of the others the largest.
            rank = (is_enough, factor if is_enough else -factor, tiles.width * tiles.height, tiles)
            best = rank if best is None or rank[:3] > best[:3] else best
    if best is None:
        return None
    grid = lay_tiles(info, best[3], factor=abs(best[1]), box=wish.box)
    whole = measure(info, factor=abs(best[1]))
    is_whole = wish.box == (0, 0, info.width, info.height)
    short = "" if best[0] else f"The service has no tiles larger than {whole[0]} × {whole[1]} in all."
    return SizeChoice(
        width=grid.width,
        height=grid.height,
        urls=(grid.tiles[0].url,) if len(grid.tiles) == 1 else (),
        tiles=grid.tiles if len(grid.tiles) > 1 else (),
        region="" if is_whole else str(wish.box),
        crop=grid.crop,
        note=" ".join(
            filter(None, (short, _explain(info, wish, is_cropped=bool(grid.crop) and len(grid.tiles) == 1)))
        ),
    )


def _choose_largest(info: ImageInfo, wish: _Wish) -> SizeChoice:
    """Return the largest picture that the service has, since it can neither scale nor send tiles."""
    whole = _limit(
        info, Box(0, 0, info.width, info.height), long_edge=None, most_pixels=info.width * info.height
    )
    note = "The service has no other size." if wish.is_smaller else ""
    return _request_whole(info, wish, whole.size, forms=_whole_forms(info), note=note)


def _explain(info: ImageInfo, wish: _Wish, *, is_cropped: bool = False) -> str:
    notes = []
    if wish.is_capped_by_service:
        notes.append(f"The service sends at most {_name_limits(info)}.")
    if wish.is_capped_by_us:
        notes.append(
            f"The picture has {info.width} × {info.height} pixels; {wish.size.width} × {wish.size.height} are"
            " loaded."
        )
    if is_cropped:
        notes.append("The service cannot send this part alone, so it has to be cut out.")
    return " ".join(notes)


def _name_limits(info: ImageInfo) -> str:
    limits = [
        f"{limit:,} {unit}"
        for limit, unit in (
            (info.max_width, "pixels in width"),
            (info.max_height, "pixels in height"),
            (info.max_area, "pixels in all"),
        )
        if limit
    ]
    return ", ".join(limits)


def _address(info: ImageInfo, region: str, size: str) -> str:
    quality = "native" if info.version[0] == 1 else "default"
    format = "jpg" if "jpg" in info.formats else info.formats[0]
    return f"{info.service}/{region}/{size}/0/{quality}.{format}"
