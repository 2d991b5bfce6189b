"""Posts are cached from one build to the next, and every change to a file behind them is noticed.

To distinguish a cached post from one that was rendered, a word is altered in the cache.
"""

import os
import shutil
from pathlib import Path
from zlib import crc32

import pelican.plugins.stylize as plugin
import pytest

TEMPLATES = Path(plugin.__file__).parent / "blog" / "theme" / "templates" / "stylize"
WORDS = "One.\n\n![Again](inline.jpg){: stylize=third-class-carriage }\nIts *caption*.\n\nTwo."
FRONT = {"Style": "harvesters", "Photos": "pier.jpg | A wooden pier | At low water"}
CREDIT = 'title = "Boats"\ncreator = "Ben Sol"\nlicense = "CC0-1.0"\nalt = "Two boats"\n'


@pytest.fixture
def cached(blog):
    """A blog with a post of two pictures, built once, with a word altered in its cache."""
    blog.photo("inline.jpg", color="red")
    (blog.root / "content/photos/inline.toml").write_text(CREDIT)
    blog.post("pier", WORDS, **FRONT)
    theme = blog.root / "theme"
    shutil.copytree(TEMPLATES, theme / "templates/stylize")
    (theme / "static").mkdir()
    blog.theme = str(theme)
    blog.settings.update(DELETE_OUTPUT_DIRECTORY=False)
    blog.age()
    built = blog.build()
    assert built.code == 0, built.printed
    alter_cache(blog)
    return blog


def cache_file(blog) -> Path:
    return blog.root / ".stylize/posts-en.jsonl"


def alter_cache(blog) -> None:
    text = cache_file(blog).read_text()
    assert "AI modified" in text
    lines = [line[9:].replace("AI modified", "AI cached") for line in text.splitlines()]
    cache_file(blog).write_text("".join(f"{crc32(line.encode()):08x} {line}\n" for line in lines))


def everything(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_post_is_loaded_from_the_cache_if_nothing_has_changed(cached):
    page = cached.build().page("pier.html")
    assert page.count("AI cached") == 2
    assert "AI modified" not in page


def test_a_build_from_the_cache_is_the_same_byte_for_byte_as_one_that_renders(cached):
    cache_file(cached).unlink()
    first = everything(cached.build().output)
    assert cache_file(cached).exists()
    assert everything(cached.build().output) == first


def test_a_cached_post_counts_among_the_pictures_and_is_on_the_pages_of_its_styles(cached):
    built = cached.build()
    assert "2 pictures: 2 from the store, 0 new" in built.printed
    assert "pier.html" in built.page("styles/harvesters/index.html")
    assert "pier.html" in built.page("styles/third-class-carriage/index.html")


def test_a_blend_is_cached_with_all_its_styles(cached):
    style = "harvesters 70%, third-class-carriage 30%"
    cached.post("pier", "Words.", **{**FRONT, "Style": style})
    cached.age()
    cached.settings.update(SITEURL="https://example.org")
    first = everything(cached.build().output)
    assert everything(cached.build().output) == first
    alter_cache(cached)
    built = cached.build()
    assert "AI cached" in built.page("pier.html")
    for slug in ("harvesters", "third-class-carriage"):
        assert "pier.html" in built.page(f"styles/{slug}/index.html")


def _write(name, text):
    return lambda blog: (blog.root / name).write_text(text, "utf-8")


def _edit(name, old, new):
    def edit(blog):
        path = blog.root / name
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new), "utf-8")

    return edit


def _remove(name):
    def remove(blog):
        path = blog.root / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()

    return remove


def _same_size(blog):
    """Replace the bytes but keep size and time, as some tools do."""
    path = blog.root / "content/photos/inline.toml"
    facts = path.stat()
    path.write_text(path.read_text().replace("Ben Sol", "Bea Sol"))
    os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns))


def _photo_beside_the_post(blog):
    blog.photo("../inline.jpg", color="navy")
    (blog.root / "content/inline.toml").write_text(CREDIT.replace("Boats", "Ships"))


def _linked_elsewhere(blog):
    """Move the folder of photos away and link to it: the files stay the same."""
    (blog.root / "content/photos").rename(blog.root / "content/kept")
    (blog.root / "content/photos").symlink_to("kept")


def _restyle(blog):
    """Give one style the weights of the other."""
    mine, other = (blog.root / "styles" / slug for slug in ("harvesters", "third-class-carriage"))
    digests = [
        next(line for line in (style / "style.toml").read_text().splitlines() if line.startswith("digest"))
        for style in (mine, other)
    ]
    shutil.copy(other / "style.safetensors", mine)
    _edit("styles/harvesters/style.toml", *digests)(blog)


@pytest.mark.parametrize(
    "change",
    [
        lambda blog: blog.photo("pier.jpg", color="navy"),
        _edit("content/photos/inline.toml", "Ben Sol", "Benjamin Sol"),
        _same_size,
        _write("content/photos/pier.toml", CREDIT),
        _remove("content/photos/inline.toml"),
        _photo_beside_the_post,
        _linked_elsewhere,
        lambda blog: blog.post("pier", f"{WORDS} Three.", **FRONT),
        lambda blog: blog.post("pier", WORDS.replace("caption", "words"), **FRONT),
        lambda blog: blog.post("pier", WORDS, **{**FRONT, "Photos": "pier.jpg | A pier"}),
        lambda blog: blog.post("pier", WORDS, **FRONT, Strength="0.5"),
        lambda blog: blog.post("pier", WORDS, **FRONT, Summary="My own."),
        _edit("styles/harvesters/style.toml", 'title = "', 'title = "Late '),
        _restyle,
        _edit("theme/templates/stylize/figure.html", "</figcaption>", "!</figcaption>"),
        _edit("theme/templates/stylize/credit.html", "<bdi>", "by <bdi>"),
        lambda blog: blog.settings.update(SITEURL="https://example.org/blog"),
        lambda blog: blog.settings.update(RELATIVE_URLS=True),
        lambda blog: blog.settings.update(SUMMARY_MAX_LENGTH=1),
        lambda blog: blog.stylize.update(sizes="50vw"),
        lambda blog: blog.stylize.update(author={"name": "Ana Luz", "license": "CC0-1.0"}),
        lambda blog: blog.stylize.update(long_edge=200),
        lambda blog: blog.stylize.update(folder="images"),
        lambda blog: blog.stylize.update(originals=True),
        _remove(".stylize/renditions"),
        _remove(".stylize"),
    ],
    ids=[
        *("photo", "credit edited", "credit edited, size and time kept", "credit added", "credit removed"),
        *("photo found earlier", "folder replaced by a link"),
        *("text", "caption", "alt", "strength", "summary"),
        *("title of a style", "numbers of a style", "figure.html", "credit.html"),
        *("SITEURL", "RELATIVE_URLS", "length of summaries"),
        *("sizes", "author", "long_edge", "folder", "originals", "renditions lost", "store lost"),
    ],
)
def test_a_change_is_noticed(cached, change):
    change(cached)
    built = cached.build()
    assert built.code == 0, built.printed
    assert "AI cached" not in built.page("pier.html")
    assert built.page("pier.html").count("AI modified") == 2
    seen = everything(built.output)
    cache_file(cached).unlink(missing_ok=True)
    assert everything(cached.build().output) == seen


def test_pictures_are_published_again_when_output_is_gone(cached):
    shutil.rmtree(cached.root / "output")
    built = cached.build()
    assert "AI cached" in built.page("pier.html")
    assert len(list((built.output / "pictures").glob("*/300.avif"))) == 4  # and the photos beside them


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[: text.rindex("AI cached")],
        lambda text: text[:40],
        lambda text: "",
        lambda text: text.replace('"cover"', '"covers"'),
        lambda text: text.replace('"sizes"', '"seizes"'),
        lambda text: "[]\n" + text,
        lambda text: "\x00" * len(text),
        lambda text: text.replace("AI cached", "AI cachet", 1),
    ],
    ids=["cut", "cut in the first line", "empty", "a word", "another word", "a line", "zeros", "a letter"],
)
def test_a_damaged_post_is_reported_and_read_again(cached, damage):
    cache_file(cached).write_text(damage(cache_file(cached).read_text()))
    built = cached.build()
    assert built.code == 0, built.printed
    assert "AI cached" not in built.page("pier.html")
    assert ".stylize/posts-en.jsonl: " in built.printed
    assert " read again." in built.printed
    assert "AI modified" in cache_file(cached).read_text()


def test_a_file_that_has_just_been_written_is_not_trusted(blog):
    blog.post("pier", "Words.", **FRONT)
    blog.age()
    blog.photo("pier.jpg", color="navy")
    blog.build()
    assert "AI modified" not in cache_file(blog).read_text()


def test_a_figure_that_depends_on_more_than_its_template_is_not_cached(cached):
    _edit("theme/templates/stylize/figure.html", "</figcaption>", "{{ word }}</figcaption>")(cached)
    cached.age()
    for word in ("first", "second"):
        cached.settings.update(JINJA_GLOBALS={"word": word})
        built = cached.build()
        assert built.code == 0, built.printed
        assert f"{word}</figcaption>" in built.page("pier.html")


def test_a_mistake_in_one_post_is_reported_while_the_other_is_cached(cached):
    cached.post("wharf", "Words.", Style="harvestres", Photos="pier.jpg | A wooden pier")
    built = cached.build()
    assert built.code == 2
    assert "content/wharf.md:3: there is no style 'harvestres'. Did you mean 'harvesters'?" in built.printed


def test_misspelled_front_matter_is_reported_in_a_post_that_was_cached(cached):
    cached.post("pier", WORDS, **FRONT, Strenght="0.5")
    assert cached.build().code == 2
