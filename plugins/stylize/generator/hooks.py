"""What we do at each of Pelican's signals, in the order of a run.

initialized            the settings are checked, Markdown learns our pictures
get_generators         a run begins (once per build, and again at each rebuild of -r)
generator_init         our templates stand behind the theme's
content_object_init    a post is read: requests, plan, figures
all_generators_finalized   problems are told; pictures are made and published
content_written, feed_generated   URLs that depend on the page
finalized              pictures that nobody shows any more are taken away
"""

import logging
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pelican
from jinja2 import FileSystemLoader
from pelican import contents, signals

from .. import library, pipeline
from ..directives.markup import Pictures
from ..errors import UserError
from ..model import Photo
from ..photos import PhotoIndex
from ..pipeline import Publication, publication_of_plain
from ..plan import Planned
from ..settings import Executor, Settings, read_settings
from ..store import Store
from . import progress, style_pages
from .figures import RELATIVE_BASE, Place, Renderer, figure_of
from .posts import Desk, Post, read_post, write_figures
from .style_pages import StylePage, StylePages

logger = logging.getLogger(__name__)

TEMPLATES = Path(__file__).parent.parent / "templates"


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


class Interrupted(UserError):
    """Ctrl-C while pictures were being made."""

    exitcode = 130  # as a shell reports it


_run: Run | None = None  # Pelican's signals carry no state of ours; begun anew by `begin`


def connect() -> None:
    """Connect to the signals; module-level functions only, since Pelican may call this twice."""
    signals.initialized.connect(prepare)
    signals.get_generators.connect(begin)
    signals.generator_init.connect(offer_templates)
    signals.content_object_init.connect(read)
    signals.all_generators_finalized.connect(make)
    signals.content_written.connect(settle_urls)
    signals.feed_generated.connect(settle_feed)
    signals.finalized.connect(finish)


def prepare(site: Any) -> None:
    """Check the settings and teach Markdown our pictures."""
    logging.getLogger("pelican").addFilter(_without_traceback)
    _settings_of(site.settings)
    extensions = site.settings["MARKDOWN"].setdefault("extensions", [])
    if not any(isinstance(extension, Pictures) for extension in extensions):
        extensions.append(Pictures())


def begin(site: Any) -> type[StylePages] | None:
    """Begin a run: read the style library afresh, forget the last run's posts."""
    global _run
    settings = _settings_of(site.settings)
    styles = library.read_styles(settings.styles, shown=_shown(settings.styles))
    relative = site.settings["RELATIVE_URLS"]
    _run = Run(
        settings=settings,
        site=site.settings,
        desk=Desk(
            settings=settings,
            styles=styles.styles,
            broken=frozenset(styles.problems),
            index=PhotoIndex(settings.store / "photos.json", examine=_examine),
            content=Path(site.settings["PATH"]),
        ),
        store=Store(settings.store),
        place=Place(
            base=RELATIVE_BASE if relative else site.settings["SITEURL"],
            folder=settings.folder,
            sizes=settings.sizes,
            cover_sizes=settings.cover_sizes,
            originals=settings.originals,
        ),
        output=Path(site.settings["OUTPUT_PATH"]) / settings.folder,
        problems=[text for problems in styles.problems.values() for text in problems],
    )
    style_pages.pages_of = _style_pages
    return StylePages if settings.style_pages else None


def offer_templates(generator: Any) -> None:
    """Put our templates behind the theme's: a theme may override each of them."""
    generator.env.loader.loaders.append(FileSystemLoader(TEMPLATES))
    if _run and _run.render is None:
        _run.render = Renderer(generator.env, _run.place)


def read(content: Any) -> None:
    """Read a post and put its figures into place; problems wait until all posts are read."""
    if _run is None or not isinstance(content, contents.Article | contents.Page):
        return
    post = read_post(content, _run.desk)
    if post is None:
        return
    _run.posts[id(content)] = post
    assert _run.render is not None
    write_figures(post, _run.render, _run.place, failures={})


def make(generators: list[Any]) -> None:
    """Tell every problem of every post at once, or make and publish the pictures."""
    if _run is None:
        return
    _read_cached(generators)
    artworks = _artworks(_run)
    _run.desk.index.save()
    problems = _run.problems + [text for post in _run.posts.values() for text in post.problems]
    if problems:
        count = f"{len(problems)} problem{'' if len(problems) == 1 else 's'}"
        if not _shows_errors():
            raise UserError(*problems, f"{count}; nothing was published.")
        logger.error("\n".join([*problems, f"{count}, shown in the pages."]))
    _run.publications = [p for post in _run.posts.values() for p in post.publications.values()]
    _run.publications += artworks.values()
    if _run.site.get("STYLIZE_PLAN_ONLY"):
        entries = tuple(entry for post in _run.posts.values() for entry in post.plan.entries)
        raise Planned(entries, missing=frozenset(pipeline.missing(_run.publications, _run.store)))
    wanted = pipeline.missing(_run.publications, _run.store)
    try:
        with progress.shown(len(wanted)) as listener:
            report = pipeline.make(
                _run.publications, store=_run.store, executor=_executor(_run.settings), listener=listener
            )
    except KeyboardInterrupt:
        kept = len(wanted) - len(pipeline.missing(_run.publications, _run.store))
        raise Interrupted(
            f"interrupted; {kept} of {len(wanted)} new pictures are made and kept. Build again to go on."
        ) from None
    _run.failures = report.failures
    if report.failures:
        if not (_run.settings.placeholders or _shows_errors()):
            raise UserError(*report.failures.values(), "nothing was published.")
        for post in _run.posts.values():
            if any(e.stylization and e.stylization.key in report.failures for e in post.plan.entries):
                assert _run.render is not None
                write_figures(post, _run.render, _run.place, failures=report.failures)
    pipeline.publish(_run.publications, store=_run.store, folder=_run.output, originals=_originals(_run))
    if report.pictures:
        progress.tell(str(report))


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
    if base == domain:
        return
    root = re.compile(rf"(?<![\w./:-]){re.escape(base)}(?=/(?:{re.escape(_run.settings.folder)}|styles)/)")
    for item in feed.items:
        for name in ("description", "content"):
            if item.get(name):
                item[name] = root.sub(domain, item[name])


def finish(site: Any) -> None:
    """Take away pictures that nobody shows any more, and end with an error if one is missing."""
    if _run is None:
        return
    pipeline.prune(_run.output, keep=_run.publications, originals=_originals(_run))
    if _run.failures and not _shows_errors():
        count = len(_run.failures)
        raise UserError(
            *_run.failures.values(),
            f"{count} picture{'' if count == 1 else 's'} could not be made; "
            "the place is marked on the page. Build again to try once more.",
        )


def _settings_of(site: dict[str, Any]) -> Settings:
    return read_settings(site.get("STYLIZE") or {}, base=Path.cwd(), where="STYLIZE")


def _executor(settings: Settings) -> Executor:
    if not isinstance(settings.executor, str):
        return settings.executor
    # Processes and threads are nothing a warm build should pay for.
    if settings.executor == "inline":
        from ..executors.inline import InlineExecutor
        from ..executors.worker import load_performer

        return InlineExecutor(load_performer(settings.device))
    from ..executors.local import LocalExecutor

    return LocalExecutor(device=settings.device, workers=settings.workers)


def _read_cached(generators: list[Any]) -> None:
    """Look again at posts that Pelican took from its cache without telling anyone."""
    assert _run is not None
    for generator in generators:
        for name in _LISTS:
            for content in getattr(generator, name, ()):
                if id(content) not in _run.posts and hasattr(content, "stylize_source"):
                    read(content)


_LISTS = (
    *("articles", "translations", "drafts", "drafts_translations"),
    *("hidden_articles", "hidden_translations"),
    *("pages", "draft_pages", "draft_translations", "hidden_pages"),
)


def _examine(path: Path) -> tuple[int, int, str]:
    """Read a photo that is new here; a warm build reads none and so never loads Pillow."""
    from ..images.decode import examine

    return examine(path)


def _originals(run: Run) -> list[Photo]:
    if not run.settings.originals:
        return []
    return [entry.photo for post in run.posts.values() for entry in post.plan.entries]


def _artworks(run: Run) -> dict[str, Publication]:
    """Return how each style's artwork is published, by slug; one that cannot be read is a problem."""
    found: dict[str, Publication] = {}
    for slug, style in run.desk.styles.items() if run.settings.style_pages else ():
        try:
            found[slug] = publication_of_plain(style.artwork, size=run.desk.index.size(style.artwork.path))
        except UserError as error:
            run.problems += error.problems
    return found


def _style_pages(articles: Any) -> list[StylePage]:
    assert _run is not None
    users: dict[str, list[Any]] = {}
    for article in articles:
        post = _run.posts.get(id(article))
        slugs = {e.stylization.style.slug for e in post.plan.entries if e.stylization} if post else ()
        for slug in slugs:
            users.setdefault(slug, []).append(article)
    return [
        StylePage(
            style=_run.desk.styles[slug],
            figure=figure_of(publication, _run.place, alt=_run.desk.styles[slug].artwork.credit.title),
            articles=tuple(users.get(slug, ())),
            url=f"styles/{slug}/",
        )
        for slug, publication in _artworks(_run).items()
    ]


def _shows_errors() -> bool:
    """Whether mistakes are drawn into the page: under autoreload, where raising would spin for ever."""
    if _run is not None and _run.site.get("STYLIZE_SHOW_ERRORS"):
        return True
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


def _shown(path: Path) -> str:
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)
