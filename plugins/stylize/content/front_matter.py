"""The names of our front matter, and how the values of a field are read.

Pelican passes on text, or a list of texts if a field is written in several lines or more than once.
"""

from collections.abc import Mapping
from typing import Any

from ..model.picture_options import NAMES

TOGETHER = "styled-together"
PHOTO_ENDINGS = "jpe?g|png|webp|avif|hei[cf]|tiff?|gif|bmp"  # a pattern, of names that look like photos
FIELDS = ("photos", *NAMES, TOGETHER)  # our front matter


def list_photo_names(metadata: Mapping[str, Any]) -> set[str]:
    """Return the photos of a post's front matter, as written; a photo elsewhere is none of ours."""
    names = (line.split("|")[0].strip() for line in read_lines(metadata.get("photos")))
    return {name for name in names if "//" not in name}


def read_lines(value: Any) -> list[str]:
    """Return the lines of a field, without blank ones."""
    if not value:
        return []
    items = value if isinstance(value, list | tuple) else str(value).splitlines()
    return [str(item).strip() for item in items if str(item).strip()]


def read_text(value: Any) -> str:
    """Return the value of a field as text."""
    return "" if value is None else str(value).strip()
