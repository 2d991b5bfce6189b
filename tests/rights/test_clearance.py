"""Problems of rights name the works and say what to do."""

from dataclasses import replace
from pathlib import Path

import pytest
from pelican.plugins.stylize.model.entities import Decision, StyleShare
from pelican.plugins.stylize.rights.clearance import clear, clear_artwork, clear_plain
from pelican.plugins.stylize.rights.rules import SitePolicy
from pelican.plugins.stylize.rights.vocabulary import LICENSES

READ = Decision(text="Free in Germany: he died in 1936.", by="Ana Sol", on="2026-11-22")


def under(work, code, decision=None):
    """Return a photo or a style whose credit names another license."""
    if hasattr(work, "artwork"):
        return replace(work, artwork=under(work.artwork, code, decision))
    return replace(work, credit=replace(work.credit, license=LICENSES[code], decision=decision))


def problems_of(stylization, photo, *artworks):
    style = stylization.blend[0].style
    blend = tuple(
        StyleShare(style=replace(under(style, code), slug=f"style-{number}"), part=1 / len(artworks))
        for number, code in enumerate(artworks, start=1)
    )
    picture = replace(stylization, photo=under(stylization.photo, photo), blend=blend)
    return clear(picture, policy=SitePolicy())[1]


def test_a_picture_that_may_go_out_has_a_license_and_no_problem(stylization):
    terms, problems = clear(stylization, policy=SitePolicy())
    assert (terms.license, problems) == (LICENSES["CC-BY-4.0"], [])


@pytest.mark.parametrize(
    ("of_photo", "of_artwork", "problem"),
    [
        (
            "ALL-RIGHTS-RESERVED",
            "CC0-1.0",
            "the photo pier.jpg cannot be used: all rights reserved gives no permission, and a missing statement "
            "is none either. Choose another photo, or write the permission you have under [rights] in pier.toml.",
        ),
        (
            "CC0-1.0",
            "CC-BY-NC-ND-4.0",
            "the artwork of the style 'style-1' cannot be used: CC BY-NC-ND 4.0 does not allow adaptations to be "
            "published (section 2(a)(1)(B)). Choose another style, or write the permission you have under "
            "[rights] in its style.toml.",
        ),
        (
            "FAL",
            "CC0-1.0",
            "the photo pier.jpg cannot be used: a person has to read its terms first (Free Art License). Read "
            "them, and write what you decide under [rights] in pier.toml, or choose another photo.",
        ),
        (
            "CC-BY-SA-3.0",
            "CC-BY-NC-4.0",
            "this picture cannot be published: CC BY-SA 3.0 asks for a result free for commercial use (section "
            "3(b)), which CC BY-NC 4.0 forbids. Choose another style, or another photo.",
        ),
    ],
)
def test_a_refusal_says_which_work_and_what_to_do(stylization, of_photo, of_artwork, problem):
    assert problems_of(stylization, of_photo, of_artwork) == [problem]


def test_every_artwork_of_a_blend_counts(stylization):
    assert problems_of(stylization, "CC0-1.0", "CC0-1.0", "CC-BY-4.0", "PDM-1.0") == []
    message = problems_of(stylization, "INC", "CC0-1.0", "UND")
    assert [text.partition(" cannot")[0] for text in message] == [
        "the photo pier.jpg",
        "the artwork of the style 'style-2'",
    ]


def test_a_decision_lifts_what_a_person_may_lift(stylization):
    decided = replace(stylization, photo=under(stylization.photo, "GFDL", READ))
    terms, problems = clear(decided, policy=SitePolicy())
    assert (terms.license, problems) == (LICENSES["ALL-RIGHTS-RESERVED"], [])
    forbidden = replace(stylization, photo=under(stylization.photo, "CC-BY-ND-4.0", READ))
    assert clear(forbidden, policy=SitePolicy())[1]


def test_each_work_that_may_be_protected_abroad_is_named_until_somebody_has_looked(stylization):
    abroad = SitePolicy(country="DE")
    photo = under(stylization.photo, "NOC-US")
    assert clear(replace(stylization, photo=photo), policy=abroad)[0].warnings == (
        "the photo pier.jpg: No Copyright - United States covers only the law of the United States, but this site "
        "is published in DE, where the work may still be protected. Find out, and write what you found under "
        "[rights] in pier.toml.",
    )
    assert len(clear_plain(photo, policy=abroad)[0].warnings) == 1
    looked = under(stylization.photo, "NOC-US", READ)
    assert clear(replace(stylization, photo=looked), policy=abroad)[0].warnings == ()


@pytest.mark.parametrize("code", ["CC-BY-ND-4.0", "CC-BY-NC-SA-2.0", "NOC-US", "OWN"])
def test_a_photo_is_shown_as_it_is_under_its_own_license(photo, code):
    terms, problems = clear_plain(under(photo, code), policy=SitePolicy())
    assert (terms.license, problems) == (LICENSES[code], [])


def test_a_photo_that_nobody_may_show_is_reported(photo):
    assert clear_plain(under(photo, "UNKNOWN"), policy=SitePolicy())[1] == [
        "the photo pier.jpg cannot be shown: rights unknown gives no permission, and a missing statement is none "
        "either. Choose another photo, or write the permission you have under [rights] in pier.toml."
    ]
    permission = Decision(text="permission by the Harbor Museum", by="Ana Sol", on="2026-11-22")
    assert clear_plain(under(photo, "UNKNOWN", permission), policy=SitePolicy())[1] == []


def test_an_artwork_needs_its_license_to_have_a_page(style):
    assert clear_artwork(style, policy=SitePolicy())[1] == []
    assert len(clear_artwork(under(style, "INC"), policy=SitePolicy())[1]) == 1


def test_a_photo_in_a_folder_is_named(photo):
    deep = replace(under(photo, "INC"), path=Path("content/photos/2019/boats.tiff"))
    assert "in boats.toml." in clear_plain(deep, policy=SitePolicy())[1][0]
