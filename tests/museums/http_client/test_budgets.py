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
