"""Load the picture of a record: by its image service if it has one, else one of its files."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import urlsplit

from ...images.decode import read_size
from ...model.errors import UserError
from ..errors import MuseumError, NoSuchItem
from ..importers.answer import Answer
from ..record import MuseumRecord
from .image_info import info_address, read_info
from .regions import Box, parse_region
from .size_choice import SizeChoice, choose_size
from .stitching import FINAL, Fetch, load_picture

_SUFFIXES = (".jpg", ".jpeg", ".png", ".tif", ".tiff", ".webp", ".gif", ".avif", ".jp2")


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedPicture:
    """A picture that was loaded, and what is left to do with it."""

    path: Path
    url: str  # where it came from; of tiles the first one's
    region: str = ""  # the part that was wanted, "x,y,w,h" in pixels of the whole picture; "" for all of it
    crop: Box | None = (
        None  # what has to be cut out of the file for it, in the file's pixels; None if nothing
    )
    tiles: int = 0  # it was put together from; 0 if it is one file
    note: str = ""  # why it is not what was asked for, in sentences


def load_picture_of(
    record: MuseumRecord,
    *,
    ask: Callable[[str], Answer],
    fetch: Fetch,
    into: Path,
    long_edge: int | None = None,
    region: str = "",
) -> LoadedPicture:
    """Write the picture of a record to a file.

    ask: returns the answer of an address, for info.json. fetch: loads an image file. into: the file without
    its suffix. long_edge, region: as for `choose_size`. If info.json cannot be read, the files of the record
    are tried. Raises MuseumError, UserError for a region that is none, and PhotoError if a part has to
    be cut out of what came, and it is no image.
    """
    note = ""
    if record.image_service:
        try:
            info = read_info(ask(info_address(record.image_service)))
        except FINAL:
            raise
        except MuseumError as error:
            note = f"The image service could not be asked for its sizes: {error}."
        else:
            choice = choose_size(info, long_edge=long_edge, region=region)
            return _load(choice, fetch=fetch, into=into)
    if not record.images:
        raise NoSuchItem("it has no picture")
    choice = SizeChoice(width=0, height=0, urls=tuple(image.url for image in record.images))
    loaded = _load(choice, fetch=fetch, into=into)
    try:
        box = _parse_region(region, loaded.path) if region else None
    except UserError:
        loaded.path.unlink()
        raise
    return LoadedPicture(path=loaded.path, url=loaded.url, region=str(box or ""), crop=box, note=note)


def _load(choice: SizeChoice, *, fetch: Fetch, into: Path) -> LoadedPicture:
    suffix = ".png" if choice.tiles else _find_suffix(choice.urls[0])
    path = into.with_name(into.name + suffix)
    url = load_picture(choice, fetch=fetch, into=path)
    is_cut = bool(choice.tiles) or choice.crop is None
    return LoadedPicture(
        path=path,
        url=url,
        region=choice.region,
        crop=None if is_cut else choice.fit_crop(*read_size(path)),
        tiles=len(choice.tiles),
        note=choice.note,
    )


def _parse_region(region: str, path: Path) -> Box:
    width, height = read_size(path)
    return parse_region(region, width=width, height=height)


def _find_suffix(url: str) -> str:
    suffix = PurePosixPath(urlsplit(url).path).suffix.lower()
    return suffix if suffix in _SUFFIXES else ""
