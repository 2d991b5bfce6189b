"""The steps of a build: start it, activate it once something is asked for, load or read each post, render it,
and update it once its pictures are made."""

import time
from collections.abc import Collection, Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..content.asking import KnownNames, asks_for_pictures
from ..model.errors import UserError, attempt
from ..pipeline.make import find_lacking, find_missing
from ..storage.checksums import INDEX
from ..storage.store import Store
from .build_state import BuildState
from .cache.posts import PostCache, compute_post_digest
from .cache.styles import load_cached_styles, load_library
from .cache_fingerprint import compute_fingerprint
from .page_urls import list_files, make_page_urls, name_settings
from .picture_records import make_site_identity
from .rendered_post import RenderedPost, insert_figures, read_fields, read_source
from .settings import Settings, load_settings
from .taken_places import TakenPlaces, describe_taken, find_taken, load_taken, save_taken
from .theme.figures import RELATIVE_BASE, Place, Renderer
from .theme.languages import normalize_tag
from .theme.translation import load_translations

if TYPE_CHECKING:
    from ..provenance.c2pa.signer import Signer
    from .post_context import PostContext
    from .posts import Post


def start_build(site: dict[str, Any], *, draft: bool | None, shows_errors: bool = False) -> BuildState:
    """Return the state of a new run, which has read and written nothing but the settings.

    site: Pelican's settings. draft: whether every post counts as one; None uses each post's own status.
    shows_errors: on the page, instead of ending the build.
    """
    settings = load_settings(site)
    return BuildState(
        settings=settings,
        site=site,
        store=Store(settings.store),
        draft=draft,
        shows_errors=shows_errors,
        uses_cache=not (settings.originals or shows_errors or site.get("STYLIZE_PLAN_ONLY")),
        started=time.time_ns(),
        output=Path(site["OUTPUT_PATH"]),
    )


def activate(state: BuildState) -> None:
    """Load what the first picture needs: the style library, the phrases, the author's key.

    Until then the plugin reads and writes nothing, so that a blog which asks for nothing is as it would be
    without it.
    """
    if state.is_active:
        return
    settings, site = state.settings, state.site
    # Reported with the other problems: Pelican would skip the post in which an exception is raised.
    signer = None if settings.c2pa == "off" else attempt(state.problems, _load_signer, settings, site)
    broken: dict[str, tuple[str, ...]] = {}
    styles = load_cached_styles(settings.store, settings.styles, categories=settings.categories)
    styles_are_new = styles is None
    if styles is None:
        styles, broken = load_library(settings.styles, categories=settings.categories)
    translations = load_translations(
        settings.words, default=site["DEFAULT_LANG"], store=settings.store, started=state.started
    )
    state.styles, state.styles_are_new, state.broken_styles = styles, styles_are_new, broken
    state.translations, state.signer = translations, signer
    state.problems += translations.problems
    state.warnings += translations.warnings
    state.place = Place(
        base=RELATIVE_BASE if site["RELATIVE_URLS"] else site["SITEURL"],
        folder=settings.folder,
        sizes=settings.sizes,
        cover_sizes=settings.cover_sizes,
        originals=settings.originals,
        is_signed=signer is not None,
    )
    state.noted = load_taken(_noted_places(state))
    set_page_urls(state, without=state.noted.without)
    state.is_active = True


def set_page_urls(state: BuildState, *, without: Collection[str]) -> None:
    """Set where the plugin's pages are, and what depends on it. without: the URLs that are taken."""
    urls = make_page_urls(state.settings, without=without)
    state.place = replace(state.place, urls=urls)
    state.identity = make_site_identity(
        state.settings, state.site, signer=state.signer.digest if state.signer else "", urls=urls
    )
    assert state.environment is not None  # Pelican makes its generators before it reads posts
    state.renderer = Renderer(state.environment, state.place, state.translations)


def leave_taken_places(state: BuildState, generators: Iterable[Any]) -> None:
    """Give up the pages whose place the author's content has, and tell so; called when all content is read.

    If other places are taken than in the last build, all posts are rendered again, with other links.
    """
    files = list_files(state.settings, state.styles)
    if not state.identity.site:  # the image sitemap is for published sites
        files.pop(state.settings.image_sitemap, None)
    state.taken = find_taken(files, generators, state.site)
    if INDEX in state.taken:
        state.problems.append(
            f"{state.taken.pop(INDEX)} has the place of {INDEX}, where the plugin keeps the list of all "
            "published pictures. Give it another place."
        )
    if state.taken:
        state.warnings.append(describe_taken(state.taken, name_settings(state.settings)))
    without = state.taken.keys() | state.noted.late
    if without == state.noted.without:
        return
    set_page_urls(state, without=without)
    state.post_cache = state.post_context = None
    contents = list(state.contents.values())
    for kept in (state.posts, state.digests, state.rendered):
        kept.clear()
    for content in contents:
        read_content(state, content)


def note_taken_places(state: BuildState) -> None:
    """Note for the next build which places are taken."""
    now = TakenPlaces(known=frozenset(state.taken), late=frozenset(state.taken_late))
    if now != state.noted:
        save_taken(_noted_places(state), now)


def _noted_places(state: BuildState) -> Path:
    return state.settings.store / f"places-{normalize_tag(state.translations.default)}.json"


def get_post_cache(state: BuildState) -> PostCache | None:
    """Return the posts of the last build; None if every post has to be read.

    Loaded for the first post, when all plugins have added their filters to the templates.
    """
    if state.post_cache is None and state.uses_cache:
        # One file for each language: pelican-i18n-subsites builds a site for each, and they share the store.
        path = state.settings.store / f"posts-{normalize_tag(state.translations.default)}.jsonl"
        cache = state.post_cache = PostCache(path, store=state.store, started=state.started)
        if cache.fingerprint != compute_fingerprint(state, cache.templates):
            cache.forget()
    return state.post_cache


def read_content(state: BuildState, content: Any) -> None:
    """Put the figures of a post into place, if it asks for any: from the cache, or else read and rendered."""
    source = read_source(content)
    known = _list_known_names(state, content)
    fields = read_fields(content)
    text = source + "".join(fields.values())
    if not asks_for_pictures(text, content.metadata, known):
        return
    activate(state)
    digest = compute_post_digest(content, source, fields)
    cache = get_post_cache(state)
    rendered = cache.load(digest) if cache else None
    if rendered:
        _insert(state, content, source=source, rendered=rendered)
        return
    from .posts import read_post

    try:
        post = read_post(content, source, get_post_context(state), known=known)
    except UserError as error:  # Pelican would skip the post
        state.problems += error.problems
        return
    if post:
        state.posts[id(content)], state.digests[id(content)] = post, digest
        _prepare_for_missing_pictures(state, post)
        render_content(state, post)


def render_content(state: BuildState, post: "Post") -> None:
    """Render a post that was read, and put its figures into place."""
    from .posts import render_post

    rendered = render_post(post, state.renderer, state.place, failures=state.failures)
    _insert(state, post.content, source=post.source, rendered=rendered)


def update_new_posts(state: BuildState) -> None:
    """Render again the posts whose pictures were made or failed in this build, to complete their records."""
    if not state.posts:
        return
    from .posts import describe_pictures

    for post in state.posts.values():
        drawings = [picture.record.stylization for picture in post.pictures.values()]
        if any(drawing and not drawing.made for drawing in drawings):
            describe_pictures(post, get_post_context(state))
            render_content(state, post)
            post.content.refresh_metadata_intersite_links()  # Pelican did, for the HTML that this replaces


def get_post_context(state: BuildState) -> "PostContext":
    """Return what reading a post needs; created for the first post, since most builds read none."""
    if state.post_context is None:
        from ..content.photos import PhotoIndex
        from .post_context import PostContext

        state.post_context = PostContext(
            settings=state.settings,
            styles=state.styles,
            broken_styles=frozenset(state.broken_styles),
            index=PhotoIndex(
                state.settings.store / "photos.json",
                examine=partial(_examine, memory_limit=state.settings.memory_limit),
            ),
            content=Path(state.site["PATH"]),
            store=state.store,
            identity=state.identity,
            translations=state.translations,
            draft=state.draft,
        )
    return state.post_context


def _list_known_names(state: BuildState, content: Any) -> KnownNames:
    """Return what the values of a post's front matter may name."""

    def has_photo(name: str) -> bool:
        from ..content.photos import find_photo

        folder, root = Path(content.source_path).parent, Path(state.site["PATH"])
        try:
            find_photo(name, folder=folder, content=root)
        except UserError:
            return False
        return True

    return KnownNames(slugs=state.slugs, has_photo=has_photo)


def _prepare_for_missing_pictures(state: BuildState, post: "Post") -> None:
    """Let a worker load the networks from the first missing picture on, while other posts are read.

    `signals.make_and_publish` closes the executor again, whatever comes between.
    """
    if state.executor or post.problems or state.site.get("STYLIZE_PLAN_ONLY"):
        return
    publications = (picture.publication for picture in post.pictures.values())
    if find_missing(find_lacking(publications, state.store), state.store):
        from .make_pictures import get_executor

        get_executor(state).prepare()


def _insert(state: BuildState, content: Any, *, source: str, rendered: RenderedPost) -> None:
    state.rendered[id(content)], state.contents[id(content)] = rendered, content
    settings = state.settings
    insert_figures(content, source, rendered, folder=settings.folder, cover_field=settings.cover_field)


def _examine(path: Path, *, memory_limit: int) -> tuple[int, int, str, str]:
    """Read a photo that is new here; a warm build reads none and so never loads Pillow."""
    from ..images.decode import examine

    return examine(path, memory_limit=memory_limit or None)


def _load_signer(settings: Settings, site: dict[str, Any]) -> "Signer | None":
    """Return the signer of files; raises UserError if one is required and there is no key."""
    from ..provenance.c2pa.signer import open_signer

    outside = [Path.cwd(), Path(site["PATH"]), Path(site["OUTPUT_PATH"])]
    assert settings.c2pa_folder is not None  # `read_settings` has filled it in
    return open_signer(settings.c2pa, settings.c2pa_folder, outside=outside)
