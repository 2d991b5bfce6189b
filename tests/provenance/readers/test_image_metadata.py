"""Files of four formats are read as other programs write them, and damaged ones are refused."""

import io
import time
import zlib

import pytest
from pelican.plugins.stylize.provenance.readers.image_metadata import parse_file, read_file
from PIL import Image, PngImagePlugin

XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" dc:source="pier"/></rdf:RDF></x:xmpmeta>'
)
ENCODINGS = {
    "JPEG": ("RGB", {"format": "JPEG", "progressive": True}),
    "PNG": ("RGB", {"format": "PNG"}),
    "WebP": ("RGB", {"format": "WEBP"}),
    "lossless WebP": ("RGBA", {"format": "WEBP", "lossless": True}),
    "AVIF": ("RGB", {"format": "AVIF"}),
    "AVIF with alpha": ("RGBA", {"format": "AVIF"}),
}


def encoded(name: str, *, compressed: bool = False, **more) -> bytes:
    mode, options = ENCODINGS[name]
    if name == "PNG" and "xmp" in more:
        more["pnginfo"] = PngImagePlugin.PngInfo()
        more["pnginfo"].add_itxt("XML:com.adobe.xmp", more.pop("xmp").decode(), zip=compressed)
    file = io.BytesIO()
    Image.new(mode, (31, 17), "red").save(file, **options, **more)
    return file.getvalue()


@pytest.mark.parametrize("name", ENCODINGS)
def test_size_packet_and_artist_are_read_from_every_format(name, tmp_path):
    exif = Image.Exif()
    exif[0x013B] = "Ana"
    path = tmp_path / "picture"
    path.write_bytes(encoded(name, xmp=XMP, exif=exif))
    found = read_file(path)
    assert (found.width, found.height) == (31, 17)
    assert (found.properties, found.exif) == ({"dc:source": "pier"}, {"artist": "Ana"})


@pytest.mark.parametrize("name", ENCODINGS)
def test_a_bare_file_has_a_size_and_says_nothing(name, tmp_path):
    path = tmp_path / "picture"
    path.write_bytes(encoded(name))
    found = read_file(path)
    assert (found.width, found.height) == (31, 17)
    assert (found.properties, found.exif, found.has_manifest) == ({}, {}, False)


def test_a_packed_packet_is_unpacked_up_to_a_megabyte(tmp_path):
    found = parse_file(encoded("PNG", xmp=XMP, compressed=True))
    assert found.properties == {"dc:source": "pier"}
    with pytest.raises(ValueError, match=r"^the file is damaged or cut off: Decompressed data too large"):
        parse_file(encoded("PNG", xmp=b"x" * 1_100_000, compressed=True))


def chunk(kind: bytes, content: bytes) -> bytes:
    return len(content).to_bytes(4) + kind + content + zlib.crc32(kind + content).to_bytes(4)


def test_content_credentials_are_seen_in_all_four_formats():
    jpeg, png, webp, avif = (encoded(name) for name in ("JPEG", "PNG", "WebP", "AVIF"))
    segment = b"JP\0\x01\0\0\0\x01\0\0\0\x20jumbc2pa"
    box = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
    signed = [
        jpeg[:2] + b"\xff\xeb" + (len(segment) + 2).to_bytes(2) + segment + jpeg[2:],
        png[:33] + chunk(b"caBX", b"\0\0\0\x08jumb") + png[33:],
        webp + b"C2PA\x08\0\0\0\0\0\0\x08jumb",
        avif + (24).to_bytes(4) + b"uuid" + box,
    ]
    assert [parse_file(data).has_manifest for data in signed] == [True] * 4


def test_two_packets_in_a_file_are_a_fault(tmp_path):
    packet = b'<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>' + XMP
    data = encoded("WebP", xmp=packet)
    path = tmp_path / "two.webp"
    path.write_bytes(data + b"XMP " + len(packet).to_bytes(4, "little") + packet)
    with pytest.raises(ValueError) as refused:
        read_file(path)
    assert str(refused.value) == "the file has 2 XMP packets, which may say different things"


@pytest.mark.parametrize("name", ENCODINGS)
def test_no_damage_leads_to_anything_but_an_answer_or_a_refusal(name):
    data = encoded(name, xmp=XMP)
    for at in range(min(len(data), 700)):
        for damaged in (data[:at], data[:at] + b"\xff" + data[at + 1 :], data[:at] + b"\0" + data[at + 1 :]):
            try:
                parse_file(damaged)
            except ValueError:
                continue


def test_an_image_of_too_many_pixels_is_refused():
    png = encoded("PNG")
    head = (40_000).to_bytes(4) * 2 + png[24:29]
    with pytest.raises(ValueError, match=r"^the image has too many pixels$"):
        parse_file(png[:8] + chunk(b"IHDR", head) + png[33:])


def test_thousands_of_segments_are_read_in_a_second():
    jpeg = encoded("JPEG")
    segments = b"\xff\xe1\0\x1fhttp://ns.adobe.com/xap/1.0/\0" * 20_000
    start = time.process_time()
    parse_file(jpeg[:2] + segments + jpeg[2:])
    assert time.process_time() - start < 1


def test_exif_beyond_a_megabyte_is_refused():
    jpeg = encoded("JPEG")
    segment = b"\xff\xe1\xff\xfdExif\0\0" + bytes(65_525)
    with pytest.raises(ValueError, match=r"^the EXIF block has 1\.3 MB; more than 1 MB is not read$"):
        parse_file(jpeg[:2] + segment * 20 + jpeg[2:])
