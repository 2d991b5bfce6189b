"""Photos and styles that change during a build, or were remembered wrongly: one build puts them right."""

import re

import pytest
from pelican.plugins.stylize.provenance.verify.site_check import verify_files
from pelican.plugins.stylize.storage.checked_files import read_facts, write_facts
from PIL import Image

# A plugin of the site's own, whose handler runs when all posts are read and before any picture is made.
EXCHANGE = """
import shutil
from pelican import signals

def exchange(generators):
    shutil.copyfile("other.jpg", "content/photos/pier.jpg")

def register():
    signals.all_generators_finalized.connect(exchange)
"""


def faults(output):
    return [fault for row in verify_files(output, output) for fault in row.faults]


def show(blog, style):
    """Build; return the color of the photo on the page, where it is inverted unless the style is none."""
    built = blog.build()
    assert built.code == 0, built.printed
    assert faults(built.output) == []
    name = "pier" if style == "none" else f"pier-{style}"
    (source,) = set(re.findall(rf"/pictures/({name}-[0-9a-f]{{12}})/300.jpg", built.page("pier.html")))
    with Image.open(built.output / "pictures" / source / "300.jpg") as picture:
        red, green, blue = picture.convert("RGB").getpixel((150, 100))
    if style != "none":
        red, green, blue = 255 - red, 255 - green, 255 - blue
    return {(False, False, True): "navy", (False, True, True): "teal"}[red > 64, green > 64, blue > 64]


def remembered(blog, name):
    return read_facts(blog.root / ".stylize" / name)


@pytest.fixture
def built(blog):
    """A blog that was built twice, so that everything is remembered, and whose post then asks for more."""
    blog.post("pier", "Words.", Style="harvesters", Photos="pier.jpg | A wooden pier")
    blog.age()
    for _ in range(2):
        assert blog.build().code == 0
    blog.drawn()
    return blog


def test_a_photo_whose_digest_was_remembered_wrongly_is_examined_again_in_the_same_build(built):
    photo = str(built.root / "content/photos/pier.jpg")
    facts = remembered(built, "photos.json")
    right, facts["photos"][photo][3] = facts["photos"][photo][3], "0" * 64
    write_facts(built.root / ".stylize/photos.json", facts)
    built.post("pier", "Words.", Style="third-class-carriage", Photos="pier.jpg | A wooden pier")
    healed = built.build()
    assert healed.code == 0, healed.printed
    assert "1 picture: 0 from the store, 1 new" in healed.printed
    assert remembered(built, "photos.json")["photos"][photo][3] == right
    assert faults(healed.output) == []


@pytest.mark.parametrize("part", ["weights", "artwork"])
def test_a_style_whose_digest_was_remembered_wrongly_is_read_again_in_the_same_build(built, part):
    facts = remembered(built, "styles.json")
    style = facts["facts"]["harvesters"][part]
    right, style["digest"] = style["digest"], "0" * 64
    write_facts(built.root / ".stylize/styles.json", facts)
    healed = built.build()
    assert healed.code == 0, healed.printed
    assert remembered(built, "styles.json")["facts"]["harvesters"][part]["digest"] == right
    assert faults(healed.output) == []


@pytest.mark.parametrize("style", ["harvesters", "none"])
def test_a_photo_that_is_exchanged_between_being_read_and_being_used_is_read_again(blog, style):
    blog.post("pier", f"![A pier](pier.jpg){{: stylize={style} }}")
    blog.photo("other.jpg", color="navy").rename(blog.root / "other.jpg")
    (blog.root / "plugins").mkdir()
    (blog.root / "plugins/exchange.py").write_text(EXCHANGE)
    blog.settings.update(PLUGIN_PATHS=["plugins"], PLUGINS=["exchange", "stylize"])
    blog.age()
    assert show(blog, style) == "navy"
    blog.photo("pier.jpg")
    blog.settings.clear()
    assert show(blog, style) == "teal"  # the store holds nothing wrong under the first photo's address
