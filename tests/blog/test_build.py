"""From a post to a page, through Pelican itself."""

import re

import feedparser
import pytest

PIER = "pier.jpg | A wooden pier | At *low* water"


def test_a_post_with_a_style_and_a_photo_shows_the_picture_with_both_credits(blog):
    blog.post("pier", "Words.", Style="harvesters", Photos=PIER)
    built = blog.build()
    assert built.code == 0, built.printed
    page = built.page("pier.html")
    assert 'alt="A wooden pier"' in page
    assert "At <em>low</em> water" in page
    assert "AI modified" in page
    assert "redrawn by a neural network in the style of" in page
    assert 'href="https://www.metmuseum.org/art/collection/search/435809"' in page
    assert "Pieter Bruegel the Elder" in page
    assert "Ana Sol" in page
    assert 'href="https://creativecommons.org/licenses/by/4.0/"' in page
    assert "1 picture: 0 from the store, 1 new" in built.printed


def test_every_file_a_page_names_is_there(blog):
    blog.photo("wide.jpg", size=(1700, 400))
    blog.post("pier", "![A](wide.jpg){: stylize=harvesters }", Style="harvesters", Photos=PIER)
    built = blog.build()
    named = set(re.findall(r"/(pictures/[^\s\",]+)", built.page("pier.html")))
    assert {name.rsplit("/", 1)[1] for name in named} == {
        *("300.avif", "300.jpg"),
        *(f"{width}.{suffix}" for width in (480, 800, 1200, 1600) for suffix in ("avif", "jpg")),
        "provenance.jsonld",
    }
    assert all((built.output / name).exists() for name in named)
    for name in named:
        assert (built.output / name).stat().st_size > 100


def test_the_cover_comes_first_and_loads_first_and_the_rest_waits(blog):
    blog.photo("second.jpg", color="red")
    blog.post("pier", "Words.", Style="harvesters", Photos=f"{PIER}\n    second.jpg | Another")
    page = blog.build().page("pier.html")
    cover, words, second = (
        page.index('alt="A wooden pier"'),
        page.index("Words."),
        page.index('alt="Another"'),
    )
    assert cover < words < second
    assert page.count('fetchpriority="high"') == 1
    assert page.count('loading="lazy"') == 1 + 2 * 2  # and photo and artwork beside each of the two


def test_a_listed_photo_that_the_text_places_is_not_shown_again(blog):
    blog.photo("second.jpg", color="red")
    text = "One.\n\n![In its place](second.jpg)\n\nTwo."
    blog.post("pier", text, Style="harvesters", Photos=f"{PIER}\n    second.jpg | Another")
    page = blog.build().page("pier.html")
    assert 'alt="Another"' not in page
    assert page.index("One.") < page.index('alt="In its place"') < page.index("Two.")


def test_a_cover_stays_on_top_of_the_same_photo_shown_plain(blog):
    blog.post("pier", "![Plain](pier.jpg){: stylize=none }", Style="harvesters", Photos=PIER)
    page = blog.build().page("pier.html")
    assert page.index('alt="A wooden pier"') < page.index('alt="Plain"')


def test_a_plain_photo_has_its_credit_and_no_label(blog):
    blog.post("pier", "![A pier](pier.jpg){: stylize=none }")
    built = blog.build()
    page = built.page("pier.html")
    assert "Ana Sol" in page
    assert "AI modified" not in page
    assert "neural" not in page
    assert blog.drawn() == []


def test_a_post_without_pictures_is_left_as_it_is(blog):
    blog.post("words", "Only words, ![and a plain image](https://example.org/a.jpg).")
    built = blog.build()
    assert '<img alt="and a plain image" src="https://example.org/a.jpg"' in built.page("words.html")


def test_a_warm_build_makes_no_picture_and_changes_no_byte(blog):
    blog.post("pier", "Words.", Style="harvesters", Photos=PIER)
    blog.build()
    assert blog.drawn() == ["pier.jpg harvesters"]
    first = {path: path.read_bytes() for path in (blog.root / "output").rglob("*") if path.is_file()}
    built = blog.build()
    second = {path: path.read_bytes() for path in (blog.root / "output").rglob("*") if path.is_file()}
    assert blog.drawn() == []
    assert first == second
    assert "1 picture: 1 from the store, 0 new" in built.printed


@pytest.mark.parametrize(
    "change",
    [
        lambda blog: (blog.root / "content/pier.md").rename(blog.root / "content/wharf.md"),
        lambda blog: blog.post("pier", "Other.", Style="harvesters", Photos="pier.jpg | Other | Other"),
        lambda blog: blog.settings.update(SITENAME="Other"),
        lambda blog: (blog.root / "content/photos/pier.toml").write_text(
            'title = "Other"\ncreator = "Other"\nlicense = "CC0-1.0"\n'
        ),
        lambda blog: _edit(blog.root / "styles/harvesters/style.toml", 'meaning = "', 'meaning = "Other. '),
        lambda blog: _remove(blog.root / "output"),
    ],
    ids=[
        "post renamed",
        "words changed",
        "site renamed",
        "credit corrected",
        "style explained",
        "output removed",
    ],
)
def test_what_moves_no_pixel_stylizes_nothing(blog, change):
    blog.post("pier", "Words.", Style="harvesters", Photos=PIER)
    blog.build()
    blog.drawn()
    change(blog)
    built = blog.build()
    assert built.code == 0, built.printed
    assert blog.drawn() == []


@pytest.mark.parametrize(
    "change",
    [
        lambda blog: blog.photo("pier.jpg", color="navy"),
        lambda blog: blog.post("pier", "Words.", Style="third-class-carriage", Photos=PIER),
        lambda blog: blog.post("pier", "Words.", Style="harvesters", Photos=PIER, Strength="0.5"),
        lambda blog: blog.stylize.update(long_edge=200),
    ],
    ids=["photo", "style", "strength", "long_edge"],
)
def test_what_moves_a_pixel_stylizes_again(blog, change):
    blog.post("pier", "Words.", Style="harvesters", Photos=PIER)
    blog.post("other", "![Other](second.jpg){: stylize=third-class-carriage }")
    blog.photo("second.jpg", size=(100, 100), color="red")
    blog.build()
    blog.drawn()
    change(blog)
    built = blog.build()
    assert built.code == 0, built.printed
    assert [line.split()[0] for line in blog.drawn()] == ["pier.jpg"]


def test_pictures_that_no_post_shows_any_more_leave_the_site(blog):
    blog.post("pier", "Words.", Style="harvesters", Photos=PIER)
    blog.build()
    (blog.root / "output/pictures/mine.txt").write_text("the author's own")
    blog.post("pier", "Words.", Style="third-class-carriage", Photos=PIER)
    blog.build()
    names = sorted(path.name.rsplit("-", 1)[0] for path in (blog.root / "output/pictures").iterdir())
    assert names == [
        *("harvesters", "mine.txt", "pier", "pier-third-class-carriage"),
        *("third-class-carriage", "third-class-carriage"),  # on its own page, and small beside the picture
    ]


def test_relative_urls_lead_from_each_page_to_its_pictures(blog):
    blog.settings.update(ARTICLE_SAVE_AS="a/b/{slug}.html", ARTICLE_URL="a/b/{slug}.html")
    blog.post("pier", "Words.", Style="harvesters", Photos=PIER)
    built = blog.build("--relative-urls")
    assert 'src="../../pictures/pier-harvesters-' in built.page("a/b/pier.html")
    assert "stylize-root" not in built.page("index.html") + built.page("styles/index.html")


def test_a_site_with_a_path_keeps_it_in_every_url(blog):
    blog.settings.update(SITEURL="https://example.org/blog")
    blog.post("pier", "Words.", Style="harvesters", Photos=PIER)
    assert 'src="https://example.org/blog/pictures/pier-harvesters-' in blog.build().page("pier.html")


@pytest.mark.parametrize(
    "settings",
    [
        {"SITEURL": "https://example.org/blog"},
        {"SITEURL": "", "FEED_DOMAIN": "https://example.org/blog"},
        {"SITEURL": "", "FEED_DOMAIN": "https://example.org/blog", "RELATIVE_URLS": True},
    ],
    ids=["site", "feed domain", "feed domain and relative"],
)
def test_a_feed_has_whole_urls_the_label_and_both_credits(blog, settings):
    blog.settings.update(FEED_ALL_ATOM="feed.xml", **settings)
    blog.post("pier", "Words.", Style="harvesters", Photos=PIER)
    built = blog.build()
    (entry,) = feedparser.parse(built.output / "feed.xml").entries
    content = entry.content[0].value
    assert 'src="https://example.org/blog/pictures/pier-harvesters-' in content
    assert re.findall(r"[\s\"](?:/|stylize-root:)\S*\.(?:jpg|avif)", content) == []
    assert "AI modified" in content
    assert "https://www.metmuseum.org/art/collection/search/435809" in content


def test_a_feed_elsewhere_has_the_pictures_from_where_they_are(blog):
    """As Pelican's own links in feeds: FEED_DOMAIN is where the feed is, SITEURL where all else is."""
    blog.settings.update(
        FEED_ALL_ATOM="feed.xml", SITEURL="https://a.example/blog", FEED_DOMAIN="https://feeds.example"
    )
    blog.settings.update(SLUGIFY_USE_UNICODE=True)
    blog.post("pier", "Words.", Style="harvesters", Photos=PIER, Title="Мост")
    built = blog.build()
    feed = feedparser.parse(built.output / "feed.xml")
    (entry,) = feed.entries
    assert {link.href for link in feed.feed.links if link.rel == "self"} == {"https://feeds.example/feed.xml"}
    assert "feeds.example" not in entry.content[0].value
    (cover,) = entry.enclosures
    assert cover.href.startswith("https://a.example/blog/pictures/pier-harvesters-")
    assert 'src="https://a.example/blog/pictures/pier-harvesters-' in entry.content[0].value


def test_a_summary_is_made_of_words(blog):
    blog.post("pier", "Words and more words.", Style="harvesters", Photos=PIER)
    blog.settings.update(FEED_ALL_ATOM="feed.xml")
    (entry,) = feedparser.parse(blog.build().output / "feed.xml").entries
    assert entry.summary == "<p>Words and more words.</p>"


def test_a_summary_in_a_feed_carries_the_credit_of_the_cover_that_it_encloses(blog):
    blog.post("pier", "Words and more words.", Style="harvesters", Photos=PIER)
    blog.post("words", "Only words.")
    blog.settings.update(FEED_ALL_RSS="rss.xml", RSS_FEED_SUMMARY_ONLY=True)
    feed = feedparser.parse(blog.build().output / "rss.xml")
    words, pier = sorted(feed.entries, key=lambda entry: len(entry.summary))
    assert words.summary == "<p>Only words.</p>"
    text = re.sub(r"<[^>]*>", "", pier.summary)
    assert text == (
        "Words and more words.AI modified. Photo: Pier by Ana Sol (CC BY 4.0), redrawn by a neural network in the style of "
        "The Harvesters (1565) by Pieter Bruegel the Elder, Metropolitan Museum of Art, New York, NY, 19.164 (CC0 1.0). "
        "This picture: Ana Sol, CC BY 4.0."
    )
    assert "https://www.metmuseum.org/art/collection/search/435809" in pier.summary
    assert pier.rights.startswith(
        "AI modified. Photo: Pier by Ana Sol (CC BY 4.0), redrawn by a neural network"
    )


def test_a_whole_story_in_a_feed_gives_the_credit_of_its_cover_once(blog):
    blog.post("pier", "Words.", Style="harvesters", Photos=PIER)
    blog.settings.update(FEED_ALL_RSS="rss.xml", RSS_FEED_SUMMARY_ONLY=False)
    (entry,) = feedparser.parse(blog.build().output / "rss.xml").entries
    assert entry.summary.count("Pieter Bruegel the Elder") == 1


def test_a_style_has_a_page_with_its_artwork_and_its_posts(blog):
    blog.post("pier", "Words.", Style="harvesters", Photos=PIER)
    built = blog.build()
    page = built.page("styles/harvesters/index.html")
    assert "Metropolitan Museum of Art" in page
    assert "19.164" in page
    assert "pier.html" in page
    assert "pier.html" not in built.page("styles/third-class-carriage/index.html")
    assert "/styles/harvesters/" in built.page("styles/index.html")


BLEND = "harvesters 70%, third-class-carriage 30%"


def test_a_blend_credits_both_artworks_and_is_on_the_pages_of_both(blog):
    blog.settings.update(SITEURL="https://example.org", FEED_ALL_ATOM="feed.xml")
    blog.post("pier", "Words.", Style=BLEND, Photos=PIER)
    built = blog.build()
    assert built.code == 0, built.printed
    (entry,) = feedparser.parse(built.output / "feed.xml").entries
    for html in (built.page("pier.html"), entry.content[0].value):
        assert "70% in the style of" in html
        assert "30% in the style of" in html
        assert "Pieter Bruegel the Elder" in html
        assert "Honoré Daumier" in html
        assert 'src="https://example.org/pictures/pier-harvesters-third-class-carriage-' in html
    for slug in ("harvesters", "third-class-carriage"):
        assert "pier.html" in built.page(f"styles/{slug}/index.html")


def test_a_blend_is_one_picture_in_any_order(blog):
    again = '![A](pier.jpg){: stylize="third-class-carriage 30%, harvesters 70 %" }'
    blog.post("pier", "Words.", Style=BLEND, Photos=PIER)
    blog.post("again", again)
    built = blog.build()
    assert "1 picture: 0 from the store, 1 new" in built.printed
    assert blog.drawn() == ["pier.jpg harvesters 70%, third-class-carriage 30%"]


def test_drafts_and_pages_have_pictures_too(blog):
    blog.post("draft", "Words.", Style="harvesters", Photos=PIER, Status="draft")
    (blog.root / "content/pages").mkdir()
    (blog.root / "content/pages/about.md").write_text(
        "Title: About\n\n![A](pier.jpg){: stylize=third-class-carriage }\n"
    )
    built = blog.build()
    assert "pictures/pier-harvesters-" in built.page("drafts/draft.html")
    assert "pictures/pier-third-class-carriage-" in built.page("pages/about.html")


def test_pelicans_caches_lose_no_picture(blog):
    blog.post("pier", "Words.", Style="harvesters", Photos=PIER)
    for layer in ("reader", "generator"):
        blog.settings.update(CACHE_CONTENT=True, LOAD_CONTENT_CACHE=True, CONTENT_CACHING_LAYER=layer)
        blog.build()
        before = blog.page("pier.html") if hasattr(blog, "page") else blog.build().page("pier.html")
        _remove(blog.root / "output")
        built = blog.build()
        assert built.code == 0, built.printed
        assert built.page("pier.html") == before
        assert list((built.output / "pictures").glob("pier-harvesters-*/300.jpg"))


def test_a_cached_post_follows_its_style(blog):
    blog.settings.update(CACHE_CONTENT=True, LOAD_CONTENT_CACHE=True, CONTENT_CACHING_LAYER="generator")
    blog.post("pier", "Words.", Style="harvesters", Photos=PIER)
    blog.build()
    blog.photo("pier.jpg", color="navy")
    built = blog.build()
    (folder,) = (built.output / "pictures").glob("pier-harvesters-*")
    assert folder.name in built.page("pier.html")


def test_without_the_plugin_a_post_still_shows_its_photo(blog):
    blog.settings.update(PLUGINS=[], STATIC_PATHS=["photos"])
    blog.post("pier", "![A pier]({static}/photos/pier.jpg){: stylize=harvesters }")
    built = blog.build()
    assert 'src="/photos/pier.jpg"' in built.page("pier.html")


def test_a_static_link_works_with_the_plugin_too(blog):
    blog.post("pier", "![A pier]({static}/photos/pier.jpg){: stylize=harvesters }")
    assert "pictures/pier-harvesters-" in blog.build().page("pier.html")


def test_originals_are_published_only_when_asked(blog):
    blog.post("pier", "Words.", Style="harvesters", Photos=PIER)
    original = (blog.root / "content/photos/pier.jpg").read_bytes()
    built = blog.build()
    assert original not in [path.read_bytes() for path in built.output.rglob("*.jpg")]
    blog.stylize.update(originals=True)
    built = blog.build()
    assert original in [path.read_bytes() for path in built.output.rglob("*.jpg")]
    assert "The photo as it was" in built.page("pier.html")


def _edit(path, old, new):
    path.write_text(path.read_text().replace(old, new))


def _remove(folder):
    import shutil

    shutil.rmtree(folder)


def test_a_site_publishes_its_own_widths_again_from_the_cache(blog):
    blog.photo("pier.jpg", size=(900, 600))
    blog.stylize = {"widths": [700, 300], "long_edge": "photo"}
    blog.post("pier", "Words.", Style="harvesters", Photos="pier.jpg | A wooden pier")
    pages = []
    for _ in range(2):
        built = blog.build()
        assert built.code == 0, built.printed
        pages.append(built.page("pier.html"))
        (folder,) = (built.output / "pictures").glob("pier-harvesters-*")
        assert sorted(file.name for file in folder.iterdir() if file.suffix != ".jsonld") == [
            "300.avif",
            "300.jpg",
            "700.avif",
            "700.jpg",
        ]
    assert pages[0] == pages[1]
    assert "300.jpg 300w" in pages[0]
    assert "700.jpg 700w" in pages[0]
    assert blog.drawn() == ["pier.jpg harvesters"]
    blog.stylize["widths"] = [500]
    assert blog.build().code == 0
    assert blog.drawn() == []
