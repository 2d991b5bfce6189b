"""A TIFF that allows it is read some rows at a time, and gives the same photo."""

import contextlib
import re
import struct

import numpy as np
import pytest
from fixtures import images
from pelican.plugins.stylize.images.decode import PhotoInfo, examine, open_photo
from pelican.plugins.stylize.model.errors import PhotoError
from PIL import Image

NOISE = np.random.default_rng(0).integers(0, 256, (301, 333, 4), dtype=np.uint8)


@pytest.mark.parametrize("compression", [None, "tiff_lzw", "tiff_adobe_deflate", "packbits"])
@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK", "RGBA"])
def test_strips_give_the_pixels_of_the_whole_file(tmp_path, mode, compression):
    image = Image.fromarray(NOISE, "RGBA").convert(mode)
    image.save(tmp_path / "strips.tif", compression=compression, strip_size=5000)
    image.save(tmp_path / "whole.tif", compression="tiff_lzw", strip_size=10**6)
    assert open_photo(tmp_path / "strips.tif") == open_photo(tmp_path / "whole.tif")


@pytest.mark.parametrize("compression", [None, "tiff_lzw"])
@pytest.mark.parametrize("side", [(64, 32), (400, 80), (128, 144)])
def test_tiles_give_the_pixels_of_the_photo(tmp_path, side, compression):
    image = Image.fromarray(NOISE[..., :3])
    (tmp_path / "pier.tif").write_bytes(images.tiff_of_tiles(image, side=side, compression=compression))
    assert open_photo(tmp_path / "pier.tif") == image
    assert examine(tmp_path / "pier.tif") == PhotoInfo(333, 301, "TIFF")


def test_sixteen_bits_in_strips_and_tiles_are_scaled_to_eight(tmp_path):
    gray = Image.fromarray(np.uint16(257) * NOISE[..., 0])
    gray.save(tmp_path / "strips.tif", compression="tiff_lzw", strip_size=5000)
    data = images.tiff_of_tiles(gray, side=(64, 64), compression="tiff_lzw")
    (tmp_path / "tiles.tif").write_bytes(data)
    for name in ("strips", "tiles"):
        assert open_photo(tmp_path / f"{name}.tif") == Image.fromarray(NOISE[..., 0]).convert("RGB")


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_scaled_photo_is_upright(tmp_path, orientation):
    path = tmp_path / "pier.tif"
    quarters = images.quarters(900, 600)
    images.save_turned(quarters, path, orientation=orientation, compression="tiff_lzw", strip_size=9000)
    photo = open_photo(path, long_edge=90)
    assert photo.size == (90, 60)
    assert images.fields(photo) == ("red", "green", "blue", "white")
    assert examine(path) == PhotoInfo(900, 600, "TIFF")


def test_a_scaled_photo_is_the_same_however_its_file_is_divided(tmp_path):
    image = images.gradient(1331, 907)
    image.save(tmp_path / "strips.tif", compression="tiff_lzw")
    image.save(tmp_path / "whole.tif", compression="tiff_lzw", strip_size=10**7)
    strips, whole = (
        np.asarray(open_photo(tmp_path / f"{name}.tif", long_edge=100), dtype=int)
        for name in ("strips", "whole")
    )
    assert strips.shape == whole.shape
    assert abs(strips - whole).max() <= 2


def test_reading_by_rows_takes_the_memory_of_its_rows(tmp_path):
    image = Image.new("RGB", (3000, 2000))
    image.save(tmp_path / "strips.tif", compression="tiff_lzw")
    image.save(tmp_path / "plain.tif")  # one strip, not compressed
    image.save(tmp_path / "whole.tif", compression="tiff_lzw", strip_size=18_000_000)
    (tmp_path / "tiles.tif").write_bytes(images.tiff_of_tiles(image, side=(256, 256), compression="tiff_lzw"))
    needed = {}
    for name in ("strips", "plain", "whole", "tiles"):
        with pytest.raises(PhotoError) as refused:
            open_photo(tmp_path / f"{name}.tif", long_edge=100, memory_limit=1)
        needed[name] = re.search(r"takes (\d+) MB", str(refused.value))[1]
    assert needed == {"strips": "8", "plain": "7", "whole": "48", "tiles": "13"}


def test_high_strips_of_an_odd_number_of_rows_are_not_joined_to_the_whole_photo(tmp_path):
    path = tmp_path / "pier.tif"
    # Strips of 1001 rows, scaled down by 8, would be read eight at a time: four times the memory of the photo.
    Image.new("L", (1000, 8000)).save(path, compression="tiff_lzw", strip_size=1_001_000)
    with pytest.raises(PhotoError, match="reading it takes 12 MB of memory"):
        open_photo(path, long_edge=200, memory_limit=1)


@pytest.mark.parametrize("part", [0.3, 0.9])
@pytest.mark.parametrize("compression", [None, "tiff_lzw"])
def test_a_file_that_is_cut_off_is_refused(tmp_path, compression, part):
    path = tmp_path / "pier.tif"
    path.write_bytes(images.tiff_of_tiles(images.quarters(640, 480), side=(64, 64), compression=compression))
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * part)])
    for read in (examine, open_photo):
        with pytest.raises(PhotoError, match=r"the file is damaged or cut off \(.*\)\. Copy the photo again"):
            read(path)


def retag(path, tag, **changed):
    """Rewrite an entry of a little-endian TIFF's directory: its kind, count or value."""
    data = bytearray(path.read_bytes())
    (start,) = struct.unpack_from("<I", data, 4)
    (entries,) = struct.unpack_from("<H", data, start)
    for entry in range(start + 2, start + 2 + 12 * entries, 12):
        found, kind, count, value = struct.unpack_from("<HHII", data, entry)
        if found == tag:
            now = {"kind": kind, "count": count, "value": value} | changed
            struct.pack_into("<HHII", data, entry, tag, now["kind"], now["count"], now["value"])
            where = now["value"]
    path.write_bytes(data)
    return where


STRIP_OFFSETS, ROWS_PER_STRIP, TILE_OFFSETS, TILE_BYTE_COUNTS, TEXT = 273, 278, 324, 325, 2


@pytest.mark.parametrize("compression", [None, "tiff_lzw"])
def test_a_tile_beyond_the_end_of_the_file_is_refused_and_not_filled_with_the_next(tmp_path, compression):
    path = tmp_path / "pier.tif"
    image = Image.fromarray(NOISE[..., :3])
    path.write_bytes(images.tiff_of_tiles(image, side=(400, 80), compression=compression))
    array = retag(path, TILE_OFFSETS)
    data = bytearray(path.read_bytes())
    struct.pack_into("<I", data, array, len(data) - 100)
    path.write_bytes(data)
    with pytest.raises(PhotoError, match="the file is damaged or cut off"):
        open_photo(path)


@pytest.mark.parametrize(
    ("tag", "compression"), [(ROWS_PER_STRIP, "tiff_lzw"), (STRIP_OFFSETS, None), (STRIP_OFFSETS, "tiff_lzw")]
)
def test_a_tag_with_text_for_a_number_gives_a_photo_or_a_refusal(tmp_path, tag, compression):
    path = tmp_path / "pier.tif"
    Image.fromarray(NOISE[..., :3]).save(path, compression=compression, strip_size=10**6)
    retag(path, tag, kind=TEXT, count=1)
    with contextlib.suppress(PhotoError):
        assert open_photo(path).size == (333, 301)


def test_lengths_that_are_wrong_do_not_matter_without_compression(tmp_path):
    path = tmp_path / "pier.tif"
    image = Image.fromarray(NOISE[..., :3])
    path.write_bytes(images.tiff_of_tiles(image, side=(400, 80), compression=None))
    array = retag(path, TILE_BYTE_COUNTS)
    data = bytearray(path.read_bytes())
    struct.pack_into("<4I", data, array, *[0] * 4)
    path.write_bytes(data)
    assert open_photo(path) == image
