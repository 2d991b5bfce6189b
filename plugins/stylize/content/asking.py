"""Tells whether a post asks for a picture.

A blog may have fields of its own called Style, Photos or Color, for its theme or for another plugin. They are
ours only with a value that has our meaning: Style with a style of the library, Photos with the file of a
photo. The other fields count in a post that asks.
"""

import html
import re
from collections.abc import Callable, Collection, Mapping, Set
from dataclasses import dataclass
from typing import Any

from ..model.qualities import WORDS
from .front_matter import PHOTO_ENDINGS, TOGETHER, read_lines, read_text
from .placeholders import ASKS, has_placeholders

# Compiled when they are needed; most posts either have a placeholder or no such field.
_SOURCE = r"""<img\b[^>]*?\bsrc=["']?([^"'\s>]+)"""
_ASKING_ELEMENT = rf"<[a-z]+\b[^>]*?\s{ASKS}[\s=/>]"
_PHOTO = rf".*\.(?:{PHOTO_ENDINGS})$"
_REMOTE = r"[a-z][a-z0-9+.-]*:|//"
_SHARE = r"(\S+)(?:\s+\d+(?:\.\d+)?\s*%)?(?:\s+on\s+\S+|\s+elsewhere)?"
_NUMBER = r"\d*\.?\d+\s*%?"


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownNames:
    """The styles and photos of a site, to tell whether a value names one of them."""

    slugs: Collection[str]  # of the styles
    has_photo: Callable[[str], bool]  # whether there is a photo of this name


def asks_for_pictures(text: str, metadata: Mapping[str, Any], known: KnownNames) -> bool:
    """Whether a post asks for a picture. text: its HTML with placeholders."""
    if (
        has_placeholders(text)
        or ("style" in metadata and names_styles(metadata["style"], known.slugs))
        or ("photos" in metadata and _names_photos(metadata["photos"], known))
    ):
        return True
    from .typos import find_loose_options, has_left_overs  # most builds have no other post

    return (
        bool(find_loose_options(text))
        or has_left_overs(text)
        or any(_is_misspelled_request(name, metadata[name], known) for name in metadata)
    )


def has_images_of_ours(text: str, listed: Set[str]) -> bool:
    """Whether the HTML has images that ask for a picture, or that are among the listed photos."""
    if "<img" not in text:
        return False
    if ASKS in text and re.search(_ASKING_ELEMENT, text):
        return True
    return bool(listed) and any(html.unescape(source) in listed for source in re.findall(_SOURCE, text))


def makes_sense(field: str, value: Any, *, known: KnownNames) -> bool:
    """Whether a value could be meant for a field of ours."""
    words = read_text(value).lower()
    if field == "style":
        return words == "none" or names_styles(value, known.slugs)
    if field == "photos":
        return _names_photos(value, known)
    if field == "quality":
        return words in WORDS
    if field == TOGETHER:
        return words in ("yes", "no")
    return words == "photo" or bool(re.fullmatch(_NUMBER, words))


def names_styles(value: Any, slugs: Collection[str]) -> bool:
    """Whether a value is written like styles, and one of them is in the library."""
    for line in read_lines(value):
        shares = [re.fullmatch(_SHARE, part.strip()) for part in line.split(",")]
        if all(shares) and any(share and share[1] in slugs for share in shares):
            return True
    return False


def _names_photos(value: Any, known: KnownNames) -> bool:
    """Whether a value names the file of a photo, whether it exists or not, as a post of ours would."""
    names = [line.split("|")[0].strip() for line in read_lines(value)]
    return any(
        re.match(_PHOTO, name, re.IGNORECASE)
        and not re.match(_REMOTE, name, re.IGNORECASE)
        and ("," not in name or known.has_photo(name))
        for name in names
    )


def _is_misspelled_request(name: str, value: Any, known: KnownNames) -> bool:
    """Whether a field is nearly called Style or Photos, and names a style or a photo that is there."""
    from .typos import list_near_fields

    near = list_near_fields(name)
    if "style" in near:
        return names_styles(value, known.slugs)
    if "photos" not in near:
        return False
    # Many themes have a Photo, so only a line written as ours are, with its alt text, is meant for us.
    lines = [line for line in read_lines(value) if name != "photo" or "|" in line]
    return any(known.has_photo(line.split("|")[0].strip()) for line in lines)
