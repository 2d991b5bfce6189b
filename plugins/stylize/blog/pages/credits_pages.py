"""The pages /credits/, which names every work of the site, and /provenance/, which explains the credits."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape
from pelican.generators import Generator

from ..build_state import BuildState, find_state
from ..networks_card import get_networks_card
from ..publish_pictures import ROOT
from .style_pages import StylePage, make_style_pages, write_page


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoCredit:
    """A photo of the site, and the pages that show it."""

    line: str  # HTML: title, author, source and license
    posts: tuple[tuple[str, str], ...]  # URL and title (HTML) of each post or style page that shows it


@dataclass(frozen=True, slots=True, kw_only=True)
class Credits:
    """What the templates `stylize/credits.html` and `stylize/provenance.html` show."""

    photos: tuple[PhotoCredit, ...]
    styles: tuple[StylePage, ...]  # those whose artworks a picture is based on
    pictures: int  # stylized ones
    has_style_pages: bool
    networks: str  # HTML: the model card of the networks
    root_certificate: str = ""  # URL of the certificate that Content Credentials are checked against
    fingerprint: str = ""  # its sha256


def collect_credits(state: BuildState, contents: Iterable[Any]) -> Credits:
    """Return the credits of a site; contents: its articles and pages."""
    contents, unlisted = list(contents), state.unlisted
    posts: dict[str, list[tuple[str, str]]] = {}
    for content in contents:
        rendered = state.rendered.get(id(content))
        for line, _ in rendered.photos if rendered else ():
            posts.setdefault(line, []).append((state.urls[id(content)], content.title))
    for slug, rendered in state.artworks.items():
        for line, _ in rendered.photos[1:]:  # of its panel
            posts.setdefault(line, []).append((f"styles/{slug}/", str(escape(state.styles[slug].title))))
    root = state.signer.keys.root if state.signer and state.signer.keys.root.is_file() else None
    return Credits(
        photos=tuple(
            PhotoCredit(line=line, posts=tuple(p)) for line, p in sorted(posts.items(), key=_sort_by_text)
        ),
        styles=tuple(page for page in make_style_pages(state, contents) if page.articles),
        pictures=len({p.key for p in state.publications if p.key and p.name not in unlisted}),
        has_style_pages=state.settings.style_pages,
        networks=get_networks_card(state).inline[0],
        root_certificate=f"{state.place.base}/{ROOT}" if root else "",
        fingerprint=_read_fingerprint(root) if root else "",
    )


def _sort_by_text(item: tuple[str, Any]) -> str:
    return Markup(item[0]).striptags().casefold()


def _read_fingerprint(certificate: Path) -> str:
    from ...provenance.c2pa.certificates import certificate_fingerprint

    return certificate_fingerprint(certificate.read_text("ascii"))


class ProvenancePages(Generator):
    """Writes both pages through Pelican's writer, so that other plugins (sitemaps, search) see them."""

    def generate_output(self, writer: Any) -> None:
        """Write /credits/index.html and /provenance/index.html."""
        state = find_state(self.settings)
        assert state is not None  # it exists since `get_generators`, which offered this class
        credits = collect_credits(state, [*self.context["articles"], *self.context["pages"]])
        for name in ("credits", "provenance"):
            write_page(self, writer, f"{name}/", f"stylize/{name}", credits=credits)
