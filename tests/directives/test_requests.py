"""Front matter and marked HTML become requests, and what is wrong around them is seen."""

from pathlib import Path

import pytest
from pelican.plugins.stylize.directives import requests as directives


def listed(**metadata):
    return directives.listed_requests(metadata, post="content/x.md", folder=Path("content"))


def test_each_line_of_photos_is_a_request_and_the_first_is_the_cover():
    first, second = listed(style="ink", photos=["pier.jpg | A pier | At *low* water", "nets.jpg"])
    assert (first.photo, first.alt, first.caption, first.cover) == (
        "pier.jpg",
        "A pier",
        "At <em>low</em> water",
        True,
    )
    assert (second.photo, second.alt, second.caption, second.cover) == ("nets.jpg", "", "", False)
    assert first.style == second.style == "ink"


def test_a_single_photo_is_a_list_of_one():
    (request,) = listed(style="ink", photos="pier.jpg")
    assert request.photo == "pier.jpg"


def test_a_caption_is_text_until_it_is_markdown():
    (request,) = listed(photos="pier.jpg | A pier | Fish > chips")
    assert request.caption == "Fish &gt; chips"


def test_a_number_in_yaml_is_a_strength():
    (request,) = listed(style="ink", strength=0.8, photos=["pier.jpg"])
    assert request.strength == "0.8"


@pytest.mark.parametrize(
    ("field", "meant"),
    [("styles", "Style"), ("stlye", "Style"), ("photo", "Photos"), ("strenght", "Strength")],
)
def test_misspelled_front_matter_is_seen(field, meant):
    assert directives.problems_around("", {field: "x"}) == [
        (f"{field}:", f"there is no front matter {field!r}. Did you mean {meant!r}?")
    ]


@pytest.mark.parametrize("field", ["title", "date", "status", "series", "photographer", "lifestyle"])
def test_other_front_matter_is_none_of_our_business(field):
    assert directives.problems_around("", {field: "x"}) == []


def test_options_that_touch_no_picture_are_seen():
    ((needle, text),) = directives.problems_around("<p><img src='a.jpg'> {: stylize=ink }</p>", {})
    assert needle == "{: stylize=ink }"
    assert text == (
        "'{: stylize=ink }' is not attached to a picture and would be printed as text. "
        "Write it right after the picture, without a space before the brace."
    )


def test_options_shown_as_code_are_not_left_over():
    assert directives.problems_around("<pre><code>{: stylize=ink }</code></pre>", {}) == []


def test_figures_take_the_place_of_their_marks_in_order():
    text = '<p>a</p><figure data-stylize="x">c</figure><p>b</p><figure data-stylize="y"></figure>'
    assert directives.with_figures(text, ["<ONE>", "<TWO>"]) == "<p>a</p><ONE><p>b</p><TWO>"


def test_a_problem_is_found_on_its_line(tmp_path):
    post = tmp_path / "x.md"
    post.write_text("Title: X\nStyle: inc\n\n![A](a.jpg){: stylize=ink }\n![A](a.jpg){: stylize=inc }\n")
    assert directives.locate("content/x.md", post, "inc", "a.jpg") == "content/x.md:5"
    assert directives.locate("content/x.md", post, "inc") == "content/x.md:2"
    assert directives.locate("content/x.md", post, "nowhere") == "content/x.md"
