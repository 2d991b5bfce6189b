"""Whether the Content Credentials of a file hold."""

from pathlib import Path

from ..readers.image_metadata import ImageMetadata
from .c2pa_check import UNREADABLE, VALID, check


def read_signature(path: Path, found: ImageMetadata, *, root: str = "") -> str:
    """Return "none", "valid", or "unread" for a signature that cannot be checked without the extra.

    root: the site's own certificate, as PEM; "" leaves open who signed. Raises ValueError, with the words
    of C2PA, for a signature that does not hold, or that the certificate did not lead to.
    """
    if not found.has_manifest:
        return "none"
    checked = check(path, anchors=root)
    if checked.state == UNREADABLE:
        return "unread"
    if checked.state != VALID:
        raise ValueError(", ".join(checked.codes) or checked.state)
    if root and not checked.is_known:
        raise ValueError("it was made with another key than the site's")
    return "valid"
