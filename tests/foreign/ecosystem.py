"""Plugins and themes of other people, which are packages: those that are installed, each with a blog to try it in.

`invoke foreign` installs all of them and writes docs/compatibility.md.
"""

import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from .blogs import ForeignBlog, post
from .trial import Trial, try_blog

LIST = Path(__file__).with_name("ecosystem.toml")
SETTINGS = """\
import importlib.util


def folder(module):
    return list(importlib.util.find_spec(module).submodule_search_locations)[0]


AUTHOR = "Ana Sol"
SITENAME = "A small site"
SITEURL = "https://small.example"
TIMEZONE = "UTC"
DEFAULT_LANG = "en"
PATH = "content"
STATIC_PATHS = ["images"]
THEME = "simple"
FEED_ALL_ATOM = "feeds/all.atom.xml"
CATEGORY_FEED_ATOM = TRANSLATION_FEED_ATOM = AUTHOR_FEED_ATOM = AUTHOR_FEED_RSS = None
PLUGINS = {plugins!r}
{settings}
"""
FILES = {
    "content/sea.md": post(
        "The sea",
        "Words of the sea, $a^2$, and a note. ![Wide](images/README)",
        more="Tags: sea, blue\nSeries: Waters\n",
    ),
    "content/river.md": post("The river", "Words.\n\n- one\n- two\n", more="Tags: sea\nSeries: Waters\n"),
    "content/hill.md": post("The hill", "a | b\n--|--\n1 | 2\n", category="Land"),
    "content/pages/about.md": "Title: About\n\nA page.\n",
    "content/images/README": "Pictures.\n",
}
HEAD = """\
# Other plugins and themes

Each of these packages was tried in a small blog: without pelican-stylize; with it, where no post asks for a picture; and with one
post that shows two pictures. *Unchanged* means that the site is the same to the byte. *Whole* means that the post shows its pictures,
that `pelican-stylize provenance.verify` finds nothing wrong, and that no other page has changed but lists and feeds which show the
post. A package that fails in the small blog even without pelican-stylize is listed with what it says, and is not counted.

`invoke foreign`, in a clone, installs them into a folder of its own, tries all of them and writes this page. The list is
`tests/foreign/ecosystem.toml`. Pelican's own themes, `simple` and `notmyidea`, are tried by the ordinary tests, in the blogs of
`tests/foreign/blogs.py`.

A reader that replaces Python-Markdown, such as pelican-markdown-it-reader, does not know the braces after a picture, so the build says that they are not
attached to one. Pelican uses such a reader as soon as its module is imported: for a plugin below `pelican.plugins`, as soon as it is installed.
So plumage, a theme that brings such a reader with it, is not in the list. Neither is pelican-photos, which needs a Pillow before 12.

"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A plugin or a theme."""

    name: str
    kind: str  # "plugin" or "theme"
    entry: Mapping[str, Any]  # of ecosystem.toml

    @property
    def version(self) -> str:
        """The version that is installed, or ""."""
        try:
            return version(self.name)
        except PackageNotFoundError:
            return ""

    @property
    def blog(self) -> ForeignBlog:
        """The small blog, with this package."""
        theme = f"; THEME = {self.entry['theme']}" if "theme" in self.entry else ""
        lines = f"{self.entry.get('settings', 'pass')}{theme}"
        settings = SETTINGS.format(plugins=self.entry.get("uses", []), settings=lines)
        return ForeignBlog(name=self.name, settings=settings, files=FILES)


def list_packages() -> list[Package]:
    """Return all packages of the list, plugins first."""
    table = tomllib.loads(LIST.read_text("utf-8"))
    return [
        Package(name=name, kind=kind, entry=entry)
        for kind in ("plugin", "theme")
        for name, entry in sorted(table[kind].items())
    ]


def try_package(package: Package) -> Trial:
    """Try a package that is installed in the small blog."""
    with tempfile.TemporaryDirectory() as folder:
        return try_blog(package.blog, Path(folder), is_stable=False)


def make_page() -> Iterator[str]:
    """Yield the page docs/compatibility.md in pieces, one for each package."""
    yield HEAD
    counted = whole = 0
    for kind in ("plugin", "theme"):
        yield f"## {kind.title()}s\n\n| package | version | nothing asked | one picture |\n|---|---|---|---|\n"
        for package in list_packages():
            if package.kind != kind or not package.version:
                continue
            trial = try_package(package)
            counted += not trial.fails_anyway
            whole += not trial.fails_anyway and not trial.faults
            yield f"| {package.name} | {package.version} | {_format_trial(trial)} |\n"
        yield "\n"
    yield f"Counted: {counted}. Unchanged and whole: {whole}.\n"


def _format_trial(trial: Trial) -> str:
    if trial.fails_anyway:
        return f"fails without pelican-stylize: {_escape(trial.fails_anyway)} |"
    results = []
    for what, good in (("nothing asked", "unchanged"), ("one picture", "whole")):
        faults = [fault.removeprefix(f"{what}: ") for fault in trial.faults if fault.startswith(what)]
        results.append(_escape("; ".join(faults)) or good)
    return " | ".join(results)


def _escape(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())[:300]
