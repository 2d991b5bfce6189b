"""Requests become stylizations, or problems that say what to do."""

from dataclasses import replace

import pytest
from pelican.plugins.stylize.model.entities import Parameters, StyleShare
from pelican.plugins.stylize.model.methods import IMPORTED, OPTIMIZE
from pelican.plugins.stylize.pipeline.plan import Defaults, make_plan, make_stylization
from pelican.plugins.stylize.rights.rules import SitePolicy
from pelican.plugins.stylize.rights.vocabulary import LICENSES

DEFAULTS = Defaults(
    style="",
    parameters=Parameters(),
    method="feed-forward",
    cover_method="",
    optimize_long_edge=1200,
)


def _plan(request, photo, artwork, **defaults):
    return make_plan([(request, photo)], {artwork.slug: artwork}, defaults=replace(DEFAULTS, **defaults))


def _texts(plan):
    return [problem.text for problem in plan.problems]


def test_a_request_becomes_a_stylization(request_for_pier, photo, style, stylization):
    plan = _plan(request_for_pier, photo, style)
    assert plan.problems == ()
    assert plan.stylizations() == {stylization.key: stylization}


def test_a_photo_that_is_small_enough_is_not_made_again_for_a_larger_limit(request_for_pier, photo, style):
    keys = {
        entry.stylization.key
        for limit in (1500, 1600, 4000)
        for entry in _plan(request_for_pier, photo, style, parameters=Parameters(long_edge=limit)).entries
    }
    assert len(keys) == 1


def test_the_same_picture_in_two_posts_is_made_once(request_for_pier, photo, style):
    twice = [(request_for_pier, photo), (replace(request_for_pier, post="content/other.md"), photo)]
    plan = make_plan(twice, {style.slug: style}, defaults=DEFAULTS)
    assert len(plan.entries) == 2
    assert len(plan.stylizations()) == 1


@pytest.mark.parametrize(
    ("written", "strength"), [("0.7", 0.7), ("70%", 0.7), (".5", 0.5), ("1", 1.0), ("", 0.9)]
)
def test_strength_is_read_as_people_write_it(request_for_pier, photo, style, written, strength):
    plan = _plan(
        replace(request_for_pier, strength=written), photo, style, parameters=Parameters(strength=0.9)
    )
    assert plan.entries[0].stylization.parameters.strength == strength


@pytest.mark.parametrize("written", ["abc", "3", "-1", "nan", "0,7"])
def test_a_strength_that_is_not_valid_is_reported(request_for_pier, photo, style, written):
    plan = _plan(replace(request_for_pier, strength=written), photo, style)
    assert _texts(plan) == [f"strength is {written!r}, but must be a number from 0 to 1, such as 0.7."]


def test_none_shows_the_photo_plain(request_for_pier, photo, style):
    plan = _plan(replace(request_for_pier, style="none"), photo, style)
    assert plan.entries[0].stylization is None


def test_a_misspelled_style_is_met_with_the_nearest(request_for_pier, photo, style):
    plan = _plan(replace(request_for_pier, style="harvestres"), photo, style)
    assert _texts(plan) == ["there is no style 'harvestres'. Did you mean 'harvesters'?"]


def test_a_strange_style_is_met_with_the_list(request_for_pier, photo, style):
    plan = _plan(replace(request_for_pier, style="xyz"), photo, style)
    assert _texts(plan) == ["there is no style 'xyz'. The styles are: harvesters."]


def test_curly_quotes_around_a_style_are_named(request_for_pier, photo, style):
    plan = _plan(replace(request_for_pier, style="“harvesters”"), photo, style)
    assert _texts(plan) == [
        "the style is written with quotes, “harvesters”. Write it without them: harvesters."
    ]


def test_a_picture_without_a_style_is_reported_with_how_to_name_one(request_for_pier, photo, style):
    plan = _plan(replace(request_for_pier, style=""), photo, style)
    assert _texts(plan) == [
        "this picture names no style. Add a line 'Style: NAME' to the front matter, or write "
        "{: stylize=NAME } after the picture. The styles are: harvesters."
    ]


def test_the_site_may_have_a_style_for_posts_that_name_none(request_for_pier, photo, style):
    plan = _plan(replace(request_for_pier, style=""), photo, style, style="harvesters")
    assert plan.entries[0].stylization.blend == (StyleShare(style=style),)


def test_the_photos_own_alt_text_serves_where_the_post_has_none(request_for_pier, photo, style):
    plan = _plan(replace(request_for_pier, alt=""), photo, style)
    assert plan.entries[0].alt == "A wooden pier at low water"


def test_a_picture_without_any_alt_text_is_reported(request_for_pier, photo, style):
    plan = _plan(replace(request_for_pier, alt=""), replace(photo, alt=""), style)
    assert _texts(plan) == [
        "pier.jpg has no alt text. Say what the photo shows, for readers who cannot see it: "
        "![Two men mending a net](pier.jpg) in the text, or pier.jpg | Two men mending a net "
        "in the front matter."
    ]


def test_a_license_without_adaptations_is_refused_with_the_reason(request_for_pier, photo, style):
    kept = replace(photo, credit=replace(photo.credit, license=LICENSES["CC-BY-ND-4.0"]))
    assert _texts(_plan(request_for_pier, kept, style)) == [
        "the photo pier.jpg cannot be used: CC BY-ND 4.0 does not allow adaptations to be published "
        "(section 2(a)(1)(B)). Show the photo plain (stylize=none) or choose another photo."
    ]


def test_only_what_a_license_forbids_is_a_refusal(request_for_pier, photo, style):
    kept = replace(photo, credit=replace(photo.credit, license=LICENSES["CC-BY-ND-4.0"]))
    (refused,) = _plan(request_for_pier, kept, style).problems
    assert (refused.is_refusal, refused.about, refused.field) == (True, "harvesters", "style")
    (mistaken,) = _plan(replace(request_for_pier, style="x"), kept, style).problems
    assert not mistaken.is_refusal


def test_every_picture_that_goes_out_has_its_terms(request_for_pier, photo, style):
    plain = replace(request_for_pier, style="none")
    policy = SitePolicy(license=LICENSES["CC-BY-SA-4.0"])
    found = [(request_for_pier, photo), (plain, photo)]
    plan = make_plan(found, {style.slug: style}, defaults=replace(DEFAULTS, policy=policy))
    assert [entry.terms.license for entry in plan.entries] == [LICENSES["CC-BY-4.0"]] * 2


def test_a_photo_that_nobody_may_show_is_refused_as_it_is_too(request_for_pier, photo, style):
    kept = replace(photo, credit=replace(photo.credit, license=LICENSES["INC"]))
    (refused,) = _plan(replace(request_for_pier, style="none"), kept, style).problems
    assert (refused.is_refusal, refused.about, refused.field) == (True, "pier.jpg", "photos")


def test_such_a_photo_may_still_be_shown_plain(request_for_pier, photo, style):
    kept = replace(photo, credit=replace(photo.credit, license=LICENSES["CC-BY-ND-4.0"]))
    assert _texts(_plan(replace(request_for_pier, style="none"), kept, style)) == []


def test_all_that_is_wrong_with_one_picture_is_reported_together(request_for_pier, photo, style):
    request = replace(request_for_pier, alt="", style="x", strength="y", problem="there is no option 'z'.")
    assert len(_texts(_plan(request, replace(photo, alt=""), style))) == 4


# Methods


def test_a_picture_is_optimized_where_it_or_its_post_asks_for_it(request_for_pier, photo, style):
    (entry,) = _plan(replace(request_for_pier, method="optimize"), photo, style).entries
    assert entry.stylization.method == OPTIMIZE
    assert entry.stylization.parameters == Parameters(strength=1.0, long_edge=1200, content=0.5)


def test_an_optimized_picture_is_never_larger_than_its_photo(request_for_pier, photo, style):
    small = replace(photo, width=600, height=400)
    (entry,) = _plan(replace(request_for_pier, method="optimize"), small, style).entries
    assert entry.stylization.parameters.long_edge == 600


@pytest.mark.parametrize(("own", "of_post", "content"), [("0.7", "", 0.7), ("", "20%", 0.2), ("0", "1", 0.0)])
def test_content_is_the_pictures_own_or_its_posts(request_for_pier, photo, style, own, of_post, content):
    request = replace(request_for_pier, method="optimize", content=own, post_content=of_post)
    assert _plan(request, photo, style).entries[0].stylization.parameters.content == content


def _methods(requests, photo, style, **defaults):
    found = [(request, photo) for request in requests]
    plan = make_plan(found, {style.slug: style}, defaults=replace(DEFAULTS, **defaults))
    assert plan.problems == ()
    return [entry.stylization.method.name for entry in plan.entries]


def test_covers_may_have_a_method_of_their_own_in_the_settings(request_for_pier, photo, style):
    cover, other = replace(request_for_pier, cover=True), replace(request_for_pier, strength="0.5")
    both = [cover, other]
    assert _methods(both, photo, style) == ["feed-forward", "feed-forward"]
    assert _methods(both, photo, style, cover_method="optimize") == ["optimize", "feed-forward"]
    assert _methods(both, photo, style, method="optimize") == ["optimize", "optimize"]
    assert _methods(both, photo, style, method="optimize", cover_method="feed-forward") == [
        "feed-forward",
        "optimize",
    ]


def test_the_cover_is_the_same_picture_where_it_stands_in_the_text(request_for_pier, photo, style):
    cover, placed = replace(request_for_pier, cover=True), replace(request_for_pier)
    assert _methods([cover, placed], photo, style, cover_method="optimize") == ["optimize", "optimize"]


def test_a_post_has_the_last_word_about_its_cover(request_for_pier, photo, style):
    cover = replace(request_for_pier, cover=True, method="feed-forward")
    assert _methods([cover], photo, style, cover_method="optimize") == ["feed-forward"]


def test_the_content_of_a_post_is_for_those_of_its_pictures_that_are_optimized(
    request_for_pier, photo, style
):
    quick = replace(request_for_pier, post_content="0.7")
    slow = replace(request_for_pier, post_content="0.7", method="optimize")
    assert _methods([quick, slow], photo, style) == ["feed-forward", "optimize"]


@pytest.mark.parametrize("field", ["content", "post_content"])
def test_content_without_optimizing_is_reported(request_for_pier, photo, style, field):
    assert _texts(_plan(replace(request_for_pier, **{field: "0.7"}), photo, style)) == [
        "content is for the method optimize, but this picture is made by feed-forward. "
        "Write method=optimize as well, or leave content out."
    ]


@pytest.mark.parametrize("written", ["abc", "2", "-1", "nan", "0,7"])
def test_a_content_that_is_not_valid_is_reported(request_for_pier, photo, style, written):
    plan = _plan(replace(request_for_pier, method="optimize", content=written), photo, style)
    assert _texts(plan) == [f"content is {written!r}, but must be a number from 0 to 1, such as 0.5."]


def test_a_misspelled_method_is_met_with_the_nearest(request_for_pier, photo, style):
    plan = _plan(replace(request_for_pier, method="optimise"), photo, style)
    assert _texts(plan) == ["there is no method 'optimise'. Did you mean 'optimize'?"]


def test_a_strange_method_is_met_with_the_list(request_for_pier, photo, style):
    plan = _plan(replace(request_for_pier, method="xyz"), photo, style)
    assert _texts(plan) == ["there is no method 'xyz'. The methods are: feed-forward, optimize."]


@pytest.mark.parametrize(
    ("size", "text"), [((120, 300), "120 x 300"), ((4000, 300), "1200 x 90")], ids=["small", "panorama"]
)
def test_a_photo_too_small_to_be_optimized_is_reported(request_for_pier, photo, style, size, text):
    small = replace(photo, width=size[0], height=size[1])
    plan = _plan(replace(request_for_pier, method="optimize"), small, style)
    assert _texts(plan) == [
        f"pier.jpg would be optimized at {text} pixels, but needs 128 on its shorter side. "
        "Use a larger photo, or method=feed-forward."
    ]


def test_a_draft_shows_the_feed_forward_picture_of_the_same_blend_and_strength(
    request_for_pier, photo, style, stylization
):
    request = replace(request_for_pier, method="optimize", strength="0.5")
    (entry,) = _plan(request, photo, style).entries
    slow = entry.stylization
    quick = make_stylization(slow.photo, slow.blend, Parameters(strength=slow.parameters.strength))
    assert quick.key == replace(stylization, parameters=Parameters(strength=0.5, long_edge=1500)).key


def test_an_imported_style_is_drawn_by_its_own_network(request_for_pier, photo, style, stylization):
    (entry,) = _plan(request_for_pier, photo, replace(style, is_imported=True)).entries
    assert entry.stylization.method == IMPORTED
    assert entry.stylization.key != stylization.key


def test_an_optimized_picture_takes_the_artwork_of_an_imported_style(request_for_pier, photo, style):
    request = replace(request_for_pier, method="optimize")
    (imported,) = _plan(request, photo, replace(style, is_imported=True)).entries
    (plain,) = _plan(request, photo, style).entries
    assert imported.stylization.key == plain.stylization.key
