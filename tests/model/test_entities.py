"""The key of a stylization: all that decides a pixel, and nothing else."""

from dataclasses import fields, replace
from pathlib import Path

import pytest
from pelican.plugins.stylize.model.entities import (
    Artwork,
    Credit,
    Mask,
    Method,
    MuseumItem,
    Parameters,
    Photo,
    Style,
    StyleShare,
    StyleWeights,
    Stylization,
    Verdict,
)
from pelican.plugins.stylize.rights.vocabulary import LICENSES

SAME = {  # what may change without a new picture
    "photo": {
        "path": Path("elsewhere/wharf.jpg"),
        "width": 2,
        "height": 2,
        "alt": "Another text",
        "credit": Credit(title="Other", creator="Other", license=LICENSES["CC0-1.0"]),
        "museum": MuseumItem(item="met:1", checked="2026-11-22"),
    },
    "style": {
        "slug": "reapers",
        "title": "The Reapers",
        "category": "art",
        "meaning": "Another meaning.",
        "how_made": "By hand.",
        "level": 2,
        "is_imported": True,
        "verdict": Verdict(word="meh", on="2026-11-22"),
        "artwork": Artwork(
            path=Path("x.jpg"),
            digest="f" * 64,
            credit=Credit(title="Other", creator="Other", license=LICENSES["CC0-1.0"]),
        ),
    },
}
OTHER = {  # what makes another picture
    "photo": {"digest": "d" * 64, "colors": "1 PQ 0.3127 0.3290"},
    "style": {"weights": StyleWeights(path=Path("styles/harvesters/style.safetensors"), digest="d" * 64)},
    "method": {"name": "optimize", "version": 99, "network": "d" * 64},
    "parameters": {
        "strength": 0.5,
        "long_edge": 1200,
        "stroke": 0.5,
        "content": 0.5,
        "color": 0.5,
        "tone": 0.5,
    },
}


def _changed(stylization: Stylization, part: str, field: str, value: object) -> Stylization:
    if part == "style":
        (share,) = stylization.blend
        changed = replace(share, style=replace(share.style, **{field: value}))
        return replace(stylization, blend=(changed,))
    return replace(stylization, **{part: replace(getattr(stylization, part), **{field: value})})


@pytest.mark.parametrize(("part", "field"), [(p, f) for p, changes in SAME.items() for f in changes])
def test_what_is_said_about_a_picture_keeps_its_key(stylization, part, field):
    changed = _changed(stylization, part, field, SAME[part][field])
    assert changed != stylization
    assert changed.key == stylization.key


@pytest.mark.parametrize(("part", "field"), [(p, f) for p, changes in OTHER.items() for f in changes])
def test_what_decides_a_pixel_changes_the_key(stylization, part, field):
    assert _changed(stylization, part, field, OTHER[part][field]).key != stylization.key


def test_the_two_lists_above_name_every_field_there_is():
    for part, kind in (("photo", Photo), ("style", Style), ("method", Method), ("parameters", Parameters)):
        named = set(SAME.get(part, {})) | set(OTHER.get(part, {}))
        assert named == {field.name for field in fields(kind)}


def test_every_change_makes_a_key_of_its_own(stylization):
    keys = {stylization.key} | {
        _changed(stylization, part, field, value).key
        for part, changes in OTHER.items()
        for field, value in changes.items()
    }
    assert len(keys) == 1 + sum(len(changes) for changes in OTHER.values())


def test_the_weights_may_lie_elsewhere(stylization):
    moved = replace(stylization.blend[0].style.weights, path=Path("elsewhere/style.safetensors"))
    assert _changed(stylization, "style", "weights", moved).key == stylization.key


def test_a_key_is_the_same_in_every_year_and_on_every_machine(stylization):
    method = Method(name="feed-forward", version=1, network="e" * 64)
    expected = "66b1c36d2b94fccd4cde051a775a819aa8d5504e05c6ee6c2104e3bea4e1727e"
    assert replace(stylization, method=method).key == expected


def _blended(stylization: Stylization, *parts: tuple[str, str, float]) -> Stylization:
    """Return the stylization in a blend of styles, each with its slug, the digest of its weights, its part."""
    style = stylization.blend[0].style
    return replace(
        stylization,
        blend=tuple(
            StyleShare(
                style=replace(style, slug=slug, weights=replace(style.weights, digest=digest)), part=part
            )
            for slug, digest, part in parts
        ),
    )


def test_the_key_of_a_blend_holds_each_style_and_its_part(stylization):
    keys = {
        _blended(stylization, *parts).key
        for parts in (
            [("a", "1", 1.0)],
            [("a", "1", 0.7), ("b", "2", 0.3)],
            [("a", "1", 0.3), ("b", "2", 0.7)],
            [("a", "1", 0.5), ("b", "2", 0.5)],
            [("a", "1", 0.5), ("b", "3", 0.5)],
            [("a", "1", 0.5), ("b", "2", 0.3), ("c", "3", 0.2)],
        )
    }
    assert len(keys) == 6


def test_neither_names_nor_their_order_change_the_key_of_a_blend(stylization):
    before = _blended(stylization, ("a", "1", 0.5), ("b", "2", 0.5))
    renamed = _blended(stylization, ("b", "2", 0.5), ("z", "1", 0.5))
    assert renamed.key == before.key


def test_the_key_of_a_blend_is_the_same_in_every_year_and_on_every_machine(stylization):
    method = Method(name="feed-forward", version=1, network="e" * 64)
    blend = _blended(replace(stylization, method=method), ("a", "1" * 64, 0.7), ("b", "2" * 64, 0.3))
    assert blend.key == "4ba4ffe4b6d2d75210632640efc6c6b6ccd2a8cb072410a28195a168bc2483f6"


def _painted(stylization: Stylization, name: str, *, weights: str = "1", artwork: str = "2") -> Stylization:
    style = stylization.blend[0].style
    made = replace(
        style,
        weights=replace(style.weights, digest=weights),
        artwork=replace(style.artwork, digest=artwork),
    )
    method = Method(name=name, version=1, network="e" * 64)
    parameters = Parameters(long_edge=1200, content=0.5)
    return replace(stylization, blend=(StyleShare(style=made),), method=method, parameters=parameters)


@pytest.mark.parametrize("name", ["optimize-small", "optimize"])
def test_tuning_a_style_again_keeps_its_painted_pictures(stylization, name):
    assert _painted(stylization, name, weights="9").key == _painted(stylization, name).key


@pytest.mark.parametrize("name", ["optimize-small", "optimize"])
def test_another_artwork_makes_another_painted_picture(stylization, name):
    assert _painted(stylization, name, artwork="9").key != _painted(stylization, name).key


def test_the_key_of_a_painted_picture_is_the_same_in_every_year_and_on_every_machine(stylization):
    assert (
        _painted(stylization, "optimize").key
        == "c0697bb0b8f54c432c4c4f4c8945b0e44c46d072e8381789f38bb3fb7212fae8"
    )


@pytest.mark.parametrize("content", [-0.1, 1.1, float("nan")])
def test_content_runs_from_0_to_1(content):
    with pytest.raises(ValueError, match=r"^content is \S+, but runs from 0 to 1$"):
        Parameters(content=content)


def test_a_blend_is_shown_as_it_is_written(stylization):
    assert stylization.in_styles == "harvesters"
    blend = _blended(stylization, ("harvesters", "1", 0.667), ("ink", "2", 0.333))
    assert blend.in_styles == "harvesters 66.7%, ink 33.3%"


@pytest.mark.parametrize("strength", [-0.1, 1.1, float("nan")])
def test_strength_runs_from_0_to_1(strength):
    with pytest.raises(ValueError, match=r"^strength is \S+, but runs from 0 to 1$"):
        Parameters(strength=strength)


@pytest.mark.parametrize("name", ["color", "tone"])
@pytest.mark.parametrize("value", [-0.1, 1.1, float("nan")])
def test_color_and_tone_run_from_0_to_1(name, value):
    with pytest.raises(ValueError, match=rf"^{name} is \S+, but runs from 0 to 1$"):
        Parameters(**{name: value})


@pytest.mark.parametrize("stroke", [0, 0.09, 4.1, float("nan")])
def test_stroke_runs_from_a_tenth_to_4(stroke):
    with pytest.raises(ValueError, match=r"^stroke is \S+, but runs from 0.1 to 4$"):
        Parameters(stroke=stroke)


SKY = Mask(
    name="sky.png",
    path=Path("content/photos/sky.png"),
    digest="1" * 64,
    width=300,
    height=200,
    darkest=0,
    lightest=255,
)


def test_the_digest_of_a_mask_decides_the_key_and_nothing_else_of_it(stylization):
    (share,) = stylization.blend
    masked = replace(stylization, blend=(replace(share, mask=SKY),))
    moved = replace(
        SKY, name="../sky.png", path=Path("sky.png"), width=600, height=400, darkest=3, lightest=9
    )
    assert replace(masked, blend=(replace(share, mask=moved),)).key == masked.key
    changed = replace(SKY, digest="2" * 64)
    keys = {stylization.key, masked.key, replace(masked, blend=(replace(share, mask=changed),)).key}
    assert len(keys) == 3


def test_the_order_of_masked_styles_decides_the_key(stylization):
    (share,) = stylization.blend
    ink = replace(share.style, slug="ink", weights=replace(share.style.weights, digest="d" * 64))
    first = StyleShare(style=share.style, mask=SKY)
    second = StyleShare(style=ink, mask=replace(SKY, digest="2" * 64))
    assert replace(stylization, blend=(first, second)).key != replace(stylization, blend=(second, first)).key


def test_the_photos_of_a_series_decide_the_key_in_any_order(stylization, photo):
    other = replace(photo, digest="3" * 64)
    series = replace(stylization, together=(photo, other))
    assert replace(stylization, together=(other, photo)).key == series.key
    assert len({stylization.key, series.key, replace(stylization, together=(photo,)).key}) == 3
