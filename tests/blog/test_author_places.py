"""Where the author's content has the place of a page of the plugin's, the author's page stays and no link leads there."""

import re

import pytest
from fixtures.small_blog import Blog

FOLDERS = {"PAGE_SAVE_AS": "{slug}/index.html", "PAGE_URL": "{slug}/", "SITEURL": "https://pier.example"}
OWN = "Thanks to my mother."


@pytest.fixture
def asking(blog):
    """A blog with a picture, whose pages are folders."""
    blog.settings.update(FOLDERS)
    blog.post("pier", "Words.", Style="harvesters", Photos="pier.jpg | A pier")
    (blog.root / "content/pages").mkdir()
    return blog


def build(blog: Blog):
    built = blog.build()
    assert built.code == 0, built.printed
    return built


def links_to(built, place: str) -> list[str]:
    """Return the pages with a link to a place."""
    pages = {
        path.relative_to(built.output).as_posix(): path.read_text() for path in built.output.rglob("*.html")
    }
    pattern = re.compile(rf"https://pier.example/{place}(?:index.html)?[\"#]")
    return sorted(name for name, text in pages.items() if pattern.search(text))


def test_pages_of_the_author_stay_and_one_warning_says_which_setting_moves_ours(asking):
    for slug in ("credits", "styles", "provenance"):
        asking.post(f"pages/{slug}", OWN, Slug=slug)
    for _ in range(2):
        built = build(asking)
        for slug in ("credits", "styles", "provenance"):
            assert OWN in built.page(f"{slug}/index.html")
            assert set(links_to(built, f"{slug}/")) <= {f"{slug}/index.html"} | set(_menu(built))
        assert (built.output / "styles/harvesters/index.html").exists()
        assert (
            "STYLIZE: your own content has a place of the plugin's pages, which are left out: "
            "credits/ (content/pages/credits.md), provenance/ (content/pages/provenance.md), "
            "styles/ (content/pages/styles.md). To have both, set STYLIZE['credits_page'] and "
            "STYLIZE['provenance_page'] and STYLIZE['styles_page'] to another place, such as "
            "'stylize/credits/', or to '' for none." in built.printed
        )
        assert built.printed.count("STYLIZE: ") == 1
        assert "#networks" not in built.page("pier.html")
        assert "/credits/" not in built.page("pier.html").partition("</head>")[0]


def _menu(built) -> list[str]:
    """The pages whose menu names the author's pages, which is all of them in this theme."""
    return [path.relative_to(built.output).as_posix() for path in built.output.rglob("*.html")]


def test_settings_move_ours_and_the_links_follow(asking):
    asking.post("pages/credits", OWN, Slug="credits")
    asking.stylize.update(
        credits_page="about/picture-credits.html",
        provenance_page="about/pictures/index.html",
        styles_page="gallery/",
        image_sitemap="sitemaps/images.xml",
    )
    built = build(asking)
    assert "STYLIZE: " not in built.printed
    assert OWN in built.page("credits/index.html")
    page = built.page("pier.html")
    assert 'href="https://pier.example/gallery/harvesters/"' in page
    assert 'href="https://pier.example/about/pictures/#networks"' in page
    assert '"https://pier.example/about/picture-credits.html"' in page.partition("</head>")[0]
    assert 'href="https://pier.example/about/pictures/"' in built.page("about/picture-credits.html")
    assert 'href="https://pier.example/about/picture-credits.html"' in built.page("about/pictures/index.html")
    assert 'href="https://pier.example/gallery/harvesters/card.md"' in built.page(
        "gallery/harvesters/index.html"
    )
    assert "<loc>https://pier.example/pier.html</loc>" in built.page("sitemaps/images.xml")
    (sidecar,) = (built.output / "pictures").glob("pier-harvesters-*/provenance.jsonld")
    assert '"https://pier.example/gallery/harvesters/"' in sidecar.read_text()
    assert '"https://pier.example/about/pictures/#networks"' in sidecar.read_text()
    for place in ("styles", "provenance/index.html", "image-sitemap.xml"):
        assert not (built.output / place).exists()


def test_a_page_can_be_left_out_alone(asking):
    asking.post("pages/credits", OWN, Slug="credits")
    asking.stylize.update(credits_page="")
    built = build(asking)
    assert "STYLIZE: " not in built.printed
    assert OWN in built.page("credits/index.html")
    assert "#networks" in built.page("pier.html")


def test_whatever_pelican_writes_wins_in_any_spelling(asking):
    (asking.root / "content/extra").mkdir()
    (asking.root / "content/extra/own.txt").write_text(OWN)
    asking.settings.update(
        STATIC_PATHS=["extra"],
        EXTRA_PATH_METADATA={"extra/own.txt": {"path": "styles/harvesters/card.md"}},
        TAG_SAVE_AS="{slug}/index.html",
        DIRECT_TEMPLATES=["index", "archives"],
        ARCHIVES_SAVE_AS="styles/Third-Class-Carriage/index.html",
    )
    asking.post("tagged", OWN, Tags="Styles")
    asking.post("pages/loud", OWN, Slug="CREDITS")
    asking.post("pages/file", OWN, save_as="provenance", Status="hidden")
    asking.post("draft", OWN, save_as="image-sitemap.xml", Status="draft")
    built = asking.build()
    assert built.code == 2
    assert "content/pages/file.md has the place of provenance/index.json, where the" in built.printed
    (asking.root / "content/pages/file.md").unlink()
    built = build(asking)
    assert (
        "which are left out: image-sitemap.xml (content/draft.md), credits/ (content/pages/loud.md), "
        "styles/ (the page of 'Styles' (tags)), styles/harvesters/ (content/extra/own.txt), "
        "styles/third-class-carriage/ (DIRECT_TEMPLATES (archives)). To have both" in built.printed
    )
    assert built.page("styles/harvesters/card.md") == OWN
    assert OWN in built.page("image-sitemap.xml")
    assert not (built.output / "credits").exists()
    page = built.page("pier.html")
    assert '"https://pier.example/styles/' not in page
    assert '"https://pier.example/provenance/#networks"' in page


PLUGIN = """
from pathlib import Path
from pelican import signals
from pelican.generators import Generator


class Own(Generator):
    def generate_output(self, writer):
        place = Path(self.output_path) / "credits"
        place.mkdir(parents=True, exist_ok=True)
        (place / "index.html").write_text("written by another plugin")


def register():
    signals.get_generators.connect(generators)


def generators(site):
    return Own
"""


def test_a_file_of_another_plugin_wins_and_links_are_gone_with_the_next_build(asking):
    (asking.root / "other.py").write_text(PLUGIN)
    asking.settings.update(PLUGINS=["stylize", "other"], PLUGIN_PATHS=["."])
    for links in (True, False, False):
        built = build(asking)
        assert built.page("credits/index.html") == "written by another plugin"
        assert "which are left out: credits/ (another plugin)." in built.printed
        assert ("https://pier.example/credits/" in built.page("provenance/index.html")) is links
    asking.settings.update(PLUGINS=["stylize"])
    for links in (False, True):
        built = build(asking)
        assert "written by another plugin" not in built.page("credits/index.html")
        assert ("https://pier.example/credits/" in built.page("provenance/index.html")) is links


def test_the_list_of_all_pictures_has_its_place_or_nothing_is_published(asking):
    asking.post("pages/own", OWN, save_as="provenance/index.json")
    built = asking.build()
    assert built.code == 2
    assert "content/pages/own.md has the place of provenance/index.json" in built.printed


def test_ours_come_back_when_the_author_has_moved_theirs(asking):
    own = asking.post("pages/credits", OWN, Slug="credits")
    build(asking)
    own.unlink()
    built = build(asking)
    assert "STYLIZE: " not in built.printed
    assert OWN not in built.page("credits/index.html")
    assert '"https://pier.example/credits/"' in built.page("pier.html").partition("</head>")[0]


def test_a_file_that_a_post_attaches_goes_beside_its_page(asking):
    asking.settings.update(ARTICLE_SAVE_AS="{slug}/index.html", ARTICLE_URL="{slug}/", STATIC_PATHS=["notes"])
    (asking.root / "content/notes").mkdir()
    (asking.root / "content/notes/tide.txt").write_text("High at six.")
    asking.post("tide", "[The table]({attach}notes/tide.txt)")
    assert build(asking).page("tide/notes/tide.txt") == "High at six."
