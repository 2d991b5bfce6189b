"""A small collection of blogs, made for the tests, that have what real blogs have."""

from dataclasses import dataclass, field

OLD_PLUGIN = '''\
"""A plugin as blogs had them in a folder, before plugins were packages."""

from pelican import signals


def count_words(content):
    if content._content:
        content.word_count = len(content._content.split())


def register():
    signals.content_object_init.connect(count_words)
'''

NOTEBOOK = """\
<html>
<head>
<title>A notebook</title>
<meta name="date" content="2019-05-06">
<meta name="category" content="Data">
<meta name="tags" content="python, ipython">
</head>
<body>
<div class="cell border-box-sizing code_cell rendered"><div class="input"><div class="prompt input_prompt">In&nbsp;[1]:</div>
<div class="inner_cell"><div class="input_area"><div class="highlight"><pre><span></span><span class="n">figure</span>()</pre></div></div></div></div>
<div class="output_wrapper"><div class="output"><div class="output_area"><div class="output_png output_subarea">
<img src="data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGBgAAAABQABh6FO1AAAAABJRU5ErkJggg==" alt="A plot">
</div></div></div></div></div>
<p>And a picture: <img src="/images/wide.png" alt="Wide"></p>
</body>
</html>
"""

FRONT = "Title: {title}\nDate: {date}\nCategory: {category}\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignBlog:
    """A blog by its files; its photo, where a post asks for a picture, is added by `trial`."""

    name: str
    settings: str  # pelicanconf.py, without our plugin
    files: dict[str, str] = field(default_factory=dict)  # by path
    asking_folder: str = "content"  # where the post that asks for a picture goes
    plugins: tuple[str, ...] = ()  # packages that it needs
    builds: int = 1  # how often it is built, one build after the other


def post(title: str, text: str, *, date: str = "2018-03-04", category: str = "Notes", more: str = "") -> str:
    """Return a post in Markdown."""
    return f"{FRONT.format(title=title, date=date, category=category)}{more}\n{text}\n"


TEN_YEARS = ForeignBlog(
    name="ten-years-old",
    settings="""\
# -*- coding: utf-8 -*-
from __future__ import unicode_literals

AUTHOR = u'Ana Sol'
SITENAME = u'Since 2009'
SITEURL = 'http://since.example/blog'
FEED_DOMAIN = 'http://feeds.example'
TIMEZONE = 'Europe/Paris'
DEFAULT_LANG = u'en'
PATH = 'content'
THEME = 'notmyidea'
PLUGIN_PATHS = ['plugins']
PLUGINS = ['word_count']
STATIC_PATHS = ['images', 'extra']
EXTRA_PATH_METADATA = {'extra/CNAME': {'path': 'CNAME'}, 'extra/robots.txt': {'path': 'robots.txt'}}
DELETE_OUTPUT_DIRECTORY = True
OUTPUT_RETENTION = ['.git', 'kept']
ARTICLE_URL = '{date:%Y}/{date:%m}/{date:%d}/{slug}/'
ARTICLE_SAVE_AS = '{date:%Y}/{date:%m}/{date:%d}/{slug}/index.html'
PAGE_URL = '{slug}.htm'
PAGE_SAVE_AS = '{slug}.htm'
YEAR_ARCHIVE_SAVE_AS = '{date:%Y}/index.html'
FEED_ALL_ATOM = 'feeds/all.atom.xml'
FEED_ALL_RSS = 'feeds/all.rss.xml'
CATEGORY_FEED_ATOM = 'feeds/{slug}.atom.xml'
TRANSLATION_FEED_ATOM = None
DEFAULT_PAGINATION = 2
LINKS = (('Pelican', 'http://getpelican.com/'), ('Python.org', 'http://python.org/'))
SOCIAL = (('Mastodon', 'https://social.example/@ana'),)
DISQUS_SITENAME = ''
MARKDOWN = {
    'extension_configs': {
        'markdown.extensions.codehilite': {'css_class': 'highlight'},
        'markdown.extensions.extra': {},
        'markdown.extensions.toc': {'permalink': True},
    },
    'output_format': 'html5',
}
""",
    files={
        "plugins/word_count.py": OLD_PLUGIN,
        "content/extra/CNAME": "since.example\n",
        "content/extra/robots.txt": "User-agent: *\n",
        "content/images/README": "Photos of ten years.\n",
        "content/first.md": post(
            "First!",
            "## A heading\n\n    #!python\n    print(1)\n\n![A cat]({static}/images/README)\n\nA note[^1].\n\n[^1]: Here.",
            date="2009-06-07 08:09",
            more="Tags: cats, first\nSlug: first\nSummary: The *first* of all.\n"
            "Mood: glad\nType: post\nSite: x\nMath: true\n",
        ),
        "content/table.md": post(
            "A table", "a | b\n--|--\n1 | 2\n\n*[HTML]: Hyper Text\nHTML it is.", date="2012-02-29"
        ),
        "content/later.md": post("Later", "Not yet.", date="2030-01-01", more="Status: draft\n"),
        "content/pages/about.md": "Title: About\n\nMe, and [the first]({filename}../first.md).\n",
        "content/pages/credits.md": "Title: Credits\n\nThe author's own page of credits.\n",
        "output/kept/file": "Not made by Pelican.\n",
        "output/.git/HEAD": "ref: refs/heads/gh-pages\n",
    },
)

RELATIVE = ForeignBlog(
    name="relative-and-cached",
    settings="""\
AUTHOR = "Ana Sol"
SITENAME = "Relative"
SITEURL = ""
TIMEZONE = "UTC"
PATH = "content"
THEME = "simple"
THEME_TEMPLATES_OVERRIDES = ["overrides"]
RELATIVE_URLS = True
CACHE_CONTENT = True
LOAD_CONTENT_CACHE = True
CONTENT_CACHING_LAYER = "generator"
CHECK_MODIFIED_METHOD = "md5"
PLUGINS = []
PAGE_URL = "{slug}/"
PAGE_SAVE_AS = "{slug}/index.html"
CATEGORY_SAVE_AS = AUTHOR_SAVE_AS = ""
TEMPLATE_PAGES = {"start.html": "start/index.html"}
DIRECT_TEMPLATES = ["index", "archives"]
FEED_ALL_ATOM = CATEGORY_FEED_ATOM = TRANSLATION_FEED_ATOM = AUTHOR_FEED_ATOM = AUTHOR_FEED_RSS = None
""",
    files={
        "overrides/article.html": (
            '{% extends "!simple/article.html" %}\n{% block title %}{{ article.title|upper }}{% endblock %}\n'
        ),
        "content/start.html": "<!doctype html><title>{{ SITENAME }}</title><p>{{ articles|length }} posts\n",
        "content/place.md": post(
            "A place of its own", "Here.", more="URL: old/place.php\nSave_as: old/place.php\n"
        ),
        "content/hidden.md": post("Hidden", "Found by its address only.", more="Status: hidden\n"),
        "content/pages/hidden.md": "Title: Hidden page\nStatus: hidden\n\nA page.\n",
        "content/pages/styles.md": "Title: Styles\n\nThe author's own page of styles.\n",
        "content/raw.md": post(
            "Raw", '<figure class="cover"><img src="x.png" alt=""></figure>\n\n{: .note }'
        ),
    },
    builds=2,
)

MIXED = ForeignBlog(
    name="mixed-markup-and-scripts",
    settings="""\
AUTHOR = "Ana Sol"
SITENAME = "Смесь"
SITEURL = "https://mixed.example"
TIMEZONE = "UTC"
PATH = "content"
THEME = "simple"
PLUGINS = []
USE_FOLDER_AS_CATEGORY = True
SLUGIFY_USE_UNICODE = True
ARTICLE_ORDER_BY = "title"
FILENAME_METADATA = r"(?P<date>\\d{4}-\\d{2}-\\d{2})?_?(?P<slug>.*)"
DEFAULT_METADATA = {"status": "published"}
SUMMARY_MAX_PARAGRAPHS = 1
FEED_ALL_ATOM = "feed.atom"
CATEGORY_FEED_ATOM = TRANSLATION_FEED_ATOM = AUTHOR_FEED_ATOM = AUTHOR_FEED_RSS = None
""",
    files={
        "content/наука/2019-01-02_мост.md": "Title: Мост через реку\n\nТекст.\n\nВторой.\n",
        "content/日記/桜.md": "Title: 桜\nDate: 2019-03-27\n\n花。\n",
        "content/notes/plain.rst": (
            "A post in reStructuredText\n##########################\n\n:date: 2019-04-05\n:tags: rst, text\n"
            ":author: Bo\n\nWords, and a figure.\n\n.. figure:: {static}/images/pier.png\n   :alt: A pier\n\n"
            "   Its caption.\n\n.. code-block:: python\n\n   print(1)\n"
        ),
        "content/notes/notebook.html": NOTEBOOK,
        "content/images/README": "Pictures.\n",
    },
    asking_folder="content/notes",
)

LANGUAGES = ForeignBlog(
    name="two-languages",
    settings="""\
AUTHOR = "Ana Sol"
SITENAME = "Two tongues"
SITEURL = "https://two.example/weblog"
TIMEZONE = "UTC"
PATH = "content"
THEME = "simple"
PLUGINS = ["i18n_subsites"]
DEFAULT_LANG = "en"
I18N_SUBSITES = {"de": {"SITENAME": "Zwei Zungen"}}
FEED_ALL_ATOM = "all.atom.xml"
CATEGORY_FEED_ATOM = TRANSLATION_FEED_ATOM = AUTHOR_FEED_ATOM = AUTHOR_FEED_RSS = None
""",
    files={
        "content/hello.md": post("Hello", "Hello.", more="Slug: hello\nLang: en\n"),
        "content/hello-de.md": post("Hallo", "Hallo.", more="Slug: hello\nLang: de\n"),
        "content/only.md": post("Only English", "No translation."),
        "content/draft.md": post("A draft", "Not yet.", more="Status: draft\n"),
        "content/pages/about.md": "Title: About\nSlug: about\nLang: en\n\nAbout.\n",
        "content/pages/about-de.md": "Title: Über\nSlug: about\nLang: de\n\nÜber.\n",
    },
    plugins=("pelican-i18n-subsites",),
)

TYPOGRAPHER = ForeignBlog(
    name="typographer",
    settings="""\
AUTHOR = "Ana Sol"
SITENAME = '"Quotes" & dashes -- everywhere'
SITEURL = "https://type.example"
TIMEZONE = "UTC"
PATH = "content"
THEME = "notmyidea"
PLUGINS = []
TYPOGRIFY = True
TYPOGRIFY_IGNORE_TAGS = ["blockquote"]
WITH_FUTURE_DATES = False
REVERSE_CATEGORY_ORDER = True
FEED_ALL_ATOM = CATEGORY_FEED_ATOM = TRANSLATION_FEED_ATOM = AUTHOR_FEED_ATOM = AUTHOR_FEED_RSS = None
""",
    files={
        "content/a.md": post('"A" & 1/2 -- of NASA\'s', '> "As is"\n\n"Not" as is -- and the rest of CAPS.'),
        "content/b.md": post("B", "Words.", category="Über uns"),
    },
    plugins=("typogrify",),
)

BLOGS = (TEN_YEARS, RELATIVE, MIXED, LANGUAGES, TYPOGRAPHER)
