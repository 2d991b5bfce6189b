"""The key of a stylization: all that decides a pixel, and nothing else."""

from dataclasses import fields, replace
from pathlib import Path

import pytest
from pelican.plugins.stylize.model import (
    Artwork,
    Credit,
    Method,
    Numbers,
    Parameters,
    Photo,
    Style,
    Stylization,
)
from pelican.plugins.stylize.rights import LICENSES

SAME = {  # what may change without a new picture
    "photo": {
        "path": Path("elsewhere/wharf.jpg"),
        "width": 2,
        "height": 2,
        "alt": "Another text",
        "credit": Credit(title="Other", creator="Other", license=LICENSES["CC0-1.0"]),
    },
    "style": {
        "slug": "reapers",
        "title": "The Reapers",
        "category": "art",
        "meaning": "Another meaning.",
        "how_made": "By hand.",
        "artwork": Artwork(
            path=Path("x.jpg"),
            digest="f" * 64,
            credit=Credit(title="Other", creator="Other", license=LICENSES["CC0-1.0"]),
        ),
    },
}
OTHER = {  # what makes another picture
    "photo": {"digest": "d" * 64},
    "style": {"numbers": Numbers(path=Path("styles/harvesters/style.safetensors"), digest="d" * 64)},
    "method": {"name": "optimize", "version": 99, "network": "d" * 64},
    "parameters": {"strength": 0.5, "long_edge": 1200},
}


def _changed(stylization: Stylization, part: str, field: str, value: object) -> Stylization:
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


def test_the_numbers_may_lie_elsewhere(stylization):
    moved = replace(stylization.style.numbers, path=Path("elsewhere/style.safetensors"))
    assert _changed(stylization, "style", "numbers", moved).key == stylization.key


def test_a_key_is_the_same_in_every_year_and_on_every_machine(stylization):
    method = Method(name="feed-forward", version=1, network="e" * 64)
    expected = "4729c628acb73f440c65aa14156f174a88ac96bd5901e37fa3cffac6c2459337"
    assert replace(stylization, method=method).key == expected


@pytest.mark.parametrize("strength", [-0.1, 1.1, float("nan")])
def test_strength_runs_from_0_to_1(strength):
    with pytest.raises(ValueError, match=r"^strength is \S+, but runs from 0 to 1$"):
        Parameters(strength=strength)
