"""What a theme finds of the plugin, and that nothing of its own is touched."""

import pytest

FRONT = {"Style": "harvesters", "Photos": "pier.jpg | A pier"}
# As attila, m.css and medio show the field of their authors.
HEAD = """{% extends "!simple/article.html" %}
{% block head %}{{ super() }}
{% if article.cover %}<meta property="og:image" content="{% if article.cover.startswith('http') %}{{ article.cover }}{% else %}{{ SITEURL }}/{{ article.cover }}{% endif %}">{% endif %}
{% if article.stylize %}<!--{{ article.stylize.cover.src }} {{ article.stylize.cover_record.label }} {{ article.stylize.cut_summary }}-->{% endif %}
{% endblock %}
"""


@pytest.fixture
def themed(blog):
    """A blog in a theme that shows `article.cover`."""
    templates = blog.root / "theme" / "templates"
    templates.mkdir(parents=True)
    (templates / "article.html").write_text(HEAD)
    (blog.root / "theme" / "static").mkdir()
    blog.theme = "theme"
    blog.settings.update(SITEURL="https://pier.example")
    return blog


def cover_of(page: str) -> str:
    """Return the picture that the page gives to social networks."""
    return page.partition('<meta property="og:image" content="')[2].partition('"')[0]


def test_a_cover_of_the_author_stays_and_none_is_filled_in_unasked(themed):
    themed.post("mine", "Words.", **FRONT, Cover="images/mine.jpg")
    themed.post("none", "Words.", **FRONT)
    built = themed.build()
    assert built.code == 0, built.printed
    assert cover_of(built.page("mine.html")) == "https://pier.example/images/mine.jpg"
    assert "og:image" not in built.page("none.html")
    assert "<!--https://pier.example/pictures/pier-harvesters-" in built.page("none.html")
    assert "/300.jpg AI modified True-->" in built.page("none.html")


def test_an_empty_cover_gets_the_path_of_the_picture_where_a_setting_asks_for_it(themed):
    themed.stylize.update(cover_field="cover")
    themed.settings.update(CACHE_CONTENT=True, LOAD_CONTENT_CACHE=True, CONTENT_CACHING_LAYER="generator")
    themed.post("mine", "Words.", **FRONT, Cover="images/mine.jpg")
    themed.post("none", "Words.", **FRONT)
    themed.post("words", "Words.")
    themed.age()
    for color in ("teal", "navy", "navy"):  # a photo that changes, and a post from Pelican's cache
        themed.photo("pier.jpg", color=color)
        built = themed.build()
        assert built.code == 0, built.printed
        assert cover_of(built.page("mine.html")) == "https://pier.example/images/mine.jpg"
        assert "og:image" not in built.page("words.html")
        cover = cover_of(built.page("none.html"))
        assert cover.endswith("/300.jpg")
        assert (built.output / cover.removeprefix("https://pier.example/")).is_file()
        assert cover in built.page("none.html").partition("</head>")[2]


def test_the_field_of_the_cover_must_be_one_of_a_theme(themed):
    themed.stylize.update(cover_field="content")
    assert (
        "STYLIZE: cover_field is 'content', but must be the name of a field that your theme shows as a picture"
        in themed.build().printed
    )


CONTEXT = """
from pelican import signals

NAMES = {"date", "words", "cover", "styles", "style", "credits", "siteurl", "figure", "record", "head"}


def register():
    signals.content_written.connect(look)


def look(path, context):
    page = context.get("article") or context.get("page")
    ours = sorted(name for name in context if "stylize" in name.lower())
    print("context", ours, "foreign", sorted(NAMES & context.keys()))
    if page is not None:
        print("post", sorted(name for name in vars(page) if name not in KNOWN))


KNOWN = {
    *("_content", "_context", "_status", "_summary", "author", "authors", "category", "date", "date_format", "filename"),
    *("in_default_lang", "lang", "locale_date", "metadata", "reader", "relative_dir", "relative_source_path"),
    *("settings", "slug", "source_path", "status", "tags", "template", "timezone", "title", "translations"),
    *("photos", "style", "source_path_ext", "url_format", "save_as", "allowed_statuses", "default_status"),
    *("default_template", "mandatory_properties", "refresh_metadata_intersite_links", "next_article"),
    *("prev_article", "modified", "locale_modified", "_related_posts", "get_content", "get_summary"),
}
"""


def test_every_name_that_templates_see_is_prefixed(blog):
    (blog.root / "other.py").write_text(CONTEXT)
    blog.settings.update(PLUGINS=["stylize", "other"], PLUGIN_PATHS=["."])
    blog.post("pier", "Words.", **FRONT)
    printed = blog.build().printed
    assert "post ['stylize']" in printed
    assert "context ['STYLIZE', 'STYLIZE_BUILD'] foreign []" in printed
    for ours in ("stylize_style", "stylize_styles", "stylize_credits"):
        assert f"context ['STYLIZE', 'STYLIZE_BUILD', '{ours}'] foreign []" in printed
