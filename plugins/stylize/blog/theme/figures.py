"""One picture on a page: the data for `stylize/figure.html` and `stylize/artwork.html`, and their HTML."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from jinja2 import Environment, Template
from markupsafe import Markup

from ...model.entities import Credit, Request
from ...pipeline.publication import SIDECAR, Publication
from ...provenance.record import Record
from ..page_urls import USUAL, PageUrls

if TYPE_CHECKING:
    from ...styles.style_facts import StyleFacts
    from .translation import Translation, Translations

NAME = "stylize"  # under which templates find phrases and URLs; see `theme_names`
TEMPLATE = "stylize/figure.html"
ARTWORK = "stylize/artwork.html"
CREDIT = "stylize/credit.html"
FACTS = "stylize/facts.html"
PAIR = "stylize/pair.html"
SUMMARY_CREDIT = "stylize/summary_credit.html"

# With RELATIVE_URLS: replaced by the path to the root once the path of the page is known.
RELATIVE_BASE = "stylize-root:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Thumb:
    """A work that a picture is made from, shown small next to it."""

    src: str
    width: int  # pixels
    height: int
    alt: str
    what: Markup | str  # "The photo", "The artwork"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """The data that a template shows."""

    src: str = ""  # a JPEG of middle width, for readers without srcset
    sources: tuple[tuple[str, str], ...] = ()  # (media type, srcset), the best first
    width: int = 0  # pixels of the largest rendition
    height: int = 0
    sizes: str = ""
    alt: str = ""
    caption: Markup | str = ""  # HTML
    cover: bool = False  # stands before the text, and loads first
    link: str = ""
    original: str = ""  # URL of the photo's own file, if the site publishes it
    problem: str = ""  # an error to show instead of the picture
    pending: str = ""  # why the picture is not there
    note: str = ""  # what is still to be done about the picture
    thumbs: tuple[Thumb, ...] = ()  # what it was made from
    sidecar: str = ""  # URL of its complete record
    is_signed: bool = False  # whether its files carry Content Credentials
    cost: str = ""  # energy and money that it took: "0.06 Wh, less than $0.01"
    classes: str = ""  # of the author's own, for the figure
    style: str = ""  # the same, as CSS
    attributes: tuple[tuple[str, str], ...] = ()  # of the author's own, for the figure: ("id", "pier")
    title: str = ""  # of the image
    loading: str = ""  # "lazy" or "eager"; "" for what is usual at its place

    @property
    def is_shown(self) -> bool:
        """Whether the picture is there, and no message in its place."""
        return not (self.problem or self.pending)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where pictures are published and how wide they are shown."""

    base: str  # URL of the site, without a slash at the end
    folder: str
    sizes: str
    cover_sizes: str
    originals: bool = False  # whether the photos' own files are published too
    is_signed: bool = False  # whether files carry Content Credentials
    urls: PageUrls = USUAL  # of the plugin's own pages

    def url_of(self, publication: Publication) -> str:
        """Return the URL of a picture's folder."""
        return f"{self.base}/{self.folder}/{publication.name}"


def make_figure(
    publication: Publication,
    place: Place,
    *,
    alt: str,
    caption: str = "",
    cover: bool = False,
    link: str = "",
    original: str = "",
    pending: str = "",
    note: str = "",
    works: Sequence[tuple[Markup | str, Publication, str]] = (),
    cost: str = "",
    html: Sequence[tuple[str, str]] = (),
) -> Figure:
    """Describe how a published picture is shown.

    original: the path of the photo's own file in the pictures' folder, if it is published. works: what the
    picture was made from, each as its description, its small publication and its alt text. html: attributes
    of the author's own, as in `Request`.
    """
    widths = publication.widths
    largest = widths[-1]
    root = place.url_of(publication)
    middle = min(widths, key=lambda width: abs(width - 800))
    return Figure(
        src=f"{root}/{middle}.jpg",
        sources=tuple(
            (media_type, ", ".join(f"{root}/{width}.{ending} {width}w" for width in widths))
            for media_type, ending in (("image/avif", "avif"), ("image/jpeg", "jpg"))
        ),
        width=largest,
        height=publication.height_at(largest),
        sizes=_find_sizes(html) or (place.cover_sizes if cover else place.sizes),
        alt=alt,
        caption=Markup(caption),
        cover=cover,
        link=link,
        original=f"{place.base}/{place.folder}/{quote(original)}" if original else "",
        pending=pending,
        note=note,
        thumbs=tuple(_make_thumb(what, small, place, alt=alt) for what, small, alt in works),
        sidecar=f"{root}/{SIDECAR}" if publication.record else "",
        is_signed=place.is_signed,
        cost=cost,
        **_place_attributes(html),
    )


def _place_attributes(html: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Return the author's own attributes as fields of a figure."""
    own = dict(html)
    width = own.pop("width", "")
    rules = [own.pop("style", "").strip("; "), f"width:{width};max-width:100%" if width else ""]
    return {
        "classes": own.pop("class", ""),
        "style": ";".join(filter(None, rules)),
        "title": own.pop("title", ""),
        "loading": own.pop("loading", ""),
        "attributes": tuple(own.items()),
    }


def _find_sizes(html: Sequence[tuple[str, str]]) -> str:
    """Return how wide the author shows a picture, if that is a length; a share of the column is none."""
    width = dict(html).get("width", "")
    return "" if width.endswith("%") else width


def prepare_for_listing(figure: Figure, place: Place) -> Figure:
    """Return a figure for listing pages, which have no room for thumbs, and their own ids and classes."""
    sizes = place.cover_sizes if figure.cover else place.sizes
    return replace(figure, thumbs=(), sizes=sizes, classes="", style="", attributes=(), title="", loading="")


def _make_thumb(what: Markup | str, small: Publication, place: Place, *, alt: str) -> Thumb:
    width = small.widths[-1]
    return Thumb(
        src=f"{place.url_of(small)}/{width}.jpg",
        width=width,
        height=small.height_at(width),
        alt=alt,
        what=what,
    )


def make_error_figure(request: Request, text: str) -> Figure:
    """Return the figure that shows an error instead of its picture."""
    return Figure(
        alt=request.alt,
        caption=Markup(request.caption),
        cover=request.cover,
        problem=text,
        **_place_attributes(request.html),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class WordsAndUrls:
    """`stylize` in the templates of figures."""

    words: "Translation"  # in the language of the page
    urls: PageUrls


class Renderer:
    """Renders figures with the templates of the theme, or the plugin's own, in one language."""

    def __init__(
        self, environment: Environment, place: Place, translations: "Translations", *, lang: str = ""
    ) -> None:
        """lang: of the page, if it is not the site's."""
        self.environment = environment
        self.translation = translations.of(lang or translations.default)
        self._place = place
        self._translations = translations
        self._others: dict[str, Renderer] = {}  # by language

    def in_language(self, lang: str) -> "Renderer":
        """Return the renderer for a language."""
        if lang == self.translation.lang:
            return self
        if lang not in self._others:
            self._others[lang] = Renderer(self.environment, self._place, self._translations, lang=lang)
        return self._others[lang]

    def render_figure(self, figure: Figure, record: Record | None) -> str:
        """Return the HTML of a figure."""
        return self._template.render(figure=figure, record=record, siteurl=self._place.base)

    def render_line(self, credit: Credit) -> str:
        """Return the HTML of a credit in one line."""
        return str(self._environment.get_template(CREDIT).module.line(credit, "cite"))  # type: ignore[attr-defined]

    def render_credit(self, record: Record) -> str:
        """Return the HTML of a picture's credit, for places that do not show its figure."""
        return self._environment.get_template(SUMMARY_CREDIT).render(record=record)

    def render_facts(self, facts: "StyleFacts") -> str:
        """Return the HTML of the facts of a style."""
        return self._environment.get_template(FACTS).render(facts=facts)

    def render_pair(self, quick: str, painted: str) -> str:
        """Return the HTML of two figures of one photo, a quick and a painted picture."""
        return self._environment.get_template(PAIR).render(quick=quick, painted=painted)

    def render_artwork(self, figure: Figure, credit: Credit) -> str:
        """Return the HTML of a style's artwork."""
        template = self._environment.get_template(ARTWORK)
        return template.render(figure=figure, credit=credit, siteurl=self._place.base)

    @cached_property
    def _template(self) -> Template:
        return self._environment.get_template(TEMPLATE)

    @cached_property
    def _environment(self) -> Environment:
        # Pelican makes an environment for each run, so templates need not be checked for changes.
        environment = self.environment.overlay(auto_reload=False)
        # As a global, since imported macros see nothing else.
        names = WordsAndUrls(words=self.translation, urls=self._place.urls)
        environment.globals = {**environment.globals, NAME: names}
        return environment
