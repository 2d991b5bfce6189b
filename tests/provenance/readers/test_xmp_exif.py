"""Metadata of any program is read by the rules of XMP and TIFF; entity bombs are refused."""

import pytest
from pelican.plugins.stylize.provenance.readers.xmp_exif import read_exif, read_packet
from PIL import Image

HEAD = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:d="http://purl.org/dc/elements/1.1/"'


def packet(inside: str, more: str = "") -> bytes:
    return f"{HEAD} {more}><rdf:Description rdf:about=''>{inside}</rdf:Description></rdf:RDF>".encode()


@pytest.mark.parametrize(
    ("inside", "value"),
    [
        ("<d:source>pier</d:source>", "pier"),
        ("<d:source rdf:resource='https://a.example'/>", "https://a.example"),
        ("<d:source><rdf:Bag><rdf:li>a</rdf:li><rdf:li>b</rdf:li></rdf:Bag></d:source>", ["a", "b"]),
        ("<d:source><rdf:Seq/></d:source>", []),
        (
            "<d:source><rdf:Alt><rdf:li xml:lang='de'>Steg</rdf:li>"
            "<rdf:li xml:lang='x-default'>pier</rdf:li></rdf:Alt></d:source>",
            "pier",
        ),
        ("<d:source d:title='x'/>", {"dc:title": "x"}),
        ("<d:source rdf:parseType='Resource'><d:title>x</d:title></d:source>", {"dc:title": "x"}),
        ("<d:source><rdf:Description d:title='x'/></d:source>", {"dc:title": "x"}),
        (
            "<d:source><rdf:Bag><rdf:li d:title='x'/><rdf:li rdf:parseType='Resource'>"
            "<d:title>y</d:title></rdf:li></rdf:Bag></d:source>",
            [{"dc:title": "x"}, {"dc:title": "y"}],
        ),
    ],
)
def test_every_way_to_write_a_value_is_read(inside, value):
    assert read_packet(packet(inside)) == {"dc:source": value}


def test_two_descriptions_are_one_and_attributes_are_values_too():
    text = (
        f"{HEAD}><rdf:Description d:source='a'/>"
        "<rdf:Description><d:title>b</d:title></rdf:Description></rdf:RDF>"
    )
    assert read_packet(text.encode()) == {"dc:source": "a", "dc:title": "b"}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (
            b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>',
            "the XMP packet has a document type, which is not read",
        ),
        (packet("<d:a>" * 12 + "</d:a>" * 12), "the XMP packet is nested too deeply"),
    ],
)
def test_what_could_unpack_without_end_is_refused(data, message):
    with pytest.raises(ValueError) as refused:
        read_packet(data)
    assert str(refused.value) == message


@pytest.mark.parametrize("data", [b"", b"\xff\xfe<", b"<rdf:RDF>", b"<a></b>", "<a>ä</a>".encode("latin-1")])
def test_what_is_not_well_formed_is_refused(data):
    with pytest.raises(ValueError, match=r"^the XMP packet is not well-formed: "):
        read_packet(data)


@pytest.mark.parametrize("endian", ["<", ">"])
def test_the_texts_of_an_exif_block_are_read_in_either_order_of_bytes(endian):
    exif = Image.Exif()
    exif.endian = endian
    exif[0x010E], exif[0x013B], exif[0x8298], exif[0x0131] = "A pier", "Ana", "CC", "other"
    block = exif.tobytes().removeprefix(b"Exif\0\0")
    assert read_exif(block) == {"description": "A pier", "artist": "Ana", "copyright": "CC"}


@pytest.mark.parametrize("block", [b"II*\0\x08", b"II*\0\x08\0\0\0\xff\xff", b"no"])
def test_a_damaged_exif_block_is_refused(block):
    with pytest.raises(ValueError, match=r"^the EXIF block is "):
        read_exif(block)


def test_more_than_a_megabyte_is_not_read():
    with pytest.raises(ValueError) as message:
        read_packet(packet("<d:source/>" * 5_000_000))
    assert str(message.value) == "the XMP packet has 55.0 MB; more than 1 MB is not read"
    with pytest.raises(ValueError) as message:
        read_exif(b"II*\0" + bytes(1_000_000))
    assert str(message.value) == "the EXIF block has 1.0 MB; more than 1 MB is not read"


def test_an_artist_who_is_named_again_and_again_is_read_once():
    block = b"II*\0\x08\0\0\0\xff\xff" + (b"\x3b\x01\x02\0\x03\0\0\0Ana\0") * 65_535 + bytes(4)
    assert read_exif(block) == {"artist": "Ana"}


def test_tags_in_tags_without_end_are_refused():
    with pytest.raises(ValueError):
        read_packet(packet("<d:source>" * 90_000))
    deep = packet("<d:a>" * 80_000 + "</d:a>" * 80_000)
    with pytest.raises(ValueError, match=r"^the XMP packet is nested too deeply$"):
        read_packet(deep)
