"""The state of one run of Pelican: its settings, styles, posts and pictures.

It travels in Pelican's own settings and template context, so that nested runs (pelican-i18n-subsites
builds one site inside another) and the repeated runs of `pelican -r` each have their own.

A run begins idle: it has settings, and has read and written nothing. The first post that asks for a picture
makes it active (`build.activate`).
"""

import os
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Optional

from ..model.entities import Photo, Style
from ..pipeline.publication import Publication
from ..storage.store import Store
from .picture_records import SiteIdentity
from .rendered_post import RenderedPost
from .settings import Settings
from .taken_places import TakenPlaces, read_static_place
from .theme.figures import Place, Renderer
from .theme.translation import Translations

if TYPE_CHECKING:
    from jinja2 import Environment

    from ..executors.interface import Executor
    from ..provenance.c2pa.signer import Signer
    from .cache.posts import PostCache
    from .drafts import LeftQuick
    from .post_context import PostContext
    from .posts import Post

KEY = "STYLIZE_BUILD"  # of the state in the settings and the context of a run


@dataclass(kw_only=True, eq=False)
class BuildState:
    """Data only; the functions that fill it are in `build`, `signals` and the modules they call.

    Dicts with int keys are keyed by the identity (`id`) of Pelican's object for a post.
    """

    settings: Settings
    site: dict[str, Any]  # Pelican's settings
    attached_to: list[MutableMapping[str, Any]] = field(default_factory=list)  # where `find_state` finds it
    outer: Optional["BuildState"] = None  # of the run inside which this one is nested
    store: Store
    output: Path  # of the site; the pictures are published below it
    output_before: frozenset[str] = frozenset()  # what is there, if Pelican deletes it before it reads posts
    started: int  # nanoseconds since 1970
    environment: "Environment | None" = None  # of templates; None until Pelican has made its first generator
    is_active: bool = False  # whether a post or a setting asks for anything
    # The following nine exist once the run is active.
    styles: dict[str, Style] = field(init=False)
    styles_are_new: bool = field(init=False)  # read in this build, not loaded from the cache
    broken_styles: dict[str, tuple[str, ...]] = field(init=False)  # slug -> why the style cannot be read
    translations: Translations = field(init=False)
    signer: "Signer | None" = field(init=False)  # signs every published file; None leaves them unsigned
    place: Place = field(init=False)
    identity: SiteIdentity = field(init=False)
    renderer: Renderer = field(init=False)
    noted: TakenPlaces = field(init=False)  # of the last build
    draft: bool | None = None  # whether every post counts as a draft; None uses each post's own status
    shows_errors: bool = False  # on the page, instead of ending the build
    uses_cache: bool = True  # whether posts of the last build are used again if nothing has changed
    post_cache: "PostCache | None" = None  # None until the first post; see `build.get_post_cache`
    post_context: "PostContext | None" = None  # None until a post is read; see `build.get_post_context`
    executor: "Executor | None" = None  # None until a picture is missing; see `make_pictures.get_executor`
    rendered: dict[int, RenderedPost] = field(default_factory=dict)
    contents: dict[int, Any] = field(default_factory=dict)  # pelican.contents.Content
    elsewhere: set[int] = field(default_factory=set)  # posts whose page is in the site of their language
    written: set[int] = field(default_factory=set)  # posts whose page this run has written
    static: list[Any] = field(default_factory=list)  # pelican.contents.Static: the files that Pelican copies
    posts: dict[int, "Post"] = field(default_factory=dict)  # those that were read, not loaded from the cache
    digests: dict[int, str] = field(default_factory=dict)  # of what they say, for the cache
    artworks: dict[str, RenderedPost] = field(default_factory=dict)  # by style
    networks_card: RenderedPost | None = None
    taken: dict[str, str] = field(default_factory=dict)  # URL of a page of ours -> what has its place
    taken_late: set[str] = field(default_factory=set)  # the URLs where another plugin has written
    pages: list[str] = field(default_factory=list)  # the URLs of ours that this run has written
    is_first: bool = False  # whether there were no pictures in the site before this run
    problems: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    failures: dict[str, str] = field(default_factory=dict)  # key of a picture -> why there is none
    budget_left: float | None = None  # seconds of painting that this run has not spent; None for no limit
    left_quick: list["LeftQuick"] = field(default_factory=list)  # pictures that the budget did not reach

    @property
    def all_rendered(self) -> list[RenderedPost]:
        """The posts, and the artworks of the styles."""
        return [*self.rendered.values(), *self.artworks.values()]

    @property
    def publications(self) -> list[Publication]:
        """The pictures that posts ask for, in whatever language."""
        return [publication for rendered in self.all_rendered for publication in rendered.publications]

    @property
    def shown(self) -> list[Publication]:
        """The pictures on the pages of this site."""
        posts = (rendered for identity, rendered in self.rendered.items() if identity not in self.elsewhere)
        return [p for rendered in (*posts, *self.artworks.values()) for p in rendered.publications]

    @property
    def unlisted(self) -> set[str]:
        """The names of the publications that only drafts and hidden posts show: no public list has them."""
        public = [rendered for identity, rendered in self.rendered.items() if self.is_public(identity)]
        listed = {p.name for rendered in (*public, *self.artworks.values()) for p in rendered.publications}
        return {publication.name for publication in self.shown} - listed

    def is_public(self, identity: int) -> bool:
        """Return whether other pages of this site link to a post: it is neither a draft nor hidden."""
        return identity not in self.elsewhere and bool(self.contents[identity].status == "published")

    @property
    def originals(self) -> list[Photo]:
        """The photos whose own files are published."""
        if not self.settings.originals:
            return []
        return [entry.photo for post in self.posts.values() for entry in post.plan.entries]

    @property
    def pictures(self) -> Path:
        """The folder where the pictures are published."""
        return self.output / self.settings.folder

    @cached_property
    def slugs(self) -> frozenset[str]:
        """The names of the folders in the style library, which nothing has read yet."""
        try:
            with os.scandir(self.settings.styles) as entries:
                return frozenset(each.name for each in entries if each.name[0] not in "._" and each.is_dir())
        except OSError:
            return frozenset()

    @cached_property
    def static_pictures(self) -> list[str]:
        """The author's own files that Pelican copies into the folder of pictures, as paths below the site."""
        folder = f"{self.settings.folder}/"
        anywhere = self.site["STATIC_SAVE_AS"] != "{path}"
        paths = (
            read_static_place(file)
            for file in self.static
            if anywhere or folder in file.metadata.get("path", file.source_path)
        )
        return [path for path in paths if path.startswith(folder)]

    @cached_property
    def urls(self) -> dict[int, str]:
        """The URLs of the posts, which Pelican computes again at each access."""
        return {identity: content.url for identity, content in self.contents.items()}

    @cached_property
    def by_url(self) -> dict[str, int]:
        """The posts by their URL."""
        return {url: identity for identity, url in self.urls.items()}

    def __reduce__(self) -> tuple[type[None], tuple[()]]:
        # Pelican's cache of generators pickles posts with their settings. The state ends with its run.
        return type(None), ()


def find_state(settings: Mapping[str, Any]) -> BuildState | None:
    """Return the state of the run that these settings, or this context, belong to."""
    state: BuildState | None = settings.get(KEY)
    return state


def find_active_state(settings: Mapping[str, Any]) -> BuildState | None:
    """Return the same, or None if nothing in this run asks for anything."""
    state = find_state(settings)
    return state if state and state.is_active else None


def attach_state(state: BuildState, settings: MutableMapping[str, Any]) -> None:
    """Make `find_state` return this state."""
    settings[KEY] = state
    state.attached_to.append(settings)


def detach_state(state: BuildState) -> None:
    """Let go of the state at the end of its run: Pelican's memoized methods keep posts and their context."""
    for settings in state.attached_to:
        del settings[KEY]
