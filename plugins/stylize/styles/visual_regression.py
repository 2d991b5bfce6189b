"""The look of each style, held: a panel of photos is drawn in it and compared with the one accepted."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from ..content.photos import PhotoIndex, photos_in
from ..executors.interface import Executor, Failed, StylizeTask, make_stylize_task
from ..model.command_name import command
from ..model.entities import Author, Parameters, Photo, Style, StyleShare, Stylization
from ..model.errors import UserError
from ..model.methods import quick_method
from ..storage.atomic_files import STORE, explain_refusals
from ..storage.atomic_files import display_path as display
from .style_facts import PANEL

if TYPE_CHECKING:
    from PIL.Image import Image

FOLDER = "_panel"  # of the style library: the photos that every style is drawn with
LONG_EDGE = 320  # pixels; smaller than the photos, so that the way they are scaled is part of the look

LIMIT = 0.001  # docs/decisions/0007 has what was measured
# Gray levels. What differs by less stays below half the limit and is spared the encoder, so that a check
# of what has not changed takes half the time.
ALIKE = 0.25

Measure = Callable[["Image", "Image"], float]  # how different two pictures look; see engine.perception


class VisualChangeError(UserError):
    """A style that does not look as it was accepted."""

    exitcode = 1  # the site's files are in order


@dataclass(frozen=True, slots=True, kw_only=True)
class LookComparison:
    """What the comparison of one style came to."""

    slug: str
    says: str  # in two words, for a table
    distance: float | None = None  # the largest of its photos; None where nothing could be compared
    photo: str = ""  # where that was
    problem: str = ""  # what is wrong, where it is, and what to do; "" is well


def read_panel(folder: Path, index: PhotoIndex, *, author: Author | None) -> list[Photo]:
    """Return the photos that every style is drawn with; raises UserError for all that is wrong with them."""
    names = photos_in(folder)
    if not names:
        raise UserError(
            f"{display(folder)}: there are no photos to draw the styles with. Put some there, as different as"
            " your own: a face, a landscape with sky, a building, a night, a crowd, a close-up."
        )
    photos: list[Photo] = []
    problems: list[str] = []
    for name in names:
        try:
            photos.append(index.photo(folder / name, author=author))
        except UserError as error:
            problems += error.problems
    if problems:
        raise UserError(*problems)
    return photos


def check_panels(
    styles: Sequence[Style],
    photos: Sequence[Photo],
    *,
    executor: Executor,
    measure: Measure,
    workplace: Path,
    accept: bool = False,
) -> Iterator[LookComparison]:
    """Draw the photos in each style and yield whether it looks as in the panel that was accepted.

    A style without a panel gets its first. accept: keep what is drawn now as the panel of every style
    that looks otherwise. Pictures of what has moved are left in the workplace, before | after.
    """
    with explain_refusals(workplace, doing="drawing the panels", setting=STORE):
        workplace.mkdir(parents=True, exist_ok=True)
        incoming = TemporaryDirectory(dir=workplace)
    with incoming:
        drawn: dict[str, dict[Path, Path]] = {style.slug: {} for style in styles}
        folder = Path(incoming.name)
        jobs = {
            f"{style.slug}-{number}": (style, photo)
            for style in styles
            for number, photo in enumerate(photos)
        }
        for event in executor.run(_make_tasks(jobs, folder)):
            style, photo = jobs[event.job]
            if isinstance(event, Failed):
                problem = f"{_shown(style)}: {event.message}"
                yield LookComparison(
                    slug=style.slug, says="not drawn", photo=photo.path.name, problem=problem
                )
                continue
            drawn[style.slug][photo.path] = folder / f"{event.job}.png"
            if len(drawn[style.slug]) == len(photos):
                pictures = [_read(drawn[style.slug][photo.path]) for photo in photos]
                panel = _Panel(style=style, photos=photos, pictures=pictures)
                yield _judge(panel, measure=measure, workplace=workplace, accept=accept)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Panel:
    """A style's panel as it is drawn now."""

    style: Style
    photos: Sequence[Photo]
    pictures: Sequence["Image"]

    @property
    def path(self) -> Path:
        """Where the accepted one lies."""
        return self.style.numbers.path.with_name(PANEL)

    @property
    def note(self) -> dict[str, object]:
        """What it is made from; stands in the file of the sheet."""
        return {"numbers": self.style.numbers.digest, "photos": [photo.digest for photo in self.photos]}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Gap:
    """The photo that looks least as it was accepted."""

    distance: float
    photo: str
    before: "Image"
    after: "Image"


def _judge(panel: _Panel, *, measure: Measure, workplace: Path, accept: bool) -> LookComparison:
    """Compare a panel with the accepted one; write it where there is none, or where it is accepted."""
    from ..images.contact_sheets import SheetError, make_contact_sheet, read_note

    slug, shown = panel.style.slug, display(panel.path)
    sheet = make_contact_sheet(panel.pictures, note=json.dumps(panel.note))
    if not panel.path.is_file():
        _write(panel.path, sheet)
        return LookComparison(slug=slug, says="new, look at it")
    accepted, note, gap, problem = panel.path.read_bytes(), {}, None, ""
    again = command(f"style.panel --only {slug} --accept")
    try:
        note = _read_note(read_note(accepted))
        if note.get("photos") == panel.note["photos"]:
            gap = _widest_gap(panel, accepted, sheet, measure=measure)
        else:
            folder = display(panel.photos[0].path.parent)
            problem = f"{shown}: these are not the photos of {folder}. Draw it anew: {again}"
    except SheetError as error:
        problem = f"{shown}: it cannot be read: {error}. Restore it, or draw it anew: {again}"
    pair = workplace / f"{slug}.png"
    pair.unlink(missing_ok=True)
    if gap and gap.distance > LIMIT:
        if not accept:
            _show(gap, pair)
        its_own = note["numbers"] == panel.style.numbers.digest
        cause = (
            "Its numbers are the same, so the engine draws otherwise" if its_own else "Its numbers changed"
        )
        problem = (
            f"{_shown(panel.style)}: {gap.photo} looks otherwise than it was accepted: perceptual distance"
            f" {gap.distance:.4f}, limit {LIMIT:g}. {cause}. Look at {display(pair)}, before | after;"
            f" if it is to look so: {again}"
        )
    if accept and (problem or note != panel.note):
        _write(panel.path, sheet)
    says = "as accepted" if not problem else "accepted now" if accept else "not as accepted"
    return LookComparison(
        slug=slug,
        says=says,
        distance=gap.distance if gap else None,
        photo=gap.photo if gap else "",
        problem="" if accept else problem,
    )


def _widest_gap(panel: _Panel, accepted: bytes, sheet: bytes, *, measure: Measure) -> _Gap:
    """Compare photo by photo. Both sheets went through the same coding, so that it sets nothing apart."""
    from ..images.contact_sheets import cut, difference

    sizes = [picture.size for picture in panel.pictures]
    gaps = []
    for photo, before, after in zip(panel.photos, cut(accepted, sizes), cut(sheet, sizes), strict=True):
        distance = measure(before, after) if difference(before, after) > ALIKE else 0.0
        gaps.append(_Gap(distance=distance, photo=photo.path.name, before=before, after=after))
    return max(gaps, key=lambda gap: gap.distance)


def _read_note(text: str) -> dict[str, object]:
    from ..images.contact_sheets import SheetError

    try:
        note = json.loads(text)
        if set(note) == {"numbers", "photos"}:
            return dict(note)
    except (ValueError, TypeError):
        pass
    raise SheetError("it does not say what it was made from")


def _show(gap: _Gap, target: Path) -> None:
    from ..images.contact_sheets import save_pair

    with explain_refusals(target.parent, doing="showing how a style has moved", setting=STORE):
        save_pair(gap.before, gap.after, target)


def _make_tasks(jobs: Mapping[str, tuple[Style, Photo]], folder: Path) -> Iterator[StylizeTask]:
    parameters = Parameters(long_edge=LONG_EDGE)
    for job, (style, photo) in jobs.items():
        blend = (StyleShare(style=style),)
        stylization = Stylization(photo=photo, blend=blend, method=quick_method(blend), parameters=parameters)
        yield make_stylize_task(stylization, folder / f"{job}.png", job=job)


def _read(path: Path) -> "Image":
    from PIL import Image

    with Image.open(path) as image:
        return image.convert("RGB")


def _write(path: Path, sheet: bytes) -> None:
    coming = path.with_name(f".{path.name}")
    with explain_refusals(path.parent, doing="keeping the panel of a style"):
        coming.write_bytes(sheet)
        coming.replace(path)


def _shown(style: Style) -> str:
    """Return a style's folder as its author knows it."""
    return display(style.numbers.path.parent)
