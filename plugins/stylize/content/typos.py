"""Finds what an author misspelled or wrote in the wrong place, in a post that asks for pictures."""

import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from ..model.errors import suggestion
from ..model.markup import MARKDOWN, Markup, translate_advice
from ..model.picture_options import NAMES
from ..model.qualities import explain_old_word
from .front_matter import FIELDS, PHOTO_ENDINGS, TOGETHER, read_lines, read_text
from .placeholders import PLACEHOLDER, RENAMED
from .requests import HIDDEN

# Compiled when they are needed; most builds read no post.
_MISPLACED_PHOTO = rf"\s*<(?:p|ul)>\s*(?:<li>)?([^<|\n]+\.(?:{PHOTO_ENDINGS}))\s*[|<\n]"
_LOOSE_OPTIONS = r"\{:?[^{}\n<]*\bstylize\s*=[^{}\n<]*\}?|\{:\s*stylize\b[^{}\n<]*\}"
_LEFT_OVER = r"""<[a-z]+(?=[\s"'])(?:[^<>"']|"[^"]*"|'[^']*')*?\sstylize(?=[\s=>/])"""
_IMAGE = r'<img\b[^>]*?\bsrc="([^"]+)"'


@dataclass(frozen=True, slots=True)
class Typo:
    """A mistake in a post that belongs to no request."""

    text: str
    field: str = ""  # of the front matter, or "" for the text
    about: str = ""  # the author's words, to find their line
    is_certain: bool = True  # whether it ends the build; a guess is a warning


def find_typos(
    text: str,
    metadata: Mapping[str, Any],
    *,
    markup: Markup = MARKDOWN,
    makes_sense: Callable[[str, Any], bool] = lambda field, value: True,
) -> list[Typo]:
    """Return misspelled front matter, and photos and options in the wrong place.

    text: of a post that asks for pictures, in HTML with placeholders. makes_sense: whether a value could be
    meant for a field of ours.
    """
    typos = []
    for name, value in metadata.items():
        typo = _guess_field(name, value, metadata, makes_sense)
        if typo:
            typos.append(typo)
        if name == "method":
            explained = explain_old_word("Method", read_text(value), write="Quality: {}")
            typos.append(Typo(explained, field=name, about=read_text(value)))
        if name == TOGETHER and read_text(value).lower() not in ("yes", "no", ""):
            typos.append(Typo(f"Styled-together is {read_text(value)!r}, but must be yes or no.", field=name))
        field = "content" if name == RENAMED else name
        if field in NAMES and isinstance(value, list):
            typos.append(Typo(f"{field.capitalize()} is written twice. Keep one of the lines.", field=field))
    if "photos" in metadata or "style" in metadata:
        misplaced = re.match(_MISPLACED_PHOTO, text, re.IGNORECASE)
        if misplaced:
            photo = html.unescape(misplaced[1]).strip()
            typos.append(
                Typo(
                    f"{photo!r} is in the text, not in Photos. Indent each photo after the first line "
                    "by four spaces.",
                    about=photo,
                )
            )
        elif "photos" in metadata and not read_lines(metadata["photos"]):
            typos.append(Typo("Photos names no photo. Write one, such as pier.jpg.", field="photos"))
    typos = [replace(typo, text=translate_advice(typo.text, markup)) for typo in typos]
    for written in find_loose_options(text):
        if markup is MARKDOWN:
            said = (
                f"{written!r} is not attached to a picture and would be printed as text. "
                "Write it right after the picture, without a space before the brace."
            )
        else:
            said = f"{written!r} is Markdown and would be printed as text. Write " + translate_advice(
                "{: stylize=NAME } right after the picture.", markup
            )
        typos.append(Typo(said, about=written[:40]))
    for photo in _find_left_overs(text):
        typos.append(
            Typo(
                f"the picture {photo!r} cannot be shown: an extension in MARKDOWN took it apart. "
                "Leave that extension out, or the picture's option stylize.",
                about=photo,
            )
        )
    return typos


def find_loose_options(text: str) -> list[str]:
    """Return the options in the text of a post that touch no picture, as their author wrote them."""
    if "stylize" not in text:
        return []
    return [html.unescape(each[0]) for each in re.finditer(_LOOSE_OPTIONS, _remove_hidden(text))]


def has_left_overs(text: str) -> bool:
    """Whether the text has a picture that asks for a style, but that a Markdown extension took apart."""
    return "stylize" in text and bool(re.search(_LEFT_OVER, _remove_hidden(text)))


def _find_left_overs(text: str) -> list[str]:
    if "stylize" not in text:
        return []
    visible = _remove_hidden(text)
    images = (re.search(_IMAGE, visible[found.start() :]) for found in re.finditer(_LEFT_OVER, visible))
    return [html.unescape(image[1]) if image else "" for image in images]


def _remove_hidden(text: str) -> str:
    return HIDDEN.sub("", PLACEHOLDER.sub("", text))


@lru_cache(maxsize=1024)
def list_near_fields(name: str) -> tuple[str, ...]:
    """Return the fields of ours that differ from an unknown one in a letter, or in two that are swapped."""
    if _is_known(name):
        return ()
    return (
        ("color",) if name == "colour" else tuple(field for field in _DISTINCT if _is_one_edit(name, field))
    )


def _guess_field(
    name: str, value: Any, metadata: Mapping[str, Any], makes_sense: Callable[[str, Any], bool]
) -> Typo | None:
    """Return what an unknown field was meant to be, unless the post has that field."""
    near = [field for field in list_near_fields(name) if field not in metadata]
    similar = near or [field for field in _list_similar_fields(name) if field not in metadata]
    if not similar:
        return None
    meant, fits = similar[0], makes_sense(similar[0], value)
    if not (near or fits):
        return None
    return Typo(
        f"there is no front matter {name!r}. Did you mean {meant.capitalize()!r}?",
        field=name,
        is_certain=len(near) == 1 and fits,
    )


@lru_cache(maxsize=1024)
def _list_similar_fields(name: str) -> tuple[str, ...]:
    if _is_known(name):
        return ()
    (similar,) = suggestion(name, _DISTINCT).split("'")[1:2] or [""]
    return (similar,) if similar and abs(len(name) - len(similar)) <= 2 else ()


def _is_known(name: str) -> bool:
    return name in FIELDS or name in _OTHER_FIELDS or name == RENAMED


def _is_one_edit(word: str, other: str) -> bool:
    """Whether one letter is left out, added or replaced, or two neighbors are swapped."""
    if abs(len(word) - len(other)) > 1 or word == other:
        return False
    start = next(
        (i for i, (a, b) in enumerate(zip(word, other, strict=False)) if a != b), min(len(word), len(other))
    )
    rest, others = word[start:], other[start:]
    return (
        rest[1:] == others[1:]
        or rest[1:] == others
        or rest == others[1:]
        or (rest[1::-1] + rest[2:] == others and len(rest) > 1)
    )


# Not the other options: many words are similar to them, such as "contact", "store", "cover" and "note".
_DISTINCT = ("style", "photos", "strength", "quality", TOGETHER)
_OTHER_FIELDS = frozenset(  # of Pelican, and words that are similar to ours
    (
        *("title", "date", "modified", "tags", "keywords", "category", "slug", "author", "authors"),
        *("summary", "lang", "translation", "status", "template", "save_as", "url", "series"),
        *("length", "quantity", "equality"),
    )
)
