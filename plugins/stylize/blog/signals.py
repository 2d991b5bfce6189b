"""The handlers of Pelican's signals, in the order of a run.

initialized            check the settings; register our Markdown extension
get_generators         start a build (once per run; `pelican -r` runs again after each change)
generator_init         add our templates behind the theme's
*_generator_context    rename front matter that Pelican cannot take
content_object_init    load or read a post, and insert its figures
all_generators_finalized   report all problems; make and publish the pictures
get_writer             offer the writer that completes the heads of pages
content_written, feed_generated   fill in URLs that depend on the page; complete feeds
finalized              write the image sitemap; remove pictures that no page shows any more

Runs may be nested: pelican-i18n-subsites builds the other languages inside `get_writer` of the main site.
Handlers keep no state of their own: each finds the state of its run in the settings or the context that its
signal brings.
"""

import errno
import gc
import logging
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pelican
from jinja2 import FileSystemLoader
from pelican import contents, signals
from pelican.generators import Generator

from ..content import placeholders
from ..content.markdown_extension import Pictures
from ..model.errors import UserError
from ..pipeline.make import Report, find_lacking
from ..pipeline.publish import INDEX, prune
from ..storage.atomic_files import OUTPUT, DiskError, explain_refusals
from ..storage.site_lock import list_locked, release_all
from . import progress
from .build import read_content, start_build, update_new_posts
from .build_state import BuildState, attach_state, detach_state, find_state
from .head_writer import HeadWriter
from .output_guard import guard_output
from .pages.credits_pages import ProvenancePages
from .pages.feeds import add_rights_and_covers, write_rights
from .pages.style_pages import StylePages, render_artworks
from .problems import report_problems
from .rendered_post import SOURCE
from .save_caches import save_posts, save_styles_and_photos
from .settings import load_settings
from .style_usage import find_style_warnings, save_usage
from .theme.figures import RELATIVE_BASE, Renderer

logger = logging.getLogger(__name__)

# Errors that only writing has; others may be of a post that cannot be read.
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS)

TEMPLATES = Path(__file__).parent / "theme" / "templates"


def connect() -> None:
    """Connect to the signals; module-level functions only, since Pelican may call this twice."""
    signals.initialized.connect(check_settings)
    signals.get_generators.connect(start)
    signals.generator_init.connect(add_templates)
    signals.article_generator_context.connect(rename_front_matter)
    signals.page_generator_context.connect(rename_front_matter)
    signals.content_object_init.connect(read)
    signals.all_generators_finalized.connect(make_and_publish)
    signals.get_writer.connect(offer_writer)
    signals.content_written.connect(complete_page)
    signals.feed_generated.connect(complete_feed)
    signals.finalized.connect(finish)


def check_settings(site: Any) -> None:
    """Check the settings and register our Markdown extension; site: the Pelican object, here and below."""
    logging.getLogger("pelican").addFilter(_remove_traceback)
    load_settings(site.settings)
    extensions = site.settings["MARKDOWN"].setdefault("extensions", [])
    if not any(isinstance(extension, Pictures) for extension in extensions):
        extensions.append(Pictures())


def start(site: Any) -> tuple[type[Generator], ...]:
    """Start a build with a new state, and offer the generators of our own pages."""
    if gc.get_freeze_count():  # under autoreload, where what earlier runs left behind is garbage now
        gc.unfreeze()
        gc.collect()
    _spare_from_garbage_collection()
    reloads = _reloads()
    outer = find_state(site.settings)
    if outer:
        _close_executor(outer)  # of a run that failed while posts were read
    state = start_build(
        site.settings,
        draft=_is_draft(site.settings, reloads=reloads),
        shows_errors=bool(site.settings.get("STYLIZE_SHOW_ERRORS")) or reloads,
    )
    guard_output(state, waits=reloads)
    # A nested run has a copy of the outer run's settings. In the same settings it is a run that failed.
    state.outer = outer if outer and outer.site is not site.settings else None
    attach_state(state, site.settings)
    offered = ((StylePages, state.settings.style_pages), (ProvenancePages, state.settings.provenance_pages))
    return tuple(pages for pages, is_wanted in offered if is_wanted)


def add_templates(generator: Any) -> None:
    """Add our templates behind the theme's, so that a theme may override each of them."""
    state = find_state(generator.settings)
    if state is None:
        return
    if find_state(generator.context) is not state:  # Pelican copied the settings before `get_generators`
        attach_state(state, generator.context)
    generator.env.loader.loaders.append(FileSystemLoader(TEMPLATES))
    generator.env.globals["words"] = state.translations.of(state.translations.default)
    if state.renderer is None:
        state.renderer = Renderer(generator.env, state.place, state.translations)
    elif isinstance(generator, StylePages | ProvenancePages):
        # The first generator has compiled the theme's base.html; with an environment of our own we
        # would do it again, which is a tenth of a small build.
        generator.env = state.renderer.environment


def rename_front_matter(generator: Any, metadata: dict[str, Any]) -> None:
    """Rename our front matter that Pelican would mistake for its own."""
    placeholders.rename_content_field(metadata)


def read(content: Any) -> None:
    """Read a post and insert its figures; problems are reported when all posts are read."""
    if isinstance(content, contents.Article | contents.Page):
        state = find_state(content.settings)
        if state:
            read_content(state, content)


def make_and_publish(generators: list[Any]) -> None:
    """Report the problems of all posts together, or make and publish the pictures."""
    state = find_state(generators[0].settings)
    if state is None:
        return
    try:
        _make_and_publish(state, generators)
    finally:
        _close_executor(state)


def _make_and_publish(state: BuildState, generators: list[Any]) -> None:
    _spare_from_garbage_collection()
    for content in _find_unseen(state, generators):
        read_content(state, content)
    render_artworks(state)
    save_styles_and_photos(state)
    state.warnings += find_style_warnings(state)
    report_problems(state)
    if state.site.get("STYLIZE_PLAN_ONLY"):
        _stop_after_planning(state)
    if state.outer or state.site.get("STYLIZE_BUDGET") is not None:
        from .budget import spend_budget

        spend_budget(state)
    report = _make_pictures(state)
    state.failures = report.failures
    if report.failures and not (state.settings.placeholders or state.shows_errors):
        raise UserError(*report.failures.values(), "nothing was published.")
    if state.left_quick:
        from .budget import report_left_quick

        report_left_quick(state)
    update_new_posts(state)
    if state.publications or (state.output / INDEX).exists():
        from .publish_pictures import publish_pictures

        publish_pictures(state)
    save_posts(state)
    save_usage(state)
    if report.pictures:
        progress.print_line(str(report))
    if state.posts:
        from .drafts import summarize_left_out

        drafts = (post for post in state.posts.values() if post.note)
        planned = [entry for post in drafts for entry in post.plan.entries]
        if summary := summarize_left_out(planned, of_site=bool(state.draft)):
            progress.print_line(summary)


def offer_writer(site: Any) -> type[HeadWriter]:
    """Offer the writer that completes the heads of pages."""
    return HeadWriter


def complete_page(path: str, context: dict[str, Any]) -> None:
    """Note which posts are written; with RELATIVE_URLS, fill in the path from a page to the pictures."""
    state = find_state(context)
    if state is None:
        return
    content = context.get("article") or context.get("page")
    if id(content) in state.contents:
        state.written.add(id(content))
    if state.place.base != RELATIVE_BASE or not path.endswith((".html", ".htm")):
        return
    page = Path(path)
    text = page.read_text("utf-8")
    if RELATIVE_BASE in text:
        page.write_text(text.replace(RELATIVE_BASE, context["SITEURL"]), "utf-8")


def complete_feed(context: dict[str, Any], feed: Any) -> None:
    """Add rights and covers to a feed, and make its URLs absolute."""
    state = find_state(context)
    if state is None:
        return
    domain = context.get("FEED_DOMAIN") or context.get("SITEURL") or state.site["SITEURL"]
    base = state.place.base
    add_rights_and_covers(feed.items, state, domain=domain)
    write_rights(feed)
    if base == domain:
        return
    root = re.compile(
        rf"(?<![\w./:-]){re.escape(base)}(?=/(?:{re.escape(state.settings.folder)}|styles|provenance)/)"
    )
    for item in feed.items:
        for name in ("description", "content"):
            if item.get(name):
                item[name] = root.sub(domain, item[name])


def finish(site: Any) -> None:
    """Remove pictures that no page shows any more, and end with an error if one could not be made."""
    state = find_state(site.settings)
    if state is None:
        return
    detach_state(state)
    if state.identity.site:
        from .pages.sitemap import write_sitemap

        write_sitemap(state)
    prune(state.pictures, keep=state.publications, originals=state.originals)
    if not state.outer and _reloads():
        release_all()
    if state.outer:  # its pages are still to be written, so it reports the failures of both
        state.outer.failures |= state.failures
    elif state.failures and not state.shows_errors:
        count = len(state.failures)
        raise UserError(
            *state.failures.values(),
            f"{count} picture{'' if count == 1 else 's'} could not be made; "
            "the place is marked on the page. Build again to try once more.",
        )


def _close_executor(state: BuildState) -> None:
    """Stop a worker that was started for pictures that are not made now."""
    if state.executor:
        state.executor.close()


def _stop_after_planning(state: BuildState) -> None:
    """End the run of the command `plan`: the exception carries the plan out of Pelican before it writes."""
    from ..pipeline.plan import StopAfterPlanning
    from .make_pictures import find_missing_pictures

    entries = tuple(entry for post in state.posts.values() for entry in post.plan.entries)
    raise StopAfterPlanning(entries, missing=frozenset(find_missing_pictures(state)))


def _make_pictures(state: BuildState) -> Report:
    pictures = len({publication.key for publication in state.publications if publication.key})
    lacking = find_lacking(state.publications, state.store)
    if not lacking:
        return Report(pictures=pictures, new=0, seconds=0.0, failures={})
    from .make_pictures import make_pictures

    return make_pictures(state, lacking, pictures=pictures, raises=not state.shows_errors)


def _spare_from_garbage_collection() -> None:
    """Exclude all present objects from Python's garbage collection.

    All modules, and all posts once they are read, stay to the end of the run. Searching them again and
    again, and once more at exit, takes a tenth of a small build: as much as all our work in a warm one.
    """
    gc.freeze()


def _find_unseen(state: BuildState, generators: list[Any]) -> Iterator[Any]:
    """Yield the posts that Pelican took from its cache, for which it sends no signal."""
    for generator in generators:
        for name in _LISTS:
            for content in getattr(generator, name, ()):
                if id(content) not in state.rendered and SOURCE in content.metadata:
                    yield content


_LISTS = (
    *("articles", "translations", "drafts", "drafts_translations"),
    *("hidden_articles", "hidden_translations"),
    *("pages", "draft_pages", "draft_translations", "hidden_pages"),
)


def _is_draft(site: dict[str, Any], *, reloads: bool) -> bool | None:
    """Whether every post counts as a draft, in which nothing is painted; None uses each post's status."""
    if site.get("STYLIZE_PAINT"):
        return False
    return True if site.get("STYLIZE_DRAFT") or reloads else None


def _reloads() -> bool:
    """Whether this is `pelican -r`, which builds again at every change, and retries after an exception."""
    frame = sys._getframe()
    while frame is not None:
        if frame.f_code is pelican.autoreload.__code__:
            return True
        frame = frame.f_back  # type: ignore[assignment]
    return False


def _remove_traceback(record: logging.LogRecord) -> bool:
    """Pelican logs every exception with its traceback; a typo in a post, or a full disk, is not a crash."""
    error = record.exc_info[1] if record.exc_info else None
    if error is None or logger.getEffectiveLevel() <= logging.DEBUG:
        return True
    if isinstance(error, OSError) and error.errno in _FULL:
        error = _explain_refusal(error)
    if isinstance(error, UserError):
        record.msg, record.args, record.exc_info = str(error), (), None
        record.is_explained = True
    return True


def _explain_refusal(error: OSError) -> Exception:
    """Return the explanation of an error of the disk that holds the output."""
    named = Path(error.filename) if isinstance(error.filename, str) else None  # none if the disk is full
    place = named or next(iter(list_locked()), Path.cwd())
    try:
        with explain_refusals(place, doing="building the site", setting=OUTPUT):
            raise error
    except DiskError as explained:
        return explained
