"""The cost report by style, by post and by month."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from fixtures.training_results import TRAINING
from pelican.plugins.stylize.cli import costs
from pelican.plugins.stylize.cli.cost_report import CostEntry, make_cost_report, read_costs
from pelican.plugins.stylize.costs.prices import Expense, Tariff
from pelican.plugins.stylize.model.errors import UserError
from pelican.plugins.stylize.storage.picture_usage import write_usage
from pelican.plugins.stylize.styles.edit_toml import write_model
from pelican.plugins.stylize.styles.library import load_styles
from pelican.plugins.stylize.styles.train import _describe_model

HOUR = 3600.0
PICTURE = CostEntry(
    styles={"harvesters": 0.75, "ink": 0.25},
    posts=("content/pier.md", "content/harbor.md"),
    quality="good",
    made="2026-11-22T10:00:00+00:00",
    expense=Expense(seconds=HOUR, energy=100.0, energy_source="read from RAPL", cost=4.0, currency="$"),
)
TUNING = replace(PICTURE, is_tuning=True, styles={"ink": 1.0}, made="2026-10-01T10:00:00+00:00", posts=())
DEAR = Tariff(price_per_hour=3600.0)  # a dollar a second
KEY = "bb" * 32


def put_receipt(store: Path, key: str = KEY, **facts) -> None:
    """Write a receipt as a build does."""
    folder = store / "pictures" / key[:2] / key
    folder.mkdir(parents=True)
    receipt = {
        "sha256": "f" * 64,
        "width": 100,
        "height": 100,
        "seconds": 2.0,
        "device": "cpu",
        "versions": {},
        "made": "2026-09-30T10:00:00+00:00",
    }
    (folder / "receipt.json").write_text(json.dumps(receipt | facts))


def rows(entries, by: str):
    return {
        row.name: (row.pictures, row.tunings, row.seconds, row.cost)
        for row in make_cost_report(entries, by=by).rows
    }


def test_the_cost_of_a_blend_is_shared_by_its_styles_in_their_parts():
    assert rows([PICTURE, TUNING], "style") == {
        "ink": (1, 1, 1.25 * HOUR, {"$": 5.0}),
        "harvesters": (1, 0, 0.75 * HOUR, {"$": 3.0}),
    }


def test_posts_that_show_one_picture_share_its_cost():
    assert rows([PICTURE, TUNING], "post") == {
        "(tunings)": (0, 1, HOUR, {"$": 4.0}),
        "content/pier.md": (1, 0, HOUR / 2, {"$": 2.0}),
        "content/harbor.md": (1, 0, HOUR / 2, {"$": 2.0}),
    }


def test_pictures_are_added_up_by_their_quality():
    assert rows([PICTURE, PICTURE, replace(PICTURE, quality="best"), TUNING], "quality") == {
        "good": (2, 0, 2 * HOUR, {"$": 8.0}),
        "best": (1, 0, HOUR, {"$": 4.0}),
        "(tunings)": (0, 1, HOUR, {"$": 4.0}),
    }


@pytest.mark.parametrize(
    ("method", "quality"),
    [("feed-forward", "quick"), ("imported", "quick"), ("optimize-small", "good"), ("optimize", "best")],
)
def test_the_quality_of_a_picture_is_known_from_its_receipt(tmp_path, method, quality):
    put_receipt(tmp_path, method=method)
    (entry,) = read_costs(tmp_path, {}, tariff=Tariff())
    assert entry.quality == quality


def test_months_are_sorted_by_date():
    report = make_cost_report([PICTURE, TUNING], by="month")
    assert [row.name for row in report.rows] == ["2026-10", "2026-11"]
    assert (report.total.pictures, report.total.tunings, report.total.cost) == (1, 1, {"$": 8.0})


def test_currencies_are_never_added_to_one_another():
    report = make_cost_report(
        [PICTURE, replace(PICTURE, expense=replace(PICTURE.expense, currency="€"))], by="month"
    )
    assert report.total.cost == {"$": 4.0, "€": 4.0}


def test_a_receipt_counts_with_its_own_cost_styles_and_month_and_with_the_posts_that_show_the_picture(
    tmp_path,
):
    write_usage(tmp_path, {"content/pier.md": {KEY: ["ink", "whalers"]}})
    spent = {"energy": 1.0, "energy_known": "read from RAPL", "cost": 0.5, "currency": "€"}
    put_receipt(tmp_path, **spent, styles={"ink": 0.75, "whalers": 0.25})
    entries = read_costs(tmp_path, {}, tariff=DEAR)
    assert rows(entries, "style")["ink"] == (1, 0, 1.5, {"€": 0.375})
    assert rows(entries, "post") == {"content/pier.md": (1, 0, 2.0, {"€": 0.5})}
    assert rows(entries, "month") == {"2026-09": (1, 0, 2.0, {"€": 0.5})}


def test_an_older_receipt_is_priced_today_and_gets_its_styles_from_the_posts(tmp_path):
    write_usage(tmp_path, {"content/pier.md": {KEY: ["whalers", "ink"]}})
    put_receipt(tmp_path)
    assert rows(read_costs(tmp_path, {}, tariff=DEAR), "style") == {
        "whalers": (1, 0, 1.0, {"$": 1.0}),
        "ink": (1, 0, 1.0, {"$": 1.0}),
    }


def test_a_picture_that_no_post_shows_any_more_still_counts(tmp_path):
    put_receipt(tmp_path)
    entries = read_costs(tmp_path, {}, tariff=DEAR)
    assert list(rows(entries, "style")) == ["(style unknown)"]
    assert list(rows(entries, "post")) == ["(no post)"]


def test_a_tuning_counts_by_the_record_in_its_style_toml(blog, tmp_path):
    path = blog.root / "styles" / "harvesters" / "style.toml"
    for made, month in ((None, "(no date)"), ("2026-11-26T10:00:00+00:00", "2026-11")):
        training = replace(TRAINING, made=made)
        write_model(path, {"level": training.level}, _describe_model(training).origins, where="")
        styles = load_styles(blog.root / "styles", display_path="styles").styles
        entries = read_costs(tmp_path, {"harvesters": styles["harvesters"]}, tariff=DEAR)
        expected = (0, 1, 231.5, {"$": pytest.approx(231.5)})
        assert rows(entries, "style") == {"harvesters": expected}
        assert rows(entries, "month") == {month: expected}


def test_an_unknown_way_to_add_up_is_refused_with_the_nearest():
    with pytest.raises(UserError) as raised:
        make_cost_report([], by="stile")
    assert (
        str(raised.value) == "--by must be style, post, month or quality, not 'stile'. Did you mean 'style'?"
    )


@pytest.fixture
def site(tmp_path, monkeypatch):
    """A folder with a dollar a second in its settings, and a receipt."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pelicanconf.py").write_text("STYLIZE = {'price_per_hour': 3600}\n")
    return tmp_path / ".stylize"


def test_the_table_names_what_bought_styles_would_have_cost(site):
    put_receipt(site, styles={"ink": 0.75, "whalers": 0.25}, seconds=3600.0)
    put_receipt(site, "cc" * 32, energy=1.0, energy_known="read from RAPL", cost=0.5, currency="€")
    assert costs.ledger("pelicanconf.py").splitlines() == [
        "style            pictures  tunings  seconds     Wh              cost  at $20",
        "ink                     1        0   2700.0  48.75          $2700.00  $20.00",
        "whalers                 1        0    900.0  16.25           $900.00  $20.00",
        "(style unknown)         1        0      2.0   1.00             €0.50",
        "total                   2        0   3602.0  66.00  $3600.00 + €0.50  $40.00",
        "",
        "Bought at $20.00 each, a price of 2016, 2 styles would have cost $40.00.",
        "Energy: 1 estimated: 65 W x seconds; 1 read from RAPL.",
    ]


def test_json_has_every_digit(site):
    put_receipt(site, energy=1.0, cost=0.0000112, currency="$")
    facts = json.loads(costs.ledger("pelicanconf.py", by="month", as_json=True))
    assert facts["total"]["cost"] == {"$": 0.0000112}
    assert facts["bought"] == {"each": 20.0, "currency": "$"}


def test_a_blog_without_pictures_says_so(site):
    assert costs.ledger("pelicanconf.py") == "There are no pictures and no tuned styles yet."
