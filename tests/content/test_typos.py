"""Misspelled front matter and misplaced words, in a post that asks for pictures."""

import pytest
from pelican.plugins.stylize.content.typos import Typo, find_typos
from pelican.plugins.stylize.model.markup import RESTRUCTUREDTEXT

PHOTOS = {"photos": ["pier.jpg"]}


def never(field: str, value: object) -> bool:
    """Say that no value could be meant for a field."""
    return False


@pytest.mark.parametrize(
    ("field", "meant"),
    [
        *(
            ("styles", "Style"),
            ("stlye", "Style"),
            ("stile", "Style"),
            ("photo", "Photos"),
            ("phtos", "Photos"),
        ),
        *(("strenght", "Strength"), ("qualtiy", "Quality"), ("colour", "Color")),
        ("styled-togehter", "Styled-together"),
    ],
)
def test_one_wrong_letter_is_a_mistake_if_the_value_makes_sense_and_a_guess_if_not(field, meant):
    text = f"there is no front matter {field!r}. Did you mean {meant!r}?"
    assert find_typos("", {field: "x"}) == [Typo(text, field=field, is_certain=True)]
    assert find_typos("", {field: "x"}, makes_sense=never) == [Typo(text, field=field, is_certain=False)]


@pytest.mark.parametrize(
    ("field", "meant"), [("sryle", "Style"), ("fotos", "Photos"), ("strengh", "Strength")]
)
def test_two_wrong_letters_are_a_guess_at_most(field, meant):
    typos = find_typos("", {field: "x"})
    assert [typo.text for typo in typos] == [f"there is no front matter {field!r}. Did you mean {meant!r}?"]


@pytest.mark.parametrize("field", ["meta", "type", "math", "site", "mood", "host", "length", "tile", "title"])
def test_other_words_are_not_guessed_at_unless_their_value_makes_sense(field):
    assert find_typos("", {field: "x", **PHOTOS}, makes_sense=never) == []


@pytest.mark.parametrize(
    "field", ["photographer", "lifestyle", "quantity", "length", "store", "contact", "series"]
)
def test_words_that_are_similar_to_ours_stay_free(field):
    assert find_typos("", {field: "x", **PHOTOS}) == []


def test_a_field_that_the_post_has_is_not_meant_a_second_time():
    assert find_typos("", {"photo": "images/me.jpg", **PHOTOS}) == []
    assert find_typos("", {"type": "harvesters", "style": "harvesters"}) == []


def test_the_old_word_for_quality_is_explained():
    (typo,) = find_typos("", {"method": "optimize", **PHOTOS})
    assert typo.text == "there is no Method; a picture has a quality instead. Write Quality: best."


def test_options_that_touch_no_picture_are_noticed():
    (typo,) = find_typos("<p><img src='a.jpg'> {: stylize=ink }</p>", {})
    assert typo.about == "{: stylize=ink }"
    assert typo.text == (
        "'{: stylize=ink }' is not attached to a picture and would be printed as text. "
        "Write it right after the picture, without a space before the brace."
    )


def test_options_shown_as_code_are_not_left_over():
    assert find_typos("<pre><code>{: stylize=ink }</code></pre>", {}) == []
    assert find_typos("<!-- ![A](a.jpg){: stylize=ink } -->", {}) == []


@pytest.mark.parametrize(
    "text", ["<p>nets.jpg | Nets</p>", "<ul>\n<li>nets.jpg | Nets</li>", "<p>nets.jpg\nb.jpg</p>"]
)
def test_a_line_of_photos_that_went_into_the_text_is_noticed(text):
    (typo,) = find_typos(text, PHOTOS)
    assert typo.text == (
        "'nets.jpg' is in the text, not in Photos. Indent each photo after the first line by four spaces."
    )


def test_a_text_may_begin_with_the_name_of_a_file():
    assert find_typos("<p>pier.jpg was the name they gave it.</p>", PHOTOS) == []


def test_what_is_written_twice_is_noticed():
    (typo,) = find_typos("", {"style": ["ink", "wave"]})
    assert typo.text == "Style is written twice. Keep one of the lines."


def test_an_empty_photos_is_noticed():
    (typo,) = find_typos("", {"photos": ""})
    assert typo.text == "Photos names no photo. Write one, such as pier.jpg."


def test_braces_of_markdown_in_another_language_are_met_with_its_own_words():
    (typo,) = find_typos("<p>{: stylize=ink }</p>", {}, markup=RESTRUCTUREDTEXT)
    assert typo.text == (
        "'{: stylize=ink }' is Markdown and would be printed as text. Write :stylize: NAME among the options of"
        " its directive."
    )


def test_a_bare_option_that_is_not_attached_is_noticed():
    (typo,) = find_typos("<p>{: stylize }</p>", {})
    assert typo.text.startswith("'{: stylize }' is not attached to a picture")


def test_a_picture_that_another_extension_took_apart_is_a_problem():
    (typo,) = find_typos('<figure stylize="ink"><img alt="A" src="a.jpg"></figure>', {})
    assert typo.text == (
        "the picture 'a.jpg' cannot be shown: an extension in MARKDOWN took it apart. Leave that extension out,"
        " or the picture's option stylize."
    )
