"""Requests become stylizations, or problems that say what to do."""

from dataclasses import replace

import pytest
from pelican.plugins.stylize.model.entities import Parameters, StyleShare
from pelican.plugins.stylize.model.methods import IMPORTED, OPTIMIZE, OPTIMIZE_SMALL
from pelican.plugins.stylize.model.picture_options import UNWRITTEN
from pelican.plugins.stylize.model.qualities import Quality
from pelican.plugins.stylize.pipeline.plan import Defaults, make_plan, make_stylization
from pelican.plugins.stylize.rights.rules import SitePolicy
from pelican.plugins.stylize.rights.vocabulary import LICENSES

DEFAULTS = Defaults(
    style="",
    parameters=Parameters(),
    quality="quick",
    cover_quality="",
    best_long_edge=1200,
)


def _plan(request, photo, artwork, **defaults):
    return make_plan([(request, photo)], {artwork.slug: artwork}, defaults=replace(DEFAULTS, **defaults))


def ask(request, **words):
    """Return the request with other words next to the picture."""
    return replace(request, own=replace(request.own, **words))


def ask_in_post(request, **words):
    """Return the request with words for the whole post."""
    return replace(request, of_post=replace(request.of_post, **words))


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
    plan = _plan(ask(request_for_pier, strength=written), photo, style, parameters=Parameters(strength=0.9))
    assert plan.entries[0].stylization.parameters.strength == strength


@pytest.mark.parametrize("written", ["abc", "3", "-1", "nan", "0,7"])
def test_a_strength_that_is_not_valid_is_reported(request_for_pier, photo, style, written):
    plan = _plan(ask(request_for_pier, strength=written), photo, style)
    assert _texts(plan) == [f"strength is {written!r}, but must be a number from 0 to 1, such as 0.7."]


def test_none_shows_the_photo_plain(request_for_pier, photo, style):
    plan = _plan(ask(request_for_pier, style="none"), photo, style)
    assert plan.entries[0].stylization is None


def test_a_misspelled_style_is_met_with_the_nearest(request_for_pier, photo, style):
    plan = _plan(ask(request_for_pier, style="harvestres"), photo, style)
    assert _texts(plan) == ["there is no style 'harvestres'. Did you mean 'harvesters'?"]


def test_a_strange_style_is_met_with_the_list(request_for_pier, photo, style):
    plan = _plan(ask(request_for_pier, style="xyz"), photo, style)
    assert _texts(plan) == ["there is no style 'xyz'. The styles are: harvesters."]


def test_curly_quotes_around_a_style_are_named(request_for_pier, photo, style):
    plan = _plan(ask(request_for_pier, style="“harvesters”"), photo, style)
    assert _texts(plan) == [
        "the style is written with quotes, “harvesters”. Write it without them: harvesters."
    ]


def test_a_picture_without_a_style_is_reported_with_how_to_name_one(request_for_pier, photo, style):
    plan = _plan(ask(request_for_pier, style=""), photo, style)
    assert _texts(plan) == [
        "this picture names no style. Add a line 'Style: NAME' to the front matter, or write "
        "{: stylize=NAME } after the picture. The styles are: harvesters."
    ]


def test_the_site_may_have_a_style_for_posts_that_name_none(request_for_pier, photo, style):
    plan = _plan(ask(request_for_pier, style=""), photo, style, style="harvesters")
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
    (mistaken,) = _plan(ask(request_for_pier, style="x"), kept, style).problems
    assert not mistaken.is_refusal


def test_every_picture_that_goes_out_has_its_terms(request_for_pier, photo, style):
    plain = ask(request_for_pier, style="none")
    policy = SitePolicy(license=LICENSES["CC-BY-SA-4.0"])
    found = [(request_for_pier, photo), (plain, photo)]
    plan = make_plan(found, {style.slug: style}, defaults=replace(DEFAULTS, policy=policy))
    assert [entry.terms.license for entry in plan.entries] == [LICENSES["CC-BY-4.0"]] * 2


def test_a_photo_that_nobody_may_show_is_refused_as_it_is_too(request_for_pier, photo, style):
    kept = replace(photo, credit=replace(photo.credit, license=LICENSES["INC"]))
    (refused,) = _plan(ask(request_for_pier, style="none"), kept, style).problems
    assert (refused.is_refusal, refused.about, refused.field) == (True, "pier.jpg", "photos")


def test_such_a_photo_may_still_be_shown_plain(request_for_pier, photo, style):
    kept = replace(photo, credit=replace(photo.credit, license=LICENSES["CC-BY-ND-4.0"]))
    assert _texts(_plan(ask(request_for_pier, style="none"), kept, style)) == []


def test_all_that_is_wrong_with_one_picture_is_reported_together(request_for_pier, photo, style):
    request = replace(request_for_pier, alt="", problem="there is no option 'z'.")
    request = ask(request, style="x", strength="y")
    assert len(_texts(_plan(request, replace(photo, alt=""), style))) == 4


# Qualities


def test_a_picture_is_painted_where_it_or_its_post_asks_for_it(request_for_pier, photo, style):
    (entry,) = _plan(ask(request_for_pier, quality="best"), photo, style).entries
    assert entry.stylization.method == OPTIMIZE
    assert entry.stylization.parameters == Parameters(strength=1.0, long_edge=1200, content=0.5)
    (entry,) = _plan(ask_in_post(request_for_pier, quality="good"), photo, style).entries
    assert entry.stylization.method == OPTIMIZE_SMALL
    assert entry.stylization.parameters == Parameters(strength=1.0, long_edge=1500, content=0.5)


def test_a_painted_picture_is_never_larger_than_its_photo(request_for_pier, photo, style):
    small = replace(photo, width=600, height=400)
    (entry,) = _plan(ask(request_for_pier, quality="best"), small, style).entries
    assert entry.stylization.parameters.long_edge == 600


@pytest.mark.parametrize("quality", ["good", "best"])
@pytest.mark.parametrize(("own", "of_post", "content"), [("0.7", "", 0.7), ("", "20%", 0.2), ("0", "1", 0.0)])
def test_content_is_the_pictures_own_or_its_posts(
    request_for_pier, photo, style, quality, own, of_post, content
):
    request = ask_in_post(ask(request_for_pier, quality=quality, content=own), content=of_post)
    assert _plan(request, photo, style).entries[0].stylization.parameters.content == content


def _qualities(requests, photo, style, **defaults):
    found = [(request, photo) for request in requests]
    plan = make_plan(found, {style.slug: style}, defaults=replace(DEFAULTS, **defaults))
    assert plan.problems == ()
    return [str(entry.stylization.method.quality) for entry in plan.entries]


def test_covers_may_have_a_quality_of_their_own_in_the_settings(request_for_pier, photo, style):
    both = [replace(request_for_pier, cover=True), ask(request_for_pier, strength="0.5")]
    assert _qualities(both, photo, style) == ["quick", "quick"]
    assert _qualities(both, photo, style, cover_quality="best") == ["best", "quick"]
    assert _qualities(both, photo, style, quality="good") == ["good", "good"]
    assert _qualities(both, photo, style, quality="best", cover_quality="quick") == ["quick", "best"]


def test_the_cover_is_the_same_picture_where_it_stands_in_the_text(request_for_pier, photo, style):
    cover, placed = replace(request_for_pier, cover=True), replace(request_for_pier)
    assert _qualities([cover, placed], photo, style, cover_quality="best") == ["best", "best"]


def test_a_cover_is_recognized_in_the_text_by_what_its_post_says(request_for_pier, photo, style):
    cover = replace(request_for_pier, own=UNWRITTEN, of_post=request_for_pier.own, cover=True)
    assert _qualities([cover, request_for_pier], photo, style, cover_quality="good") == ["good", "good"]


def test_a_post_has_the_last_word_about_its_cover(request_for_pier, photo, style):
    cover = ask_in_post(replace(request_for_pier, cover=True), quality="quick")
    assert _qualities([cover], photo, style, cover_quality="best") == ["quick"]


def test_the_content_of_a_post_is_for_those_of_its_pictures_that_are_painted(request_for_pier, photo, style):
    quick = ask_in_post(request_for_pier, content="0.7")
    assert _qualities([quick, ask(quick, quality="best")], photo, style) == ["quick", "best"]


@pytest.mark.parametrize("written", [ask, ask_in_post])
def test_the_content_of_a_quick_picture_is_reported(request_for_pier, photo, style, written):
    assert _texts(_plan(written(request_for_pier, content="0.7"), photo, style)) == [
        "content is for the qualities good and best, but this picture is quick. "
        "Write quality=good as well, or leave content out."
    ]


@pytest.mark.parametrize("written", ["abc", "2", "-1", "nan", "0,7"])
def test_a_content_that_is_not_valid_is_reported(request_for_pier, photo, style, written):
    plan = _plan(ask(request_for_pier, quality="best", content=written), photo, style)
    assert _texts(plan) == [f"content is {written!r}, but must be a number from 0 to 1, such as 0.5."]


def test_a_misspelled_quality_is_met_with_the_nearest(request_for_pier, photo, style):
    plan = _plan(ask(request_for_pier, quality="goood"), photo, style)
    assert _texts(plan) == ["there is no quality 'goood'. Did you mean 'good'?"]


def test_a_strange_quality_is_met_with_the_list(request_for_pier, photo, style):
    plan = _plan(ask_in_post(request_for_pier, quality="xyz"), photo, style)
    assert _texts(plan) == ["there is no quality 'xyz'. The qualities are: best, good, quick."]


@pytest.mark.parametrize(
    ("quality", "size", "text"),
    [
        ("best", (120, 300), "120 x 300"),
        ("best", (4000, 300), "1200 x 90"),
        ("good", (120, 300), "120 x 300"),
        ("good", (4000, 300), "1600 x 120"),
    ],
)
def test_a_photo_too_small_to_be_painted_is_reported(request_for_pier, photo, style, quality, size, text):
    small = replace(photo, width=size[0], height=size[1])
    plan = _plan(ask(request_for_pier, quality=quality), small, style)
    assert _texts(plan) == [
        f"pier.jpg would be painted at {text} pixels, but needs 128 on its shorter side. "
        "Use a larger photo, or quality=quick."
    ]


def test_the_quick_twin_of_a_painted_picture_is_what_quick_would_have_drawn(
    request_for_pier, photo, style, stylization
):
    request = ask(request_for_pier, quality="best", strength="0.5", stroke="2")
    (entry,) = _plan(request, photo, style).entries
    painted = entry.stylization
    twin = make_stylization(
        painted.photo,
        painted.blend,
        quality=Quality.QUICK,
        parameters=replace(painted.parameters, long_edge=1600),
    )
    quick = Parameters(strength=0.5, stroke=2.0, long_edge=1500)
    assert twin.key == replace(stylization, parameters=quick).key


# Strokes


@pytest.mark.parametrize("quality", ["quick", "good", "best"])
@pytest.mark.parametrize(
    ("own", "of_post", "stroke"), [("0.5", "", 0.5), ("", "2", 2.0), ("4", "0.1", 4.0), ("", "", 1.5)]
)
def test_the_stroke_is_the_pictures_own_or_its_posts_or_the_sites(
    request_for_pier, photo, style, quality, own, of_post, stroke
):
    request = ask_in_post(ask(request_for_pier, quality=quality, stroke=own), stroke=of_post)
    (entry,) = _plan(request, photo, style, parameters=Parameters(stroke=1.5)).entries
    assert entry.stylization.parameters.stroke == stroke


@pytest.mark.parametrize("written", ["abc", "0", "5", "-1", "nan", "50%"])
def test_a_stroke_that_is_not_valid_is_reported(request_for_pier, photo, style, written):
    plan = _plan(ask(request_for_pier, stroke=written), photo, style)
    assert _texts(plan) == [f"stroke is {written!r}, but must be a number from 0.1 to 4, such as 0.5."]


@pytest.mark.parametrize("written", [ask, ask_in_post])
def test_a_quick_picture_in_an_imported_style_has_strokes_of_one_size(
    request_for_pier, photo, style, written
):
    imported = replace(style, is_imported=True)
    assert _texts(_plan(written(request_for_pier, stroke="2"), photo, imported)) == [
        "stroke cannot be set for a quick picture in an imported style, whose network draws strokes of one size. "
        "Write quality=good as well, or leave stroke out."
    ]
    (entry,) = _plan(request_for_pier, photo, imported, parameters=Parameters(stroke=2)).entries
    assert entry.stylization.parameters.stroke == 1


@pytest.mark.parametrize("name", ["color", "tone"])
@pytest.mark.parametrize("quality", ["quick", "good", "best"])
@pytest.mark.parametrize(
    ("own", "of_post", "value"),
    [("photo", "0.5", 1.0), ("", "photo", 1.0), ("0", "photo", 0.0), ("30%", "", 0.3), ("", "", 0.25)],
)
def test_color_and_tone_are_the_pictures_own_or_its_posts_or_the_sites(
    request_for_pier, photo, style, name, quality, own, of_post, value
):
    request = ask_in_post(ask(request_for_pier, quality=quality, **{name: own}), **{name: of_post})
    (entry,) = _plan(request, photo, style, parameters=Parameters(**{name: 0.25})).entries
    assert getattr(entry.stylization.parameters, name) == value


@pytest.mark.parametrize("name", ["color", "tone"])
@pytest.mark.parametrize("written", ["artwork", "2", "-0.5", "Photo"])
def test_a_color_or_tone_that_is_not_valid_is_reported(request_for_pier, photo, style, name, written):
    assert _texts(_plan(ask(request_for_pier, **{name: written}), photo, style)) == [
        f"{name} is {written!r}, but must be photo or a number from 0 to 1, such as 0.5."
    ]


def test_a_quick_picture_in_an_imported_style_may_have_the_photos_colors(request_for_pier, photo, style):
    imported = replace(style, is_imported=True)
    (entry,) = _plan(ask(request_for_pier, color="photo"), photo, imported).entries
    assert entry.stylization.parameters.color == 1


def test_the_stroke_of_a_post_is_for_those_of_its_pictures_that_have_one(request_for_pier, photo, style):
    imported = replace(style, slug="old", is_imported=True)
    both = [ask_in_post(ask(request_for_pier, style=slug), stroke="2") for slug in ("harvesters", "old")]
    styles = {"harvesters": style, "old": imported}
    plan = make_plan([(request, photo) for request in both], styles, defaults=DEFAULTS)
    assert plan.problems == ()
    assert [entry.stylization.parameters.stroke for entry in plan.entries] == [2.0, 1.0]


# Imported styles


def test_an_imported_style_is_drawn_by_its_own_network(request_for_pier, photo, style, stylization):
    (entry,) = _plan(request_for_pier, photo, replace(style, is_imported=True)).entries
    assert entry.stylization.method == IMPORTED
    assert entry.stylization.key != stylization.key


@pytest.mark.parametrize("quality", ["good", "best"])
def test_a_painted_picture_takes_the_artwork_of_an_imported_style(request_for_pier, photo, style, quality):
    request = ask(request_for_pier, quality=quality)
    (imported,) = _plan(request, photo, replace(style, is_imported=True)).entries
    (plain,) = _plan(request, photo, style).entries
    assert imported.stylization.key == plain.stylization.key
