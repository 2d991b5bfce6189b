"""Metadata goes into a finished file of both published formats; nothing else of it changes."""

import io
from contextlib import suppress

import pytest
from pelican.plugins.stylize.images.metadata_embedding import embed
from PIL import Image

XMP = (
    b'<?xpacket begin="\xef\xbb\xbf" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
    b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
    b'xmlns:dc="http://purl.org/dc/elements/1.1/" dc:source="pier"/></rdf:RDF></x:xmpmeta><?xpacket end="r"?>'
)
EXIF = b"II*\0\x08\0\0\0\x01\0\x3b\x01\x02\0\x04\0\0\0Ana\0\0\0\0\0"  # Artist: Ana

ENCODINGS = {
    "progressive 4:4:4 JPEG": ("RGB", {"format": "JPEG", "progressive": True, "subsampling": "4:4:4"}),
    "gray JPEG": ("L", {"format": "JPEG"}),
    "JPEG with a color profile": ("RGB", {"format": "JPEG", "icc_profile": b"profile " * 9000}),
    "AVIF": ("RGB", {"format": "AVIF", "speed": 10}),
    "AVIF with alpha": ("RGBA", {"format": "AVIF", "speed": 10}),
    "AVIF with a color profile": ("RGB", {"format": "AVIF", "speed": 10, "icc_profile": b"profile"}),
}
FORMATS = ("gray JPEG", "AVIF")


def encoded(name: str, size: tuple[int, int] = (31, 17)) -> bytes:
    mode, options = ENCODINGS[name]
    bands = [Image.effect_noise(size, 60).point(lambda v, by=by: (v + by) % 256) for by in (0, 50, 90, 130)]
    image = Image.merge("RGBA", bands).convert(mode)
    file = io.BytesIO()
    image.save(file, **options)
    return file.getvalue()


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


@pytest.mark.parametrize("name", ENCODINGS)
@pytest.mark.parametrize("size", [(1, 1), (31, 17), (480, 320)])
def test_the_packet_can_be_read_and_no_pixel_has_changed(name, size):
    data = encoded(name, size)
    after, before = opened(embed(data, xmp=XMP, exif=EXIF)), opened(data)
    assert after.info["xmp"] == XMP
    assert (after.mode, after.size, after.tobytes()) == (before.mode, before.size, before.tobytes())
    assert after.info.get("icc_profile") == before.info.get("icc_profile")


@pytest.mark.parametrize("name", ["progressive 4:4:4 JPEG", "AVIF"])
def test_a_large_picture_is_no_different(name):
    data = encoded(name, (1600, 1067))
    after, before = opened(embed(data, xmp=XMP, exif=EXIF)), opened(data)
    assert after.info["xmp"] == XMP
    assert after.tobytes() == before.tobytes()


@pytest.mark.parametrize("name", FORMATS)
def test_only_the_metadata_is_added(name):
    data = encoded(name, (64, 64))
    assert 0 < len(embed(data, xmp=XMP, exif=EXIF)) - len(data) - len(XMP) - len(EXIF) < 220


@pytest.mark.parametrize("name", FORMATS)
def test_the_exif_block_can_be_read(name):
    assert dict(opened(embed(encoded(name), xmp=XMP, exif=EXIF)).getexif()) == {0x013B: "Ana"}


@pytest.mark.parametrize("name", FORMATS)
def test_the_exif_block_may_be_left_out(name):
    image = opened(embed(encoded(name), xmp=XMP))
    assert image.info["xmp"] == XMP
    assert not image.getexif()


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_that_has_metadata_is_refused_so_that_nothing_is_said_twice(name):
    kind = name.split()[-1]
    with pytest.raises(ValueError) as refused:
        embed(embed(encoded(name), xmp=XMP, exif=EXIF), xmp=XMP)
    assert str(refused.value) == (
        f"this {kind} carries metadata already; embed into the file as it was encoded"
    )


@pytest.mark.parametrize("name", FORMATS)
def test_a_file_that_is_cut_off_anywhere_is_refused(name):
    data = encoded(name, (40, 30))
    for length in [*range(min(len(data), 400)), *range(400, len(data), 37), len(data) - 1]:
        with pytest.raises(ValueError):
            embed(data[:length], xmp=XMP, exif=EXIF)


@pytest.mark.parametrize("name", FORMATS)
def test_no_damage_leads_to_anything_but_a_file_or_a_refusal(name):
    data = encoded(name, (40, 30))
    for at in range(min(len(data), 600)):
        for value in (0, 1, 0x7F, 0xFF):
            with suppress(ValueError):
                embed(data[:at] + bytes([value]) + data[at + 1 :], xmp=XMP, exif=EXIF)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"GIF89a" + bytes(20), "metadata is put into JPEG and AVIF, not into GIF"),
        (b"%PDF-1.7", "this is a PDF document, not a photo. Save it as JPEG or PNG."),
        (b"\xff\xd8\xff\xe0\x00\x04ab\xff\xd9", "this JPEG is damaged at byte 8"),
        (b"\xff\xd8\xff\xdb\xff\xd9", "this JPEG is damaged at byte 2"),
        (b"\x89PNG\r\n\x1a\n", "metadata is put into JPEG and AVIF, not into PNG"),
    ],
)
def test_what_it_is_not_is_reported(data, message):
    with pytest.raises(ValueError) as refused:
        embed(data, xmp=XMP)
    assert str(refused.value) == message


def test_too_much_for_a_jpeg_is_refused():
    with pytest.raises(ValueError) as refused:
        embed(encoded("gray JPEG"), xmp=b"x" * 66_000)
    assert str(refused.value) == "66029 bytes of metadata do not fit a JPEG; 65533 do"


def box(kind: bytes, content: bytes) -> bytes:
    return (len(content) + 8).to_bytes(4) + kind + content


def avif(iloc: bytes, *, extra: bytes = b"", iinf: int = 0, iref: bytes = b"") -> bytes:
    """An AVIF of one item with the given `iloc`."""
    entry = box(b"infe", b"\x02\0\0\0\0\x01\0\0av01\0")
    count = bytes([iinf, 0, 0, 0, 0, 1])
    inner = box(b"pitm", b"\0\0\0\0\0\x01") + box(b"iloc", iloc) + box(b"iinf", count + entry) + iref
    return (
        box(b"ftyp", b"avif\0\0\0\0avif") + box(b"meta", bytes(4) + inner) + extra + box(b"mdat", b"PIXELS!!")
    )


HEAD = b"\0\0\0\0\x44\0"  # of the only layout that encoders write


def test_an_item_is_found_where_it_was_moved_to():
    iloc = HEAD + b"\0\x01\0\x01\0\0\0\x01"
    place = avif(iloc + bytes(4) + b"\0\0\0\x08").index(b"PIXELS!!")
    data = embed(avif(iloc + place.to_bytes(4) + b"\0\0\0\x08"), xmp=XMP, exif=EXIF)
    changed = HEAD + b"\0\x03\0\x01\0\0\0\x01"  # one item became three
    at = data.index(changed) + len(changed)
    assert data[int.from_bytes(data[at : at + 4]) :].startswith(b"PIXELS!!")


UNKNOWN = "this AVIF says in an unknown way where its items lie"
LISTED = "this AVIF lists its items in an unknown way"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (avif(b"\x01\0\0\0\x44\0\0\0"), UNKNOWN),
        (avif(b"\0\0\0\0\x88\0\0\0"), UNKNOWN),
        (avif(b"\0\0\0\0\x44\x40\0\0"), UNKNOWN),
        (avif(HEAD + b"\0\0", iinf=1), LISTED),
        (avif(HEAD + b"\0\0", iref=box(b"iref", b"\x01\0\0\0")), LISTED),
        (
            avif(HEAD + b"\0\x01\0\x01\0\x01\0\x01" + bytes(8)),
            "this AVIF keeps an item in an unknown place",
        ),
        (
            avif(HEAD + b"\0\x01\0\x01\0\0\0\x01" + bytes(8)),
            "this AVIF keeps an item in an unknown place",
        ),
        (
            avif(HEAD + b"\0\x09\0\x01\0\0\0\x01" + b"\0\0\0\xff\0\0\0\0"),
            "this AVIF is damaged, or too large for the numbers it uses",
        ),
        (
            avif(HEAD + b"\0\x01\0\x01\0\0\0\x01\0\0\xff\0\0\0\0\x08"),
            "this AVIF is cut off: a part of its image lies after its end",
        ),
        (
            avif(HEAD + b"\0\0", extra=box(b"moov", b"")),
            "this AVIF is a film, and metadata is put into still images only",
        ),
        (
            avif(HEAD + b"\0\0", extra=box(b"uuid", bytes(16))),
            "this AVIF is signed already, and a change would break its signature",
        ),
        (
            box(b"ftyp", b"avif\0\0\0\0avif") + box(b"mdat", b""),
            "this AVIF is cut off, or has no list of items",
        ),
    ],
)
def test_an_avif_of_another_layout_is_refused_rather_than_broken(data, message):
    with pytest.raises(ValueError) as refused:
        embed(data, xmp=XMP)
    assert str(refused.value) == message
