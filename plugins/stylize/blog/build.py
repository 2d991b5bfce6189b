"""One run of Pelican: what was read, what is to be made of it, and where it goes."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..model.entities import Photo, Style
from ..pipeline.publication import Publication
from ..storage.store import Store
from .cache.dependencies import compute_fingerprint, find_templates
from .cache.posts import PostCache, digest_of_artwork, digest_of_post
from .cache.styles import cache_styles, load_cached_styles, load_library
from .pages.credits_pages import CARD, NETWORKS, render_networks_card
from .pages.style_pages import render_artworks
from .picture_records import SiteIdentity, make_site_identity
from .rendered_post import RenderedPost, insert_figures, read_source
from .settings import Settings, load_settings
from .theme.figures import RELATIVE_BASE, Place, Renderer
from .theme.words import Translations, load_translations

if TYPE_CHECKING:
    from ..provenance.c2pa.signer import Signer
    from .post_context import PostContext
    from .posts import Post


SHELF, WORDS = "styles.json", "words.json"  # in the store


@dataclass(kw_only=True)
class Run:
    """One build: what was read, and what came of it.

    `posts`, which reads and draws them, is imported when there is one to read: most builds have none.
    """

    settings: Settings
    site: dict[str, Any]  # Pelican's settings
    styles: dict[str, Style]
    styles_are_new: bool  # read in this build, not recalled from the last
    wordings: Translations
    store: Store
    place: Place
    imprint: SiteIdentity
    signer: "Signer | None"  # signs every file that is published; None leaves them unsigned
    output: Path  # the site; the pictures are published below it
    begun: int  # nanoseconds since 1970
    draft: bool | None = None  # whether every post counts as one; None goes by its own status
    remembers: bool = True  # whether posts of the last build are believed, where nothing has changed
    render: Renderer | None = None
    drawn: dict[int, RenderedPost] = field(default_factory=dict)  # by the identity of Pelican's object
    contents: dict[int, Any] = field(default_factory=dict)  # Pelican's objects, likewise
    posts: dict[int, "Post"] = field(default_factory=dict)  # those of them that were read anew
    asked: dict[int, str] = field(default_factory=dict)  # digests of what the latter say to us
    broken: dict[str, tuple[str, ...]] = field(default_factory=dict)  # styles that cannot be read
    problems: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    failures: dict[str, str] = field(default_factory=dict)

    def all_drawn(self) -> list[RenderedPost]:
        """Return what was drawn: posts and the artworks of the styles."""
        return [*self.drawn.values(), *self.artworks.values()]

    @property
    def publications(self) -> list[Publication]:
        """The pictures that the site shows."""
        return [publication for drawn in self.all_drawn() for publication in drawn.publications]

    @cached_property
    def by_url(self) -> dict[str, int]:
        """The identities of Pelican's objects by their URL, which Pelican puts together anew each time."""
        return {content.url: identity for identity, content in self.contents.items()}

    def originals(self) -> list[Photo]:
        """Return the photos whose own files are published."""
        if not self.settings.originals:
            return []
        return [entry.photo for post in self.posts.values() for entry in post.plan.entries]

    @property
    def pictures(self) -> Path:
        """Where the pictures are published."""
        return self.output / self.settings.folder

    @cached_property
    def desk(self) -> "PostContext":
        """What reading a post needs."""
        from ..content.photos import PhotoIndex
        from .post_context import PostContext

        return PostContext(
            settings=self.settings,
            styles=self.styles,
            broken=frozenset(self.broken),
            index=PhotoIndex(self.settings.store / "photos.json", examine=_examine),
            content=Path(self.site["PATH"]),
            store=self.store,
            imprint=self.imprint,
            wordings=self.wordings,
            draft=self.draft,
        )

    def save_what_was_read(self) -> None:
        """Keep what was learned of styles and photos, where any was read."""
        if self.styles_are_new and not self.broken:
            path = self.settings.store / SHELF
            cache_styles(path, self.settings.styles, styles=self.styles.values(), begun=self.begun)
        if "desk" in self.__dict__:
            self.desk.index.save()

    @cached_property
    def artworks(self) -> dict[str, RenderedPost]:
        """The artworks of the pages of the styles, by slug; one that cannot be read is a problem."""
        return render_artworks(self)

    @cached_property
    def networks(self) -> RenderedPost:
        """The model card of the networks, as HTML."""
        recalled = self.memory.recall(NETWORKS) if self.memory else None
        return recalled or render_networks_card()

    @cached_property
    def memory(self) -> PostCache | None:
        """What the last build left behind; None where every post is to be read."""
        if not self.remembers:
            return None
        path = self.settings.store / "posts.jsonl"
        memory = PostCache(path, store=self.store, begun=self.begun)
        if memory.fingerprint != self._fingerprint(memory.templates):
            memory.forget()
        return memory

    def read(self, content: Any) -> None:
        """Put the figures of a post into place: drawn by the last build, or else anew."""
        source = read_source(content)
        asked = digest_of_post(content, source)
        drawn = self.memory.recall(asked) if self.memory else None
        if drawn:
            self._show(content, source, drawn)
            return
        from .posts import read_post

        post = read_post(content, source, self.desk)
        if post:
            self.posts[id(content)], self.asked[id(content)] = post, asked
            self.write(post)

    def write(self, post: "Post") -> None:
        """Draw a post that was read, and put its figures into place."""
        from .posts import render_post

        assert self.render is not None  # Pelican makes its generators before it reads posts
        drawn = render_post(post, self.render, self.place, failures=self.failures)
        self._show(post.content, post.source, drawn)

    def _show(self, content: Any, source: str, drawn: RenderedPost) -> None:
        self.drawn[id(content)], self.contents[id(content)] = drawn, content
        insert_figures(content, source, drawn)

    def complete(self) -> None:
        """Draw the posts anew whose pictures were made or failed meanwhile: their records lacked it."""
        if not self.posts:
            return
        from .posts import describe_pictures

        for post in self.posts.values():
            drawings = [exhibit.record.stylization for exhibit in post.exhibits.values()]
            if any(drawing and not drawing.made for drawing in drawings):
                describe_pictures(post, self.desk)
                self.write(post)

    def remember(self) -> None:
        """Keep what this build has learned for the next; called when all pictures are made."""
        if self.memory is None or self.render is None:
            return
        digests = {digest_of_artwork(slug): drawn for slug, drawn in self.artworks.items()}
        digests[NETWORKS] = self.networks
        new = {digest: drawn for digest, drawn in digests.items() if not self.memory.holds(digest)}
        if not (self.posts or new):
            self.memory.save(self.memory.fingerprint, self.memory.templates)
            return
        from .posts import list_post_files

        templates = find_templates(self.render.environment, begun=self.begun)
        if templates is None:
            return
        for identity, post in self.posts.items():
            provisional = post.problems or post.warnings or any(e.stands_for for e in post.plan.entries)
            behind = None if provisional else list_post_files(post, self.desk)
            if behind:
                files, photos = behind
                self.memory.keep(self.asked[identity], self.drawn[identity], files=files, photos=photos)
        from .pages.style_page_facts import list_style_files as files_of_style

        read = {digest_of_artwork(slug): files_of_style(style) for slug, style in self.styles.items()}
        read[NETWORKS] = [str(CARD)]
        for digest, drawn in new.items():
            self.memory.keep(digest, drawn, files=read[digest], photos=())
        self.memory.save(self._fingerprint(templates), templates)

    def _fingerprint(self, templates: Iterable[str]) -> str:
        assert self.render is not None
        return compute_fingerprint(
            site=self.site,
            settings=self.settings,
            place=self.place,
            imprint=self.imprint,
            styles=self.styles,
            wordings=self.wordings,
            environment=self.render.environment,
            templates=templates,
        )


def start_build(site: dict[str, Any], *, draft: bool | None) -> Run:
    """Return a new run; the style library is read, posts are still to come.

    site: Pelican's settings. draft: whether every post counts as one; None goes by its own status.
    """
    begun = time.time_ns()
    settings = load_settings(site)
    signer = None if settings.c2pa == "off" else _signer_of(settings, site)
    path, folder, categories = settings.store / SHELF, settings.styles, settings.categories
    broken: dict[str, tuple[str, ...]] = {}
    styles = load_cached_styles(path, folder, categories=categories)
    styles_are_new = styles is None
    if styles is None:
        styles, broken = load_library(folder, categories=categories)
    wordings = load_translations(
        settings.words, default=site["DEFAULT_LANG"], memory=settings.store / WORDS, begun=begun
    )
    return Run(
        settings=settings,
        site=site,
        styles=styles,
        styles_are_new=styles_are_new,
        wordings=wordings,
        store=Store(settings.store),
        draft=draft,
        begun=begun,
        remembers=not (settings.originals or site.get("STYLIZE_PLAN_ONLY")),
        place=Place(
            base=RELATIVE_BASE if site["RELATIVE_URLS"] else site["SITEURL"],
            folder=settings.folder,
            sizes=settings.sizes,
            cover_sizes=settings.cover_sizes,
            originals=settings.originals,
            is_signed=signer is not None,
            explains=settings.provenance_pages,
            has_styles=settings.style_pages,
        ),
        imprint=make_site_identity(settings, site, signer=signer.digest if signer else ""),
        signer=signer,
        output=Path(site["OUTPUT_PATH"]),
        broken=broken,
        problems=list(wordings.problems),
        warnings=list(wordings.warnings),
    )


def _examine(path: Path) -> tuple[int, int, str]:
    """Read a photo that is new here; a warm build reads none and so never loads Pillow."""
    from ..images.decode import examine

    return examine(path)


def _signer_of(settings: Settings, site: dict[str, Any]) -> "Signer | None":
    """Return who signs; raises UserError where someone must and cannot, before anything is drawn."""
    from ..provenance.c2pa.signer import open_signer

    outside = [Path.cwd(), Path(site["PATH"]), Path(site["OUTPUT_PATH"])]
    assert settings.c2pa_folder is not None  # `read_settings` has filled it in
    return open_signer(settings.c2pa, settings.c2pa_folder, outside=outside)
