"""Pictures that keep colors and tones of their photos, on a blog."""

import json

import pytest

PHOTO = "pier.jpg | A wooden pier"
POST = {"Style": "harvesters", "Photos": PHOTO}


@pytest.fixture(autouse=True)
def colors_are_noted(blog):
    """Note color and tone of each job behind its photo and style."""
    asked = "task.parameters.color, task.parameters.tone"
    blog.fault = f"print({asked}, file=open('drawn.log', 'a'))"


@pytest.mark.parametrize("quality", ["quick", "good"])
def test_a_post_keeps_the_photos_colors_and_says_so(blog, quality):
    blog.post("pier", "Words.", **POST, Quality=quality, Color="photo", Tone="30%")
    built = blog.build()
    assert built.code == 0, built.printed
    assert blog.drawn() == ["pier.jpg harvesters", "1.0 0.3"]
    words = "with the photo's colors and 30% of the photo's tones, "
    assert words in built.page("pier.html").replace("&#39;", "'")
    sidecars = [json.loads(path.read_text()) for path in built.output.glob("pictures/*/*.jsonld")]
    (sidecar,) = [each for each in sidecars if "prov:wasGeneratedBy" in each]
    assert words in sidecar["schema:description"]
    assert (sidecar["record"]["drawing"]["color"], sidecar["record"]["drawing"]["tone"]) == (1.0, 0.3)


def test_a_page_in_german_says_it_in_german(blog):
    blog.post("pier", "Words.", **POST, Lang="de", Color="photo", Tone="photo")
    blog.post("wharf", "Words.", **POST, Lang="de", Color="50%")
    built = blog.build()
    assert built.code == 0, built.printed
    pages = [path.read_text() for path in built.output.glob("*-de.html")]
    assert len(pages) == 2
    assert any("neu gezeichnet, mit den Farben und Tonwerten des Fotos, im Stil von" in p for p in pages)
    assert any("neu gezeichnet, mit 50 % der Farben des Fotos, im Stil von" in p for p in pages)


def test_the_site_and_a_picture_may_say_it_too(blog):
    blog.stylize.update(color="photo")
    blog.post("pier", "![A](pier.jpg){: stylize=harvesters color=0 tone=photo }", **POST)
    built = blog.build()
    assert built.code == 0, built.printed
    assert sorted(blog.drawn()) == ["0.0 1.0", "1.0 0.0", *["pier.jpg harvesters"] * 2]


def test_without_a_word_about_color_a_picture_is_the_one_it_was(blog):
    blog.post("pier", "Words.", **POST)
    blog.build()
    blog.drawn()
    blog.post("pier", "Words.", **POST, Color="0", Tone="0%")
    built = blog.build()
    assert built.code == 0, built.printed
    assert blog.drawn() == []
    assert "with the photo" not in built.page("pier.html")


def test_what_is_wrong_with_a_color_is_reported_with_its_line(blog):
    blog.post("one", "Words.", **POST, Color="red")
    blog.post("three", "Words.", **POST, Colour="photo")
    blog.post("two", "![A](pier.jpg){: stylize=harvesters tone=2 }")
    built = blog.build()
    assert built.code == 2
    assert [line for line in built.printed.splitlines() if line.strip()] == [
        "content/one.md:5: color is 'red', but must be photo or a number from 0 to 1, such as 0.5.",
        "content/three.md:5: there is no front matter 'colour'. Did you mean 'Color'?",
        "content/two.md:4: tone is '2', but must be photo or a number from 0 to 1, such as 0.5.",
        "3 problems; nothing was published.",
    ]


def test_a_post_that_asks_for_no_picture_may_write_about_color(blog):
    blog.post("paint", "Words.", Color="red", Tone="of voice", Colour="red")
    built = blog.build()
    assert built.code == 0, built.printed
