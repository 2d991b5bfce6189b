"""Pelican's writer, which also puts what a page says of its pictures into the page's head."""

from collections.abc import Callable
from typing import Any

from pelican.writers import Writer

from .pages.style_pages import StylePage
from .rendered_post import HEAD, PAGE

head_of_wall: Callable[[str], str] = lambda html: ""  # noqa: E731 - set by `hooks` for each run


class HeadWriter(Writer):
    """Writes every page as Pelican does, whatever its theme; one with pictures gets a line more."""

    def write_file(
        self, name: str, template: Any, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> None:
        """Write a page and complete its head, if it shows pictures."""
        content = kwargs.get("article") or kwargs.get("page")
        with_head = _WithHead(template, content, style=kwargs.get("style"))
        super().write_file(name, with_head, context, *args, **kwargs)


class _WithHead:
    """A template whose pages end their head with what their pictures are."""

    def __init__(self, template: Any, content: Any, *, style: Any = None) -> None:
        self._template, self._content, self._style = template, content, style

    def render(self, context: dict[str, Any]) -> str:
        html = str(self._template.render(context))
        if self._content:
            page = f"{context['SITEURL']}/{self._content.url}"
            head = getattr(self._content, HEAD, "").replace(PAGE, page)
        else:
            head = head_of_wall(html)
            if isinstance(self._style, StylePage) and self._style.head:
                page = f"{context['SITEURL']}/{self._style.url}"
                head = f"{self._style.head.replace(PAGE, page)}{head}"
        return html.replace("</head>", f"{head}\n</head>", 1) if head else html
