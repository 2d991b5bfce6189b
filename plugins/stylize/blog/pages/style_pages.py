"""/styles/ and a page for each style: the artwork, its credit, and every post that uses it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pelican.generators import Generator

from ...model.entities import Style
from ...model.errors import UserError
from ...pipeline.publication import make_plain_publication
from ...storage.atomic_files import display_path, write_if_new
from ..cache.posts import digest_of_artwork
from ..picture_records import make_artwork_record
from ..rendered_post import RenderedPost
from ..theme.figures import Figure, Place, Renderer, make_figure

if TYPE_CHECKING:
    from ..build import Run


@dataclass(frozen=True, slots=True, kw_only=True)
class StylePage:
    """What the templates `stylize/styles.html` and `stylize/style.html` show of a style."""

    style: Style
    figure: Figure | None  # of the artwork; None where the site has no page of the style
    artwork: str  # HTML: the artwork with its label
    small_artwork: str  # HTML: the same for the page of all styles, with a line of credit
    line: str  # HTML: title, author, source and license of the artwork
    articles: tuple[Any, ...]  # pelican.contents.Article, newest first
    photos: tuple[str, ...]  # HTML: the credits of the photos that were redrawn in it
    url: str
    facts: str = ""  # HTML: level, training, cost, scores, verdict
    panel: tuple[str, ...] = ()  # HTML: the photos of its panel, each with its credit
    card: str = ""  # Markdown: its model card, at `card_url`
    head: str = ""  # HTML for the head of its page: the pictures of its panel as structured data

    @property
    def card_url(self) -> str:
        """Where its model card is, below the site."""
        return f"{self.url}card.md"


def render_artworks(run: "Run") -> dict[str, RenderedPost]:
    """Return the artworks that the site names or shows, by slug; one that cannot be read is a problem.

    A site without pages of styles publishes none of them: /credits/ needs their credits alone.
    """
    assert run.render is not None  # Pelican makes its generators before it reads posts
    settings = run.settings
    found: dict[str, RenderedPost] = {}
    for slug, style in run.styles.items() if settings.style_pages or settings.provenance_pages else ():
        drawn = run.memory.recall(digest_of_artwork(slug)) if run.memory else None
        warnings = () if drawn else _warnings_about(style, run)
        if warnings is None:
            continue
        try:
            found[slug] = drawn or render_style(style, run.render, run, warnings=warnings)
        except UserError as error:
            run.problems += error.problems
    return found


def _warnings_about(style: Style, run: "Run") -> tuple[str, ...] | None:
    """Return what there is to say of the artwork of a style; None, with why, where it may not be shown."""
    from ...rights.clearance import clear_artwork
    from ..posts import site_of

    terms, problems = clear_artwork(style, policy=site_of(run.settings))
    path = display_path(run.settings.styles / style.slug / "style.toml")
    run.warnings += [f"{path}: {problem}" for problem in problems]
    return None if problems else terms.warnings


def render_style(
    style: Style, render: Renderer, run: "Run", *, warnings: tuple[str, ...] = ()
) -> RenderedPost:
    """Return a style's artwork, drawn as its own page and the page of all styles show it, and its facts.

    A site without these pages has its credit alone. Raises UserError where the artwork cannot be read.
    """
    from .style_page_facts import render_facts  # for a style that is new or has changed

    line = render.line(style.artwork.credit)
    if not run.settings.style_pages:
        return RenderedPost(publications=(), inline=("", "", "", ""), photos=((line, ()),))
    place, imprint, size = run.place, run.imprint, run.desk.index.size(style.artwork.path)
    record = make_artwork_record(style, imprint)
    publication = make_plain_publication(style.artwork, record, size=size, finish=imprint.finish)
    credit = style.artwork.credit
    figure = make_figure(publication, place, alt=credit.title)
    large = replace(figure, cover=True, sizes="(min-width: 60rem) 60rem, 100vw")
    small = replace(
        figure, link=f"{place.base}/styles/{style.slug}/", sizes="(min-width: 40rem) 40rem, 100vw"
    )
    more = render_facts(style, render, run)
    return RenderedPost(
        publications=(publication, *more.publications),
        inline=(render.artwork(large, credit), render.artwork(small, credit), more.facts, more.card),
        after=more.panel,
        photos=((line, ()), *((line, (style.slug,)) for line in more.credits)),
        head=more.head,
        records=(record, *more.records),
        warnings=warnings,
    )


def make_style_page(
    style: Style, drawn: RenderedPost, place: Place, *, articles: Iterable[Any], photos: Iterable[str]
) -> StylePage:
    """Return what the pages show of a style whose artwork was drawn.

    photos: the credits of those that were redrawn in it.
    """
    artwork, small_artwork, facts, card = drawn.inline
    alt = style.artwork.credit.title
    return StylePage(
        style=style,
        figure=make_figure(drawn.publications[0], place, alt=alt) if drawn.publications else None,
        artwork=artwork,
        small_artwork=small_artwork,
        line=drawn.photos[0][0],
        articles=tuple(articles),
        photos=tuple(photos),
        url=f"styles/{style.slug}/",
        facts=facts,
        panel=drawn.after,
        card=card,
        head=drawn.head,
    )


def make_style_pages(run: "Run", articles: Iterable[Any]) -> list[StylePage]:
    """Return the page of each style, with those of the articles that use it."""
    users: dict[str, list[Any]] = {}
    photos: dict[str, dict[str, None]] = {}
    for article in articles:
        drawn = run.drawn.get(id(article))
        for slug in {slug for p in drawn.publications for slug in p.styles} if drawn else ():
            users.setdefault(slug, []).append(article)
        for line, slugs in drawn.photos if drawn else ():
            for slug in slugs:
                photos.setdefault(slug, {})[line] = None
    return [
        make_style_page(
            run.styles[slug], drawn, run.place, articles=users.get(slug, ()), photos=photos.get(slug, ())
        )
        for slug, drawn in run.artworks.items()
    ]


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
            write_if_new(Path(self.output_path) / page.card_url, page.card)
