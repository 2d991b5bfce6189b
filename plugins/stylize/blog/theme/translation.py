"""The translated phrases around the pictures, in the language of each page; cached in the store."""

import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

from ...storage.atomic_files import read_stamp
from ..stamped_file import load_facts, save_facts
from .languages import SOURCE, fallback_languages

FILE = "words.json"  # in the store
ENGLISH = Markup(' lang="en"')


class Translation:
    """The phrases of one language for templates: `words.picture.label`, `words.styles.how.format(how=...)`.

    Each phrase is HTML and escapes what is filled in. English phrases on a page in another language are
    marked as English.
    """

    def __init__(
        self, lang: str, phrases: Mapping[str, str], *, foreign: frozenset[str] = frozenset()
    ) -> None:
        """foreign: names of the phrases that are in English although the page is not."""
        self.lang = lang
        self.english = Markup("") if _is_english(lang) else ENGLISH  # marks an element as English
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
    """The phrases of all languages."""

    default: str  # the site's language
    phrases: Mapping[str, Mapping[str, str]]  # by language, see `catalogs`
    problems: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    _by_lang: dict[str, Translation] = field(default_factory=dict, repr=False, compare=False)

    def of(self, lang: str) -> Translation:
        """Return the phrases of a language: its own, or those of a related language, or else English."""
        translation = self._by_lang.get(lang)
        if translation is None:
            phrases = dict(self.phrases[SOURCE])
            foreign = frozenset(() if _is_english(lang) else phrases)
            for each in reversed(list(fallback_languages(lang))):
                own = self.phrases.get(each, {})
                phrases |= own
                foreign -= own.keys()
            translation = self._by_lang[lang] = Translation(lang, phrases, foreign=foreign)
        return translation

    def describe_missing(self, langs: Iterable[str]) -> list[str]:
        """Return a message for each of these languages that has no phrases at all."""
        return [
            f"STYLIZE: there is no translation for {lang!r}, so the text around its pictures is English. "
            f"Write one in {next(fallback_languages(lang))}.toml: see 'In another language' in "
            "docs/provenance.md."
            for lang in sorted(langs)
            if self.phrases.keys().isdisjoint(fallback_languages(lang))
        ]


def load_translations(folder: Path | None, *, default: str, store: Path, started: int) -> Translations:
    """Return all phrases: the plugin's own, overridden by those in the site's folder.

    default: the site's language. store: the folder with the cache. started: when the build started, in
    nanoseconds since 1970.
    """
    stamps = _read_stamps(folder) if folder else {}
    read = load_facts(store / FILE, stamps, parse=_parse_catalogs)
    if read is None:
        from .catalogs import read_catalogs

        read = asdict(read_catalogs(folder))
        if not read["problems"]:
            save_facts(store / FILE, stamps, read, started=started)
    return Translations(default=default, **read)


def _parse_catalogs(facts: dict[str, Any]) -> dict[str, Any]:
    return {name: facts[name] if name == "phrases" else tuple(facts[name]) for name in facts}


def _read_stamps(folder: Path) -> dict[str, list[int]]:
    """Return the stamps of the site's own translation files, and the folder itself, which may hold none."""
    stamps: dict[str, list[int]] = {str(folder): []}
    try:
        with os.scandir(folder) as entries:
            stamps.update(
                {each.path: read_stamp(each.path) for each in entries if each.name.endswith(".toml")}
            )
    except OSError:
        pass
    return stamps


def _is_english(lang: str) -> bool:
    return SOURCE in fallback_languages(lang)
