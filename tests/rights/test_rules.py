"""Which works may be adapted, and under which license the picture is published."""

from dataclasses import replace
from datetime import date, datetime
from itertools import permutations, product

import pytest
from pelican.plugins.stylize.model.entities import Decision
from pelican.plugins.stylize.model.errors import UserError
from pelican.plugins.stylize.rights.rules import (
    SitePolicy,
    apply_decision,
    decide,
    decide_plain,
    read_decision,
)
from pelican.plugins.stylize.rights.vocabulary import FAMILIES, LICENSES

# Photo below, artwork to the right; free: the site's choice, ?: a person has to read, -: refused.
MATRIX = """
             PD    PD-US NKC   NoC-NC BY   BY-SA BY-SA-1.0 BY-NC BY-NC-SA BY-NC-SA-1.0 ND REVIEW NONE
PD           free  free  free  NC     BY   SA    SA1       NC    NCSA     NCSA1        -  ?      -
PD-US        free  free  free  NC     BY   SA    SA1       NC    NCSA     NCSA1        -  ?      -
NKC          free  free  free  NC     BY   SA    SA1       NC    NCSA     NCSA1        -  ?      -
NoC-NC       NC    NC    NC    NC     NC   -     -         NC    NCSA     NCSA1        -  ?      -
BY           BY    BY    BY    NC     BY   SA    SA1       NC    NCSA     NCSA1        -  ?      -
BY-SA        SA    SA    SA    -      SA   SA    -         -     -        -            -  ?      -
BY-SA-1.0    SA1   SA1   SA1   -      SA1  -     SA1       -     -        -            -  ?      -
BY-NC        NC    NC    NC    NC     NC   -     -         NC    NCSA     NCSA1        -  ?      -
BY-NC-SA     NCSA  NCSA  NCSA  NCSA   NCSA -     -         NCSA  NCSA     -            -  ?      -
BY-NC-SA-1.0 NCSA1 NCSA1 NCSA1 NCSA1  NCSA1 -    -         NCSA1 -        NCSA1        -  ?      -
ND           -     -     -     -      -    -     -         -     -        -            -  -      -
REVIEW       ?     ?     ?     ?      ?    ?     ?         ?     ?        ?            -  ?      -
NONE         -     -     -     -      -    -     -         -     -        -            -  -      -
"""
CODES = {
    "free": "CC0-1.0",
    "BY": "CC-BY-4.0",
    "SA": "CC-BY-SA-4.0",
    "SA1": "CC-BY-SA-1.0",
    "NC": "CC-BY-NC-4.0",
    "NCSA": "CC-BY-NC-SA-4.0",
    "NCSA1": "CC-BY-NC-SA-1.0",
}
CELLS = {
    (row[0], family): cell
    for header, *rows in [[line.split() for line in MATRIX.strip().splitlines()]]
    for row in rows
    for family, cell in zip(header, row[1:], strict=True)
}
WORKS = {
    family: next(license for license in LICENSES.values() if license.family == family) for family in FAMILIES
}
BLOG, SHOP = SitePolicy(), SitePolicy(commercial=True)


def outcome(*families, policy=BLOG):
    terms = decide([WORKS[family] for family in families], policy=policy)
    if terms.needs_person:
        assert terms.license is None and terms.refusal
        return "?"
    assert bool(terms.refusal) == (terms.license is None)
    return terms.license.code if terms.license else "-"


def test_the_matrix_has_every_class():
    assert len(CELLS) == 13 * 13
    assert {family for family, _ in CELLS} | {"OWN"} == set(FAMILIES)


@pytest.mark.parametrize(("photo", "artwork"), CELLS)
def test_every_photo_with_every_artwork(photo, artwork):
    cell = CELLS[photo, artwork]
    assert outcome(photo, artwork) == CODES.get(cell, cell)


@pytest.mark.parametrize(("photo", "artwork"), CELLS)
def test_a_commercial_site_shows_nothing_that_is_for_others(photo, artwork):
    cell = CELLS[photo, artwork]
    if cell.startswith("NC") or (cell == "?" and any("NC" in family for family in (photo, artwork))):
        assert outcome(photo, artwork, policy=SHOP) == "-"
    else:
        assert outcome(photo, artwork, policy=SHOP) == CODES.get(cell, cell)


def test_photo_and_artwork_count_alike():
    assert all(CELLS[photo, artwork] == CELLS[artwork, photo] for photo, artwork in CELLS)


def test_neither_order_nor_repetition_changes_the_license_of_a_blend():
    for works in product(FAMILIES, repeat=3):
        found = {outcome(*order) for order in permutations(works)} | {outcome(*works, *works)}
        assert len(found) == 1, works


def test_works_can_be_combined_one_after_the_other():
    for one, other, third in product(FAMILIES[:10], repeat=3):
        whole = decide([WORKS[one], WORKS[other], WORKS[third]], policy=BLOG)
        first = decide([WORKS[one], WORKS[other]], policy=BLOG)
        if first.license:
            assert decide([first.license, WORKS[third]], policy=BLOG).license == whole.license
        else:
            assert whole.license is None


@pytest.mark.parametrize(
    ("codes", "result"),
    [
        (("CC-BY-SA-2.0", "CC-BY-4.0"), "CC-BY-SA-4.0"),
        (("CC-BY-SA-2.0", "CC-BY-SA-3.0", "CC-BY-SA-4.0"), "CC-BY-SA-4.0"),
        (("CC-BY-1.0", "CC0-1.0"), "CC-BY-4.0"),
    ],
)
def test_an_old_license_lets_the_result_take_the_new_one(codes, result):
    assert decide([LICENSES[code] for code in codes], policy=BLOG).license == LICENSES[result]


@pytest.mark.parametrize(
    ("codes", "policy", "refusal"),
    [
        (
            ("CC-BY-SA-4.0", "CC-BY-NC-2.0"),
            BLOG,
            "CC BY-SA 4.0 asks for a result free for commercial use (section 3(b)), which CC BY-NC 2.0 forbids",
        ),
        (
            ("CC-BY-SA-4.0", "CC-BY-SA-1.0"),
            BLOG,
            "CC BY-SA 4.0 and CC BY-SA 1.0 each ask for a result under their own license (section 3(b))",
        ),
        (
            ("CC-BY-ND-3.0", "CC0-1.0"),
            BLOG,
            "CC BY-ND 3.0 does not allow adaptations to be published (section 2(a)(1)(B))",
        ),
        (
            ("CC-BY-NC-4.0", "CC0-1.0"),
            SHOP,
            "CC BY-NC 4.0 does not allow commercial use (section 2(a)(1)), and this site is commercial "
            "(STYLIZE['commercial'])",
        ),
        (
            ("UNKNOWN", "CC0-1.0"),
            BLOG,
            "rights unknown gives no permission, and a missing statement is none either",
        ),
        (("CC0-1.0", "FAL"), BLOG, "a person has to read its terms first (Free Art License)"),
    ],
)
def test_a_refusal_names_the_license_and_its_clause(codes, policy, refusal):
    assert decide([LICENSES[code] for code in codes], policy=policy).refusal == refusal


# Works of the author's own


@pytest.mark.parametrize("artwork", FAMILIES[:13])
def test_a_work_of_the_authors_own_asks_for_nothing(artwork):
    cell = CELLS["PD", artwork]
    kept = replace(LICENSES["CC-BY-NC-ND-4.0"], family="OWN")
    terms = decide([kept, WORKS[artwork]], policy=SHOP if not cell.startswith("NC") else BLOG)
    assert terms.license == {"free": kept, "?": None, "-": None, **_licenses(CODES, "free")}[cell]


def _licenses(codes, *but):
    return {name: LICENSES[code] for name, code in codes.items() if name not in but}


def test_the_site_says_what_becomes_of_a_picture_whose_works_leave_the_choice():
    policy = SitePolicy(license=LICENSES["CC-BY-SA-4.0"])
    assert decide([LICENSES["CC0-1.0"], LICENSES["OWN"]], policy=policy).license == LICENSES["CC-BY-SA-4.0"]
    assert decide([LICENSES["CC-BY-3.0"]], policy=policy).license == LICENSES["CC-BY-4.0"]


def test_nobody_gives_away_for_an_author_what_the_author_keeps():
    assert decide([LICENSES["CC0-1.0"], LICENSES["OWN"]], policy=BLOG).license == LICENSES["OWN"]
    assert decide([LICENSES["CC0-1.0"], LICENSES["PDM-1.0"]], policy=BLOG).license == LICENSES["CC0-1.0"]


# Abroad


def test_free_in_the_united_states_is_a_warning_elsewhere():
    works = [LICENSES["USGOV"], LICENSES["CC0-1.0"]]
    assert decide(works, policy=SitePolicy(country="DE")).warnings == (
        "United States Government Work covers only the law of the United States, but this site is published in "
        "DE, where the work may still be protected",
    )
    assert decide(works, policy=SitePolicy(country="US")).warnings == ()
    assert decide(works, policy=SitePolicy()).warnings == ()
    assert decide([LICENSES["NKC"]], policy=SitePolicy(country="DE")).warnings == ()


# Shown as they are


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("policy", [BLOG, SHOP], ids=["blog", "shop"])
def test_a_work_may_be_shown_as_it_is_under_its_own_license(family, policy):
    terms = decide_plain(WORKS[family], policy=policy)
    refused = {"NONE", "REVIEW"} | (
        {family for family in FAMILIES if "NC" in family} if policy is SHOP else set()
    )
    assert terms.license == (None if family in refused else WORKS[family])
    assert bool(terms.refusal) == (family in refused)
    assert terms.needs_person == (family == "REVIEW")


def test_no_derivatives_may_be_for_non_commercial_sites_too():
    assert decide_plain(LICENSES["CC-BY-NC-ND-4.0"], policy=BLOG).license
    assert decide_plain(LICENSES["CC-BY-NC-ND-4.0"], policy=SHOP).refusal.startswith(
        "CC BY-NC-ND 4.0 does not allow commercial use"
    )


# Decisions of people


READ = Decision(text="Its terms allow adaptations.", by="Ana Sol", on="2026-11-22")
PERMITTED = replace(READ, text="Permission by Ines Marsh, e-mail of 2026-11-20.")


@pytest.mark.parametrize(
    ("family", "read", "permitted"),
    [
        ("PD", "CC0-1.0", "CC0-1.0"),
        ("PD-US", "CC0-1.0", "CC0-1.0"),
        ("BY", "CC-BY-4.0", "CC-BY-4.0"),
        ("BY-SA", "CC-BY-SA-4.0", "ALL-RIGHTS-RESERVED"),
        ("BY-NC", None, "ALL-RIGHTS-RESERVED"),
        ("ND", None, "ALL-RIGHTS-RESERVED"),
        ("REVIEW", "ALL-RIGHTS-RESERVED", "ALL-RIGHTS-RESERVED"),
        ("NONE", None, "ALL-RIGHTS-RESERVED"),
        ("OWN", "OWN", "OWN"),
    ],
)
def test_reading_lifts_a_doubt_and_permission_lifts_the_rest(family, read, permitted):
    for decision, code in ((READ, read), (PERMITTED, permitted)):
        terms = decide([apply_decision(WORKS[family], decision)], policy=SHOP)
        assert (terms.license.code if terms.license else None) == code


@pytest.mark.parametrize("code", ["CC-BY-NC-4.0", "CC-BY-NC-ND-4.0", "NOC-NC", "INC"])
def test_with_permission_a_shop_may_show_what_is_for_others(code):
    assert decide_plain(LICENSES[code], policy=SHOP).refusal
    assert decide_plain(apply_decision(LICENSES[code], PERMITTED), policy=SHOP).license
    assert decide_plain(replace(LICENSES[code], family="OWN"), policy=SHOP).license


def test_nothing_is_lifted_without_a_decision():
    assert all(apply_decision(work, None) is work for work in WORKS.values())


def test_a_decision_ends_the_warning_abroad():
    assert decide([apply_decision(LICENSES["NOC-US"], READ)], policy=SitePolicy(country="DE")).warnings == ()


def test_share_alike_binds_the_result_despite_a_decision_about_the_other_work():
    works = [apply_decision(LICENSES["FAL"], READ), LICENSES["CC-BY-SA-3.0"]]
    assert decide(works, policy=BLOG).license == LICENSES["CC-BY-SA-4.0"]


@pytest.mark.parametrize("on", [date(2026, 11, 22), datetime(2026, 11, 22, 10, 30)])
def test_a_decision_says_what_by_whom_and_when(on):
    table = {"decision": " Read. ", "by": "Ana Sol", "on": on}
    assert read_decision(table, where="x") == Decision(text="Read.", by="Ana Sol", on="2026-11-22")
    assert read_decision(None, where="x") is None


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (
            {"decision": "Read."},
            (
                "pier.toml [rights]: 'by' is missing. Add a line: by = \"...\"",
                "pier.toml [rights]: 'on' is missing. Add a line: on = 2026-11-22",
            ),
        ),
        (
            {"decision": "Read.", "by": " ", "on": date(2026, 11, 22)},
            ("pier.toml [rights]: by is empty. Say what was decided, by whom and when.",),
        ),
        (
            {"decision": "Read.", "by": "Ana", "on": "yesterday"},
            ("pier.toml [rights]: on must be a date such as 2026-11-22, but is 'yesterday'.",),
        ),
        (
            {"decison": "Read.", "by": "Ana", "on": date(2026, 11, 22)},
            (
                "pier.toml [rights]: there is no setting 'decison'. Did you mean 'decision'?",
                "pier.toml [rights]: 'decision' is missing. Add a line: decision = \"...\"",
            ),
        ),
        ("Read.", ("pier.toml [rights]: must be a table. Write [rights] on a line of its own above it.",)),
    ],
)
def test_half_a_decision_is_none(table, message):
    with pytest.raises(UserError) as caught:
        read_decision(table, where="pier.toml")
    assert caught.value.problems == message
