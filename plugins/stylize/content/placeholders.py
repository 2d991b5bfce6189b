"""The marks in a post's HTML: where its figures stand, and how they come into their places."""

import re
from collections.abc import Iterable
from typing import Any

# What was asked, in base64, and the caption; `markup` writes it.
MARK = re.compile(r'<figure data-stylize="([^"]*)">(.*?)</figure>', re.DOTALL)

ASIDE = "stylize_content"  # where `content` waits: Pelican keeps that name for the text of a post


def with_figures(text: str, figures: Iterable[str]) -> str:
    """Return the HTML with its marks replaced by these figures, in order."""
    rest = iter(figures)
    return MARK.sub(lambda mark: next(rest), text)


def without_figures(text: str) -> str:
    """Return the words alone: the HTML without its marked pictures."""
    return MARK.sub("", text).replace('<div class="stylized-row"></div>', "")


def set_aside(metadata: dict[str, Any]) -> None:
    """Put our front matter out of Pelican's way, before it makes a post of it."""
    if "content" in metadata:
        metadata[ASIDE] = metadata.pop("content")
