"""Files that were made to break a decoder: each ends in one message, in little time and memory."""

import struct
import zlib
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from fixtures import images
from pelican.plugins.stylize.images.artwork_files import save_artwork
from pelican.plugins.stylize.images.contact_sheets import cut, make_contact_sheet
from pelican.plugins.stylize.images.crop import Box
from pelican.plugins.stylize.images.decode import examine
from pelican.plugins.stylize.images.renditions import encode_picture, read_png
from pelican.plugins.stylize.model.errors import PhotoError
from pelican.plugins.stylize.provenance.readers.image_metadata import parse_file
from PIL import Image


def refusal(path: Path) -> str:
    with pytest.raises(PhotoError) as error:
        examine(path)
    return str(error.value)


def noise(width: int = 300, height: int = 200) -> Image.Image:
    """Colored static, which no JPEG makes smaller."""
    values = np.random.default_rng(1).integers(0, 256, (height, width, 3))
    return Image.fromarray(values.astype("uint8"))


def jpeg(*segments: bytes) -> bytes:
    """A JPEG with segments before its picture."""
    whole = images.encoded(images.quarters(), "JPEG")
    return whole[:2] + b"".join(segments) + whole[2:]


def segment(marker: int, content: bytes) -> bytes:
    return b"\xff" + bytes([marker]) + struct.pack(">H", len(content) + 2) + content


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(*chunks: bytes) -> bytes:
    whole = images.encoded(images.quarters(), "PNG")
    return whole[:33] + b"".join(chunks) + whole[33:]


def test_an_animation_that_is_cut_off_anywhere_is_a_photo_or_a_refusal(tmp_path):
    chance = np.random.default_rng(1)
    frames = [Image.fromarray(chance.integers(0, 256, (80, 120)).astype("uint8")) for _ in range(4)]
    file = BytesIO()
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:])
    whole = file.getvalue()
    refused = 0
    for end in range(20, len(whole), 371):
        (tmp_path / "pier.gif").write_bytes(whole[:end])
        try:
            examine(tmp_path / "pier.gif")
        except PhotoError:
            refused += 1
    assert refused > 50


EXIF = segment(0xE1, b"Exif\0\0" + bytes(60_000))
# A directory of 4,000 entries that each name the same 64 kB
BOMB = b"Exif\0\0MM\0*\0\0\0\x08" + struct.pack(">H", 4000)
BOMB += b"".join(struct.pack(">HHII", 1000 + n, 7, 48_000, 8) for n in range(4000))


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("exif", jpeg(*[EXIF] * 33), "it has more than 32 EXIF segments"),
        (
            "icc",
            jpeg(*[segment(0xE2, b"ICC_PROFILE\0\1\1")] * 256),
            "it has more than 255 color profile segments",
        ),
        ("bomb", jpeg(segment(0xE1, BOMB)), "its EXIF names far more bytes than the file has"),
        (
            "fill",
            jpeg(b"\xff" * 300_001),
            "it has more than 300,000 segments before its pixels",
        ),
        ("chunks", png(*[chunk(b"tEXt", b"a\0")] * 300_001), "it has more than 300,000 chunks"),
        (
            "comments",
            b"GIF89a" + struct.pack("<HHBBB", 99, 99, 0, 0, 0) + b"!\xfe" + (b"\xff" + bytes(255)) * 4200,
            "it has more than 1 MiB of comments before its first frame",
        ),
        (
            "webp",
            b"RIFF\0\0\0\0WEBP" + (b"EXIF" + bytes(4)) * 10_001,
            "it has more than 10,000 chunks",
        ),
        (
            "tiff",
            b"II*\0\x08\0\0\0" + struct.pack("<H", 10_001) + bytes(12 * 10_001),
            "its directory has more than 10,000 entries",
        ),
        (
            "runs",
            b"BM" + bytes(28) + b"\1\0\0\0" + bytes(2**24),
            "its pixels are stored in runs (RLE), which takes too long to read",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 9 else "",
)
def test_more_parts_than_any_program_writes_are_refused_before_they_are_decoded(
    tmp_path, name, data, message
):
    (tmp_path / "pier.jpg").write_bytes(data)
    assert refusal(tmp_path / "pier.jpg") == f"{message}. Save it again as JPEG or PNG."
    if name in ("exif", "bomb", "chunks", "webp"):
        with pytest.raises(ValueError, match=message.partition(" (")[0]):
            parse_file(data)


def test_what_cameras_and_editors_write_is_not_too_much(tmp_path):
    extended = segment(0xE1, b"http://ns.adobe.com/xmp/extension/\0" + bytes(60_000))
    (tmp_path / "pier.jpg").write_bytes(jpeg(EXIF, *[extended] * 300, *[segment(0xE2, b"x" * 60_000)] * 300))
    assert examine(tmp_path / "pier.jpg").width == 120
    (tmp_path / "pier.png").write_bytes(png(*[chunk(b"tEXt", b"a\0b")] * 500))
    assert examine(tmp_path / "pier.png").width == 120


def test_colored_noise_is_encoded_at_any_quality(tmp_path):
    static = noise()
    assert Image.open(BytesIO(encode_picture(static, "jpg"))).size == (300, 200)
    static.save(tmp_path / "static.png")
    save_artwork(tmp_path / "static.png", tmp_path / "a.jpg", size=static.size, box=Box(0, 0, 300, 200))
    assert Image.open(tmp_path / "a.jpg").size == (300, 200)
    assert cut(make_contact_sheet([static], note="x"), [static.size])[0].size == (300, 200)


def test_noise_that_many_threads_encode_is_the_same_in_each():
    static = noise()
    with ThreadPoolExecutor(8) as pool:
        files = set(pool.map(lambda _: encode_picture(static, "jpg"), range(16)))
    assert len(files) == 1


def test_a_picture_of_the_store_that_is_damaged_is_a_refusal(tmp_path):
    (tmp_path / "picture.png").write_bytes(images.encoded(images.quarters(), "PNG")[:60])
    with pytest.raises(PhotoError, match=r"^the file is damaged or cut off"):
        read_png(tmp_path / "picture.png")
