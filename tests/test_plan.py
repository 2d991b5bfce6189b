"""Requests become stylizations, or problems that say what to do."""

from dataclasses import replace

import pytest
from pelican.plugins.stylize.model import Parameters, Share
from pelican.plugins.stylize.plan import make_plan
from pelican.plugins.stylize.rights import LICENSES


def _plan(request, photo, style, **options):
    return make_plan([(request, photo)], {style.slug: style}, **{"defaults": Parameters(), **options})


def _texts(plan):
    return [problem.text for problem in plan.problems]


def test_a_request_becomes_a_stylization(request_for_pier, photo, style, stylization):
    plan = _plan(request_for_pier, photo, style)
    assert plan.problems == ()
    assert plan.stylizations() == {stylization.key: stylization}


def test_a_photo_that_is_small_enough_is_not_made_anew_for_a_larger_limit(request_for_pier, photo, style):
    keys = {
        entry.stylization.key
        for limit in (1500, 1600, 4000)
        for entry in _plan(request_for_pier, photo, style, defaults=Parameters(long_edge=limit)).entries
    }
    assert len(keys) == 1


def test_the_same_picture_in_two_posts_is_made_once(request_for_pier, photo, style):
    twice = [(request_for_pier, photo), (replace(request_for_pier, post="content/other.md"), photo)]
    plan = make_plan(twice, {style.slug: style}, defaults=Parameters())
    assert len(plan.entries) == 2
    assert len(plan.stylizations()) == 1


@pytest.mark.parametrize(
    ("written", "strength"), [("0.7", 0.7), ("70%", 0.7), (".5", 0.5), ("1", 1.0), ("", 0.9)]
)
def test_strength_is_read_as_people_write_it(request_for_pier, photo, style, written, strength):
    plan = _plan(replace(request_for_pier, strength=written), photo, style, defaults=Parameters(strength=0.9))
    assert plan.entries[0].stylization.parameters.strength == strength


@pytest.mark.parametrize("written", ["abc", "3", "-1", "nan", "0,7"])
def test_a_strength_that_is_none_is_told(request_for_pier, photo, style, written):
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


def test_a_picture_without_a_style_is_told_how_to_name_one(request_for_pier, photo, style):
    plan = _plan(replace(request_for_pier, style=""), photo, style)
    assert _texts(plan) == [
        "this picture names no style. Add a line 'Style: NAME' to the front matter, or write "
        "{: stylize=NAME } after the picture. The styles are: harvesters."
    ]


def test_the_site_may_have_a_style_for_posts_that_name_none(request_for_pier, photo, style):
    plan = _plan(replace(request_for_pier, style=""), photo, style, default_style="harvesters")
    assert plan.entries[0].stylization.blend == (Share(style=style),)


def test_the_photos_own_alt_text_serves_where_the_post_has_none(request_for_pier, photo, style):
    plan = _plan(replace(request_for_pier, alt=""), photo, style)
    assert plan.entries[0].alt == "A wooden pier at low water"


def test_a_picture_without_any_alt_text_is_told(request_for_pier, photo, style):
    plan = _plan(replace(request_for_pier, alt=""), replace(photo, alt=""), style)
    assert _texts(plan) == [
        "pier.jpg has no alt text. Say what the photo shows, for readers who cannot see it: "
        "![Two men mending a net](pier.jpg) in the text, or pier.jpg | Two men mending a net "
        "in the front matter."
    ]


def test_a_license_without_adaptations_is_refused_with_the_reason(request_for_pier, photo, style):
    kept = replace(photo, credit=replace(photo.credit, license=LICENSES["CC-BY-ND-4.0"]))
    assert _texts(_plan(request_for_pier, kept, style)) == [
        "the photo pier.jpg cannot be used: its license, CC BY-ND 4.0, does not allow adaptations to be "
        "published. Show the photo plain (stylize=none) or choose another."
    ]


def test_such_a_photo_may_still_be_shown_plain(request_for_pier, photo, style):
    kept = replace(photo, credit=replace(photo.credit, license=LICENSES["CC-BY-ND-4.0"]))
    assert _texts(_plan(replace(request_for_pier, style="none"), kept, style)) == []


def test_all_that_is_wrong_with_one_picture_is_told_at_once(request_for_pier, photo, style):
    request = replace(request_for_pier, alt="", style="x", strength="y", problem="there is no option 'z'.")
    assert len(_texts(_plan(request, replace(photo, alt=""), style))) == 4
