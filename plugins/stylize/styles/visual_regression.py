"""Visual regression of styles: draw the sheets of each style, and compare them with the accepted ones."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from ..executors.interface import Done, Executor, Failed, StylizeTask, make_stylize_task
from ..model.command_name import command
from ..model.entities import Photo, Style, Stylization
from ..model.errors import UserError
from ..model.image_sizes import fit
from ..storage.atomic_files import STORE, display_path, explain_refusals, write_whole
from .panels import (
    LONG_EDGE,
    PAINTED_PANEL,
    QUICK_PANEL,
    PanelKind,
    choose_photos,
    describe_panel,
    make_panel_stylization,
    read_description,
)

if TYPE_CHECKING:
    from PIL.Image import Image

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
    """The result of comparing one sheet of a style with the accepted one."""

    slug: str
    sheet: str  # "quick" or "painted"
    status: str  # in a few words, for a table
    distance: float | None = None  # the largest of its photos; None if nothing could be compared
    photo: str = ""  # the one with this distance
    problem: str = ""  # what is wrong and what to do; "" if nothing is


@dataclass(frozen=True, slots=True, kw_only=True)
class PaintedCheck:
    """What the records of the painted sheets say, before anything is painted."""

    to_paint: tuple[Style, ...]
    settled: tuple[LookComparison, ...]  # of the styles that need no painting
    stylizations: tuple[Stylization, ...]  # that are painted, to estimate how long it takes


def check_panels(
    styles: Sequence[Style],
    photos: Sequence[Photo],
    *,
    executor: Executor,
    measure: Measure,
    workplace: Path,
    kind: PanelKind = QUICK_PANEL,
    accept: bool = False,
) -> Iterator[LookComparison]:
    """Draw one sheet of each style, and yield how they compare with the accepted ones.

    A style without a sheet gets its first one. photos: of the panel, of which the sheet shows those that
    `choose_photos` takes. accept: save the new sheet of each style that has changed. For a style that has
    changed, before and after are saved in the workplace as one picture.
    """
    photos = choose_photos(kind, photos)
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
        for event in executor.run(_make_tasks(kind, jobs, folder)):
            if not isinstance(event, Done | Failed):
                continue
            style, photo = jobs[event.job]
            if isinstance(event, Failed):
                yield LookComparison(
                    slug=style.slug,
                    sheet=kind.word,
                    status="not drawn",
                    photo=photo.path.name,
                    problem=f"{_display_folder(style)}: {event.message}",
                )
                continue
            paths[style.slug][photo.path] = folder / f"{event.job}.png"
            if len(paths[style.slug]) == len(photos):
                pictures = [_read(paths[style.slug][photo.path]) for photo in photos]
                panel = _Panel(kind=kind, style=style, photos=photos, pictures=pictures)
                yield _compare(panel, measure=measure, workplace=workplace, accept=accept)


def check_painted_records(
    styles: Sequence[Style], photos: Sequence[Photo], *, accept: bool = False, repaint: bool = False
) -> PaintedCheck:
    """Tell by the records in the painted sheets which styles need one.

    A sheet whose record is as it should be is as accepted, without painting; repaint: it is painted again
    anyway. accept: what is outdated is painted, instead of reported.
    """
    photos = choose_photos(PAINTED_PANEL, photos)
    to_paint, settled = [], []
    for style in styles:
        path = style.weights.path.with_name(PAINTED_PANEL.file)
        problem = _find_outdated(style, photos) if path.is_file() else ""
        if not path.is_file() or (accept if problem else repaint):
            to_paint.append(style)
            continue
        status = "outdated" if problem else "as accepted, by its record"
        settled.append(
            LookComparison(slug=style.slug, sheet=PAINTED_PANEL.word, status=status, problem=problem)
        )
    stylizations = [
        make_panel_stylization(PAINTED_PANEL, style, photo) for style in to_paint for photo in photos
    ]
    return PaintedCheck(to_paint=tuple(to_paint), settled=tuple(settled), stylizations=tuple(stylizations))


def _find_outdated(style: Style, photos: Sequence[Photo]) -> str:
    """Return why a painted sheet must be painted again and how, "" if it is as its record should say."""
    from ..images.contact_sheets import SheetError, cut

    path = style.weights.path.with_name(PAINTED_PANEL.file)
    place, again = display_path(path), command(f"style.panel --only {style.slug} --accept")
    sheet = path.read_bytes()
    try:
        note = read_description(sheet)
        if note == (wanted := describe_panel(PAINTED_PANEL, style, photos)):
            cut(sheet, [fit(photo.width, photo.height, long_edge=LONG_EDGE) for photo in photos])
            return ""
    except SheetError as error:
        return f"{place}: it cannot be read: {error}. Restore it, or paint it again: {again}"
    if note.get("photos") != wanted["photos"]:
        cause = f"it was made from other photos than those in {display_path(photos[0].path.parent)}"
    elif note.get("artwork") != wanted["artwork"]:
        cause = "it was painted from another artwork.jpg"
    elif note.get("method") != wanted["method"]:
        cause = f"it was painted by {note.get('method')}, and pictures are now painted by {wanted['method']}"
    else:
        cause = "it was painted with other parameters"
    return f"{place}: {cause}. Paint it again: {again}"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Panel:
    """A new sheet of a style."""

    kind: PanelKind
    style: Style
    photos: Sequence[Photo]
    pictures: Sequence["Image"]

    @property
    def path(self) -> Path:
        """The file of the accepted sheet."""
        return self.style.weights.path.with_name(self.kind.file)

    @property
    def note(self) -> dict[str, object]:
        """What it was made from; saved in the file as a comment."""
        return describe_panel(self.kind, self.style, self.photos)


@dataclass(frozen=True, slots=True, kw_only=True)
class _PhotoChange:
    """How far one photo is from its accepted picture."""

    distance: float
    photo: str
    before: "Image"
    after: "Image"


def _compare(panel: _Panel, *, measure: Measure, workplace: Path, accept: bool) -> LookComparison:
    """Compare a sheet with the accepted one; save it if there is none, or if it is accepted."""
    from ..images.contact_sheets import SheetError, make_contact_sheet

    slug, place, kind = panel.style.slug, display_path(panel.path), panel.kind
    sheet = make_contact_sheet(panel.pictures, note=json.dumps(panel.note))
    if not panel.path.is_file():
        _save(panel.path, sheet)
        return LookComparison(slug=slug, sheet=kind.word, status="new, look at it")
    accepted, note, change, problem = panel.path.read_bytes(), {}, None, ""
    again = command(f"style.panel --only {slug}{' --repaint' if kind.is_painted else ''} --accept")
    try:
        note = read_description(accepted)
        if note["photos"] == panel.note["photos"]:
            change = _find_largest_change(panel, accepted, sheet, measure=measure)
        else:
            folder = display_path(panel.photos[0].path.parent)
            problem = f"{place}: it was made from other photos than those in {folder}. Draw it again: {again}"
    except SheetError as error:
        problem = f"{place}: it cannot be read: {error}. Restore it, or draw it again: {again}"
    pair = workplace / (f"{slug}-painted.png" if kind.is_painted else f"{slug}.png")
    pair.unlink(missing_ok=True)
    if change and change.distance > kind.limit:
        if not accept:
            _save_pair(change, pair)
        problem = (
            f"{_display_folder(panel.style)}: {change.photo} no longer matches the accepted picture (distance"
            f" {change.distance:.4f}, limit {kind.limit:g}). {_explain_change(panel, note)}."
            f" See {display_path(pair)}, before | after. To accept the new look: {again}"
        )
    # An accepted painting is kept to the last bit, since a smaller change of the method is below the limit.
    if accept and (problem or note != panel.note or (kind.is_painted and sheet != accepted)):
        _save(panel.path, sheet)
    status = "as accepted" if not problem else "accepted now" if accept else "not as accepted"
    return LookComparison(
        slug=slug,
        sheet=kind.word,
        status=status,
        distance=change.distance if change else None,
        photo=change.photo if change else "",
        problem="" if accept else problem,
    )


def _explain_change(panel: _Panel, note: Mapping[str, object]) -> str:
    if panel.kind.is_painted:
        return "Its artwork and the method's version are the same, so the engine has changed"
    is_same = note.get("numbers") == panel.style.weights.digest
    return "Its weights are the same, so the engine has changed" if is_same else "Its weights have changed"


def _find_largest_change(panel: _Panel, accepted: bytes, sheet: bytes, *, measure: Measure) -> _PhotoChange:
    """Compare photo by photo. Both sheets were encoded as JPEG, so the encoding makes no difference."""
    from ..images.contact_sheets import cut, difference

    sizes = [picture.size for picture in panel.pictures]
    changes = []
    for photo, before, after in zip(panel.photos, cut(accepted, sizes), cut(sheet, sizes), strict=True):
        distance = measure(before, after) if difference(before, after) > EQUAL else 0.0
        changes.append(_PhotoChange(distance=distance, photo=photo.path.name, before=before, after=after))
    return max(changes, key=lambda change: change.distance)


def _save_pair(change: _PhotoChange, target: Path) -> None:
    from ..images.contact_sheets import save_pair

    with explain_refusals(target.parent, doing="saving how a style has changed", setting=STORE):
        save_pair(change.before, change.after, target)


def _make_tasks(
    kind: PanelKind, jobs: Mapping[str, tuple[Style, Photo]], folder: Path
) -> Iterator[StylizeTask]:
    for job, (style, photo) in jobs.items():
        yield make_stylize_task(make_panel_stylization(kind, style, photo), folder / f"{job}.png", job=job)


def _read(path: Path) -> "Image":
    from ..images.renditions import read_png

    return read_png(path)


def _save(path: Path, sheet: bytes) -> None:
    with explain_refusals(path.parent, doing="saving the panel of a style"):
        write_whole(path, sheet)


def _display_folder(style: Style) -> str:
    """Return a style's folder as messages name it."""
    return display_path(style.weights.path.parent)
