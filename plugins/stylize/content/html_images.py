"""Images in HTML become placeholders: `<img src="pier.jpg" data-stylize="harvesters" alt="A pier">`.

For posts in HTML, and for raw HTML in every other language. Their options are attributes that begin with
`data-`; an image of a photo that `Photos` lists needs none, as in Markdown.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from html.parser import HTMLParser

from .picture_attributes import OPTIONS, make_request
from .placeholders import ASKS, ATTRIBUTE, write_placeholder

_SURE = 0.8  # "strenght" is 0.88 of "strength", "title" 0.6 of "style"
_VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr")
)
_SENTENCES = frozenset(("p", "h1", "h2", "h3", "h4", "h5", "h6"))  # which cannot contain a figure
_ENDING_PARAGRAPHS = frozenset(  # "start tags that imply the end of a p", HTML Living Standard, 4.4.1
    (
        *("address", "article", "aside", "blockquote", "details", "dialog", "div", "dl", "fieldset"),
        *("figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup"),
        *("hr", "main", "menu", "nav", "ol", "p", "pre", "search", "section", "table", "ul"),
    )
)
# By the plugin, for its files
_WRITTEN_ELSEWHERE = ("height", "decoding", "sizes", "srcset", "fetchpriority")


def mark_images(text: str, *, listed: set[str]) -> str:
    """Return the HTML with a placeholder for each image that is ours.

    listed: the photos of the post's front matter, as written. A figure around an image becomes the figure of
    its picture, with its caption; so do a link and a paragraph that contain only the image.
    """
    scanner = _Scanner(text)
    pieces: list[str] = []
    done = 0
    for found in scanner.find_images(listed):
        pieces += [text[done : found.start], _write(found)]
        done = found.end
    return "".join([*pieces, text[done:]]) if pieces else text


@dataclass(slots=True)
class _Element:
    """An element of the HTML, and where it is."""

    tag: str
    attributes: dict[str, str]
    start: int
    parent: "_Element | None"
    inner: int = 0  # where its content begins
    inner_end: int = 0
    end: int = 0
    children: list["_Element"] = field(default_factory=list)
    has_words: bool = False  # text of its own, besides that of its children


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    start: int
    end: int
    attributes: dict[str, str]
    caption: str
    link: str
    is_in_sentence: bool


class _Scanner(HTMLParser):
    """Builds the elements of a text, with their places."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=False)
        self._text = text
        self._lines = [0]
        for found in re.finditer("\n", text):
            self._lines.append(found.end())
        self._open = _Element("", {}, 0, None)
        self._open_tags: Counter[str] = Counter()
        self._images: list[_Element] = []
        self.feed(text)
        self.close()
        self._close_paragraph(len(text))

    def find_images(self, listed: set[str]) -> Iterator[_Found]:
        """Yield the images that are ours, each with what belongs to it."""
        for image in self._images:
            around = _containers(image)
            asks = [element.attributes for element in (image, *around) if ASKS in element.attributes]
            if not (asks or image.attributes.get("src") in listed) or _is_in_placeholder(image):
                continue
            link = next((a.attributes.get("href", "") for a in around if a.tag == "a"), "")
            outer = around[-1] if around else image
            attributes = dict(image.attributes)
            caption = ""
            for element in around:
                if _is_figure(element):
                    caption = self._find_caption(element) or caption
                    attributes = {**_without_class_of_docutils(element.attributes), **attributes}
                elif element.tag == "p":
                    attributes = {**element.attributes, **attributes}
            yield _Found(
                start=outer.start,
                end=outer.end,
                attributes=attributes,
                caption=caption,
                link=link,
                is_in_sentence=_is_in_sentence(outer),
            )

    def _find_caption(self, figure: _Element) -> str:
        texts = []
        for child in figure.children:
            if child.tag == "figcaption" or "caption" in child.attributes.get("class", "").split():
                inner = self._text[child.inner : child.inner_end].strip()
                texts.append(re.sub(r"\A<p[^>]*>(.*?)</p>\s*\Z", r"\1", inner, flags=re.DOTALL))
        return "<br>".join(texts)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        start = self._place()
        if tag in _ENDING_PARAGRAPHS:
            self._close_paragraph(start)
        end = start + len(self.get_starttag_text() or "")
        element = _Element(tag, {k: v or "" for k, v in attrs}, start, self._open, inner=end, end=end)
        self._open.children.append(element)
        if tag == "img":
            self._images.append(element)
        if tag not in _VOID:
            self._open = element
            self._open_tags[tag] += 1

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self._leave(self._open)

    def handle_endtag(self, tag: str) -> None:
        if not self._open_tags[tag]:
            return
        place = self._place()
        if tag != "p":
            self._close_paragraph(place)
        while self._open.tag != tag:
            self._leave(self._open)
        self._open.inner_end, self._open.end = place, self._text.index(">", place) + 1
        self._leave(self._open)

    def _close_paragraph(self, place: int) -> None:
        """End the innermost element at this place if it is a paragraph whose end tag is left out."""
        if self._open.tag == "p":
            self._open.inner_end = self._open.end = place
            self._leave(self._open)

    def _leave(self, element: _Element) -> None:
        assert element.parent
        self._open_tags[element.tag] -= 1
        self._open = element.parent

    def handle_data(self, data: str) -> None:
        self._open.has_words = self._open.has_words or bool(data.strip())

    def handle_entityref(self, name: str) -> None:
        self._open.has_words = True

    def handle_charref(self, name: str) -> None:
        self._open.has_words = True

    def _place(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column


def _containers(image: _Element) -> list[_Element]:
    """Return the link, the paragraph and the figure that contain only this image, from the inside."""
    found: list[_Element] = []
    inner, parent = image, image.parent
    while parent and parent.inner_end and not parent.has_words:
        others = [child for child in parent.children if child is not inner]
        if _is_figure(parent):
            if any(
                child.tag != "figcaption" and "caption" not in child.attributes.get("class", "")
                for child in others
            ):
                break
            return [*found, parent]
        if others or parent.tag not in ("a", "p", "picture"):
            break
        found.append(parent)
        inner, parent = parent, parent.parent
    return found


def _is_figure(element: _Element) -> bool:
    """Whether this is a figure of HTML, or of docutils' old writer."""
    return element.tag == "figure" or (
        element.tag == "div" and "figure" in element.attributes.get("class", "").split()
    )


def _is_in_placeholder(image: _Element) -> bool:
    """Whether an image is in the caption of a picture."""
    parent = image.parent
    while parent:
        if ATTRIBUTE in parent.attributes:
            return True
        parent = parent.parent
    return False


def _is_in_sentence(element: _Element) -> bool:
    parent = element.parent
    while parent:
        if parent.tag in _SENTENCES:
            return True
        parent = parent.parent
    return False


def _without_class_of_docutils(attributes: dict[str, str]) -> dict[str, str]:
    names = [name for name in attributes.get("class", "").split() if name != "figure"]
    return {**attributes, "class": " ".join(names)}


def _write(found: _Found) -> str:
    """Return the placeholder of an image."""
    written: dict[str, str] = {}
    problem = ""
    for name, value in found.attributes.items():
        option = name.removeprefix("data-")
        if option in OPTIONS and name != option:
            written[option] = value
        elif name.startswith(f"{ASKS}-"):
            problem = problem or f"there is no option {name!r}.{_suggest(name.removeprefix(f'{ASKS}-'))}"
        elif name.startswith("data-") and _suggest(option):
            problem = problem or f"there is no option {name!r}.{_suggest(option)}"
        elif name not in _WRITTEN_ELSEWHERE:
            written[name] = value
    if found.is_in_sentence:
        problem = "a stylized picture needs a place of its own. Move it out of the paragraph or heading."
    request = make_request(written, link=found.link, problem=problem)
    return write_placeholder(request, caption=found.caption)


def _suggest(option: str) -> str:
    """Return the option that an attribute was surely meant to be; others that begin with `data-` may be."""
    near = (name for name in OPTIONS if SequenceMatcher(None, option, name).ratio() >= _SURE)
    return next((f" Did you mean 'data-{name}'?" for name in near), "")
