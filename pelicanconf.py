"""The blog on your own machine; `publishconf.py` is the one for the world."""

SITENAME = "Palimpsest"
SITESUBTITLE = "Photographs, redrawn by the hand of an artwork that has something to say about them"
AUTHOR = "The Palimpsest authors"
SITEURL = ""
TIMEZONE = "Europe/Berlin"
DEFAULT_LANG = "en"

PATH = "content"
OUTPUT_PATH = "output"
THEME = "theme"
STATIC_PATHS: list[str] = []  # photos leave the house as renditions only, never as the camera wrote them
USE_FOLDER_AS_CATEGORY = False
DEFAULT_PAGINATION = 12
DEFAULT_CATEGORY = "Stories"
DEFAULT_DATE_FORMAT = "%-d %B %Y"

ARTICLE_URL = "{slug}/"
ARTICLE_SAVE_AS = "{slug}/index.html"
ARTICLE_LANG_URL = "{slug}-{lang}/"
ARTICLE_LANG_SAVE_AS = "{slug}-{lang}/index.html"
DRAFT_URL = "drafts/{slug}/"
DRAFT_SAVE_AS = "drafts/{slug}/index.html"
PAGE_URL = "{slug}/"
PAGE_SAVE_AS = "{slug}/index.html"
CATEGORY_URL = "category/{slug}/"
CATEGORY_SAVE_AS = "category/{slug}/index.html"
TAG_URL = "tag/{slug}/"
TAG_SAVE_AS = "tag/{slug}/index.html"
AUTHOR_SAVE_AS = ""
AUTHORS_SAVE_AS = ""
ARCHIVES_SAVE_AS = "archives/index.html"
CATEGORIES_SAVE_AS = "categories/index.html"
TAGS_SAVE_AS = "tags/index.html"
PAGINATION_PATTERNS = [
    (1, "{base_name}/", "{save_as}"),
    (2, "{base_name}/page/{number}/", "{base_name}/page/{number}/index.html"),
]

# Feeds are for publishing.
FEED_ALL_ATOM = None
CATEGORY_FEED_ATOM = None
TRANSLATION_FEED_ATOM = None
AUTHOR_FEED_ATOM = None
AUTHOR_FEED_RSS = None

DIRECT_TEMPLATES = ["index", "categories", "tags", "archives", "404"]

PLUGINS = ["pelican.plugins.stylize"]
STYLIZE = {
    # Whose photos need no credit file: {"name": "Ana Sol", "url": "https://...", "license": "CC-BY-4.0"}
    "author": None,
    "quality": "good",  # or "quick", "best"
    "long_edge": 1600,  # pixels
    # How wide this theme shows pictures.
    "sizes": "(min-width: 55rem) 52rem, 94vw",
    "cover_sizes": "(min-width: 80rem) 76rem, 94vw",
    "css": False,  # it has its own rules for figures
}
