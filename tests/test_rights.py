"""Licenses are a closed set."""

import pytest
from pelican.plugins.stylize.errors import UserError
from pelican.plugins.stylize.rights import LICENSES, find_license, refusal


@pytest.mark.parametrize("written", ["CC-BY-SA-4.0", "cc-by-sa-4.0", "CC BY-SA 4.0", " CC-BY-SA-4.0 "])
def test_a_license_is_found_by_its_code_however_spaced(written):
    license = find_license(written, where="x")
    assert license.name == "CC BY-SA 4.0"
    assert license.url == "https://creativecommons.org/licenses/by-sa/4.0/"


def test_an_unknown_license_is_met_with_the_nearest():
    with pytest.raises(UserError) as caught:
        find_license("CC-BY-SA-5.0", where="content/photos/pier.toml")
    assert str(caught.value) == (
        "content/photos/pier.toml: there is no license 'CC-BY-SA-5.0'. Did you mean 'CC-BY-SA-4.0'?"
    )


def test_no_derivatives_and_all_rights_reserved_forbid_a_redrawing_and_nothing_else_does():
    forbidding = {code for code, license in LICENSES.items() if refusal(license)}
    assert forbidding == {
        *(f"CC-BY-{nc}ND-{version}" for nc in ("", "NC-") for version in ("2.0", "2.5", "3.0", "4.0")),
        "ALL-RIGHTS-RESERVED",
    }


def test_every_statement_but_a_reserved_one_links_to_its_text():
    assert {code for code, license in LICENSES.items() if not license.url} == {"ALL-RIGHTS-RESERVED", "OWN"}
