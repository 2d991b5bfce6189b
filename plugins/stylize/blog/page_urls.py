"""Where the plugin's own pages are: as the settings say, unless a page of the author's has that place."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from ..storage.checksums import INDEX
from .settings import PLACES, Settings

CARD = "card.md"  # the model card of a style, next to its page


@dataclass(frozen=True, slots=True, kw_only=True)
class PageUrls:
    """The URLs of the plugin's pages, relative to the site; "" for each that the site does not have."""

    styles: str
    credits: str
    provenance: str
    sitemap: str
    style_folder: str  # of the pages of single styles; "" if there are none
    left_out: frozenset[str] = frozenset()  # the URLs of single styles that are not there

    def of_style(self, slug: str) -> str:
        """Return the URL of a style's own page."""
        url = f"{self.style_folder}{slug}/" if self.style_folder else ""
        return "" if url in self.left_out else url

    def of_styles(self, slugs: Iterable[str], *, base: str) -> dict[str, str]:
        """Return the URLs of those styles that have a page of their own. base: the URL of the site."""
        return {slug: f"{base}/{url}" for slug in slugs if (url := self.of_style(slug))}


def make_page_urls(settings: Settings, *, without: Collection[str] = ()) -> PageUrls:
    """Return the URLs of the pages that a site has. without: those whose place is taken."""
    styles = "" if settings.style_pages is False else settings.styles_page
    credits, provenance = (
        "" if settings.provenance_pages is False else url
        for url in (settings.credits_page, settings.provenance_page)
    )
    taken = frozenset(without)

    def keep(url: str) -> str:
        return "" if url in taken else url

    folder = _folder_of(styles)
    return PageUrls(
        styles=keep(styles),
        credits=keep(credits),
        provenance=keep(provenance),
        sitemap=keep(settings.image_sitemap),
        style_folder=folder,
        left_out=frozenset(url for url in taken if folder and url.startswith(folder) and url != styles),
    )


def list_files(settings: Settings, slugs: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return what the plugin writes into a site besides pictures: by URL the files, relative to output/."""
    urls = make_page_urls(settings)
    files: dict[str, tuple[str, ...]] = {
        url: (file_of(url),) for url in (urls.styles, urls.credits, urls.provenance, urls.sitemap) if url
    }
    for slug in slugs:
        if url := urls.of_style(slug):
            files[url] = (file_of(url), f"{url}{CARD}")
    return {**files, INDEX: (INDEX,)}


def name_settings(settings: Settings) -> dict[str, str]:
    """Return the name of the setting that moves each URL; pages of single styles move with `styles_page`."""
    return {url: name for name in PLACES if (url := getattr(settings, name))}


def file_of(url: str) -> str:
    """Return the file of a URL, relative to output/."""
    return f"{url}index.html" if url.endswith("/") else url


def _folder_of(url: str) -> str:
    return url if url.endswith("/") or not url else f"{url.removesuffix('.html')}/"


USUAL = make_page_urls(Settings())
