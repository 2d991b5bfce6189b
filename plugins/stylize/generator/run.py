"""One run of Pelican: what was read, what is to be made of it, and where it goes."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .. import library
from ..disk import shown
from ..errors import UserError
from ..model import Photo
from ..photos import PhotoIndex
from ..pipeline import Publication, publication_of_plain
from ..settings import Executor, Settings, read_settings
from ..store import Store
from .figures import RELATIVE_BASE, Place, Renderer, figure_of
from .posts import Desk, Post, write_figures
from .style_pages import StylePage


@dataclass(slots=True, kw_only=True)
class Run:
    """One build: what was read, and what came of it."""

    settings: Settings
    site: dict[str, Any]  # Pelican's settings
    desk: Desk
    store: Store
    place: Place
    output: Path  # where the pictures are published
    render: Renderer | None = None
    posts: dict[int, Post] = field(default_factory=dict)  # by the identity of Pelican's object
    problems: list[str] = field(default_factory=list)
    failures: dict[str, str] = field(default_factory=dict)
    publications: list[Publication] = field(default_factory=list)

    def originals(self) -> list[Photo]:
        """Return the photos whose own files are published."""
        if not self.settings.originals:
            return []
        return [entry.photo for post in self.posts.values() for entry in post.plan.entries]

    def artworks(self) -> dict[str, Publication]:
        """Return how each style's artwork is published, by slug; one that cannot be read is a problem."""
        found: dict[str, Publication] = {}
        for slug, style in self.desk.styles.items() if self.settings.style_pages else ():
            try:
                size = self.desk.index.size(style.artwork.path)
                found[slug] = publication_of_plain(style.artwork, size=size)
            except UserError as error:
                self.problems += error.problems
        return found

    def style_pages(self, articles: Iterable[Any]) -> list[StylePage]:
        """Return the page of each style, with those of the articles that use it."""
        users: dict[str, list[Any]] = {}
        for article in articles:
            post = self.posts.get(id(article))
            slugs = {e.stylization.style.slug for e in post.plan.entries if e.stylization} if post else ()
            for slug in slugs:
                users.setdefault(slug, []).append(article)
        return [
            StylePage(
                style=self.desk.styles[slug],
                figure=figure_of(publication, self.place, alt=self.desk.styles[slug].artwork.credit.title),
                articles=tuple(users.get(slug, ())),
                url=f"styles/{slug}/",
            )
            for slug, publication in self.artworks().items()
        ]

    def write(self, post: Post) -> None:
        """Put the figures of a post into its HTML."""
        assert self.render is not None  # Pelican makes its generators before it reads posts
        write_figures(post, self.render, self.place, failures=self.failures)


def begin_run(site: dict[str, Any]) -> Run:
    """Return a new run; the style library is read, posts are still to come.

    site: Pelican's settings.
    """
    settings = settings_of(site)
    styles = library.read_styles(settings.styles, shown=shown(settings.styles))
    return Run(
        settings=settings,
        site=site,
        desk=Desk(
            settings=settings,
            styles=styles.styles,
            broken=frozenset(styles.problems),
            index=PhotoIndex(settings.store / "photos.json", examine=_examine),
            content=Path(site["PATH"]),
        ),
        store=Store(settings.store),
        place=Place(
            base=RELATIVE_BASE if site["RELATIVE_URLS"] else site["SITEURL"],
            folder=settings.folder,
            sizes=settings.sizes,
            cover_sizes=settings.cover_sizes,
            originals=settings.originals,
        ),
        output=Path(site["OUTPUT_PATH"]) / settings.folder,
        problems=[text for problems in styles.problems.values() for text in problems],
    )


def settings_of(site: dict[str, Any]) -> Settings:
    """Return our settings out of Pelican's; raises UserError with all that is wrong in them."""
    return read_settings(site.get("STYLIZE") or {}, base=Path.cwd(), where="STYLIZE")


def executor_of(settings: Settings) -> Executor:
    """Return who draws the pictures."""
    if not isinstance(settings.executor, str):
        return settings.executor
    # Processes and threads are nothing a warm build should pay for.
    if settings.executor == "inline":
        from ..executors.inline import InlineExecutor
        from ..executors.worker import load_performer

        return InlineExecutor(load_performer(settings.device))
    from ..executors.local import LocalExecutor

    return LocalExecutor(device=settings.device, workers=settings.workers)


def _examine(path: Path) -> tuple[int, int, str]:
    """Read a photo that is new here; a warm build reads none and so never loads Pillow."""
    from ..images.decode import examine

    return examine(path)
