"""The manifest of a picture: its record in the words of Content Credentials (C2PA 2.4)."""

from collections.abc import Mapping
from typing import Any

from .record import SOFTWARE, SOURCE_TYPE, Drawing, Record

VERSION = 1  # raised when other words are written for the same record: signed files are then signed again

SPECIFICATION = "2.4.0"
SOURCE_TYPES = "http://cv.iptc.org/newscodes/digitalsourcetype/"
MODEL_TYPE = "c2pa.types.model.pytorch"
LONGEST = 160  # bytes of a title or a change; the sidecar has it whole
LONGEST_ADDRESS = 300  # letters of a URL; one that is cut would lead nowhere, so a longer one is left out


def manifest_of(
    record: Record, *, mime: str, version: str, sidecar: str = "", sidecar_sha256: str = ""
) -> dict[str, Any]:
    """Return what is signed: the photo was opened, edited with artworks and a model, and scaled.

    version: of this software; "" where it is not known. sidecar: URL of the record as JSON-LD, of
    which sidecar_sha256 is the digest in hex.
    """
    software = {"name": SOFTWARE} | ({"version": version} if version else {})
    photo = _ingredient("photo", "parentOf", record.photo.title, record.photo_sha256, record.photo.source_url)
    ingredients, actions = [photo], [_opened(photo)]
    claims: list[dict[str, Any]] = []
    if record.drawing and record.debts:
        inputs = [
            _ingredient(
                f"artwork-{number}",
                "inputTo",
                debt.artwork.title,
                debt.artwork_sha256,
                debt.artwork.source_url,
            )
            for number, debt in enumerate(record.debts, 1)
        ]
        inputs.append(
            _ingredient("model", "inputTo", _name_of(record.drawing), record.drawing.network)
            | {"data_types": [{"type": MODEL_TYPE}]}
        )
        ingredients += inputs
        actions.append(_edited(record, record.drawing, inputs, software=software))
        claims.append(_disclosure(record.drawing))
    # Scaling that keeps the proportions is not perceptible; plain c2pa.resized would ask for a source type.
    actions.append({"action": "c2pa.resized.proportional"})
    # Without "created" all of these would be gathered assertions, made by somebody else.
    claims.insert(
        0,
        {
            "label": "c2pa.actions.v2",
            "created": True,
            "data": {"allActionsIncluded": True, "actions": actions},
        },
    )
    if sidecar and sidecar_sha256:
        claims.append(_reference(sidecar, sidecar_sha256))
    manifest = {
        "claim_version": 2,
        "claim_generator_info": [software | {"specVersion": SPECIFICATION}],
        "format": mime,
        "ingredients": ingredients,
        "assertions": claims,
    }
    return manifest | {"title": _short(record.title)} if record.title else manifest


def _ingredient(label: str, relationship: str, title: str, sha256: str, page: str = "") -> dict[str, Any]:
    """Return a work that went into the picture; its file's digest stands where readers look for an identity.

    No digitalSourceType: readers built on c2pa-rs 0.82 refuse the whole manifest over it. No description: it
    should hold nothing that people typed (section 18.16).
    """
    facts: dict[str, Any] = {"label": label, "relationship": relationship}
    if title:
        facts["title"] = _short(title)
    if sha256:
        facts["instance_id"] = f"nih:sha-256;{sha256}"  # RFC 6920, section 7
    if page.startswith(("https://", "http://")) and len(page) <= LONGEST_ADDRESS:
        facts["informational_URI"] = page
    return facts


def _opened(photo: Mapping[str, Any]) -> dict[str, Any]:
    return {"action": "c2pa.opened", "parameters": {"ingredientIds": [photo["label"]]}}


def _edited(
    record: Record,
    drawing: Drawing,
    inputs: list[dict[str, Any]],
    *,
    software: Mapping[str, str],
) -> dict[str, Any]:
    relations = ", ".join(f"{words} {_short(artwork.title)}".strip() for words, artwork in record.relations)
    action = {
        "action": "c2pa.edited",  # not c2pa.filtered: the whole picture is redrawn
        "digitalSourceType": f"{SOURCE_TYPES}{SOURCE_TYPE}",
        "softwareAgent": dict(software),
        "description": _short(f"{record.change} {relations}"),
        "parameters": {"ingredientIds": [work["label"] for work in inputs]},
    }
    if drawing.made:
        action["when"] = drawing.made
    return action


def _disclosure(drawing: Drawing) -> dict[str, Any]:
    return {
        "label": "c2pa.ai-disclosure",
        "created": True,
        "data": {
            "modelType": MODEL_TYPE,
            "modelName": _name_of(drawing),
            "modelIdentifier": f"nih:sha-256;{drawing.network}",
            # The specification's own word for edits that a person looks at before they are published.
            "contentProfile": {"humanOversightLevel": "human_validated"},
        },
    }


def _reference(sidecar: str, sha256: str) -> dict[str, Any]:
    """Point to the sidecar; gathered, since validators refuse a created one."""
    location = {
        "url": sidecar,
        "alg": "sha256",
        "hash": list(bytes.fromhex(sha256)),
        "dc:format": "application/ld+json",
    }
    return {"label": "c2pa.external-reference", "data": {"location": location}}


def _name_of(drawing: Drawing) -> str:
    return f"{drawing.method} {drawing.method_version}"


def _short(text: str) -> str:
    text = " ".join(text.split())
    if len(text.encode()) <= LONGEST:
        return text
    cut = text.encode()[: LONGEST - len("…".encode())]
    return f"{cut.decode(errors='ignore').rstrip()}…"
