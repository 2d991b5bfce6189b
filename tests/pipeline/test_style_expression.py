"""What an author may write as a style, and the problems that are reported."""

from dataclasses import replace

import pytest
from pelican.plugins.stylize.pipeline.style_expression import StyleExpressionError, parse_style_expression


@pytest.fixture
def styles(style):
    """Five styles, by name."""
    names = ("harvesters", "hubble-m51", "ink", "mosaic", "wave")
    return {name: replace(style, slug=name) for name in names}


@pytest.fixture
def parts(styles):
    """Read a blend; returns its names and parts."""
    return lambda written: [
        (share.style.slug, share.part) for share in parse_style_expression(written, styles)
    ]


@pytest.fixture
def problems(styles):
    """Read a blend that is none; returns what is wrong with it."""

    def problems(written: str) -> list[str]:
        with pytest.raises(StyleExpressionError) as caught:
            parse_style_expression(written, styles)
        return list(caught.value.problems)

    return problems


def test_a_name_alone_is_a_style_in_full(parts):
    assert parts("harvesters") == [("harvesters", 1.0)]


@pytest.mark.parametrize(
    "written",
    [
        "harvesters 70%, hubble-m51 30%",
        "hubble-m51 30%, harvesters 70%",
        "harvesters 70 %,hubble-m51  30.0 %",
        "harvesters 70%, hubble-m51 30%,",
    ],
)
def test_a_blend_begins_with_its_largest_part_however_it_is_written(parts, written):
    assert parts(written) == [("harvesters", 0.7), ("hubble-m51", 0.3)]


def test_equal_parts_are_sorted_by_name(parts):
    assert parts("wave 50%, ink 50%") == [("ink", 0.5), ("wave", 0.5)]


def test_thirds_may_be_written_as_people_do(parts):
    assert parts("ink 33.3%, wave 33.3%, mosaic 33.4%") == [
        ("mosaic", 0.334),
        ("ink", 0.333),
        ("wave", 0.333),
    ]


def test_all_of_one_style_is_that_style(styles):
    assert parse_style_expression("harvesters 100%", styles) == parse_style_expression("harvesters", styles)


@pytest.mark.parametrize(
    ("written", "message"),
    [
        (
            "harvesters 70%, hubble-m51 20%",
            "the parts of 'harvesters 70%, hubble-m51 20%' add to 90%, not 100%. Correct the percentages.",
        ),
        (
            "harvesters 70.5%, hubble-m51 30%",
            "the parts of 'harvesters 70.5%, hubble-m51 30%' add to 100.5%, not 100%. Correct the percentages.",
        ),
        (
            "harvesters 70%, hubble-m51",
            "'hubble-m51' has no percentage. In a blend each style has one, as in: hubble-m51 30%.",
        ),
        ("harvesters 100%, hubble-m51 0%", "'hubble-m51' has 0%. Leave the style out, or give it more."),
        ("harvesters 110%, hubble-m51 -10%", "'hubble-m51' has -10%. Leave the style out, or give it more."),
        (
            "harvesters 70%, harvesters 30%",
            "'harvesters' is named twice. Name it once, with the sum of its parts.",
        ),
        (
            "harvesters 70%, none 30%",
            "'none' cannot be part of a blend. To keep more of the photo, lower the strength.",
        ),
        (
            "harvestres 70%, hubble-m51 30%",
            "there is no style 'harvestres'. Did you mean 'harvesters'?",
        ),
        (
            "harvesters 70% hubble-m51 30%",
            "there is no comma between the styles in 'harvesters 70% hubble-m51 30%'. "
            "Put one after each percentage.",
        ),
        (
            "harvesters 70, hubble-m51 30%",
            "'harvesters 70' is not a style and its percentage. Write them as in: harvesters 70%.",
        ),
        (
            "harvesters 70%",
            "'harvesters 70%' names 70% of a picture only. Name a style for the rest, or write harvesters alone, "
            "with strength 0.7.",
        ),
        (
            "“harvesters 70%, ink 30%”",
            "the style is written with quotes, “harvesters 70%, ink 30%”. "
            "Write it without them: harvesters 70%, ink 30%.",
        ),
        (
            "harvesters 20%, hubble-m51 20%, ink 20%, mosaic 20%, wave 20%",
            "a blend has at most 4 styles, but this one has 5. Leave some out.",
        ),
    ],
)
def test_what_is_not_a_blend_is_reported(problems, written, message):
    assert problems(written) == [message]


@pytest.mark.parametrize("written", [",", "%", ", ,"])
def test_punctuation_alone_names_no_style(problems, written):
    assert problems(written) == [
        f"{written!r} names no style. Write one, or several as in: harvesters 70%, ink 30%."
    ]


def test_all_that_is_wrong_with_a_blend_is_reported_together(problems):
    assert problems("harvestres 70%, hubble-m51, ink 0%") == [
        "there is no style 'harvestres'. Did you mean 'harvesters'?",
        "'hubble-m51' has no percentage. In a blend each style has one, as in: hubble-m51 30%.",
        "'ink' has 0%. Leave the style out, or give it more.",
    ]


def test_an_imported_style_stands_alone(styles, problems, parts):
    styles["mosaic"] = replace(styles["mosaic"], is_imported=True)
    assert parts("mosaic") == [("mosaic", 1.0)]
    assert problems("harvesters 70%, mosaic 30%") == [
        "'mosaic' is an imported style, whose network is its own and cannot be blended. Name it alone, or leave it out."
    ]
