"""Makes and publishes the pictures of a run, and heals what turns out not to be as it was remembered.

What the store cannot vouch for is not published. A post from the cache does not say what its pictures are
made from, so it is read again, its damaged pictures are made again, and publishing goes on. The same is done
with posts whose photos have changed since they were read, or were remembered wrongly.
"""

from dataclasses import replace
from pathlib import Path

from ..model.errors import UserError
from ..pipeline.make import Report, find_lacking
from ..pipeline.publication import Publication, Stale, list_source_files
from ..storage.atomic_files import display_path
from ..storage.checksums import INDEX
from .build import get_post_cache, get_post_context, read_content, update_new_posts
from .build_state import BuildState
from .cache.posts import compute_artwork_digest, compute_post_digest
from .cache.styles import load_library
from .problems import describe_end, report_problems
from .rendered_post import RenderedPost, read_fields, read_source
from .save_caches import save_styles_and_photos

MOST_ROUNDS = 3  # of reading again; what is not settled then changes faster than it can be read


def make_and_publish_pictures(state: BuildState) -> Report:
    """Make the pictures that the store lacks, and publish all pictures of a run.

    Raises UserError if a picture cannot be made and its place may not be marked in the page, and if a picture
    that was made again cannot be published either.
    """
    report = _make_pictures(state)
    for _ in range(MOST_ROUNDS):
        state.failures = report.failures
        if report.failures and not (state.settings.placeholders or state.shows_errors):
            raise UserError(*report.failures.values(), describe_end(state))
        if state.left_quick:
            from .budget import report_left_quick

            report_left_quick(state)
        update_new_posts(state)
        stale = _publish_pictures(state)
        if not stale:
            return report
        _read_again(state, stale)
        report = _add(report, _make_pictures(state))
    raise UserError(*_describe(stale, why="cannot be published: its files change faster than they are made"))


def _make_pictures(state: BuildState) -> Report:
    """Make what the store lacks; what has changed meanwhile is read again and made as it is now."""
    report = _make_lacking(state, failures={})
    for _ in range(MOST_ROUNDS):
        if not report.stale:
            return report
        _read_again(state, report.stale)
        report = _add(report, _make_lacking(state, failures=report.failures))
    unmade = Stale(publications=frozenset(p for p in report.stale.publications if not p.key))
    if unmade:  # a stylized one is among the failures
        raise UserError(*_describe(unmade, why="changes while the site is being built"))
    return report


def _make_lacking(state: BuildState, *, failures: dict[str, str]) -> Report:
    """Make what the store lacks, except the pictures that have failed before."""
    pictures = len({publication.key for publication in state.publications if publication.key})
    lacking = [p for p in find_lacking(state.publications, state.store) if p.key not in failures]
    if not lacking:
        return Report(pictures=pictures, new=0, seconds=0.0, failures={})
    from .make_pictures import make_pictures

    return make_pictures(state, lacking, pictures=pictures, raises=not state.shows_errors)


def _publish_pictures(state: BuildState) -> Stale:
    if not (state.shown or (state.output / INDEX).exists()):
        return Stale()
    from .publish_pictures import publish_pictures

    return publish_pictures(state)


def _add(before: Report, report: Report) -> Report:
    """Return the report of two rounds; what was read again has failed only if it failed again."""
    again = {publication.key for publication in before.stale.publications}
    kept = {key: message for key, message in before.failures.items() if key not in again}
    return replace(
        report,
        new=before.new + report.new,
        seconds=before.seconds + report.seconds,
        failures=kept | report.failures,
    )


def _read_again(state: BuildState, stale: Stale) -> None:
    """Read and render all that shows a stale picture, or that depends on a stale file; raises UserError."""
    from .pages.style_pages import render_artworks

    context = get_post_context(state)
    context.index.forget(stale.files)
    library = state.settings.styles.absolute()
    if any(path.is_relative_to(library) for path in stale.files):
        _load_library_again(state)
        posts, slugs = list(state.contents), set(state.artworks)
    else:
        posts = [number for number, rendered in state.rendered.items() if _is_stale(rendered, stale)]
        slugs = {slug for slug, rendered in state.artworks.items() if _is_stale(rendered, stale)}
    cache = get_post_cache(state)
    for number in posts:
        content = state.contents[number]
        if cache:
            cache.drop(compute_post_digest(content, read_source(content), read_fields(content)))
        state.posts.pop(number, None)
        read_content(state, content)
    for slug in slugs:
        if cache:
            cache.drop(compute_artwork_digest(slug))
        del state.artworks[slug]
    render_artworks(state)
    save_styles_and_photos(state)
    if state.problems or any(state.posts[number].problems for number in posts if number in state.posts):
        report_problems(state)


def _load_library_again(state: BuildState) -> None:
    state.styles, state.broken_styles = load_library(
        state.settings.styles, categories=state.settings.categories
    )
    state.styles_are_new = True
    state.post_context = replace(
        get_post_context(state), styles=state.styles, broken_styles=frozenset(state.broken_styles)
    )


def _is_stale(rendered: RenderedPost, stale: Stale) -> bool:
    addresses = {publication.address for publication in stale.publications}
    return any(
        publication.address in addresses or not stale.files.isdisjoint(list_source_files(publication))
        for publication in rendered.publications
    )


def _describe(stale: Stale, *, why: str) -> list[str]:
    """Return a message for each stale picture and file."""
    places = {_find_place(publication) for publication in stale.publications}
    places |= {display_path(path) for path in stale.files}
    return [
        f"{place}: {why}. Wait until the file is complete, check the disk, and build again."
        for place in sorted(places)
    ]


def _find_place(publication: Publication) -> str:
    files: list[Path] = sorted(list_source_files(publication))
    return display_path(files[0]) if files else publication.name
