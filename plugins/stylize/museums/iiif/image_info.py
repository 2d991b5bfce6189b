"""Read the info.json of a IIIF image service: how large its picture is, and what may be asked of it.

Image API 3.0 (https://iiif.io/api/image/3.0/), 2.1, 2.0, 1.1 and 1.0; what each level supports is in the
`compliance` page of each.
"""

import re
from dataclasses import dataclass
from typing import NamedTuple

from ..errors import ChangedShape
from ..importers.answer import Answer, View

MOST_SIDE = 10_000_000  # pixels; a picture that claims more is a mistake
_LEVEL_1 = {"regionByPx", "sizeByW", "sizeByH"}
_LEVEL_2 = {"regionByPct", "sizeByPct"}
_NEW_IN_2_1 = {"regionSquare", "sizeByConfinedWh", "sizeByDistortedWh"}


class Size(NamedTuple):
    """A size in pixels."""

    width: int
    height: int


@dataclass(frozen=True, slots=True)
class TileSet:
    """How a service divides its picture into tiles."""

    width: int  # pixels of one tile
    height: int
    scale_factors: tuple[int, ...]  # 4: the picture at a quarter of its size


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageInfo:
    """What an image service says about itself."""

    service: str  # its address, without a slash at the end
    version: tuple[int, int]  # of the Image API: (2, 1); (2, 0) also stands for a 2.1 that does not show it
    level: int  # 0, 1 or 2
    width: int  # pixels of the whole picture
    height: int
    features: frozenset[str] = frozenset()  # that are supported, by their names in version 3: "sizeByW"
    sizes: tuple[Size, ...] = ()  # of the whole picture that the service has ready
    tiles: tuple[TileSet, ...] = ()
    max_width: int = 0  # pixels of an answer; 0 for no limit
    max_height: int = 0
    max_area: int = 0  # pixels
    formats: tuple[str, ...] = ("jpg",)
    qualities: tuple[str, ...] = ("default",)

    def allows(self, width: int, height: int) -> bool:
        """Whether the service sends an answer of this size, as far as its limits are concerned."""
        return (
            width <= (self.max_width or width)
            and height <= (self.max_height or height)
            and width * height <= (self.max_area or width * height)
        )

    @property
    def is_limited(self) -> bool:
        """Whether the whole picture is larger than the service sends it."""
        return not self.allows(self.width, self.height)


def info_address(service: str) -> str:
    """Return the address of a service's info.json."""
    return f"{service.rstrip('/')}/info.json"


def read_info(answer: Answer) -> ImageInfo:
    """Read an info.json; raises ChangedShape where it has no size."""
    info = answer.json()
    version = _read_version(info)
    profiles = info.views("profile")
    level = _read_level(profiles)
    details = [each for each in profiles if isinstance(each.value, dict)] + [info]
    features = {
        text for each in details for name in ("supports", "extraFeatures") for text in each.texts(name)
    }
    max_width = _read_limit(details, "maxWidth")
    max_height = _read_limit(details, "maxHeight") or max_width  # Image API 3.0, section 5.3
    max_area = _read_limit(details, "maxArea")
    if version == (2, 0) and (features & _NEW_IN_2_1 or max_width or max_height or max_area):
        version = (2, 1)
    if level >= 1:
        features |= _LEVEL_1 | ({"sizeByPct"} if version[0] < 3 else {"sizeByWh"})
    if level == 2:
        features |= _LEVEL_2
    return ImageInfo(
        service=_find_service(info, answer.url),
        version=version,
        level=level,
        width=_read_side(info, "width"),
        height=_read_side(info, "height"),
        features=frozenset(features),
        sizes=tuple(
            Size(each.number("width"), each.number("height"))
            for each in info.views("sizes")
            if isinstance(each.value, dict) and each.number("width") > 0 and each.number("height") > 0
        ),
        tiles=_read_tiles(info),
        max_width=max_width,
        max_height=max_height,
        max_area=max_area,
        formats=_read_names(details, "formats", "extraFormats", always="jpg", version=version),
        qualities=_read_names(
            details,
            "qualities",
            "extraQualities",
            always="native" if version[0] == 1 else "default",
            version=version,
        ),
    )


def _read_version(info: View) -> tuple[int, int]:
    words = " ".join(str(each.value) for name in ("@context", "type", "profile") for each in info.views(name))
    if re.search(r"image/3|ImageService3", words):
        return 3, 0
    if re.search(r"image/2|ImageService2", words):
        return (2, 1) if "image/2.1" in words else (2, 0)
    if re.search(r"image/1|image-api", words) or info.at("scale_factors") or info.at("identifier"):
        return (1, 1) if re.search(r"1\.1|image/1/", words) else (1, 0)
    return (3, 0) if info.at("id") else (2, 0)


def _read_level(profiles: list[View]) -> int:
    """Return the level: 0 if none is named, as the least that every service has to do.

    Seen: "level2", "http://iiif.io/api/image/2/level2.json", "http://iiif.io/api/image/2/profiles/level2.json",
    "http://library.stanford.edu/iiif/image-api/1.1/compliance.html#level1", and "...conformance.html#level1".
    """
    for each in profiles:
        if isinstance(each.value, str) and (found := re.search(r"level[\s:_-]?([012])\b", each.value, re.I)):
            return int(found[1])
    return 0


def _read_limit(details: list[View], name: str) -> int:
    return next((limit for each in details if (limit := each.number(name)) > 0), 0)


def _read_side(info: View, name: str) -> int:
    side = info.need(name).number()
    if not 0 < side <= MOST_SIDE:
        raise ChangedShape(f"the field {name} is {side}, not a number of pixels")
    return side


def _read_tiles(info: View) -> tuple[TileSet, ...]:
    found = [
        (each.number("width"), each.number("height"), each.texts("scaleFactors"))
        for each in info.views("tiles")
        if isinstance(each.value, dict)
    ]
    if not found and info.number("tile_width"):  # versions 1.0 and 1.1
        found = [(info.number("tile_width"), info.number("tile_height"), info.texts("scale_factors"))]
    return tuple(
        TileSet(
            width,
            height if height > 0 else width,
            tuple(sorted({int(each) for each in factors if each.isdecimal() and int(each) > 0})) or (1,),
        )
        for width, height, factors in found
        if width > 0
    )


def _read_names(
    details: list[View], name: str, extra: str, *, always: str, version: tuple[int, int]
) -> tuple[str, ...]:
    named = [text for each in details for field in (name, extra) for text in each.texts(field)]
    # In version 1 the list is complete; from version 2 on it names what is there beyond the least.
    first = [] if version[0] == 1 and named else [always]
    return tuple(dict.fromkeys(first + named))


def _find_service(info: View, url: str) -> str:
    """Return the address that answered, since some servers name an inner host as their own id."""
    address = url.partition("#")[0].partition("?")[0]
    if address.endswith("/info.json"):
        return address.removesuffix("/info.json")
    return (info.text("id") or info.text("@id")).rstrip("/") or address.rstrip("/")
