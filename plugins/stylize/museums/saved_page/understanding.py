"""Understand a saved page: what it says about its item, in a fixed order of trust, and a draft record."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from ..importers.registry import MUSEUMS
from ..record import MuseumRecord
from .draft import make_draft
from .found_field import NAMES, FoundField, complete_address, make_field
from .item_graph import parse_documents
from .markup import Markup, collect
from .meta_tags import cut_site, read_citation, read_dublin_core, read_open_graph
from .page_file import SavedPage
from .page_links import read_iiif_links, read_license_links, read_oembed, read_own_address
from .page_rights import read_page_rights
from .schema_items import read_items

_MOST_FIELDS = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Understanding:
    """What a page says, and what we make of it."""

    found: tuple[FoundField, ...]  # the most trusted first
    draft: MuseumRecord
    known: str = ""  # the item in a museum that can be asked: "met:435809"
    hints: tuple[str, ...] = ()  # about rights, for a person to read
    warnings: tuple[str, ...] = ()


def understand(page: SavedPage) -> Understanding:
    """Read a page; most trusted is JSON-LD, then microdata, Dublin Core, citation tags, oEmbed, OpenGraph."""
    markup = collect(page.html)
    own = _find_addresses(page, markup)
    address = own[0].value if own else ""
    base = complete_address(markup.base, base=address) or address
    values, damaged = parse_documents(markup.documents)
    linked, others = read_items(values, form="JSON-LD", address=base)
    micro, _ = read_items([item.properties for item in markup.items], form="microdata", address=base)
    readers: tuple[Iterable[FoundField], ...] = (
        linked,
        micro,
        read_dublin_core(markup.metas),
        read_citation(markup.metas),
        read_oembed(markup, base=base),
        read_open_graph(markup.metas, base=base),
        read_iiif_links(markup, base=base),
        read_license_links(markup, base=base),
        _read_notices(markup),
        _read_headings(markup),
    )
    groups = [own, *(list(reader) for reader in readers)]
    found = list(dict.fromkeys(field for group in groups for field in group))[:_MOST_FIELDS]
    address = address or next((field.value for field in found if field.name == "source_url"), "")
    rights, hints = read_page_rights(found)
    return Understanding(
        found=tuple(found),
        draft=make_draft(groups, address=address, rights=rights),
        known=_find_known(found),
        hints=tuple(hints),
        warnings=(*markup.warnings, *damaged, *others),
    )


def describe(understood: Understanding) -> list[str]:
    """Return lines: each value that was found, where it was found, and what was not used."""
    width = max(map(len, NAMES.values()))
    lines = []
    for name, label in NAMES.items():
        values: dict[str, list[str]] = {}
        for field in understood.found:
            if field.name == name:
                value = f"{field.value} ({field.role})" if field.role else field.value
                values.setdefault(value, []).append(field.source + _describe_about(field))
        for number, (value, sources) in enumerate(list(values.items())[:12]):
            shown = value if len(value) <= 160 else f"{value[:159]}…"
            lines.append(f"{'' if number else label:{width}}  {shown}  [{', '.join(sources[:4])}]")
    for label, what in find_conflicts(understood):
        lines.append(f"The page has more than one {label}: {what}.")
    return lines


def find_conflicts(understood: Understanding) -> list[tuple[str, str]]:
    """Return the fields of which the page has one value, but states different ones, and these values."""
    conflicts = []
    for name in ("title", "date", "accession", "source_url", "manifest"):
        values: dict[str, str] = {}
        for field in understood.found:
            if field.name == name and field.about != "page":
                plain = field.value.partition("?")[0] if name == "source_url" else field.value
                values.setdefault(_squeeze(plain), field.value)
        if len(values) > 1:
            shown = [f"{value[:80]!r}" for value in values.values()]
            conflicts.append((NAMES[name], f"{shown[0]} is taken, not {', '.join(shown[1:4])}"))
    return conflicts


def _squeeze(value: str) -> str:
    """Return a value without what does not make a difference: case, punctuation, scheme, last slash."""
    return re.sub(r"[\W_]+", "", re.sub(r"^https?://(www\.)?", "", value).casefold()) or value


def _describe_about(field: FoundField) -> str:
    return f" (about the {field.about})" if field.about in ("page", "site", "data") else ""


def _find_addresses(page: SavedPage, markup: Markup) -> list[FoundField]:
    noted = complete_address(page.address)
    found = list(make_field("source_url", noted, page.noted_by))
    own = list(read_own_address(markup)) + [
        field for field in read_open_graph(markup.metas) if field.name == "source_url"
    ]
    host, path = _split(noted)
    for field in own:
        its_host, its_path = _split(field.value)
        # A canonical address leaves out what does not matter. But some sites name their front page on all.
        if noted and its_host == host and (its_path not in ("", "/") or path in ("", "/")):
            return [field, *found, *(other for other in own if other is not field)]
    return found + own


def _split(address: str) -> tuple[str, str]:
    parts = urlsplit(address)
    return (parts.hostname or "").removeprefix("www."), parts.path


def _find_known(found: Sequence[FoundField]) -> str:
    """Return the item if an address of the page is one of a museum that can be asked."""
    for field in found:
        for museum in MUSEUMS:
            if field.name == "source_url" and (item := museum.find_item(field.value)):
                return f"{museum.name}:{item}"
    return ""


def _read_notices(markup: Markup) -> Iterator[FoundField]:
    """Yield notices of the text, which may be meant for the site, the page or the picture."""
    for notice in markup.notices:
        yield from make_field("rights", notice, "text of the page", about="page")


def _read_headings(markup: Markup) -> list[FoundField]:
    sites = [meta.content for meta in markup.metas if meta.name in ("og:site_name", "application-name")]
    title = cut_site(markup.title, site=sites[0] if sites else "")
    return [
        *make_field("title", markup.heading, "h1", about="page"),
        *make_field("title", title, "title element", about="page"),
    ]
