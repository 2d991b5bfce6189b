import pytest
from pelican.plugins.stylize.museums.errors import RateLimited
from pelican.plugins.stylize.museums.http_client.budgets import BudgetKeeper
from pelican.plugins.stylize.museums.importers.interface import Budget


def test_a_budget_that_museums_share_is_spent_once():
    budget = Budget(host="flickr.example", requests=2, seconds=3600)
    keeper = BudgetKeeper([budget, budget], now=lambda: 1000.0)
    keeper.spend("www.flickr.example")
    keeper.spend("www.flickr.example")
    with pytest.raises(RateLimited, match="as many requests from us as it should"):
        keeper.spend("www.flickr.example")


def test_commands_that_run_together_count_each_others_requests(tmp_path):
    budgets = [Budget(host="loc.example", requests=3, seconds=3600)]
    first, second = (
        BudgetKeeper(budgets, file=tmp_path / "budgets.json", now=lambda at=at: at) for at in (1000.0, 1001.0)
    )
    first.spend("loc.example")
    first.spend("loc.example")
    second.spend("loc.example")
    first.save()
    second.save()
    third = BudgetKeeper(budgets, file=tmp_path / "budgets.json", now=lambda: 1002.0)
    with pytest.raises(RateLimited, match="as many requests from us as it should"):
        third.spend("loc.example")
