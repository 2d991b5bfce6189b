"""What has to be made: requests become stylizations, or problems that say what to do. Pure functions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from .blends import PLAIN, BlendError, read_blend
from .errors import UserError
from .methods import FEED_FORWARD
from .model import Parameters, Photo, Request, Share, Style, Stylization
from .rights import refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A request and what it comes to; without a stylization the photo is shown plain."""

    request: Request
    photo: Photo
    alt: str
    stylization: Stylization | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A request that cannot be met, and why; whoever shows it adds the place."""

    request: Request
    text: str
    about: str  # the words of the author that it is about, to find their line
    field: str = "photos"  # of the front matter, where they stand if not beside the picture


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a post, or the whole site, asks for."""

    entries: tuple[Entry, ...] = ()
    problems: tuple[Problem, ...] = ()

    def __add__(self, other: "Plan") -> "Plan":
        return Plan(entries=self.entries + other.entries, problems=self.problems + other.problems)

    def stylizations(self) -> dict[str, Stylization]:
        """Return what is to be stylized by key: a picture asked for twice is made once."""
        return {entry.stylization.key: entry.stylization for entry in self.entries if entry.stylization}


class Planned(Exception):
    """Carries what a run with STYLIZE_PLAN_ONLY found; nothing was made or written."""

    def __init__(self, entries: tuple[Entry, ...], *, missing: frozenset[str]) -> None:
        """missing: the keys of the pictures that are not there yet."""
        super().__init__()
        self.entries = entries
        self.missing = missing


def make_plan(
    found: Iterable[tuple[Request, Photo | None]],
    styles: Mapping[str, Style],
    *,
    defaults: Parameters,
    default_style: str = "",
) -> Plan:
    """Decide for each request and its photo what is to be made, collecting every problem.

    A request whose photo could not be read (None) is checked for all else that is wrong with it.
    """
    entries: list[Entry] = []
    problems: list[Problem] = []
    for request, photo in found:
        name = request.style or default_style
        wrong = _wrong_with_words(request, photo)
        blend: tuple[Share, ...] = ()
        parameters = defaults
        if name != PLAIN:
            try:
                blend = read_blend(name, styles)
            except BlendError as error:
                wrong += [(text, about, "style") for text, about in error.wrong]
            try:
                parameters = _parameters(request.strength, defaults)
            except UserError as error:
                wrong.append((str(error), request.strength, "strength"))
        stylization = _stylization(photo, blend, parameters) if photo and blend else None
        if stylization and not wrong:
            wrong += [(text, name, "style") for text in _refusals(stylization)]
        if wrong:
            problems += [Problem(request=request, text=t, about=about, field=f) for t, about, f in wrong]
        elif photo:
            alt = request.alt or photo.alt
            entries.append(Entry(request=request, photo=photo, alt=alt, stylization=stylization))
    return Plan(entries=tuple(entries), problems=tuple(problems))


def _wrong_with_words(request: Request, photo: Photo | None) -> list[tuple[str, str, str]]:
    wrong = [(request.problem, request.photo, "photos")] if request.problem else []
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


def _parameters(strength: str, defaults: Parameters) -> Parameters:
    if not strength:
        return defaults
    try:
        # "70%" is what people write who think of it as a share.
        number = float(strength.removesuffix("%")) / (100 if strength.endswith("%") else 1)
        return Parameters(strength=number, long_edge=defaults.long_edge)
    except ValueError:
        raise UserError(f"strength is {strength!r}, but must be a number from 0 to 1, such as 0.7.") from None


def _stylization(photo: Photo, blend: tuple[Share, ...], parameters: Parameters) -> Stylization:
    # Clamped to the photo's own longer side: a larger limit makes no new picture of it.
    long_edge = min(parameters.long_edge, max(photo.width, photo.height))
    return Stylization(
        photo=photo,
        blend=blend,
        method=FEED_FORWARD,
        parameters=replace(parameters, long_edge=long_edge),
    )


def _refusals(stylization: Stylization) -> list[str]:
    works = (
        (f"the photo {stylization.photo.path.name}", stylization.photo.credit),
        *(
            (f"the artwork of the style {share.style.slug!r}", share.style.artwork.credit)
            for share in stylization.blend
        ),
    )
    return [
        f"{what} cannot be used: {refusal(credit.license)}. "
        "Show the photo plain (stylize=none) or choose another."
        for what, credit in works
        if refusal(credit.license)
    ]
