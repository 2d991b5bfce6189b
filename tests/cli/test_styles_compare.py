"""`style.compare` as it is typed, in a blog whose pictures are drawn by inverting colors."""

import re
import shutil
from html import unescape
from pathlib import Path

import pytest
from fixtures.program import Ended, run_program
from fixtures.small_blog import Blog
from PIL import Image

MEH = '\n[verdict]\nword = "meh"\nnote = "Faces break."\non = 2026-11-22\n'


def compare(blog: Blog, *words: str, photo: str = "content/photos/pier.jpg") -> Ended:
    blog.configure()
    return run_program("style.compare", photo, *words, cwd=blog.root)


def read_board(blog: Blog) -> tuple[Path, list[str]]:
    """Return the only board of a blog, and the text of each card on it: first the photo, then the styles."""
    (page,) = (blog.root / ".stylize" / "compare").glob("*/board.html")
    cards = page.read_text("utf-8").partition('<ul class="cards">')[2].split("<li ")[1:]
    texts = [re.sub(r"<script.*", "", card, flags=re.DOTALL) for card in cards]
    return page, [" ".join(unescape(re.sub(r"<[^>]*>", " ", f"<{text}")).split()) for text in texts]


def judge(blog: Blog, slug: str, verdict: str) -> None:
    with (blog.root / "styles" / slug / "style.toml").open("a", encoding="utf-8") as file:
        file.write(verdict)


def test_one_photo_is_shown_in_every_style_with_the_line_to_copy(blog):
    ended = compare(blog)
    assert (ended.code, ended.err) == (0, "")
    page, cards = read_board(blog)
    assert ended.out.splitlines() == [
        "2 styles: 0 in the store, 2 to draw, about 3 s; Ctrl-C keeps what is done.",
        f"Open {page.relative_to(blog.root)} in a browser.",
    ]
    assert re.fullmatch(r"pier-[0-9a-f]{8}-quick", page.parent.name)
    assert cards == [
        "The photo",
        "The Harvesters Pieter Bruegel the Elder, 1565 labor Style: harvesters Copy"
        " A post publishes it under CC BY 4.0.",
        "The Third-Class Carriage Honoré Daumier, ca. 1862–64 labor Style: third-class-carriage Copy"
        " A post publishes it under CC BY 4.0.",
    ]
    text = page.read_text("utf-8")
    assert "<p>Quality: quick, drawn by the network.</p>" in text
    assert "<p>pier.jpg has no credit file, so it counts as a photo by Ana Sol.</p>" in text
    files = re.findall(r'src="([^"]+)"', text)
    assert files == [
        "photo.jpg",
        "pictures/harvesters.jpg",
        "artworks/harvesters.jpg",
        "pictures/third-class-carriage.jpg",
        "artworks/third-class-carriage.jpg",
    ]
    assert re.findall(r'alt="([^"]+)"', text) == [
        "The photo pier.jpg",
        "The photo in the style of The Harvesters, quick",
        "The artwork: The Harvesters",
        "The photo in the style of The Third-Class Carriage, quick",
        "The artwork: The Third-Class Carriage",
    ]
    with Image.open(page.parent / files[1]) as picture:
        assert picture.size == (300, 200)


def test_nothing_is_drawn_twice_by_posts_and_boards(blog):
    blog.post("pier", "Words.", Style="harvesters", Photos="pier.jpg | A pier")
    assert blog.build().code == 0
    assert blog.drawn() == ["pier.jpg harvesters"]
    assert compare(blog).out.startswith("2 styles: 1 in the store, 1 to draw, about ")
    assert blog.drawn() == ["pier.jpg third-class-carriage"]
    assert compare(blog).out.startswith("2 styles: every picture is in the store already.\n")
    blog.post("carriage", "Words.", Style="third-class-carriage", Photos="pier.jpg | A pier")
    assert blog.build().code == 0
    assert blog.drawn() == []


def test_a_photo_of_the_blog_is_found_by_its_name(blog):
    blog.configure()
    ended = run_program("style.compare", "pier.jpg", "--styles", "harvesters", cwd=blog.root / "styles")
    assert (ended.code, ended.err) == (0, "")
    assert blog.drawn() == ["pier.jpg harvesters"]


def test_styles_judged_meh_are_last_and_say_why(blog):
    judge(blog, "harvesters", MEH)
    compare(blog)
    _, cards = read_board(blog)
    assert cards[1].startswith("The Third-Class Carriage")
    assert cards[2].startswith("The Harvesters Pieter Bruegel the Elder, 1565 labor meh: Faces break.")


def test_another_quality_than_that_of_the_blog_is_part_of_the_line(blog):
    compare(blog, "--quality", "good", "--styles", "harvesters")
    page, cards = read_board(blog)
    assert page.parent.name.endswith("-good")
    assert "Style: harvesters Quality: good Copy" in cards[1]
    assert "<p>Quality: good, painted small, then restored.</p>" in page.read_text("utf-8")


def test_what_a_budget_does_not_reach_is_shown_quick(blog):
    judge(blog, "harvesters", MEH)
    blog.remember("optimize-small", seconds=30)
    ended = compare(blog, "--quality", "good", "--budget", "0.6")
    assert "The budget of 36 s paints 1 of 2. These stay quick: harvesters." in ended.out
    _, cards = read_board(blog)
    assert "Quick: the budget did not reach it." not in cards[1]
    assert "Style: harvesters Quality: good Copy Quick: the budget did not reach it." in cards[2]


def test_a_budget_that_suffices_for_no_picture_says_what_the_shortest_takes(blog):
    blog.remember("optimize-small", seconds=30)
    ended = compare(blog, "--quality", "good", "--budget", "0.1")
    assert ended.code == 0
    assert ended.out.splitlines()[1] == (
        "The budget of 6 s does not suffice for one picture: the shortest takes about 30 s."
        " These stay quick: harvesters, third-class-carriage."
    )


def test_a_photo_without_a_credit_is_drawn_and_the_board_says_so(blog, tmp_path):
    blog.without = ("author",)
    shutil.copy(blog.root / "content/photos/pier.jpg", tmp_path / "loose pier.jpg")
    assert compare(blog, "--styles", "harvesters", photo="loose pier.jpg").code == 0
    page, cards = read_board(blog)
    text = page.read_text("utf-8")
    assert (
        "<p>loose pier.jpg has no credit. Write loose pier.toml with title, creator, license and source_url, or"
        " set STYLIZE[&#x27;author&#x27;] if the photo is yours.</p><p>Nothing here is published, so only the"
        " rights of the artworks were checked, as if the photo were yours.</p>"
    ) in text
    assert cards[1].endswith("Style: harvesters Copy")


def test_a_license_that_forbids_a_picture_is_noted_beside_it(blog):
    (blog.root / "content/photos/pier.toml").write_text(
        'title = "Pier"\ncreator = "Ines"\nlicense = "CC-BY-ND-4.0"\nsource_url = "https://example.org/1"\n'
        'alt = "A pier at dusk"\n'
    )
    assert compare(blog, "--styles", "harvesters").code == 0
    page, cards = read_board(blog)
    assert cards[1].endswith(
        "Style: harvesters Copy the photo pier.jpg cannot be used: CC BY-ND 4.0 does not allow adaptations to be"
        " published (section 2(a)(1)(B)). Show the photo plain (stylize=none) or choose another photo."
    )
    assert 'alt="A pier at dusk"' in page.read_text("utf-8")


def test_after_ctrl_c_the_board_has_what_was_drawn_and_the_same_command_goes_on(blog):
    blog.fault = "if 'third' in styles: raise KeyboardInterrupt"
    ended = compare(blog)
    assert (ended.code, ended.err) == (
        130,
        "\nStopped; what was drawn is kept, and the same command continues.\n",
    )
    _, cards = read_board(blog)
    assert "There is no picture yet" not in cards[1]
    assert cards[2].startswith("There is no picture yet. The same command makes it. The Third-Class Carriage")
    blog.fault = "pass"
    blog.drawn()
    assert compare(blog).code == 0
    assert blog.drawn() == ["pier.jpg third-class-carriage"]


def test_a_picture_that_cannot_be_made_is_named_and_the_others_are_shown(blog):
    blog.fault = (
        "from pelican.plugins.stylize.model.errors import PhotoError\n"
        "    if 'harvesters' in styles: raise PhotoError('there is no more paint.')"
    )
    ended = compare(blog)
    assert (ended.code, ended.err) == (2, "harvesters: pier.jpg: there is no more paint.\n")
    _, cards = read_board(blog)
    assert cards[1].startswith("harvesters: pier.jpg: there is no more paint. The Harvesters")
    assert cards[2].startswith("The Third-Class Carriage")


def test_a_style_that_cannot_be_used_is_named_and_the_others_are_shown(blog):
    (blog.root / "styles/harvesters/style.safetensors").unlink()
    ended = compare(blog)
    problem = (
        "styles/harvesters: style.safetensors is missing. Make it: pelican-stylize style.predict harvesters"
    )
    assert ended.code == 0 and problem in ended.out
    page, cards = read_board(blog)
    assert len(cards) == 2 and problem in page.read_text("utf-8")


@pytest.mark.parametrize(
    ("photo", "words", "message"),
    [
        (
            "content/photos/pier.jpg",
            ["--styles", "harvestres"],
            "there is no style 'harvestres'. Did you mean 'harvesters'?",
        ),
        (
            "content/photos/pier.jpg",
            ["--quality", "goood"],
            "there is no quality 'goood'. Did you mean 'good'?",
        ),
        (
            "content/photos/pier.jpg",
            ["--budget", "ten"],
            "--budget is 'ten', but must be a number of minutes, 0 or more, as in --budget 10.",
        ),
        (
            "content/photos/small.jpg",
            ["--quality", "good"],
            "small.jpg would be painted at 120 x 80 pixels, but needs 128 on its shorter side. Use a larger"
            " photo, or --quality quick.",
        ),
        ("content", [], "content: this is a folder, not a photo. Name a file in it."),
        ("no/pier.jpg", [], "no/pier.jpg: there is no such file. Put the photo there."),
        (
            "peer.jpg",
            [],
            "there is no photo 'peer.jpg'; looked in content, content/photos. Did you mean 'pier.jpg'?",
        ),
    ],
)
def test_mistakes_are_reported_before_anything_is_drawn(blog, photo, words, message):
    blog.photo("small.jpg", size=(120, 80))
    ended = compare(blog, *words, photo=photo)
    assert (ended.code, ended.out, ended.err) == (2, "", f"{message}\n")
    assert blog.drawn() == []


def test_without_styles_there_is_nothing_to_compare(blog):
    shutil.rmtree(blog.root / "styles")
    assert compare(blog).err == "styles: there are no styles to compare.\n"
