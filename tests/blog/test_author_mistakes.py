"""What an author can get wrong: reported with its line and what to do, all in one run, with nothing lost."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image

GOOD = {"Style": "harvesters", "Photos": "pier.jpg | A wooden pier"}


def build_with_mistakes(blog) -> list[str]:
    """Build, which must fail because of a mistake, and return the lines that were printed."""
    built = blog.build()
    assert built.code == 2, built.printed
    assert "Traceback" not in built.printed
    assert not (built.output / "index.html").exists()
    return [line for line in built.printed.splitlines() if line.strip()]


def count(number: int) -> str:
    return f"{number} problem{'' if number == 1 else 's'}; nothing was published."


def test_every_mistake_of_every_post_is_reported_in_one_run(blog):
    blog.post("one", "Words.", Style="inc", Photos="peir.jpg | A pier", Strength="3")
    blog.post("two", "![](pier.jpg){: stylize=harvesters strenght=1 }\n\n![A](pier.jpg) {: stylize=ink }")
    assert build_with_mistakes(blog) == [
        "content/one.md:3: there is no style 'inc'. The styles are: harvesters, third-class-carriage.",
        "content/one.md:4: there is no photo 'peir.jpg'; looked in content, content/photos. "
        "Did you mean 'pier.jpg'?",
        "content/one.md:5: strength is '3', but must be a number from 0 to 1, such as 0.7.",
        "content/two.md:4: pier.jpg has no alt text. Say what the photo shows, for readers who cannot see it: "
        "![Two men mending a net](pier.jpg) in the text, or pier.jpg | Two men mending a net in the front "
        "matter.",
        "content/two.md:4: there is no option 'strenght'. Did you mean 'strength'?",
        "content/two.md:6: '{: stylize=ink }' is not attached to a picture and would be printed as text. "
        "Write it right after the picture, without a space before the brace.",
        count(6),
    ]


def test_a_control_character_is_reported_with_its_place_before_it_reaches_a_feed(blog):
    blog.post("one", "![A \x01 pier](pier.jpg){: stylize=harvesters }")
    blog.post("two", "Words.", **{**GOOD, "Photos": "pier.jpg | A pier | The \x08 pier"})
    assert build_with_mistakes(blog) == [
        "content/one.md:4: the alt text of pier.jpg contains the control character U+0001, which no page and no "
        "feed can show. Remove it.",
        "content/two.md:4: the caption of pier.jpg contains the control character U+0008, which no page and no "
        "feed can show. Remove it.",
        count(2),
    ]


def test_a_blend_that_is_none_is_reported_with_its_line(blog):
    blog.post("one", "Words.", **{**GOOD, "Style": "harvesters 70%, third-class-carriage 20%"})
    blog.post("two", '![A](pier.jpg){: stylize="harvesters 70%, third-clas-carriage 30%" }')
    assert build_with_mistakes(blog) == [
        "content/one.md:3: the parts of 'harvesters 70%, third-class-carriage 20%' add to 90%, not 100%. "
        "Correct the percentages.",
        "content/two.md:4: there is no style 'third-clas-carriage'. Did you mean 'third-class-carriage'?",
        count(2),
    ]


def test_misspelled_front_matter_is_reported(blog):
    blog.post("pier", "Words.", Stile="harvesters", Photo="pier.jpg")
    assert build_with_mistakes(blog) == [
        "content/pier.md:3: there is no front matter 'stile'. Did you mean 'Style'?",
        "content/pier.md:4: there is no front matter 'photo'. Did you mean 'Photos'?",
        count(2),
    ]


@pytest.mark.parametrize("name", ["../secret.jpg", "/../secret.jpg", "{static}/../../secret.jpg"])
def test_a_photo_outside_content_is_refused(blog, name):
    Image.new("RGB", (100, 100)).save(blog.root / "secret.jpg")
    blog.post("pier", f"![A]({name}){{: stylize=none }}")
    assert build_with_mistakes(blog) == [
        f"content/pier.md:4: {name!r} leads out of content. Copy the photo to content/photos instead.",
        count(1),
    ]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "the file is empty (0 bytes). Copy the photo again from where it came from."),
        (b"Dear diary", "this is a text file, not a photo. Save the photo as JPEG or PNG."),
    ],
    ids=["empty", "text"],
)
def test_a_file_that_is_no_photo_is_reported_with_the_post_and_the_file(blog, data, message):
    (blog.root / "content/photos/pier.jpg").write_bytes(data)
    blog.post("pier", "Words.", **GOOD)
    line, summary = build_with_mistakes(blog)
    assert line.startswith(f"content/pier.md:4: content/photos/pier.jpg: {message}")
    assert summary == count(1)


def _cmyk(path: Path) -> None:
    Image.new("CMYK", (300, 200), (0, 200, 200, 0)).save(path, "JPEG")


def _turned(path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (200, 300), "red").save(path, "JPEG", exif=exif)


@pytest.mark.parametrize("make", [_cmyk, _turned])
def test_an_unusual_photo_is_as_good_as_any(blog, make):
    make(blog.root / "content/photos/pier.jpg")
    blog.post("pier", "Words.", **GOOD)
    built = blog.build()
    assert built.code == 0, built.printed
    (folder,) = (built.output / "pictures").glob("pier-harvesters-*")
    with Image.open(folder / "300.jpg") as picture:
        assert (picture.mode, picture.size) == ("RGB", (300, 200))
        # Ours alone: description, resolution and its unit, artist, where color stands, copyright.
        assert set(picture.getexif()) == {0x010E, 0x011A, 0x011B, 0x0128, 0x013B, 0x0213, 0x8298}
        assert "icc_profile" not in picture.info


def test_a_typo_in_a_style_is_reported(blog):
    path = blog.root / "styles/harvesters/style.toml"
    path.write_text(path.read_text().replace("category =", "categroy ="))
    blog.post("pier", "Words.", **GOOD)
    assert build_with_mistakes(blog)[:2] == [
        "styles/harvesters/style.toml: there is no setting 'categroy'. Did you mean 'category'?",
        "styles/harvesters/style.toml: 'category' is missing. Add a line: category = \"...\"",
    ]


def test_a_style_half_made_is_no_reason_not_to_publish_a_story_without_it(blog):
    (blog.root / "styles" / "mine").mkdir()
    blog.post("pier", "Words.", **GOOD)
    built = blog.build()
    assert built.code == 0, built.printed
    assert "styles/mine/style.toml is missing." in built.printed
    assert "pictures/pier-harvesters-" in built.page("pier.html")


def test_a_mark_before_the_text_of_a_credit_is_passed_over(blog):
    text = 'title = "Pier"\ncreator = "Ben"\nlicense = "CC0-1.0"\n'
    (blog.root / "content/photos/pier.toml").write_bytes(
        b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode()
    )
    blog.post("pier", "Words.", **GOOD)
    assert "Ben" in blog.build().page("pier.html")


def test_an_ordinary_image_of_a_photo_that_is_here_is_a_warning(blog):
    blog.post("pier", "![A pier](photos/pier.jpg)", **GOOD)
    for _ in range(2):
        built = blog.build()
        assert built.code == 0, built.printed
        assert (
            "content/pier.md:6: photos/pier.jpg is an ordinary image here, and its file is not published. "
            "To show it, write {: stylize=none } right after the picture, or name a style." in built.printed
        )


def test_a_picture_commented_out_is_ignored(blog):
    blog.post("pier", "<!-- ![A](gone.jpg){: stylize=harvesters } -->", **GOOD)
    assert blog.build().code == 0


def test_a_photo_that_the_title_names_is_reported_with_its_own_line(blog):
    blog.post("pier", "Words.", **{"Title": "peir.jpg", **GOOD, "Photos": "peir.jpg | A pier"})
    assert build_with_mistakes(blog)[0].startswith("content/pier.md:4: there is no photo 'peir.jpg'")


def test_a_typo_in_the_settings_is_reported(blog):
    blog.stylize.update(long_egde=1200)
    blog.post("pier", "Words.", **GOOD)
    assert build_with_mistakes(blog) == [
        "STYLIZE: there is no setting 'long_egde'. Did you mean 'long_edge'?"
    ]


def test_mistakes_leave_the_last_good_site_alone(blog):
    blog.post("pier", "Words.", **GOOD)
    blog.build()
    before = (blog.root / "output/pier.html").read_bytes()
    blog.post("pier", "Other words.", **{**GOOD, "Style": "inc"})
    assert blog.build().code == 2
    assert (blog.root / "output/pier.html").read_bytes() == before


def test_a_picture_that_cannot_be_made_is_marked_and_the_rest_is_there(blog):
    blog.photo("second.jpg", color="red")
    blog.post("pier", "![B](second.jpg){: stylize=harvesters }", **GOOD)
    blog.fault = "if task.photo.name == 'pier.jpg': from pelican.plugins.stylize.model.errors import PhotoError; raise PhotoError('the ink is out.')"
    built = blog.build()
    assert built.code == 2
    assert "pier.jpg: the ink is out." in built.printed
    assert (
        "1 picture could not be made; the place is marked on the page. Build again to try once more."
        in built.printed
    )
    page = built.page("pier.html")
    assert "the ink is out." in page
    assert "pictures/second-harvesters-" in page
    assert "pictures/pier-harvesters-" not in page
    blog.fault = "pass"
    blog.drawn()
    again = blog.build()
    assert again.code == 0
    assert blog.drawn() == ["pier.jpg harvesters"]


def test_publishing_refuses_a_picture_that_cannot_be_made(blog):
    blog.post("pier", "Words.", **GOOD)
    blog.stylize.update(placeholders=False)
    blog.fault = (
        "from pelican.plugins.stylize.model.errors import PhotoError; raise PhotoError('the ink is out.')"
    )
    assert build_with_mistakes(blog) == ["pier.jpg: the ink is out.", "nothing was published."]


def test_under_autoreload_a_mistake_is_shown_and_the_loop_goes_on(blog):
    post = blog.post("pier", "Words.", **{**GOOD, "Style": "harvestres"})
    process = subprocess.Popen(
        [sys.executable, "-c", "pass"], cwd=blog.root
    )  # a build writes the configuration first
    process.wait()
    blog.build()
    command = [sys.executable, "-m", "pelican", "-r", "--log-handler=plain", "-s", "pelicanconf.py"]
    with (blog.root / "log").open("w") as log:
        loop = subprocess.Popen(command, cwd=blog.root, stdout=log, stderr=log)
        try:
            page = blog.root / "output/pier.html"
            _wait_for(lambda: page.exists() and "Did you mean &#39;harvesters&#39;?" in page.read_text())
            assert "This picture has a problem." in page.read_text()
            time.sleep(1)
            assert (blog.root / "log").read_text().count("there is no style") == 1
            post.write_text(post.read_text().replace("harvestres", "harvesters"))
            _wait_for(lambda: "pictures/pier-harvesters-" in page.read_text())
        finally:
            loop.send_signal(signal.SIGINT)
            loop.wait(10)


def test_builds_in_one_process_do_not_pile_up_in_memory(blog):
    blog.post("pier", "Words.", **GOOD)
    blog.build()
    script = """
import weakref

import pelican
from pelican.settings import read_settings

site = pelican.Pelican(read_settings("pelicanconf.py"))
from pelican.plugins.stylize.blog.build_state import find_state

states = []


def note(generators):
    states.append(weakref.ref(find_state(generators[0].settings)))


pelican.signals.all_generators_finalized.connect(note)
for _ in range(5):
    site.run()
print(sum(state() is not None for state in states) <= 2, len(states))
"""
    ran = subprocess.run([sys.executable, "-c", script], cwd=blog.root, capture_output=True, text=True)
    assert ran.stdout.splitlines()[-1:] == ["True 5"], ran.stderr


def test_an_interrupted_build_keeps_what_is_made_and_the_next_goes_on(blog):
    for number in range(4):
        blog.photo(f"p{number}.jpg", color=f"#0{number}0")
    photos = "\n    ".join(f"p{number}.jpg | A field" for number in range(4))
    blog.post("fields", "Words.", Style="harvesters", Photos=photos)
    blog.fault = "import os, signal; task.photo.name == 'p2.jpg' and os.kill(os.getpid(), signal.SIGINT)"
    built = blog.build()
    assert built.code == 130, built.printed
    assert "interrupted; 2 of 4 new pictures are made and kept. Build again to continue." in built.printed
    assert "Traceback" not in built.printed
    blog.fault = "pass"
    blog.drawn()
    assert blog.build().code == 0
    assert blog.drawn() == ["p2.jpg harvesters", "p3.jpg harvesters"]


def _wait_for(condition, *, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.1)
