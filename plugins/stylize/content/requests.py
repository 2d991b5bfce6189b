"""From a post's front matter, and its HTML with placeholders, to requests."""

import html
import re
from collections.abc import Mapping, Set
from pathlib import Path
from typing import Any

from ..model.entities import Request
from ..model.markup import HTML, MARKDOWN, Markup, find_markup
from ..model.picture_options import NAMES, PictureOptions
from .placeholders import ASKS, PLACEHOLDER, RENAMED, read_data

TOGETHER = "styled-together"
PHOTO_ENDINGS = "jpe?g|png|webp|avif|hei[cf]|tiff?|gif|bmp"  # a pattern, of names that look like photos
FIELDS = ("photos", *NAMES, TOGETHER)  # our front matter

HIDDEN = re.compile(r"<(pre|code)\b.*?</\1>|<!--.*?-->", re.DOTALL)
_IMAGE = re.compile(r'<img\b[^>]*?\bsrc="([^"]+)"')
_SOURCE = re.compile(r"""<img\b[^>]*?\bsrc=["']?([^"'\s>]+)""")
_ASKING_ELEMENT = re.compile(rf"<[a-z]+\b[^>]*?\s{ASKS}[\s=/>]")
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


def list_photo_names(metadata: Mapping[str, Any]) -> set[str]:
    """Return the photos of a post's front matter, as written; a photo elsewhere is none of ours."""
    names = (line.split("|")[0].strip() for line in read_lines(metadata.get("photos")))
    return {name for name in names if "//" not in name}


def has_images_of_ours(text: str, listed: Set[str]) -> bool:
    """Whether the HTML has images that ask for a picture, or that are among the listed photos."""
    if "<img" not in text:
        return False
    if ASKS in text and _ASKING_ELEMENT.search(text):
        return True
    return bool(listed) and any(html.unescape(source) in listed for source in _SOURCE.findall(text))


def find_unpublished_images(text: str) -> list[str]:
    """Return the images of a text that name a local file, which is not published."""
    if "<img" not in text:
        return []
    sources = (html.unescape(found[1]) for found in _IMAGE.finditer(HIDDEN.sub("", text)))
    return [source for source in sources if not _ELSEWHERE.match(source)]


def read_lines(value: Any) -> list[str]:
    """Return the lines of a field, without blank ones."""
    if not value:
        return []
    items = value if isinstance(value, list | tuple) else str(value).splitlines()
    return [str(item).strip() for item in items if str(item).strip()]


def read_text(value: Any) -> str:
    """Return the value of a field as text."""
    return "" if value is None else str(value).strip()


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
