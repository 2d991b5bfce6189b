"""Visual regression of styles: draw a panel of photos in each, and compare it with the accepted one."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from ..content.photos import PhotoIndex, list_photos
from ..executors.interface import Executor, Failed, StylizeTask, make_stylize_task
from ..model.command_name import command
from ..model.entities import Author, Parameters, Photo, Style, StyleShare, Stylization
from ..model.errors import UserError, attempt
from ..model.methods import choose_method
from ..model.qualities import Quality
from ..storage.atomic_files import STORE, display_path, explain_refusals, write_whole
from .style_facts import PANEL

if TYPE_CHECKING:
    from PIL.Image import Image

FOLDER = "_panel"  # of the style library: the photos that are drawn in every style
LONG_EDGE = 320  # pixels; smaller than the photos, so that the check covers how they are scaled

LIMIT = 0.001  # perceptual distance; docs/decisions/0007 has the measurements
# Gray levels. Pictures that differ by less are below half the limit, and are not measured: without changes,
# a check takes half the time.
EQUAL = 0.25

# How different two pictures look: `engine.losses.perceptual_distance`.
Measure = Callable[["Image", "Image"], float]


class VisualChangeError(UserError):
    """A style no longer looks as it was accepted."""

    exitcode = 1  # nothing is wrong with the site's files


@dataclass(frozen=True, slots=True, kw_only=True)
class LookComparison:
    """The result of comparing one style with its accepted panel."""

    slug: str
    status: str  # in two words, for a table
    distance: float | None = None  # the largest of its photos; None if nothing could be compared
    photo: str = ""  # the one with this distance
    problem: str = ""  # what is wrong and what to do; "" if nothing is


def read_panel(folder: Path, index: PhotoIndex, *, author: Author | None) -> list[Photo]:
    """Return the photos that are drawn in every style; raises UserError with all their problems."""
    names = list_photos(folder)
    if not names:
        raise UserError(
            f"{display_path(folder)}: there are no photos to draw the styles with. Put some there, as"
            " different as your own: a face, a landscape with sky, a building, a night, a crowd, a close-up."
        )
    problems: list[str] = []
    found = [attempt(problems, index.load_photo, folder / name, author=author) for name in names]
    if problems:
        raise UserError(*problems)
    return [photo for photo in found if photo]


def make_panel_stylization(style: Style, photo: Photo) -> Stylization:
    """Return what is drawn of a photo for the panel of a style."""
    blend, parameters = (StyleShare(style=style),), Parameters(long_edge=LONG_EDGE)
    return Stylization(
        photo=photo, blend=blend, method=choose_method(Quality.QUICK, blend), parameters=parameters
    )


def describe_panel(style: Style, photos: Sequence[Photo]) -> dict[str, object]:
    """Return what a panel is made from; saved in its file as a comment."""
    return {"numbers": style.weights.digest, "photos": [photo.digest for photo in photos]}


def check_panels(
    styles: Sequence[Style],
    photos: Sequence[Photo],
    *,
    executor: Executor,
    measure: Measure,
    workplace: Path,
    accept: bool = False,
) -> Iterator[LookComparison]:
    """Draw the photos in each style, and yield how they compare with its accepted panel.

    A style without a panel gets its first one. accept: save the new panel of each style that has changed.
    For a style that has changed, before and after are saved in the workplace as one picture.
    """
    with explain_refusals(workplace, doing="drawing the panels", setting=STORE):
        workplace.mkdir(parents=True, exist_ok=True)
        incoming = TemporaryDirectory(dir=workplace)
    with incoming:
        paths: dict[str, dict[Path, Path]] = {style.slug: {} for style in styles}
        folder = Path(incoming.name)
        jobs = {
            f"{style.slug}-{number}": (style, photo)
            for style in styles
            for number, photo in enumerate(photos)
        }
        for event in executor.run(_make_tasks(jobs, folder)):
            style, photo = jobs[event.job]
            if isinstance(event, Failed):
                problem = f"{_display_folder(style)}: {event.message}"
                yield LookComparison(
                    slug=style.slug, status="not drawn", photo=photo.path.name, problem=problem
                )
                continue
            paths[style.slug][photo.path] = folder / f"{event.job}.png"
            if len(paths[style.slug]) == len(photos):
                pictures = [_read(paths[style.slug][photo.path]) for photo in photos]
                panel = _Panel(style=style, photos=photos, pictures=pictures)
                yield _compare(panel, measure=measure, workplace=workplace, accept=accept)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Panel:
    """A style's new panel."""

    style: Style
    photos: Sequence[Photo]
    pictures: Sequence["Image"]

    @property
    def path(self) -> Path:
        """The file of the accepted panel."""
        return self.style.weights.path.with_name(PANEL)

    @property
    def note(self) -> dict[str, object]:
        """What it was made from; saved in the file as a comment."""
        return describe_panel(self.style, self.photos)


@dataclass(frozen=True, slots=True, kw_only=True)
class _PhotoChange:
    """How far one photo is from its accepted picture."""

    distance: float
    photo: str
    before: "Image"
    after: "Image"


def _compare(panel: _Panel, *, measure: Measure, workplace: Path, accept: bool) -> LookComparison:
    """Compare a panel with the accepted one; save it if there is none, or if it is accepted."""
    from ..images.contact_sheets import SheetError, make_contact_sheet, read_note

    slug, place = panel.style.slug, display_path(panel.path)
    sheet = make_contact_sheet(panel.pictures, note=json.dumps(panel.note))
    if not panel.path.is_file():
        _save(panel.path, sheet)
        return LookComparison(slug=slug, status="new, look at it")
    accepted, note, change, problem = panel.path.read_bytes(), {}, None, ""
    again = command(f"style.panel --only {slug} --accept")
    try:
        note = _parse_note(read_note(accepted))
        if note.get("photos") == panel.note["photos"]:
            change = _find_largest_change(panel, accepted, sheet, measure=measure)
        else:
            folder = display_path(panel.photos[0].path.parent)
            problem = f"{place}: it was made from other photos than those in {folder}. Draw it again: {again}"
    except SheetError as error:
        problem = f"{place}: it cannot be read: {error}. Restore it, or draw it again: {again}"
    pair = workplace / f"{slug}.png"
    pair.unlink(missing_ok=True)
    if change and change.distance > LIMIT:
        if not accept:
            _save_pair(change, pair)
        is_same = note["numbers"] == panel.style.weights.digest
        cause = (
            "Its weights are the same, so the engine has changed" if is_same else "Its weights have changed"
        )
        problem = (
            f"{_display_folder(panel.style)}: {change.photo} no longer matches the accepted picture (distance"
            f" {change.distance:.4f}, limit {LIMIT:g}). {cause}. See {display_path(pair)}, before | after."
            f" To accept the new look: {again}"
        )
    if accept and (problem or note != panel.note):
        _save(panel.path, sheet)
    status = "as accepted" if not problem else "accepted now" if accept else "not as accepted"
    return LookComparison(
        slug=slug,
        status=status,
        distance=change.distance if change else None,
        photo=change.photo if change else "",
        problem="" if accept else problem,
    )


def _find_largest_change(panel: _Panel, accepted: bytes, sheet: bytes, *, measure: Measure) -> _PhotoChange:
    """Compare photo by photo. Both sheets were encoded as JPEG, so the encoding makes no difference."""
    from ..images.contact_sheets import cut, difference

    sizes = [picture.size for picture in panel.pictures]
    changes = []
    for photo, before, after in zip(panel.photos, cut(accepted, sizes), cut(sheet, sizes), strict=True):
        distance = measure(before, after) if difference(before, after) > EQUAL else 0.0
        changes.append(_PhotoChange(distance=distance, photo=photo.path.name, before=before, after=after))
    return max(changes, key=lambda change: change.distance)


def _parse_note(text: str) -> dict[str, object]:
    from ..images.contact_sheets import SheetError

    try:
        note = json.loads(text)
        if set(note) == {"numbers", "photos"}:
            return dict(note)
    except (ValueError, TypeError):
        pass
    raise SheetError("it does not say what it was made from")


def _save_pair(change: _PhotoChange, target: Path) -> None:
    from ..images.contact_sheets import save_pair

    with explain_refusals(target.parent, doing="saving how a style has changed", setting=STORE):
        save_pair(change.before, change.after, target)


def _make_tasks(jobs: Mapping[str, tuple[Style, Photo]], folder: Path) -> Iterator[StylizeTask]:
    for job, (style, photo) in jobs.items():
        yield make_stylize_task(make_panel_stylization(style, photo), folder / f"{job}.png", job=job)


def _read(path: Path) -> "Image":
    from PIL import Image

    with Image.open(path) as image:
        return image.convert("RGB")


def _save(path: Path, sheet: bytes) -> None:
    with explain_refusals(path.parent, doing="saving the panel of a style"):
        write_whole(path, sheet)


def _display_folder(style: Style) -> str:
    """Return a style's folder as messages name it."""
    return display_path(style.weights.path.parent)
