"""The vocabulary of licenses and rights statements, and the family of each. Not legal advice.

Sources: the license texts of Creative Commons, the data model of RightsStatements.org (2022-04) and the
terms that collections and Flickr publish. `license_parser` parses the way people write them.
"""

from functools import cache

from ..model.entities import License

# Two works of one family put the same conditions on a picture made of them.
FAMILIES = (
    "PD",  # free everywhere
    "PD-US",  # free in the United States; elsewhere somebody has to check
    "NKC",  # nobody is known to hold a copyright
    "NoC-NC",  # free, but a contract with the institution that digitized it forbids commercial use
    "BY",
    "BY-SA",  # 2.0 and later, whose results may take a later version
    "BY-SA-1.0",  # does not allow later versions
    "BY-NC",
    "BY-NC-SA",
    "BY-NC-SA-1.0",
    "ND",  # may be shown, but not adapted
    "REVIEW",  # terms that a person has to read
    "NONE",  # no permission, or none known
    "OWN",  # the author's own
)

# The ports of Creative Commons: countries, Scotland, and intergovernmental organizations (IGO).
_PORTS = (
    "AR AT AU AZ BE BG BR CA CH CL CN CO CR CZ DE DK EC EE EG ES FI FR GE GR GT HK HR HU IE IGO IL IN IT JP "
    "KR LU MK MT MX MY NG NL NO NZ PE PH PL PR PT RO RS SCOTLAND SE SG SI TH TW UG UK US VE VN ZA"
)
PORTS = frozenset(_PORTS.split())


@cache
def get_license(code: str) -> License | None:
    """Return the license of a code; ported ones include their country: "CC-BY-SA-3.0-DE"."""
    if code in LICENSES:
        return LICENSES[code]
    unported, _, port = code.rpartition("-")
    if port not in PORTS or not unported.startswith("CC-BY") or unported.endswith("-4.0"):
        return None  # 4.0 is international and was not ported
    # 2.1 exists as ports only (Australia, Spain, Japan).
    license = LICENSES.get(unported.replace("-2.1", "-2.0"))
    if license is None:
        return None
    elements = unported.removeprefix("CC-").rpartition("-")[0].lower()
    version = unported.rpartition("-")[2]
    return License(
        code=code,
        name=f"CC {elements.upper()} {version} {port.title() if port == 'SCOTLAND' else port}",
        url=f"https://creativecommons.org/licenses/{elements}/{version}/{port.lower()}/",
        family=license.family,
    )


def _make_licenses() -> dict[str, License]:
    found = {}

    def add(code: str, family: str, name: str, url: str = "") -> None:
        found[code] = License(code=code, name=name, url=url, family=family)

    cc = "https://creativecommons.org"
    add("CC0-1.0", "PD", "CC0 1.0", f"{cc}/publicdomain/zero/1.0/")
    add("PDM-1.0", "PD", "Public Domain", f"{cc}/publicdomain/mark/1.0/")
    add("CC-PDDC", "PD", "CC Public Domain Dedication", f"{cc}/licenses/publicdomain/")
    for elements in ("BY", "BY-SA", "BY-NC", "BY-NC-SA", "BY-ND", "BY-NC-ND"):
        for version in ("1.0", "2.0", "2.5", "3.0", "4.0"):
            path = "by-nd-nc" if (elements, version) == ("BY-NC-ND", "1.0") else elements.lower()
            family = "ND" if elements.endswith("ND") else elements
            if version == "1.0" and elements.endswith("SA"):
                family = f"{elements}-1.0"
            url = f"{cc}/licenses/{path}/{version}/"
            add(f"CC-{elements}-{version}", family, f"CC {elements} {version}", url)
    # Withdrawn by Creative Commons. None equals the current license of a similar name.
    for elements, version, family in (
        ("SA", "1.0", "REVIEW"),
        ("NC", "1.0", "REVIEW"),
        ("NC-SA", "1.0", "REVIEW"),
        ("ND", "1.0", "NONE"),
        ("ND-NC", "1.0", "NONE"),
        ("DEVNATIONS", "2.0", "NONE"),
        ("SAMPLING", "1.0", "REVIEW"),
        ("SAMPLING+", "1.0", "REVIEW"),
        ("NC-SAMPLING+", "1.0", "REVIEW"),
    ):
        url = f"{cc}/licenses/{elements.lower()}/{version}/"
        add(f"CC-{elements}-{version}", family, f"CC {elements} {version} (withdrawn)", url)
    for name, family, label in (
        ("NoC-US", "PD-US", "No Copyright - United States"),
        ("NKC", "NKC", "No Known Copyright"),
        ("NoC-NC", "NoC-NC", "No Copyright - Non-Commercial Use Only"),
        ("NoC-CR", "REVIEW", "No Copyright - Contractual Restrictions"),
        ("NoC-OKLR", "REVIEW", "No Copyright - Other Known Legal Restrictions"),
        ("InC", "NONE", "In Copyright"),
        ("InC-OW-EU", "NONE", "In Copyright - EU Orphan Work"),
        ("InC-EDU", "NONE", "In Copyright - Educational Use Permitted"),
        ("InC-NC", "NONE", "In Copyright - Non-Commercial Use Permitted"),
        ("InC-RUU", "NONE", "In Copyright - Rights-holder(s) Unlocatable or Unidentifiable"),
        ("CNE", "NONE", "Copyright Not Evaluated"),
        ("UND", "NONE", "Copyright Undetermined"),
    ):
        add(name.upper(), family, label, f"http://rightsstatements.org/vocab/{name}/1.0/")
    add(
        "USGOV",
        "PD-US",
        "United States Government Work",  # 17 U.S.C. 105
        "https://www.usa.gov/government-copyright",
    )
    add(
        "NASA",
        "PD-US",
        "NASA media usage guidelines",
        "https://www.nasa.gov/nasa-brand-center/images-and-media/",
    )
    add("LOC-NKR", "PD-US", "No known restrictions on publication (Library of Congress)")
    flickr = "https://www.flickr.com/commons/usage/"
    add("FLICKR-7", "NKC", "No known copyright restrictions (Flickr Commons)", flickr)
    # Anyone who uploads a photo may choose it, even a living photographer; it does not bind them.
    mark = f"{cc}/publicdomain/mark/1.0/"
    add("FLICKR-10", "REVIEW", "Public Domain Mark (chosen on Flickr)", mark)
    for code, name, url in (
        ("FAL", "Free Art License", "https://artlibre.org/licence/lal/en/"),
        ("GFDL", "GNU Free Documentation License", "https://www.gnu.org/licenses/fdl.html"),
        ("GPL", "GNU General Public License", "https://www.gnu.org/licenses/gpl.html"),
        ("LGPL", "GNU Lesser General Public License", "https://www.gnu.org/licenses/lgpl.html"),
        (
            "OGL",
            "Open Government Licence",
            "https://www.nationalarchives.gov.uk/doc/open-government-licence/",
        ),
        ("KOGL", "Korea Open Government License", "https://www.kogl.or.kr/info/licenseTypeEn.do"),
        ("ATTRIBUTION", "free with attribution, in terms of its own", ""),
        ("COPYRIGHTED-FREE-USE", "copyrighted, free use", ""),
        ("UNSPLASH", "Unsplash License", "https://unsplash.com/license"),
        ("POND5", "Pond5 Public Domain Project", ""),
        ("REVIEW", "terms of its own", ""),
    ):
        add(code, "REVIEW", name, url)
    add("ALL-RIGHTS-RESERVED", "NONE", "all rights reserved")
    add("UNKNOWN", "NONE", "rights unknown")
    # The author's own photo, all rights reserved: only the author may adapt it.
    add("OWN", "OWN", "all rights reserved")
    return found


LICENSES: dict[str, License] = _make_licenses()
