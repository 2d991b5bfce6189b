"""Files of four formats are read as other programs write them: Pillow here, with its own metadata."""

import io

import pytest
from pelican.plugins.stylize.provenance.readers.containers import scan_file
from pelican.plugins.stylize.provenance.readers.image_metadata import read_file
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
    assert scan_file(encoded("PNG", xmp=XMP, compressed=True)).packets == [XMP]
    with pytest.raises(ValueError, match=r"^its metadata unpacks to more than a megabyte$"):
        scan_file(encoded("PNG", xmp=b"x" * 1_000_001, compressed=True))


def test_content_credentials_are_seen_in_all_four_formats():
    jpeg, png, webp, avif = (encoded(name) for name in ("JPEG", "PNG", "WebP", "AVIF"))
    segment = b"JP\0\x01\0\0\0\x01\0\0\0\x20jumbc2pa"
    box = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
    signed = [
        jpeg[:2] + b"\xff\xeb" + (len(segment) + 2).to_bytes(2) + segment + jpeg[2:],
        png[:33] + b"\0\0\0\0caBX\0\0\0\0" + png[33:],
        webp + b"C2PA\0\0\0\0",
        avif + (24).to_bytes(4) + b"uuid" + box,
    ]
    assert [scan_file(data).has_manifest for data in signed] == [True] * 4


def test_two_packets_in_a_file_are_a_fault(tmp_path):
    data = encoded("WebP", xmp=XMP)
    path = tmp_path / "two.webp"
    path.write_bytes(data + b"XMP " + len(XMP).to_bytes(4, "little") + XMP)
    with pytest.raises(ValueError) as refused:
        read_file(path)
    assert str(refused.value) == "the file has 2 XMP packets, which may say different things"


@pytest.mark.parametrize("name", ENCODINGS)
def test_no_damage_leads_to_anything_but_an_answer_or_a_refusal(name):
    data = encoded(name, xmp=XMP)
    for at in range(min(len(data), 700)):
        for damaged in (data[:at], data[:at] + b"\xff" + data[at + 1 :], data[:at] + b"\0" + data[at + 1 :]):
            try:
                scan_file(damaged)
            except ValueError:
                continue
