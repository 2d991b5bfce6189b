"""Quick, good and best pictures on a blog: announced and made by a build, and left out of drafts."""

import json

import pytest

COVER = "pier.jpg | A wooden pier"
BEST = {"Style": "harvesters", "Quality": "best", "Photos": COVER}
NOTE = "Draft: pelican-stylize build makes the painted picture."
NOTE_OF_POST = "Draft: the painted picture is made when the post is published."


@pytest.fixture(autouse=True)
def qualities_are_noted(blog):
    """Note the method, content and stroke of each job behind its photo and style."""
    parameters = "task.parameters.content, task.parameters.stroke"
    for method, seconds in (("feed-forward", 0.1), ("optimize-small", 5), ("optimize", 45)):
        blog.remember(method, seconds=seconds)
    blog.fault = f"print(task.method.name, {parameters}, file=open('drawn.log', 'a'))"


QUICK, GOOD, BEST_ONE = "feed-forward None 1.0", "optimize-small 0.5 1.0", "optimize 0.5 1.0"


def test_a_build_announces_what_takes_minutes(blog):
    blog.post("pier", "Words.", **BEST, Content="0.7", Stroke="0.5")
    built = blog.build()
    assert built.code == 0, built.printed
    assert "1 picture to paint, about 45 s; Ctrl-C keeps what is done." in built.printed
    assert blog.drawn() == ["pier.jpg harvesters", "optimize 0.7 0.5"]
    page = built.page("pier.html")
    assert "painted at full size by a neural network out of" in page
    assert "Quality: best (painted at full size), at 100% strength" in page
    assert "Draft" not in page
    assert not any((blog.root / ".stylize/optimizing").iterdir())
    again = blog.build()
    assert "to paint" not in again.printed
    assert blog.drawn() == []


def test_a_blog_that_says_nothing_gets_good_pictures(blog):
    blog.without = ("quality",)
    blog.post("pier", "Words.", Style="harvesters", Photos=COVER)
    built = blog.build()
    assert built.code == 0, built.printed
    assert "to paint" not in built.printed
    assert blog.drawn() == ["pier.jpg harvesters", GOOD]
    page = built.page("pier.html")
    assert "painted small by a neural network and then restored, out of the forms of" in page
    assert "Quality: good (painted small, then restored), at 100% strength" in page
    assert not (blog.root / ".stylize/optimizing").exists()


def test_the_record_says_the_quality(blog):
    blog.post("pier", "![A](pier.jpg){: stylize=harvesters quality=good }")
    built = blog.build()
    sidecars = [json.loads(path.read_text()) for path in built.output.glob("pictures/*/*.jsonld")]
    (sidecar,) = [each for each in sidecars if "prov:wasGeneratedBy" in each]
    assert sidecar["record"]["drawing"]["quality"] == "good"
    assert (
        sidecar["prov:wasGeneratedBy"]["schema:description"] == "quality good: painted small, then restored"
    )


def test_the_quickest_pictures_come_first(blog):
    blog.photo("nets.jpg", color="red")
    blog.photo("gulls.jpg", color="blue")
    text = "![A](gulls.jpg){: stylize quality=good }\n\n![A](nets.jpg){: stylize quality=quick }"
    blog.post("pier", text, **BEST)
    built = blog.build()
    assert built.code == 0, built.printed
    assert blog.drawn() == [
        *("nets.jpg harvesters", QUICK),
        *("gulls.jpg harvesters", GOOD),
        *("pier.jpg harvesters", BEST_ONE),
    ]


def test_a_picture_may_have_a_quality_of_its_own(blog):
    blog.post("pier", "![A](pier.jpg){: stylize=harvesters quality=best content=20% stroke=2 }")
    assert blog.build().code == 0
    assert blog.drawn() == ["pier.jpg harvesters", "optimize 0.2 2.0"]


@pytest.mark.parametrize(("quality", "painted"), [("good", GOOD), ("best", BEST_ONE)])
def test_a_draft_of_the_site_shows_the_quick_picture_and_says_so(blog, quality, painted):
    post = {**BEST, "Quality": quality}
    blog.settings.update(STYLIZE_DRAFT=True)
    blog.post("pier", "Words.", **post)
    for _ in range(2):
        built = blog.build()
        assert built.code == 0, built.printed
        assert NOTE in built.page("pier.html")
        assert "redrawn by a neural network in the style of" in built.page("pier.html")
        assert (
            "1 painted picture left out of this draft; pelican-stylize build makes what is missing, or add --paint."
            in built.printed
        )
    assert blog.drawn() == ["pier.jpg harvesters", QUICK]
    blog.settings.clear()
    assert NOTE not in blog.build().page("pier.html")
    assert blog.drawn() == ["pier.jpg harvesters", painted]
    blog.settings.update(STYLIZE_DRAFT=True)
    built = blog.build()
    assert NOTE not in built.page("pier.html")
    assert "left out" not in built.printed


def test_a_draft_is_painted_when_asked(blog):
    blog.settings.update(STYLIZE_PAINT=True)
    blog.post("pier", "Words.", **BEST, Status="draft")
    built = blog.build()
    assert "Draft:" not in built.page("drafts/pier.html")
    assert blog.drawn() == ["pier.jpg harvesters", BEST_ONE]


def test_a_draft_post_waits_until_it_is_published(blog):
    blog.post("pier", "Words.", **BEST, Status="draft")
    built = blog.build()
    assert NOTE_OF_POST in built.page("drafts/pier.html")
    assert (
        "1 painted picture left out of draft posts; pelican-stylize livereload --paint makes what is missing."
        in built.printed
    )
    assert blog.drawn() == ["pier.jpg harvesters", QUICK]
    blog.post("pier", "Words.", **BEST)
    assert "Draft:" not in blog.build().page("pier.html")
    assert blog.drawn() == ["pier.jpg harvesters", BEST_ONE]


def test_covers_may_be_painted_by_a_setting(blog):
    blog.photo("nets.jpg", color="red")
    blog.stylize.update(cover_quality="best")
    blog.post("pier", "Words.", Style="harvesters", Photos=f"{COVER}\n    nets.jpg | Nets")
    assert blog.build().code == 0
    assert blog.drawn() == ["nets.jpg harvesters", QUICK, "pier.jpg harvesters", BEST_ONE]


def test_a_stroke_in_the_settings_is_for_all_pictures(blog):
    blog.stylize.update(stroke=0.5)
    blog.post("pier", "Words.", Style="harvesters", Photos=COVER)
    assert blog.build().code == 0
    assert blog.drawn() == ["pier.jpg harvesters", "feed-forward None 0.5"]


def test_the_plan_shows_the_quality_of_each_picture_and_what_waits(blog):
    blog.photo("nets.jpg", color="red")
    blog.photo("gulls.jpg", color="blue")
    text = "![A](nets.jpg){: stylize quality=quick }\n\n![A](gulls.jpg){: stylize quality=good }"
    blog.post("pier", text, **BEST)
    blog.post("wharf", "Words.", **BEST, Status="draft", Strength="0.5")
    table = blog.plan()
    rows = [line.split() for line in table.splitlines()]
    assert rows[0] == ["post", "photo", "style", "quality", "strength", "key", "state", "seconds", "cost"]
    listed = sorted((row[1], row[3], row[6], row[7]) for row in rows[1:5])
    assert listed == [
        ("gulls.jpg", "good", "missing", "5.0"),
        ("nets.jpg", "quick", "missing", "0.1"),
        ("pier.jpg", "best", "draft", "45.0"),
        ("pier.jpg", "best", "missing", "45.0"),
    ]
    assert [" ".join(line.split()) for line in table.splitlines()[6:]] == [
        "to make pictures time cost",
        "quick 1 0 s $0.00",
        "good 1 5 s less than $0.01",
        "best 1 45 s less than $0.01",
        "",
        "4 pictures: 0 from the store, 3 to make, 1 to paint when no draft any more, about 53 s,"
        " less than $0.01",
    ]
    facts = json.loads(blog.plan("as_json=True"))
    assert {(fact["quality"], fact["stroke"], fact["content"]) for fact in facts} == {
        ("quick", 1.0, None),
        ("good", 1.0, 0.5),
        ("best", 1.0, 0.5),
    }


def test_what_is_wrong_with_a_quality_is_reported_with_its_line(blog):
    blog.photo("small.jpg", size=(200, 100))
    blog.post("five", "![A](pier.jpg){: stylize=harvesters method=optimize }")
    blog.post("four", "Words.", Style="harvesters", Method="optimize", Photos=COVER)
    blog.post("one", "Words.", Style="harvesters", Quality="beste", Photos=COVER)
    blog.post("six", "Words.", Style="harvesters", Stroke="9", Photos=COVER)
    blog.post("three", "![A](small.jpg){: stylize=harvesters quality=best content=abc }")
    blog.post("two", "Words.", Style="harvesters", Content="0.5", Photos=COVER)
    built = blog.build()
    assert built.code == 2
    assert [line for line in built.printed.splitlines() if line.strip()] == [
        "content/five.md:4: there is no option method; a picture has a quality instead. Write quality=best.",
        "content/four.md:4: there is no Method; a picture has a quality instead. Write Quality: best.",
        "content/one.md:4: there is no quality 'beste'. Did you mean 'best'?",
        "content/six.md:4: stroke is '9', but must be a number from 0.1 to 4, such as 0.5.",
        "content/three.md:4: content is 'abc', but must be a number from 0 to 1, such as 0.5.",
        "content/three.md:4: small.jpg would be painted at 200 x 100 pixels, but needs 128 on its shorter "
        "side. Use a larger photo, or quality=quick.",
        "content/two.md:4: content is for the qualities good and best, but this picture is quick. "
        "Write quality=good as well, or leave content out.",
        "7 problems; nothing was published.",
    ]


def test_a_post_that_asks_for_no_picture_may_say_what_it_likes(blog):
    blog.post("coffee", "Words.", Quality="high", Method="French press", Stroke="of luck")
    built = blog.build()
    assert built.code == 0, built.printed
    assert blog.drawn() == []
