"""The picture of a saved page: the file that a person saved beside it, or the one inside of a MHTML file."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from ...executors.trial import TrialProcess
from ...images.decode import read_size
from ...model.command_name import command
from ...provenance.readers.image_metadata import read_file
from ..importers.plain_texts import split_address
from ..record import MuseumRecord
from .found_field import FoundField, make_field
from .page_file import PagePicture, SavedPage

SMALLEST = 600  # pixels of the long edge; what is smaller is a thumbnail
_MUCH_SMALLER = 0.75  # of the long edge that the page states
_OTHER_SHAPE = 0.05  # of the ratio of the sides; a museum's copies differ by a pixel or two
_FEWEST_BYTES = 20_000  # of a picture that no address points to; icons and buttons have less


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedPicture:
    """A picture that can be read."""

    width: int  # pixels
    height: int  # pixels
    found: tuple[FoundField, ...] = ()  # what the file says; shown, and never counted as rights
    warnings: tuple[str, ...] = ()


def find_picture(page: SavedPage, draft: MuseumRecord) -> tuple[PagePicture | None, bool]:
    """Return the picture of the item in a MHTML file, and whether the page names it as that.

    A picture that the page does not name is its largest file; a person has to look at it. None if there is
    no picture, or only small ones.
    """
    of_image = {
        _strip(address) for address in (*(image.url for image in draft.images), draft.thumbnail) if address
    }
    named = [picture for picture in page.pictures if _strip(picture.address) in of_image]
    if not named and draft.image_service:
        named = [one for one in page.pictures if one.address.startswith(f"{draft.image_service}/")]
    if named:
        return max(named, key=lambda picture: len(picture.data)), True
    largest = max(page.pictures, key=lambda picture: len(picture.data), default=None)
    if largest and len(largest.data) >= _FEWEST_BYTES:
        return largest, False
    return None, False


def check_picture(path: Path, *, draft: MuseumRecord, trial: TrialProcess) -> CheckedPicture:
    """Check the file of a picture; raises PhotoError, which says what is wrong, if it cannot be used."""
    trial.check(path)
    width, height = read_size(path)
    return CheckedPicture(
        width=width,
        height=height,
        found=tuple(_read_file(path)),
        warnings=tuple(_compare(width, height, draft)),
    )


def _strip(address: str) -> str:
    parts = split_address(address)
    return f"{parts.hostname or ''}{unquote(parts.path)}"


def _compare(width: int, height: int, draft: MuseumRecord) -> Iterator[str]:
    stated = next((image for image in draft.images if image.width and image.height), None)
    long_edge = max(width, height)
    is_far_smaller = stated is not None and long_edge < _MUCH_SMALLER * max(stated.width, stated.height)
    if long_edge < SMALLEST or is_far_smaller:
        size = f", and the page says {stated.width} x {stated.height}" if stated and is_far_smaller else ""
        if draft.manifest:
            advice = f"The museum offers it in full: {command(f'museum.add {draft.manifest}')}"
        elif draft.images and long_edge < SMALLEST:
            advice = f"Open the large one in the browser and save that: {draft.images[0].url}"
        else:
            advice = "Save the large one if the page offers it."
        yield f"the picture is only {width} x {height} pixels{size}: this may be a thumbnail. {advice}"
    if stated and abs(width / height * stated.height / stated.width - 1) > _OTHER_SHAPE:
        yield (
            f"the picture is {width} x {height} pixels, and the page says {stated.width} x {stated.height},"
            " which is another shape. Is it the same picture?"
        )


def _read_file(path: Path) -> Iterator[FoundField]:
    """Yield what a file says about itself in XMP (with IPTC's properties) and EXIF."""
    try:
        metadata = read_file(path)
    except (ValueError, OSError):  # a format that is not read, or damage that the pixels do not have
        return
    for key, name in _PROPERTIES.items():
        for text in [metadata.text(key), *metadata.texts(key)]:
            yield from make_field(name, text, f"XMP {key}", about="file")
    for key, name in (("artist", "creator"), ("copyright", "rights"), ("description", "description")):
        yield from make_field(name, metadata.exif.get(key), f"EXIF {key}", about="file")


_PROPERTIES = {
    "dc:title": "title",
    "dc:creator": "creator",
    "dc:description": "description",
    "dc:rights": "rights",
    "photoshop:Credit": "credit_line",
    "photoshop:Source": "institution",
    "xmpRights:UsageTerms": "rights",
    "xmpRights:WebStatement": "terms",
    "cc:license": "license",
    "plus:LicensorURL": "terms",
}
