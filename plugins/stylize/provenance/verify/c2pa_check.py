"""What a file's signature is worth, for whoever verifies a site; knows nothing of how it was written."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..c2pa.certificates import PURPOSES

NONE, VALID, INVALID = "none", "valid", "invalid"
UNREADABLE = "unreadable without the extra"

_MIMES = {
    ".avif": "image/avif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
}
_NOT_AT_FAULT = {"signingCredential.untrusted"}  # an author's own root is known to nobody unless it is given


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureReport:
    """What the signature of a file says."""

    state: str  # "none", "valid", "invalid", "unreadable without the extra"
    codes: tuple[str, ...] = ()  # what is wrong, in the words of C2PA: "assertion.dataHash.mismatch"
    issuer: str = ""  # who signed the certificate, by its own account
    is_known: bool = False  # whether that leads to one of the anchors


def check(path: Path, *, anchors: str = "") -> SignatureReport:
    """Check the signature of a JPEG, PNG, WebP or AVIF file, without the network.

    anchors: roots to believe, as PEM. Valid means that nothing has changed since it was signed; by whom is
    only known where the anchors say so.
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
            path.open("rb") as file,
            c2pa.Context.from_dict(settings) as context,
            c2pa.Reader(_MIMES.get(path.suffix.lower()), file, context=context) as reader,
        ):
            state, results = reader.get_validation_state(), reader.get_validation_results() or {}
            manifest = reader.get_active_manifest() or {}
    except c2pa.C2paError.ManifestNotFound:
        return SignatureReport(state=NONE)
    except (c2pa.C2paError, json.JSONDecodeError) as error:
        return SignatureReport(state=INVALID, codes=(str(error),))
    failures = (results.get("activeManifest") or {}).get("failure") or []
    codes = tuple(sorted({failure["code"] for failure in failures} - _NOT_AT_FAULT))
    return SignatureReport(
        state=VALID if state in ("Valid", "Trusted") and not codes else INVALID,
        codes=codes,
        issuer=(manifest.get("signature_info") or {}).get("issuer") or "",
        is_known=state == "Trusted",
    )
