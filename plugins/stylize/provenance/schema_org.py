"""The record as schema.org data in the head of a page, which search engines read."""

import json
from collections.abc import Sequence
from typing import Any

from ..model.entities import Credit
from .credit_lines import copyright_notice, credit_text
from .record import SOURCE_TYPE, Maker, Record

# schema.org's member of the IPTC vocabulary; the property does not accept the IPTC address.
DIGITAL_SOURCE = f"https://schema.org/{SOURCE_TYPE[0].upper()}{SOURCE_TYPE[1:]}DigitalSource"

OPENING, CLOSING = '<script type="application/ld+json">', "</script>"


def make_image_object(
    record: Record,
    *,
    url: str,
    width: int,
    height: int,
    page: str,
    terms: str,
    sidecar: str,
) -> dict[str, Any]:
    """Return a picture as a schema.org ImageObject, with the fields that Google's image search reads.

    url: of the largest rendition that every browser can show; page: of the post that shows it; terms: of the
    page that says how the picture may be used; sidecar: of the complete record.
    """
    facts = {
        "@type": "ImageObject",
        "@id": url,
        "contentUrl": url,
        "name": record.title,
        "caption": record.caption or record.alt,
        "description": record.statement,
        "license": record.license.url if record.license else "",
        "acquireLicensePage": terms,
        "creditText": credit_text(record),
        "creator": _make_maker(record.maker) if record.is_stylized else _make_creator(record.photo),
        "copyrightNotice": copyright_notice(record),
        "digitalSourceType": DIGITAL_SOURCE if record.is_stylized else "",
        "isBasedOn": [
            _make_work(record.photo, "Photograph"),
            *(_make_work(d.artwork, "VisualArtwork") for d in record.ingredients),
        ]
        if record.is_stylized
        else "",
        "isPartOf": {"@type": "Article", "@id": page, "url": page} if page else "",
        "subjectOf": {"@type": "DigitalDocument", "url": sidecar, "encodingFormat": "application/ld+json"}
        if sidecar
        else "",
        "width": _make_quantity(width),
        "height": _make_quantity(height),
        "encodingFormat": "image/jpeg",
    }
    return {name: value for name, value in facts.items() if value}


def _make_work(credit: Credit, kind: str) -> dict[str, Any]:
    """Return a work in schema.org terms; kind: its type, such as "Photograph"."""
    facts = {
        "@type": kind,
        "@id": credit.source_url,
        "name": credit.title,
        "creator": _make_creator(credit),
        "dateCreated": credit.date,
        "artMedium": credit.medium if kind == "VisualArtwork" else "",
        "identifier": {"@type": "PropertyValue", "propertyID": "accession number", "value": credit.accession}
        if credit.accession
        else "",
        "url": credit.source_url,
        "license": credit.license.url,
        "creditText": credit.credit_line,
        # Not Museum, which schema.org does not allow as a provider.
        "provider": {"@type": "Organization", "name": credit.institution} if credit.institution else "",
    }
    return {name: value for name, value in facts.items() if value}


def render_script(pictures: Sequence[dict[str, Any]]) -> str:
    """Return the element for the head of a page; "" if it shows no picture."""
    if not pictures:
        return ""
    text = json.dumps(
        {"@context": "https://schema.org", "@graph": list(pictures)},
        ensure_ascii=False,
        separators=(",", ":"),
    )
    # A title may contain "</script>". Escaped, these characters mean the same in JSON, but end no element.
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return f"{OPENING}{text}{CLOSING}"


def parse_objects(script: str) -> list[dict[str, Any]]:
    """Return the pictures of an element that `render_script` wrote."""
    if not script:
        return []
    graph: list[dict[str, Any]] = json.loads(script.removeprefix(OPENING).removesuffix(CLOSING))["@graph"]
    return graph


def _make_quantity(count: int) -> dict[str, Any]:
    # schema.org does not accept a bare number; E37 is the pixel in UN/CEFACT's list of units.
    return {"@type": "QuantitativeValue", "value": count, "unitCode": "E37"}


def _make_maker(maker: Maker | None) -> dict[str, str] | str:
    if not maker:
        return ""
    return {"@type": "Person", "name": maker.name} | ({"url": maker.url} if maker.url else {})


def _make_creator(credit: Credit) -> dict[str, str] | str:
    if not credit.creator:
        return ""
    return {"@type": "Person", "name": credit.creator} | (
        {"sameAs": credit.creator_url} if credit.creator_url else {}
    )
