"""The Markdown extension: pictures become marked figures, captions and all.

    ![Two men mending a net](nets.jpg){: stylize=third-class-carriage strength=0.7 }
    The next line of the same paragraph is the caption.

becomes <figure data-stylize="..."> with the caption inside; what the author asked is JSON in that
one attribute, in base64 so that nothing between here and the page can break it.
"""

import base64
import html
import json
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from markdown import Extension, Markdown
from markdown.treeprocessors import Treeprocessor

from ..model.errors import suggestion

ASKING = "stylize"  # the attribute that asks for a style
OPTIONS = ("stylize", "strength", "method", "content")
PASSED = ("src", "alt", "title", "class", "id", "width", "height", "loading")  # HTML's own

# Python-Markdown keeps escaped characters and raw HTML as marks of its own until the very end.
_ESCAPED = re.compile("\x02(\\d+)\x03")
_STASHED = re.compile("\x02wzxhzdk:(\\d+)\x03")
_PERCENTAGE = re.compile(r"[\d.]+_?$")  # how attr_list leaves a "70%," that stands outside of quotes
Element = ElementTree.Element


class Pictures(Extension):
    """Registers the marking of pictures; one instance serves every post of a run."""

    def extendMarkdown(self, md: Markdown) -> None:
        # attr_list runs at 8 and puts the options on the image; we read them right after.
        md.treeprocessors.register(_Marker(md), "stylize", 7)


class _Marker(Treeprocessor):
    md: Markdown

    def run(self, root: Element) -> None:
        listed = _listed_photos(getattr(self.md, "Meta", None) or {})
        for parent in [element for element in root.iter() if len(element)]:
            for child in list(parent):
                if child.tag == "p" and _pictures_in(child, listed):
                    _replace(parent, child, self._figures(child, listed))
        # What is left stands inside a heading, a list item or a table cell.
        if not any(ASKING in image.attrib for image in root.iter("img")):
            return
        for parent in list(root.iter()):
            for child in list(parent):
                if child.tag == "img" and ASKING in child.attrib:
                    problem = "" if parent.tag in ("li", "td", "th", "blockquote", "div") else _OWN_LINE
                    figure = self._figure(child, child, inherited={}, problem=problem)
                    figure.tail, child.tail = child.tail, None
                    parent[list(parent).index(child)] = figure

    def _figures(self, paragraph: Element, listed: set[str]) -> list[Element]:
        """Part a paragraph into figures, their captions, and what other text there is."""
        inherited = {name: paragraph.attrib.pop(name) for name in OPTIONS if name in paragraph.attrib}
        if len(paragraph) == 1 and not paragraph.text and not paragraph[0].tail:  # alone, as most are
            image = _picture(paragraph[0], listed, bool(inherited))
            return [] if image is None else [self._figure(image, paragraph[0], inherited=inherited)]
        blocks: list[Element] = []
        group: list[Element] = []  # figures with nothing between them
        for piece in _pieces(paragraph, listed, inherited=bool(inherited)):
            if isinstance(piece, _Picture):
                group.append(self._figure(piece.image, piece.outer, inherited=inherited))
            elif group and piece.begins_a_line:
                blocks += _captioned(group, piece.element)
                group = []
            else:
                blocks += [*_side_by_side(group), piece.element]
                group = []
        return blocks + _side_by_side(group)

    def _figure(
        self, image: Element, outer: Element, *, inherited: dict[str, str], problem: str = ""
    ) -> Element:
        options = {**inherited, **{k: v for k, v in image.attrib.items() if k in OPTIONS}}
        strange = [name for name in image.attrib if name not in OPTIONS + PASSED]
        if strange and not problem and _PERCENTAGE.match(strange[0]):
            problem = 'a blend in the text needs quotes around it: stylize="harvesters 70%, hubble-m51 30%".'
        elif strange and not problem:
            problem = f"there is no option {strange[0]!r}.{suggestion(strange[0], OPTIONS, many='options')}"
        asked = {
            "photo": self._plain(image.get("src", "")),
            "style": self._plain(options.get(ASKING, "")),
            "strength": self._plain(options.get("strength", "")),
            "method": self._plain(options.get("method", "")),
            "content": self._plain(options.get("content", "")),
            "alt": self._plain(image.get("alt", "")),
            "link": self._plain(outer.get("href", "")) if outer is not image else "",
            "problem": problem,
        }
        data = base64.b64encode(json.dumps(asked).encode()).decode()
        figure = ElementTree.Element("figure", {"data-stylize": data})
        figure.text = image.get("title") or ""
        return figure

    def _plain(self, text: str | None) -> str:
        """Undo Python-Markdown's own marks: what the author meant, as plain text.

        attr_list gives a word without a value, {: stylize }, as None.
        """
        if not text:
            return ""
        if "\x02" not in text and "&" not in text:
            return text
        raw = self.md.htmlStash.rawHtmlBlocks
        text = _STASHED.sub(lambda found: str(raw[int(found[1])]), text)
        return html.unescape(_ESCAPED.sub(lambda found: chr(int(found[1])), text))


_OWN_LINE = "a stylized picture stands on a line of its own. Move it out of the sentence or heading."


def _listed_photos(meta: dict[str, Any]) -> set[str]:
    lines: Iterable[str] = meta.get("photos", ())
    return {line.split("|")[0].strip() for line in lines}


def _picture(child: Element, listed: set[str], inherited: bool) -> Element | None:
    """Return the image that this child of a paragraph is, alone or as a link, if it is one of ours."""
    image = child
    if (
        child.tag == "a"
        and len(child) == 1
        and not (child.text or "").strip()
        and not (child[0].tail or "").strip()
    ):
        image = child[0]
    if image.tag != "img":
        return None
    ours = inherited or ASKING in image.attrib or image.get("src") in listed
    return image if ours else None


def _pictures_in(paragraph: Element, listed: set[str]) -> bool:
    inherited = ASKING in paragraph.attrib
    return any(_picture(child, listed, inherited) is not None for child in paragraph)


@dataclass(slots=True)
class _Picture:
    """An image of ours in a paragraph."""

    image: Element
    outer: Element  # the image itself, or the link around it


@dataclass(slots=True)
class _Text:
    """What stands between images."""

    element: Element  # a <p>
    begins_a_line: bool  # so it is a caption, if pictures stand before it

    def has_words(self) -> bool:
        return len(self.element) > 0 or bool((self.element.text or "").strip())


def _pieces(paragraph: Element, listed: set[str], *, inherited: bool) -> Iterator[_Picture | _Text]:
    """Yield the pictures of a paragraph and the texts before, between and after them."""
    text = _text_from(paragraph.text or "")
    for child in list(paragraph):
        tail, child.tail = child.tail or "", None
        image = _picture(child, listed, inherited)
        if image is not None:
            if text.has_words():
                yield text
            yield _Picture(image, child)
            text = _text_from(tail)
        elif child.tag == "br" and not text.has_words():  # nl2br: the end of a picture's line
            text = _text_from(f"\n{tail}")
        else:
            child.tail = tail
            text.element.append(child)
    if text.has_words():
        yield text


def _text_from(text: str) -> _Text:
    element = ElementTree.Element("p")
    element.text = text.lstrip()
    return _Text(element, begins_a_line=text.lstrip(" \t").startswith("\n"))


def _captioned(figures: list[Element], text: Element) -> list[Element]:
    """Give one figure its caption, or several a caption that they share."""
    if len(figures) > 1:
        text.set("class", "caption")
        (row,) = _side_by_side(figures)
        row.append(text)
        return [row]
    (figure,) = figures
    figure.text = text.text
    figure.extend(list(text))
    return figures


def _side_by_side(figures: list[Element]) -> list[Element]:
    if len(figures) < 2:
        return figures
    row = ElementTree.Element("div", {"class": "stylized-row"})
    row.extend(figures)
    return [row]


def _replace(parent: Element, child: Element, blocks: list[Element]) -> None:
    place = list(parent).index(child)
    if blocks:
        blocks[-1].tail = child.tail
    parent[place : place + 1] = blocks
