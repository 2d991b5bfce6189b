"""Plans what to make: requests become stylizations, or problems that say what to do. Pure functions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ..model.entities import Method, Parameters, Photo, Request, Style, StyleShare, Stylization
from ..model.errors import UserError
from ..model.image_sizes import fit
from ..model.methods import CONTENT, OPTIMIZE, OPTIMIZE_SIDE, find_method, quick_method
from ..rights.clearance import clear, clear_plain
from ..rights.rules import SitePolicy, Terms
from .style_expression import PLAIN, StyleExpressionError, parse_style_expression

Wrong = tuple[str, str, str]  # the problem, the words that it is about, the front matter field of them


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """The site's settings for what a request leaves out."""

    style: str  # "" for none
    parameters: Parameters  # of a feed-forward picture
    method: str
    cover_method: str  # "" as for the rest
    optimize_long_edge: int  # pixels
    policy: SitePolicy = field(default_factory=SitePolicy)  # which licenses the site may use, and its own


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedPicture:
    """A request and its stylization; without one, the photo is shown as it is."""

    request: Request
    photo: Photo
    alt: str
    stylization: Stylization | None
    stands_for: Stylization | None = None  # in a draft: the optimized picture that is not made yet
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


def make_stylization(photo: Photo, blend: tuple[StyleShare, ...], parameters: Parameters) -> Stylization:
    """Return the quick stylization of a photo; parameters: the site's, with the requested strength."""
    # A limit above the photo's own longer side would give the same picture another key.
    long_edge = min(parameters.long_edge, max(photo.width, photo.height))
    return Stylization(
        photo=photo,
        blend=blend,
        method=quick_method(blend),
        parameters=replace(parameters, long_edge=long_edge),
    )


class StopAfterPlanning(Exception):
    """Ends a run with STYLIZE_PLAN_ONLY and carries its plan; nothing was made or written."""

    def __init__(self, entries: tuple[PlannedPicture, ...], *, missing: frozenset[str]) -> None:
        """missing: the keys of the pictures that the store lacks."""
        super().__init__()
        self.entries = entries
        self.missing = missing


def make_plan(
    found: Iterable[tuple[Request, Photo | None]], styles: Mapping[str, Style], *, defaults: Defaults
) -> Plan:
    """Decide what to make for each request of a post, and collect every problem.

    A request whose photo could not be read (None) is still checked for other problems.
    """
    found = list(found)
    methods = _methods_asked([request for request, _ in found], defaults)
    entries: list[PlannedPicture] = []
    problems: list[Problem] = []
    for (request, photo), method in zip(found, methods, strict=True):
        wrong = _wrong_with_words(request, photo)
        stylization, terms = None, None
        refused: list[str] = []
        if (request.style or defaults.style) != PLAIN:
            meant_for_others = method != OPTIMIZE.name and OPTIMIZE.name in methods
            content = request.content or ("" if meant_for_others else request.post_content)
            stylization, more = _stylization(
                request, photo, styles, method=method, content=content, defaults=defaults
            )
            wrong += more
        if stylization and not wrong:
            terms, refused = clear(stylization, policy=defaults.policy)
            wrong = [(text, request.style or defaults.style, "style") for text in refused]
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
    return Plan(entries=tuple(entries), problems=tuple(problems))


def _wrong_with_words(request: Request, photo: Photo | None) -> list[Wrong]:
    wrong: list[Wrong] = [(request.problem, request.photo, "photos")] if request.problem else []
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


def _methods_asked(requests: Sequence[Request], defaults: Defaults) -> list[str]:
    """Return the name of each picture's method: its own, its post's, or that of the settings."""
    covers = {_same(request) for request in requests if request.cover}
    # The cover may also be in the text, where it is the same picture.
    of_cover = defaults.cover_method or defaults.method
    return [
        request.method or (of_cover if _same(request) in covers else defaults.method) for request in requests
    ]


def _same(request: Request) -> tuple[str, ...]:
    return request.photo, request.style, request.strength, request.content


def _stylization(
    request: Request,
    photo: Photo | None,
    styles: Mapping[str, Style],
    *,
    method: str,
    content: str,
    defaults: Defaults,
) -> tuple[Stylization | None, list[Wrong]]:
    """Return the stylization of a request, if there is one, and what is wrong with its words."""
    wrong: list[Wrong] = []
    blend: tuple[StyleShare, ...] = ()
    known: Method | None = None
    strength, firmness = defaults.parameters.strength, CONTENT
    try:
        blend = parse_style_expression(request.style or defaults.style, styles)
    except StyleExpressionError as error:
        wrong += [(text, about, "style") for text, about in error.wrong]
    try:
        known = find_method(method)
    except UserError as error:
        wrong.append((str(error), method, "method"))
    try:
        strength = _part_of_one(request.strength) if request.strength else strength
    except ValueError:
        text = f"strength is {request.strength!r}, but must be a number from 0 to 1, such as 0.7."
        wrong.append((text, request.strength, "strength"))
    try:
        firmness = _part_of_one(content) if content else firmness
    except ValueError:
        text = f"content is {content!r}, but must be a number from 0 to 1, such as 0.5."
        wrong.append((text, content, "content"))
    if content and known and not known.is_slow:
        text = (
            "content is for the method optimize, but this picture is made by feed-forward. "
            "Write method=optimize as well, or leave content out."
        )
        wrong.append((text, content, "content"))
    if not (photo and blend and known):
        return None, wrong
    if not known.is_slow:
        return make_stylization(photo, blend, replace(defaults.parameters, strength=strength)), wrong
    width, height = fit(photo.width, photo.height, long_edge=defaults.optimize_long_edge)
    if min(width, height) < OPTIMIZE_SIDE:
        text = (
            f"{photo.path.name} would be optimized at {width} x {height} pixels, but needs {OPTIMIZE_SIDE} "
            "on its shorter side. Use a larger photo, or method=feed-forward."
        )
        wrong.append((text, request.method or request.photo, "method" if request.method else "photos"))
    parameters = Parameters(strength=strength, long_edge=max(width, height), content=firmness)
    return Stylization(photo=photo, blend=blend, method=known, parameters=parameters), wrong


def _part_of_one(written: str) -> float:
    """Return a number from 0 to 1; people also write "70%"."""
    number = float(written.removesuffix("%")) / (100 if written.endswith("%") else 1)
    if not 0 <= number <= 1:
        raise ValueError(number)
    return number
