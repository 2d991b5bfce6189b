"""From a post's front matter, and its HTML with placeholders, to requests."""

import base64
import html
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import markdown

from ..model.entities import Request
from ..model.picture_options import NAMES, PictureOptions
from .placeholders import PLACEHOLDER, RENAMED

TOGETHER = "styled-together"
FIELDS = ("photos", *NAMES, TOGETHER)  # our front matter

HIDDEN = re.compile(r"<(pre|code)\b.*?</\1>|<!--.*?-->", re.DOTALL)
_IMAGE = re.compile(r'<img\b[^>]*?\bsrc="([^"]+)"')
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|[/{|#]", re.IGNORECASE)
_MARKED_UP = re.compile(r"[*_`\[<&\\]")


def has_placeholders(text: str) -> bool:
    """Whether the HTML of a post has placeholders."""
    return '<figure data-stylize="' in text


def read_listed_requests(metadata: Mapping[str, Any], *, post: str, folder: Path) -> list[Request]:
    """Return one request for each line of `Photos`, the first of them the cover."""
    of_post = _read_post_fields(metadata)
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
                caption=_inline_html(caption),
                cover=not requests,
            )
        )
    return requests


def read_inline_requests(text: str, metadata: Mapping[str, Any], *, post: str, folder: Path) -> list[Request]:
    """Return one request for each placeholder, in the order of the text."""
    of_post = _read_post_fields(metadata)
    requests = []
    for placeholder in PLACEHOLDER.finditer(text):
        asked = json.loads(base64.b64decode(placeholder[1]))
        requests.append(
            Request(
                post=post,
                folder=folder,
                photo=asked["photo"],
                own=PictureOptions(**{name: asked[name] for name in NAMES}),
                of_post=of_post,
                is_together=read_text(metadata.get(TOGETHER)).lower() == "yes",
                alt=asked["alt"],
                caption=placeholder[2].strip(),
                link=asked["link"],
                problem=asked["problem"],
            )
        )
    return requests


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


def _inline_html(text: str) -> str:
    if not _MARKED_UP.search(text):
        return html.escape(text, quote=False)
    return markdown.markdown(text).removeprefix("<p>").removesuffix("</p>")
