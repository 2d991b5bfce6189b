"""Slow pictures on a blog: announced and made by a build, and left out of drafts."""

import json

import pytest

COVER = "pier.jpg | A wooden pier"
SLOW = {"Style": "harvesters", "Method": "optimize", "Photos": COVER}
NOTE = "Draft: pelican-stylize build makes the optimized picture."
NOTE_OF_POST = "Draft: the optimized picture is made when the post is published."


@pytest.fixture(autouse=True)
def methods_are_drawn(blog):
    """Note the method and content of each job behind its photo and style."""
    blog.fault = "print(task.method.name, task.parameters.content, file=open('drawn.log', 'a'))"


def test_a_build_announces_what_it_optimizes(blog):
    blog.post("pier", "Words.", **SLOW, Content="0.7")
    built = blog.build()
    assert built.code == 0, built.printed
    assert "1 picture to optimize, about 45 s; Ctrl-C keeps what is done." in built.printed
    assert blog.drawn() == ["pier.jpg harvesters", "optimize 0.7"]
    page = built.page("pier.html")
    assert "rebuilt step by step by a neural network out of" in page
    assert "Draft" not in page
    assert not any((blog.root / ".stylize/optimizing").iterdir())
    again = blog.build()
    assert "to optimize" not in again.printed
    assert blog.drawn() == []


def test_quick_pictures_come_before_slow_ones(blog):
    blog.photo("nets.jpg", color="red")
    blog.post("pier", "![A](nets.jpg){: stylize method=feed-forward }", **SLOW)
    built = blog.build()
    assert built.code == 0, built.printed
    assert blog.drawn() == ["nets.jpg harvesters", "feed-forward None", "pier.jpg harvesters", "optimize 0.5"]


def test_a_picture_may_be_optimized_alone(blog):
    blog.post("pier", "![A](pier.jpg){: stylize=harvesters method=optimize content=20% }")
    assert blog.build().code == 0
    assert blog.drawn() == ["pier.jpg harvesters", "optimize 0.2"]


def test_a_draft_of_the_site_shows_the_quick_picture_and_says_so(blog):
    blog.settings.update(STYLIZE_DRAFT=True)
    blog.post("pier", "Words.", **SLOW)
    for _ in range(2):
        built = blog.build()
        assert built.code == 0, built.printed
        assert NOTE in built.page("pier.html")
        assert "redrawn by a neural network in the style of" in built.page("pier.html")
        assert (
            "1 optimized picture left out of this draft; pelican-stylize build makes what is missing, or add --optimize."
            in built.printed
        )
    assert blog.drawn() == ["pier.jpg harvesters", "feed-forward None"]
    blog.settings.clear()
    assert NOTE not in blog.build().page("pier.html")
    assert blog.drawn() == ["pier.jpg harvesters", "optimize 0.5"]
    blog.settings.update(STYLIZE_DRAFT=True)
    built = blog.build()
    assert NOTE not in built.page("pier.html")
    assert "left out" not in built.printed


def test_a_draft_optimizes_when_asked(blog):
    blog.settings.update(STYLIZE_OPTIMIZE=True)
    blog.post("pier", "Words.", **SLOW, Status="draft")
    built = blog.build()
    assert "Draft:" not in built.page("drafts/pier.html")
    assert blog.drawn() == ["pier.jpg harvesters", "optimize 0.5"]


def test_a_draft_post_waits_until_it_is_published(blog):
    blog.post("pier", "Words.", **SLOW, Status="draft")
    built = blog.build()
    assert NOTE_OF_POST in built.page("drafts/pier.html")
    assert (
        "1 optimized picture left out of draft posts; pelican-stylize livereload --optimize makes what is missing."
        in built.printed
    )
    assert blog.drawn() == ["pier.jpg harvesters", "feed-forward None"]
    blog.post("pier", "Words.", **SLOW)
    assert "Draft:" not in blog.build().page("pier.html")
    assert blog.drawn() == ["pier.jpg harvesters", "optimize 0.5"]


def test_covers_may_be_optimized_by_a_setting(blog):
    blog.photo("nets.jpg", color="red")
    blog.stylize.update(cover_method="optimize")
    blog.post("pier", "Words.", Style="harvesters", Photos=f"{COVER}\n    nets.jpg | Nets")
    assert blog.build().code == 0
    assert blog.drawn() == ["nets.jpg harvesters", "feed-forward None", "pier.jpg harvesters", "optimize 0.5"]


def test_the_plan_shows_the_method_of_each_picture_and_what_waits(blog):
    blog.photo("nets.jpg", color="red")
    blog.post("pier", "![A](nets.jpg){: stylize method=feed-forward }", **SLOW)
    blog.post("wharf", "Words.", **SLOW, Status="draft", Strength="0.5")
    table = blog.plan()
    rows = [line.split() for line in table.splitlines()]
    assert rows[0] == ["post", "photo", "style", "method", "strength", "key", "state", "seconds", "cost"]
    listed = sorted((row[1], row[3], row[6], row[7]) for row in rows[1:4])
    assert listed == [
        ("nets.jpg", "feed-forward", "missing", "0.1"),
        ("pier.jpg", "optimize", "draft", "44.6"),
        ("pier.jpg", "optimize", "missing", "44.6"),
    ]
    assert table.splitlines()[-1] == (
        "3 pictures: 0 from the store, 2 to make, 1 to optimize when no draft any more, about 48 s,"
        " less than $0.01"
    )
    facts = json.loads(blog.plan("as_json=True"))
    assert {(fact["method"], fact["content"]) for fact in facts} == {
        ("feed-forward", None),
        ("optimize", 0.5),
    }


def test_what_is_wrong_with_a_method_is_reported_with_its_line(blog):
    blog.photo("small.jpg", size=(200, 100))
    blog.post("one", "Words.", Style="harvesters", Method="optimise", Photos=COVER)
    blog.post("two", "Words.", Style="harvesters", Content="0.5", Photos=COVER)
    blog.post("three", "![A](small.jpg){: stylize=harvesters method=optimize content=abc }")
    built = blog.build()
    assert built.code == 2
    assert [line for line in built.printed.splitlines() if line.strip()] == [
        "content/one.md:4: there is no method 'optimise'. Did you mean 'optimize'?",
        "content/three.md:4: content is 'abc', but must be a number from 0 to 1, such as 0.5.",
        "content/three.md:4: small.jpg would be optimized at 200 x 100 pixels, but needs 128 on its shorter "
        "side. Use a larger photo, or method=feed-forward.",
        "content/two.md:4: content is for the method optimize, but this picture is made by feed-forward. "
        "Write method=optimize as well, or leave content out.",
        "4 problems; nothing was published.",
    ]
