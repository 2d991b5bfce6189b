"""What a post came to, read now or remembered: its pictures, their HTML, and what stands for it."""

from dataclasses import dataclass
from typing import Any

from pelican.utils import truncate_html_paragraphs, truncate_html_words

from ..content.placeholders import with_figures, without_figures
from ..pipeline.publication import Publication
from ..provenance.record import Record
from .theme.figures import Figure

SOURCE = "stylize_source"  # where a post keeps its marked HTML, for a second look
PAGE = "stylize-page:"  # stands in it for the address of the page
HEAD = "stylize_head"  # where it keeps what belongs into the head of its page


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedPost:
    """All that the page of a post needs of us."""

    publications: tuple[Publication, ...]
    before: tuple[str, ...] = ()  # HTML of the figures above the text
    inline: tuple[str, ...] = ()  # in the order of their marks
    after: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()  # what every build says of its works
    summary: str | None = None  # HTML; None where the author wrote one
    cover: Figure | None = None  # what stands for the post on walls of pictures
    cover_record: Record | None = None
    cover_credit: str = ""  # HTML: its label and credit, for feeds; all addresses are absolute
    head: str = ""  # HTML for the head of its page: the pictures as structured data
    # The photos it shows: their credits in HTML, and the slugs of the styles they were redrawn in.
    photos: tuple[tuple[str, tuple[str, ...]], ...] = ()
    records: tuple[Record, ...] = ()  # of its pictures; those of a remembered post rest in the store


def read_source(content: Any) -> str:
    """Return the HTML of a post with its marks, as it was before any figure stood in it."""
    return getattr(content, SOURCE, None) or content._content or ""


def insert_figures(content: Any, source: str, drawn: RenderedPost) -> None:
    """Put figures into a post's HTML, and its cover and summary where templates find them."""
    setattr(content, SOURCE, source)
    setattr(content, HEAD, drawn.head)
    if drawn.summary is not None:
        content.metadata["summary"] = drawn.summary
        content.cut_summary = True  # so a theme need not print the first words twice
    content._content = "\n".join([*drawn.before, with_figures(source, drawn.inline), *drawn.after])
    if drawn.cover:
        content.cover = drawn.cover
        content.cover_record = drawn.cover_record


def make_summary(content: Any, source: str) -> str | None:
    """Return a summary without pictures and their credits; None where the author wrote one.

    Pelican would cut it from the text, figures and all.
    """
    if "summary" in content.metadata and not getattr(content, "cut_summary", False):
        return None
    settings = content.settings
    words = without_figures(source)
    if settings.get("SUMMARY_MAX_PARAGRAPHS") is not None:
        words = truncate_html_paragraphs(words, settings["SUMMARY_MAX_PARAGRAPHS"])
    if settings["SUMMARY_MAX_LENGTH"] is not None:
        words = truncate_html_words(words, settings["SUMMARY_MAX_LENGTH"], settings["SUMMARY_END_SUFFIX"])
    return words
