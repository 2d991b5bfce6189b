"""The pictures of a post that are styled together, on a blog."""

import json

import pytest
from PIL import Image

THREE = "pier.jpg | A pier\n    nets.jpg | Nets\n    gulls.jpg | Gulls"


@pytest.fixture(autouse=True)
def series_are_noted(blog):
    """Note the photos that each picture is styled together with, behind its photo and style."""
    blog.fault = "print(*sorted(ref.name for ref in task.together) or ['alone'], file=open('drawn.log', 'a'))"
    blog.photo("nets.jpg", color="red")
    blog.photo("gulls.jpg", color="blue")


def series_of(blog) -> dict[str, str]:
    """Return what each picture that was drawn since the last look was styled together with."""
    lines = blog.drawn()
    return {line.split()[0]: series for line, series in zip(lines[::2], lines[1::2], strict=True)}


@pytest.mark.parametrize("quality", ["quick", "good", "best"])
def test_the_pictures_of_a_post_are_styled_together_when_it_says_so(blog, quality):
    blog.post(
        "pier", "Words.", **{"Styled-together": "yes"}, Style="harvesters", Quality=quality, Photos=THREE
    )
    built = blog.build()
    assert built.code == 0, built.printed
    assert set(series_of(blog).values()) == {"gulls.jpg nets.jpg pier.jpg"}
    assert built.page("pier.html").count("Styled together with the other pictures of its post.") == 3
    records = [json.loads(path.read_text())["record"] for path in built.output.glob("pictures/*/*.jsonld")]
    assert [each["drawing"]["together"] for each in records if "drawing" in each] == [3, 3, 3]


def test_a_new_photo_makes_all_pictures_of_its_series_again(blog):
    post = {"Styled-together": "yes", "Style": "harvesters"}
    blog.post("pier", "Words.", **post, Photos="pier.jpg | A pier\n    nets.jpg | Nets")
    assert blog.build().code == 0
    assert series_of(blog) == {"pier.jpg": "nets.jpg pier.jpg", "nets.jpg": "nets.jpg pier.jpg"}
    assert blog.build().code == 0
    assert blog.drawn() == []
    blog.post("pier", "Words.", **post, Photos=THREE)
    assert blog.build().code == 0
    assert sorted(series_of(blog)) == ["gulls.jpg", "nets.jpg", "pier.jpg"]


def test_each_style_and_quality_is_a_series_of_its_own_and_one_photo_is_none(blog):
    text = "![A](nets.jpg){: stylize=third-class-carriage }\n\n![B](gulls.jpg){: stylize quality=good }"
    blog.post("pier", text, **{"Styled-together": "Yes"}, Style="harvesters", Photos="pier.jpg | A pier")
    built = blog.build()
    assert built.code == 0, built.printed
    assert set(series_of(blog).values()) == {"alone"}
    assert "Styled together" not in built.page("pier.html")


def test_a_style_with_a_mask_is_in_no_series(blog):
    mask = Image.new("L", (300, 200))
    mask.paste(255, (0, 0, 300, 100))
    mask.save(blog.root / "content" / "photos" / "sky.png")
    together = {"Styled-together": "yes", "Mask": "sky.png"}
    blog.post("pier", "Words.", **together, Style="harvesters", Photos=THREE)
    assert blog.build().code == 0
    assert set(series_of(blog).values()) == {"alone"}


def test_a_draft_shows_the_quick_pictures_together_too(blog):
    blog.settings.update(STYLIZE_DRAFT=True)
    blog.post(
        "pier", "Words.", **{"Styled-together": "yes"}, Style="harvesters", Quality="good", Photos=THREE
    )
    assert blog.build().code == 0
    assert set(series_of(blog).values()) == {"gulls.jpg nets.jpg pier.jpg"}


def test_another_word_than_yes_or_no_is_reported_with_its_line(blog):
    blog.post("one", "Words.", **{"Styled-together": "often"}, Style="harvesters", Photos="pier.jpg | A pier")
    blog.post("two", "Words.", **{"Styled-togehter": "yes"}, Style="harvesters", Photos="pier.jpg | A pier")
    built = blog.build()
    assert built.code == 2
    assert [line for line in built.printed.splitlines() if line.strip()] == [
        "content/one.md:3: Styled-together is 'often', but must be yes or no.",
        "content/two.md:3: there is no front matter 'styled-togehter'. Did you mean 'Styled-together'?",
        "2 problems; nothing was published.",
    ]


def test_a_post_that_asks_for_no_picture_may_use_the_word_otherwise(blog):
    blog.post("hair", "Words.", **{"Styled-together": "often"})
    assert blog.build().code == 0
