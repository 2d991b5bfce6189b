"""From a post's front matter and marked HTML to requests."""

import base64
import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import markdown

from ..model.entities import Request
from ..model.errors import suggestion
from .placeholders import ASIDE, MARK

FIELDS = ("style", "photos", "strength", "method", "content")  # our front matter

_HIDDEN = re.compile(r"<(pre|code)\b.*?</\1>|<!--.*?-->", re.DOTALL)
_IMAGE = re.compile(r'<img\b[^>]*?\bsrc="([^"]+)"')
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|[/{|#]", re.IGNORECASE)
_LOST = re.compile(
    r"\s*<(?:p|ul)>\s*(?:<li>)?([^<|\n]+\.(?:jpe?g|png|webp|avif|hei[cf]|tiff?|gif))\s*[|<\n]", re.IGNORECASE
)
_LEFT_OVER = re.compile(r"\{:?[^{}\n<]*\bstylize\s*=[^{}\n<]*\}?")
_MARKED_UP = re.compile(r"[*_`\[<&\\]")


def is_marked(text: str) -> bool:
    """Whether the HTML of a post holds a picture of ours."""
    return "data-stylize=" in text


def listed_requests(metadata: Mapping[str, Any], *, post: str, folder: Path) -> list[Request]:
    """Return one request for each line of `Photos`, the first of them the cover."""
    said = _said(metadata)
    requests: list[Request] = []
    for line in _lines(metadata.get("photos")):
        name, alt, caption = ([part.strip() for part in line.split("|", 2)] + ["", ""])[:3]
        requests.append(
            Request(
                post=post,
                folder=folder,
                photo=name,
                style=said["style"],
                strength=said["strength"],
                method=said["method"],
                post_content=said["content"],
                alt=alt,
                caption=_inline_html(caption),
                cover=not requests,
            )
        )
    return requests


def inline_requests(text: str, metadata: Mapping[str, Any], *, post: str, folder: Path) -> list[Request]:
    """Return one request for each marked figure, in the order of the text.

    A picture that names no style, strength or method of its own takes the post's.
    """
    said = _said(metadata)
    requests = []
    for mark in MARK.finditer(text):
        asked = json.loads(base64.b64decode(mark[1]))
        requests.append(
            Request(
                post=post,
                folder=folder,
                photo=asked["photo"],
                style=asked["style"] or said["style"],
                strength=asked["strength"] or said["strength"],
                method=asked["method"] or said["method"],
                content=asked["content"],
                post_content=said["content"],
                alt=asked["alt"],
                caption=mark[2].strip(),
                link=asked["link"],
                problem=asked["problem"],
            )
        )
    return requests


@dataclass(frozen=True, slots=True)
class Typo:
    """Something wrong in a post that belongs to no request of its own."""

    text: str
    field: str = ""  # of the front matter, or "" for the text
    about: str = ""  # the author's words, to find their line


def find_typos(text: str, metadata: Mapping[str, Any]) -> list[Typo]:
    """Return what else is wrong: misspelled front matter, photos and options that went astray."""
    slips = []
    for name, value in metadata.items():
        meant = _meant_field(name)
        if meant:
            slips.append(Typo(f"there is no front matter {name!r}. Did you mean {meant!r}?", field=name))
        field = "content" if name == ASIDE else name
        if field in ("style", "strength", "method", "content") and isinstance(value, list):
            slips.append(Typo(f"{field.capitalize()} is written twice. Keep one of the lines.", field=field))
    if "photos" in metadata or "style" in metadata:
        lost = _LOST.match(text)
        if lost:
            photo = html.unescape(lost[1]).strip()
            slips.append(
                Typo(
                    f"{photo!r} stands in the text, not in Photos. Indent each photo after the first line "
                    "by four spaces.",
                    about=photo,
                )
            )
        elif "photos" in metadata and not _lines(metadata["photos"]):
            slips.append(Typo("Photos names no photo. Write one, such as pier.jpg.", field="photos"))
    if "stylize" in text:
        for found in _LEFT_OVER.finditer(_HIDDEN.sub("", MARK.sub("", text))):
            written = html.unescape(found[0])
            slips.append(
                Typo(
                    f"{written!r} is not attached to a picture and would be printed as text. "
                    "Write it right after the picture, without a space before the brace.",
                    about=written[:40],
                )
            )
    return slips


def unpublished_images(text: str) -> list[str]:
    """Return the images of a text that lead to a file beside it, which nobody publishes."""
    if "<img" not in text:
        return []
    sources = (html.unescape(found[1]) for found in _IMAGE.finditer(_HIDDEN.sub("", text)))
    return [source for source in sources if not _ELSEWHERE.match(source)]


@lru_cache(maxsize=1024)
def _meant_field(name: str) -> str:
    """Return our front matter that this unknown field was probably meant to be, or ""."""
    if name in FIELDS or name in _PELICAN_FIELDS or name == ASIDE:
        return ""
    # Without `content`: many words are near to it, such as "contact".
    near = suggestion(name, FIELDS[:-1])
    if near and abs(len(name) - len(near.split("'")[1])) <= 2:
        return near.split("'")[1].capitalize()
    return ""


_PELICAN_FIELDS = frozenset(
    (
        *("title", "date", "modified", "tags", "keywords", "category", "slug", "author", "authors"),
        *("summary", "lang", "translation", "status", "template", "save_as", "url", "series"),
    )
)


def _said(metadata: Mapping[str, Any]) -> dict[str, str]:
    """Return what a post says of all its pictures."""
    said = {name: _text(metadata.get(name)) for name in ("style", "strength", "method")}
    return said | {"content": _text(metadata.get(ASIDE, metadata.get("content")))}


def _lines(value: Any) -> list[str]:
    if not value:
        return []
    items = value.splitlines() if isinstance(value, str) else value
    return [str(item).strip() for item in items if str(item).strip()]


def _text(value: Any) -> str:
    return "" if value is None else str(value).strip()


def _inline_html(text: str) -> str:
    if not _MARKED_UP.search(text):
        return html.escape(text, quote=False)
    return markdown.markdown(text).removeprefix("<p>").removesuffix("</p>")
