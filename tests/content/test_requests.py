"""Front matter and HTML with placeholders become requests, and mistakes in them are noticed."""

from pathlib import Path

from pelican.plugins.stylize.content import requests
from pelican.plugins.stylize.content.placeholders import replace_placeholders


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


def test_images_that_lead_to_a_file_next_to_the_text_are_found():
    text = (
        '<img alt="" src="a.jpg"> <img src="https://example.org/b.jpg"> <img src="/c.jpg"> <img src="{static}/d.jpg">'
        '<!-- <img src="e.jpg"> --> <code><img src="f.jpg"></code>'
    )
    assert requests.find_unpublished_images(text) == ["a.jpg"]


def test_figures_take_the_place_of_their_marks_in_order():
    text = '<p>a</p><figure data-stylize-request="x">c</figure><p>b</p><figure data-stylize-request="y"></figure>'
    assert replace_placeholders(text, ["<ONE>", "<TWO>"]) == "<p>a</p><ONE><p>b</p><TWO>"
