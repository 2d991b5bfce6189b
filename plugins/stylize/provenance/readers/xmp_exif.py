"""Parse metadata: the properties of an XMP packet, and the texts of an EXIF block."""

import warnings
import xml.etree.ElementTree as ET
from typing import TypeAlias

from PIL import Image

from ...storage.image_structure import names_too_much

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
_MAX_BYTES = 1_000_000  # bytes; as a tree it takes fifty times as much memory
_MAX_DEPTH = 8  # lists in structures in lists; the standards have three


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
    for top in tree.iter(_qualified("rdf", "RDF")):
        for described in top:
            properties |= _parse_structure(described, depth=0)
    return properties


def read_exif(block: bytes) -> dict[str, str]:
    """Return description, artist and copyright of an EXIF block, as far as they are there.

    Raises ValueError for what is none, and for more than a megabyte.
    """
    _refuse_large(block, "the EXIF block")
    if names_too_much(block):
        raise ValueError("the EXIF block names far more bytes than it has")
    exif = Image.Exif()
    try:
        with warnings.catch_warnings(action="error"):  # Pillow warns about damage and goes on
            exif.load(block)
            values = {name: exif.get(tag) for tag, name in _EXIF_TEXTS.items()}
    except Exception as error:  # Pillow raises many kinds for damaged blocks
        raise ValueError(f"the EXIF block is damaged: {error}") from None
    # Pillow decodes them as Latin-1; they are UTF-8.
    return {
        name: value.encode("latin-1", "replace").decode("utf-8", "replace")
        for name, value in values.items()
        if isinstance(value, str)
    }


_EXIF_TEXTS = {0x010E: "description", 0x013B: "artist", 0x8298: "copyright"}


def _refuse_large(metadata: bytes, what: str) -> None:
    if len(metadata) > _MAX_BYTES:
        raise ValueError(f"{what} has {len(metadata) / 1e6:.1f} MB; more than 1 MB is not read")


def _qualified(prefix: str, local: str) -> str:
    uri = next(uri for uri, known in _PREFIXES.items() if known == prefix)
    return f"{{{uri}}}{local}"


def _prefixed(name: str) -> str:
    """Return a name with the usual prefix of its namespace."""
    uri, _, local = name.removeprefix("{").rpartition("}")
    return f"{_PREFIXES.get(uri, uri)}:{local}"


def _parse_structure(element: ET.Element, *, depth: int) -> dict[str, Value]:
    """Return the fields of a description, written as attributes or as elements."""
    if depth > _MAX_DEPTH:
        raise ValueError("the XMP packet is nested too deeply")
    fields: dict[str, Value] = {
        name: value
        for key, value in element.attrib.items()
        if not (name := _prefixed(key)).startswith(("rdf:", "xml:", ":"))
    }
    return fields | {_prefixed(child.tag): _parse_value(child, depth=depth) for child in element}


def _parse_value(element: ET.Element, *, depth: int) -> Value:
    if (resource := element.get(_qualified("rdf", "resource"))) is not None:
        return resource
    children = list(element)
    if not children:
        fields = _parse_structure(element, depth=depth + 1)
        return fields or element.text or ""
    inner = children[0]
    kind = _prefixed(inner.tag)
    if kind == "rdf:Alt":
        language = _qualified("xml", "lang")
        texts = {item.get(language, ""): item.text or "" for item in inner}
        return texts.get("x-default", next(iter(texts.values()), ""))
    if kind in ("rdf:Bag", "rdf:Seq"):
        return [_parse_value(item, depth=depth + 1) for item in inner]
    if kind == "rdf:Description":
        return _parse_structure(inner, depth=depth + 1)
    return _parse_structure(element, depth=depth + 1)
