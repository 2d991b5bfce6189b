"""What the plugin's templates say about a picture, in a theme that knows nothing of them."""

import re
from dataclasses import fields, replace
from html import unescape
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pelican.plugins.stylize as plugin
import pytest
from fixtures import records
from jinja2 import DictLoader, Environment, FileSystemLoader
from jinja2.loaders import ChoiceLoader
from markupsafe import Markup
from pelican.plugins.stylize.blog.page_urls import USUAL
from pelican.plugins.stylize.blog.theme.catalogs import read_catalogs
from pelican.plugins.stylize.blog.theme.figures import Figure, Place, Renderer, Thumb, WordsAndUrls
from pelican.plugins.stylize.blog.theme.translation import Translations
from pelican.plugins.stylize.model.entities import Credit, License
from pelican.plugins.stylize.provenance.record import LABEL, Ingredient, Maker, Record, StylizationFacts

TEMPLATES = Path(plugin.__file__).parent / "blog" / "theme" / "templates"
BASE = "<html><body>{% block content %}{% endblock %}</body></html>"

TRANSLATIONS = Translations(default="en", phrases=read_catalogs(None).phrases)

CC0 = License(code="CC0-1.0", name="CC0 1.0", url="https://cc.example/zero", family="PD")
OWN = License(code="CC-BY-4.0", name="CC BY 4.0", url="", family="PD")
PHOTO = replace(records.PHOTO, license=CC0, date="")
ARTWORK = replace(records.ARTWORK, license=CC0, medium="Oil on wood", credit_line="Rogers Fund, 1919")
M51 = Credit(title="M51", creator="NASA", license=CC0, source_url="https://hubble.example/m51")


def ingredient_from(artwork: Credit, slug: str, part: float = 1.0) -> Ingredient:
    return replace(
        records.INGREDIENT,
        slug=slug,
        title=artwork.title,
        part=part,
        artwork=artwork,
        how_made="Predicted.",
    )


def make_stylization(**said: Any) -> StylizationFacts:
    """Return the facts of a stylization that does not say when it was made."""
    return replace(records.STYLIZATION, **{"made": "", "seconds": 0.0, "device": "", **said})


RECORD = Record(
    photo=PHOTO,
    photo_sha256="d" * 64,
    ingredients=(ingredient_from(ARTWORK, "harvesters"),),
    stylization=make_stylization(),
    label=LABEL,
)
BLEND = replace(
    RECORD, ingredients=(ingredient_from(ARTWORK, "harvesters", 0.7), ingredient_from(M51, "hubble-m51", 0.3))
)
FIGURE = Figure(
    src="/pictures/mont/800.jpg",
    sources=(
        ("image/avif", "/pictures/mont/480.avif 480w, /pictures/mont/800.avif 800w"),
        ("image/jpeg", "/pictures/mont/480.jpg 480w, /pictures/mont/800.jpg 800w"),
    ),
    width=800,
    height=534,
    sizes="100vw",
    alt="An abbey on a rock",
)
HOSTILE = """<script>alert("1")</script> & 'two' """


@pytest.fixture(scope="module")
def environment() -> Environment:
    """Jinja as Pelican sets it up, without automatic escaping."""
    loader = ChoiceLoader([DictLoader({"base.html": BASE}), FileSystemLoader(TEMPLATES)])
    environment = Environment(loader=loader, trim_blocks=True, lstrip_blocks=True)
    environment.globals["stylize"] = WordsAndUrls(words=TRANSLATIONS.of("en"), urls=USUAL)
    return environment


@pytest.fixture(scope="module")
def render_figure(environment):
    """Render a figure; returns its HTML."""

    def render_figure(figure: Figure = FIGURE, record: Record | None = RECORD, siteurl: str = "") -> str:
        template = environment.get_template("stylize/figure.html")
        return template.render(figure=figure, record=record, siteurl=siteurl)

    return render_figure


def test_a_stylized_picture_is_a_figure_with_both_formats_its_label_and_both_credits(render_figure):
    html = render_figure()
    start, end = html.index("<details"), html.index("</figcaption>")
    assert html == (
        '<figure class="stylize-figure stylized" style="--width:800;--height:534" typeof="schema:ImageObject"'
        ' resource="/pictures/mont/800.jpg">\n'
        "<picture>"
        '<source type="image/avif" srcset="/pictures/mont/480.avif 480w, /pictures/mont/800.avif 800w"'
        ' sizes="100vw">'
        '<img src="/pictures/mont/800.jpg" srcset="/pictures/mont/480.jpg 480w, /pictures/mont/800.jpg 800w"'
        ' sizes="100vw" width="800" height="534" alt="An abbey on a rock" loading="lazy" decoding="async"'
        ' style="max-width:100%;height:auto"></picture>\n'
        '<p class="ai-label"><small>AI modified</small></p>\n'
        '<figcaption><p class="credit"><small>Photo: '
        '<span rel="dcterms:source prov:wasDerivedFrom" resource="https://commons.example/mont">'
        '<a href="https://commons.example/mont"><span dir="auto">Mont Saint-Michel</span></a> by <bdi>Ali Sabbagh</bdi>,'
        ' <bdi>Wikimedia Commons</bdi> (<a about="https://commons.example/mont" rel="cc:license"'
        ' href="https://cc.example/zero">CC0 1.0</a>)</span>,'
        " redrawn by a neural network in the style of"
        ' <span rel="dcterms:references" resource="https://met.example/435809">'
        '<a href="https://met.example/435809"><cite dir="auto">The Harvesters</cite></a> (1565) by'
        " <bdi>Pieter Bruegel the Elder</bdi>,"
        " <bdi>Metropolitan Museum of Art, New York, NY</bdi>, 19.164"
        ' (<a about="https://met.example/435809" rel="cc:license" href="https://cc.example/zero">CC0 1.0</a>)'
        '</span>. <a href="/styles/harvesters/">More in this style</a>.</small></p>'
        f"{html[start:end]}</figcaption>\n"
        "</figure>"
    )


def test_a_stylized_picture_reads_as_one_sentence_without_its_markup(render_figure):
    assert text_of(render_figure(replace(FIGURE, caption=Markup("The abbey <em>at noon</em>.")))) == (
        "AI modified The abbey at noon. Photo: Mont Saint-Michel by Ali Sabbagh, Wikimedia Commons (CC0 1.0),"
        " redrawn by a neural network in the style of The Harvesters (1565) by Pieter Bruegel the Elder,"
        " Metropolitan Museum of Art, New York, NY, 19.164 (CC0 1.0). More in this style."
        " How this picture was made Style: The Harvesters. Predicted."
        " Quality: quick (drawn by the network), at 100% strength; the networks."
    )


def test_how_a_picture_was_made_is_reported_with_its_works_its_day_and_its_record(render_figure):
    made = make_stylization(made="2026-11-22T10:00:00+00:00", seconds=4.1, device="cpu")
    works = (
        Thumb(src="/pictures/p/480.jpg", width=480, height=320, alt="An abbey on a rock", what="The photo"),
        Thumb(src="/pictures/a/480.jpg", width=480, height=352, alt="The Harvesters", what="The artwork"),
    )
    figure = replace(FIGURE, thumbs=works, sidecar="/pictures/mont/provenance.jsonld")
    html = render_figure(figure, replace(RECORD, stylization=made))
    details = html[html.index("<details") : html.index("</details>")]
    assert text_of(details) == (
        "How this picture was made The photo The artwork Style: The Harvesters. Predicted."
        " Quality: quick (drawn by the network), at 100% strength; the networks. Made on 2026-11-22 in 4.1 seconds on cpu."
        " The whole record, and what it means."
    )
    assert '<img src="/pictures/a/480.jpg" width="480" height="352" alt="The Harvesters"' in details
    record = '<a rel="describedby" type="application/ld+json" href="/pictures/mont/provenance.jsonld">'
    assert f"{record}The whole record</a>" in details


def test_the_license_of_the_picture_is_its_own_and_names_whom_to_credit(render_figure):
    html = render_figure(record=replace(RECORD, license=CC0, maker=Maker(name="Ana Sol")))
    assert "This picture: Ana Sol, CC0 1.0." in text_of(html)
    assert '<bdi property="cc:attributionName">Ana Sol</bdi>' in html
    assert '<a rel="license cc:license" href="https://cc.example/zero">CC0 1.0</a>.' in html


def test_a_photo_shown_as_it_is_says_nothing_about_its_making(render_figure):
    assert "<details" not in render_figure(record=Record(photo=PHOTO, photo_sha256=""))


def test_a_strength_below_the_full_one_is_reported(render_figure):
    words = text_of(render_figure(record=replace(RECORD, stylization=make_stylization(strength=0.7))))
    assert "(CC0 1.0), redrawn by a neural network, at 70% strength, in the style of The Harvesters" in words


def test_a_blend_credits_each_artwork_with_its_part(render_figure):
    html = render_figure(record=BLEND)
    assert text_of(html) == (
        "AI modified Photo: Mont Saint-Michel by Ali Sabbagh, Wikimedia Commons (CC0 1.0), redrawn by a neural"
        " network, 70% in the style of The Harvesters (1565) by Pieter Bruegel the Elder, Metropolitan Museum"
        " of Art, New York, NY, 19.164 (CC0 1.0), and 30% in the style of M51 by NASA (CC0 1.0)."
        " More in the style of The Harvesters. More in the style of M51."
        " How this picture was made Style: The Harvesters, 70%. Predicted. Style: M51, 30%. Predicted."
        " Quality: quick (drawn by the network), at 100% strength; the networks."
    )
    assert '<a href="https://hubble.example/m51"><cite dir="auto">M51</cite></a>' in html
    assert '<a href="/styles/hubble-m51/">More in the style of M51</a>' in html


def test_the_strength_of_a_blend_comes_before_its_parts(render_figure):
    words = text_of(render_figure(record=replace(BLEND, stylization=make_stylization(strength=0.5))))
    assert "redrawn by a neural network, at 50% strength, 70% in the style of The Harvesters" in words


@pytest.mark.parametrize(
    ("quality", "clause", "words"),
    [
        (
            "good",
            "painted small by a neural network and then restored, out of the forms of The Harvesters",
            "Quality: good (painted small, then restored), at 100% strength",
        ),
        (
            "best",
            "painted at full size by a neural network out of the forms of The Harvesters",
            "Quality: best (painted at full size), at 100% strength",
        ),
    ],
)
def test_a_painted_picture_says_how_it_was_made(render_figure, quality, clause, words):
    record = replace(RECORD, stylization=make_stylization(quality=quality))
    text = text_of(render_figure(record=record))
    assert f"(CC0 1.0), {clause}" in text
    assert words in text
    assert "redrawn" not in text
    assert clause in record.statement


@pytest.mark.parametrize(
    ("quality", "clause"),
    [
        (
            "good",
            "painted small by a neural network and then restored, at 50% strength, 70% out of the forms of",
        ),
        ("best", "painted at full size by a neural network, at 50% strength, 70% out of the forms of"),
    ],
)
def test_a_painted_blend_says_its_shares_and_its_strength(render_figure, quality, clause):
    record = replace(BLEND, stylization=make_stylization(quality=quality, strength=0.5))
    assert clause in text_of(render_figure(record=record))
    assert clause in record.statement


def test_what_is_still_to_be_done_about_a_picture_is_shown_first_in_its_caption(render_figure):
    html = render_figure(replace(FIGURE, note="Draft: more to come.", caption="The abbey."))
    assert text_of(html).startswith("AI modified Draft: more to come. The abbey. Photo: ")


def test_a_plain_photo_has_its_own_credit_and_no_label(render_figure):
    html = render_figure(record=Record(photo=PHOTO, photo_sha256=""))
    assert html.startswith('<figure class="stylize-figure photo" ')
    assert text_of(html) == "Photo: Mont Saint-Michel by Ali Sabbagh, Wikimedia Commons (CC0 1.0)."


@pytest.mark.parametrize(
    ("credit", "words"),
    [
        (
            replace(PHOTO, institution="", source_url="", license=OWN),
            "Photo: Mont Saint-Michel by Ali Sabbagh (CC BY 4.0).",
        ),
        (
            replace(PHOTO, date="2019", accession="12"),
            "Photo: Mont Saint-Michel (2019) by Ali Sabbagh, Wikimedia Commons, 12 (CC0 1.0).",
        ),
        (replace(PHOTO, creator=""), "Photo: Mont Saint-Michel, Wikimedia Commons (CC0 1.0)."),
        (replace(PHOTO, title="", institution=""), "Photo by Ali Sabbagh (CC0 1.0)."),
    ],
)
def test_a_credit_reads_naturally_without_some_of_its_parts(render_figure, credit, words):
    html = render_figure(record=Record(photo=credit, photo_sha256=""))
    assert text_of(html) == words
    assert 'href=""' not in html


def test_an_author_with_a_page_is_linked(render_figure):
    credit = replace(PHOTO, creator_url="https://ana.example/")
    assert 'by <a href="https://ana.example/"><bdi>Ali Sabbagh</bdi></a>,' in render_figure(
        record=Record(photo=credit, photo_sha256="")
    )


def test_the_cover_loads_first_and_the_others_when_they_are_near(render_figure):
    cover, other = render_figure(replace(FIGURE, cover=True)), render_figure()
    assert 'class="stylize-figure stylized cover"' in cover
    assert 'fetchpriority="high"' in cover and "loading=" not in cover
    assert 'loading="lazy" decoding="async"' in other and "fetchpriority" not in other


def test_a_picture_written_inside_a_link_leads_where_the_link_led(render_figure):
    html = render_figure(replace(FIGURE, link="https://example.org/?a=1&b=2"))
    assert '<a href="https://example.org/?a=1&amp;b=2"><picture>' in html
    assert "</picture></a>" in html


def test_a_published_original_is_linked(render_figure):
    html = render_figure(replace(FIGURE, original="/pictures/mont/original.jpg"))
    assert ' <a href="/pictures/mont/original.jpg">The photo as it was</a>.' in html


def test_a_mistake_is_visible_without_any_style_sheet(render_figure):
    html = render_figure(Figure(problem="content/pier.md:6: there is no style 'x<y'."), record=None)
    assert html == (
        '<figure class="stylize-figure problem" style="padding:1em;border:.25em solid #b00020;'
        'background:#fff;color:#b00020">\n'
        "<p><strong>This picture has a problem.</strong></p>\n"
        "<p>content/pier.md:6: there is no style &#39;x&lt;y&#39;.</p>\n"
        "</figure>"
    )


def test_a_missing_picture_leaves_a_marked_place_of_its_shape_and_no_label(render_figure):
    html = render_figure(replace(FIGURE, pending="Not stylized: the worker ended."))
    assert html.startswith('<figure class="stylize-figure pending" style="--width:800;--height:534">')
    assert "aspect-ratio:800/534;" in html
    assert "<strong>Not stylized: the worker ended.</strong></p><p>An abbey on a rock</p>" in html
    assert "<img" not in html
    assert "AI modified" not in html


def test_no_value_can_write_markup(render_figure):
    license_ = License(code=HOSTILE, name=HOSTILE, url=HOSTILE, family="PD")
    facts = [field.name for field in fields(Credit) if field.name != "license"]
    credit = Credit(license=license_, **dict.fromkeys(facts, HOSTILE))
    figure = Figure(
        src=HOSTILE,
        sources=((HOSTILE, HOSTILE), (HOSTILE, HOSTILE)),
        width=800,
        height=534,
        **dict.fromkeys(["sizes", "alt", "link", "original", "note"], HOSTILE),
    )
    record = replace(RECORD, photo=credit, ingredients=(ingredient_from(credit, HOSTILE),))
    for shown in (figure, replace(figure, pending=HOSTILE), replace(figure, problem=HOSTILE)):
        html = render_figure(shown, record, siteurl=HOSTILE)
        assert "<script" not in html
        assert '"1"' not in html
        assert "'two'" not in html
        assert not re.search(r"&(?!(amp|lt|gt|#34|#39);)", html)


def test_a_caption_is_the_html_that_markdown_made_of_it(render_figure):
    html = render_figure(replace(FIGURE, caption=Markup('At <a href="/x/">noon</a> &amp; after')))
    assert '<figcaption><p class="caption">At <a href="/x/">noon</a> &amp; after</p>\n' in html


def test_names_written_from_right_to_left_do_not_turn_the_sentence_around(render_figure):
    html = render_figure(
        record=replace(
            RECORD,
            photo=replace(PHOTO, title="القاهرة", creator="محمد", date="1901"),
            ingredients=(),
            label="",
        )
    )
    assert (
        '<span dir="auto">القاهرة</span></a> (1901) by <bdi>محمد</bdi>, <bdi>Wikimedia Commons</bdi> ('
        in html
    )


def test_a_figure_has_no_blank_line_that_markdown_or_a_summary_could_trip_over(render_figure):
    for figure in (
        FIGURE,
        replace(FIGURE, note="Draft."),
        replace(FIGURE, pending="Later."),
        replace(FIGURE, problem="Wrong."),
    ):
        assert not re.search(r"\n\s*\n", render_figure(figure))


def test_the_list_of_styles_names_each_artwork_its_meaning_and_how_often_it_is_used(environment):
    html = environment.get_template("stylize/styles.html").render(
        SITENAME="Blog", SITEURL="..", stylize_styles=[style_page(environment)]
    )
    assert '<a href="../styles/harvesters/">The Harvesters</a>' in html
    assert text_of(html) == (
        "Styles The Harvesters The Harvesters (1565) by Pieter Bruegel the Elder,"
        " Metropolitan Museum of Art, New York, NY, 19.164 (CC0 1.0). Who did the carrying? 1 story"
    )


def test_the_page_of_a_style_shows_a_museum_label_and_every_post(environment):
    html = environment.get_template("stylize/style.html").render(
        SITENAME="Blog", SITEURL="../..", stylize_style=style_page(environment)
    )
    assert '<a href="https://met.example/435809">See it in its collection</a>' in html
    assert '<a href="../../pier/">The pier</a>' in html
    assert text_of(html) == (
        "The Harvesters Pieter Bruegel the Elder The Harvesters, 1565 Oil on wood"
        " Metropolitan Museum of Art, New York, NY, 19.164 Rogers Fund, 1919"
        " See it in its collection, CC0 1.0 Who did the carrying?"
        " How the style was made: Predicted. Stories in this style The pier, 3 May 2026"
    )


def test_a_label_without_holder_or_source_leaves_no_gap(environment):
    bare = Credit(title="Plate 1", creator="Ana Sol", license=OWN)
    html = environment.get_template("stylize/credit.html").module.label(bare)
    assert html == (
        '<div class="label">\n<p class="creator"><bdi>Ana Sol</bdi></p>\n'
        '<p class="title"><cite dir="auto">Plate 1</cite></p>\n<p class="terms">CC BY 4.0</p>\n</div>'
    )


def style_page(environment: Environment) -> SimpleNamespace:
    """Return what the plugin knows about one style that one post uses."""
    style = SimpleNamespace(
        slug="harvesters",
        title="The Harvesters",
        category="labor",
        meaning="Who did the carrying?",
        how_made="Predicted.",
        artwork=SimpleNamespace(credit=ARTWORK),
    )
    date = SimpleNamespace(isoformat=lambda: "2026-05-03T00:00:00")
    post = SimpleNamespace(url="pier/", title="The pier", date=date, locale_date="3 May 2026")
    renderer = Renderer(
        environment, Place(base="", folder="pictures", sizes="", cover_sizes=""), TRANSLATIONS
    )
    return SimpleNamespace(
        style=style,
        figure=FIGURE,
        artwork=renderer.render_artwork(replace(FIGURE, cover=True), ARTWORK),
        small_artwork=renderer.render_artwork(FIGURE, ARTWORK),
        articles=(post,),
        url="styles/harvesters/",
    )


def text_of(html: str) -> str:
    """Return the text of a page without markup, on one line."""
    words = re.sub(r"<[^>]*>", "", re.sub(r"</(p|h\d|li|figcaption)>", " ", html))
    return " ".join(unescape(words).split())
