"""The manifest of a picture: its record in terms of Content Credentials (C2PA 2.4)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ...model.entities import Credit
from ...model.version import SOFTWARE
from ..credit_lines import clean_text, shorten
from ..record import SOURCE_TYPE_URL, Record, StylizationFacts

VERSION = 2  # raised when the same record gives another manifest: then files are signed again

SPECIFICATION = "2.4.0"
MODEL_TYPE = "c2pa.types.model.pytorch"
LARGEST = 3400  # bytes as JSON; signed, with up to four artworks and a signer of 64 letters, below 8 kB
# Bytes of a title or a change, letters of an address; the first pair that fits. The sidecar has everything.
LIMITS = ((160, 300), (120, 200), (90, 120), (60, 80))


def make_manifest(
    record: Record, *, mime: str, version: str, sidecar: str = "", sidecar_sha256: str = ""
) -> dict[str, Any]:
    """Return what is signed: the photo was opened, edited with artworks and a model, and scaled.

    version: of this software; "" if unknown. sidecar: URL of the record as JSON-LD;
    sidecar_sha256: its digest in hex.

    Texts that people typed are cut, and long addresses are left out (a cut address leads nowhere), until the
    manifest has at most LARGEST bytes.
    """
    for limits in LIMITS:
        manifest = _build_manifest(record, _Limits(*limits), mime=mime, version=version)
        if sidecar and sidecar_sha256:
            manifest["assertions"].append(_make_reference(sidecar, sidecar_sha256))
        if len(json.dumps(manifest, ensure_ascii=False).encode()) <= LARGEST:
            break
    return manifest


@dataclass(frozen=True, slots=True)
class _Limits:
    """How much of what people typed is kept."""

    text: int  # bytes
    address: int  # letters

    def cut(self, text: str) -> str:
        return shorten(clean_text(text), self.text)


def _build_manifest(record: Record, limits: _Limits, *, mime: str, version: str) -> dict[str, Any]:
    software = {"name": SOFTWARE} | ({"version": version} if version else {})
    photo = _describe_work("photo", "parentOf", record.photo, record.photo_sha256, limits)
    ingredients, actions = [photo], [_make_opened_action(photo)]
    claims: list[dict[str, Any]] = []
    if record.stylization and record.ingredients:
        inputs = [
            _describe_work(
                f"artwork-{number}", "inputTo", ingredient.artwork, ingredient.artwork_sha256, limits
            )
            for number, ingredient in enumerate(record.ingredients, 1)
        ]
        model = _make_ingredient(
            "model", "inputTo", _format_model_name(record.stylization), record.stylization.network
        )
        inputs.append(model | {"data_types": [{"type": MODEL_TYPE}]})
        ingredients += inputs
        actions.append(_make_edited_action(record, record.stylization, inputs, limits, software=software))
        claims.append(_make_disclosure(record.stylization))
    # Scaling that keeps the proportions is not perceptible; plain c2pa.resized would ask for a source type.
    actions.append({"action": "c2pa.resized.proportional"})
    # Without "created" these would count as gathered assertions, made by somebody else.
    claims.insert(
        0,
        {
            "label": "c2pa.actions.v2",
            "created": True,
            "data": {"allActionsIncluded": True, "actions": actions},
        },
    )
    manifest = {
        "claim_version": 2,
        "claim_generator_info": [software | {"specVersion": SPECIFICATION}],
        "format": mime,
        "ingredients": ingredients,
        "assertions": claims,
    }
    return manifest | {"title": limits.cut(record.title)} if record.title else manifest


def _describe_work(
    label: str, relationship: str, credit: Credit, sha256: str, limits: _Limits
) -> dict[str, Any]:
    """Return photo or artwork as an ingredient, with the address of its page."""
    facts = _make_ingredient(label, relationship, limits.cut(credit.title), sha256)
    page = credit.source_url
    if page.startswith(("https://", "http://")) and len(page) <= limits.address:
        facts["informational_URI"] = page
    return facts


def _make_ingredient(label: str, relationship: str, title: str, sha256: str) -> dict[str, Any]:
    """Return an ingredient of the picture; the digest of its file is its identity.

    No digitalSourceType: readers built on c2pa-rs 0.82 refuse the whole manifest over it. No description: it
    should contain nothing that people typed (section 18.16).
    """
    facts: dict[str, Any] = {"label": label, "relationship": relationship}
    if title:
        facts["title"] = title
    if sha256:
        facts["instance_id"] = f"nih:sha-256;{sha256}"  # RFC 6920, section 7
    return facts


def _make_opened_action(photo: Mapping[str, Any]) -> dict[str, Any]:
    return {"action": "c2pa.opened", "parameters": {"ingredientIds": [photo["label"]]}}


def _make_edited_action(
    record: Record,
    facts: StylizationFacts,
    inputs: list[dict[str, Any]],
    limits: _Limits,
    *,
    software: Mapping[str, str],
) -> dict[str, Any]:
    relations = ", ".join(
        f"{words} {limits.cut(artwork.title)}".strip() for words, artwork in record.relations
    )
    action = {
        "action": "c2pa.edited",  # not c2pa.filtered: the whole picture changes
        "digitalSourceType": SOURCE_TYPE_URL,
        "softwareAgent": dict(software),
        "description": limits.cut(f"{record.change} {relations}"),
        "parameters": {"ingredientIds": [work["label"] for work in inputs]},
    }
    if facts.made:
        action["when"] = facts.made
    return action


def _make_disclosure(facts: StylizationFacts) -> dict[str, Any]:
    return {
        "label": "c2pa.ai-disclosure",
        "created": True,
        "data": {
            "modelType": MODEL_TYPE,
            "modelName": _format_model_name(facts),
            "modelIdentifier": f"nih:sha-256;{facts.network}",
            # The specification's term for edits that a person checks before they are published.
            "contentProfile": {"humanOversightLevel": "human_validated"},
        },
    }


def _make_reference(sidecar: str, sha256: str) -> dict[str, Any]:
    """Point to the sidecar; gathered, since validators refuse a created one."""
    location = {
        "url": sidecar,
        "alg": "sha256",
        "hash": list(bytes.fromhex(sha256)),
        "dc:format": "application/ld+json",
    }
    return {"label": "c2pa.external-reference", "data": {"location": location}}


def _format_model_name(facts: StylizationFacts) -> str:
    return f"{facts.method} {facts.method_version}"
