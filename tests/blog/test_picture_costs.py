"""The costs that a build records for its pictures, and its warnings about styles that were judged meh."""

import json
import re

import pytest
from pelican.plugins.stylize.cli.costs import ledger
from pelican.plugins.stylize.cli.plan import plan
from pelican.plugins.stylize.cli.styles_list import save_verdict


@pytest.fixture
def harbor(blog, monkeypatch):
    """A blog of two posts with one picture in common, at a dollar a second."""
    blog.stylize = {"price_per_hour": 3600.0}
    blog.photo("nets.jpg", color="red")
    both = "pier.jpg | A pier\n    nets.jpg | Nets"
    blog.post("harbor", "Words.", Style="harvesters 70%, third-class-carriage 30%", Photos=both)
    blog.post("pier", "Words.", Style="harvesters 70%, third-class-carriage 30%", Photos="pier.jpg | A pier")
    monkeypatch.chdir(blog.root)
    return blog


def test_every_receipt_has_its_price_and_its_styles(harbor):
    built = harbor.build()
    assert built.code == 0, built.printed
    receipts = [
        json.loads(path.read_text()) for path in harbor.root.glob(".stylize/pictures/*/*/receipt.json")
    ]
    assert len(receipts) == 2
    for receipt in receipts:
        assert receipt["styles"] == {"harvesters": 0.7, "third-class-carriage": 0.3}
        assert receipt["energy_known"] == "estimated: 65 W x seconds"
        assert receipt["cost"] == pytest.approx(receipt["seconds"])
    costs = json.loads(ledger("pelicanconf.py", by="post", as_json=True))
    assert {row["name"]: row["pictures"] for row in costs["rows"]} == {
        "content/harbor.md": 2,
        "content/pier.md": 1,
        "(tunings)": 0,
    }


def test_the_receipt_and_the_page_keep_what_it_cost_whatever_it_would_cost_today(harbor):
    page = harbor.build().page("pier.html")
    costs = re.search(
        r"in [\d.]+ seconds on inline\. Cost: ([\d.e-]+) Wh, (?:less than )?\$[\d.]+\.</li>", page
    )
    assert costs
    harbor.stylize = {"price_per_hour": 1e9}
    assert costs[0] in harbor.build().page("pier.html")


def test_a_picture_of_an_older_store_says_no_more_than_its_receipt(harbor):
    harbor.build()
    for path in harbor.root.glob(".stylize/pictures/*/*/receipt.json"):
        facts = json.loads(path.read_text())
        for name in ("energy", "energy_known", "cost", "currency"):
            del facts[name]
        path.write_text(json.dumps(facts))
        (path.parent / "sha256sums").unlink()
    (harbor.root / ".stylize" / "posts-en.jsonl").unlink()
    assert " seconds on inline.</li>" in harbor.build().page("pier.html")


def test_what_posts_use_is_kept_up_to_date(harbor):
    harbor.build()
    uses = harbor.root / ".stylize" / "uses.json"
    assert set(json.loads(uses.read_text())["facts"]) == {"content/harbor.md", "content/pier.md"}
    (harbor.root / "content" / "pier.md").unlink()
    harbor.build()
    (pictures,) = json.loads(uses.read_text())["facts"].values()
    assert list(pictures.values()) == [["harvesters", "third-class-carriage"]] * 2
    (harbor.root / "content" / "harbor.md").unlink()
    harbor.build()
    assert json.loads(uses.read_text())["facts"] == {}


def test_the_plan_shows_cost_and_time(harbor):
    harbor.configure()
    _, row, *_, summary = plan("pelicanconf.py").splitlines()
    assert row.split()[-2:] == ["0.1", "$0.10"]
    assert summary == "2 pictures: 0 from the store, 2 to make, about 3 s, $0.20"


def test_a_style_that_was_judged_meh_is_warned_of_once_with_its_posts(harbor):
    harbor.configure()
    assert "judged meh" not in harbor.build().printed
    path = harbor.root / "styles" / "harvesters" / "style.toml"
    path.write_text(f'{path.read_text()}\n[verdict]\nword = "meh"\nnote = "All straw."\non = 2026-11-22\n')
    warning = (
        "styles/harvesters/style.toml: this style was judged meh on 2026-11-22 (All straw.), and is used by"
        " content/harbor.md, content/pier.md. Choose another, or change your verdict: pelican-stylize style.verdict"
        " harvesters cool"
    )
    for _ in range(2):  # read, and then recalled
        built = harbor.build()
        assert built.code == 0
        assert " ".join(built.printed.split()).count(warning) == 1


def test_a_style_that_nobody_uses_may_be_meh_in_peace(harbor):
    harbor.configure()
    path = harbor.root / "styles" / "harvesters" / "style.toml"
    path.write_text(f'{path.read_text()}\n[verdict]\nword = "meh"\non = 2026-11-22\n')
    for post in (harbor.root / "content").glob("*.md"):
        post.write_text(
            post.read_text().replace("harvesters 70%, third-class-carriage 30%", "third-class-carriage")
        )
    assert "judged meh" not in harbor.build().printed


def test_judging_works_in_a_blog_whose_settings_have_to_run(harbor):
    harbor.configure()
    assert save_verdict("pelicanconf.py", "harvesters", "cool") == "styles/harvesters/style.toml: cool"
