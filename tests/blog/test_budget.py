"""A budget of minutes for painting: what it reaches is painted, and the rest stays quick and is listed."""

import json

import pytest

POST = {"Style": "harvesters", "Quality": "best"}
NETS = "- content/{}: {} in 'harvesters' is quick; best takes about 45 s"


@pytest.fixture(autouse=True)
def qualities_are_noted(blog):
    """Note the quality of each job behind its photo and style."""
    blog.fault = "print(task.method.quality, file=open('drawn.log', 'a'))"


@pytest.fixture
def two_posts(blog):
    """Two posts of two pictures each, of the best quality; each takes about 45 seconds."""
    blog.remember("optimize", seconds=45)
    blog.remember("optimize-small", seconds=5)
    for name in ("pier", "nets", "gulls", "ropes"):
        blog.photo(f"{name}.jpg", color={"pier": "teal", "nets": "red", "gulls": "blue"}.get(name, "lime"))
    blog.post("old", "Words.", **POST, Photos="pier.jpg | A\n    nets.jpg | A", Date="2026-10-01")
    blog.post("new", "Words.", **POST, Photos="gulls.jpg | A\n    ropes.jpg | A", Date="2026-11-01")
    return blog


def drawn(blog):
    lines = blog.drawn()
    photos = (line.split(".")[0] for line in lines[::2])
    return dict(zip(photos, lines[1::2], strict=True))


def build(blog, minutes, **settings):
    blog.settings = {"STYLIZE_BUDGET": minutes, **settings}
    return blog.build()


@pytest.mark.parametrize(
    ("minutes", "painted"),
    [(1, {"gulls"}), (1.5, {"gulls", "pier"}), (2.5, {"gulls", "pier", "ropes"})],
)
def test_covers_come_first_and_then_the_newest_posts(two_posts, minutes, painted):
    built = build(two_posts, minutes)
    assert built.code == 0, built.printed
    assert {photo for photo, quality in drawn(two_posts).items() if quality == "best"} == painted


def test_what_stayed_quick_is_painted_by_a_later_build(two_posts):
    build(two_posts, 1)
    two_posts.settings = {}
    drawn(two_posts)
    assert two_posts.build().code == 0
    assert drawn(two_posts) == {"pier": "best", "nets": "best", "ropes": "best"}


def test_what_the_store_has_costs_nothing(two_posts):
    two_posts.build()
    drawn(two_posts)
    built = build(two_posts, 0)
    assert "budget" not in built.printed
    assert "painted at full size" in built.page("new.html")


def test_what_stays_quick_is_listed_before_and_after(two_posts):
    built = build(two_posts, 2)
    listed = [NETS.format("new.md", "ropes.jpg"), NETS.format("old.md", "nets.jpg")]
    lines = built.printed.splitlines()
    before = lines.index(
        "The budget of 2 min paints 2 of 4 pictures, which takes about 90 s. The others stay quick:"
    )
    after = lines.index(
        "2 pictures are still quick, since the budget did not reach further; pelican-stylize build paints the rest:"
    )
    assert sorted(lines[before + 1 : before + 3]) == listed
    assert sorted(lines[after + 1 : after + 3]) == listed
    assert before < lines.index("2 pictures to paint, about 90 s; Ctrl-C keeps what is done.") < after


def test_page_and_record_of_what_stays_quick_say_so(two_posts):
    built = build(two_posts, 0)
    page = built.page("new.html")
    assert page.count("Quality: quick (drawn by the network), at 100% strength") == 2
    assert "painted" not in page
    assert "Draft" not in page
    sidecars = [json.loads(path.read_text()) for path in built.output.glob("pictures/*/*.jsonld")]
    drawings = [sidecar["record"]["drawing"] for sidecar in sidecars if "drawing" in sidecar["record"]]
    assert {drawing["quality"] for drawing in drawings} == {"quick"}


def test_a_budget_that_suffices_for_no_picture_says_what_it_takes(two_posts):
    built = build(two_posts, 0.5)
    assert built.code == 0
    assert (
        "The budget of 30 s does not suffice for one picture: the shortest takes about 45 s. All stay quick:"
        in built.printed
    )
    assert set(drawn(two_posts).values()) == {"quick"}


def test_a_budget_that_suffices_for_all_is_not_mentioned(two_posts):
    built = build(two_posts, 10)
    assert "budget" not in built.printed
    assert set(drawn(two_posts).values()) == {"best"}


def test_a_picture_that_does_not_fit_is_passed_over_for_one_that_does(two_posts):
    two_posts.post("new", "Words.", Style="harvesters", Quality="best", Photos="gulls.jpg | A")
    two_posts.post("old", "Words.", Style="harvesters", Quality="good", Photos="pier.jpg | A")
    build(two_posts, 0.1)
    assert drawn(two_posts) == {"pier": "good", "gulls": "quick"}


def test_publishing_refuses_pictures_that_stay_quick_unless_they_are_allowed(two_posts):
    built = build(two_posts, 2, STYLIZE_PUBLISH=True)
    assert built.code == 2
    assert [line for line in built.printed.splitlines() if line.startswith(("content/", "nothing"))] == [
        "content/new.md: ropes.jpg in 'harvesters' is quick; best takes about 45 s.",
        "content/old.md: nets.jpg in 'harvesters' is quick; best takes about 45 s.",
        "nothing was published. Publish without --budget to paint these as well, which takes about 90 s, or add"
        " --allow-quick.",
    ]
    assert sorted(drawn(two_posts)) == ["gulls", "nets", "pier", "ropes"]
    built = build(two_posts, 0, STYLIZE_PUBLISH=True, STYLIZE_ALLOW_QUICK=True)
    assert built.code == 0, built.printed
    assert drawn(two_posts) == {}
    assert "painted at full size" in built.page("new.html")


@pytest.mark.parametrize("minutes", [-1, "ten", True])
def test_a_budget_must_be_a_number_of_minutes(two_posts, minutes):
    built = build(two_posts, minutes)
    assert built.code == 2
    assert (
        f"the budget is {minutes!r}, but must be a number of minutes, 0 or more, as in --budget 10"
        in built.printed
    )
