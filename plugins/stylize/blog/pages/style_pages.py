"""The page of all styles and a page for each: its artwork, the credit, and every post that uses it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from ...model.entities import Style
from ...model.errors import UserError
from ...pipeline.publication import make_plain_publication
from ...storage.atomic_files import display_path
from ..build import get_post_cache, get_post_context
from ..build_state import BuildState
from ..cache.posts import compute_artwork_digest
from ..page_urls import CARD
from ..picture_records import make_artwork_record
from ..rendered_post import RenderedPost
from ..theme.figures import Figure, make_figure

STYLE = "stylize_style"  # the name of a `StylePage` in its template


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """The series that an artwork belongs to, and the other styles of it."""

    title: str
    url: str  # of the series, or of the style of its parent; "" if it has none
    others: tuple[tuple[str, str], ...]  # titles of the other styles, and the addresses of their pages


@dataclass(frozen=True, slots=True, kw_only=True)
class StylePage:
    """What the templates `stylize/styles.html` and `stylize/style.html` show of a style."""

    style: Style
    figure: Figure | None  # of the artwork; None if the site has no style pages
    artwork: str  # HTML: the artwork with its label
    small_artwork: str  # HTML: the same for the page of all styles, with a line of credit
    line: str  # HTML: title, author, source and license of the artwork
    articles: tuple[Any, ...]  # pelican.contents.Article, newest first
    photos: tuple[str, ...]  # HTML: the credits of the photos that were stylized with it
    url: str  # relative to the site; "" if it has no page of its own
    facts: str = ""  # HTML: level, training, cost, scores, verdict
    panel: tuple[str, ...] = ()  # HTML: the photos of its panel, each with its credit
    card: str = ""  # Markdown: its model card, at `card_url`
    head: str = ""  # HTML for the head of its page: the pictures of its panel as structured data
    series: Series | None = None  # that its museum names

    @property
    def card_url(self) -> str:
        """The path of its model card, relative to the site; "" if there is none."""
        return f"{self.url}{CARD}" if self.url else ""


def render_artworks(state: BuildState) -> None:
    """Render the artworks that the site names or shows and that are not rendered yet.

    One that cannot be read is a problem of the build.

    A site without style pages publishes none of them: the page of credits needs only their credits.
    """
    urls, cache = state.place.urls, get_post_cache(state)
    for slug, style in state.styles.items() if urls.style_folder or urls.credits or urls.provenance else ():
        if slug in state.artworks:
            continue
        rendered = cache.load(compute_artwork_digest(slug)) if cache else None
        warnings = () if rendered else _clear_artwork(style, state)
        if warnings is None:
            continue
        try:
            state.artworks[slug] = rendered or render_style(style, state, warnings=warnings)
        except UserError as error:
            state.problems += error.problems


def _clear_artwork(style: Style, state: BuildState) -> tuple[str, ...] | None:
    """Return the warnings about the artwork of a style; None, and warn why, if it may not be shown."""
    from ...rights.clearance import clear_artwork

    terms, problems = clear_artwork(style, policy=state.settings.policy)
    path = display_path(state.settings.styles / style.slug / "style.toml")
    state.warnings += [f"{path}: {problem}" for problem in problems]
    return None if problems else terms.warnings


def render_style(style: Style, state: BuildState, *, warnings: tuple[str, ...] = ()) -> RenderedPost:
    """Return a style's artwork, as its own page and the page of all styles show it, and the style's facts.

    A site without style pages gets only its credit. Raises UserError if the artwork cannot be read.
    """
    from .style_page_facts import render_facts  # only for a style that is new or has changed

    renderer = state.renderer
    line = renderer.render_line(style.artwork.credit)
    if not state.place.urls.style_folder:
        return RenderedPost(publications=(), inline=("", "", "", ""), photos=((line, ()),))
    place, identity, size = (
        state.place,
        state.identity,
        get_post_context(state).index.load_size(style.artwork.path),
    )
    record = make_artwork_record(style, identity)
    publication = make_plain_publication(style.artwork, record, size=size, finish=identity.finish)
    credit = style.artwork.credit
    figure = make_figure(publication, place, alt=credit.title)
    large = replace(figure, cover=True, sizes="(min-width: 60rem) 60rem, 100vw")
    url = place.urls.of_style(style.slug)
    small = replace(
        figure, link=f"{place.base}/{url}" if url else "", sizes="(min-width: 40rem) 40rem, 100vw"
    )
    more = render_facts(style, renderer, state)
    return RenderedPost(
        publications=(publication, *more.publications),
        inline=(
            renderer.render_artwork(large, credit),
            renderer.render_artwork(small, credit),
            more.facts,
            more.card,
        ),
        after=more.panel,
        photos=((line, ()), *((line, (style.slug,)) for line in more.credits)),
        head=more.head,
        records=(record, *more.records),
        warnings=warnings,
    )


def make_style_pages(state: BuildState, articles: Iterable[Any]) -> list[StylePage]:
    """Return the page of each style, with the articles that use it."""
    users: dict[str, list[Any]] = {}
    photos: dict[str, dict[str, None]] = {}
    for article in articles:
        rendered = state.rendered.get(id(article))
        for slug in {slug for p in rendered.publications for slug in p.styles} if rendered else ():
            users.setdefault(slug, []).append(article)
        for line, slugs in rendered.photos if rendered else ():
            for slug in slugs:
                photos.setdefault(slug, {})[line] = None
    pages = []
    for slug, rendered in state.artworks.items():
        artwork, small_artwork, facts, card = rendered.inline
        shown, alt = rendered.publications, state.styles[slug].artwork.credit.title
        page = StylePage(
            style=state.styles[slug],
            figure=make_figure(shown[0], state.place, alt=alt) if shown else None,
            artwork=artwork,
            small_artwork=small_artwork,
            line=rendered.photos[0][0],
            articles=tuple(users.get(slug, ())),
            photos=tuple(photos.get(slug, ())),
            url=state.place.urls.of_style(slug),
            facts=facts,
            panel=rendered.after,
            card=card,
            head=rendered.head,
            series=_find_series(slug, state),
        )
        pages.append(page)
    return pages


def _find_series(slug: str, state: BuildState) -> Series | None:
    """Return the series of a style's artwork: the styles of one parent, or else of one title."""
    museum = state.styles[slug].artwork.museum
    if museum is None or not museum.part_of:
        return None
    base, urls = state.place.base, state.place.urls
    others = []
    url = museum.parent if museum.parent.startswith(("https://", "http://")) else ""
    for other in state.artworks:
        item = state.styles[other].artwork.museum
        if item is None or other == slug:
            continue
        address = f"{base}/{urls.of_style(other)}"
        if item.item == museum.parent:
            url = address
        elif (item.parent or item.part_of) == (museum.parent or museum.part_of):
            others.append((state.styles[other].title, address))
    return Series(title=museum.part_of, url=url, others=tuple(others))
