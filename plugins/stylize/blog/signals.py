"""The handlers of Pelican's signals, in the order of a run.

initialized            check the settings; register our Markdown extension and reStructuredText directives
get_generators         start a build (once per run; `pelican -r` runs again after each change)
generator_init         add our templates behind the theme's
*_generator_context    rename front matter that Pelican cannot take
static_generator_finalized   keep what museums have sent out of the files that Pelican copies
content_object_init    load or read a post that asks for pictures, and insert its figures
all_generators_finalized   report all problems; make and publish the pictures
get_writer             offer the writer that completes the heads of pages
content_written, feed_generated   fill in URLs that depend on the page; complete feeds
finalized              write the image sitemap; remove pictures that no page shows any more

A run in which no post and no setting asks for anything stays idle: it reads no style, adds nothing to a page
and writes no file (`build.activate`).

Runs may be nested: pelican-i18n-subsites builds the other languages inside `get_writer` of the main site.
Handlers keep no state of their own: each finds the state of its run in the settings or the context that its
signal brings.
"""

import gc
import logging
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pelican
from jinja2 import FileSystemLoader
from pelican import contents, signals
from pelican.generators import Generator

from ..content import placeholders
from ..content.markdown_extension import Pictures
from ..content.rest_registration import register_directives
from ..model.errors import UserError
from ..pipeline.publish import prune
from ..storage.checksums import INDEX, withdraw_checksums
from ..storage.site_lock import release_all
from . import progress
from .build import activate, leave_taken_places, note_taken_places, read_content, start_build
from .build_state import BuildState, attach_state, detach_state, find_active_state, find_state
from .explain_errors import explain_error
from .head_writer import HeadWriter
from .healing import make_and_publish_pictures
from .museum_files import withhold_museum_files
from .output_guard import guard_output
from .pages.feeds import add_rights_and_covers, find_post, write_rights
from .pages.own_pages import OwnPages
from .pages.style_pages import render_artworks
from .positions import check_positions
from .problems import list_output, report_problems
from .rendered_post import SOURCE
from .save_caches import save_posts, save_styles_and_photos
from .settings import load_settings
from .style_usage import find_style_warnings, save_usage
from .taken_places import list_contents
from .theme.figures import NAME, RELATIVE_BASE
from .theme_names import SiteForThemes

logger = logging.getLogger(__name__)

TEMPLATES = Path(__file__).parent / "theme" / "templates"


def connect() -> None:
    """Connect to the signals; module-level functions only, since Pelican may call this twice."""
    signals.initialized.connect(check_settings)
    signals.get_generators.connect(start)
    signals.generator_init.connect(add_templates)
    signals.article_generator_context.connect(rename_front_matter)
    signals.page_generator_context.connect(rename_front_matter)
    signals.static_generator_finalized.connect(withhold)
    signals.content_object_init.connect(read)
    signals.all_generators_finalized.connect(make_and_publish)
    signals.get_writer.connect(offer_writer)
    signals.content_written.connect(complete_page)
    signals.feed_generated.connect(complete_feed)
    signals.finalized.connect(finish)


def check_settings(site: Any) -> None:
    """Check the settings, and register our Markdown extension and our reStructuredText directives.

    site: the Pelican object, here and below.
    """
    logging.getLogger("pelican").addFilter(explain_error)
    load_settings(site.settings)
    extensions = site.settings["MARKDOWN"].setdefault("extensions", [])
    if not any(isinstance(extension, Pictures) for extension in extensions):
        extensions.append(Pictures())
    register_directives()


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
    state.output_before = list_output(site.settings)
    guard_output(state, waits=reloads)
    state.started = time.time_ns()  # what another process has written until now is not of this run
    # A nested run has a copy of the outer run's settings. In the same settings it is a run that failed.
    state.outer = outer if outer and outer.site is not site.settings else None
    attach_state(state, site.settings)
    return (OwnPages,)


def add_templates(generator: Any) -> None:
    """Add our templates behind the theme's, so that a theme may override each of them."""
    state = find_state(generator.settings)
    if state is None:
        return
    if find_state(generator.context) is not state:  # Pelican copied the settings before `get_generators`
        attach_state(state, generator.context)
    generator.env.loader.loaders.append(FileSystemLoader(TEMPLATES))
    generator.env.globals[NAME] = SiteForThemes(state)
    if state.environment is None:
        state.environment = generator.env
    elif isinstance(generator, OwnPages):
        # The first generator has compiled the theme's base.html; with an environment of our own we
        # would do it again, which is a tenth of a small build.
        generator.env = state.environment


def rename_front_matter(generator: Any, metadata: dict[str, Any]) -> None:
    """Rename our front matter that Pelican would mistake for its own."""
    placeholders.rename_content_field(metadata)


def read(content: Any) -> None:
    """Read a post and insert its figures; problems are reported when all posts are read."""
    if isinstance(content, contents.Article | contents.Page):
        state = find_state(content.settings)
        if state:
            read_content(state, content)


def withhold(generator: Any) -> None:
    """Keep museums' originals and citations out of the files that Pelican copies; in an idle run too."""
    state = find_state(generator.settings)
    if state is not None:
        withhold_museum_files(generator.staticfiles, originals=state.settings.museum_originals)


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
    if _is_asked_by_settings(state):
        activate(state)
    if not state.is_active:
        if state.site.get("STYLIZE_PLAN_ONLY"):
            _stop_after_planning(state)
        _withdraw_pictures(state)
        return
    generators.sort(key=lambda each: isinstance(each, OwnPages))  # after all others, see `OwnPages`
    leave_taken_places(state, generators)
    render_artworks(state)
    save_styles_and_photos(state)
    state.static = [file for each in generators for file in getattr(each, "staticfiles", ())]
    state.warnings += find_style_warnings(state)
    check_positions(state)
    report_problems(state)
    if state.site.get("STYLIZE_PLAN_ONLY"):
        _stop_after_planning(state)
    if state.outer or state.site.get("STYLIZE_BUDGET") is not None:
        from .budget import spend_budget

        spend_budget(state)
    state.elsewhere = _find_elsewhere(state, generators)
    if state.rendered.keys() <= state.elsewhere and not _is_asked_by_settings(state):
        state.is_active = False
        _withdraw_pictures(state)
        return
    state.is_first = not (state.output / INDEX).exists()
    withdraw_checksums(state.output)  # it is about the files that this build replaces
    report = make_and_publish_pictures(state)
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


def offer_writer(site: Any) -> type[HeadWriter] | None:
    """Offer the writer that completes the heads of pages."""
    return HeadWriter if find_active_state(site.settings) else None


def complete_page(path: str, context: dict[str, Any]) -> None:
    """Note which posts are written; with RELATIVE_URLS, fill in the path from a page to the pictures."""
    state = find_active_state(context)
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
    state = find_active_state(context)
    if state is None:
        return
    # Pelican's links in a feed begin with SITEURL. FEED_DOMAIN is where the feed itself is, and no picture.
    site = context.get("SITEURL") or state.site["SITEURL"] or context.get("FEED_DOMAIN") or ""
    base = state.place.base
    add_rights_and_covers(feed.items, state, site=site)
    write_rights(feed)
    if base == site:
        return
    urls = state.place.urls
    ours = {f"{state.settings.folder}/", urls.style_folder, urls.credits, urls.provenance} - {""}
    root = re.compile(rf"(?<![\w./:-]){re.escape(base)}(?=/(?:{'|'.join(map(re.escape, ours))}))")
    for item in feed.items:
        if base != RELATIVE_BASE and find_post(item, state, site, state.site["SITEURL"]) is None:
            continue  # what looks like a URL of ours is the author's own
        for name in ("description", "content"):
            if item.get(name):
                item[name] = root.sub(site, item[name])


def finish(site: Any) -> None:
    """Remove pictures that no page shows any more, and end with an error if one could not be made."""
    state = find_state(site.settings)
    if state is None:
        return
    detach_state(state)
    if state.is_active:
        if state.identity.site and state.place.urls.sitemap:
            from .pages.sitemap import write_sitemap

            write_sitemap(state)
        static = [path.removeprefix(f"{state.settings.folder}/") for path in state.static_pictures]
        prune(state.pictures, keep=state.shown, originals=state.originals, static=static)
        note_taken_places(state)
        _tell_what_was_added(state)
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


def _tell_what_was_added(state: BuildState) -> None:
    """Say what the plugin has added to the site: in the log, and the first time where the author sees it."""
    folders = len({publication.name for publication in state.shown})
    if not (state.pages or folders):
        return
    pages = f"{len(state.pages)} page{'' if len(state.pages) == 1 else 's'}"
    text = (
        f"STYLIZE has added {pages} and {folders} folders of pictures in {state.settings.folder}/ to the "
        "site. 'style_pages': False and 'provenance_pages': False leave out the pages."
    )
    if state.is_first and state.pages:
        progress.print_line(text)
    else:
        logger.info("%s", text)


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


def _spare_from_garbage_collection() -> None:
    """Exclude all present objects from Python's garbage collection.

    All modules, and all posts once they are read, stay to the end of the run. Searching them again and
    again, and once more at exit, takes a tenth of a small build: as much as all our work in a warm one.
    """
    gc.freeze()


def _find_unseen(state: BuildState, generators: list[Any]) -> Iterator[Any]:
    """Yield the posts that Pelican took from its cache, for which it sends no signal."""
    for content in list_contents(generators):
        if id(content) not in state.rendered and SOURCE in content.metadata:
            yield content


def _find_elsewhere(state: BuildState, generators: list[Any]) -> set[int]:
    """Return the posts in other languages that pelican-i18n-subsites has left to their own sites."""
    if not state.site.get("I18N_SUBSITES"):
        return set()
    here = {id(content) for content in list_contents(generators)}
    lang = state.site["DEFAULT_LANG"]
    return {key for key, content in state.contents.items() if key not in here and content.lang != lang}


def _is_asked_by_settings(state: BuildState) -> bool:
    return bool(state.settings.style_pages or state.settings.provenance_pages)


def _withdraw_pictures(state: BuildState) -> None:
    """Remove what earlier builds have published, in a site that shows no picture any more."""
    withdraw_checksums(state.output)
    if (state.output / INDEX).exists():
        from .publish_pictures import withdraw_pictures

        withdraw_pictures(state)
        save_usage(state)


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
