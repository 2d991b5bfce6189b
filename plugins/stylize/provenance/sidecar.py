"""The sidecar: the record as a file next to the picture, JSON-LD with terms of schema.org and PROV-O."""

import json
from collections.abc import Callable
from typing import Any

from ..model.entities import Credit
from ..model.qualities import HOW, Quality
from ..model.version import SOFTWARE
from .record import SOURCE_TYPE_URL, Record, make_document

CONTEXT = {
    "schema": "https://schema.org/",
    "prov": "http://www.w3.org/ns/prov#",
    "cc": "http://creativecommons.org/ns#",
    "iptc": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
    "sha256": {"@id": "schema:sha256"},
    "record": {"@id": "schema:text", "@type": "@json"},
}


def make_sidecar(
    record: Record,
    *,
    style_url: Callable[[str], str] = "styles/{}/".format,
    networks_url: str = "provenance/#networks",
) -> str:
    """Return the text of a picture's sidecar: what was derived from what, and the complete record.

    style_url: returns the URL of a style's page from its slug. networks_url: where the networks are
    described. Both are relative to the site, and "" if it has no such page.
    """
    picture: dict[str, Any] = {
        "@context": CONTEXT,
        "@id": "",  # the document is about the picture in its folder
        "@type": ["schema:ImageObject", "prov:Entity"],
        "schema:name": record.title,
        "schema:description": record.statement,
        "schema:identifier": f"sha256:{record.digest}",
        **_make_terms(record),
        "record": make_document(record),
    }
    photo = _make_work(record.photo, "schema:Photograph", sha256=record.photo_sha256)
    if not record.is_stylized:
        picture["prov:wasQuotedFrom"] = photo
        return _to_json(picture)
    facts = record.stylization
    assert facts is not None  # a picture with ingredients was stylized
    artworks = [
        _make_work(d.artwork, "schema:VisualArtwork", sha256=d.artwork_sha256) for d in record.ingredients
    ]
    styles = [
        {
            "@id": f"urn:sha256:{ingredient.numbers}",
            "@type": ["prov:Entity", "schema:CreativeWork"],
            "schema:name": f"Style: {ingredient.title}",
            "schema:description": ingredient.how_made,
            "schema:position": index,
            **_make_url(style_url(ingredient.slug), record),
            "prov:wasDerivedFrom": {"@id": artwork["@id"]},
        }
        for index, (ingredient, artwork) in enumerate(zip(record.ingredients, artworks, strict=True), start=1)
    ]
    network = {
        "@id": f"urn:sha256:{facts.network}",
        "@type": ["prov:Entity", "schema:SoftwareApplication"],
        "schema:name": f"{SOFTWARE}: {facts.method}, version {facts.method_version}",
        **_make_url(networks_url, record),
    }
    activity = {
        "@type": "prov:Activity",
        "schema:name": "neural style transfer",
        "schema:description": f"quality {facts.quality}: {HOW[Quality(facts.quality)]}",
        "prov:used": [{"@id": photo["@id"]}, *styles, network],
        **({"prov:endedAtTime": facts.made} if facts.made else {}),
    }
    picture |= {
        "iptc:DigitalSourceType": {"@id": SOURCE_TYPE_URL},
        "prov:wasDerivedFrom": [photo],
        "schema:isBasedOn": artworks,
        "prov:wasGeneratedBy": activity,
    }
    return _to_json(picture)


def _make_url(url: str, record: Record) -> dict[str, str]:
    return {"schema:url": f"{record.site}/{url}"} if url else {}


def _make_terms(record: Record) -> dict[str, Any]:
    terms: dict[str, Any] = {}
    if record.license and record.license.url:
        terms["cc:license"] = {"@id": record.license.url}
    if record.maker:
        agent: dict[str, Any] = {"@type": "prov:Agent", "schema:name": record.maker.name}
        terms["prov:wasAttributedTo"] = agent | ({"@id": record.maker.url} if record.maker.url else {})
    return terms


def _make_work(credit: Credit, kind: str, *, sha256: str) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "@id": credit.source_url or f"urn:sha256:{sha256}",  # a work without a page is identified by its file
        "@type": [kind, "prov:Entity"],
        "schema:name": credit.title,
        "schema:creator": credit.creator,
        "schema:dateCreated": credit.date,
        "schema:provider": credit.institution,
        "schema:identifier": credit.accession,
        "schema:creditText": credit.credit_line,
        "schema:image": {"@id": credit.image_url} if credit.image_url else "",
        "cc:license": {"@id": credit.license.url} if credit.license.url else credit.license.name,
        "sha256": sha256,
    }
    return {name: value for name, value in facts.items() if value}


def _to_json(document: dict[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"
