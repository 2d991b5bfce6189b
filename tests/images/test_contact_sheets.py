"""Several pictures on one sheet, and cut apart again."""

import io

import pytest
from fixtures import images
from pelican.plugins.stylize.images.contact_sheets import (
    SheetError,
    cut,
    difference,
    make_contact_sheet,
    panel_boxes,
    read_note,
)
from PIL import Image

SIZES = [(32, 16), (16, 32), (32, 16), (48, 16)]


def sheet() -> bytes:
    return make_contact_sheet([images.gradient(*size) for size in SIZES], note='{"numbers": "ab12"}')


def test_pictures_stand_in_rows_of_three_beside_one_another():
    assert panel_boxes(SIZES) == [(0, 0, 32, 16), (48, 0, 64, 32), (64, 0, 96, 16), (0, 32, 48, 48)]
    with Image.open(io.BytesIO(sheet())) as image:
        assert (image.format, image.size) == ("JPEG", (96, 48))


def test_a_sheet_gives_back_its_pictures_and_its_note():
    assert read_note(sheet()) == '{"numbers": "ab12"}'
    levels = [30, 90, 150, 210]
    grays = [Image.new("RGB", size, (level,) * 3) for size, level in zip(SIZES, levels, strict=True)]
    again = cut(make_contact_sheet(grays, note=""), SIZES)
    assert [picture.size for picture in again] == SIZES
    assert [picture.getpixel((8, 8))[0] for picture in again] == pytest.approx(levels, abs=4)


def test_a_sheet_of_other_pictures_or_cut_off_is_refused_with_the_reason():
    with pytest.raises(SheetError, match=r"^it is 96 x 48 pixels, not 80 x 32$"):
        cut(sheet(), SIZES[:3])
    with pytest.raises(SheetError, match=r"^the file is damaged or cut off \(image file is truncated"):
        cut(sheet()[:-20], SIZES)
    with pytest.raises(SheetError, match=r"^this is no JPEG$"):
        read_note(b"<html>")


def test_the_difference_is_counted_in_gray_levels():
    gray, lighter = (Image.new("RGB", (8, 8), (level,) * 3) for level in (100, 103))
    assert difference(gray, gray) == 0
    assert difference(gray, lighter) == 3
