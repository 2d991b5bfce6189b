"""Pelican's writer, which also puts what a page says of its pictures into the page's head."""

from collections.abc import Callable
from typing import Any

from pelican.writers import Writer

from .drawn import HEAD, PAGE

head_of_wall: Callable[[str], str] = lambda html: ""  # noqa: E731 - set by `hooks` for each run


class HeadWriter(Writer):
    """Writes every page as Pelican does, whatever its theme; one with pictures gets a line more."""

    def write_file(
        self, name: str, template: Any, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> None:
        """Write a page and complete its head, if it shows pictures."""
        content = kwargs.get("article") or kwargs.get("page")
        super().write_file(name, _WithHead(template, content), context, *args, **kwargs)


class _WithHead:
    """A template whose pages end their head with what their pictures are."""

    def __init__(self, template: Any, content: Any) -> None:
        self._template, self._content = template, content

    def render(self, context: dict[str, Any]) -> str:
        html = str(self._template.render(context))
        if self._content:
            page = f"{context['SITEURL']}/{self._content.url}"
            head = getattr(self._content, HEAD, "").replace(PAGE, page)
        else:
            head = head_of_wall(html)
        return html.replace("</head>", f"{head}\n</head>", 1) if head else html
