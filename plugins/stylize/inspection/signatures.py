"""Whether the Content Credentials of a file hold."""

from pathlib import Path

from ..provenance.signature_check import INVALID, UNREADABLE, check
from ..readback.found import Found


def signature_of(path: Path, found: Found) -> str:
    """Return "none", "valid", or "unread" where the extra that reads signatures is not installed.

    Valid means that nothing has changed since someone signed it. Raises ValueError where something has.
    """
    if not found.has_manifest:
        return "none"
    checked = check(path)
    if checked.state == INVALID:
        raise ValueError(", ".join(checked.codes) or "it is damaged")
    return "unread" if checked.state == UNREADABLE else checked.state
