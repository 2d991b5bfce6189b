"""Shared fixtures: a small photo, style and stylization, and the program's name in messages."""

import signal
from dataclasses import replace
from pathlib import Path

import pelican.plugins
import pytest

ROOT = Path(__file__).parent.parent
if str(ROOT / "plugins") not in pelican.plugins.__path__:
    pelican.plugins.__path__.append(str(ROOT / "plugins"))

# A shell without a terminal starts background jobs with SIGINT ignored, and the builds that tests interrupt
# inherit that; a handler of our own resets it.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# A small blog that Pelican builds, a small museum server, a browser.
pytest_plugins = [
    "fixtures.small_blog",
    "fixtures.http_server",
    "fixtures.museum_blog",
    "fixtures.museum_mirror",
    "fixtures.browser",
    "fixtures.fake_evaluator",
    "fixtures.museum_index",
]

from fixtures.records import ARTWORK  # noqa: E402
from pelican.plugins.stylize.model.entities import (  # noqa: E402
    Artwork,
    Credit,
    Parameters,
    Photo,
    Request,
    Style,
    StyleShare,
    StyleWeights,
    Stylization,
)
from pelican.plugins.stylize.model.methods import FEED_FORWARD  # noqa: E402
from pelican.plugins.stylize.model.picture_options import PictureOptions  # noqa: E402
from pelican.plugins.stylize.rights.vocabulary import LICENSES  # noqa: E402


@pytest.fixture(autouse=True)
def messages_name_the_installed_command(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make messages say `pelican-stylize`, even if a test has imported tasks.py, which sets `invoke`."""
    monkeypatch.delenv("PELICAN_STYLIZE_COMMAND", raising=False)


@pytest.fixture
def photo() -> Photo:
    """A photo of a pier, with its credit."""
    credit = Credit(
        title="The pier",
        creator="Ana Sol",
        license=LICENSES["CC-BY-4.0"],
        institution="Wikimedia Commons",
        source_url="https://commons.wikimedia.org/wiki/File:Pier.jpg",
    )
    return Photo(
        path=Path("content/photos/pier.jpg"),
        digest="a" * 64,
        width=1500,
        height=1000,
        credit=credit,
        alt="A wooden pier at low water",
    )


@pytest.fixture
def style() -> Style:
    """A style with the record of its artwork."""
    credit = replace(ARTWORK, source_url="https://www.metmuseum.org/art/collection/search/435809")
    folder = Path("styles/harvesters")
    return Style(
        slug="harvesters",
        title="The Harvesters",
        category="labor",
        meaning="Work, seen from a hill.",
        artwork=Artwork(path=folder / "artwork.jpg", digest="b" * 64, credit=credit),
        weights=StyleWeights(path=folder / "style.safetensors", digest="c" * 64),
        how_made="Predicted from the artwork, without training.",
    )


@pytest.fixture
def stylization(photo: Photo, style: Style) -> Stylization:
    """The pier in the style of The Harvesters."""
    return Stylization(
        photo=photo,
        blend=(StyleShare(style=style),),
        method=FEED_FORWARD,
        parameters=Parameters(long_edge=1500),
    )


@pytest.fixture
def request_for_pier() -> Request:
    """The pier, as an author asks for it."""
    own = PictureOptions(style="harvesters")
    return Request(post="content/pier.md", folder=Path("content"), photo="pier.jpg", own=own, alt="A pier")
