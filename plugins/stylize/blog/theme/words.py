"""The words around the pictures, in the language of whatever page they stand on.

They are remembered in the store's folder, so that a build with nothing new reads no catalogue again.
"""

import json
import logging
import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

from ...model.version import digest_of_code
from ...storage.atomic_files import is_settled, read_stamp, write_whole
from .languages import SOURCE, fallback_languages

logger = logging.getLogger(__name__)

ENGLISH = Markup(' lang="en"')


class Translation:
    """A language as templates take it: `words.picture.label`, `words.styles.how.format(how=...)`.

    Each phrase is HTML and escapes what is filled in; an English one on a page that is not is marked as such.
    """

    def __init__(
        self, lang: str, phrases: Mapping[str, str], *, foreign: frozenset[str] = frozenset()
    ) -> None:
        """foreign: names of the phrases that are English though the page is not."""
        self.lang = lang
        self.english = Markup("") if _is_english(lang) else ENGLISH  # what marks an element as English
        self.label = phrases["picture.label"]  # plain text, as the record has it
        self._sections: dict[str, dict[str, Markup]] = {}
        for name, phrase in phrases.items():
            section, _, key = name.partition(".")
            html = escape(phrase)
            if name in foreign and section != "numbers":
                html = Markup('<span lang="en">') + html + Markup("</span>")
            self._sections.setdefault(section, {})[key] = html

    def __getitem__(self, section: str) -> dict[str, Markup]:
        return self._sections[section]


@dataclass(frozen=True, slots=True, kw_only=True)
class Translations:
    """The words of every language that there is."""

    default: str  # the site's language
    phrases: Mapping[str, Mapping[str, str]]  # by language, see `catalogues`
    problems: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    _made: dict[str, Translation] = field(default_factory=dict, repr=False, compare=False)

    def of(self, lang: str) -> Translation:
        """Return the words for a page of a language: its own, or those of one near to it, or else English."""
        words = self._made.get(lang)
        if words is None:
            phrases = dict(self.phrases[SOURCE])
            foreign = frozenset(() if _is_english(lang) else phrases)
            for each in reversed(list(fallback_languages(lang))):
                own = self.phrases.get(each, {})
                phrases |= own
                foreign -= own.keys()
            words = self._made[lang] = Translation(lang, phrases, foreign=foreign)
        return words

    def lacking(self, langs: Iterable[str]) -> list[str]:
        """Say of which languages there are no words at all, each in a sentence."""
        return [
            f"STYLIZE: there are no words in {lang!r} yet, so those around its pictures are English. "
            f"Write them into {next(fallback_languages(lang))}.toml: see 'In another language' in "
            "docs/provenance.md."
            for lang in sorted(langs)
            if self.phrases.keys().isdisjoint(fallback_languages(lang))
        ]


def load_translations(folder: Path | None, *, default: str, memory: Path, begun: int) -> Translations:
    """Return all words: the plugin's own, and over them those of the site's folder.

    default: the site's language. memory: the file that keeps them. begun: nanoseconds since 1970; a file
    that changed later, or shortly before, is not trusted.
    """
    stamps = _stamps(folder) if folder else {}
    facts = {"code": digest_of_code(), "folder": str(folder), "stamps": stamps}
    recalled = _recall(memory, facts)
    if recalled:
        return Translations(default=default, **recalled)
    from .catalogs import read_catalogs

    read = asdict(read_catalogs(folder))
    if not read["problems"] and all(is_settled(stamp, at=begun) for stamp in stamps.values()):
        try:
            write_whole(memory, json.dumps({**facts, "read": read}))
        except OSError as error:  # it costs the next build time, nothing else
            logger.debug("%s could not be written: %s", memory, error)
    return Translations(default=default, **read)


def _recall(memory: Path, facts: Mapping[str, Any]) -> dict[str, Any] | None:
    try:
        kept = json.loads(memory.read_bytes())
        read = kept.pop("read")
        if kept == facts:
            return {name: read[name] if name == "phrases" else tuple(read[name]) for name in read}
    except FileNotFoundError:
        pass
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        logger.debug("%s is not used: %s", memory, error)
    return None


def _stamps(folder: Path) -> dict[str, list[int]]:
    """Return the stamps of the site's own files of words, by their names."""
    try:
        with os.scandir(folder) as entries:
            return {each.name: read_stamp(each.path) for each in entries if each.name.endswith(".toml")}
    except OSError:
        return {}


def _is_english(lang: str) -> bool:
    return SOURCE in fallback_languages(lang)
