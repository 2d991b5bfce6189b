"""The closed set of licenses and statements, and the family of each."""

import pytest
from pelican.plugins.stylize.rights.vocabulary import FAMILIES, LICENSES, get_license

VERSIONS = ("1.0", "2.0", "2.5", "3.0", "4.0")
DECIDED_BY_HAND = {
    "PD": {"CC0-1.0", "PDM-1.0", "CC-PDDC"},
    "PD-US": {"NOC-US", "USGOV", "NASA", "LOC-NKR"},
    "NKC": {"NKC", "FLICKR-7"},
    "NoC-NC": {"NOC-NC"},
    "BY": {f"CC-BY-{version}" for version in VERSIONS},
    "BY-SA": {f"CC-BY-SA-{version}" for version in VERSIONS[1:]},
    "BY-SA-1.0": {"CC-BY-SA-1.0"},
    "BY-NC": {f"CC-BY-NC-{version}" for version in VERSIONS},
    "BY-NC-SA": {f"CC-BY-NC-SA-{version}" for version in VERSIONS[1:]},
    "BY-NC-SA-1.0": {"CC-BY-NC-SA-1.0"},
    "ND": {f"CC-BY-{nc}ND-{version}" for nc in ("", "NC-") for version in VERSIONS},
    "REVIEW": {
        *("NOC-CR", "NOC-OKLR", "FLICKR-10", "REVIEW", "UNSPLASH", "POND5"),
        *("FAL", "GFDL", "GPL", "LGPL", "OGL", "KOGL", "ATTRIBUTION", "COPYRIGHTED-FREE-USE"),
        *("CC-SA-1.0", "CC-NC-1.0", "CC-NC-SA-1.0"),
        *("CC-SAMPLING-1.0", "CC-SAMPLING+-1.0", "CC-NC-SAMPLING+-1.0"),
    },
    "NONE": {
        *("INC", "INC-OW-EU", "INC-EDU", "INC-NC", "INC-RUU", "CNE", "UND", "ALL-RIGHTS-RESERVED", "UNKNOWN"),
        *("CC-ND-1.0", "CC-ND-NC-1.0", "CC-DEVNATIONS-2.0"),
    },
    "OWN": {"OWN"},
}


def test_somebody_has_decided_the_class_of_every_statement():
    found = {family: set() for family in FAMILIES}
    for code, license in LICENSES.items():
        found[license.family].add(code)
    assert found == DECIDED_BY_HAND


def test_every_statement_links_to_its_text_where_there_is_one():
    assert {code for code, license in LICENSES.items() if not license.url} == {
        *("ALL-RIGHTS-RESERVED", "OWN", "UNKNOWN", "REVIEW"),
        *("LOC-NKR", "ATTRIBUTION", "COPYRIGHTED-FREE-USE", "POND5"),
    }


def test_a_statement_is_found_by_the_code_it_carries():
    assert all(get_license(code) is license and license.code == code for code, license in LICENSES.items())


def test_a_port_keeps_its_country():
    license = get_license("CC-BY-SA-3.0-DE")
    assert license.code == "CC-BY-SA-3.0-DE"
    assert license.name == "CC BY-SA 3.0 DE"
    assert license.url == "https://creativecommons.org/licenses/by-sa/3.0/de/"
    assert license.family == "BY-SA"


@pytest.mark.parametrize("code", ["CC-BY-4.0-DE", "CC-BY-3.0-XX", "CC0-1.0-DE", "CC-BY-2.1", "", "cc-by-4.0"])
def test_what_is_no_code_is_none(code):
    assert get_license(code) is None
