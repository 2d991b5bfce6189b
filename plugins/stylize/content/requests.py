"""From a post's front matter, and its HTML with placeholders, to requests."""

import html
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..model.entities import Request
from ..model.markup import HTML, MARKDOWN, Markup, find_markup
from ..model.picture_options import NAMES, PictureOptions
from .front_matter import TOGETHER, read_lines, read_text
from .placeholders import PLACEHOLDER, RENAMED, read_data

HIDDEN = re.compile(r"<(pre|code)\b.*?</\1>|<!--.*?-->", re.DOTALL)
_IMAGE = re.compile(r'<img\b[^>]*?\bsrc="([^"]+)"')
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|[/{|#]", re.IGNORECASE)
_TAG = re.compile(r"</?[a-z]+[\s>]", re.IGNORECASE)
_PARAGRAPHS = re.compile(r"</p>\s*<p\b[^>]*>")
_MARKED_UP = re.compile(r"[*_`\[<&\\]")


def read_listed_requests(metadata: Mapping[str, Any], *, post: str, folder: Path) -> list[Request]:
    """Return one request for each line of `Photos`, the first of them the cover."""
    of_post = _read_post_fields(metadata)
    markup = find_markup(post)
    requests: list[Request] = []
    for line in read_lines(metadata.get("photos")):
        name, alt, caption = ([part.strip() for part in line.split("|", 2)] + ["", ""])[:3]
        requests.append(
            Request(
                post=post,
                folder=folder,
                photo=name,
                of_post=of_post,
                is_together=read_text(metadata.get(TOGETHER)).lower() == "yes",
                alt=alt,
                caption=_inline_html(caption, markup=markup),
                cover=not requests,
            )
        )
    return requests


def read_inline_requests(text: str, metadata: Mapping[str, Any], *, post: str, folder: Path) -> list[Request]:
    """Return one request for each placeholder, in the order of the text."""
    of_post = _read_post_fields(metadata)
    requests = []
    for placeholder in PLACEHOLDER.finditer(text):
        asked = read_data(placeholder[1])
        requests.append(
            Request(
                post=post,
                folder=folder,
                photo=asked["photo"],
                own=PictureOptions(**{name: asked[name] for name in NAMES}),
                of_post=of_post,
                is_together=read_text(metadata.get(TOGETHER)).lower() == "yes",
                alt=asked["alt"],
                caption=_join_paragraphs(placeholder[2].strip()),
                link=asked["link"],
                problem=asked["problem"],
                html=tuple((name, value) for name, value in asked.get("html", ())),
            )
        )
    return requests


def find_unpublished_images(text: str) -> list[str]:
    """Return the images of a text that name a local file, which is not published."""
    if "<img" not in text:
        return []
    sources = (html.unescape(found[1]) for found in _IMAGE.finditer(HIDDEN.sub("", text)))
    return [source for source in sources if not _ELSEWHERE.match(source)]


def _read_post_fields(metadata: Mapping[str, Any]) -> PictureOptions:
    """Return the fields of a post that apply to all its pictures."""
    written = {name: read_text(metadata.get(name)) for name in NAMES}
    return PictureOptions(**written | {"content": read_text(metadata.get(RENAMED, metadata.get("content")))})


def _join_paragraphs(caption: str) -> str:
    """Return a caption of docutils, which is in paragraphs, as text of one."""
    if not caption.startswith("<p"):
        return caption
    return _PARAGRAPHS.sub("<br>", caption).partition(">")[2].removesuffix("</p>")


def _inline_html(text: str, *, markup: Markup) -> str:
    """Return a caption of `Photos` as HTML; docutils has already removed its own markup from it."""
    if markup is HTML and _TAG.search(text):
        return text
    if markup is not MARKDOWN or not _MARKED_UP.search(text):
        return html.escape(text, quote=False)
    import markdown

    return markdown.markdown(text).removeprefix("<p>").removesuffix("</p>")
