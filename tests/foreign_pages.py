"""What a page says of its pictures, as extruct reads it, which shares no code with us."""

from dataclasses import dataclass, field
from typing import Any

import extruct

CC = "http://creativecommons.org/ns#"
DCTERMS = "http://purl.org/dc/terms/"
PROV = "http://www.w3.org/ns/prov#"
IMAGE = "http://schema.org/ImageObject"


@dataclass(frozen=True)
class Said:
    """Pictures by the folder of their files."""

    structured: dict[str, dict[str, Any]] = field(default_factory=dict)  # their JSON-LD
    attributes: dict[str, dict[str, Any]] = field(default_factory=dict)  # their RDFa, expanded
    page: dict[str, Any] = field(default_factory=dict)  # RDFa about the page itself


def read(html: str, url: str) -> Said:
    """Read a page; url: where it lies."""
    found = extruct.extract(html, base_url=url, syntaxes=["json-ld", "rdfa"], errors="strict")
    objects = [item for document in found["json-ld"] for item in document["@graph"]]
    nodes = found["rdfa"]
    return Said(
        structured={folder(item["contentUrl"]): item for item in objects},
        attributes={folder(node["@id"]): node for node in nodes if IMAGE in node.get("@type", ())},
        page=next((node for node in nodes if node["@id"] == url), {}),
    )


def folder(url: str) -> str:
    """Return the name of the folder that a picture's file lies in."""
    return url.rsplit("/", 2)[1]


def values(node: dict[str, Any], name: str) -> list[str]:
    """Return the addresses and words that a property has."""
    return [value.get("@id", value.get("@value")) for value in node.get(name, ())]
