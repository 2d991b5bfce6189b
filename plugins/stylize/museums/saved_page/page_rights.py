"""Decide what a page's statements say about the rights of its picture. Nothing is guessed.

A statement counts only if it is stated for the picture or the work itself, and if it is the address of a
Creative Commons license or of RightsStatements.org, or words of the vocabulary, and nothing else. Everything
that is said about the page, its data or the whole site is a hint for a person.
"""

import re
from collections.abc import Sequence

from ...model.entities import License
from ..importers.statements import UNKNOWN, find_license, names_data, state
from ..record import Rights
from .found_field import FoundField
from .markup import ALL_RESERVED

_RESERVED = "ALL-RIGHTS-RESERVED"
_ALL_RESERVED = re.compile(ALL_RESERVED, re.IGNORECASE)
_NOTICE = re.compile(r"©|\(c\)\s*\d{4}|\bcopyright\s+(\d{4}|by\b|held\b|of\b)", re.IGNORECASE)


def read_statement(field: FoundField) -> License | None:
    """Return the license that a field states in full, whatever it is stated for; None if there is none."""
    written = field.value
    if _ALL_RESERVED.search(written):
        return find_license(_RESERVED)
    license = find_license(written[:2000])
    # An address inside of prose may be that of another thing: "our data is CC0, images on request".
    is_prose = "://" in written and bool(re.search(r"\s", written))
    if license is not None and license is not UNKNOWN and license.family != "OWN":
        return None if is_prose or names_data(written) else license
    if license is None and _NOTICE.search(written) and not is_prose:
        return find_license(_RESERVED)
    return None


def read_page_rights(found: Sequence[FoundField]) -> tuple[Rights, list[str]]:
    """Return the rights of a page's picture, UNKNOWN unless they are stated, and hints for a person."""
    statements = [
        (field, license)
        for field in found
        if field.name in ("license", "rights")
        for license in [read_statement(field)]
    ]
    counted = [(field, license) for field, license in statements if license and field.about == "picture"]
    codes = {license.code for _, license in counted}
    hints = [
        _describe_hint(field, license)
        for field, license in statements
        if (field, license) not in counted and not (license and codes == {license.code})
    ]
    if any(license.asks_for_credit for _, license in counted):
        # Who gives such a license has the copyright, so a notice does not contradict it.
        counted = [
            (field, license)
            for field, license in counted
            if license.code != _RESERVED or _ALL_RESERVED.search(field.value)
        ]
    if not counted:
        return _make_unknown(statements), hints
    field, license = counted[0]
    if len({license.code for _, license in counted}) > 1:
        said = "; ".join(f"{field.source}: {field.value[:200]}" for field, _ in counted)
        reason = "the page states different rights for the picture"
        return Rights(license=UNKNOWN, written=said, field=field.source, reason=reason), [
            f"the page states different rights for the picture: {said}",
            *hints,
        ]
    code = license.code if license.code == _RESERVED else ""  # a notice names no license
    return state(field.value, field=field.source, license=code), hints


def _make_unknown(statements: Sequence[tuple[FoundField, License | None]]) -> Rights:
    written = next((field for field, _ in statements if field.about == "picture"), None)
    return Rights(
        license=UNKNOWN,
        written=written.value if written else "",
        field=written.source if written else "",
        reason="the page states no rights of the picture that we know",
    )


def _describe_hint(field: FoundField, license: License | None) -> str:
    words = field.value if len(field.value) <= 200 else f"{field.value[:199]}…"
    is_elsewhere = field.about in ("page", "site", "data")
    means = f"about the {field.about}, not the picture" if is_elsewhere else "not words that we know"
    if license and license.family != "NONE":
        means += f"; if it is meant for the picture: --license {license.code}"
    return f"{field.source} says {words!r} ({means})"
