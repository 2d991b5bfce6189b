"""Texts and addresses of IIIF manifests: language maps, HTML, and facts that only have a label.

IIIF Presentation API 3.0, section 4.1 (language maps) and 2.1, section 4.3 (`@value` and `@language`).
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

from ..errors import ChangedShape
from ..record import Creator
from .answer import View
from .plain_texts import clean_text, find_links, strip_html

MOST_PAIRS = 500  # of a manifest's metadata; what comes after is not read
_NO_LANGUAGE = ("none", "@none", "")
_BREAK = re.compile(r"<br\s*/?>|</li>|</p>", re.IGNORECASE)
_YEARS = re.compile(
    r"^(?P<name>.+?),\s*(?P<dates>(?:b\.|d\.|fl\.|born|died|active|approximately|ca\.)?\s*\d{3,4}\??"
    r"(?:\s*[-–]\s*(?:\d{3,4}\??)?)?)\.?$",
    re.IGNORECASE,
)
_IN_BRACKETS = re.compile(r"^(?P<name>.+?)\s*\((?P<inside>[^()]+)\)\.?$")
_ARTIST = {"artist", "artists", "creator", "creators", "maker", "makers", "name", "names", "painter"}


class Pair(NamedTuple):
    """One entry of `metadata`."""

    label: str  # in lower case, without a colon: "dates / origin"
    values: tuple[str, ...]  # as written, with HTML
    place: str  # "metadata[3].value"


def read_raw(view: View) -> list[str]:
    """Return the texts of a value in one language, with their HTML: English, else none, else the first."""
    value = view.value
    if value is None or isinstance(value, bool):
        return []
    if isinstance(value, str | int | float):
        return [str(value)] if str(value).strip() else []
    if isinstance(value, list):
        return _read_list(view.views())
    if "@value" in value:
        return read_raw(view.at("@value"))
    if any(isinstance(each, dict) for each in value.values()):
        raise ChangedShape(f"{view.name} is an object, not text in some language")
    texts = {key.lower(): found for key, each in view.items() if (found := read_raw(each))}
    return texts[_choose_language(texts)] if texts else []


def read_text(view: View, *names: str | int) -> str:
    """Return a text without HTML, in one language; several are joined by spaces; "" if there is none."""
    return clean_text(" ".join(strip_html(text) for text in read_raw(view.at(*names))))


def read_pairs(*sources: View) -> list[Pair]:
    """Return the metadata of these, the first before the others."""
    pairs = []
    for source in sources:
        for entry in source.views("metadata")[:MOST_PAIRS]:
            values = tuple(text for text in read_raw(entry.at("value")) if strip_html(text))
            # In every language, since a host may write "Künstler" beside "Artist".
            for label in dict.fromkeys(_all_texts(entry.at("label").value)):
                plain = re.sub(r"\(s\)", "s", strip_html(label).lower()).strip(" :.")
                if plain and values:
                    pairs.append(Pair(plain, values, f"{entry.place}.value"))
    return pairs


def find_pairs(pairs: Iterable[Pair], labels: Iterable[str]) -> list[Pair]:
    """Return the pairs with one of these labels, in the order of the labels; "dates / origin" is "dates"."""
    known = [(pair, _spell(pair.label)) for pair in pairs]
    return [pair for label in labels for pair, spellings in known if label in spellings]


def find_text(pairs: Iterable[Pair], labels: Iterable[str]) -> str:
    """Return what the first of these labels says, without HTML; several values with semicolons between."""
    found = find_pairs(pairs, labels)
    return "; ".join(dict.fromkeys(map(strip_html, found[0].values))) if found else ""


def read_creators(pairs: Iterable[Pair], labels: Iterable[str]) -> tuple[Creator, ...]:
    """Return the people of these labels, each once: "Sol, Ana, 1840-1901 (Artist)", "Ana Sol (1840–1901)"."""
    people: dict[str, Creator] = {}
    for pair in find_pairs(pairs, labels):
        role = "" if pair.label in _ARTIST or "/" in pair.label else pair.label.removesuffix("s")
        for value in pair.values:
            for piece in _BREAK.split(value):
                for name in strip_html(piece).split(";"):
                    if name.strip():
                        person = _read_creator(name.strip(), role=role)
                        people.setdefault(person.name, person)
    return tuple(people.values())


def read_address(view: View, *names: str | int, base: str = "") -> str:
    """Return an address: a text or the id of an object, the first of several; "" unless it is http(s)."""
    for found in view.views(*names):
        each = found.value
        if isinstance(each, dict):
            each = each.get("id") or each.get("@id") or ""
        if isinstance(each, str):
            address = clean_text(each).replace(" ", "%20")
            if address.startswith("/") and base:
                address = urljoin(base, address)
            if is_address(address):
                return address
    return ""


def is_address(text: str) -> bool:
    """Whether a text is an address of the web, whole and well-formed."""
    try:
        return urlsplit(text).scheme.lower() in ("http", "https") and bool(urlsplit(text).hostname)
    except ValueError:  # "http://[bad"
        return False


def find_address(pairs: Iterable[Pair], labels: Iterable[str]) -> str:
    """Return the first address that a value with one of these labels is, or links to."""
    for pair in find_pairs(pairs, labels):
        for value in pair.values:
            for address in (strip_html(value), *(link for link, _ in find_links(value))):
                if " " not in address and is_address(address):
                    return address
    return ""


def _spell(label: str) -> set[str]:
    """Return what a label may be called: in the singular, and by the first of several words for it."""
    first = label.split("/")[0].strip()
    return {label, first, label.removesuffix("s"), first.removesuffix("s")}


def _read_list(views: list[View]) -> list[str]:
    if not any(isinstance(each.value, dict) and "@language" in each.value for each in views):
        return [text for each in views for text in read_raw(each)]
    texts: dict[str, list[str]] = {}
    for each in views:
        tag = each.value.get("@language") if isinstance(each.value, dict) else None
        texts.setdefault(str(tag or "none").lower(), []).extend(read_raw(each))
    return texts[_choose_language(texts)]


def _choose_language(texts: Iterable[str]) -> str:
    """Return the tag of the language to read: en, en-GB, none, else the first."""
    tags = list(texts)
    english = [tag for tag in tags if tag == "en"] + [tag for tag in tags if re.match(r"en[-_]", tag)]
    return next(iter(english + [tag for tag in tags if tag in _NO_LANGUAGE] + tags))


def _all_texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from _all_texts(each)
    elif isinstance(value, dict):
        yield from _all_texts(value["@value"] if "@value" in value else list(value.values()))


def _read_creator(text: str, *, role: str) -> Creator:
    dates = ""
    if found := _IN_BRACKETS.match(text):
        text = found["name"]
        if re.search(r"\d", found["inside"]):
            dates = found["inside"]
        else:
            role = "" if found["inside"].lower() in _ARTIST else found["inside"]
    if found := _YEARS.match(text):
        text, dates = found["name"], dates or found["dates"].strip()
    return Creator(name=text.strip(" ,"), role=role, dates=re.sub(r"(?<=\d)\s*-\s*", "–", dates))
