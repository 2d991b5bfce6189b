"""The page of credits, which names every work of the site, and the page that explains the credits."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

from ..build_state import BuildState
from ..networks_card import get_networks_card
from ..publish_pictures import ROOT
from .style_pages import StylePage, make_style_pages


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoCredit:
    """A photo of the site, and the pages that show it."""

    line: str  # HTML: title, author, source and license
    # URL and title (HTML) of each post or style that shows it; a style without a page of its own has no URL.
    posts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Credits:
    """What the templates `stylize/credits.html` and `stylize/provenance.html` show."""

    photos: tuple[PhotoCredit, ...]
    styles: tuple[StylePage, ...]  # those whose artworks a picture is based on
    pictures: int  # stylized ones
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
            posts.setdefault(line, []).append(
                (state.place.urls.of_style(slug), str(escape(state.styles[slug].title)))
            )
    root = state.signer.keys.root if state.signer and state.signer.keys.root.is_file() else None
    return Credits(
        photos=tuple(
            PhotoCredit(line=line, posts=tuple(p)) for line, p in sorted(posts.items(), key=_sort_by_text)
        ),
        styles=tuple(page for page in make_style_pages(state, contents) if page.articles),
        pictures=len({p.key for p in state.publications if p.key and p.name not in unlisted}),
        networks=get_networks_card(state).inline[0],
        root_certificate=f"{state.place.base}/{ROOT}" if root else "",
        fingerprint=_read_fingerprint(root) if root else "",
    )


def _sort_by_text(item: tuple[str, Any]) -> str:
    return Markup(item[0]).striptags().casefold()


def _read_fingerprint(certificate: Path) -> str:
    from ...provenance.c2pa.certificates import certificate_fingerprint

    return certificate_fingerprint(certificate.read_text("ascii"))
