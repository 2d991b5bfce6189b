"""Finds which of the plugin's pages have a place that the author's own content has, or another plugin's file.

The author's page wins: ours is not written, no link leads to it, and a warning says so. What Pelican is going
to write is known once all content is read. A file of another plugin is only seen when it is there, so what
was found is noted in the store, and the links are left out from the next build on.
"""

import logging
import os
import posixpath
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unicodedata import normalize

from pelican.contents import Content
from pelican.generators import StaticGenerator

from ..storage.atomic_files import display_path
from ..storage.checked_files import read_facts, write_facts

logger = logging.getLogger(__name__)

Files = Mapping[str, tuple[str, ...]]  # URL of a page of ours -> its files, relative to output/

_LISTS = (
    *("articles", "translations", "drafts", "drafts_translations", "hidden_articles", "hidden_translations"),
    *("pages", "draft_pages", "draft_translations", "hidden_pages"),
)


def list_contents(generators: Iterable[Any]) -> Iterator[Any]:
    """Yield all posts and pages that have a page in the site, whatever their status."""
    for generator in generators:
        for name in _LISTS:
            yield from getattr(generator, name, ())


def find_taken(ours: Files, generators: Iterable[Any], site: Mapping[str, Any]) -> dict[str, str]:
    """Return the URLs of ours that are taken, each with what takes it. site: Pelican's settings."""
    wanted = {
        _fold(place): url for url, files in ours.items() for file in files for place in _with_parents(file)
    }
    taken: dict[str, str] = {}
    whole = {_fold(file): url for url, files in ours.items() for file in files}
    for place, source in _list_places(generators, site):
        folded = _fold(place)
        # A file that is called like a folder of ours leaves no place for what is in it.
        url = whole.get(folded) or wanted.get(folded)
        if url:
            what = source if isinstance(source, str) else display_path(Path(source.source_path))
            taken.setdefault(url, what)
            if folded not in whole:
                taken |= {each: what for each, files in ours.items() if _is_below(files, folded)}
    return taken


def list_written(ours: Files, *, output: Path, writer: Any, since: int) -> frozenset[str]:
    """Return the URLs of ours that have a file which something else has written in this run.

    writer: Pelican's. since: the start of the run, in nanoseconds since 1970.
    """
    root = f"{output}{os.sep}"
    written = {_fold(path.removeprefix(root)) for path in getattr(writer, "_written_files", ())}
    return frozenset(
        url
        for url, files in ours.items()
        if any(_fold(file) in written or _is_new(f"{root}{file}", since=since) for file in files)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenPlaces:
    """The URLs of ours that were taken in a build."""

    known: frozenset[str] = frozenset()  # by what Pelican writes: known before a page is written
    late: frozenset[str] = frozenset()  # by files that were there when ours was to be written

    @property
    def without(self) -> frozenset[str]:
        """All of them."""
        return self.known | self.late


def describe_taken(taken: Mapping[str, str], settings: Mapping[str, str]) -> str:
    """Say which pages are left out and what to do.

    taken: see `find_taken`. settings: the names of those that move a URL.
    """
    pages = ", ".join(f"{url} ({source})" for url, source in taken.items())
    names = list(dict.fromkeys(settings.get(url, "styles_page") for url in taken))
    first = next((url for url, name in settings.items() if name == names[0]), "styles/")
    which = " and ".join(f"STYLIZE[{name!r}]" for name in names)
    return (
        f"STYLIZE: your own content has a place of the plugin's pages, which are left out: {pages}. "
        f"To have both, set {which} to another place, such as {f'stylize/{first}'!r}, or to '' for none."
    )


def load_taken(path: Path) -> TakenPlaces:
    """Return what was taken in the last build."""
    try:
        known, late = read_facts(path)
        return TakenPlaces(known=frozenset(map(str, known)), late=frozenset(map(str, late)))
    except FileNotFoundError:
        pass
    except (OSError, ValueError, TypeError, RecursionError) as error:
        logger.debug("%s is not used: %s", path, error)
    return TakenPlaces()


def save_taken(path: Path, taken: TakenPlaces) -> None:
    """Note them for the next build; if the disk refuses, that build finds them again."""
    try:
        write_facts(path, [sorted(taken.known), sorted(taken.late)])
    except OSError as error:
        logger.debug("%s could not be written: %s", path, error)


def _list_places(generators: Iterable[Any], site: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield each file that Pelican will write, relative to output/, with its content or what it is."""
    generators = list(generators)
    for content in list_contents(generators):
        yield content.save_as, content
    for generator in generators:
        if isinstance(generator, StaticGenerator):
            for static in generator.staticfiles:
                yield read_static_place(static), static
        for name in ("categories", "tags", "authors"):
            of_kind = getattr(generator, name, ())
            for each in of_kind:
                wrapper = each[0] if isinstance(each, tuple) else each
                if hasattr(wrapper, "save_as"):
                    yield wrapper.save_as, f"the page of {wrapper.name!r} ({name})"
    for name in site["DIRECT_TEMPLATES"]:
        yield site.get(f"{name.upper()}_SAVE_AS", f"{name}.html"), f"DIRECT_TEMPLATES ({name})"
    for source, place in site["TEMPLATE_PAGES"].items():
        yield place, f"TEMPLATE_PAGES ({source})"


def read_static_place(file: Any) -> str:
    """Return where Pelican will copy a static file to, relative to output/.

    A static file's own `save_as` notes that it was asked for, and {attach} then moves the file no more.
    """
    place: str = Content.save_as.fget(file)
    return place


def _is_new(path: str, *, since: int) -> bool:
    try:
        return os.stat(path).st_ctime_ns >= since  # noqa: PTH116
    except OSError:
        return False


def _fold(place: str) -> str:
    """Return a path as a file system sees it that tells no case and no form of Unicode apart."""
    return normalize("NFC", posixpath.normpath(str(place).replace(os.sep, "/")).lstrip("/")).casefold()


def _with_parents(file: str) -> Iterator[str]:
    while file:
        yield file
        file = posixpath.dirname(file)


def _is_below(files: Iterable[str], folder: str) -> bool:
    return any(_fold(file).startswith(f"{folder}/") for file in files)
