"""The placeholders in a post's HTML: they say where its figures belong, and are replaced by them."""

import re
from collections.abc import Iterable
from typing import Any

# The request in base64, and the caption; written by `markdown_extension`.
PLACEHOLDER = re.compile(r'<figure data-stylize="([^"]*)">(.*?)</figure>', re.DOTALL)

RENAMED = "stylize_content"  # our `content` field: Pelican keeps that name for the text of a post


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
