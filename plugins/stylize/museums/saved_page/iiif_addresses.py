"""Recognize addresses of IIIF: manifests, and image services behind addresses of pictures."""

import base64
import binascii
import json
import re
from urllib.parse import parse_qs, urlsplit

from .found_field import complete_address

# https://iiif.io/api/image/3.0/#21-image-request-uri-syntax
_IMAGE = re.compile(
    r"(https?://.+)/(?:full|square|\d+,\d+,\d+,\d+|pct:[\d.,]+)/(?:full|max|\^?!?\d*,\d*|\^?pct:[\d.]+|\^max)"
    r"/!?[\d.]+/(?:default|native|color|gr[ae]y|bitonal)\.(?:jpe?g|png|tif|webp|gif|jp2)$"
)
_MANIFEST = re.compile(r"/(?:[\w.-]*manifest[\w-]*(?:\.json)?|iiif/(?:2|3|presentation)/[^?#]+\.json)$", re.I)


def find_manifest(address: str, *, base: str = "") -> str:
    """Return the manifest that an address is, or names in its query or fragment; "" if there is none."""
    complete = complete_address(address, base=base)
    if not complete:
        return ""
    parts = urlsplit(complete)
    for query in (parts.query, parts.fragment.lstrip("?!/")):
        try:
            named = parse_qs(query, max_num_fields=100)
        except ValueError:
            continue
        for name in ("manifest", "iiif-content", "iiif_content", "manifestId"):
            for value in named.get(name, [])[:1]:
                target = value if "://" in value else _decode_content_state(value)
                if found := complete_address(target, base=base):
                    return found
    return complete if _MANIFEST.search(parts.path) and "web" not in parts.path.rpartition("/")[2] else ""


def find_image_service(address: str) -> str:
    """Return the image service of a IIIF picture or of an info.json; "" if the address is neither."""
    plain = address.partition("?")[0]
    if plain.endswith("/info.json"):
        return plain.removesuffix("/info.json")
    found = _IMAGE.match(plain)
    return found[1] if found else ""


def _decode_content_state(text: str) -> str:
    """Return the manifest of a content state (https://iiif.io/api/content-state/1.0/#6)."""
    try:
        state = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        return ""
    for _ in range(6):  # an annotation, its target, and what that is a part of
        if isinstance(state, list):
            state = state[0] if state else None
        if isinstance(state, str):
            return state
        if not isinstance(state, dict):
            return ""
        if state.get("type") in ("Manifest", "sc:Manifest"):
            return str(state.get("id") or state.get("@id") or "")
        state = state.get("partOf") or state.get("target")
    return ""
