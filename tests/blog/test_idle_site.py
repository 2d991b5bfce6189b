"""A blog whose posts ask for nothing is, byte for byte, what it is without the plugin."""

import shutil

import pytest
from fixtures.small_blog import Blog

OF_OTHERS = {  # front matter of other themes and plugins that has a name of ours, or nearly
    "Style": "wide",
    "Photos": "Paris 2014",
    "Photo": "images/me.jpg",
    "Cover": "images/me.jpg",
    "Color": "red",
    "Colour": "red",
    "Tone": "dark",
    "Mask": "none",
    "Quality": "high",
    "Stroke": "2",
    "Strength": "5 of 10",
    "Styles": "a.css",
    "Method": "French press",
    **dict.fromkeys(("Meta", "Type", "Math", "Site", "Mood", "Host", "Length", "Tile"), "x"),
}
TEXT = "![Me](images/me.jpg) ![Here](pier.jpg)\n\nWords on how to stylize=ink a photo, and a [link](/pictures/a.jpg)."


def site_of(blog: Blog, *arguments: str) -> dict[str, bytes]:
    """Build, and return every file of the site."""
    built = blog.build(*arguments)
    assert built.code == 0, built.printed
    files = {
        p.relative_to(built.output).as_posix(): p.read_bytes() for p in built.output.rglob("*") if p.is_file()
    }
    shutil.rmtree(built.output)
    return files


@pytest.fixture
def stranger(blog):
    """A blog that has never heard of the plugin."""
    (blog.root / "content/images").mkdir()
    shutil.copy(blog.photo("pier.jpg"), blog.root / "content/images/me.jpg")
    blog.settings.update(
        STATIC_PATHS=["images"],
        FEED_ALL_ATOM="feeds/all.atom.xml",
        FEED_ALL_RSS="feeds/all.rss.xml",
        FEED_DOMAIN="https://feeds.example",
    )
    blog.post("plain", TEXT)
    blog.post("fields", TEXT, **OF_OTHERS)
    blog.post("draft", TEXT, Status="draft", Photo="x")
    (blog.root / "content/pages").mkdir()
    blog.post("pages/credits", "Thanks to my mother.", Slug="credits")
    return blog


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"SITEURL": "https://pier.example", "THEME": "notmyidea"},
        {"RELATIVE_URLS": True, "CACHE_CONTENT": True, "LOAD_CONTENT_CACHE": True},
    ],
    ids=["simple", "published", "relative"],
)
def test_nothing_changes_and_nothing_is_said(stranger, settings):
    stranger.settings.update(settings)
    stranger.stylize.update(author={"name": "Ana Sol"})
    with_plugin = stranger.build()
    assert "WARN" not in with_plugin.printed
    assert "tyliz" not in with_plugin.printed
    assert not (stranger.root / ".stylize").exists()
    site = site_of(stranger)
    assert "credits.html" in {path.rpartition("/")[2] for path in site}
    stranger.settings["PLUGINS"] = []
    assert site_of(stranger) == site


def test_it_needs_no_styles_no_author_and_no_key(stranger):
    shutil.rmtree(stranger.root / "styles")
    stranger.without = ("author",)
    stranger.stylize.update(c2pa="required", c2pa_folder="keys", words="gone")
    built = stranger.build()
    assert built.code == 0, built.printed
    assert "WARN" not in built.printed


def test_a_mistake_in_our_own_settings_is_reported_all_the_same(stranger):
    stranger.stylize.update(long_egde=1200)
    built = stranger.build()
    assert built.code == 2
    assert "STYLIZE: there is no setting 'long_egde'." in built.printed


def test_one_post_that_asks_changes_no_other_and_a_line_says_what_was_added(stranger):
    before = site_of(stranger)
    stranger.post("pier", "Words.", Style="harvesters", Photos="pier.jpg | A pier", Date="2020-01-01")
    built = stranger.build()
    assert "STYLIZE has added 5 pages and 5 folders of pictures in pictures/ to the site." in built.printed
    assert "'style_pages': False" in built.printed
    for page in ("plain.html", "fields.html", "drafts/draft.html", "pages/credits.html"):
        assert (built.output / page).read_bytes() == before[page]
    assert {path.name for path in built.output.iterdir()} - {path.partition("/")[0] for path in before} == {
        *("pier.html", "pictures", "styles", "credits", "provenance"),
    }
    assert "STYLIZE has added" not in stranger.build().printed  # the second time only in the log
    log = stranger.build("--verbose", "--log-handler=rich").printed
    assert "STYLIZE has added 5 pages" in " ".join(log.split())


def test_a_setting_asks_before_any_post_does(stranger):
    stranger.stylize.update(style_pages=True)
    built = stranger.build()
    assert (built.output / "styles/harvesters/index.html").exists()
    assert "STYLIZE has added 5 pages" in built.printed


def test_pictures_leave_the_site_with_the_last_post_that_asks(stranger):
    post = stranger.post("pier", "Words.", Style="harvesters", Photos="pier.jpg | A pier")
    built = stranger.build()
    assert list((built.output / "pictures").iterdir())
    post.unlink()
    assert stranger.build().code == 0
    assert not list((built.output / "pictures").iterdir())
    assert '"pictures": []' in built.page("provenance/index.json")


def test_a_post_whose_only_request_is_misspelled_is_told_so(stranger):
    stranger.post("one", "Words.", Stlye="harvesters")
    stranger.post("two", "Words.", Phots="pier.jpg | A pier")
    built = stranger.build()
    assert built.code == 2
    assert "content/one.md:3: there is no front matter 'stlye'. Did you mean 'Style'?" in built.printed
    assert "content/two.md:3: there is no front matter 'phots'. Did you mean 'Photos'?" in built.printed
    assert "2 problems; nothing was published." in built.printed


def test_a_guess_in_a_post_that_asks_is_a_warning(stranger):
    stranger.post(
        "pier", "![A pier](pier.jpg){: stylize=harvesters }", Stile="post-wide.css", Strenght="very"
    )
    built = stranger.build()
    assert built.code == 0, built.printed
    assert "content/pier.md:3: there is no front matter 'stile'. Did you mean 'Style'?" in built.printed
    assert "content/pier.md:4: there is no front matter 'strenght'. Did you mean 'Strength'?" in built.printed
