"""Reads what a post asks for, and renders its figures."""

import os
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

from ..content.asking import KnownNames, makes_sense
from ..content.line_numbers import find_field_line, find_picture_line, find_text_line, format_place
from ..content.photos import credit_path, find_mask, find_photo, list_candidate_paths, list_mask_paths
from ..content.placeholders import has_placeholders
from ..content.requests import (
    find_unpublished_images,
    read_inline_requests,
    read_listed_requests,
)
from ..content.typos import find_typos
from ..model.entities import Mask, Photo, Request
from ..model.errors import UserError
from ..model.markup import MARKDOWN, find_markup, translate_advice
from ..pipeline.masked_styles import find_mask_option, find_style_expression, list_mask_names
from ..pipeline.plan import Defaults, Plan, PlannedPicture, Problem, make_plan
from ..pipeline.publication import original_path
from ..pipeline.style_expression import StyleExpressionError
from .drafts import make_draft_note, use_quick_picture
from .post_context import PostContext
from .post_pictures import PostPicture, SourceWork, describe_work, make_post_picture, render_head
from .rendered_post import CUT_SUMMARY, RenderedPost, make_summary, read_fields
from .settings import Settings
from .theme.figures import Figure, Place, Renderer, make_error_figure, make_figure, prepare_for_listing


@dataclass(slots=True, kw_only=True)
class Post:
    """An article or page of Pelican, and what its author asks for."""

    content: Any  # pelican.contents.Content
    path: Path
    display_path: str  # relative to the current folder
    source: str  # HTML with placeholders
    listed: list[Request]
    inline: list[Request]
    in_fields: dict[str, list[Request]]  # of front matter in HTML, such as the summary
    plan: Plan
    note: str = ""  # below a picture that replaces one left out of a draft
    problems: list[str] = field(default_factory=list)  # each with its place
    warnings: list[str] = field(default_factory=list)  # the same
    broken_styles: set[str] = field(default_factory=set)  # that it asks for and that cannot be read
    pictures: dict[Request, PostPicture] = field(default_factory=dict)


def read_post(content: Any, source: str, context: PostContext, *, known: KnownNames) -> Post | None:
    """Return what a post asks for; None if it names a style and no photo.

    source: the post's HTML with placeholders. known: what its front matter may name.
    """
    metadata = content.metadata
    path = Path(content.source_path)
    place = os.path.relpath(path)
    folder = path.parent
    markup = find_markup(place)
    typos = find_typos(source, metadata, markup=markup, makes_sense=partial(makes_sense, known=known))
    listed = read_listed_requests(metadata, post=place, folder=folder)
    inline = (
        read_inline_requests(source, metadata, post=place, folder=folder) if has_placeholders(source) else []
    )
    in_fields = {
        name: read_inline_requests(value, metadata, post=place, folder=folder)
        for name, value in read_fields(content).items()
    }
    for name, value in _formatted_fields(content).items():
        typos += [replace(typo, field=name) for typo in find_typos(value, {}, markup=markup)]
    fields = {"": source, **_formatted_fields(content)}
    unpublished = (
        []
        if typos
        else [
            warning
            for name, value in fields.items()
            for warning in _find_unpublished(value, path, place, content=context.content, field=name)
        ]
    )
    if not (listed or inline or in_fields or typos or unpublished):
        return None
    found: list[tuple[Request, Photo | None]] = []
    masks: dict[Request, dict[str, Mask]] = {}
    problems: list[Problem] = []
    for request in [*listed, *inline, *chain.from_iterable(in_fields.values())]:
        try:
            path_of_photo = find_photo(request.photo, folder=folder, content=context.content)
            photo = context.index.load_photo(path_of_photo, author=context.settings.author)
            found.append((request, photo))
            masks[request], missing = _load_masks(request, photo, context)
            problems += missing
        except UserError as error:
            found.append((request, None))
            problems += [Problem(request=request, text=text, about=request.photo) for text in error.problems]
    defaults = _make_defaults(context.settings)
    plan = make_plan(found, context.styles, defaults=defaults, masks=masks) + Plan(problems=tuple(problems))
    if markup is not MARKDOWN:
        plan = replace(
            plan, problems=tuple(replace(p, text=translate_advice(p.text, markup)) for p in plan.problems)
        )
    note = make_draft_note(content, draft=context.draft)
    if note:
        entries = (
            use_quick_picture(
                entry,
                store=context.store,
                long_edge=context.settings.long_edge,
                offered=context.settings.widths,
            )
            for entry in plan.entries
        )
        plan = replace(plan, entries=tuple(entries))
    post = Post(
        content=content,
        path=path,
        display_path=place,
        source=source,
        listed=listed,
        inline=inline,
        in_fields=in_fields,
        plan=plan,
        note=note,
    )
    post.warnings += unpublished
    for typo in typos:
        line = find_field_line(path, typo.field) if typo.field else find_text_line(path, typo.about)
        (post.problems if typo.is_certain else post.warnings).append(
            f"{format_place(place, line)}: {typo.text}"
        )
    for problem in plan.problems:
        if problem.about in context.broken_styles:
            post.broken_styles.add(problem.about)  # reported once, with the library
            continue
        text = _locate(post, problem)
        # What a license forbids is marked on the page while writing, and ends the build for publishing.
        texts = post.warnings if problem.is_refusal and context.settings.placeholders else post.problems
        if text not in texts:
            texts.append(text)
    describe_pictures(post, context)
    return post


def describe_pictures(post: Post, context: PostContext) -> None:
    """Fill in the pictures of a post; again when one of them has been made since."""
    label = context.translations.of(post.content.lang).label
    for entry in post.plan.entries:
        post.pictures[entry.request] = make_post_picture(entry, context, label=label)


def list_post_files(post: Post, context: PostContext) -> tuple[list[str], list[str]] | None:
    """Return the files that a post without problems depends on, whether they exist or not, and its photos.

    Among them are the paths where each photo or mask is looked for before its own. None if one was found in
    another way than by its path.
    """
    files: list[str] = []
    photos: list[str] = []
    for entry in post.plan.entries:
        paths = list_candidate_paths(
            entry.request.photo, folder=entry.request.folder, content=context.content
        )
        photo = str(entry.photo.path)
        if photo not in paths:
            return None
        photos.append(photo)
        for mask in (
            (share.mask for share in entry.stylization.blend if share.mask) if entry.stylization else ()
        ):
            tried = list_mask_paths(
                mask.name, photo=entry.photo.path, folder=entry.request.folder, content=context.content
            )
            if str(mask.path) not in tried:
                return None
            photos.append(str(mask.path))
            files += tried[: tried.index(str(mask.path)) + 1]
        files += [*paths[: paths.index(photo) + 1], credit_path(entry.photo.path)]
    return files, photos


def render_post(post: Post, renderer: Renderer, place: Place, *, failures: dict[str, str]) -> RenderedPost:
    """Return a post's figures, and its cover for places that show only one picture.

    failures: key of a stylization -> why there is no picture.
    """
    entries = {entry.request: entry for entry in post.plan.entries}
    texts = {problem.request: problem.text for problem in reversed(post.plan.problems)}
    localized = renderer.in_language(post.content.lang)
    figures: dict[Request, Figure] = {}

    def render_figure(request: Request, *, first: bool = False) -> str:
        entry = entries.get(request)
        if entry is None:
            return localized.render_figure(make_error_figure(request, texts.get(request, "")), None)
        picture = post.pictures[request]
        figure = make_figure(
            picture.publication,
            place,
            alt=entry.alt,
            caption=request.caption,
            cover=first,
            link=request.link,
            original=original_path(entry.photo) if place.originals else "",
            pending=failures.get(picture.publication.key, ""),
            note=post.note if entry.stands_for else "",
            works=[
                (describe_work(work, localized.translation), work.publication, work.record.alt)
                for work in picture.works
            ],
            cost=picture.cost,
            html=request.html,
        )
        figures[request] = figure
        return localized.render_figure(figure, picture.record)

    before: list[str] = []
    after: list[str] = []
    for request in post.listed:
        if _is_placed(request, post, entries):
            continue
        (before if request.cover else after).append(render_figure(request, first=request.cover))
    inline = [render_figure(request) for request in post.inline]
    in_fields = tuple(
        (name, tuple(render_figure(request) for request in requests))
        for name, requests in post.in_fields.items()
    )
    # What represents the post on listing pages: its first listed photo, or else the first in the text.
    chosen = next((request for request in [*post.listed, *post.inline] if request in entries), None)
    cover = figures.get(chosen) if chosen else None
    if chosen and cover is None:
        cover = make_figure(post.pictures[chosen].publication, place, alt=entries[chosen].alt)
    if cover:
        cover = prepare_for_listing(cover, place)
    record = post.pictures[chosen].record if chosen else None
    pictures = post.pictures.values()
    works: list[PostPicture | SourceWork] = [
        *pictures,
        *(work for picture in pictures for work in picture.works),
    ]
    return RenderedPost(
        publications=tuple(each.publication for each in works),
        before=tuple(before),
        inline=tuple(inline),
        after=tuple(after),
        fields=in_fields,
        warnings=_collect_warnings(post.plan.entries),
        summary=make_summary(post.content, post.source),
        cover=cover,
        cover_record=record,
        cover_credit=localized.render_credit(record) if record else "",
        head=render_head((picture for picture in pictures if picture.publication.key not in failures), place),
        photos=_credit_photos(pictures, renderer),
        records=tuple(each.record for each in works),
    )


def _load_masks(
    request: Request, photo: Photo, context: PostContext
) -> tuple[dict[str, Mask], list[Problem]]:
    """Return the masks that the styles of a picture name, and the problems of those that cannot be used."""
    try:
        names = list_mask_names(find_style_expression(request, default=context.settings.style))
    except StyleExpressionError:  # the plan reports it
        return {}, []
    masks: dict[str, Mask] = {}
    problems: list[Problem] = []
    field = "mask" if find_mask_option(request) else "style"
    for name in names:
        place = ""
        try:
            path = find_mask(name, photo=photo.path, folder=request.folder, content=context.content)
            place = f"{name}: "
            masks[name] = context.index.load_mask(path, name=name, examine=_examine_mask)
        except UserError as error:
            problems += [
                Problem(request=request, text=f"{place}{text}", about=name, field=field)
                for text in error.problems
            ]
    return masks, problems


def _examine_mask(path: Path) -> tuple[int, int, int, int]:
    """Read a mask that is new here; a warm build reads none and so never loads numpy."""
    from ..images.masks import examine_mask

    return examine_mask(path)


def _credit_photos(
    pictures: Iterable[PostPicture], renderer: Renderer
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    slugs: dict[str, dict[str, None]] = {}
    for picture in pictures:
        styles = slugs.setdefault(renderer.render_line(picture.record.photo), {})
        styles.update(dict.fromkeys(picture.publication.styles))
    return tuple((line, tuple(styles)) for line, styles in slugs.items())


def _make_defaults(settings: Settings) -> Defaults:
    return Defaults(
        style=settings.style,
        parameters=settings.parameters,
        quality=settings.quality,
        cover_quality=settings.cover_quality,
        best_long_edge=settings.best_long_edge,
        policy=settings.policy,
    )


def _collect_warnings(entries: Iterable[PlannedPicture]) -> tuple[str, ...]:
    """Return the warnings about the source works of a post, each once."""
    return tuple(dict.fromkeys(text for e in entries if e.terms for text in e.terms.warnings))


def _is_placed(request: Request, post: Post, entries: dict[Request, PlannedPicture]) -> bool:
    """Whether a listed photo is also placed in the text.

    The cover stays on top unless the same picture is in the text; for the others, any stylized picture
    of the photo counts.
    """
    entry = entries.get(request)
    if entry is None:
        return False
    for other in (entries[inline] for inline in post.inline if inline in entries):
        if post.pictures[other.request].publication.address == post.pictures[request].publication.address:
            return True
        if not request.cover and other.stylization and other.photo.path == entry.photo.path:
            return True
    return False


def _locate(post: Post, problem: Problem) -> str:
    """Return the text of a problem, with the line of the post that it is about."""
    request, about = problem.request, problem.about
    line = 0
    if request in post.inline:
        line = find_picture_line(post.path, request.photo, about=about)
    for name, requests in post.in_fields.items():
        if not line and request in requests:
            line = find_field_line(post.path, name, about=about or request.photo)
    if not line or (problem.field != "photos" and not _line_contains(post.path, line, about)):
        line = find_field_line(post.path, problem.field, about=about or request.photo) or line
    return f"{format_place(post.display_path, line)}: {problem.text}"


def _line_contains(path: Path, line: int, words: str) -> bool:
    return words in path.read_text("utf-8-sig", errors="replace").splitlines()[line - 1]


def _formatted_fields(content: Any) -> dict[str, str]:
    """Return the front matter of a post that is HTML and was written by its author."""
    fields = {name: content.metadata.get(name) for name in content.settings["FORMATTED_FIELDS"]}
    if CUT_SUMMARY in content.metadata:
        fields.pop("summary", None)
    return {name: value for name, value in (fields | read_fields(content)).items() if isinstance(value, str)}


def _find_unpublished(source: str, path: Path, place: str, *, content: Path, field: str = "") -> list[str]:
    """Return a warning for each ordinary image of a text whose photo exists but is not published."""
    warnings = []
    for name in find_unpublished_images(source):
        try:
            find_photo(name, folder=path.parent, content=content)
        except UserError:
            continue
        text = (
            f"{name} is an ordinary image here, and its file is not published. To show it, write "
            "{: stylize=none } right after the picture, or name a style."
        )
        line = find_field_line(path, field, about=name) if field else find_text_line(path, name)
        warnings.append(f"{format_place(place, line)}: {translate_advice(text, find_markup(place))}")
    return warnings
