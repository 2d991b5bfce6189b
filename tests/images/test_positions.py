"""Whether a photo says where it was taken is read from its headers, in every format that a camera writes."""

import io
import os
import struct
import zlib
from pathlib import Path

import pytest
from pelican.plugins.stylize.images.positions import has_position
from PIL import Image
from PIL.PngImagePlugin import PngInfo

GPS = 0x8825
PARIS = {1: "N", 2: (48.0, 51.0, 29.0), 3: "E", 4: (2.0, 17.0, 40.0)}
XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description xmlns:exif="http://ns.adobe.com/exif/1.0/" exif:GPSLatitude="48,51.48N"/></rdf:RDF></x:xmpmeta>'
)


def make_exif(gps: dict) -> Image.Exif:
    exif = Image.Exif()
    exif.get_ifd(GPS).update(gps)
    exif[GPS] = exif.get_ifd(GPS)
    exif[0x010F] = "Camera"
    return exif


def save(path: Path, format: str, **metadata: object) -> Path:
    Image.new("RGB", (16, 12), "teal").save(path, format, **metadata)
    return path


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "AVIF", "TIFF", "MPO"])
def test_a_position_in_exif_is_found(tmp_path, format):
    assert has_position(save(tmp_path / "photo", format, exif=make_exif(PARIS)))
    assert not has_position(save(tmp_path / "photo", format, exif=make_exif({})))


def test_a_position_in_a_heic_photo_is_found(tmp_path):
    heif = pytest.importorskip("pillow_heif")
    image = heif.from_pillow(Image.new("RGB", (64, 64), "teal"))
    for gps, found in ((PARIS, True), ({}, False)):
        image.save(tmp_path / "photo.heic", exif=make_exif(gps).tobytes())
        assert has_position(tmp_path / "photo.heic") is found


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "AVIF", "GIF"])
def test_a_position_in_xmp_is_found(tmp_path, format):
    def options(packet: bytes) -> dict:
        text = PngInfo()
        text.add_itxt("XML:com.adobe.xmp", packet.decode(), zip=True)
        return {"pnginfo": text} if format == "PNG" else {"xmp": packet}

    path = save(tmp_path / "photo", format, **options(XMP))
    if format == "GIF":  # Pillow writes none
        path.write_bytes(path.read_bytes()[:-1] + b"!\xff\x0bXMP DataXMP" + XMP + b"\0;")
    assert has_position(path)
    assert not has_position(save(path, format, **options(XMP.replace(b"48,51.48N", b""))))


def test_a_drawing_with_a_position_in_its_xmp_is_found(tmp_path):
    (tmp_path / "a.svg").write_bytes(b"<svg><metadata>" + XMP + b"</metadata></svg>")
    assert has_position(tmp_path / "a.svg")


def test_exif_that_imagemagick_wrote_into_a_text_of_a_png_is_found(tmp_path):
    exif = make_exif(PARIS).tobytes()
    text = PngInfo()
    text.add_text("Raw profile type exif", f"\nexif\n{len(exif):8}\n{exif.hex()}\n", zip=True)
    assert has_position(save(tmp_path / "a.png", "PNG", pnginfo=text))


def test_a_camera_without_a_fix_says_nothing(tmp_path):
    assert not has_position(save(tmp_path / "a.jpg", "JPEG", exif=make_exif({0: b"\2\3\0\0"})))
    exif = make_exif(PARIS).tobytes()
    for number in (48, 51, 29):
        exif = exif.replace(struct.pack(">II", number, 1), bytes(8))
    assert not has_position(save(tmp_path / "b.jpg", "JPEG", exif=exif))


def test_a_large_packet_of_xmp_is_read_past_its_first_part(tmp_path):
    file = io.BytesIO()
    Image.new("RGB", (16, 12)).save(file, "JPEG")
    parts = b""
    for piece in (XMP[:150], XMP[150:]):  # the name of the position is cut
        block = b"http://ns.adobe.com/xmp/extension/\0" + bytes(40) + piece
        parts += b"\xff\xe1" + struct.pack(">H", len(block) + 2) + block
    (tmp_path / "a.jpg").write_bytes(file.getvalue()[:2] + parts + file.getvalue()[2:])
    assert has_position(tmp_path / "a.jpg")


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "AVIF", "TIFF"])
def test_a_file_that_is_cut_off_or_damaged_anywhere_is_read_without_an_error(tmp_path, format):
    data = save(tmp_path / "photo", format, exif=make_exif(PARIS)).read_bytes()
    for place in range(0, min(len(data), 600), 3):
        for damaged in (data[:place], data[:place] + b"\xff\xff\xff\xff" + data[place + 4 :]):
            (tmp_path / "photo").write_bytes(damaged)
            assert has_position(tmp_path / "photo") in (True, False)


def test_a_text_that_grows_without_end_when_it_is_unpacked_is_cut_off(tmp_path):
    chunk = b"XML:com.adobe.xmp\0\1\0\0\0" + zlib.compress(bytes(50_000_000))
    kind = b"iTXt" + chunk
    png = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", len(chunk)) + kind + struct.pack(">I", zlib.crc32(kind))
    (tmp_path / "a.png").write_bytes(png)
    assert not has_position(tmp_path / "a.png")


def test_what_is_no_file_has_no_position(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for name in ("pipe", "nothing", "."):
        assert not has_position(tmp_path / name)
