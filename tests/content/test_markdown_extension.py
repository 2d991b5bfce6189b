"""Pictures in Markdown become placeholders with captions."""

import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from markdown import Extension, Markdown
from markdown.inlinepatterns import IMAGE_LINK_RE, ImageInlineProcessor
from pelican.plugins.stylize.content.markdown_extension import Pictures
from pelican.plugins.stylize.content.requests import read_inline_requests
from pelican.plugins.stylize.model.picture_options import PictureOptions


def convert(text: str) -> str:
    return Markdown(extensions=["extra", "meta", Pictures()]).convert(text)


def requests(text: str, **metadata: object):
    return read_inline_requests(convert(text), metadata, post="content/x.md", folder=Path("content"))


def outline(text: str) -> str:
    return re.sub(r'data-stylize-request="[^"]*"', "...", convert(text)).replace("\n", "")


def test_a_picture_with_a_style_becomes_a_request():
    (request,) = requests("![Two men](nets.jpg){: stylize=ink strength=0.7 }")
    assert (request.photo, request.alt, request.options.style, request.options.strength) == (
        "nets.jpg",
        "Two men",
        "ink",
        "0.7",
    )


def test_a_blend_is_between_quotes():
    (request,) = requests('![A](a.jpg){: stylize="ink 70%, wave 30%" strength=0.7 }')
    assert (request.options.style, request.options.strength, request.problem) == (
        "ink 70%, wave 30%",
        "0.7",
        "",
    )


def test_a_blend_without_quotes_is_reported():
    (request,) = requests("![A](a.jpg){: stylize=ink 70%, wave 30% }")
    assert request.problem == (
        'a blend in the text needs quotes around it: stylize="harvesters 70%, hubble-m51 30%".'
    )


def test_the_next_line_is_the_caption_in_markdown():
    (request,) = requests("![A](a.jpg){: stylize=ink }\nNets, *again*. By [Ana](https://example.org).")
    assert request.caption == 'Nets, <em>again</em>. By <a href="https://example.org">Ana</a>.'


def test_a_caption_may_begin_with_markup():
    (request,) = requests("![A](a.jpg){: stylize=ink }\n*Again*, nets.")
    assert request.caption == "<em>Again</em>, nets."


def test_a_title_is_a_caption_too():
    (request,) = requests('![A](a.jpg "In short"){: stylize=ink }')
    assert request.caption == "In short"


def test_the_options_may_be_on_a_line_of_their_own():
    (request,) = requests("![A](a.jpg)\nThe caption\n{: stylize=ink strength=.5 }")
    assert (request.options.style, request.options.strength, request.caption) == ("ink", ".5", "The caption")


def test_two_pictures_in_a_paragraph_are_side_by_side_over_their_caption():
    assert outline("![A](a.jpg){: stylize=ink } ![B](b.jpg){: stylize=ink }\nTwice.") == (
        '<div class="stylized-row"><figure ...></figure><figure ...></figure>'
        '<p class="caption">Twice.</p></div>'
    )


def test_each_picture_of_a_paragraph_may_have_a_line_of_its_own_below_it():
    first, second = requests("![A](a.jpg){: stylize=ink }\nOne.\n![B](b.jpg){: stylize=ink }\nTwo.")
    assert (first.caption, second.caption) == ("One.", "Two.")


def test_a_line_break_of_nl2br_ends_a_pictures_line_too():
    text = "![A](a.jpg){: stylize=ink }\nThe caption."
    html = Markdown(extensions=["extra", "nl2br", Pictures()]).convert(text)
    (request,) = read_inline_requests(html, {}, post="content/x.md", folder=Path("content"))
    assert request.caption == "The caption."


def test_a_picture_within_a_sentence_parts_the_paragraph():
    assert outline("Before ![A](a.jpg){: stylize=ink } and *after*.") == (
        "<p>Before </p><figure ...></figure><p>and <em>after</em>.</p>"
    )


def test_a_picture_may_be_in_a_list_and_in_a_quotation():
    assert outline("- one\n- ![A](a.jpg){: stylize=ink }\n\n> ![B](b.jpg){: stylize=ink }") == (
        "<ul><li>one</li><li><figure ...></figure></li></ul><blockquote><figure ...></figure></blockquote>"
    )


def test_a_picture_in_a_heading_is_a_problem():
    (request,) = requests("# Nets ![A](a.jpg){: stylize=ink }")
    assert request.problem == (
        "a stylized picture needs a line of its own. Move it out of the sentence or heading."
    )


def test_a_picture_may_be_a_link():
    (request,) = requests("[![A](a.jpg){: stylize=ink }](https://example.org/)")
    assert request.link == "https://example.org/"


def test_an_unknown_option_is_met_with_the_nearest():
    (request,) = requests("![A](a.jpg){: stylize=ink strenght=0.7 }")
    assert request.problem == "there is no option 'strenght'. Did you mean 'strength'?"


@pytest.mark.parametrize(
    ("written", "advice"),
    [
        ("method=optimize", "Write quality=best."),
        ("method=feed-forward", "Write quality=quick."),
        ("method=slow", "Write quality=WORD, where WORD is one of quick, good, best."),
    ],
)
def test_the_old_word_for_quality_is_met_with_the_new_one(written, advice):
    (request,) = requests(f"![A](a.jpg){{: stylize=ink {written} }}")
    assert request.problem == f"there is no option method; a picture has a quality instead. {advice}"


def test_every_option_may_be_next_to_a_picture_or_in_front_matter():
    (request,) = requests("![A](a.jpg){: stylize=ink quality=best stroke=2 }", quality="good", content="0.7")
    assert request.options == PictureOptions(style="ink", quality="best", stroke="2", content="0.7")
    assert request.of_post == PictureOptions(quality="good", content="0.7")


def test_a_bare_stylize_takes_the_style_of_the_post():
    (request,) = requests("![A](a.jpg){: stylize }", style="harvesters", strength="0.4")
    assert (request.options.style, request.options.strength) == ("harvesters", "0.4")


def test_a_listed_photo_needs_no_option():
    (request,) = requests("Photos: a.jpg | A\nStyle: ink\n\n![A](a.jpg)", style="ink")
    assert (request.photo, request.options.style) == ("a.jpg", "ink")


def test_other_pictures_are_left_alone():
    assert convert("![A](a.jpg)") == '<p><img alt="A" src="a.jpg" /></p>'


def test_pictures_in_code_are_left_alone():
    assert "data-stylize" not in convert("`![A](a.jpg){: stylize=ink }`\n\n    ![B](b.jpg){: stylize=ink }")


@pytest.mark.parametrize(
    ("markdown", "alt"),
    [
        ('![He said "no"](a.jpg){: stylize=ink }', 'He said "no"'),
        ("![A & B &amp; C](a.jpg){: stylize=ink }", "A & B & C"),
        (r"![5 \* 5](a.jpg){: stylize=ink }", "5 * 5"),
        ("![<b>](a.jpg){: stylize=ink }", "<b>"),
        ("![قارب 🚣](a.jpg){: stylize=ink }", "قارب 🚣"),
        ("![50% off, 100%25](a.jpg){: stylize=ink }", "50% off, 100%25"),
    ],
)
def test_what_authors_type_arrives_as_they_typed_it(markdown, alt):
    (request,) = requests(markdown)
    assert request.alt == alt


def test_attributes_of_html_are_for_the_figure():
    (request,) = requests(
        '![A](a.jpg){: stylize #fig .wide .tall width=300 loading=eager data-x=1 style="float:right" }'
    )
    assert request.problem == ""
    assert dict(request.html) == {
        "id": "fig",
        "class": "wide tall",
        "width": "300px",
        "loading": "eager",
        "data-x": "1",
        "style": "float:right",
    }


def test_a_title_beside_a_caption_is_for_the_image():
    (request,) = requests('![A](a.jpg "In short"){: stylize }\nAt length.')
    assert (request.caption, request.html) == ("At length.", (("title", "In short"),))


def test_attributes_on_a_line_of_their_own_are_for_the_figure_too():
    (request,) = requests("![A](a.jpg)\nThe caption\n{: stylize=ink #fig .wide }")
    assert (request.caption, dict(request.html)) == ("The caption", {"id": "fig", "class": "wide"})


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        (
            "height=200",
            "height cannot be set: a picture keeps the shape of its photo, and width decides both."
            " Remove the height of 200.",
        ),
        (
            "width=wide",
            "width is 'wide', but must be a number of pixels or a share, such as 300 or 50%.",
        ),
        ("loading=soon", "loading is 'soon', but must be lazy or eager."),
        (
            "onclick=f",
            "there is no option 'onclick'. The options are: color, content, mask, quality, strength, stroke,"
            " stylize, tone.",
        ),
        ("style=ink", "there is no option 'style' beside a picture. Write stylize=ink."),
    ],
)
def test_what_a_figure_cannot_have_is_refused_by_name(written, problem):
    (request,) = requests(f"![A](a.jpg){{: stylize {written} }}")
    assert request.problem == problem


def convert_with(extensions: list[object], text: str):
    page = Markdown(extensions=[*extensions, Pictures()]).convert(text)
    return read_inline_requests(page, {}, post="content/x.md", folder=Path("content"))


@pytest.mark.parametrize("extensions", [[], ["nl2br", "smarty"], ["attr_list", "nl2br"]])
@pytest.mark.parametrize(
    "text",
    [
        '![A](a.jpg){: stylize="ink 70%, wave 30%" #fig }\nThe *caption*.',
        '![A](a.jpg)\nThe *caption*.\n{: stylize="ink 70%, wave 30%" #fig }',
    ],
)
def test_braces_are_read_without_attr_list_and_beside_other_extensions(extensions, text):
    (request,) = convert_with(extensions, text)
    assert (request.options.style, request.html, request.problem) == (
        "ink 70%, wave 30%",
        (("id", "fig"),),
        "",
    )
    assert request.caption.removesuffix("<br />").strip() == "The <em>caption</em>."


class Captions(Extension):
    """Makes figures of images as markdown_captions does: the braces, if attr_list is there, on a last line."""

    class Processor(ImageInlineProcessor):
        def handleMatch(self, match, data):
            image, start, end = super().handleMatch(match, data)
            if image is None:
                return image, start, end
            figure = ElementTree.Element("figure")
            figure.append(image)
            caption = ElementTree.SubElement(figure, "figcaption")
            caption.text = image.attrib.pop("alt")
            braces = re.match(r"\{:[^}]*\}", data[end:])
            if braces and "attr_list" in self.md.treeprocessors:
                caption.tail, end = f"\n{braces[0]}", end + braces.end()
            return figure, start, end

    def extendMarkdown(self, md):
        md.inlinePatterns.register(self.Processor(IMAGE_LINK_RE, md), "captions", 151)


@pytest.mark.parametrize("extensions", [[], ["extra"]])
def test_the_figure_of_another_extension_is_the_figure_of_the_picture(extensions):
    (request,) = convert_with([*extensions, Captions()], "![A pier](a.jpg){: stylize=ink .wide }")
    assert (request.photo, request.alt, request.caption) == ("a.jpg", "A pier", "A pier")
    assert (request.options.style, request.html) == ("ink", (("class", "wide"),))


def test_a_picture_may_be_in_a_definition_list_and_a_link_in_a_list():
    first, second = requests(
        "Pier\n:   ![A](a.jpg){: stylize=ink }\n\n- [![B](b.jpg){: stylize=ink }](https://b.example/)"
    )
    assert (first.photo, first.problem) == ("a.jpg", "")
    assert (second.photo, second.link, second.problem) == ("b.jpg", "https://b.example/", "")
