"""What metadata says: the properties of an XMP packet, and the texts of an EXIF block."""

import struct
import xml.etree.ElementTree as ET
from typing import TypeAlias

Value: TypeAlias = "str | list[Value] | dict[str, Value]"

_PREFIXES = {
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf",
    "http://www.w3.org/XML/1998/namespace": "xml",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://ns.adobe.com/xap/1.0/": "xmp",
    "http://ns.adobe.com/xap/1.0/mm/": "xmpMM",
    "http://ns.adobe.com/xap/1.0/rights/": "xmpRights",
    "http://ns.adobe.com/xap/1.0/sType/ResourceRef#": "stRef",
    "http://ns.adobe.com/xap/1.0/sType/ResourceEvent#": "stEvt",
    "http://ns.adobe.com/photoshop/1.0/": "photoshop",
    "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/": "Iptc4xmpCore",
    "http://iptc.org/std/Iptc4xmpExt/2008-02-29/": "Iptc4xmpExt",
    "http://ns.useplus.org/ldf/xmp/1.0/": "plus",
    "http://creativecommons.org/ns#": "cc",
    "http://www.w3.org/2007/05/powder-s#": "wdrs",
}
_LARGEST = 1_000_000  # bytes; as a tree it takes fifty times as much memory
_DEEPEST = 8  # lists in structures in lists; the standards have three


def read_packet(packet: bytes) -> dict[str, Value]:
    """Return the properties of an XMP packet: {"dc:creator": ["Ana Sol"], "xmpRights:Marked": "True"}.

    A text in several languages is that of its default. Raises ValueError for what is not XMP, for more than
    a megabyte, and for a document type: nobody needs one here, and entities can unpack to gigabytes.
    """
    _refuse_large(packet, "the XMP packet")
    try:
        text = packet.decode("utf-8").rstrip("\0")
        if "<!DOCTYPE" in text:
            raise ValueError("the XMP packet has a document type, which is not read")
        tree = ET.fromstring(text.lstrip("\ufeff"))
    except (UnicodeDecodeError, ET.ParseError) as error:
        raise ValueError(f"the XMP packet is not well-formed: {error}") from None
    properties: dict[str, Value] = {}
    for top in tree.iter(_name("rdf", "RDF")):
        for described in top:
            properties |= _structure(described, depth=0)
    return properties


def read_exif(block: bytes) -> dict[str, str]:
    """Return description, artist and copyright of a TIFF block, as far as they are there.

    Raises ValueError for what is none, or has more than a megabyte.
    """
    _refuse_large(block, "the EXIF block")
    names = {0x010E: "description", 0x013B: "artist", 0x8298: "copyright"}
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(block[:4])
    if not order:
        raise ValueError("the EXIF block is no TIFF")
    texts: dict[str, str] = {}
    try:
        (start,) = struct.unpack_from(f"{order}I", block, 4)
        (count,) = struct.unpack_from(f"{order}H", block, start)
        for number in range(count):
            place = start + 2 + 12 * number
            tag, kind, length = struct.unpack_from(f"{order}HHI", block, place)
            if kind == 2 and tag in names and names[tag] not in texts:
                begin = place + 8 if length <= 4 else struct.unpack_from(f"{order}I", block, place + 8)[0]
                text = block[begin : begin + length].partition(b"\0")[0]
                texts[names[tag]] = text.decode("utf-8", "replace")
    except struct.error:
        raise ValueError("the EXIF block is cut off") from None
    return texts


def _refuse_large(metadata: bytes, what: str) -> None:
    if len(metadata) > _LARGEST:
        raise ValueError(f"{what} has {len(metadata) / 1e6:.1f} MB; more than 1 MB is not read")


def _name(prefix: str, local: str) -> str:
    uri = next(uri for uri, known in _PREFIXES.items() if known == prefix)
    return f"{{{uri}}}{local}"


def _short(name: str) -> str:
    """Return a name with its usual prefix, whatever the packet calls its namespace."""
    uri, _, local = name.removeprefix("{").rpartition("}")
    return f"{_PREFIXES.get(uri, uri)}:{local}"


def _structure(element: ET.Element, *, depth: int) -> dict[str, Value]:
    """Return the fields of a description, written as attributes or as elements."""
    if depth > _DEEPEST:
        raise ValueError("the XMP packet is nested too deeply")
    fields: dict[str, Value] = {
        name: value
        for key, value in element.attrib.items()
        if not (name := _short(key)).startswith(("rdf:", "xml:", ":"))
    }
    return fields | {_short(child.tag): _value(child, depth=depth) for child in element}


def _value(element: ET.Element, *, depth: int) -> Value:
    if (resource := element.get(_name("rdf", "resource"))) is not None:
        return resource
    children = list(element)
    if not children:
        fields = _structure(element, depth=depth + 1)
        return fields or element.text or ""
    inner = children[0]
    kind = _short(inner.tag)
    if kind == "rdf:Alt":
        language = _name("xml", "lang")
        texts = {item.get(language, ""): item.text or "" for item in inner}
        return texts.get("x-default", next(iter(texts.values()), ""))
    if kind in ("rdf:Bag", "rdf:Seq"):
        return [_value(item, depth=depth + 1) for item in inner]
    if kind == "rdf:Description":
        return _structure(inner, depth=depth + 1)
    return _structure(element, depth=depth + 1)
