"""/styles/ and a page for each style: the artwork, its credit, and every post that uses it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from pelican.generators import Generator

from ..model import Style
from .figures import Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class StylePage:
    """What the templates `stylize/styles.html` and `stylize/style.html` show of a style."""

    style: Style
    figure: Figure  # of the artwork
    articles: tuple[Any, ...]  # pelican.contents.Article, newest first
    url: str


PagesOf = Callable[[Iterable[Any]], list[StylePage]]
pages_of: PagesOf = lambda articles: []  # noqa: E731 - set by `hooks` for each run


class StylePages(Generator):
    """Writes the pages through Pelican's writer, so that sitemaps and the like see them."""

    def generate_output(self, writer: Any) -> None:
        """Write /styles/index.html and /styles/<slug>/index.html."""
        pages = pages_of(self.context["articles"])
        if not pages:
            return
        relative = self.settings["RELATIVE_URLS"]

        def write(place: str, template: str, **facts: Any) -> None:
            writer.write_file(
                f"{place}index.html",
                self.get_template(template),
                self.context,
                relative_urls=relative,
                override_output=True,
                url=place,
                page_name=place.rstrip("/"),
                **facts,
            )

        write("styles/", "stylize/styles", styles=pages)
        for page in pages:
            write(page.url, "stylize/style", style=page)
