"""Pictures to sign, foreign eyes to read them with, and what a manifest must say."""

import io
import json
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from PIL import Image, PngImagePlugin

MIMES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "AVIF": "image/avif"}
SUFFIXES = {"JPEG": ".jpg", "PNG": ".png", "WEBP": ".webp", "AVIF": ".avif"}
XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description rdf:about="" xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/"'
    b' photoshop:Credit="Ana Sol, after Bruegel"/></rdf:RDF></x:xmpmeta>'
)
GENERATIVE = {
    "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia",
    "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia",
}
IMPERCEPTIBLE = {
    "c2pa.opened",
    "c2pa.resized.proportional",
    "c2pa.transcoded",
    "c2pa.repackaged",
    "c2pa.published",
}
DEPRECATED = ("stds.schema-org", "stds.exif", "stds.iptc", "c2pa.training-mining", "c2pa.thumbnail")


def sample(format: str) -> bytes:
    """Return a finished picture of 160 x 120 pixels, with metadata in it."""
    picture = Image.linear_gradient("L").resize((160, 120)).convert("RGB")
    file, options = io.BytesIO(), {"xmp": XMP}
    if format == "PNG":
        chunks = PngImagePlugin.PngInfo()
        chunks.add_itxt("XML:com.adobe.xmp", XMP.decode())
        options = {"pnginfo": chunks}
    picture.save(file, format, **options)
    return file.getvalue()


def pixels(data: bytes) -> bytes:
    """Return the decoded pixels of a file."""
    with Image.open(io.BytesIO(data)) as image:
        return image.tobytes()


def signed_as_told(data: bytes, manifest: Mapping[str, Any], *, folder: Path, mime: str) -> bytes:
    """Sign any manifest with the key of a folder, looking at nothing."""
    c2pa = pytest.importorskip("c2pa")
    info = c2pa.C2paSignerInfo(
        "es256", (folder / "certificate.pem").read_bytes(), (folder / "signing.key").read_bytes(), None
    )
    settings = {"builder": {"thumbnail": {"enabled": False}}, "verify": {"verify_after_sign": False}}
    context = c2pa.Context.from_dict({"version": 1, **settings}, signer=c2pa.Signer.from_info(info))
    signed = io.BytesIO()
    with c2pa.Builder(dict(manifest), context) as builder:
        builder.sign(mime, io.BytesIO(data), signed)
    return signed.getvalue()


def read_by_sdk(data: bytes, mime: str, *, anchors: str = "") -> tuple[str, set[str]]:
    """Return what the C2PA library says of a file, with which failures."""
    c2pa = pytest.importorskip("c2pa")
    trust = {"user_anchors": anchors} if anchors else {}
    with (
        c2pa.Context.from_dict({"version": 1, "trust": trust}) as context,
        c2pa.Reader(mime, io.BytesIO(data), context=context) as reader,
    ):
        failures = reader.get_validation_results()["activeManifest"]["failure"]
        return reader.get_validation_state(), {failure["code"] for failure in failures}


def read_by_encypher(data: bytes, mime: str, *, anchors: str = "") -> Mapping[str, Any]:
    """Return the report of a verifier that shares no code with the library that signs."""
    encypher = pytest.importorskip("encypher_c2pa")
    with pytest.MonkeyPatch.context() as patch, TemporaryDirectory() as home:
        patch.setenv("ENCYPHER_C2PA_CONFIG_DIR", home)  # it notes there that it is to send nothing
        return encypher.verify(
            data, mime, trust_pem=anchors or None, no_default_trust=True, online=False, telemetry=False
        )


def failures_of(report: Mapping[str, Any]) -> set[str]:
    """Return the codes of what that verifier finds wrong."""
    return {failure["code"] for failure in report["validation_results"]["failure"]}


def manifest_in(data: bytes, mime: str) -> dict[str, Any]:
    """Return the manifest of a file as crJSON, the form that conformance is judged by."""
    c2pa = pytest.importorskip("c2pa")
    with c2pa.Reader(mime, io.BytesIO(data)) as reader:
        (manifest,) = json.loads(reader.crjson())["manifests"]
    return manifest


def faults_in(manifest: Mapping[str, Any]) -> set[str]:
    """Return the rules that the manifest of a stylized picture breaks.

    They restate those by which the C2PA judges files (conformance 0.2 for the specification 2.4).
    """
    assertions, claim = manifest["assertions"], manifest["claim.v2"]
    actions = assertions.get("c2pa.actions.v2", {}).get("actions", [])
    ingredients = {label: value for label, value in assertions.items() if label.startswith("c2pa.ingredient")}
    created = {entry["url"].rpartition("/")[2] for entry in claim.get("created_assertions", [])}

    def inputs(action: Mapping[str, Any]) -> list[str]:
        """The relationships of the ingredients of an action."""
        entries = action.get("parameters", {}).get("ingredients", [])
        return [ingredients[entry["url"].rpartition("/")[2]]["relationship"] for entry in entries]

    edits = [action for action in actions if action["action"] == "c2pa.edited"]
    broken = {
        "opens one photo first": not actions
        or actions[0]["action"] != "c2pa.opened"
        or inputs(actions[0]) != ["parentOf"],
        "has one parent": [i["relationship"] for i in ingredients.values()].count("parentOf") != 1,
        "says that the edit is generative": not edits
        or any(action.get("digitalSourceType") not in GENERATIVE for action in edits),
        "artworks and models are inputs": any(set(inputs(action)) != {"inputTo"} for action in edits),
        "a visible change has a source type": any(
            "digitalSourceType" not in action for action in actions if action["action"] not in IMPERCEPTIBLE
        ),
        "says that all actions are told": assertions.get("c2pa.actions.v2", {}).get("allActionsIncluded")
        is not True,
        "the actions are the signer's own": "c2pa.actions.v2" not in created,
        "names its specification": claim.get("claim_generator_info", {}).get("specVersion") != "2.4.0",
        "uses no label that is given up": any(label.startswith(DEPRECATED) for label in assertions),
        "a link is nobody's creation": "c2pa.external-reference" in created,
    }
    return {rule for rule, is_broken in broken.items() if is_broken}
