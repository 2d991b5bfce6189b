"""The closed set of licenses and rights statements, and the class of each. Not legal advice.

Facts from the license texts of Creative Commons, the data model of RightsStatements.org (2022-04) and the
terms that collections and Flickr publish. How people write them is read in `spellings`.
"""

from functools import cache

from ..model.entities import License

# The classes of works. Two works of one class put the same conditions on a picture made of them.
FAMILIES = (
    "PD",  # free everywhere
    "PD-US",  # free in the United States; elsewhere somebody has to look
    "NKC",  # nobody is known to hold a copyright
    "NoC-NC",  # free, but a contract of whoever digitized it forbids commercial use
    "BY",
    "BY-SA",  # 2.0 and later, whose results may take a later version
    "BY-SA-1.0",  # has no such clause
    "BY-NC",
    "BY-NC-SA",
    "BY-NC-SA-1.0",
    "ND",  # may be shown, not redrawn
    "REVIEW",  # terms that a person has to read
    "NONE",  # no permission, or none known
    "OWN",  # the author's own, whatever others may do with it
)

# Of the ports of Creative Commons: two letters, and Scotland and the intergovernmental organizations.
_PORTS = (
    "AR AT AU AZ BE BG BR CA CH CL CN CO CR CZ DE DK EC EE EG ES FI FR GE GR GT HK HR HU IE IGO IL IN IT JP "
    "KR LU MK MT MX MY NG NL NO NZ PE PH PL PR PT RO RS SCOTLAND SE SG SI TH TW UG UK US VE VN ZA"
)
PORTS = frozenset(_PORTS.split())


@cache
def get_license(code: str) -> License:
    """Return the license of a code; one that was ported keeps its country: "CC-BY-SA-3.0-DE".

    Raises KeyError for a code that is none.
    """
    if code in LICENSES:
        return LICENSES[code]
    unported, _, port = code.rpartition("-")
    if port not in PORTS or not unported.startswith("CC-BY") or unported.endswith("-4.0"):
        raise KeyError(code)  # 4.0 is the same everywhere and was not ported
    # 2.1 exists as ports only (Australia, Spain, Japan).
    license = LICENSES[unported.replace("-2.1", "-2.0")]
    elements = unported.removeprefix("CC-").rpartition("-")[0].lower()
    version = unported.rpartition("-")[2]
    return License(
        code=code,
        name=f"CC {elements.upper()} {version} {port.title() if port == 'SCOTLAND' else port}",
        url=f"https://creativecommons.org/licenses/{elements}/{version}/{port.lower()}/",
        family=license.family,
    )


def _statements() -> dict[str, License]:
    found = {}

    def state(code: str, family: str, name: str, url: str = "") -> None:
        found[code] = License(code=code, name=name, url=url, family=family)

    cc = "https://creativecommons.org"
    state("CC0-1.0", "PD", "CC0 1.0", f"{cc}/publicdomain/zero/1.0/")
    state("PDM-1.0", "PD", "Public Domain", f"{cc}/publicdomain/mark/1.0/")
    state("CC-PDDC", "PD", "CC Public Domain Dedication", f"{cc}/licenses/publicdomain/")
    for elements in ("BY", "BY-SA", "BY-NC", "BY-NC-SA", "BY-ND", "BY-NC-ND"):
        for version in ("1.0", "2.0", "2.5", "3.0", "4.0"):
            path = "by-nd-nc" if (elements, version) == ("BY-NC-ND", "1.0") else elements.lower()
            family = "ND" if elements.endswith("ND") else elements
            if version == "1.0" and elements.endswith("SA"):
                family = f"{elements}-1.0"
            url = f"{cc}/licenses/{path}/{version}/"
            state(f"CC-{elements}-{version}", family, f"CC {elements} {version}", url)
    # Withdrawn by Creative Commons. None is what the license of today that looks like it is.
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
        state(f"CC-{elements}-{version}", family, f"CC {elements} {version} (withdrawn)", url)
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
        state(name.upper(), family, label, f"http://rightsstatements.org/vocab/{name}/1.0/")
    state(
        "USGOV",
        "PD-US",
        "United States Government Work",  # 17 U.S.C. 105
        "https://www.usa.gov/government-copyright",
    )
    state(
        "NASA",
        "PD-US",
        "NASA media usage guidelines",
        "https://www.nasa.gov/nasa-brand-center/images-and-media/",
    )
    state("LOC-NKR", "PD-US", "No known restrictions on publication (Library of Congress)")
    flickr = "https://www.flickr.com/commons/usage/"
    state("FLICKR-7", "NKC", "No known copyright restrictions (Flickr Commons)", flickr)
    # Whoever uploads a photo may choose it, the living photographer too, whom it does not bind.
    mark = f"{cc}/publicdomain/mark/1.0/"
    state("FLICKR-10", "REVIEW", "Public Domain Mark (chosen on Flickr)", mark)
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
        state(code, "REVIEW", name, url)
    state("ALL-RIGHTS-RESERVED", "NONE", "all rights reserved")
    state("UNKNOWN", "NONE", "rights unknown")
    # The author's own photo, kept: nobody else may use it, the author may redraw it.
    state("OWN", "OWN", "all rights reserved")
    return found


LICENSES: dict[str, License] = _statements()
