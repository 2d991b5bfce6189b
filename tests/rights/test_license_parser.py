"""Every spelling of a license is parsed to one of the closed set; for others, an error suggests the nearest."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pelican.plugins.stylize.model.errors import UserError
from pelican.plugins.stylize.rights.license_parser import parse_license
from pelican.plugins.stylize.rights.vocabulary import LICENSES, get_license


def code_of(written: str) -> str:
    return parse_license(written, where="x").code


def mistake_of(written: str) -> str:
    with pytest.raises(UserError) as caught:
        parse_license(written, where="pier.toml")
    return str(caught.value)


@pytest.mark.parametrize("code", LICENSES)
def test_every_code_address_and_name_is_a_spelling_of_its_own_statement(code):
    license = LICENSES[code]
    assert code_of(code) == code_of(code.lower()) == code
    if code != "OWN":  # whose name is that of ALL-RIGHTS-RESERVED
        assert code_of(license.name) == code
    if license.url and code != "FLICKR-10":  # whose address is that of the mark
        assert code_of(license.url) == code


@pytest.mark.parametrize(
    "written",
    [
        *(
            "CC-BY-SA-4.0",
            "cc-by-sa-4.0",
            "CC BY-SA 4.0",
            " CC  BY SA 4.0 ",
            "ccbysa4.0",
            "by-sa 4.0",
            "CC BY-SA 4",
        ),
        "Creative Commons Attribution-ShareAlike 4.0 International",
        "Attribution-Share Alike 4.0 International License",
        "https://creativecommons.org/licenses/by-sa/4.0/",
        "http://creativecommons.org/licenses/by-sa/4.0",
        "https://www.creativecommons.org/licenses/by-sa/4.0/deed.de",
        "HTTPS://CreativeCommons.org/licenses/by-sa/4.0/legalcode",
        "https://creativecommons.org/licenses/by-sa/4.0/legalcode.zh-hans?ref=chooser-v1#s1",
        "creativecommons.org/licenses/by-sa/4.0/deed",
        "licenses/by-sa/4.0",
        "by-sa/4.0",
    ],
)
def test_share_alike_has_many_spellings(written):
    assert code_of(written) == "CC-BY-SA-4.0"


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("CC0", "CC0-1.0"),
        ("cc-zero", "CC0-1.0"),
        ("CC0 1.0 Universal", "CC0-1.0"),
        ("publicdomain/zero", "CC0-1.0"),
        ("http://creativecommons.org/publicdomain/zero/1.0/deed.fr", "CC0-1.0"),
        ("PDM", "PDM-1.0"),
        ("Public domain", "PDM-1.0"),
        ("Public Domain Mark 1.0", "PDM-1.0"),
        ("http://creativecommons.org/publicdomain/mark/1.0/", "PDM-1.0"),
        ("http://creativecommons.org/licenses/publicdomain/", "CC-PDDC"),
        ("cc-by-sa-3.0-migrated", "CC-BY-SA-3.0"),
        ("CC BY-SA 3.0 DE", "CC-BY-SA-3.0-DE"),
        ("by-sa/3.0/de", "CC-BY-SA-3.0-DE"),
        ("https://creativecommons.org/licenses/by-sa/3.0/de/deed.en", "CC-BY-SA-3.0-DE"),
        ("https://creativecommons.org/licenses/by-sa/3.0/deed.de", "CC-BY-SA-3.0"),
        ("http://creativecommons.org/licenses/by/2.1/jp/", "CC-BY-2.1-JP"),
        ("https://creativecommons.org/licenses/by/3.0/igo/", "CC-BY-3.0-IGO"),
        ("CC BY-SA-NC 4.0", "CC-BY-NC-SA-4.0"),
        ("Attribution 4.0", "CC-BY-4.0"),
        ("http://creativecommons.org/licenses/by-nd-nc/1.0/", "CC-BY-NC-ND-1.0"),
        ("Attribution-NonCommercial-NoDerivs 3.0 Unported", "CC-BY-NC-ND-3.0"),
    ],
)
def test_creative_commons_is_read_with_its_versions_and_ports(written, code):
    assert code_of(written) == code


@pytest.mark.parametrize(
    ("written", "code", "family"),
    [
        ("https://creativecommons.org/licenses/sa/1.0/", "CC-SA-1.0", "REVIEW"),
        ("CC NC-SA 1.0", "CC-NC-SA-1.0", "REVIEW"),
        ("http://creativecommons.org/licenses/nd-nc/1.0/", "CC-ND-NC-1.0", "NONE"),
        ("http://creativecommons.org/licenses/devnations/2.0/", "CC-DEVNATIONS-2.0", "NONE"),
        ("http://creativecommons.org/licenses/nc-sampling+/1.0/", "CC-NC-SAMPLING+-1.0", "REVIEW"),
    ],
)
def test_a_withdrawn_license_is_never_taken_for_one_that_looks_like_it(written, code, family):
    license = parse_license(written, where="x")
    assert (license.code, license.family) == (code, family)


@pytest.mark.parametrize(
    "written",
    [
        *(
            "NoC-US",
            "noc-us",
            "NOC-US",
            "RS-NoC-US",
            "No Copyright - United States",
            "No Copyright – United States",
        ),
        "http://rightsstatements.org/vocab/NoC-US/1.0/",
        "https://rightsstatements.org/page/noc-us/1.0/?language=en",
        "HTTPS://WWW.RIGHTSSTATEMENTS.ORG/VOCAB/NOC-US/1.0",
    ],
)
def test_a_rights_statement_has_many_spellings(written):
    license = parse_license(written, where="x")
    assert license.code == "NOC-US"
    assert license.url == "http://rightsstatements.org/vocab/NoC-US/1.0/"


@pytest.mark.parametrize(
    ("number", "code"),
    [
        *((0, "ALL-RIGHTS-RESERVED"), (1, "CC-BY-NC-SA-2.0"), (2, "CC-BY-NC-2.0"), (3, "CC-BY-NC-ND-2.0")),
        *((4, "CC-BY-2.0"), (5, "CC-BY-SA-2.0"), (6, "CC-BY-ND-2.0"), (7, "FLICKR-7"), (8, "USGOV")),
        *((9, "CC0-1.0"), (10, "FLICKR-10"), (11, "CC-BY-4.0"), (12, "CC-BY-SA-4.0"), (13, "CC-BY-ND-4.0")),
        *(
            (14, "CC-BY-NC-4.0"),
            (15, "CC-BY-NC-SA-4.0"),
            (16, "CC-BY-NC-ND-4.0"),
            (17, "UNKNOWN"),
            (99, "UNKNOWN"),
        ),
    ],
)
def test_flickr_counts_its_licenses(number, code):
    assert code_of(f"flickr-{number}") == code


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("http://www.europeana.eu/rights/rr-f/", "ALL-RIGHTS-RESERVED"),
        ("http://europeana.eu/rights/rr-p.html", "ALL-RIGHTS-RESERVED"),
        ("http://www.europeana.eu/rights/out-of-copyright-non-commercial/", "NOC-NC"),
        ("http://www.europeana.eu/rights/unknown/", "UNKNOWN"),
        ("Free Art License 1.3", "FAL"),
        ("LAL", "FAL"),
        ("GFDL-1.2+", "GFDL"),
        ("LGPLv3", "LGPL"),
        ("OGL 3", "OGL"),
        ("KOGL Type 1", "KOGL"),
        ("Attribution", "ATTRIBUTION"),
        ("Copyrighted free use", "COPYRIGHTED-FREE-USE"),
        ("https://unsplash.com/license", "UNSPLASH"),
        ("No restrictions", "FLICKR-7"),
        ("No known copyright restrictions", "FLICKR-7"),
        ("No known restrictions on publication. No copyright renewal found.", "LOC-NKR"),
        ("Publication may be restricted. For information see ...", "UNKNOWN"),
        ("Rights status not evaluated.", "UNKNOWN"),
        ("None - This image is in the public domain and thus free of any copyright restrictions.", "USGOV"),
        (
            "The New York Public Library believes that this item is in the public domain under the laws of "
            "the United States, but did not make a determination as to its copyright status elsewhere.",
            "NOC-US",
        ),
        (
            "To the extent that a jurisdiction grants NYPL rights, NYPL applies CC0 1.0 to the scan.",
            "CC0-1.0",
        ),
        ("We were unable to make a conclusive determination as to the copyright status.", "UND"),
        ("Free to use: https://creativecommons.org/licenses/by/2.0/.", "CC-BY-2.0"),
        ("all rights reserved", "ALL-RIGHTS-RESERVED"),
    ],
)
def test_the_words_of_collections_are_read(written, code):
    assert code_of(written) == code


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("CC-BY-SA-5.0", "CC-BY-SA-4.0"),
        ("CC-BY-SE-4.0", "CC-BY-SA-4.0"),
        ("CC-BY-4.0-DE", "CC-BY-4.0"),  # 4.0 was not ported
        (
            "https://creativecommons.org/licences/by-sa/4.0/",
            "https://creativecommons.org/licenses/by-sa/4.0/",
        ),
        ("http://creativecommons.org/licenses/by-as/4.0/", "https://creativecommons.org/licenses/by-sa/4.0/"),
        ("http://creativecomons.org/licenses/by/3.0/", "https://creativecommons.org/licenses/by/3.0/"),
        ("http://rightsstatements.org/vocab/NoC-USA/1.0/", "https://rightsstatements.org/vocab/noc-us/1.0/"),
        (
            "http://creativecommons.org/publicdomain/mark/1.1/",
            "https://creativecommons.org/publicdomain/mark/1.0/",
        ),
    ],
)
def test_a_typo_is_met_with_the_nearest(written, meant):
    assert mistake_of(written) == f"pier.toml: there is no license {written!r}. Did you mean {meant!r}?"


def test_a_missing_version_is_asked_for():
    assert (
        mistake_of("CC BY")
        == "pier.toml: there is no license 'CC BY'. Write the version too, as in 'CC-BY-4.0'."
    )


@pytest.mark.parametrize("written", ["", "xyz", "?"])
def test_a_strange_word_is_met_with_the_usual_codes(written):
    assert mistake_of(written) == (
        f"pier.toml: there is no license {written!r}. The usual ones are: CC0-1.0, PDM-1.0, CC-PDDC, "
        "CC-BY-4.0, CC-BY-SA-4.0, CC-BY-NC-4.0, CC-BY-NC-SA-4.0, NOC-US, NKC, NOC-NC, USGOV, NASA, LOC-NKR, "
        "FLICKR-7, OWN; or 'REVIEW' for terms that a person has read."
    )


def test_a_sentence_that_says_no_is_not_taken_for_one_that_says_yes():
    assert "there is no license" in mistake_of(
        "It is not in the public domain under the laws of the United States."
    )


WORDS = (
    *(
        "cc",
        "by",
        "sa",
        "nc",
        "nd",
        "4.0",
        "1.0",
        "de",
        "deed",
        "licenses",
        "publicdomain",
        "zero",
        "flickr",
        "9" * 5000,
    ),
    *(
        "https://",
        "creativecommons.org",
        "rightsstatements.org",
        "europeana.eu",
        "vocab",
        "rights",
        "sampling+",
        "?",
        "#",
    ),
)


@settings(deadline=None, max_examples=300, derandomize=True)
@given(
    st.lists(st.one_of(st.sampled_from(WORDS), st.text(max_size=3)), max_size=6),
    st.sampled_from(["", "/", "-", " "]),
)
def test_any_text_is_a_statement_or_a_mistake(words, between):
    try:
        license = parse_license(between.join(words), where="x")
    except UserError:
        return
    assert license == get_license(license.code)


def test_the_terms_of_a_stranger_are_not_taken_for_a_license():
    assert mistake_of("https://example.org/terms").startswith(
        "pier.toml: there is no license 'https://example.org/terms'. Write its code: CC0-1.0, "
    )


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("urn:rights:us-gov-work", "USGOV"),
        ("United States Government Work (17 U.S.C. 105)", "USGOV"),
        ("urn:rights:nasa-media-guidelines", "NASA"),
        ("urn:rights:loc-no-known-restrictions", "LOC-NKR"),
        ("urn:rights:flickr-commons", "FLICKR-7"),
        ("urn:rights:all-rights-reserved", "ALL-RIGHTS-RESERVED"),
        ("urn:rights:unknown", "UNKNOWN"),
        ("Unsplash Licence", "UNSPLASH"),
    ],
)
def test_statements_without_an_address_are_read_by_their_names(written, code):
    assert parse_license(written, where="").code == code
