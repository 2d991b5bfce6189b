"""Saves styles, photos and posts at the end of a build, for the next one."""

from .build import get_post_cache, get_post_context
from .build_state import BuildState
from .cache.posts import PostCache, compute_artwork_digest
from .cache.styles import cache_styles
from .cache_fingerprint import compute_fingerprint, find_templates
from .networks_card import CARD, NETWORKS, get_networks_card


def save_styles_and_photos(state: BuildState) -> None:
    """Save what was learned of styles and photos, if any were read."""
    if state.styles_are_new and not state.broken_styles:
        settings = state.settings
        cache_styles(settings.store, settings.styles, styles=state.styles.values(), started=state.started)
    if state.post_context:
        state.post_context.index.save()


def save_posts(state: BuildState) -> None:
    """Save the posts that this build read, and the pages of styles; called when all pictures are made."""
    cache = get_post_cache(state)
    if cache is None:
        return
    pages = {compute_artwork_digest(slug): rendered for slug, rendered in state.artworks.items()}
    pages[NETWORKS] = get_networks_card(state)
    new = {digest: rendered for digest, rendered in pages.items() if not cache.holds(digest)}
    if not (state.posts or new):
        cache.save(cache.fingerprint, cache.templates)
        return
    templates = find_templates(state.renderer.environment, started=state.started)
    if templates is None:
        return
    _add_posts(state, cache)
    from .pages.style_page_facts import list_style_files

    files = {compute_artwork_digest(slug): list_style_files(style) for slug, style in state.styles.items()}
    files[NETWORKS] = [str(CARD)]
    for digest, rendered in new.items():
        cache.add(digest, rendered, files=files[digest], photos=())
    cache.save(compute_fingerprint(state, templates), templates)


def _add_posts(state: BuildState, cache: PostCache) -> None:
    """Add the posts that are final: without problems, and not waiting for a painted picture."""
    from .posts import list_post_files

    for identity, post in state.posts.items():
        if post.problems or post.warnings or any(entry.stands_for for entry in post.plan.entries):
            continue
        found = list_post_files(post, get_post_context(state))
        if found:
            files, photos = found
            cache.add(state.digests[identity], state.rendered[identity], files=files, photos=photos)
