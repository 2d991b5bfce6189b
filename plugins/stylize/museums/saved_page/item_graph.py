"""The objects of JSON-LD documents or of microdata, and which of them is the item of a page.

A page describes its item in many ways: as VisualArtwork or CreativeWork with an ImageObject inside, as an
ImageObject alone, in a @graph, or as the main entity of a WebPage. Documents are of strangers: whatever type
a value has, it is skipped where it makes no sense.
"""

import json
import re
from collections.abc import Iterable, Sequence
from html import unescape
from typing import Any, TypeAlias

Node: TypeAlias = dict[str, Any]

ARTWORKS = (
    *("VisualArtwork", "Painting", "Photograph", "Drawing", "Sculpture", "Poster", "Map", "CoverArt"),
    *("ComicStory", "Manuscript"),
)
PICTURES = ("ImageObject",)
WORKS = ("CreativeWork", "ArchiveComponent", "Book", "MediaObject")
PAGES = ("WebPage", "ItemPage", "AboutPage", "CollectionPage", "ImageGallery", "WebSite")

_MOST_NODES = 5000
_DEEPEST = 24  # objects and lists in one another


def parse_documents(documents: Iterable[str]) -> tuple[list[Any], list[str]]:
    """Return JSON-LD documents as values, and a warning for each that is no JSON."""
    values, warnings = [], []
    for document in documents:
        text = document.strip().removeprefix("<!--").removesuffix("-->")
        text = re.sub(r"(//|/\*)\s*(<!\[CDATA\[|\]\]>)\s*(\*/)?", "", text).strip().rstrip("; \r\n\t")
        for form in (text, unescape(text)):  # some write &quot; where HTML knows no entities
            try:
                values.append(json.loads(form, strict=False, parse_constant=lambda name: None))
                break
            except (ValueError, RecursionError):
                continue
        else:
            if text:
                warnings.append("a JSON-LD block of the page is damaged and is not read")
    return values, warnings


class ItemGraph:
    """All objects of documents, with short names; references by @id are resolved."""

    def __init__(self, values: Sequence[Any]) -> None:
        self.tops: list[Node] = []  # that stand alone or in a @graph
        self._count = 0
        self._by_id: dict[str, Node] = {}
        for value in values:
            self._add(value, depth=0, is_top=True)

    def each(self, value: Any) -> list[Any]:
        """Return the values of a list, at most 200; a single value is a list of one; null is none."""
        values = value if isinstance(value, list) else [value]
        if len(values) == 1 and isinstance(values[0], dict) and isinstance(values[0].get("@list"), list):
            values = values[0]["@list"]
        return [self._resolve(one) for one in values[:200] if one is not None]

    def find_work(self, address: str) -> tuple[Node | None, list[Node]]:
        """Return the object that describes the page's item, and others that could be meant as well."""
        candidates: list[Node] = []
        for page in self.tops:
            if not is_a(page, (*ARTWORKS, *PICTURES)):
                for name in ("mainEntity", "about", "primaryImageOfPage"):
                    candidates += [one for one in self.each(page.get(name)) if isinstance(one, dict)]
        ranked: list[tuple[int, Node]] = []
        for node in candidates + self.tops:
            rank = next((rank for rank, kinds in enumerate(_RANKS) if is_a(node, kinds)), None)
            is_page = rank == 1 and is_a(node, PAGES)
            if rank is not None and not is_page and not any(node is known for _, known in ranked):
                ranked.append((rank, node))
        here = _strip_address(address)
        for rank, node in ranked:
            if (
                rank < 2
                and here
                and here in (_strip_address(first_text(node.get(n))) for n in ("@id", "url"))
            ):
                return node, []
        if not ranked:
            return None, []
        best = min(rank for rank, _ in ranked)
        chosen = [node for rank, node in ranked if rank == best]
        return chosen[0], (chosen[1:] if best < 2 else [])

    def find_pictures(self, work: Node) -> list[Any]:
        """Return the pictures of a work: those it names, or the only one that stands beside it."""
        named = [
            picture
            for name in ("image", "associatedMedia", "encoding", "photo", "primaryImageOfPage")
            for picture in self.each(work.get(name))
        ]
        beside = [
            node for node in self.tops if is_a(node, PICTURES) and "logo" not in str(node.get("@id")).lower()
        ]
        return named or (beside if len(beside) == 1 else [])

    def _resolve(self, value: Any) -> Any:
        """Return the object that a reference means, or the value itself."""
        if isinstance(value, dict) and isinstance(value.get("@id"), str) and len(value) <= 2:
            return self._by_id.get(value["@id"], value)
        return value

    def _add(self, value: Any, *, depth: int, is_top: bool) -> Any:
        self._count += 1
        if depth > _DEEPEST or self._count > 20 * _MOST_NODES:
            return None
        if isinstance(value, list):
            return [self._add(one, depth=depth + 1, is_top=is_top) for one in value[:_MOST_NODES]]
        if not isinstance(value, dict):
            return value
        node: Node = {}
        if is_top and any(key not in ("@context", "@graph") for key in value):
            self.tops.append(node)
        for key, inner in value.items():
            added = self._add(inner, depth=depth + 1, is_top=key == "@graph")
            if key not in ("@graph", "@context"):
                node[_shorten(key)] = added
        kinds = (_shorten(kind) for kind in listed(node.get("@type")) if isinstance(kind, str))
        node["@type"] = [kind for kind in kinds if re.fullmatch(r"\w{1,60}", kind)]
        if isinstance(identifier := node.get("@id"), str) and len(node) > 2:
            self._by_id.setdefault(identifier, node)
        return node


def is_a(node: Any, kinds: Sequence[str]) -> bool:
    """Return whether a value is an object of one of these types."""
    return isinstance(node, dict) and any(kind in kinds for kind in node.get("@type", ()))


def kind_of(node: Node) -> str:
    """Return the first type of an object, for messages."""
    return next(iter(node.get("@type", ())), "Thing")


def listed(value: Any) -> list[Any]:
    """Return a list as it is, and any other value as a list of one."""
    return value if isinstance(value, list) else [value]


def first_text(value: Any) -> str:
    """Return the text of a value, English if there are several languages; "" if there is none."""
    for one in sorted(listed(value)[:50], key=lambda one: not _is_english(one)):
        if isinstance(one, str) and one.strip():
            return one
        if isinstance(one, int | float) and not isinstance(one, bool):
            return str(one)
        if isinstance(one, dict):
            texts = (
                first_text(one[name])
                for name in ("@value", "name", "value", "en", "url", "@id")
                if name in one
            )
            if text := next(filter(None, texts), ""):
                return text
    return ""


_RANKS = (ARTWORKS, WORKS, PICTURES)
_TEXTS = ("@value", "name", "value", "en", "url", "@id")  # where an object has its text, the best first


def _shorten(name: str) -> str:
    """Return a name without its namespace: schema:name, http://schema.org/name."""
    if name.startswith("@"):
        return name
    short = re.sub(r"^(https?://\S*[/#]|[a-z]+:(?=\w))", "", name)
    return {"id": "@id", "type": "@type"}.get(short, short)


def _strip_address(address: str) -> str:
    return address.partition("#")[0].rstrip("/")


def _is_english(value: Any) -> bool:
    return isinstance(value, dict) and str(value.get("@language", "")).lower().startswith("en")
