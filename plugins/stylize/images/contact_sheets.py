"""Contact sheets: several pictures on one JPEG, and cutting them apart again."""

from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageChops, ImageStat

from ..model.errors import PhotoError
from .decode import open_jpeg
from .encode import encode
from .pillow_errors import explain_damage

COLUMNS = 3
QUALITY = 66  # of JPEG, 4:2:0; of thirteen styles, six pictures of 320x213 take 40 to 115 kB
GAP_COLOR = "white"  # around pictures that are smaller than their cell


class SheetError(ValueError):
    """A sheet is unreadable or not the expected one; the message says why."""


def panel_boxes(sizes: Sequence[tuple[int, int]]) -> list[tuple[int, int, int, int]]:
    """Return the places of pictures of these sizes on a sheet: left, top, right, bottom in pixels.

    They are in rows of COLUMNS; each row and column is as large as its largest picture.
    """
    rows = [sizes[start : start + COLUMNS] for start in range(0, len(sizes), COLUMNS)]
    widths = [max(row[column][0] for row in rows if column < len(row)) for column in range(len(rows[0]))]
    boxes, top = [], 0
    for row in rows:
        for column, (width, height) in enumerate(row):
            left = sum(widths[:column])
            boxes.append((left, top, left + width, top + height))
        top += max(height for _, height in row)
    return boxes


def make_contact_sheet(pictures: Sequence[Image.Image], *, note: str) -> bytes:
    """Return a JPEG of the pictures, with a note as its comment (ASCII)."""
    boxes = panel_boxes([picture.size for picture in pictures])
    size = max(box[2] for box in boxes), max(box[3] for box in boxes)
    sheet = Image.new("RGB", size, GAP_COLOR)
    for picture, box in zip(pictures, boxes, strict=True):
        sheet.paste(picture, box)
    return encode(
        sheet, "JPEG", quality=QUALITY, subsampling="4:2:0", optimize=True, comment=note.encode("ascii")
    )


def read_note(sheet: bytes) -> str:
    """Return a sheet's note, "" if it has none; raises SheetError if it is not a JPEG."""
    return _open(sheet).info.get("comment", b"").decode("ascii", errors="replace")


def cut(sheet: bytes, sizes: Sequence[tuple[int, int]]) -> list[Image.Image]:
    """Return the pictures of a sheet; sizes: theirs.

    Raises SheetError if it is damaged or has another size.
    """
    image = _open(sheet)
    boxes = panel_boxes(sizes)
    expected = max(box[2] for box in boxes), max(box[3] for box in boxes)
    if image.size != expected:
        raise SheetError(f"it is {image.width} x {image.height} pixels, not {expected[0]} x {expected[1]}")
    try:
        with explain_damage(advice="Make it again."):
            pixels = image.convert("RGB")
    except PhotoError as error:
        raise SheetError(str(error).rstrip(".")) from error
    return [pixels.crop(box) for box in boxes]


def difference(picture: Image.Image, other: Image.Image) -> float:
    """Return the difference of two pictures of the same size, in gray levels: the root mean square."""
    return max(ImageStat.Stat(ImageChops.difference(picture, other)).rms)


def save_pair(before: Image.Image, after: Image.Image, target: Path) -> None:
    """Save two pictures of the same size side by side, before | after, as PNG."""
    pair = Image.new("RGB", (2 * before.width + 8, before.height), GAP_COLOR)
    pair.paste(before, (0, 0))
    pair.paste(after, (before.width + 8, 0))
    pair.save(target, "PNG")


def _open(sheet: bytes) -> Image.Image:
    try:
        return open_jpeg(sheet)
    except PhotoError as error:
        raise SheetError("this is no JPEG") from error
