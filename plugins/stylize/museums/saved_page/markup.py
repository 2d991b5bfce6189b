"""Collect from the HTML of a saved page what may say something about its item: one pass, in linear time.

Scripts, styles, comments and pictures written into addresses are taken out first. What is left goes through
`html.parser` in pieces, which bears whatever a page contains.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from ..importers.plain_texts import clean_text

LONGEST = 2_000_000  # characters without scripts; the longest page of a museum that we know has half
_PIECE = 65_536  # characters that the parser gets at once
_MOST_WAITING = 262_144  # characters of a tag that does not end
_MOST = 5000  # of each kind that is collected
_MOST_OPEN = 24  # elements whose text is collected at the same time
_LONGEST_TEXT = 20_000  # characters of an element


@dataclass(frozen=True, slots=True, kw_only=True)
class Meta:
    """A meta element, or another element that states a property."""

    name: str  # in lower case: "dc.title"
    content: str
    element: str = "meta"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link of the page: `link`, `a`, `area`, `iframe` or `img`."""

    element: str
    address: str
    rel: frozenset[str] = frozenset()
    media_type: str = ""
    title: str = ""
    place: str = ""  # "footer", "nav", "aside", "header" or "figure" around it


@dataclass(slots=True)
class MicroItem:
    """An element with `itemscope`: its type and properties, in the form of JSON-LD."""

    properties: dict[str, object] = field(default_factory=dict)

    def add(self, names: str, value: object) -> None:
        """Add a value of properties."""
        for name in names.split()[:8]:
            values = self.properties.setdefault(name, [])
            if isinstance(values, list) and len(values) < 100:
                values.append(value)


@dataclass(slots=True)
class Markup:
    """What was collected from a page."""

    documents: list[str] = field(default_factory=list)  # JSON-LD, not parsed
    metas: list[Meta] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    data_addresses: list[tuple[str, str]] = field(default_factory=list)  # "data-manifest", its address
    items: list[MicroItem] = field(default_factory=list)  # microdata, the outer ones
    base: str = ""
    title: str = ""
    heading: str = ""  # the first h1
    notices: list[str] = field(default_factory=list)  # "© 2024 A Museum": of the visible text
    warnings: list[str] = field(default_factory=list)


def collect(html: str) -> Markup:
    """Collect the markup of a page."""
    collector = _Collector()
    markup = collector.markup
    rest = "".join(_take_out(_DATA_ADDRESS.sub("data:,", html), markup))
    if len(rest) > LONGEST:
        markup.warnings.append(f"the page is very long; {LONGEST / 1e6:g} million characters of it are read")
    for start in range(0, min(len(rest), LONGEST), _PIECE):
        collector.feed(rest[start : min(start + _PIECE, LONGEST)])
        if len(collector.rawdata) > _MOST_WAITING:
            markup.warnings.append("the page has a tag that does not end; what follows it is not read")
            break
    collector.finish()
    return markup


_DATA_ADDRESS = re.compile(r"data:[\w/+.;=-]{0,100};base64,[A-Za-z0-9+/=%]{200,}")
_BALLAST = re.compile(r"<!--|<(script|style|svg|template)(?=[\s>/])", re.IGNORECASE)
_ENDS = {name: re.compile(rf"</{name}\s*>", re.IGNORECASE) for name in ("script", "style", "svg", "template")}


def _take_out(html: str, markup: Markup) -> Iterator[str]:
    """Yield a page without scripts, styles, drawings and comments; note its JSON-LD."""
    place = 0
    while found := _BALLAST.search(html, place):
        yield html[place : found.start()]
        name = (found[1] or "").lower()
        if not name:
            end = html.find("-->", found.end())
            place = end + 3
        else:
            opened = html.find(">", found.end())
            if name == "svg" and html[opened - 1 : opened + 1] == "/>":
                place = opened + 1
                continue
            closed = _ENDS[name].search(html, opened + 1) if opened >= 0 else None
            end = closed.start() if closed else -1
            if name == "script" and opened >= 0 and "ld+json" in html[found.end() : opened].lower():
                content = html[opened + 1 : end if closed else len(html)]
                if len(markup.documents) < 100:
                    markup.documents.append(content)
            place = closed.end() if closed else 0
        if end < 0:
            markup.warnings.append("the page breaks off, or is damaged: a part of it has no end")
            return
    yield html[place:]


@dataclass(slots=True)
class _Open:
    """An element whose end is waited for."""

    tag: str
    nested: int = 0  # elements of the same name inside
    place: str = ""
    item: MicroItem | None = None  # that it opens
    owner: MicroItem | None = None  # whose property its text is
    names: str = ""  # of that property
    meta: str = ""  # RDFa: the property that its text is
    text: list[str] | None = None
    length: int = 0


class _Collector(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.markup = Markup()
        self._open: list[_Open] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        for opened in self._open:
            if opened.tag == tag:
                opened.nested += 1
        if not attributes and tag not in _PLACES and tag not in ("title", "h1"):
            return
        values = {name: value or "" for name, value in attributes}
        opened = _Open(tag=tag, place=_find_place(tag, values))
        if tag == "meta":
            self._add_meta(values)
        elif tag == "base":
            self.markup.base = self.markup.base or values.get("href", "")
        elif address := values.get("href") or values.get("src"):
            self._add_link(tag, address, values)
        for name, value in values.items():
            if name.startswith("data-") and ("manifest" in value + name or value.endswith("/info.json")):
                _add(self.markup.data_addresses, (name, value))
        self._add_microdata(opened, values)
        if tag != "meta" and ":" in (name := values.get("property", "")):
            if "content" in values or "resource" in values:
                content = values.get("content") or values.get("resource", "")
                _add(self.markup.metas, Meta(name=name.lower(), content=content, element=tag))
            else:
                opened.meta = name.lower()
        is_heading = tag in ("title", "h1") and all(other.tag != tag for other in self._open)
        if opened.owner is not None or opened.meta or is_heading:
            opened.text = []
        waits = opened.place or opened.item or opened.text is not None
        if waits and tag not in _VOID and len(self._open) < _MOST_OPEN:
            self._open.append(opened)

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attributes)
        if tag not in _VOID and any(tag == opened.tag for opened in self._open):
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        closing = [opened for opened in self._open if opened.tag == tag]
        for opened in closing:
            opened.nested -= 1
        for opened in closing:
            if opened.nested < 0:
                self._open.remove(opened)
                self._close(opened)

    def handle_data(self, data: str) -> None:
        if (notice := _NOTICE.search(data)) and len(self.markup.notices) < _MOST_NOTICES:
            text = clean_text(data[max(0, notice.start() - 100) : notice.end() + 100])
            if text not in self.markup.notices:
                self.markup.notices.append(text)
        for opened in self._open:
            if opened.text is not None and opened.length < _LONGEST_TEXT:
                opened.text.append(data)
                opened.length += len(data)

    def finish(self) -> None:
        """Close what the page left open."""
        for opened in reversed(self._open):
            self._close(opened)
        self._open = []

    def _close(self, opened: _Open) -> None:
        if opened.text is None:
            return
        text = clean_text("".join(opened.text))
        if opened.owner is not None:
            opened.owner.add(opened.names, text)
        if opened.meta and text:
            _add(self.markup.metas, Meta(name=opened.meta, content=text, element=opened.tag))
        if opened.tag == "title":
            self.markup.title = self.markup.title or text
        elif opened.tag == "h1":
            self.markup.heading = self.markup.heading or text

    def _add_meta(self, values: dict[str, str]) -> None:
        content = values.get("content", "")
        for name in (values.get("property", ""), values.get("name", "")):
            if name and content:
                _add(self.markup.metas, Meta(name=name.strip().lower(), content=content))

    def _add_link(self, tag: str, address: str, values: dict[str, str]) -> None:
        place = next((opened.place for opened in reversed(self._open) if opened.place), "")
        link = Link(
            element=tag,
            address=address.strip(),
            rel=frozenset(values.get("rel", "").lower().split()),
            media_type=values.get("type", ""),
            title=values.get("title", ""),
            place=place,
        )
        _add(self.markup.links, link)

    def _add_microdata(self, opened: _Open, values: dict[str, str]) -> None:
        owner = next((outer.item for outer in reversed(self._open) if outer.item), None)
        names = values.get("itemprop", "")
        if "itemscope" in values:
            opened.item = MicroItem()
            if kind := values.get("itemtype", ""):
                opened.item.properties["@type"] = kind.split()
            if identifier := values.get("itemid", ""):
                opened.item.properties["@id"] = identifier
            if owner is not None and names:
                owner.add(names, opened.item.properties)
            elif len(self.markup.items) < _MOST:
                self.markup.items.append(opened.item)
        elif owner is not None and names:
            stated = next((values[name] for name in _VALUES if values.get(name)), "")
            if stated:
                owner.add(names, stated)
            else:
                opened.owner, opened.names = owner, names


_MOST_NOTICES = 3
ALL_RESERVED = (
    r"all rights reserved|tous droits r[ée]serv[ée]s|alle rechte vorbehalten|todos los derechos reservados"
    r"|tutti i diritti riservati|todos os direitos reservados|alle rechten voorbehouden"
)
_NOTICE = re.compile(rf"©\s*\w|{ALL_RESERVED}", re.IGNORECASE)
# https://html.spec.whatwg.org/multipage/microdata.html#values
_VALUES = ("content", "href", "src", "datetime", "data", "value")
_VOID = (  # elements without an end
    *("area", "base", "br", "col", "embed", "hr", "img", "input"),
    *("link", "meta", "param", "source", "track", "wbr"),
)
_PLACES = ("footer", "nav", "aside", "header", "figure")


def _find_place(tag: str, values: dict[str, str]) -> str:
    if tag in _PLACES:
        return tag
    words = f"{values.get('role', '')} {values.get('id', '')} {values.get('class', '')}".lower()
    if not words.strip():
        return ""
    if "footer" in words or "contentinfo" in words:
        return "footer"
    return "nav" if values.get("role") == "navigation" else ""


def _add(values: list[Any], value: object) -> None:
    if len(values) < _MOST:
        values.append(value)
