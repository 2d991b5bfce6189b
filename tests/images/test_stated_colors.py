"""Color spaces that a file states without an ICC profile are converted to sRGB, and are part of keys."""

import io
import struct
import zlib
from pathlib import Path

import pytest
from fixtures import images
from pelican.plugins.stylize.images.decode import examine, open_photo
from PIL import Image

RED, GRAY = (200, 60, 40), (130, 130, 130)
P3, PQ, HLG = (12, 13), (9, 16), (9, 18)  # primaries and transfer, ITU-T H.273


def png(color, *chunks: tuple[bytes, bytes], **options) -> bytes:
    """A PNG of one color with chunks before its pixels."""
    file = io.BytesIO()
    Image.new("RGB", (80, 80), color).save(file, "PNG", **options)
    whole, added = file.getvalue(), b""
    for kind, data in chunks:
        added += struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    return whole[:33] + added + whole[33:]


def avif(color, primaries: int, transfer: int) -> bytes:
    """An AVIF of one color whose box nclx states a color space."""
    file = io.BytesIO()
    Image.new("RGB", (80, 80), color).save(file, "AVIF", quality=95)
    data = bytearray(file.getvalue())
    at = data.find(b"nclx")
    data[at + 4 : at + 8] = struct.pack(">HH", primaries, transfer)
    return bytes(data)


def cicp(primaries: int, transfer: int) -> tuple[bytes, bytes]:
    return b"cICP", bytes([primaries, transfer, 0, 1])


def gamma(value: float) -> tuple[bytes, bytes]:
    return b"gAMA", struct.pack(">I", round(value * 100_000))


def chromaticities(*values: float) -> tuple[bytes, bytes]:
    return b"cHRM", struct.pack(">8I", *(round(value * 100_000) for value in values))


SRGB_XY = (0.3127, 0.329, 0.64, 0.33, 0.3, 0.6, 0.15, 0.06)
P3_XY = (0.3127, 0.329, 0.68, 0.32, 0.265, 0.69, 0.15, 0.06)
SRGB_CHUNK = (b"sRGB", b"\0")


def color_of(path: Path) -> tuple[int, ...]:
    return open_photo(path).getpixel((40, 40))


@pytest.mark.parametrize(
    ("data", "color"),
    [
        (png(RED, cicp(*P3)), (217, 42, 23)),
        (png(GRAY, cicp(*PQ)), (188, 188, 188)),  # 102 of 203 cd/m2
        (png((191, 191, 191), cicp(*HLG)), (254, 254, 254)),  # white is at 75 % (ITU-R BT.2408)
        (png(RED, chromaticities(*P3_XY)), (217, 42, 23)),
        (png((55, 55, 55), gamma(1.0)), (128, 128, 128)),
        (png(RED, gamma(1.0), SRGB_CHUNK), RED),
        (png(RED, chromaticities(*P3_XY), SRGB_CHUNK), RED),
        (png(RED, cicp(*P3), SRGB_CHUNK), (217, 42, 23)),
        (png(RED, cicp(1, 13), icc_profile=images.rgb_profile(**images.ADOBE_RGB)), RED),
        (png(RED, gamma(0.45455), chromaticities(*SRGB_XY)), RED),
    ],
)
def test_what_a_png_states_is_followed_the_strongest_first(tmp_path, data, color):
    (tmp_path / "pier.png").write_bytes(data)
    assert color_of(tmp_path / "pier.png") == color


@pytest.mark.parametrize(("codes", "given", "color"), [(P3, RED, (217, 42, 23)), (PQ, GRAY, (188, 188, 188))])
def test_what_an_avif_states_is_followed(tmp_path, codes, given, color):
    (tmp_path / "pier.avif").write_bytes(avif(given, *codes))
    assert color_of(tmp_path / "pier.avif") == pytest.approx(color, abs=2)


def test_what_a_heic_states_is_followed(tmp_path):
    heif = pytest.importorskip("pillow_heif")
    file = io.BytesIO()
    heif.from_pillow(Image.new("RGB", (80, 80), RED)).save(file, quality=95)
    data = bytearray(file.getvalue())
    at = data.find(b"nclx")
    if at < 0:
        pytest.skip("this encoder states no color space")
    data[at + 4 : at + 8] = struct.pack(">HH", *P3)
    (tmp_path / "pier.heic").write_bytes(data)
    assert color_of(tmp_path / "pier.heic") == pytest.approx((217, 42, 23), abs=3)


def test_a_camera_that_marks_adobe_rgb_is_followed(tmp_path):
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0xA005] = {1: "R03"}
    Image.new("RGB", (80, 80), (100, 150, 100)).save(tmp_path / "pier.jpg", exif=exif, quality=95)
    assert color_of(tmp_path / "pier.jpg") == pytest.approx((63, 150, 98), abs=3)


def test_tiff_states_its_primaries(tmp_path):
    tags = {318: P3_XY[:2], 319: P3_XY[2:]}
    Image.new("RGB", (80, 80), RED).save(tmp_path / "pier.tif", tiffinfo=tags)
    assert color_of(tmp_path / "pier.tif") == (217, 42, 23)


def test_a_photo_of_another_space_has_another_key_and_an_ordinary_one_keeps_its(tmp_path):
    (tmp_path / "p3.png").write_bytes(png(RED, cicp(*P3)))
    (tmp_path / "usual.png").write_bytes(png(RED, gamma(0.45455), chromaticities(*SRGB_XY)))
    assert examine(tmp_path / "p3.png").colors == (
        "1 sRGB 0.3127 0.3290 0.6800 0.3200 0.2650 0.6900 0.1500 0.0600"
    )
    assert examine(tmp_path / "usual.png").colors == ""


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (png(RED, cicp(12, 9)), "the code points 12 and 9 (ITU-T H.273) cannot be followed"),
        (png(RED, chromaticities(*[0.3] * 8)), "its chromaticities (cHRM) cannot be followed"),
        (png(RED, gamma(0.01)), "a gamma of 0.01 cannot be followed"),
        (png(RED, icc_profile=b"none"), "its color profile is damaged, or of another kind of image"),
    ],
)
def test_what_cannot_be_followed_is_a_warning_with_the_name(tmp_path, caplog, monkeypatch, data, what):
    monkeypatch.chdir(tmp_path)
    Path("pier.png").write_bytes(data)
    examine(tmp_path / "pier.png")
    assert caplog.messages == [f"pier.png: {what}, so its colors are taken for sRGB."]
    assert color_of(tmp_path / "pier.png") == RED
