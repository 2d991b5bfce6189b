"""Posts in reStructuredText and in HTML get the same figures as posts in Markdown, and advice of their own."""

import re
from html import unescape

import pytest
from fixtures.small_blog import ROOT, Blog

MARKDOWN = """\
Title: Pier
Date: 2026-11-01
Style: harvesters
Photos: pier.jpg | A pier | In March
Summary: Words.

Words.

![Nets](nets.jpg){: stylize strength=0.7 #nets .wide }
The caption, *again*.
"""
REST = """\
Pier
######

:date: 2026-11-01
:style: harvesters
:photos: pier.jpg | A pier | In March
:summary: Words.

Words.

.. stylize:: nets.jpg
   :alt: Nets
   :strength: 0.7
   :name: nets
   :class: wide

   The caption, *again*.
"""
HTML = """\
<html><head><title>Pier</title>
<meta name="date" content="2026-11-01">
<meta name="style" content="harvesters">
<meta name="photos" content="pier.jpg | A pier | In March">
<meta name="summary" content="Words.">
</head><body>
<p>Words.</p>
<figure><img src="nets.jpg" data-stylize data-strength="0.7" alt="Nets" id="nets" class="wide">
<figcaption>The caption, <em>again</em>.</figcaption></figure>
</body></html>
"""


def write(blog: Blog, name: str, text: str) -> None:
    (blog.root / "content" / name).write_text(text, "utf-8")


def figures(page: str) -> list[str]:
    found = re.findall(r"<figure.*?</figure>", page, re.DOTALL)
    return [
        re.sub(r'(id|class)="(nets|(?:wide )?stylize-figure stylized)"', r"\1", figure) for figure in found
    ]


def test_the_same_request_is_the_same_figure_in_every_language(blog: Blog):
    blog.photo("nets.jpg", color="navy")
    for name, text in (("a.md", MARKDOWN), ("b.rst", REST), ("c.html", HTML)):
        write(blog, name, text.replace("Pier", f"Pier {name[0]}"))
    built = blog.build()
    assert built.code == 0, built.printed
    pages = [built.page(f"pier-{letter}.html") for letter in "abc"]
    markdown, rest, html = map(figures, pages)
    assert len(markdown) == 2
    assert rest == markdown
    assert html == markdown
    for page in pages:
        assert '<p class="caption">The caption, <em>again</em>.</p>' in page
        assert re.search(r'<figure class="wide stylize-figure stylized"[^>]* id="nets"', page)
        assert "data-stylize" not in page
    assert sorted(blog.drawn()) == ["nets.jpg harvesters", "pier.jpg harvesters"]

    blog.age()
    warm = blog.build()
    assert (warm.code, [warm.page(f"pier-{letter}.html") for letter in "abc"]) == (0, pages)
    posts = (blog.root / ".stylize" / "posts-en.jsonl").read_text("utf-8")
    assert posts.count("The caption, <em>again</em>") == 3


@pytest.mark.parametrize(
    ("name", "text", "place", "advice"),
    [
        (
            "a.rst",
            "A\n#\n\n:date: 2026-11-01\n\nWords.\n\n.. stylize:: pier.jpg\n   :alt: A pier\n",
            "content/a.rst:8",
            "Add a line :style: NAME to the front matter, or write :stylize: NAME among the options of its"
            " directive. The styles are: harvesters, third-class-carriage.",
        ),
        (
            "a.html",
            "<html><head><title>A</title>\n<meta name='date' content='2026-11-01'></head><body>\n"
            "<img src='pier.jpg' data-stylize alt='A pier'>\n</body></html>",
            "content/a.html:3",
            'Add a line <meta name="style" content="NAME"> to the front matter, or write'
            ' data-stylize="NAME" in its <img>. The styles are: harvesters, third-class-carriage.',
        ),
    ],
)
def test_advice_is_in_the_language_of_the_post(blog: Blog, name, text, place, advice):
    write(blog, name, text)
    assert f"{place}: this picture names no style. {advice}" in blog.build().printed


def test_a_mistake_in_restructuredtext_is_reported_with_its_line(blog: Blog):
    text = (
        "A\n#\n\n:date: 2026-11-01\n:style: harvestres\n\nWords.\n\n"
        ".. figure:: pier.jpg\n   :alt: A pier\n   :stylize: harvesters\n   :strength: 7\n\n   Caption.\n\n"
        ".. image:: pier.jpg\n   :alt: A pier\n   :stylize:\n\n"
        ".. image:: pier.jpg\n   :alt: A pier\n"
    )
    write(blog, "a.rst", text)
    printed = blog.build().printed
    assert "content/a.rst:12: strength is '7', but must be a number from 0 to 1, such as 0.7." in printed
    assert "content/a.rst:5: there is no style 'harvestres'. Did you mean 'harvesters'?" in printed
    assert (
        "content/a.rst:9: pier.jpg is an ordinary image here, and its file is not published. To show it, write"
        " :stylize: none among the options of its directive, or name a style."
    ) in printed


SUMMARY = "![A pier](pier.jpg){: stylize } and more."


def test_a_picture_in_the_summary_is_shown_with_its_credit_wherever_the_summary_is(blog: Blog):
    blog.settings["FEED_ALL_ATOM"] = "feeds/all.atom.xml"
    blog.theme = "notmyidea"
    blog.post("new", "Words.", Date="2026-11-09")
    blog.post("pier", "See [this]({filename}new.md).", Style="harvesters", Summary=SUMMARY)
    for _ in range(2):  # the second time from the memory of posts
        built = blog.build()
        assert built.code == 0, built.printed
        for page in (built.page("index.html"), built.page("feeds/all.atom.xml")):
            assert "data-stylize" not in page
            assert 'alt="A pier"' in unescape(page)
            assert "The Harvesters" in page
        blog.age()


def test_mistakes_in_a_summary_are_reported_with_its_line(blog: Blog):
    blog.post("pier", "Words.", Summary="![A pier](nowhere.jpg){: stylize=harvesters } ![B](pier.jpg)")
    printed = blog.build().printed
    assert "content/pier.md:3: there is no photo 'nowhere.jpg'" in printed
    blog.post("pier", "Words.", Summary="![A pier](pier.jpg) alone.", Style="harvesters")
    assert "content/pier.md:3: pier.jpg is an ordinary image here" in blog.build().printed


def test_links_in_a_cut_summary_lead_somewhere_after_pictures_were_made(blog: Blog):
    blog.post("new", "Words.", Date="2026-11-09")
    blog.post("pier", "See [this]({filename}new.md).", Style="harvesters", Photos="pier.jpg | A pier")
    built = blog.build()
    assert blog.drawn() == ["pier.jpg harvesters"]
    assert "{filename}" not in built.page("index.html")


def test_pictures_need_no_attr_list(blog: Blog):
    blog.settings["MARKDOWN"] = {"extension_configs": {"markdown.extensions.toc": {}}}
    blog.post("pier", "![A pier](pier.jpg){: stylize=harvesters #p width=50% loading=eager }\nThe caption.")
    page = blog.build().page("pier.html")
    assert re.search(
        r'<figure class="stylize-figure stylized" id="p" style="[^"]*;width:50%;max-width:100%"', page
    )
    assert 'loading="eager"' in page
    assert "{:" not in page


@pytest.mark.parametrize("language", ["rst", "html"])
def test_the_examples_in_the_handbook_build(blog: Blog, language: str):
    handbook = (ROOT / "docs" / "writing.md").read_text("utf-8")
    example = re.search(rf"^```{language}\n(.*?)^```", handbook, re.MULTILINE | re.DOTALL)
    assert example
    for photo, color in (("nets.jpg", "navy"), ("gulls.jpg", "gray")):
        blog.photo(photo, color=color)
    write(blog, f"a.{language}", example[1])
    built = blog.build()
    assert built.code == 0, built.printed
    page = built.page("the-pier.html")
    assert page.count("stylize-figure stylized") == {"rst": 4, "html": 3}[language]
    assert page.count('<p class="caption">') == {"rst": 3, "html": 1}[language]
    assert 'id="nets"' in page


def test_a_draft_and_a_translation_in_restructuredtext_are_like_those_in_markdown(blog: Blog):
    head = ":date: 2026-11-01\n:slug: pier\n:style: harvesters\n"
    picture = "\n.. stylize:: pier.jpg\n   :alt: A pier\n"
    write(blog, "a.rst", f"A pier\n######\n\n{head}:lang: en\n{picture}")
    write(blog, "a-de.rst", f"Ein Pier\n########\n\n{head}:lang: de\n{picture}")
    write(
        blog, "later.rst", f"Later\n#####\n\n:date: 2026-11-02\n:style: harvesters\n:status: draft\n{picture}"
    )
    built = blog.build()
    assert built.code == 0, built.printed
    assert "AI modified" in built.page("pier.html")
    assert "Mit KI" in built.page("pier-de.html")
    assert '<figure class="stylize-figure stylized"' in built.page("drafts/later.html")


def test_a_build_that_fails_says_that_pelican_has_deleted_the_last_site(blog: Blog):
    blog.settings["DELETE_OUTPUT_DIRECTORY"] = True
    blog.post("pier", "Words.", Style="harvestres", Photos="pier.jpg | A pier")
    assert blog.build().printed.rstrip().endswith("1 problem; nothing was published.")
    (blog.root / "output").mkdir(exist_ok=True)
    (blog.root / "output" / "index.html").write_text("The last site.")
    assert (
        "1 problem; nothing was published, and the last site in output is gone: Pelican deletes it first,"
        " since DELETE_OUTPUT_DIRECTORY is set. Correct this and build again; pelican-stylize rebuild and"
        " pelican-stylize publish keep the last site until the new one is complete."
    ) in blog.build().printed
