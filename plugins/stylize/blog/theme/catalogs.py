"""Reads the translations: a file of phrases for each language, checked against the English one."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Formatter

from ...model.errors import UserError, suggestion
from ...storage.atomic_files import display_path
from ...storage.toml_tables import brief, read_toml
from .languages import SOURCE, fallback_languages, normalize_tag

HOME = Path(__file__).parent / "translations"  # English is complete; the others are checked against it

Phrases = dict[str, str]  # "picture.label" -> its text, with {placeholders}


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogs:
    """The phrases of every language, each without those of the languages it falls back on."""

    phrases: Mapping[str, Phrases]  # by language: "en", "de", "pt-br"
    problems: tuple[str, ...] = ()  # in the site's own files, each with its place
    warnings: tuple[str, ...] = ()  # the phrases that they leave in English


def read_catalogs(folder: Path | None) -> Catalogs:
    """Return the plugin's own phrases, overridden by those of the site's folder, if it has one."""
    english = dict(_list_phrases(read_toml(HOME / f"{SOURCE}.toml", where=f"{SOURCE}.toml")))
    phrases = {path.stem: _read_own(path, english) for path in sorted(HOME.glob("*.toml"))}
    if folder is None:
        return Catalogs(phrases=phrases)
    if not folder.is_dir():
        problem = (
            f"{display_path(folder)}: there is no such folder. Create it, with a file such as de.toml in it."
        )
        return Catalogs(phrases=phrases, problems=(problem,))
    files: dict[str, Path] = {}
    problems: list[str] = []
    for path in sorted(folder.glob("*.toml")):
        lang = normalize_tag(path.stem)
        if not _LANGUAGE.fullmatch(lang):
            problems.append(
                f"{display_path(path)}: {path.stem!r} is not a language. Name the file after a "
                "language code of HTML, such as de.toml or pt-BR.toml."
            )
            continue
        files[lang] = path
        read, wrong = _read(path, english)
        phrases[lang] = phrases.get(lang, {}) | read
        problems += wrong
    warnings = [_describe_missing(lang, path, phrases, english) for lang, path in files.items()]
    return Catalogs(phrases=phrases, problems=tuple(problems), warnings=tuple(filter(None, warnings)))


_LANGUAGE = re.compile("[a-z]{2,3}(-[a-z0-9]{2,8})*")


def _read_own(path: Path, english: Phrases) -> Phrases:
    phrases, problems = _read(path, english)
    if problems:
        raise AssertionError("\n".join(problems))  # a test reads them all
    return phrases


def _read(path: Path, english: Phrases) -> tuple[Phrases, list[str]]:
    """Return the valid phrases of a file, and what is wrong with the others."""
    where = display_path(path)
    try:
        table = read_toml(path, where=where)
    except UserError as error:
        return {}, list(error.problems)
    sections = {name.partition(".")[0] for name in english}
    phrases: Phrases = {}
    problems: list[str] = []
    for section, entries in table.items():
        if not isinstance(entries, dict):
            problems.append(f"{where}: {section!r} is in no section. Put it into one, such as [picture].")
        elif section not in sections:
            hint = suggestion(section, sections, many="sections")
            problems.append(f"{where}: there is no section {section!r}.{hint}")
    for name, phrase in _list_phrases(table):
        if name.partition(".")[0] not in sections:
            continue
        faults = _check_phrase(name, phrase, english)
        problems += (f"{where}: {fault}" for fault in faults)
        if not faults:
            phrases[name] = phrase
    return phrases, problems


def _list_phrases(table: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for section, phrases in table.items():
        if isinstance(phrases, dict):
            yield from ((f"{section}.{key}", phrase) for key, phrase in phrases.items())


def _check_phrase(name: str, phrase: object, english: Phrases) -> list[str]:
    if name not in english:
        return [f"there is no phrase {name!r}.{suggestion(name, english)}"]
    if not isinstance(phrase, str) or not phrase.strip():
        return [f"{name} must be text, but is {brief(phrase)}. Remove the line to keep the default."]
    try:
        found = _find_placeholders(phrase)
    except ValueError:
        return [f"{name}: there is a single brace. To show a brace, write it twice, {{{{ or }}}}."]
    known = _find_placeholders(english[name])
    missing = [
        f"{name} lacks {{{each}}}. Add it where it belongs; the English phrase is {english[name]!r}."
        for each in sorted(known - found)
    ]
    unknown = [
        f"{name}: there is no {{{each}}} in this phrase.{suggestion(each, known, many='placeholders')}"
        for each in sorted(found - known)
    ]
    return [*missing, *unknown]


def _find_placeholders(phrase: str) -> set[str]:
    """Return the names in braces, with conversion and format; raises ValueError for a single brace."""
    return {
        name + (f"!{conversion}" if conversion else "") + (f":{form}" if form else "")
        for _, name, form, conversion in Formatter().parse(phrase)
        if name is not None
    }


def _describe_missing(lang: str, path: Path, phrases: Mapping[str, Phrases], english: Phrases) -> str:
    """Return a message with the phrases of a language that appear in English; "" if there are none."""
    if SOURCE in fallback_languages(lang):
        return ""
    there = {name for each in fallback_languages(lang) for name in phrases.get(each, ())}
    missing = [name for name in english if name not in there]
    if not missing:
        return ""
    count = "1 phrase is" if len(missing) == 1 else f"{len(missing)} phrases are"
    return f"{display_path(path)}: {count} missing and appear in English: {', '.join(missing)}."
