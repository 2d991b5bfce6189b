"""A post after rendering, or loaded from the cache: its pictures, their HTML, its cover and summary."""

from dataclasses import dataclass
from typing import Any

from pelican.utils import truncate_html_paragraphs, truncate_html_words

from ..content.asking import has_images_of_ours
from ..content.front_matter import list_photo_names
from ..content.placeholders import has_placeholders, remove_placeholders, replace_placeholders
from ..pipeline.publication import Publication
from ..provenance.record import Record
from .theme.figures import NAME, Figure

SOURCE = "stylize_source"  # metadata of a post: its HTML with placeholders, to render it again
FIELDS = "stylize_fields"  # the same for its front matter in HTML, such as the summary, where it has pictures
PAGE = "stylize-page:"  # stands for the URL of the page in the structured data
CUT_SUMMARY = "stylize_cut_summary"  # metadata of a post whose summary is ours


PREVIEW = 1200  # pixels: how wide social networks show the picture of a page


@dataclass(frozen=True, slots=True, kw_only=True)
class PostForThemes:
    """What the templates of a theme find as `article.stylize`."""

    cover: Figure | None = None  # represents the post on listing pages; `cover.src` is its URL
    cover_record: Record | None = None  # whose photo it is, in which style, under which license
    cover_path: str = ""  # the file of the cover relative to the site; "" if there is none
    cut_summary: bool = False  # whether the summary was cut from the text, and not written by the author
    head: str = ""  # HTML for the head of its page: the pictures as structured data


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedPost:
    """Everything that the page of a post needs from us."""

    publications: tuple[Publication, ...]
    before: tuple[str, ...] = ()  # HTML of the figures above the text
    inline: tuple[str, ...] = ()  # in the order of their placeholders
    after: tuple[str, ...] = ()
    fields: tuple[tuple[str, tuple[str, ...]], ...] = ()  # of the front matter: name, figures in it
    warnings: tuple[str, ...] = ()  # about its source works, shown in every build
    summary: str | None = None  # HTML; None if the author wrote one
    cover: Figure | None = None  # represents the post on listing pages
    cover_record: Record | None = None
    cover_credit: str = ""  # HTML: its label and credit, for feeds; all URLs are absolute
    head: str = ""  # HTML for the head of its page: the pictures as structured data
    # The photos it shows: their credits in HTML, and the slugs of the styles they were stylized with.
    photos: tuple[tuple[str, tuple[str, ...]], ...] = ()
    records: tuple[Record, ...] = ()  # of its pictures; a cached post has none, the store has them


def read_source(content: Any) -> str:
    """Return the HTML of a post with its placeholders, as it was before any figure was inserted."""
    source: str = content.metadata.get(SOURCE) or content._content or ""
    return _mark_images(source, content)


def read_fields(content: Any) -> dict[str, str]:
    """Return the front matter that is HTML and has pictures, with its placeholders; mostly empty."""
    said = content.metadata
    if FIELDS in said:
        return dict(said[FIELDS])
    found = {}
    for name in content.settings["FORMATTED_FIELDS"]:
        value = said.get(name)
        if not isinstance(value, str) or "<" not in value or (name == "summary" and CUT_SUMMARY in said):
            continue
        value = _mark_images(value, content)
        if has_placeholders(value):
            found[name] = value
    return found


def insert_figures(
    content: Any, source: str, rendered: RenderedPost, *, folder: str, cover_field: str
) -> None:
    """Put figures into a post's HTML, and its cover and summary where templates find them.

    folder: of the pictures, below output/. cover_field: an attribute that gets the path of the cover, unless
    the author has filled it; "" for none.
    """
    # In the metadata, which a copy of the post shares: pelican-i18n-subsites makes drafts of posts that have
    # no translation.
    if rendered.fields:
        fields = content.metadata[FIELDS] = read_fields(content)
        for name, figures in rendered.fields:
            _set_field(content, name, replace_placeholders(fields[name], figures))
    content.metadata[SOURCE] = source
    if rendered.summary is not None:
        _set_field(content, "summary", rendered.summary)
        content.metadata[CUT_SUMMARY] = True  # so themes need not print it twice
    content._content = "\n".join(
        [*rendered.before, replace_placeholders(source, rendered.inline), *rendered.after]
    )
    before = getattr(content, NAME, None)  # of a post from Pelican's cache, or one that is rendered again
    ours = PostForThemes(
        cover=rendered.cover,
        cover_record=rendered.cover_record,
        cover_path=_choose_cover_file(rendered.cover, folder=folder),
        cut_summary=rendered.summary is not None,
        head=rendered.head,
    )
    setattr(content, NAME, ours)
    if cover_field and not content.metadata.get(cover_field):
        filled = getattr(content, cover_field, None)
        if not filled or (isinstance(before, PostForThemes) and filled == before.cover_path):
            setattr(content, cover_field, ours.cover_path)


def _choose_cover_file(cover: Figure | None, *, folder: str) -> str:
    """Return the path of the cover's JPEG that fits a preview best, relative to the site; "" for none."""
    if cover is None or not cover.is_shown:
        return ""
    offered = (each.rsplit(" ", 1) for each in cover.sources[-1][1].split(", "))
    url, _ = min(offered, key=lambda each: abs(int(each[1].removesuffix("w")) - PREVIEW))
    return "/".join((folder, *url.rsplit("/", 2)[1:]))


def _mark_images(text: str, content: Any) -> str:
    """Return HTML with placeholders for its images that are ours, as raw HTML and posts in HTML have them."""
    listed = list_photo_names(content.metadata)
    if not has_images_of_ours(text, listed):
        return text
    from ..content.html_images import mark_images

    return mark_images(text, listed=listed)


def _set_field(content: Any, name: str, value: str) -> None:
    content.metadata[name] = value
    # `summary` is a property, for which Pelican keeps what it has read under another name.
    setattr(content, "_summary" if name == "summary" else name, value)


def make_summary(content: Any, source: str) -> str | None:
    """Return a summary without pictures and their credits; None if the author wrote one.

    Pelican would cut it from the text, including the figures.
    """
    if "summary" in content.metadata and CUT_SUMMARY not in content.metadata:
        return None
    settings = content.settings
    words = remove_placeholders(source)
    if settings.get("SUMMARY_MAX_PARAGRAPHS") is not None:
        words = truncate_html_paragraphs(words, settings["SUMMARY_MAX_PARAGRAPHS"])
    if settings["SUMMARY_MAX_LENGTH"] is not None:
        words = truncate_html_words(words, settings["SUMMARY_MAX_LENGTH"], settings["SUMMARY_END_SUFFIX"])
    return words
