"""The Markdown extension: pictures become placeholders for figures, with their captions.

    ![Two men mending a net](nets.jpg){: stylize=third-class-carriage strength=0.7 }
    The next line of the same paragraph is the caption.

Each becomes a placeholder (see `placeholders`) with the caption inside.
"""

import html
import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator, Set
from dataclasses import dataclass

from markdown import Extension, Markdown
from markdown.treeprocessors import Treeprocessor

from ..model.picture_options import STYLE_OPTION
from .front_matter import list_photo_names
from .picture_attributes import OPTIONS, make_request
from .placeholders import ATTRIBUTE, read_data, write_data

# Python-Markdown keeps escaped characters and raw HTML as tokens of its own until the end.
_ESCAPED = re.compile("\x02(\\d+)\x03")
_STASHED = re.compile("\x02wzxhzdk:(\\d+)\x03")
_BRACES = re.compile(r"\{:?[ ]*([^{}\n ][^{}\n]*)\}")
_LAST_LINE = re.compile(rf"(?:\n|\A)[ ]*{_BRACES.pattern}[ ]*\Z")
_STYLED = re.compile(rf"\{{[^{{}}\n]*\b{STYLE_OPTION}\b")
_CONTAINERS = (  # of blocks, where a figure may stand; `p` is taken apart before
    *("li", "td", "th", "dt", "dd", "blockquote", "div", "section", "article", "aside", "main"),
    *("header", "footer", "nav", "details", "figure", "fieldset", "form", "center"),
)
Element = ElementTree.Element


class Pictures(Extension):
    """Registers the processor that writes placeholders; one instance serves every post of a run."""

    def extendMarkdown(self, md: Markdown) -> None:
        # Inline Markdown is parsed at 20. We read braces ourselves, right after it: a site may do without
        # attr_list (8), and extensions that write captions take pictures apart.
        md.treeprocessors.register(_PlaceholderWriter(md), "stylize", 19)


class _PlaceholderWriter(Treeprocessor):
    md: Markdown
    _listed: frozenset[str] = (
        frozenset()
    )  # the photos in the front matter of the post; Pelican has one Markdown for each

    def run(self, root: Element) -> None:
        # Pelican converts fields such as the summary after the text, without the front matter around them.
        listed = self._listed = (
            frozenset(list_photo_names(getattr(self.md, "Meta", None) or {})) or self._listed
        )
        images = list(root.iter("img"))
        if not images or not (listed or _mentions_style(root)):
            return
        _read_braces(root, listed, self.md)
        _unwrap_captioned(root, listed)
        for parent in [element for element in root.iter() if len(element)]:
            for child in list(parent):
                if child.tag == "p" and _pictures_in(child, listed):
                    _replace(parent, child, self._figures(child, listed))
        # The remaining pictures are inside a heading, a list item or a table cell.
        for parent in list(root.iter()):
            is_container = parent.tag in _CONTAINERS
            for child in list(parent):
                image = _picture(child, listed if is_container else set(), False)
                if image is not None:
                    problem = "" if is_container else _OWN_LINE
                    figure = self._figure(image, child, inherited={}, problem=problem)
                    figure.tail, child.tail = child.tail, None
                    parent[list(parent).index(child)] = figure

    def _figures(self, paragraph: Element, listed: Set[str]) -> list[Element]:
        """Split a paragraph into figures, their captions, and other text."""
        inherited = {name: paragraph.attrib.pop(name) for name in OPTIONS if name in paragraph.attrib}
        pieces = list(_pieces(paragraph, listed, inherited=bool(inherited)))
        pictures = [piece for piece in pieces if isinstance(piece, _Picture)]
        for picture in pictures if inherited else ():  # the braces of the paragraph are about each of them
            picture.image.attrib |= paragraph.attrib
            paragraph.attrib.pop("id", None)
        blocks: list[Element] = []
        group: list[Element] = []  # figures without text between them
        for piece in pieces:
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
        written = {name: self._plain(value) for name, value in image.attrib.items()}
        written.pop("title", None)
        caption = image.find("figcaption")
        if caption is not None and not written.get("alt"):
            written["alt"] = self._plain("".join(caption.itertext()))
        link = self._plain(outer.get("href", "")) if outer is not image else ""
        request = make_request(
            written,
            inherited={name: self._plain(value) for name, value in inherited.items()},
            link=link,
            problem=problem,
        )
        figure = ElementTree.Element("figure", {ATTRIBUTE: write_data(request)})
        figure.text = image.get("title") or ""
        if caption is not None:
            figure.text = caption.text
            figure.extend(list(caption))
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


def _picture(child: Element, listed: Set[str], inherited: bool) -> Element | None:
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


def _pictures_in(paragraph: Element, listed: Set[str]) -> bool:
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


def _pieces(paragraph: Element, listed: Set[str], *, inherited: bool) -> Iterator[_Picture | _Text]:
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


def _mentions_style(root: Element) -> bool:
    """Whether there are braces that ask for a style, or an element that already has them."""
    for element in root.iter():
        if STYLE_OPTION in element.attrib or (element.tail and _STYLED.search(element.tail)):
            return True
    return False


def _read_braces(root: Element, listed: Set[str], md: Markdown) -> None:
    """Put what is in braces on our pictures, as attr_list would; the others are left to it."""
    from markdown.extensions.attr_list import AttrListTreeprocessor

    attributes = AttrListTreeprocessor(md)
    for element in list(root.iter()):
        image = _only_image(element)
        if image is not None:
            found = _BRACES.match(element.tail or "")
            if found and (image.get("src") in listed or _STYLED.match(found[0])):
                attributes.assign_attrs(image, found[1])
                element.tail = (element.tail or "")[found.end() :]
    for block in root.iter():  # markdown_captions writes the braces into its figure, on a last line
        last = block[-1] if block.tag in ("p", "figure") and len(block) else None
        if last is None:
            continue
        found = _LAST_LINE.search(last.tail or "")
        if not found or not (last.tag == "br" or found[0].startswith("\n")):
            continue
        if _STYLED.search(found[0]) or _pictures_in(block, listed):
            attributes.assign_attrs(block, found[1])
            last.tail = (last.tail or "")[: found.start()]


def _only_image(element: Element) -> Element | None:
    """Return the image that an element is, or that a link or another extension's figure contains."""
    if element.tag == "img":
        return element
    images = list(element.iter("img")) if element.tag in ("a", "figure", "span") else []
    return images[0] if len(images) == 1 else None


def _unwrap_captioned(root: Element, listed: Set[str]) -> None:
    """Replace figures that another extension has made for captions by their images, with the captions inside.

    markdown_captions and img2fig are such extensions.
    """
    for parent in list(root.iter()):
        for figure in parent.findall("figure"):
            image = _only_image(figure)
            if image is None or not (
                STYLE_OPTION in {*image.attrib, *figure.attrib, *(parent.attrib if parent.tag == "p" else ())}
                or image.get("src") in listed
            ):
                continue
            caption, attributes, tail = (
                figure.find("figcaption"),
                {**figure.attrib, **image.attrib},
                figure.tail,
            )
            figure.clear()
            figure.tag, figure.tail = "img", tail
            figure.attrib |= attributes
            if caption is not None:
                caption.tail = None
                figure.append(caption)


def _captioned(figures: list[Element], text: Element) -> list[Element]:
    """Add a caption to one figure, or a shared caption to several."""
    if len(figures) > 1:
        text.set("class", "caption")
        (row,) = _side_by_side(figures)
        row.append(text)
        return [row]
    (figure,) = figures
    if figure.text:  # its title, which then is no caption
        request = read_data(figure.attrib[ATTRIBUTE])
        request["html"] = [*request.get("html", ()), ("title", figure.text)]
        figure.set(ATTRIBUTE, write_data(request))
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
