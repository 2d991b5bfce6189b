"""Parse the pictures of an HTML page: the text and links around each, and the metadata for programs."""

import json
from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit


@dataclass(slots=True)
class PageFigure:
    """A figure of a page: its images, text and links."""

    images: set[str] = field(default_factory=set)  # URLs
    links: set[str] = field(default_factory=set)  # URLs
    text: str = ""


@dataclass(slots=True)
class Page:
    """The parts of a page that concern pictures."""

    figures: list[PageFigure] = field(default_factory=list)
    social: dict[str, str] = field(default_factory=dict)  # "og:image" and the like
    documents: list[str] = field(default_factory=list)  # JSON-LD, not parsed


def read_page(path: Path) -> Page:
    """Read an HTML file, even if it is not valid."""
    reader = _Reader()
    reader.feed(path.read_text("utf-8", errors="replace"))
    reader.close()
    return reader.page


def find_folder(url: str, folders: Container[str]) -> str:
    """Return which of some folders ("pictures/pier-ink-0123") contains the file of a URL; or ""."""
    try:
        parts = unquote(urlsplit(url.strip()).path).split("/")[:-1]
    except ValueError:  # "http://[" is no URL
        return ""
    paths = ("/".join(parts[start:]) for start in range(len(parts)))
    return next((path for path in paths if path in folders), "")


def find_file_name(url: str) -> str:
    """Return the name on disk of the file that a URL leads to."""
    return unquote(urlsplit(url.strip()).path).rpartition("/")[2]


def find_image_objects(document: str) -> Iterator[dict[str, Any]]:
    """Yield each schema.org ImageObject of a JSON-LD document; raises ValueError if it is not JSON."""
    try:
        pending = [json.loads(document)]
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    while pending:
        value = pending.pop()
        if isinstance(value, list):
            pending += value
        elif isinstance(value, dict):
            pending += value.values()
            kinds = value.get("@type")
            if kinds == "ImageObject" or (isinstance(kinds, list) and "ImageObject" in kinds):
                yield value


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Page()
        self.open: list[PageFigure] = []  # figures may be nested
        self.in_document = False

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attributes}
        if tag == "figure":
            self.open.append(PageFigure())
            self.page.figures.append(self.open[-1])
        elif tag == "meta":
            name = values.get("property") or values.get("name", "")
            self.page.social.setdefault(name, values.get("content", ""))
        elif tag == "script" and values.get("type", "").lower() == "application/ld+json":
            self.in_document = True
            self.page.documents.append("")
        for figure in self.open:
            if tag == "a" and "href" in values:
                figure.links.add(values["href"])
            elif tag in ("img", "source"):
                candidates = [
                    part.split()[0] for part in values.get("srcset", "").split(", ") if part.strip()
                ]
                figure.images.update(url for url in (values.get("src", ""), *candidates) if url)

    def handle_endtag(self, tag: str) -> None:
        if tag == "figure" and self.open:
            self.open.pop()
        elif tag == "script":
            self.in_document = False

    def handle_data(self, data: str) -> None:
        if self.in_document:
            self.page.documents[-1] += data
        for figure in self.open:
            figure.text += data
