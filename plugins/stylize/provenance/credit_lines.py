"""Short texts of a record: who made the picture, its rights, whom to credit, what it is."""

import re
from collections.abc import Callable

from ..model.entities import License
from .record import LABEL, Record

NOT_DEPICTED = (
    "The artwork is a style reference, not depicted.",
    "The artworks are style references, not depicted.",
)


def picture_creator(record: Record) -> str:
    """Return who made the picture; a stylized one is by its maker, never by the painter."""
    if record.is_stylized:
        return record.maker.name if record.maker else ""
    return record.photo.creator


# No copyright, or none that is known; see `vocabulary.FAMILIES`.
_UNCLAIMED = ("PD", "PD-US", "NKC", "NoC-NC")


def is_unclaimed(license: License) -> bool:
    """Whether nobody claims a copyright under this license."""
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
    """Return the credit in short: "Ana Sol / Ali Sabbagh, after Pieter Bruegel, The Met"."""
    photo = record.photo
    if not record.is_stylized:
        return photo.credit_line or join_parts(photo.creator, photo.institution)
    names = dict.fromkeys((picture_creator(record), photo.creator))  # once, if they are the same person
    artists = (
        join_parts(ingredient.artwork.creator, ingredient.artwork.institution)
        for ingredient in record.ingredients
    )
    after = join_parts(*artists, by=" and ")
    return join_parts(join_parts(*names, by=" / "), f"after {after}" if after else "")


def picture_description(record: Record) -> str:
    """Return what the picture is, in a paragraph: its sources, how it was made, and the author's caption."""
    notice = NOT_DEPICTED[len(record.ingredients) > 1] if record.is_stylized else ""
    label = f"{LABEL}." if record.label else ""  # in English, like the rest of the paragraph
    return join_parts(label, notice, record.statement, record.caption, by=" ")


# XML 1.0 does not allow these characters, not even as references.
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SPACES = re.compile("[ \t\r\n]+")


def clean_text(text: str) -> str:
    """Return what someone typed as one line, without control characters."""
    return _SPACES.sub(" ", _ILLEGAL.sub("", text)).strip(" ")


def shorten(text: str, limit: int, *, encode: Callable[[str], str] = str) -> str:
    """Return a text of at most `limit` bytes: cut, after a word if one ends nearby, and with "…".

    encode: how the text will be written, if that makes it longer.
    """
    if len(encode(text).encode()) <= limit:
        return text
    room, end = limit - len("…".encode()), 0
    while (room := room - len(encode(text[end]).encode())) >= 0:
        end += 1
    kept = text[:end]
    word = kept.rfind(" ")
    return (kept[:word] if word > len(kept) // 2 else kept).rstrip(" ,;:") + "…"


def join_parts(*parts: str, by: str = ", ") -> str:
    """Join the parts that are not empty, each once: some museums are the creators of what they hold."""
    return by.join(part for part in dict.fromkeys(parts) if part)
