"""Pelican's writer, which also puts what a page says of its pictures into the page's head."""

from typing import Any

from pelican.writers import Writer

from .drawn import HEAD, PAGE


class HeadWriter(Writer):
    """Writes every page as Pelican does, whatever its theme; one with pictures gets a line more."""

    def write_file(
        self, name: str, template: Any, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> None:
        """Write a page; of an article or a page of the author's, the head is completed."""
        content = kwargs.get("article") or kwargs.get("page")
        if getattr(content, HEAD, ""):
            template = _WithHead(template, content)
        super().write_file(name, template, context, *args, **kwargs)


class _WithHead:
    """A template whose pages end their head with what a content says."""

    def __init__(self, template: Any, content: Any) -> None:
        self._template, self._content = template, content

    def render(self, context: dict[str, Any]) -> str:
        page = f"{context['SITEURL']}/{self._content.url}"
        head = getattr(self._content, HEAD).replace(PAGE, page)
        return str(self._template.render(context)).replace("</head>", f"{head}\n</head>", 1)
