"""Images of HTML become requests, with what is around them."""

from pathlib import Path

import pytest
from pelican.plugins.stylize.content.html_images import mark_images
from pelican.plugins.stylize.content.placeholders import remove_placeholders
from pelican.plugins.stylize.content.requests import read_inline_requests


def requests(text: str, *listed: str):
    marked = mark_images(text, listed=set(listed))
    return read_inline_requests(marked, {}, post="content/x.html", folder=Path("content"))


def test_the_options_of_an_image_begin_with_data():
    (request,) = requests(
        '<img src="a.jpg" data-stylize="ink" data-strength=".5" alt="A &amp; B" id="a" width="300" height="200">'
    )
    assert (request.photo, request.alt, request.own.style, request.own.strength) == (
        "a.jpg",
        "A & B",
        "ink",
        ".5",
    )
    assert (request.html, request.problem) == ((("id", "a"), ("width", "300px")), "")


@pytest.mark.parametrize(
    "text",
    [
        # As written by hand, by the readers for Pandoc, and by docutils for HTML 4.
        '<figure class="wide"><img src="a.jpg" data-stylize alt="A"><figcaption>The <b>x</b>.</figcaption></figure>',
        '<figure class="wide">\n<img src="a.jpg" data-stylize="" alt="A" />\n'
        '<figcaption aria-hidden="true"><p>The <b>x</b>.</p></figcaption>\n</figure>',
        '<div class="figure wide">\n<img alt="A" src="a.jpg" data-stylize>\n<p class="caption">The <b>x</b>.</p>\n</div>',
    ],
)
def test_a_figure_around_an_image_is_the_figure_of_its_picture(text):
    (request,) = requests(text)
    assert (request.photo, request.caption, request.html) == ("a.jpg", "The <b>x</b>.", (("class", "wide"),))
    assert remove_placeholders(mark_images(f"<p>1</p>{text}<p>2</p>", listed=set())) == "<p>1</p><p>2</p>"


def test_a_link_and_a_paragraph_with_only_the_image_belong_to_it():
    text = '<p><a href="/x/"><img src="a.jpg" data-stylize alt="A"></a></p>'
    assert requests(text)[0].link == "/x/"
    assert remove_placeholders(mark_images(text, listed=set())) == ""


def test_a_listed_photo_needs_no_option():
    assert [request.photo for request in requests('<img src="a.jpg"><img src="b.jpg">', "a.jpg")] == ["a.jpg"]


def test_images_in_comments_and_code_and_ordinary_ones_are_left_alone():
    text = (
        '<!-- <img src="a.jpg" data-stylize> --><pre>&lt;img src="a.jpg" data-stylize&gt;</pre>'
        '<script>"<img src=a.jpg data-stylize>"</script><img src="b.jpg" data-x="1">'
    )
    assert mark_images(text, listed=set()) == text


def test_an_image_in_a_sentence_is_a_problem():
    (request,) = requests('<p>Look: <img src="a.jpg" data-stylize alt="A"> there.</p>')
    assert request.problem == (
        "a stylized picture needs a place of its own. Move it out of the paragraph or heading."
    )


@pytest.mark.parametrize("name", ["data-strenght", "data-qualty"])
def test_a_misspelled_option_is_met_with_the_nearest_and_other_data_is_the_authors(name):
    (request,) = requests(f'<img src="a.jpg" data-stylize {name}="1" data-title="t">')
    assert request.problem.startswith(f"there is no option {name!r}. Did you mean 'data-")
    assert request.html == (("data-title", "t"),)


@pytest.mark.parametrize(
    "text",
    ['<p>One.<p><img src="a.jpg" data-stylize><p>Two.', '<div><p><img src="a.jpg" data-stylize></div>'],
)
def test_a_paragraph_need_not_be_closed(text):
    assert [request.problem for request in requests(text)] == [""]


def test_an_end_tag_of_nothing_that_is_open_ends_nothing():
    assert requests('</b></p><p>In <b><i>a</b> sentence <img src="a.jpg" data-stylize></p>')[0].problem == (
        "a stylized picture needs a place of its own. Move it out of the paragraph or heading."
    )
