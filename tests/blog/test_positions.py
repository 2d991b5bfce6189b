"""A file that Pelican publishes as it is and that says where it was taken is named, and is not published unasked."""

import pytest
from fixtures.small_blog import Blog
from PIL import Image

ALLOW = "or allow it for all: STYLIZE['publish_positions'] = True"
MESSAGE = (
    "content/images/home.jpg: Pelican publishes this file as it is, and it says where it was taken (GPS)."
    " Remove the position (exiftool '-gps*=' content/images/home.jpg), keep the file out of STATIC_PATHS and"
    f" {{static}} links, {ALLOW}"
)


@pytest.fixture
def home(blog: Blog) -> Blog:
    """A blog whose posts show a photo with a position, from a folder that Pelican publishes."""
    position = Image.Exif()
    position.get_ifd(0x8825).update({1: "N", 2: (48.0, 51.0, 29.0)})
    position[0x8825] = position.get_ifd(0x8825)
    (blog.root / "content/images").mkdir()
    Image.new("RGB", (300, 200), "teal").save(blog.root / "content/images/home.jpg", exif=position)
    blog.settings.update(STATIC_PATHS=["images"])
    blog.post("home", "![Home]({static}/images/home.jpg){: stylize }", Style="harvesters")
    return blog


def test_a_build_warns_with_file_and_what_to_do_and_a_warm_build_too(home):
    home.age()
    for _ in range(2):
        built = home.build()
        assert built.code == 0
        assert built.printed.count(MESSAGE) == 1
    assert '"content' not in (home.root / ".stylize/positions.json").read_text()


def test_publishing_is_refused_until_a_setting_allows_it(home):
    home.settings.update(STYLIZE_PUBLISH=True)
    built = home.build()
    assert built.code == 2
    assert MESSAGE in built.printed and "1 problem; nothing was published." in built.printed
    assert not built.output.exists()
    home.stylize.update(publish_positions=True)
    built = home.build()
    assert (built.code, "GPS" in built.printed) == (0, False)


def test_publishing_reads_the_files_whatever_an_earlier_build_has_remembered(home):
    home.age()
    home.build()
    memory = home.root / ".stylize/positions.json"
    memory.write_text(memory.read_text().replace(", 1]", ", 0]"))
    assert MESSAGE in home.build().printed  # the memory does not end with its digest
    home.settings.update(STYLIZE_PUBLISH=True)
    assert home.build().code == 2


def test_a_photo_that_is_published_by_our_own_setting_counts(home):
    (home.root / "content/images/home.jpg").rename(home.root / "content/photos/home.jpg")
    home.settings.update(STATIC_PATHS=[])
    home.stylize.update(originals=True)
    home.post("home", "Words.", Style="harvesters", Photos="home.jpg | Home")
    printed = home.build().printed
    assert "content/photos/home.jpg: STYLIZE['originals'] publishes this file as it is" in printed


def test_a_blog_that_asks_for_no_picture_is_not_looked_at(home):
    home.post("home", "![Home]({static}/images/home.jpg)")
    built = home.build()
    assert "GPS" not in built.printed
    assert (built.output / "images/home.jpg").exists()
    assert not (home.root / ".stylize/positions.json").exists()


def test_a_file_that_only_a_post_attaches_counts(home):
    home.settings.update(STATIC_PATHS=[])
    assert "GPS" not in home.build().printed
    home.post("link", "[The photo]({static}/images/home.jpg)")
    assert MESSAGE in home.build().printed
