"""Writes the plugin's own pages: of styles, of credits, and of what the credits mean."""

import logging
from pathlib import Path
from typing import Any

from pelican.generators import Generator

from ...storage.atomic_files import write_if_new
from ..build_state import BuildState, find_active_state
from ..cache.templates import TemplateCache
from ..page_urls import CARD, file_of, list_files, make_page_urls, name_settings
from ..taken_places import describe_taken, list_written
from .credits_pages import collect_credits
from .style_pages import STYLE, make_style_pages

logger = logging.getLogger(__name__)

STYLES = "stylize_styles"  # the names of what the templates get
CREDITS = "stylize_credits"


class OwnPages(Generator):
    """Writes them through Pelican's writer, so that other plugins (sitemaps, search) see them.

    It comes after all other generators, so a page never takes the place of a file of the author's or of
    another plugin's.
    """

    def generate_output(self, writer: Any) -> None:
        """Write the pages whose place is free."""
        state = find_active_state(self.settings)
        if state is None:
            return
        if self.env.bytecode_cache is None:  # the site has no cache of its own
            self.env.bytecode_cache = TemplateCache(state.settings.store / "templates", environment=self.env)
        # Links are also left out where another plugin was in the last build; it may be gone by now.
        urls, places = make_page_urls(state.settings, without=state.taken), _Places(state, writer)
        articles, pages = self.context["articles"], self.context["pages"]
        styles = make_style_pages(state, articles) if urls.style_folder else []
        if styles:
            self._write(writer, places, urls.styles, "stylize/styles", {STYLES: styles})
            for style in styles:
                url = urls.of_style(style.style.slug)
                if self._write(writer, places, url, "stylize/style", {STYLE: style}):
                    write_if_new(Path(self.output_path) / f"{url}{CARD}", style.card)
        if urls.credits or urls.provenance:
            credits = collect_credits(state, [*articles, *pages])
            self._write(writer, places, urls.credits, "stylize/credits", {CREDITS: credits})
            self._write(writer, places, urls.provenance, "stylize/provenance", {CREDITS: credits})
        places.report()

    def _write(self, writer: Any, places: "_Places", url: str, template: str, facts: dict[str, Any]) -> bool:
        """Write a page, and return whether it is written. url: relative to the site; "" for none."""
        if not url or places.is_taken(url):
            return False
        writer.write_file(
            file_of(url),
            self.get_template(template),
            self.context,
            relative_urls=self.settings["RELATIVE_URLS"],
            url=url,
            page_name=url.removesuffix(".html").rstrip("/"),
            **facts,
        )
        return True


class _Places:
    """The places of the pages, and which of them another plugin has written to in this run."""

    def __init__(self, state: BuildState, writer: Any) -> None:
        self._state = state
        self._files = list_files(state.settings, state.styles)
        self._written = list_written(self._files, output=state.output, writer=writer, since=state.started)
        self._late: dict[str, str] = {}

    def is_taken(self, url: str) -> bool:
        """Whether something else is there; if not, the page counts as one that is written."""
        if url in self._written:
            self._late[url] = "another plugin"
            self._state.taken_late.add(url)
            return True
        self._state.pages.append(url)
        return False

    def report(self) -> None:
        """Warn of the pages that are left out."""
        if self._late:
            logger.warning("%s", describe_taken(self._late, name_settings(self._state.settings)))
