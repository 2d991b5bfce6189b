"""A badge says in a few words what the rules decide about one work."""

import pytest
from pelican.plugins.stylize.rights.badges import Badge, make_badge
from pelican.plugins.stylize.rights.rules import SitePolicy
from pelican.plugins.stylize.rights.vocabulary import LICENSES


@pytest.mark.parametrize(
    ("code", "badge"),
    [
        ("CC0-1.0", Badge(kind="open", text="may be adapted")),
        ("CC-BY-SA-4.0", Badge(kind="open", text="may be adapted, with credit")),
        ("REVIEW", Badge(kind="person", text="a person has to read its terms and decide")),
        ("CC-BY-ND-4.0", Badge(kind="closed", text="may not be adapted")),
        ("UNKNOWN", Badge(kind="closed", text="may not be adapted")),
    ],
)
def test_a_badge_follows_the_license(code, badge):
    assert make_badge(LICENSES[code], policy=SitePolicy()) == badge


def test_a_commercial_site_may_not_adapt_noncommercial_works():
    badge = make_badge(LICENSES["CC-BY-NC-4.0"], policy=SitePolicy(commercial=True))
    assert (badge.kind, badge.is_open) == ("closed", False)
