"""The placeholders in a post's HTML: they say where its figures belong, and are replaced by them.

    <figure data-stylize-request="...">The caption</figure>

The request is JSON in that one attribute, in base64, so that nothing on the way to the page can break it.
"""

import base64
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

ASKS = "data-stylize"  # the attribute with which an image of HTML asks for a picture
ATTRIBUTE = f"{ASKS}-request"
PLACEHOLDER = re.compile(rf'<figure {ATTRIBUTE}="([^"]*)">(.*?)</figure>', re.DOTALL)

RENAMED = "stylize_content"  # our `content` field: Pelican keeps that name for the text of a post


def has_placeholders(text: str) -> bool:
    """Whether the HTML of a post has placeholders."""
    return f"{ATTRIBUTE}=" in text


def write_data(request: Mapping[str, Any]) -> str:
    """Return the value of a placeholder's attribute; request: plain values."""
    return base64.b64encode(json.dumps(request).encode()).decode()


def read_data(data: str) -> dict[str, Any]:
    """Return the request in the value of a placeholder's attribute."""
    request: dict[str, Any] = json.loads(base64.b64decode(data))
    return request


def write_placeholder(request: Mapping[str, Any], *, caption: str) -> str:
    """Return the HTML of a placeholder; caption: HTML."""
    return f'<figure {ATTRIBUTE}="{write_data(request)}">{caption}</figure>'


def replace_placeholders(text: str, figures: Iterable[str]) -> str:
    """Return the HTML with its placeholders replaced by these figures, in order."""
    rest = iter(figures)
    return PLACEHOLDER.sub(lambda placeholder: next(rest), text)


def remove_placeholders(text: str) -> str:
    """Return the HTML without its placeholders."""
    return PLACEHOLDER.sub("", text).replace('<div class="stylized-row"></div>', "")


def rename_content_field(metadata: dict[str, Any]) -> None:
    """Rename our `content` field in the front matter, before Pelican makes a post of it."""
    if "content" in metadata:
        metadata[RENAMED] = metadata.pop("content")
