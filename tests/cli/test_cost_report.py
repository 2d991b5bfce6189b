"""What everything cost, added up in three ways, each thing once."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from fixtures.training_results import TRAINING
from pelican.plugins.stylize.cli import costs as ledger_commands
from pelican.plugins.stylize.cli.cost_report import make_cost_report, read_history
from pelican.plugins.stylize.costs.ledger import Ledger, LedgerEntry
from pelican.plugins.stylize.costs.prices import Tariff
from pelican.plugins.stylize.model.errors import UserError
from pelican.plugins.stylize.storage.picture_usage import write_usage
from pelican.plugins.stylize.styles.library import read_styles
from pelican.plugins.stylize.styles.train import _model_of, _with_model

HOUR = 3600.0
PICTURE = LedgerEntry(
    what="picture",
    key="aa" * 32,
    styles={"harvesters": 0.75, "ink": 0.25},
    when="2026-11-22T10:00:00+00:00",
    seconds=HOUR,
    device="cpu",
    energy=100.0,
    energy_known="read from RAPL",
    cost=4.0,
    currency="$",
    price_per_hour=4.0,
    price_per_kwh=0.0,
    posts=("content/pier.md", "content/harbor.md"),
)
TUNING = replace(
    PICTURE, what="tuning", key="dd" * 32, styles={"ink": 1.0}, when="2026-10-01T10:00:00+00:00", posts=()
)
DEAR = Tariff(price_per_hour=3600.0)  # a dollar a second


def put_receipt(store: Path, key: str, **facts) -> None:
    """Write a receipt as a build leaves it."""
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


def history(store: Path, *entries: LedgerEntry, styles=None):
    for entry in entries:
        Ledger(store).append(entry)
    return read_history(store, styles or {}, tariff=DEAR)


def rows(found, by: str):
    return {
        row.name: (row.pictures, row.tunings, row.seconds, row.cost)
        for row in make_cost_report(found, by=by).rows
    }


def test_a_blend_is_paid_by_its_styles_in_their_parts(tmp_path):
    assert rows(history(tmp_path, PICTURE, TUNING), "style") == {
        "ink": (1, 1, 1.25 * HOUR, {"$": 5.0}),
        "harvesters": (1, 0, 0.75 * HOUR, {"$": 3.0}),
    }


def test_posts_that_show_one_picture_share_it(tmp_path):
    assert rows(history(tmp_path, PICTURE, TUNING), "post") == {
        "(tunings)": (0, 1, HOUR, {"$": 4.0}),
        "content/pier.md": (1, 0, HOUR / 2, {"$": 2.0}),
        "content/harbor.md": (1, 0, HOUR / 2, {"$": 2.0}),
    }


def test_months_stand_in_their_order(tmp_path):
    found = make_cost_report(history(tmp_path, PICTURE, TUNING), by="month")
    assert [row.name for row in found.rows] == ["2026-10", "2026-11"]
    assert (found.total.pictures, found.total.tunings, found.total.cost) == (1, 1, {"$": 8.0})


def test_a_picture_that_was_drawn_twice_cost_twice(tmp_path):
    assert make_cost_report(history(tmp_path, PICTURE, PICTURE), by="style").total.pictures == 2


def test_currencies_are_never_added_to_one_another(tmp_path):
    found = make_cost_report(history(tmp_path, PICTURE, replace(PICTURE, currency="€")), by="month")
    assert found.total.cost == {"$": 4.0, "€": 4.0}


def test_a_picture_from_before_the_ledger_counts_once_at_todays_prices(tmp_path):
    put_receipt(tmp_path, PICTURE.key)  # in the ledger too
    put_receipt(tmp_path, "bb" * 32)
    write_usage(tmp_path, {"content/old.md": {"bb" * 32: ["whalers", "ink"]}})
    found = history(tmp_path, PICTURE)
    assert rows(found, "post")["content/old.md"] == (1, 0, 2.0, {"$": 2.0})
    assert rows(found, "style")["whalers"] == (1, 0, 1.0, {"$": 1.0})
    assert rows(found, "month")["2026-09"] == (1, 0, 2.0, {"$": 2.0})
    assert make_cost_report(found, by="style").before == (1, 0)


def test_an_old_picture_that_no_post_shows_any_more_is_not_left_out(tmp_path):
    put_receipt(tmp_path, "bb" * 32)
    found = history(tmp_path)
    assert list(rows(found, "style")) == ["(style unknown)"]
    assert list(rows(found, "post")) == ["(no post)"]


def test_a_receipt_that_knows_its_cost_keeps_it(tmp_path):
    put_receipt(tmp_path, "bb" * 32, energy=1.0, energy_known="read from RAPL", cost=0.5, currency="€")
    assert make_cost_report(history(tmp_path), by="style").total.cost == {"€": 0.5}


@pytest.fixture
def tuned(blog):
    """A blog whose style was tuned before there was a ledger."""
    path = blog.root / "styles" / "harvesters" / "style.toml"
    digest = read_styles(blog.root / "styles", shown="styles").styles["harvesters"].numbers.digest
    path.write_text(_with_model(path.read_text(), digest, _model_of(TRAINING)))
    return read_styles(blog.root / "styles", shown="styles").styles


def test_a_tuning_that_only_style_toml_tells_of_counts_once(tuned, tmp_path):
    only = {"harvesters": tuned["harvesters"]}
    assert rows(history(tmp_path / "a", styles=only), "style") == {
        "harvesters": (0, 1, 231.5, {"$": pytest.approx(231.5)})
    }
    here = replace(TUNING, key=only["harvesters"].numbers.digest, styles={"harvesters": 1.0})
    found = make_cost_report(history(tmp_path / "b", here, styles=only), by="style")
    assert (found.total.tunings, found.before) == (1, (0, 0))


def test_nothing_is_added_up_by_what_is_none(tmp_path):
    with pytest.raises(UserError) as raised:
        make_cost_report(history(tmp_path), by="stile")
    assert str(raised.value) == "--by is 'stile', by which nothing is added up. Did you mean 'style'?"


def test_the_table_stands_beside_what_bought_styles_would_have_cost(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pelicanconf.py").write_text("STYLIZE = {'price_per_hour': 3600}\n")
    history(tmp_path / ".stylize", PICTURE, TUNING)
    with (tmp_path / ".stylize" / "ledger.jsonl").open("a") as file:
        file.write("{torn")
    put_receipt(tmp_path / ".stylize", "bb" * 32)
    assert ledger_commands.ledger("pelicanconf.py").splitlines() == [
        "style            pictures  tunings  seconds      Wh    cost  at $20",
        "ink                     1        1   4500.0  125.00   $5.00  $20.00",
        "harvesters              1        0   2700.0   75.00   $3.00  $20.00",
        "(style unknown)         1        0      2.0    0.04   $2.00",
        "total                   2        1   7202.0  200.04  $10.00  $40.00",
        "",
        "2 styles at $20.00 each, as they were once bought, would have been $40.00.",
        "Energy: 2 read from RAPL; 1 estimated: 65 W x seconds.",
        "1 picture not in the ledger, from before it or made elsewhere.",
        ".stylize/ledger.jsonl: 1 line is damaged and not counted.",
    ]


def test_programs_are_told_the_same_with_every_digit(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pelicanconf.py").write_text("")
    history(tmp_path / ".stylize", replace(PICTURE, cost=0.0000112))
    facts = json.loads(ledger_commands.ledger("pelicanconf.py", by="month", as_json=True))
    assert facts["total"]["cost"] == {"$": 0.0000112}
    assert facts["bought"] == {"each": 20.0, "currency": "$"}


def test_a_blog_that_has_drawn_nothing_has_spent_nothing(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pelicanconf.py").write_text("")
    assert ledger_commands.ledger("pelicanconf.py") == "Nothing was drawn or tuned yet."
