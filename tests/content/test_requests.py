"""Front matter and HTML with placeholders become requests, and mistakes in them are noticed."""

from pathlib import Path

import pytest
from pelican.plugins.stylize.content import requests
from pelican.plugins.stylize.content.placeholders import replace_placeholders
from pelican.plugins.stylize.content.requests import Typo
from pelican.plugins.stylize.model.markup import RESTRUCTUREDTEXT


def listed(**metadata):
    return requests.read_listed_requests(metadata, post="content/x.md", folder=Path("content"))


def test_each_line_of_photos_is_a_request_and_the_first_is_the_cover():
    first, second = listed(style="ink", photos=["pier.jpg | A pier | At *low* water", "nets.jpg"])
    assert (first.photo, first.alt, first.caption, first.cover) == (
        "pier.jpg",
        "A pier",
        "At <em>low</em> water",
        True,
    )
    assert (second.photo, second.alt, second.caption, second.cover) == ("nets.jpg", "", "", False)
    assert first.options.style == second.options.style == "ink"


def test_a_single_photo_is_a_list_of_one():
    (request,) = listed(style="ink", photos="pier.jpg")
    assert request.photo == "pier.jpg"


def test_a_caption_is_text_until_it_is_markdown():
    (request,) = listed(photos="pier.jpg | A pier | Fish > chips")
    assert request.caption == "Fish &gt; chips"


def test_a_number_in_yaml_is_a_strength():
    (request,) = listed(style="ink", strength=0.8, photos=["pier.jpg"])
    assert request.options.strength == "0.8"


@pytest.mark.parametrize(
    ("field", "meant"),
    [("styles", "Style"), ("stlye", "Style"), ("photo", "Photos")],
)
def test_misspelled_front_matter_is_noticed(field, meant):
    assert requests.find_typos("", {field: "x"}) == [
        Typo(f"there is no front matter {field!r}. Did you mean {meant!r}?", field=field)
    ]


@pytest.mark.parametrize(("field", "meant"), [("strenght", "Strength"), ("qualtiy", "Quality")])
def test_misspelled_options_are_noticed_where_a_picture_is_asked_for(field, meant):
    assert requests.find_typos("", {field: "x"}) == []
    assert requests.find_typos("", {field: "x", "style": "ink"}) == [
        Typo(f"there is no front matter {field!r}. Did you mean {meant!r}?", field=field)
    ]


@pytest.mark.parametrize("field", ["title", "date", "status", "series", "photographer", "lifestyle"])
def test_other_front_matter_is_none_of_our_business(field):
    assert requests.find_typos("", {field: "x"}) == []


@pytest.mark.parametrize("field", ["quantity", "length", "store", "contact"])
def test_words_that_are_similar_to_ours_stay_free(field):
    assert requests.find_typos("", {field: "x", "style": "ink"}) == []


def test_the_old_word_for_quality_counts_where_a_picture_is_asked_for():
    assert requests.find_typos("", {"method": "French press", "quality": "high"}) == []
    (typo,) = requests.find_typos("", {"method": "optimize", "photos": ["pier.jpg"]})
    assert typo.text == "there is no Method; a picture has a quality instead. Write Quality: best."


def test_options_that_touch_no_picture_are_noticed():
    (typo,) = requests.find_typos("<p><img src='a.jpg'> {: stylize=ink }</p>", {})
    assert typo.about == "{: stylize=ink }"
    assert typo.text == (
        "'{: stylize=ink }' is not attached to a picture and would be printed as text. "
        "Write it right after the picture, without a space before the brace."
    )


def test_options_shown_as_code_are_not_left_over():
    assert requests.find_typos("<pre><code>{: stylize=ink }</code></pre>", {}) == []
    assert requests.find_typos("<!-- ![A](a.jpg){: stylize=ink } -->", {}) == []


@pytest.mark.parametrize(
    "text", ["<p>nets.jpg | Nets</p>", "<ul>\n<li>nets.jpg | Nets</li>", "<p>nets.jpg\nb.jpg</p>"]
)
def test_a_line_of_photos_that_went_into_the_text_is_noticed(text):
    (typo,) = requests.find_typos(text, {"photos": ["pier.jpg"]})
    assert typo.text == (
        "'nets.jpg' is in the text, not in Photos. Indent each photo after the first line by four spaces."
    )


def test_a_text_may_begin_with_the_name_of_a_file():
    assert requests.find_typos("<p>pier.jpg was the name they gave it.</p>", {"photos": ["pier.jpg"]}) == []


def test_what_is_written_twice_is_noticed():
    (typo,) = requests.find_typos("", {"style": ["ink", "wave"]})
    assert typo.text == "Style is written twice. Keep one of the lines."


def test_an_empty_photos_is_noticed():
    (typo,) = requests.find_typos("", {"photos": ""})
    assert typo.text == "Photos names no photo. Write one, such as pier.jpg."


def test_images_that_lead_to_a_file_next_to_the_text_are_found():
    text = (
        '<img alt="" src="a.jpg"> <img src="https://example.org/b.jpg"> <img src="/c.jpg"> <img src="{static}/d.jpg">'
        '<!-- <img src="e.jpg"> --> <code><img src="f.jpg"></code>'
    )
    assert requests.find_unpublished_images(text) == ["a.jpg"]


def test_figures_take_the_place_of_their_marks_in_order():
    text = '<p>a</p><figure data-stylize-request="x">c</figure><p>b</p><figure data-stylize-request="y"></figure>'
    assert replace_placeholders(text, ["<ONE>", "<TWO>"]) == "<p>a</p><ONE><p>b</p><TWO>"


def test_braces_of_markdown_in_another_language_are_met_with_its_own_words():
    (typo,) = requests.find_typos("<p>{: stylize=ink }</p>", {}, markup=RESTRUCTUREDTEXT)
    assert typo.text == (
        "'{: stylize=ink }' is Markdown and would be printed as text. Write :stylize: NAME among the options of"
        " its directive."
    )


def test_a_bare_option_that_is_not_attached_is_noticed():
    (typo,) = requests.find_typos("<p>{: stylize }</p>", {})
    assert typo.text.startswith("'{: stylize }' is not attached to a picture")


def test_a_picture_that_another_extension_took_apart_is_a_problem():
    (typo,) = requests.find_typos('<figure stylize="ink"><img alt="A" src="a.jpg"></figure>', {})
    assert typo.text == (
        "the picture 'a.jpg' cannot be shown: an extension in MARKDOWN took it apart. Leave that extension out,"
        " or the picture's option stylize."
    )
