"""Plans what to make: requests become stylizations, or problems that say what to do. Pure functions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from ..model.entities import Mask, Method, Parameters, Photo, Request, Style, StyleShare, Stylization
from ..model.errors import UserError
from ..model.image_sizes import fit
from ..model.methods import IMPORTED, OPTIMIZE_SIDE, choose_method, fit_parameters
from ..model.plain_text import describe_forbidden
from ..model.qualities import Quality, find_quality
from ..rights.clearance import clear, clear_plain
from ..rights.rules import SitePolicy, Terms
from .masked_styles import (
    find_mask_option,
    find_style_expression,
    find_wrong_masks,
    has_places,
    parse_masked_styles,
)
from .read_options import Wrong, find_used_options, read_parameters
from .style_expression import PLAIN, StyleExpressionError, parse_style_expression


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """The site's settings for what a request leaves out."""

    style: str  # "" for none
    parameters: Parameters  # of a quick or good picture
    quality: str
    cover_quality: str  # "" as for the rest
    best_long_edge: int  # pixels, of a picture of the best quality
    policy: SitePolicy = field(default_factory=SitePolicy)  # which licenses the site may use, and its own


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedPicture:
    """A request and its stylization; without one, the photo is shown as it is."""

    request: Request
    photo: Photo
    alt: str
    stylization: Stylization | None
    stands_for: Stylization | None = None  # for a quick picture: the painted one that is still to be made
    terms: Terms | None = None  # the license that it is published under


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A request that cannot be met, and why; the caller adds file and line."""

    request: Request
    text: str
    about: str  # the author's words that are wrong, to find their line
    field: str = "photos"  # of the front matter, if the words are not next to the picture
    is_refusal: bool = False  # whether a license forbids the picture and nothing else is wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The pictures of a post or of the whole site, and the problems."""

    entries: tuple[PlannedPicture, ...] = ()
    problems: tuple[Problem, ...] = ()

    def __add__(self, other: "Plan") -> "Plan":
        return Plan(entries=self.entries + other.entries, problems=self.problems + other.problems)

    def stylizations(self) -> dict[str, Stylization]:
        """Return what must be stylized, by key: a picture that is asked for twice is made once."""
        return {entry.stylization.key: entry.stylization for entry in self.entries if entry.stylization}


def make_stylization(
    photo: Photo, blend: tuple[StyleShare, ...], *, quality: Quality, parameters: Parameters
) -> Stylization:
    """Return the stylization of a photo; what the quality does not use of the parameters is left out."""
    method = choose_method(quality, blend)
    # A limit above the photo's own longer side would give the same picture another key.
    long_edge = min(parameters.long_edge, max(photo.width, photo.height))
    fitting = fit_parameters(replace(parameters, long_edge=long_edge), method)
    return Stylization(photo=photo, blend=blend, method=method, parameters=fitting)


def find_wrong_size(stylization: Stylization) -> str:
    """Return what is wrong with the size at which a picture would be painted; "" if nothing is."""
    photo = stylization.photo
    width, height = fit(photo.width, photo.height, long_edge=stylization.parameters.long_edge)
    if not stylization.method.reads_artworks or min(width, height) >= OPTIMIZE_SIDE:
        return ""
    return (
        f"{photo.path.name} would be painted at {width} x {height} pixels, but needs {OPTIMIZE_SIDE} on its "
        "shorter side. Use a larger photo, or quality=quick."
    )


class StopAfterPlanning(Exception):
    """Ends a run with STYLIZE_PLAN_ONLY and carries its plan; nothing was made or written."""

    def __init__(self, entries: tuple[PlannedPicture, ...], *, missing: frozenset[str]) -> None:
        """missing: the keys of the pictures that the store lacks."""
        super().__init__()
        self.entries = entries
        self.missing = missing


def make_plan(
    found: Iterable[tuple[Request, Photo | None]],
    styles: Mapping[str, Style],
    *,
    defaults: Defaults,
    masks: Mapping[Request, Mapping[str, Mask]] | None = None,
) -> Plan:
    """Decide what to make for each request of a post, and collect every problem.

    A request whose photo could not be read (None) is still checked for other problems. masks: those that
    could be read, by name; the others are reported where they are looked for.
    """
    found = list(found)
    masks = masks or {}
    # The cover may also be in the text, where it is the same picture.
    covers = {_same(request) for request, _ in found if request.cover}
    choices = [
        _choose(
            request,
            styles,
            masks=masks.get(request, {}),
            is_cover=_same(request) in covers,
            defaults=defaults,
        )
        for request, _ in found
    ]
    used = find_used_options({choice.method for choice in choices if choice.method})
    entries: list[PlannedPicture] = []
    problems: list[Problem] = []
    for (request, photo), choice in zip(found, choices, strict=True):
        wrong = _wrong_with_words(request, photo)
        stylization, terms = None, None
        refused: list[str] = []
        style = request.options.style or defaults.style
        if style != PLAIN or choice.wrong:
            stylization, more = _stylization(request, photo, choice, used=used, defaults=defaults)
            wrong += more
        if stylization and not wrong:
            terms, refused = clear(stylization, policy=defaults.policy)
            wrong = [(text, style, "style") for text in refused]
        elif photo and not wrong:
            terms, refused = clear_plain(photo, policy=defaults.policy)
            wrong = [(text, request.photo, "photos") for text in refused]
        problems += [
            Problem(request=request, text=t, about=about, field=f, is_refusal=bool(refused))
            for t, about, f in wrong
        ]
        if photo and not wrong:
            alt = request.alt or photo.alt
            entries.append(
                PlannedPicture(request=request, photo=photo, alt=alt, stylization=stylization, terms=terms)
            )
    return Plan(entries=tuple(_plan_series(entries)), problems=tuple(problems))


def _plan_series(entries: list[PlannedPicture]) -> list[PlannedPicture]:
    """Return the entries; those that are styled together know the photos of all with the same styles.

    A style with a mask and an imported network share nothing with other pictures.
    """
    series: dict[object, dict[str, Photo]] = {}
    names: list[object] = []
    for entry in entries:
        drawn = entry.stylization
        is_one = drawn and entry.request.is_together and not drawn.has_masks and drawn.method != IMPORTED
        names.append((drawn.method, drawn.blend) if drawn and is_one else None)
        if drawn and is_one:
            series.setdefault(names[-1], {})[drawn.photo.digest] = drawn.photo
    planned = []
    for entry, name in zip(entries, names, strict=True):
        photos = series.get(name, {})
        if entry.stylization and len(photos) > 1:
            together = tuple(photos[digest] for digest in sorted(photos))
            entry = replace(entry, stylization=replace(entry.stylization, together=together))
        planned.append(entry)
    return planned


def _wrong_with_words(request: Request, photo: Photo | None) -> list[Wrong]:
    wrong: list[Wrong] = [(request.problem, request.photo, "photos")] if request.problem else []
    for words, kind in ((request.alt, "alt text"), (request.caption, "caption")):
        if forbidden := describe_forbidden(words):
            text = f"the {kind} of {request.photo} contains {forbidden}, which no page and no feed can show."
            wrong.append((f"{text} Remove it.", request.photo, "photos"))
    if photo and not (request.alt or photo.alt):
        wrong.append(
            (
                f"{request.photo} has no alt text. Say what the photo shows, for readers who cannot see "
                f"it: ![Two men mending a net]({request.photo}) in the text, or "
                f"{request.photo} | Two men mending a net in the front matter.",
                request.photo,
                "photos",
            )
        )
    return wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class _Choice:
    """The styles and the quality of a picture; empty or None where the author's words are wrong."""

    blend: tuple[StyleShare, ...] = ()
    quality: Quality | None = None
    wrong: tuple[Wrong, ...] = ()

    @property
    def method(self) -> Method | None:
        if not self.quality or (self.quality is Quality.QUICK and not self.blend):
            return None
        return choose_method(self.quality, self.blend)


def _choose(
    request: Request,
    styles: Mapping[str, Style],
    *,
    masks: Mapping[str, Mask],
    is_cover: bool,
    defaults: Defaults,
) -> _Choice:
    """Return the styles and the quality of a picture: its own, its post's, or those of the settings."""
    of_site = defaults.cover_quality if is_cover and defaults.cover_quality else defaults.quality
    wrong: list[Wrong] = []
    blend: tuple[StyleShare, ...] = ()
    quality = None
    try:
        style = find_style_expression(request, default=defaults.style)
        if style == PLAIN:
            return _Choice()
        if has_places(style):
            blend = parse_masked_styles(style, styles, masks)
        else:
            blend = parse_style_expression(style, styles)
    except StyleExpressionError as error:
        wrong += [(text, about, _field_of(request, about)) for text, about in error.wrong]
    try:
        quality = find_quality(request.options.quality or of_site)
    except UserError as error:
        wrong.append((str(error), request.options.quality, "quality"))
    return _Choice(blend=blend, quality=quality, wrong=tuple(wrong))


def _field_of(request: Request, about: str) -> str:
    """Return the front matter field of words about styles and masks."""
    return "mask" if about and about == find_mask_option(request) else "style"


def _same(request: Request) -> tuple[object, ...]:
    """Return what makes two requests ask for the same picture, apart from its quality."""
    return request.photo, replace(request.options, quality="")


def _stylization(
    request: Request, photo: Photo | None, choice: _Choice, *, used: frozenset[str], defaults: Defaults
) -> tuple[Stylization | None, list[Wrong]]:
    """Return the stylization of a request, if there is one, and what is wrong with its words."""
    parameters, wrong = read_parameters(request, choice.method, defaults=defaults.parameters, used=used)
    wrong = [*choice.wrong, *wrong]
    if not (photo and choice.blend and choice.quality):
        return None, wrong
    wrong += [
        (text, about, _field_of(request, about)) for text, about in find_wrong_masks(choice.blend, photo)
    ]
    if choice.quality is Quality.BEST:
        parameters = replace(parameters, long_edge=defaults.best_long_edge)
    stylization = make_stylization(photo, choice.blend, quality=choice.quality, parameters=parameters)
    too_small = find_wrong_size(stylization)
    if too_small:
        quality = request.options.quality
        wrong.append((too_small, quality or request.photo, "quality" if quality else "photos"))
    return stylization, wrong
