"""The Markdown extension: pictures become placeholders for figures, with their captions.

    ![Two men mending a net](nets.jpg){: stylize=third-class-carriage strength=0.7 }
    The next line of the same paragraph is the caption.

becomes <figure data-stylize="..."> with the caption inside. The request is JSON in that one attribute,
in base64, so that nothing on the way to the page can break it.
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
from ..model.picture_options import NAMES
from ..model.qualities import explain_old_word

STYLE_OPTION = "stylize"  # the attribute that names a style
OPTIONS = tuple(STYLE_OPTION if name == "style" else name for name in NAMES)
PASSED = ("src", "alt", "title", "class", "id", "width", "height", "loading")  # HTML's own

# Python-Markdown keeps escaped characters and raw HTML as tokens of its own until the end.
_ESCAPED = re.compile("\x02(\\d+)\x03")
_STASHED = re.compile("\x02wzxhzdk:(\\d+)\x03")
_PERCENTAGE = re.compile(r"[\d.]+_?$")  # how attr_list leaves a "70%," outside of quotes
Element = ElementTree.Element


class Pictures(Extension):
    """Registers the processor that writes placeholders; one instance serves every post of a run."""

    def extendMarkdown(self, md: Markdown) -> None:
        # attr_list runs at 8 and puts the options on the image; we read them right after.
        md.treeprocessors.register(_PlaceholderWriter(md), "stylize", 7)


class _PlaceholderWriter(Treeprocessor):
    md: Markdown

    def run(self, root: Element) -> None:
        listed = _listed_photos(getattr(self.md, "Meta", None) or {})
        for parent in [element for element in root.iter() if len(element)]:
            for child in list(parent):
                if child.tag == "p" and _pictures_in(child, listed):
                    _replace(parent, child, self._figures(child, listed))
        # The remaining pictures are inside a heading, a list item or a table cell.
        if not any(STYLE_OPTION in image.attrib for image in root.iter("img")):
            return
        for parent in list(root.iter()):
            for child in list(parent):
                if child.tag == "img" and STYLE_OPTION in child.attrib:
                    problem = "" if parent.tag in ("li", "td", "th", "blockquote", "div") else _OWN_LINE
                    figure = self._figure(child, child, inherited={}, problem=problem)
                    figure.tail, child.tail = child.tail, None
                    parent[list(parent).index(child)] = figure

    def _figures(self, paragraph: Element, listed: set[str]) -> list[Element]:
        """Split a paragraph into figures, their captions, and other text."""
        inherited = {name: paragraph.attrib.pop(name) for name in OPTIONS if name in paragraph.attrib}
        if (
            len(paragraph) == 1 and not paragraph.text and not paragraph[0].tail
        ):  # a picture alone, as most are
            image = _picture(paragraph[0], listed, bool(inherited))
            return [] if image is None else [self._figure(image, paragraph[0], inherited=inherited)]
        blocks: list[Element] = []
        group: list[Element] = []  # figures without text between them
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
        unknown = [name for name in image.attrib if name not in OPTIONS + PASSED]
        if unknown and not problem and _PERCENTAGE.match(unknown[0]):
            problem = 'a blend in the text needs quotes around it: stylize="harvesters 70%, hubble-m51 30%".'
        elif unknown and not problem and {"on", "elsewhere"} & set(unknown):
            problem = (
                "styles with a mask need quotes around them in the text: "
                'stylize="harvesters on sky.png, overprint elsewhere".'
            )
        elif "method" in unknown and not problem:
            problem = explain_old_word("option method", image.get("method", ""), write="quality={}")
        elif unknown and not problem:
            problem = f"there is no option {unknown[0]!r}.{suggestion(unknown[0], OPTIONS, many='options')}"
        request = {
            "photo": self._plain(image.get("src", "")),
            **{
                name: self._plain(options.get(option, ""))
                for name, option in zip(NAMES, OPTIONS, strict=True)
            },
            "alt": self._plain(image.get("alt", "")),
            "link": self._plain(outer.get("href", "")) if outer is not image else "",
            "problem": problem,
        }
        data = base64.b64encode(json.dumps(request).encode()).decode()
        figure = ElementTree.Element("figure", {"data-stylize": data})
        figure.text = image.get("title") or ""
        return figure

    def _plain(self, text: str | None) -> str:
        """Replace Python-Markdown's own tokens by the plain text that the author wrote.

        attr_list gives a word without a value, {: stylize }, as None.
        """
        if not text:
            return ""
        if "\x02" not in text and "&" not in text:
            return text
        raw = self.md.htmlStash.rawHtmlBlocks
        text = _STASHED.sub(lambda found: str(raw[int(found[1])]), text)
        return html.unescape(_ESCAPED.sub(lambda found: chr(int(found[1])), text))


_OWN_LINE = "a stylized picture needs a line of its own. Move it out of the sentence or heading."


def _listed_photos(meta: dict[str, Any]) -> set[str]:
    lines: Iterable[str] = meta.get("photos", ())
    names = (line.split("|")[0].strip() for line in lines)
    return {name for name in names if "//" not in name}  # a photo elsewhere is none of ours


def _picture(child: Element, listed: set[str], inherited: bool) -> Element | None:
    """Return the image that this child of a paragraph is, with or without a link, if it is one of ours."""
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
    ours = inherited or STYLE_OPTION in image.attrib or image.get("src") in listed
    return image if ours else None


def _pictures_in(paragraph: Element, listed: set[str]) -> bool:
    inherited = STYLE_OPTION in paragraph.attrib
    return any(_picture(child, listed, inherited) is not None for child in paragraph)


@dataclass(slots=True)
class _Picture:
    """An image of ours in a paragraph."""

    image: Element
    outer: Element  # the image itself, or the link around it


@dataclass(slots=True)
class _Text:
    """The text between images."""

    element: Element  # a <p>
    begins_a_line: bool  # so it is a caption, if it follows a picture

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
    """Add a caption to one figure, or a shared caption to several."""
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
