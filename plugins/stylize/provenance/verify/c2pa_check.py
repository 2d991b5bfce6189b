"""Check the C2PA signature of a file. Shares no code with the signer."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..c2pa.certificates import PURPOSES
from ..readers.image_metadata import ImageMetadata

NONE, VALID, INVALID = "none", "valid", "invalid"
UNREADABLE = "unreadable without the extra"

_NOT_AT_FAULT = {"signingCredential.untrusted"}  # nobody knows an author's own root unless it is given


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureReport:
    """The result of checking a signature."""

    state: str  # "none", "valid", "invalid", "unreadable without the extra"
    codes: tuple[str, ...] = ()  # what is wrong, as C2PA calls it: "assertion.dataHash.mismatch"
    is_known: bool = False  # whether the certificate leads to one of the anchors


def read_signature(path: Path, found: ImageMetadata, *, root: str = "") -> str:
    """Return "none", "valid", or "unread" for a signature that cannot be checked without the extra.

    root: the site's own certificate, as PEM; without it, anybody may have signed. Raises ValueError, in the
    words of C2PA, if the signature is not valid or was made with another key than the site's.
    """
    if not found.has_manifest:
        return "none"
    report = check_signature(path, anchors=root)
    if report.state == UNREADABLE:
        return "unread"
    if report.state != VALID:
        raise ValueError(", ".join(report.codes) or report.state)
    if root and not report.is_known:
        raise ValueError("it was made with another key than the site's")
    return "valid"


def check_signature(path: Path, *, anchors: str = "") -> SignatureReport:
    """Check the signature of a JPEG, PNG, WebP or AVIF file, without the network.

    anchors: trusted root certificates, as PEM. Valid means that nothing has changed since it was signed; who
    signed is only known if the certificate leads to an anchor.
    """
    try:
        import c2pa
    except ImportError:
        return SignatureReport(state=UNREADABLE)
    settings: dict[str, Any] = {
        "version": 1,
        "verify": {"remote_manifest_fetch": False, "ocsp_fetch": False},
        "trust": {"trust_config": "\n".join(PURPOSES)},
    }
    if anchors:
        settings["trust"]["user_anchors"] = anchors
    try:
        with (
            c2pa.Context.from_dict(settings) as context,
            c2pa.Reader(path, context=context) as reader,
        ):
            state, results = reader.get_validation_state(), reader.get_validation_results() or {}
    except c2pa.C2paError.ManifestNotFound:
        return SignatureReport(state=NONE)
    except (c2pa.C2paError, json.JSONDecodeError) as error:
        return SignatureReport(state=INVALID, codes=(str(error),))
    failures = (results.get("activeManifest") or {}).get("failure") or []
    codes = tuple(sorted({failure["code"] for failure in failures} - _NOT_AT_FAULT))
    return SignatureReport(
        state=VALID if state in ("Valid", "Trusted") and not codes else INVALID,
        codes=codes,
        is_known=state == "Trusted",
    )
