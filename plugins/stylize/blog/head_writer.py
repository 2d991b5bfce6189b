"""Pelican's writer, which also adds to the head of a page with pictures their structured data and our CSS."""

import re
from functools import cache
from pathlib import Path
from typing import Any

from pelican.writers import Writer

from .build_state import find_state
from .pages.listing_heads import ListingHeads
from .pages.style_pages import STYLE, StylePage
from .rendered_post import PAGE, PostForThemes
from .theme.figures import NAME

CSS = Path(__file__).parent / "theme" / "figures.css"
FIGURE = "stylize-figure"  # a class of every figure in `theme/templates/`


class HeadWriter(Writer):
    """Writes each page as Pelican does; one with pictures gets two more lines in its head, in any theme."""

    def __init__(self, output_path: str, settings: dict[str, Any]) -> None:
        super().__init__(output_path, settings)
        state = find_state(settings)
        assert state is not None  # only an active build offers this writer
        self._listing_heads = ListingHeads(state)
        self._has_css = state.settings.css

    def write_file(
        self, name: str, template: Any, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> None:
        """Write a page, and complete its head if it shows pictures."""
        content = kwargs.get("article") or kwargs.get("page")
        with_head = _WithHead(
            template,
            content,
            style=kwargs.get(STYLE),
            listing_heads=self._listing_heads,
            has_css=self._has_css,
        )
        super().write_file(name, with_head, context, *args, **kwargs)


class _WithHead:
    """A template whose pages have what concerns their pictures at the end of their head."""

    def __init__(
        self,
        template: Any,
        content: Any,
        *,
        style: Any,
        listing_heads: ListingHeads,
        has_css: bool,
    ) -> None:
        self._template, self._content, self._style = template, content, style
        self._listing_heads, self._has_css = listing_heads, has_css

    def render(self, context: dict[str, Any]) -> str:
        html = str(self._template.render(context))
        if self._content:
            page = f"{context['SITEURL']}/{self._content.url}"
            ours = getattr(self._content, NAME, None)
            head = ours.head.replace(PAGE, page) if isinstance(ours, PostForThemes) else ""
        else:
            head = self._listing_heads.render_head(html)
            if isinstance(self._style, StylePage) and self._style.head:
                page = f"{context['SITEURL']}/{self._style.url}"
                head = f"{self._style.head.replace(PAGE, page)}{head}"
        if self._has_css and FIGURE in html:
            head = f"{_make_style_element()}\n{head}"
        return html.replace("</head>", f"{head}\n</head>", 1) if head else html


@cache
def _make_style_element() -> str:
    """Return the rules for figures, without comments and on one line."""
    rules = re.sub(r"/\*.*?\*/", "", CSS.read_text("utf-8"), flags=re.DOTALL)
    return f"<style>{' '.join(rules.split())}</style>"
