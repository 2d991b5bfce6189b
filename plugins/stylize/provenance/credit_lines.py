"""What a record comes to in a line: who made the picture, whose it is, whom to credit, what it is."""

import re
from collections.abc import Callable

from ..model.entities import License
from .record import LABEL, Record

NOT_DEPICTED = (
    "The artwork is a style reference, not depicted.",
    "The artworks are style references, not depicted.",
)


def picture_creator(record: Record) -> str:
    """Return who made the picture: for a stylized one its maker, never the painter."""
    if record.is_stylized:
        return record.maker.name if record.maker else ""
    return record.photo.creator


# No copyright to claim, or none that is known of; see `statements.FAMILIES`.
_UNCLAIMED = ("PD", "PD-US", "NKC", "NoC-NC")


def is_unclaimed(license: License) -> bool:
    """Whether nobody claims a copyright in what is under it."""
    return license.family in _UNCLAIMED


def copyright_notice(record: Record) -> str:
    """Return the copyright notice of a picture."""
    license = record.license
    if not license:
        return ""
    if license.family == "PD":
        return f"No rights reserved ({license.name})"
    creator = picture_creator(record)
    return join_parts(f"© {creator}" if creator and not is_unclaimed(license) else "", license.name)


def credit_text(record: Record) -> str:
    """Return who is to be named, in short: "Ana Sol / Ali Sabbagh, after Pieter Bruegel, The Met"."""
    photo = record.photo
    if not record.is_stylized:
        return photo.credit_line or join_parts(photo.creator, photo.institution)
    names = dict.fromkeys((picture_creator(record), photo.creator))  # once, where they are the same person
    artists = (
        join_parts(ingredient.artwork.creator, ingredient.artwork.institution)
        for ingredient in record.ingredients
    )
    after = join_parts(*artists, by=" and ")
    return join_parts(join_parts(*names, by=" / "), f"after {after}" if after else "")


def picture_description(record: Record) -> str:
    """Return what the picture is, in a paragraph: from what it was made, how, and the author's caption."""
    notice = NOT_DEPICTED[len(record.ingredients) > 1] if record.is_stylized else ""
    label = f"{LABEL}." if record.label else ""  # a paragraph in one language
    return join_parts(label, notice, record.statement, record.caption, by=" ")


# XML 1.0 does not allow them at all, not even as a reference, and nobody means them.
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SPACES = re.compile("[ \t\r\n]+")


def clean_text(text: str) -> str:
    """Return a text that someone typed in one line, without control characters."""
    return _SPACES.sub(" ", _ILLEGAL.sub("", text)).strip(" ")


def shorten(text: str, limit: int, *, written: Callable[[str], str] = str) -> str:
    """Return a text that takes at most `limit` bytes, cut after a word where there is one near, and "…".

    written: how it is put down, where that is longer than the text itself.
    """
    if len(written(text).encode()) <= limit:
        return text
    room, end = limit - len("…".encode()), 0
    while (room := room - len(written(text[end]).encode())) >= 0:
        end += 1
    kept = text[:end]
    word = kept.rfind(" ")
    return (kept[:word] if word > len(kept) // 2 else kept).rstrip(" ,;:") + "…"


def join_parts(*parts: str, by: str = ", ") -> str:
    """Return what is there of some parts."""
    return by.join(part for part in parts if part)
