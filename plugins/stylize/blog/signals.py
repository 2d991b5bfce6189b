"""What we do at each of Pelican's signals, in the order of a run.

initialized            the settings are checked, Markdown learns our pictures
get_generators         a run begins (once per build, and again at each rebuild of -r)
get_writer             heads of pages are completed by a writer of ours
generator_init         our templates stand behind the theme's
*_generator_context    front matter that Pelican would stumble over is put aside
content_object_init    a post is read, or recalled from the last build; its figures are put into place
all_generators_finalized   problems are told; pictures are made and published
content_written, feed_generated   URLs that depend on the page; a feed's rights and enclosures
finalized              the image sitemap is written, pictures that nobody shows any more are taken away
"""

import gc
import logging
import re
import sys
from functools import partial
from pathlib import Path
from typing import Any

import pelican
from jinja2 import FileSystemLoader
from pelican import contents, signals
from pelican.generators import Generator

from ..content import placeholders as marks
from ..content.markdown_extension import Pictures
from ..model.errors import UserError
from ..pipeline import make as pipeline
from ..pipeline.make import Report
from ..pipeline.publish import INDEX, prune
from . import head_writer as writer
from . import progress
from .build import Run, start_build
from .pages import credits_pages as provenance_pages
from .pages import style_pages
from .pages.credits_pages import ProvenancePages
from .pages.feeds import add_rights_and_covers, write_rights
from .pages.listing_heads import ListingHeads
from .pages.style_pages import StylePages
from .rendered_post import SOURCE
from .settings import load_settings
from .style_usage import save_usage, style_warnings
from .theme.figures import RELATIVE_BASE, Renderer

logger = logging.getLogger(__name__)

TEMPLATES = Path(__file__).parent / "theme" / "templates"


_run: Run | None = None  # Pelican's signals carry no state of ours; begun anew by `begin`


def connect() -> None:
    """Connect to the signals; module-level functions only, since Pelican may call this twice."""
    signals.initialized.connect(prepare)
    signals.get_generators.connect(begin)
    signals.get_writer.connect(offer_writer)
    signals.generator_init.connect(offer_templates)
    signals.article_generator_context.connect(set_aside)
    signals.page_generator_context.connect(set_aside)
    signals.content_object_init.connect(read)
    signals.all_generators_finalized.connect(make)
    signals.content_written.connect(settle_urls)
    signals.feed_generated.connect(settle_feed)
    signals.finalized.connect(finish)


def prepare(site: Any) -> None:
    """Check the settings and teach Markdown our pictures."""
    logging.getLogger("pelican").addFilter(_without_traceback)
    load_settings(site.settings)
    extensions = site.settings["MARKDOWN"].setdefault("extensions", [])
    if not any(isinstance(extension, Pictures) for extension in extensions):
        extensions.append(Pictures())


def begin(site: Any) -> tuple[type[Generator], ...]:
    """Begin a run: read the style library afresh, forget the last run's posts."""
    global _run
    if gc.get_freeze_count():  # under autoreload, where what earlier runs left behind is garbage now
        gc.unfreeze()
        gc.collect()
    _spare_from_garbage_collection()
    _run = start_build(site.settings, draft=_is_draft(site.settings))
    _run.remembers &= not _shows_errors(_run)
    style_pages.pages_of = partial(style_pages.make_style_pages, _run)
    provenance_pages.credits_of = partial(provenance_pages.collect_credits, _run)
    writer.head_of_wall = ListingHeads(_run).head_of
    wanted = ((StylePages, _run.settings.style_pages), (ProvenancePages, _run.settings.provenance_pages))
    return tuple(pages for pages, is_wanted in wanted if is_wanted)


def offer_templates(generator: Any) -> None:
    """Put our templates behind the theme's: a theme may override each of them."""
    if _run is None:
        return
    generator.env.loader.loaders.append(FileSystemLoader(TEMPLATES))
    generator.env.globals["words"] = _run.wordings.of(_run.wordings.default)
    if _run.render is None:
        _run.render = Renderer(generator.env, _run.place, _run.wordings)
    elif isinstance(generator, StylePages | ProvenancePages):
        # The first generator has compiled the theme's base.html; with an environment of our own we
        # would do it again, which is a tenth of a small build.
        generator.env = _run.render.environment


def offer_writer(site: Any) -> type[writer.HeadWriter]:
    """Offer the writer that completes the heads of pages."""
    return writer.HeadWriter


def set_aside(generator: Any, metadata: dict[str, Any]) -> None:
    """Keep our front matter out of Pelican's way."""
    marks.set_aside(metadata)


def read(content: Any) -> None:
    """Read a post and put its figures into place; problems wait until all posts are read."""
    if _run is None or not isinstance(content, contents.Article | contents.Page):
        return
    _run.read(content)


def make(generators: list[Any]) -> None:
    """Tell every problem of every post at once, or make and publish the pictures."""
    if _run is None:
        return
    _spare_from_garbage_collection()
    _read_cached(_run, generators)
    _run.artworks  # noqa: B018 - what is wrong with one of them is a problem to tell
    _run.save_what_was_read()
    _run.warnings += style_warnings(_run)
    _tell_problems(_run)
    if _run.site.get("STYLIZE_PLAN_ONLY"):
        from ..pipeline.plan import StopAfterPlanning
        from .make_pictures import find_missing_pictures

        entries = tuple(entry for post in _run.posts.values() for entry in post.plan.entries)
        raise StopAfterPlanning(entries, missing=frozenset(find_missing_pictures(_run)))
    report = _make_pictures(_run)
    _run.failures = report.failures
    if report.failures and not (_run.settings.placeholders or _shows_errors(_run)):
        raise UserError(*report.failures.values(), "nothing was published.")
    _run.complete()
    if _run.publications or (_run.output / INDEX).exists():
        from .publish_pictures import publish_pictures

        publish_pictures(_run)
    _run.remember()
    save_usage(_run)
    if report.pictures:
        progress.tell(str(report))
    if _run.posts:
        from .drafts import summarize_left_out

        planned = [entry for post in _run.posts.values() for entry in post.plan.entries]
        if told := summarize_left_out(planned, of_site=bool(_run.draft)):
            progress.tell(told)


def settle_urls(path: str, context: dict[str, Any]) -> None:
    """Write the way from a page to the pictures, with RELATIVE_URLS."""
    if _run is None or _run.place.base != RELATIVE_BASE or not path.endswith((".html", ".htm")):
        return
    page = Path(path)
    text = page.read_text("utf-8")
    if RELATIVE_BASE in text:
        page.write_text(text.replace(RELATIVE_BASE, context["SITEURL"]), "utf-8")


def settle_feed(context: dict[str, Any], feed: Any) -> None:
    """Write whole URLs into a feed, whose readers know no page to start from."""
    if _run is None:
        return
    domain = context.get("FEED_DOMAIN") or context.get("SITEURL") or _run.site["SITEURL"]
    base = _run.place.base
    add_rights_and_covers(feed.items, _run, domain=domain)
    write_rights(feed)
    if base == domain:
        return
    root = re.compile(
        rf"(?<![\w./:-]){re.escape(base)}(?=/(?:{re.escape(_run.settings.folder)}|styles|provenance)/)"
    )
    for item in feed.items:
        for name in ("description", "content"):
            if item.get(name):
                item[name] = root.sub(domain, item[name])


def finish(site: Any) -> None:
    """Take away pictures that nobody shows any more, and end with an error if one is missing."""
    if _run is None:
        return
    if _run.imprint.site:
        from .pages.sitemap import write_sitemap

        write_sitemap(_run)
    prune(_run.pictures, keep=_run.publications, originals=_run.originals())
    if _run.failures and not _shows_errors(_run):
        count = len(_run.failures)
        raise UserError(
            *_run.failures.values(),
            f"{count} picture{'' if count == 1 else 's'} could not be made; "
            "the place is marked on the page. Build again to try once more.",
        )


def _make_pictures(run: Run) -> Report:
    pictures = len({publication.key for publication in run.publications if publication.key})
    lacking = pipeline.find_lacking(run.publications, run.store)
    if not lacking:
        return Report(pictures=pictures, new=0, seconds=0.0, failures={})
    from .make_pictures import make_pictures

    return make_pictures(run, lacking, pictures=pictures, raises=not _shows_errors(run))


def _spare_from_garbage_collection() -> None:
    """Keep what there is by now out of Python's searches for garbage.

    All modules, and all posts once they are read, stay to the end of the run. To look through them
    again and again, and once more at exit, takes a tenth of a small build: all that we do in a warm one.
    """
    gc.freeze()


def _tell_problems(run: Run) -> None:
    of_works = {text for drawn in run.all_drawn() for text in drawn.warnings}
    of_works.update(run.wordings.lacking({content.lang for content in run.contents.values()}))
    if not (run.posts or run.broken or run.problems or run.warnings or of_works):
        return
    from ..content.line_numbers import place_order

    told = {text for post in run.posts.values() for text in post.problems}
    used = {slug for post in run.posts.values() for slug in post.broken}
    warnings = {text for post in run.posts.values() for text in post.warnings} | {*run.warnings, *of_works}
    for slug, texts in run.broken.items():
        if slug not in used:  # a style half made is no reason not to publish a story without it
            warnings.update(texts)
    for text in sorted(warnings, key=place_order):
        logger.warning("%s", text)
    of_styles = [text for slug in sorted(used) for text in run.broken[slug]]
    # Pelican reads posts in no order.
    problems = [*run.problems, *of_styles, *sorted(told, key=place_order)]
    if problems:
        count = f"{len(problems)} problem{'' if len(problems) == 1 else 's'}"
        if not _shows_errors(run):
            raise UserError(*problems, f"{count}; nothing was published.")
        logger.error("\n".join([*problems, f"{count}, shown in the pages."]))


def _read_cached(run: Run, generators: list[Any]) -> None:
    """Look again at posts that Pelican took from its cache without telling anyone."""
    for generator in generators:
        for name in _LISTS:
            for content in getattr(generator, name, ()):
                if id(content) not in run.drawn and hasattr(content, SOURCE):
                    read(content)


_LISTS = (
    *("articles", "translations", "drafts", "drafts_translations"),
    *("hidden_articles", "hidden_translations"),
    *("pages", "draft_pages", "draft_translations", "hidden_pages"),
)


def _shows_errors(run: Run) -> bool:
    """Whether mistakes are drawn into the page: under autoreload, where raising would spin for ever."""
    return bool(run.site.get("STYLIZE_SHOW_ERRORS")) or _reloads()


def _is_draft(site: dict[str, Any]) -> bool | None:
    """Whether every post counts as a draft, in which nothing is optimized; None goes by its own status."""
    if site.get("STYLIZE_OPTIMIZE"):
        return False
    return True if site.get("STYLIZE_DRAFT") or _reloads() else None


def _reloads() -> bool:
    """Whether Pelican builds again at every change, by itself."""
    frame = sys._getframe()
    while frame is not None:
        if frame.f_code is pelican.autoreload.__code__:
            return True
        frame = frame.f_back  # type: ignore[assignment]
    return False


def _without_traceback(record: logging.LogRecord) -> bool:
    """Pelican logs every exception with its traceback; a typo in a post is not a crash."""
    if (
        record.exc_info
        and isinstance(record.exc_info[1], UserError)
        and logger.getEffectiveLevel() > logging.DEBUG
    ):
        record.msg, record.args, record.exc_info = str(record.exc_info[1]), (), None
    return True
