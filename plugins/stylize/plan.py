"""What has to be made: requests become stylizations, or problems that say what to do. Pure functions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from .errors import UserError, suggestion
from .methods import FEED_FORWARD
from .model import Parameters, Photo, Request, Style, Stylization
from .rights import refusal

PLAIN = "none"  # the style of a photo that is shown as it is
_QUOTES = "“”„‘’‚«»\"'"


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
        style: Style | None = None
        parameters = defaults
        if name != PLAIN:
            try:
                style = find_style(name, styles)
            except UserError as error:
                wrong.append((str(error), name))
            try:
                parameters = _parameters(request.strength, defaults)
            except UserError as error:
                wrong.append((str(error), request.strength))
        stylization = _stylization(photo, style, parameters) if photo and style else None
        if stylization and not wrong:
            wrong += [(text, name) for text in _refusals(stylization)]
        if wrong:
            problems += [Problem(request=request, text=text, about=about) for text, about in wrong]
        elif photo:
            alt = request.alt or photo.alt
            entries.append(Entry(request=request, photo=photo, alt=alt, stylization=stylization))
    return Plan(entries=tuple(entries), problems=tuple(problems))


def find_style(name: str, styles: Mapping[str, Style]) -> Style:
    """Return the style of this name; raises UserError that says what else it may be."""
    if not name:
        raise UserError(
            "this picture names no style. Add a line 'Style: NAME' to the front matter, or write "
            f"{{: stylize=NAME }} after the picture.{suggestion('', styles, many='styles')}"
        )
    if name.strip(_QUOTES) != name:
        bare = name.strip(_QUOTES)
        raise UserError(f"the style is written with quotes, {name}. Write it without them: {bare}.")
    if not styles:
        raise UserError(f"there is no style {name!r}: the style library is empty. Put a style into styles/.")
    try:
        return styles[name]
    except KeyError:
        raise UserError(f"there is no style {name!r}.{suggestion(name, styles, many='styles')}") from None


def _wrong_with_words(request: Request, photo: Photo | None) -> list[tuple[str, str]]:
    wrong = [(request.problem, request.photo)] if request.problem else []
    if photo and not (request.alt or photo.alt):
        wrong.append(
            (
                f"{request.photo} has no alt text. Say what the photo shows, for readers who cannot see "
                f"it: ![Two men mending a net]({request.photo}) in the text, or "
                f"{request.photo} | Two men mending a net in the front matter.",
                request.photo,
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


def _stylization(photo: Photo, style: Style, parameters: Parameters) -> Stylization:
    # Clamped to the photo's own longer side: a larger limit makes no new picture of it.
    long_edge = min(parameters.long_edge, max(photo.width, photo.height))
    return Stylization(
        photo=photo,
        style=style,
        method=FEED_FORWARD,
        parameters=replace(parameters, long_edge=long_edge),
    )


def _refusals(stylization: Stylization) -> list[str]:
    works = (
        (f"the photo {stylization.photo.path.name}", stylization.photo.credit),
        (f"the artwork of the style {stylization.style.slug!r}", stylization.style.artwork.credit),
    )
    return [
        f"{what} cannot be used: {refusal(credit.license)}. "
        "Show the photo plain (stylize=none) or choose another."
        for what, credit in works
        if refusal(credit.license)
    ]
