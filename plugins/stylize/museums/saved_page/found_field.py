"""What a reader of saved pages found: a value, what it is, and where the page says it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from ..importers.plain_texts import clean_text, strip_html

LONGEST_NAME = 500  # characters of a title, a name, a date
NAMES = {  # of fields, in the order in which they are shown
    "source_url": "page of the item",
    "title": "title",
    "creator": "creator",
    "creator_dates": "creator's dates",
    "creator_uri": "creator in an authority file",
    "date": "date",
    "institution": "institution",
    "accession": "accession number",
    "medium": "medium",
    "part_of": "part of",
    "description": "description",
    "alt": "alternative text",
    "image": "picture",
    "image_size": "size of the picture",
    "thumbnail": "thumbnail",
    "image_service": "IIIF image service",
    "manifest": "IIIF manifest",
    "oembed": "oEmbed",
    "license": "license",
    "rights": "rights",
    "terms": "page of terms",
    "credit_line": "credit line",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundField:
    """One thing that a page says."""

    name: str  # of NAMES
    value: str
    source: str  # "JSON-LD VisualArtwork.name"
    about: str = ""  # of a license: "picture", "page", "site" or "data"; of others "page", if not of the item
    role: str = ""  # of a creator


def make_field(
    name: str, text: object, source: str, *, about: str = "", role: str = ""
) -> Iterator[FoundField]:
    """Yield a field with a cleaned text; nothing if the text is empty, or is no text."""
    if isinstance(text, bool) or not isinstance(text, str | int | float):
        return
    written = str(text)
    # In an address, "&copy=1" is no sign.
    is_address = written.startswith(("http://", "https://")) and not re.search(r"[\s<>]", written)
    value = clean_text(written) if is_address else strip_html(written)
    if name not in ("description", "rights", "license", "credit_line", "alt"):
        value = value[:LONGEST_NAME]
    if value and (name != "creator" or any(map(str.isalpha, value))):
        yield FoundField(name=name, value=value, source=source, about=about, role=role)


def make_address(
    name: str, text: object, source: str, *, base: str = "", about: str = ""
) -> Iterator[FoundField]:
    """Yield a field with an address, completed by that of the page; nothing for what is not on the web."""
    if isinstance(text, str) and (address := complete_address(text, base=base)):
        yield FoundField(name=name, value=address, source=source, about=about)


def complete_address(text: str, *, base: str = "") -> str:
    """Return an address with https or http; "" if it is none, as that of a file on this computer."""
    written = text.strip()
    if not written or len(written) > 4000 or any(character < "!" for character in written):
        return ""
    try:
        address = urljoin(base, written)
        parts = urlsplit(address)
        is_usable = parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.username
    except ValueError:
        return ""
    is_plain = clean_text(address) == address and not re.search(r"[<>\"\\^`{|}]", address)
    return address if is_usable and is_plain else ""
