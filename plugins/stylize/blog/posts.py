"""One post: what it asks for, and its HTML with the figures in place."""

import os
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ..content import requests as directives
from ..content.line_numbers import find_field_line, find_text_line, format_place
from ..content.photos import candidate_paths, credit_path, find_photo
from ..model.entities import Photo, Request
from ..model.errors import UserError
from ..pipeline.plan import Defaults, Plan, PlannedPicture, Problem, make_plan
from ..pipeline.publication import original_path
from ..rights.rules import SitePolicy
from .drafts import draft_note, use_quick_picture
from .post_context import PostContext
from .post_pictures import PostPicture, SourceWork, introduce, make_post_picture, render_head
from .rendered_post import RenderedPost, make_summary
from .settings import Settings
from .theme.figures import Figure, Place, Renderer, make_error_figure, make_figure


@dataclass(slots=True, kw_only=True)
class Post:
    """An article or page of Pelican, and what its author asked of us."""

    content: Any  # pelican.contents.Content
    path: Path
    shown: str  # the path as the author knows it
    source: str  # HTML with marks
    listed: list[Request]
    inline: list[Request]
    plan: Plan
    note: str = ""  # below a picture that stands for one left out of a draft
    problems: list[str] = field(default_factory=list)  # with their places
    warnings: list[str] = field(default_factory=list)  # likewise
    broken: set[str] = field(default_factory=set)  # styles it asks for that cannot be read
    exhibits: dict[Request, PostPicture] = field(default_factory=dict)


def read_post(content: Any, source: str, desk: PostContext) -> Post | None:
    """Read what a post asks for; None when it asks for nothing.

    source: the post's HTML with marks.
    """
    metadata = content.metadata
    path = Path(content.source_path)
    shown = os.path.relpath(path)
    folder = path.parent
    slips = directives.find_typos(source, metadata)
    listed = directives.listed_requests(metadata, post=shown, folder=folder)
    inline = (
        directives.inline_requests(source, metadata, post=shown, folder=folder)
        if directives.is_marked(source)
        else []
    )
    astray = [] if slips else _astray(source, path, shown, content=desk.content)
    if not (listed or inline or slips or astray):
        return None
    found: list[tuple[Request, Photo | None]] = []
    problems: list[Problem] = []
    for request in [*listed, *inline]:
        try:
            photo = find_photo(request.photo, folder=folder, content=desk.content)
            found.append((request, desk.index.photo(photo, author=desk.settings.author)))
        except UserError as error:
            found.append((request, None))
            problems += [Problem(request=request, text=text, about=request.photo) for text in error.problems]
    plan = make_plan(found, desk.styles, defaults=_defaults_of(desk.settings)) + Plan(
        problems=tuple(problems)
    )
    note = draft_note(content, draft=desk.draft)
    if note:
        entries = (
            use_quick_picture(e, store=desk.store, defaults=desk.settings.parameters) for e in plan.entries
        )
        plan = replace(plan, entries=tuple(entries))
    post = Post(
        content=content,
        path=path,
        shown=shown,
        source=source,
        listed=listed,
        inline=inline,
        plan=plan,
        note=note,
    )
    post.warnings += astray
    for slip in slips:
        line = find_field_line(path, slip.field) if slip.field else find_text_line(path, slip.about)
        post.problems.append(f"{format_place(shown, line)}: {slip.text}")
    for problem in plan.problems:
        if problem.about in desk.broken:
            post.broken.add(problem.about)  # what is wrong with the style is told with the library
            continue
        told = _told(post, problem)
        # What a license forbids is marked in its place while one writes, and stops the publishing.
        texts = post.warnings if problem.is_refusal and desk.settings.placeholders else post.problems
        if told not in texts:
            texts.append(told)
    describe_pictures(post, desk)
    return post


def describe_pictures(post: Post, desk: PostContext) -> None:
    """Fill in what a post shows; once more where a picture has been made since."""
    label = desk.wordings.of(post.content.lang).label
    for entry in post.plan.entries:
        post.exhibits[entry.request] = make_post_picture(entry, desk, label=label)


def list_post_files(post: Post, desk: PostContext) -> tuple[list[str], list[str]] | None:
    """Return the files that a post without problems depends on, whether there or not, and its photos.

    Among them are the places where a photo would have been found before its own. None where a photo
    was found in another way than by its path.
    """
    files: list[str] = []
    photos: list[str] = []
    for entry in post.plan.entries:
        paths = candidate_paths(entry.request.photo, folder=entry.request.folder, content=desk.content)
        photo = str(entry.photo.path)
        if photo not in paths:
            return None
        photos.append(photo)
        files += [*paths[: paths.index(photo) + 1], credit_path(entry.photo.path)]
    return files, photos


def render_post(post: Post, render: Renderer, place: Place, *, failures: dict[str, str]) -> RenderedPost:
    """Return the figures of a post, and what stands for it where only one is shown.

    failures: key of a stylization -> why there is no picture.
    """
    entries = {entry.request: entry for entry in post.plan.entries}
    texts = {problem.request: problem.text for problem in reversed(post.plan.problems)}
    speak = render.speaking(post.content.lang)
    figures: dict[Request, Figure] = {}

    def draw(request: Request, *, first: bool = False) -> str:
        entry = entries.get(request)
        if entry is None:
            return speak(make_error_figure(request, texts.get(request, "")), None)
        exhibit = post.exhibits[request]
        figure = make_figure(
            exhibit.publication,
            place,
            alt=entry.alt,
            caption=request.caption,
            cover=first,
            link=request.link,
            original=original_path(entry.photo) if place.originals else "",
            pending=failures.get(exhibit.publication.key, ""),
            note=post.note if entry.stands_for else "",
            works=[
                (introduce(work, speak.words), work.publication, work.record.alt) for work in exhibit.works
            ],
            cost=exhibit.cost,
        )
        figures[request] = figure
        return speak(figure, exhibit.record)

    before: list[str] = []
    after: list[str] = []
    for request in post.listed:
        if _is_placed(request, post, entries):
            continue
        (before if request.cover else after).append(draw(request, first=request.cover))
    inline = [draw(request) for request in post.inline]
    # What stands for the post on walls of pictures: its first listed photo, or else the first in the text.
    chosen = next((request for request in [*post.listed, *post.inline] if request in entries), None)
    cover = figures.get(chosen) if chosen else None
    if chosen and cover is None:
        cover = make_figure(post.exhibits[chosen].publication, place, alt=entries[chosen].alt)
    if cover:
        cover = replace(cover, thumbs=())  # a tile has no room for them
    record = post.exhibits[chosen].record if chosen else None
    shown = post.exhibits.values()
    all_shown: list[PostPicture | SourceWork] = [
        *shown,
        *(work for exhibit in shown for work in exhibit.works),
    ]
    return RenderedPost(
        publications=tuple(each.publication for each in all_shown),
        before=tuple(before),
        inline=tuple(inline),
        after=tuple(after),
        warnings=_warnings_of(post.plan.entries),
        summary=make_summary(post.content, post.source),
        cover=cover,
        cover_record=record,
        cover_credit=speak.credit(record) if record else "",
        head=render_head((e for e in shown if e.publication.key not in failures), place),
        photos=_photos_of(shown, render),
        records=tuple(each.record for each in all_shown),
    )


def _photos_of(exhibits: Iterable[PostPicture], render: Renderer) -> tuple[tuple[str, tuple[str, ...]], ...]:
    slugs: dict[str, dict[str, None]] = {}
    for exhibit in exhibits:
        styles = slugs.setdefault(render.line(exhibit.record.photo), {})
        styles.update(dict.fromkeys(exhibit.publication.styles))
    return tuple((line, tuple(styles)) for line, styles in slugs.items())


def _defaults_of(settings: Settings) -> Defaults:
    return Defaults(
        style=settings.style,
        parameters=settings.parameters,
        method=settings.method,
        cover_method=settings.cover_method,
        optimize_long_edge=settings.optimize_long_edge,
        policy=site_of(settings),
    )


def site_of(settings: Settings) -> SitePolicy:
    """Return what of the settings decides what may be published."""
    return SitePolicy(commercial=settings.commercial, country=settings.country, license=settings.license)


def _warnings_of(entries: Iterable[PlannedPicture]) -> tuple[str, ...]:
    """Return what there is to say of the works of a post, each once."""
    return tuple(dict.fromkeys(text for e in entries if e.terms for text in e.terms.warnings))


def _is_placed(request: Request, post: Post, entries: dict[Request, PlannedPicture]) -> bool:
    """Whether the author placed a listed photo in the text.

    The cover stays on top unless the very same picture stands in the text; of the others, any
    stylized picture of the photo counts.
    """
    entry = entries.get(request)
    if entry is None:
        return False
    for other in (entries[inline] for inline in post.inline if inline in entries):
        if post.exhibits[other.request].publication.address == post.exhibits[request].publication.address:
            return True
        if not request.cover and other.stylization and other.photo.path == entry.photo.path:
            return True
    return False


def _told(post: Post, problem: Problem) -> str:
    request, about = problem.request, problem.about
    line = 0
    if request in post.inline:
        line = find_text_line(post.path, f"({request.photo}", about) or find_text_line(
            post.path, request.photo
        )
    if not line or (problem.field != "photos" and not _says(post.path, line, about)):
        line = find_field_line(post.path, problem.field, about=about or request.photo) or line
    return f"{format_place(post.shown, line)}: {problem.text}"


def _says(path: Path, line: int, words: str) -> bool:
    return words in path.read_text("utf-8-sig", errors="replace").splitlines()[line - 1]


def _astray(source: str, path: Path, shown: str, *, content: Path) -> list[str]:
    """Return a warning for each ordinary image of the text whose photo is there but is not published."""
    warnings = []
    for name in directives.unpublished_images(source):
        try:
            find_photo(name, folder=path.parent, content=content)
        except UserError:
            continue
        warnings.append(
            f"{format_place(shown, find_text_line(path, name))}: {name} is an ordinary image here, and "
            "its file is not "
            f"published. To show it, write {{: stylize=none }} right after the picture, or name a style."
        )
    return warnings
