"""The blog for the world: `invoke publish` builds with this."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from pelicanconf import *  # noqa: F403
from pelicanconf import STYLIZE as _STYLIZE

SITEURL = "https://palimpsest.example"  # put your own here
RELATIVE_URLS = False

FEED_ALL_ATOM = "feeds/all.atom.xml"
FEED_ALL_RSS = "feeds/all.rss.xml"
CATEGORY_FEED_ATOM = "feeds/{slug}.atom.xml"

# A picture that could not be made stops the publishing; a build would mark its place and go on.
STYLIZE = {**_STYLIZE, "placeholders": False}
