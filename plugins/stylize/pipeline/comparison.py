"""One photo in many styles: what is drawn of it, what may be published, and what a budget reaches."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ..content.photos.credit_files import credit_path, read_credit
from ..costs.estimates import allot_budget
from ..model.entities import Author, Credit, Parameters, Photo, Style, StyleShare, Stylization
from ..model.errors import UserError
from ..model.image_sizes import fit
from ..model.methods import OPTIMIZE_SIDE
from ..model.qualities import Quality
from ..rights.clearance import clear
from ..rights.rules import SitePolicy, Terms
from ..rights.vocabulary import LICENSES
from ..storage.atomic_files import display_path, sha256_of
from .plan import make_stylization


@dataclass(frozen=True, slots=True, kw_only=True)
class UnpublishedPhoto:
    """A photo that is only looked at, so that it needs no credit."""

    photo: Photo  # without a credit, it counts as the author's own
    has_credit: bool
    notes: tuple[str, ...] = ()  # what a reader should know about its credit


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedStyle:
    """A style, and the picture that shows the photo in it."""

    style: Style
    wanted: Stylization  # of the quality that was asked for
    shown: Stylization  # the same, or its quick twin where a budget does not reach it
    terms: Terms  # of publishing it
    refusals: tuple[str, ...] = ()  # why it may not be published

    @property
    def is_left_quick(self) -> bool:
        """Whether the quick twin is shown."""
        return self.shown is not self.wanted


def load_unpublished_photo(path: Path, *, author: Author | None) -> UnpublishedPhoto:
    """Load a photo from anywhere; a credit that is missing or wrong becomes a note.

    author: of the site, who made the photos without a credit file. Raises UserError if it cannot be read.
    """
    from ..images.decode import examine

    try:
        width, height, _, colors = examine(path)
    except UserError as error:
        raise UserError(*(f"{display_path(path)}: {problem}" for problem in error.problems)) from error
    credit, alt, notes = None, "", []
    try:
        credit, alt = read_credit(path, author=author)
        if author and not Path(credit_path(path)).is_file():
            notes.append(f"{path.name} has no credit file, so it counts as a photo by {author.name}.")
    except UserError as error:
        notes += error.problems
        notes.append(
            "Nothing here is published, so only the rights of the artworks were checked, as if the photo were"
            " yours."
        )
    assumed = Credit(title=path.stem, creator="", license=LICENSES["OWN"])
    photo = Photo(
        path=path,
        digest=sha256_of(path),
        width=width,
        height=height,
        credit=credit or assumed,
        alt=alt,
        colors=colors,
    )
    return UnpublishedPhoto(photo=photo, has_credit=credit is not None, notes=tuple(notes))


def plan_comparison(
    photo: Photo, styles: Sequence[Style], *, quality: Quality, parameters: Parameters, policy: SitePolicy
) -> list[ComparedStyle]:
    """Return what to draw of a photo, for each style: those the author judged meh are last.

    parameters: of a post that asks for this quality and for nothing else, so that it shares its pictures.
    Raises UserError if the photo is too small to be painted.
    """
    width, height = fit(photo.width, photo.height, long_edge=parameters.long_edge)
    if quality is not Quality.QUICK and min(width, height) < OPTIMIZE_SIDE:
        raise UserError(
            f"{photo.path.name} would be painted at {width} x {height} pixels, but needs {OPTIMIZE_SIDE} on"
            " its shorter side. Use a larger photo, or --quality quick."
        )
    rows = []
    for style in sorted(styles, key=_preference):
        wanted = make_stylization(photo, (StyleShare(style=style),), quality=quality, parameters=parameters)
        terms, refusals = clear(wanted, policy=policy)
        rows.append(
            ComparedStyle(style=style, wanted=wanted, shown=wanted, terms=terms, refusals=tuple(refusals))
        )
    return rows


def spend_budget(
    rows: Sequence[ComparedStyle],
    seconds: Mapping[str, float],
    *,
    budget: float,
    quick: Parameters,
) -> list[ComparedStyle]:
    """Return the rows, with the quick twins of those that a budget does not reach.

    seconds: that each missing painted picture takes, by key. budget: seconds; spent in the order of the rows,
    where one that does not fit is passed over. quick: the parameters of a quick picture.
    """
    wanted = [row.wanted.key for row in rows if row.wanted.key in seconds]
    reached, _ = allot_budget(wanted, seconds, budget=budget)
    limited = []
    for row in rows:
        if row.wanted.key in reached or row.wanted.key not in seconds:
            limited.append(row)
            continue
        photo, blend = row.wanted.photo, row.wanted.blend
        twin = make_stylization(photo, blend, quality=Quality.QUICK, parameters=quick)
        limited.append(replace(row, shown=twin))
    return limited


def _preference(style: Style) -> tuple[int, str]:
    """Return what sorts styles: those judged cool, those without a verdict, then those judged meh."""
    verdict = style.verdict
    return (1 if verdict is None else 2 if verdict.is_meh else 0), style.slug
