"""Advice in a message is in the language of the post."""

import pytest
from pelican.plugins.stylize.model.markup import (
    HTML,
    MARKDOWN,
    RESTRUCTUREDTEXT,
    find_markup,
    translate_advice,
)


@pytest.mark.parametrize(
    ("advice", "rest", "html"),
    [
        (
            "write {: stylize=none } right after the picture, or name a style.",
            "write :stylize: none among the options of its directive, or name a style.",
            'write data-stylize="none" in its <img>, or name a style.',
        ),
        (
            "Use a larger photo, or quality=quick.",
            "Use a larger photo, or :quality: quick.",
            'Use a larger photo, or data-quality="quick".',
        ),
        (
            "there is no Method. Write Quality: best.",
            "there is no Method. Write :quality: best.",
            'there is no Method. Write <meta name="quality" content="best">.',
        ),
        (
            "see it: ![Two men mending a net](a.jpg) in the text",
            "see it: :alt: Two men mending a net in the text",
            'see it: alt="Two men mending a net" in the text',
        ),
    ],
)
def test_advice_is_translated(advice, rest, html):
    assert translate_advice(advice, MARKDOWN) == advice
    assert translate_advice(advice, RESTRUCTUREDTEXT) == rest
    assert translate_advice(advice, HTML) == html


@pytest.mark.parametrize(
    ("post", "markup"),
    [
        ("a.md", MARKDOWN),
        ("a.MKD", MARKDOWN),
        ("a.rst", RESTRUCTUREDTEXT),
        ("a.html", HTML),
        ("a.ipynb", HTML),
    ],
)
def test_the_language_of_a_post_is_that_of_its_file(post, markup):
    assert find_markup(post) is markup
