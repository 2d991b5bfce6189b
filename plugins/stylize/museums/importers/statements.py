"""Read what museums write about rights, through the vocabulary of the rights room."""

import re

from ...model.entities import License
from ...model.errors import UserError
from ...rights.license_parser import parse_license
from ...rights.vocabulary import LICENSES, get_license
from ..record import Rights
from .answer import View
from .plain_texts import strip_html

_ADDRESS = re.compile(r"https?://(?:creativecommons|rightsstatements)\.org/[^\s\"'<>()]+", re.IGNORECASE)
_DATA = re.compile(r"\bmeta-?data|\bdata\b|\bdescriptions?\b|\bcatalog|\btexts?\b|\bwebsite", re.IGNORECASE)
UNKNOWN = LICENSES["UNKNOWN"]


def read_rights(*views: View, reason: str = "") -> Rights:
    """Return the rights of the first view whose words are known; else what the first says, as unknown."""
    first: Rights | None = None
    for view in views:
        for written in view.texts():
            found = state(written, field=view.place, reason=reason)
            if found.license is not UNKNOWN:
                return found
            first = first or found
    return first or Rights(license=UNKNOWN)


def read_prose(*views: View, reason: str = "") -> Rights:
    """Return the rights of texts in free words: known only by the address of a statement inside.

    Words such as "public domain" may speak of anything, and count for nothing; so do addresses that differ,
    and the address of a text that names data or descriptions.
    """
    said = {text: view.place for view in views for written in view.texts() if (text := strip_html(written))}
    addresses = {
        address.rstrip(".,;)")
        for view in views
        for text in view.texts()
        if not names_data(strip_html(text))
        for address in _ADDRESS.findall(text)
    }
    codes = {(find_license(address) or UNKNOWN).code for address in addresses}
    is_known = len(codes) == 1
    return state(
        " / ".join(said),
        field=next(iter(said.values()), ""),
        license=codes.pop() if is_known else "UNKNOWN",
        reason=reason if is_known else "",
    )


def names_data(text: str) -> bool:
    """Tell whether a statement may be about data, texts or a website, and not about a picture."""
    return bool(_DATA.search(text))


def state(written: str, *, field: str, license: str = "", url: str = "", reason: str = "") -> Rights:
    """Return a statement; license: the code it is known to mean, "" to read its words."""
    found = _get_license(license) if license else find_license(written)
    is_address = written.startswith(("http://", "https://")) and " " not in written
    return Rights(
        license=found or UNKNOWN,
        written=written,
        field=field,
        url=url or (written if is_address else (found.url if found else "")),
        reason=reason,
    )


def find_license(written: str) -> License | None:
    """Return the license that a text names by code, address, label or known sentence, or None."""
    try:
        return parse_license(written, where="")
    except UserError:
        return None


def _get_license(code: str) -> License:
    found = get_license(code)
    if found is None:
        raise ValueError(f"there is no license {code!r}")
    return found
