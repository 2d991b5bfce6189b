"""An artwork's item is known from its record, or from the address of its page."""

from pathlib import Path

from pelican.plugins.stylize.cli.artwork_source import find_badge, find_source
from pelican.plugins.stylize.rights.rules import SitePolicy
from pelican.plugins.stylize.styles.audition.candidates import Candidate

PAGE = "https://www.metmuseum.org/art/collection/search/436528"


def candidate(**facts: object) -> Candidate:
    return Candidate(display_path="irises.jpg", digest="a" * 64, path=Path("irises.jpg"), **facts)


def test_the_item_of_a_record_is_quoted_where_a_shell_would_split_it():
    assert find_source(candidate(item="met:436528")) == "met:436528"
    assert find_source(candidate(item="iiif:https://a.example/m #3")) == "'iiif:https://a.example/m #3'"


def test_a_page_of_a_museum_names_the_item():
    assert find_source(candidate(record={"source_url": PAGE})) == "met:436528"
    assert find_source(candidate(record={"source_url": "https://elsewhere.example/1"})) == ""
    assert find_source(candidate(record={"source_url": PAGE}, slug="irises")) == ""


def test_a_license_that_nobody_knows_has_no_badge():
    assert find_badge(candidate(record={"license": "free for friends"}), policy=SitePolicy()) is None
    assert find_badge(candidate(record={"license": "CC0-1.0"}), policy=SitePolicy()).is_open
