"""From a post's front matter, and its HTML with placeholders, to requests."""

import html
import re
from collections.abc import Mapping, Set
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from ..model.entities import Request
from ..model.errors import suggestion
from ..model.markup import HTML, MARKDOWN, Markup, find_markup, translate_advice
from ..model.picture_options import NAMES, PictureOptions
from ..model.qualities import explain_old_word
from .placeholders import ASKS, PLACEHOLDER, RENAMED, has_placeholders, read_data

TOGETHER = "styled-together"
FIELDS = ("photos", *NAMES, TOGETHER)  # our front matter

_HIDDEN = re.compile(r"<(pre|code)\b.*?</\1>|<!--.*?-->", re.DOTALL)
_IMAGE = re.compile(r'<img\b[^>]*?\bsrc="([^"]+)"')
_SOURCE = re.compile(r"""<img\b[^>]*?\bsrc=["']?([^"'\s>]+)""")
_ASKING_ELEMENT = re.compile(rf"<[a-z]+\b[^>]*?\s{ASKS}[\s=/>]")
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|[/{|#]", re.IGNORECASE)
_MISPLACED_PHOTO = re.compile(
    r"\s*<(?:p|ul)>\s*(?:<li>)?([^<|\n]+\.(?:jpe?g|png|webp|avif|hei[cf]|tiff?|gif))\s*[|<\n]", re.IGNORECASE
)
_UNATTACHED = re.compile(r"\{:?[^{}\n<]*\bstylize\s*=[^{}\n<]*\}?|\{:\s*stylize\b[^{}\n<]*\}")
_LEFT_OVER = re.compile(r"""<[a-z]+(?=[\s"'])(?:[^<>"']|"[^"]*"|'[^']*')*?\sstylize(?=[\s=>/])""")
_TAG = re.compile(r"</?[a-z]+[\s>]", re.IGNORECASE)
_PARAGRAPHS = re.compile(r"</p>\s*<p\b[^>]*>")
_MARKED_UP = re.compile(r"[*_`\[<&\\]")


def read_listed_requests(metadata: Mapping[str, Any], *, post: str, folder: Path) -> list[Request]:
    """Return one request for each line of `Photos`, the first of them the cover."""
    of_post = _read_post_fields(metadata)
    markup = find_markup(post)
    requests: list[Request] = []
    for line in _lines(metadata.get("photos")):
        name, alt, caption = ([part.strip() for part in line.split("|", 2)] + ["", ""])[:3]
        requests.append(
            Request(
                post=post,
                folder=folder,
                photo=name,
                of_post=of_post,
                is_together=_text(metadata.get(TOGETHER)).lower() == "yes",
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
                is_together=_text(metadata.get(TOGETHER)).lower() == "yes",
                alt=asked["alt"],
                caption=_join_paragraphs(placeholder[2].strip()),
                link=asked["link"],
                problem=asked["problem"],
                html=tuple((name, value) for name, value in asked.get("html", ())),
            )
        )
    return requests


def list_photo_names(metadata: Mapping[str, Any]) -> set[str]:
    """Return the photos of a post's front matter, as written."""
    return {line.split("|")[0].strip() for line in _lines(metadata.get("photos"))}


def has_images_of_ours(text: str, listed: Set[str]) -> bool:
    """Whether the HTML has images that ask for a picture, or that are among the listed photos."""
    if "<img" not in text:
        return False
    if ASKS in text and _ASKING_ELEMENT.search(text):
        return True
    return bool(listed) and any(html.unescape(source) in listed for source in _SOURCE.findall(text))


@dataclass(frozen=True, slots=True)
class Typo:
    """A mistake in a post that belongs to no request."""

    text: str
    field: str = ""  # of the front matter, or "" for the text
    about: str = ""  # the author's words, to find their line


def find_typos(text: str, metadata: Mapping[str, Any], *, markup: Markup = MARKDOWN) -> list[Typo]:
    """Return misspelled front matter, and photos and options in the wrong place."""
    typos = []
    asks = has_placeholders(text) or "photos" in metadata or "style" in metadata
    for name, value in metadata.items():
        meant = _meant_field(name)
        if meant in _ASKING or (meant and asks):
            typos.append(Typo(f"there is no front matter {name!r}. Did you mean {meant!r}?", field=name))
        if not asks:
            continue
        if name == "method":
            explained = explain_old_word("Method", _text(value), write="Quality: {}")
            typos.append(Typo(explained, field=name, about=_text(value)))
        if name == TOGETHER and _text(value).lower() not in ("yes", "no", ""):
            typos.append(Typo(f"Styled-together is {_text(value)!r}, but must be yes or no.", field=name))
        field = "content" if name == RENAMED else name
        if field in NAMES and isinstance(value, list):
            typos.append(Typo(f"{field.capitalize()} is written twice. Keep one of the lines.", field=field))
    if "photos" in metadata or "style" in metadata:
        misplaced = _MISPLACED_PHOTO.match(text)
        if misplaced:
            photo = html.unescape(misplaced[1]).strip()
            typos.append(
                Typo(
                    f"{photo!r} is in the text, not in Photos. Indent each photo after the first line "
                    "by four spaces.",
                    about=photo,
                )
            )
        elif "photos" in metadata and not _lines(metadata["photos"]):
            typos.append(Typo("Photos names no photo. Write one, such as pier.jpg.", field="photos"))
    typos = [replace(typo, text=translate_advice(typo.text, markup)) for typo in typos]
    if "stylize" in text:
        visible = _HIDDEN.sub("", PLACEHOLDER.sub("", text))
        for found in _UNATTACHED.finditer(visible):
            written = html.unescape(found[0])
            if markup is MARKDOWN:
                text = (
                    f"{written!r} is not attached to a picture and would be printed as text. "
                    "Write it right after the picture, without a space before the brace."
                )
            else:
                text = f"{written!r} is Markdown and would be printed as text. Write " + translate_advice(
                    "{: stylize=NAME } right after the picture.", markup
                )
            typos.append(Typo(text, about=written[:40]))
        for found in _LEFT_OVER.finditer(visible):
            source = _IMAGE.search(visible, found.start())
            photo = html.unescape(source[1]) if source else ""
            typos.append(
                Typo(
                    f"the picture {photo!r} cannot be shown: an extension in MARKDOWN took it apart. "
                    "Leave that extension out, or the picture's option stylize.",
                    about=photo,
                )
            )
    return typos


def find_unpublished_images(text: str) -> list[str]:
    """Return the images of a text that name a local file, which is not published."""
    if "<img" not in text:
        return []
    sources = (html.unescape(found[1]) for found in _IMAGE.finditer(_HIDDEN.sub("", text)))
    return [source for source in sources if not _ELSEWHERE.match(source)]


@lru_cache(maxsize=1024)
def _meant_field(name: str) -> str:
    """Return the field of ours that an unknown field was probably meant to be, or ""."""
    if name in FIELDS or name in _OTHER_FIELDS or name == RENAMED:
        return ""
    if name == "colour":
        return "Color"
    near = suggestion(name, _DISTINCT)
    if near and abs(len(name) - len(near.split("'")[1])) <= 2:
        return near.split("'")[1].capitalize()
    return ""


_ASKING = ("Style", "Photos")  # the fields with which a post asks for a picture
# Not the other options: many words are similar to them, such as "contact", "store", "cover" and "note".
_DISTINCT = ("style", "photos", "strength", "quality", TOGETHER)
_OTHER_FIELDS = frozenset(  # of Pelican, and words that are similar to ours
    (
        *("title", "date", "modified", "tags", "keywords", "category", "slug", "author", "authors"),
        *("summary", "lang", "translation", "status", "template", "save_as", "url", "series"),
        *("length", "quantity", "equality"),
    )
)


def _read_post_fields(metadata: Mapping[str, Any]) -> PictureOptions:
    """Return the fields of a post that apply to all its pictures."""
    written = {name: _text(metadata.get(name)) for name in NAMES}
    return PictureOptions(**written | {"content": _text(metadata.get(RENAMED, metadata.get("content")))})


def _join_paragraphs(caption: str) -> str:
    """Return a caption of docutils, which is in paragraphs, as text of one."""
    if not caption.startswith("<p"):
        return caption
    return _PARAGRAPHS.sub("<br>", caption).partition(">")[2].removesuffix("</p>")


def _lines(value: Any) -> list[str]:
    if not value:
        return []
    items = value.splitlines() if isinstance(value, str) else value
    return [str(item).strip() for item in items if str(item).strip()]


def _text(value: Any) -> str:
    return "" if value is None else str(value).strip()


def _inline_html(text: str, *, markup: Markup) -> str:
    """Return a caption of `Photos` as HTML; docutils has already removed its own markup from it."""
    if markup is HTML and _TAG.search(text):
        return text
    if markup is not MARKDOWN or not _MARKED_UP.search(text):
        return html.escape(text, quote=False)
    import markdown

    return markdown.markdown(text).removeprefix("<p>").removesuffix("</p>")
