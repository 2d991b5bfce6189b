"""Parse licenses as people, museums and Flickr write them.

Spellings as recorded in 2025 and 2026 from Creative Commons, RightsStatements.org, Europeana, Flickr, the
Library of Congress, the New York Public Library, Wikimedia Commons and Openverse.
"""

import re
from functools import cache

from ..model.entities import License
from ..model.errors import UserError, suggestion
from .vocabulary import LICENSES, get_license


def parse_license(text: str, *, where: str) -> License:
    """Return the license that a file names, by code, address or label; raises UserError that suggests one."""
    if text in LICENSES:
        return LICENSES[text]
    written = " ".join(text.split())
    is_address = _is_address(written)
    found = _parse_address(written) if is_address else _parse_label(written)
    if found:
        return found
    raise UserError(f"{where}: there is no license {text!r}.{_suggest(written, is_address=is_address)}")


# https://www.flickr.com/services/api/flickr.photos.licenses.getInfo.html, recorded on 2025-06-19: 11 and
# higher are new since 2025-06-18.
FLICKR_IDS = (
    "ALL-RIGHTS-RESERVED",
    *("CC-BY-NC-SA-2.0", "CC-BY-NC-2.0", "CC-BY-NC-ND-2.0", "CC-BY-2.0", "CC-BY-SA-2.0", "CC-BY-ND-2.0"),
    *("FLICKR-7", "USGOV", "CC0-1.0", "FLICKR-10"),
    *("CC-BY-4.0", "CC-BY-SA-4.0", "CC-BY-ND-4.0", "CC-BY-NC-4.0", "CC-BY-NC-SA-4.0", "CC-BY-NC-ND-4.0"),
)

_EUROPEANA = {  # https://www.europeana.eu/rights/..., retired, still in old records
    "rr-f": "ALL-RIGHTS-RESERVED",
    "rr-p": "ALL-RIGHTS-RESERVED",
    "rr-r": "ALL-RIGHTS-RESERVED",
    "out-of-copyright-non-commercial": "NOC-NC",
    "unknown": "UNKNOWN",
}

_ALIASES = {
    "CC0": "CC0-1.0",
    "CCZERO": "CC0-1.0",
    "CC0UNIVERSAL": "CC0-1.0",
    "CC01.0UNIVERSAL": "CC0-1.0",
    "ZERO": "CC0-1.0",
    "PD": "PDM-1.0",
    "PDM": "PDM-1.0",
    "CCPDM": "PDM-1.0",
    "CCPDM1.0": "PDM-1.0",
    "PUBLICDOMAINMARK": "PDM-1.0",
    "PUBLICDOMAINMARK1.0": "PDM-1.0",
    "ARR": "ALL-RIGHTS-RESERVED",
    "COPYRIGHTED": "ALL-RIGHTS-RESERVED",
    "NOKNOWNCOPYRIGHTRESTRICTIONS": "FLICKR-7",
    "NORESTRICTIONS": "FLICKR-7",  # Wikimedia Commons, of Flickr Commons
    "NOKNOWNRESTRICTIONSONPUBLICATION": "LOC-NKR",
    "UNITEDSTATESGOVERNMENTWORK17U.S.C.105": "USGOV",
    "UNSPLASHLICENCE": "UNSPLASH",
    # Names of statements that have no address.
    "URNRIGHTSUSGOVWORK": "USGOV",
    "URNRIGHTSNASAMEDIAGUIDELINES": "NASA",
    "URNRIGHTSLOCNOKNOWNRESTRICTIONS": "LOC-NKR",
    "URNRIGHTSFLICKRCOMMONS": "FLICKR-7",
    "URNRIGHTSALLRIGHTSRESERVED": "ALL-RIGHTS-RESERVED",
    "URNRIGHTSUNKNOWN": "UNKNOWN",
    "LAL": "FAL",
    "LICENCEARTLIBRE": "FAL",
    "FREEARTLICENCE": "FAL",
}

_SENTENCES = (  # of the New York Public Library, the Library of Congress and PHIL, in this order
    (r"believes that this item is in the public domain under the laws of the United States", "NOC-US"),
    (r"to the extent that a jurisdiction grants\b.*\bCC0", "CC0-1.0"),
    (r"unable to make a conclusive determination", "UND"),
    (r"^no known restrictions on publication", "LOC-NKR"),
    (r"^(publication )?may be restricted|^rights status not evaluated|^permission required", "UNKNOWN"),
    (r"^none - this image is in the public domain", "USGOV"),
)

_VERSION = r"(V|TYPE)?[0-9.]+\+?$"


def _is_address(written: str) -> bool:
    if " " in written:
        return False
    host, slash, _ = re.sub(r"^https?://", "", written, flags=re.IGNORECASE).partition("/")
    return "://" in written or bool(slash and re.fullmatch(r"[\w-]+(\.[\w-]+)+", host))


def _parse_address(written: str) -> License | None:
    address = _normalize_address(written)
    host, _, path = address.partition("/")
    parts = path.split("/")
    if host == "creativecommons.org":
        # Deed and legal code, in any language, are pages of the license.
        while parts and re.fullmatch(r"(deed|legalcode|rdf)(\..*)?", parts[-1]):
            parts.pop()
        if parts[:1] == ["publicdomain"] and parts[2:] in ([], ["1.0"]):
            return LICENSES.get({"zero": "CC0-1.0", "mark": "PDM-1.0"}.get("".join(parts[1:2]), ""))
        if parts == ["licenses", "publicdomain"]:
            return LICENSES["CC-PDDC"]
        if parts[:1] == ["licenses"] and len(parts) in (3, 4):
            elements = "by-nc-nd" if parts[1] == "by-nd-nc" else parts[1]
            return get_license("-".join(("CC", elements, *parts[2:])).upper())
        return None
    if host == "rightsstatements.org" and parts[0] in ("vocab", "page", "data") and parts[2:3] == ["1.0"]:
        license = LICENSES.get(parts[1].upper())
        return license if license and license.url.startswith("http://rightsstatements.org") else None
    if host == "europeana.eu" and parts[0] == "rights":
        return LICENSES.get(_EUROPEANA.get("".join(parts[1:2]).removesuffix(".html"), ""))
    return _known_addresses().get(address)


def _normalize_address(written: str) -> str:
    """Return an address in lower case, without scheme, www, query and last slash."""
    return re.sub(r"^(https?://)?(www\.)?|[?#].*$|/+([?#].*)?$", "", written.lower())


def _parse_label(written: str) -> License | None:
    squeezed = _squeeze(written)
    known = _known_labels().get(squeezed)
    if known:
        return known
    flickr = re.fullmatch(r"FLICKR(?:LICENSE|ID)?([0-9]{1,4})", squeezed)
    if flickr:
        number = int(flickr[1])
        return LICENSES[FLICKR_IDS[number] if number < len(FLICKR_IDS) else "UNKNOWN"]
    found = _parse_creative_commons(squeezed)
    if found:
        return found
    unversioned = _known_labels().get(re.sub(_VERSION, "", squeezed))
    if unversioned and unversioned.family == "REVIEW":  # a person reads the terms, whatever the version
        return unversioned
    if re.match(r"(licenses|publicdomain)/", written, re.IGNORECASE):
        return _parse_address(f"creativecommons.org/{written}")
    inside = re.search(r"https?://(creativecommons|rightsstatements)\.org/[^\s\"'<>()]+", written)
    if inside:
        return _parse_address(inside[0].rstrip(".,;"))
    sentences = (code for words, code in _SENTENCES if re.search(words, written, re.IGNORECASE | re.DOTALL))
    return LICENSES.get(next(sentences, ""))


def _parse_creative_commons(squeezed: str) -> License | None:
    """Read "CCBYSA4.0", "ATTRIBUTIONSHAREALIKE4.0INTERNATIONAL", "BYSA3.0DE", "CCBYSA3.0MIGRATED"."""
    for long, short in (
        ("CREATIVECOMMONS", "CC"),
        ("ATTRIBUTION", "BY"),
        ("NONCOMMERCIAL", "NC"),
        ("SHAREALIKE", "SA"),
        ("NODERIVATIVES", "ND"),
        ("NODERIVS", "ND"),
    ):
        squeezed = squeezed.replace(long, short)
    squeezed = re.sub(r"(LICEN[SC]E)?(INTERNATIONAL|UNPORTED|GENERIC|MIGRATED)?(LICEN[SC]E)?$", "", squeezed)
    read = re.fullmatch(r"(?:CC)?(BY)?((?:NC|ND|SA)*)V?([0-9](?:\.[0-9])?)([A-Z]*)", squeezed)
    if not read:
        return None
    by, others, version, port = read.groups()
    elements = re.findall("..", others)
    if by:  # any order, each at most once; without BY only as published
        if len(set(elements)) < len(elements):
            return None
        elements = [by, *sorted(elements, key=["NC", "SA", "ND"].index)]
    version = version if "." in version else f"{version}.0"
    return get_license("-".join(filter(None, ("CC", *elements, version, port))))


@cache
def _known_labels() -> dict[str, License]:
    named = {_squeeze(license.name): license for license in LICENSES.values()}
    coded = {_squeeze(code): license for code, license in LICENSES.items()}
    rights_statements = {
        f"RS{squeezed}": license
        for squeezed, license in coded.items()
        if license.url.startswith("http://rightsstatements.org")
    }
    aliases = {alias: LICENSES[code] for alias, code in _ALIASES.items()}
    return named | rights_statements | aliases | coded


@cache
def _known_addresses() -> dict[str, License]:
    # If two share an address, such as the mark that was chosen on Flickr, it means the first.
    return {
        _normalize_address(license.url): license for license in reversed(LICENSES.values()) if license.url
    }


def _squeeze(written: str) -> str:
    return re.sub(r"[^A-Z0-9.+]+", "", written.upper()).rstrip(".")


def _suggest(written: str, *, is_address: bool) -> str:
    """Return what to write instead, as sentences."""
    if is_address:
        known = {
            f"https://{_normalize_address(license.url)}/" for license in _current_licenses() if license.url
        }
        near = suggestion(f"https://{_normalize_address(written)}/", known)
        return (
            near or f" Write its code: {_list_usual_codes()}; or 'REVIEW' for terms that a person has read."
        )
    code = re.sub(r"[\s_-]+", "-", written.upper())
    unversioned = f"{code}-4.0"
    if unversioned in LICENSES:
        return f" Write the version too, as in {unversioned!r}."
    return suggestion(code, LICENSES) or (
        f" The usual ones are: {_list_usual_codes()}; or 'REVIEW' for terms that a person has read."
    )


def _current_licenses() -> list[License]:
    return [license for license in LICENSES.values() if "withdrawn" not in license.name]


def _list_usual_codes() -> str:
    """Return the codes of licenses that allow adaptations, in their latest version."""
    adaptable = (license for license in LICENSES.values() if license.family not in ("ND", "REVIEW", "NONE"))
    older = re.compile(r"CC-BY.*-[123]\.")
    return ", ".join(license.code for license in adaptable if not older.match(license.code))
