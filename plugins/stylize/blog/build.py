"""The steps of a build: start it, load or read each post, render it, update it once its pictures are made."""

import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..pipeline.make import find_lacking, find_missing
from ..storage.store import Store
from .build_state import BuildState
from .cache.posts import PostCache, compute_post_digest
from .cache.styles import load_cached_styles, load_library
from .cache_fingerprint import compute_fingerprint
from .picture_records import make_site_identity
from .rendered_post import RenderedPost, insert_figures, read_source
from .settings import Settings, load_settings
from .theme.figures import RELATIVE_BASE, Place
from .theme.languages import normalize_tag
from .theme.translation import load_translations

if TYPE_CHECKING:
    from ..provenance.c2pa.signer import Signer
    from .post_context import PostContext
    from .posts import Post


def start_build(site: dict[str, Any], *, draft: bool | None, shows_errors: bool = False) -> BuildState:
    """Return the state of a new run: the style library is loaded, posts are still to come.

    site: Pelican's settings. draft: whether every post counts as one; None uses each post's own status.
    shows_errors: on the page, instead of ending the build.
    """
    started = time.time_ns()
    settings = load_settings(site)
    signer = None if settings.c2pa == "off" else _load_signer(settings, site)
    broken: dict[str, tuple[str, ...]] = {}
    styles = load_cached_styles(settings.store, settings.styles, categories=settings.categories)
    styles_are_new = styles is None
    if styles is None:
        styles, broken = load_library(settings.styles, categories=settings.categories)
    translations = load_translations(
        settings.words, default=site["DEFAULT_LANG"], store=settings.store, started=started
    )
    return BuildState(
        settings=settings,
        site=site,
        styles=styles,
        styles_are_new=styles_are_new,
        broken_styles=broken,
        translations=translations,
        store=Store(settings.store),
        draft=draft,
        shows_errors=shows_errors,
        uses_cache=not (settings.originals or shows_errors or site.get("STYLIZE_PLAN_ONLY")),
        started=started,
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
        identity=make_site_identity(settings, site, signer=signer.digest if signer else ""),
        signer=signer,
        output=Path(site["OUTPUT_PATH"]),
        problems=list(translations.problems),
        warnings=list(translations.warnings),
    )


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
    """Put the figures of a post into place: loaded from the cache, or else read and rendered."""
    source = read_source(content)
    digest = compute_post_digest(content, source)
    cache = get_post_cache(state)
    rendered = cache.load(digest) if cache else None
    if rendered:
        _insert(state, content, source=source, rendered=rendered)
        return
    from .posts import read_post

    post = read_post(content, source, get_post_context(state))
    if post:
        state.posts[id(content)], state.digests[id(content)] = post, digest
        _prepare_for_missing_pictures(state, post)
        render_content(state, post)


def render_content(state: BuildState, post: "Post") -> None:
    """Render a post that was read, and put its figures into place."""
    from .posts import render_post

    assert state.renderer is not None  # Pelican makes its generators before it reads posts
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
    insert_figures(content, source, rendered)


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
