"""One photo in a style, without a blog: the same credits, rights and record as everywhere."""

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..content.photos.credit_files import read_credit
from ..content.photos.lookup import find_mask_beside
from ..executors.factory import make_executor
from ..executors.interface import Done, Executor, Failed, StylizeTask, make_stylize_task
from ..model.entities import Author, Mask, Parameters, Photo, Style, StyleShare, Stylization
from ..model.errors import PhotoError, UserError, attempt
from ..model.methods import USED_BY, choose_method
from ..model.qualities import find_quality
from ..provenance.record import Maker, Record, make_record
from ..rights.clearance import clear
from ..rights.rules import SitePolicy
from ..storage.atomic_files import display_path, explain_refusals, sha256_of, write_whole
from ..storage.store import Receipt
from .masked_styles import find_wrong_masks, find_wrong_styles
from .plan import find_wrong_size, make_stylization
from .read_options import find_unused

if TYPE_CHECKING:
    from PIL.Image import Image

SUFFIXES = (".jpg", ".jpeg", ".avif")  # of files that carry their record


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A stylized photo and the record of where it comes from."""

    image: "Image"  # RGB
    record: Record

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write a JPEG or AVIF file, whole or not at all, with the record inside (XMP and EXIF).

        Raises UserError for another kind of file.
        """
        from ..images.metadata_embedding import embed
        from ..images.renditions import encode_picture
        from ..provenance.exif import make_exif
        from ..provenance.xmp import make_packet

        target = Path(path)
        check_suffix(target)
        data = encode_picture(self.image, "avif" if target.suffix.lower() == ".avif" else "jpg")
        packet = make_packet(self.record, full=True)
        with explain_refusals(target.parent, doing="saving a picture"):
            write_whole(target, embed(data, xmp=packet, exif=make_exif(self.record)))


def check_suffix(path: Path) -> None:
    """Raise UserError unless a file of this name can carry a record."""
    if path.suffix.lower() not in SUFFIXES:
        raise UserError(f"{display_path(path)}: a picture is saved as {' or '.join(SUFFIXES)}.")


def paint(
    photo: str | os.PathLike[str],
    style: Style,
    *,
    strength: float = 1.0,
    long_edge: int = 1600,
    stroke: float = 1.0,
    quality: str = "good",
    content: float | None = None,
    color: float = 0.0,
    tone: float = 0.0,
    mask: str | os.PathLike[str] | None = None,
    elsewhere: Style | None = None,
    author: Author | None = None,
    policy: SitePolicy | None = None,
    executor: Executor | None = None,
) -> Picture:
    """Return a photo in a style, with its record.

    photo: a file; NAME.toml next to it says who made it and under which license. strength: 0 to 1.
    long_edge: pixels; a larger photo is scaled down. stroke: 0.1 to 4, the size of the strokes; 1 is usual.
    quality: "quick" is drawn by the network in a second, "good" painted small and then restored in seconds,
    "best" painted at full size in minutes. content: 0 to 1, how closely a painted picture keeps the photo's
    forms; 0.5 is usual. color, tone: from 0, the artwork's, to 1, the photo's. mask: a grayscale image,
    beside the photo or at another path; the style goes where it is white. elsewhere: the style of the rest;
    without one, the photo stays there. author: who made a photo without a credit file. policy: what decides
    about rights, such as commercial use. executor: a worker process on this machine if not given.

    Raises UserError with all that is wrong: a photo without a credit, one that cannot be read, a mask that
    does not fit, a value out of its range; or if a license forbids the picture.
    """
    path = Path(photo)
    stylization = _plan(
        path,
        (style, elsewhere),
        mask=os.fspath(mask) if mask else "",
        author=author,
        quality=quality,
        asked={
            "strength": strength,
            "long_edge": long_edge,
            "stroke": stroke,
            "content": content,
            "color": color,
            "tone": tone,
        },
    )
    terms, problems = clear(stylization, policy=policy or SitePolicy())
    if problems:
        raise UserError(*(f"{display_path(path)}: {problem}" for problem in problems))
    with tempfile.TemporaryDirectory(prefix="pelican-stylize-") as folder:
        task = make_stylize_task(stylization, Path(folder, "picture.png"))
        image, receipt = _draw(task, executor or make_executor())
    record = make_record(
        stylization,
        alt=stylization.photo.alt,
        license=terms.license,
        maker=Maker(name=author.name, url=author.url) if author else None,
        made=receipt.made,
        seconds=receipt.seconds,
        device=receipt.device,
        versions=receipt.versions,
    )
    return Picture(image=image, record=record)


def _plan(
    path: Path,
    styles: tuple[Style, Style | None],
    *,
    mask: str,
    author: Author | None,
    quality: str,
    asked: dict[str, Any],
) -> Stylization:
    """Return the stylization, with everything that is wrong with photo and parameters in one UserError.

    styles: the style, and that elsewhere. mask: "" for none. asked: the values of the parameters.
    """
    problems: list[str] = []
    photo = _load_photo(path, author=author, problems=problems)
    blend = _place_styles(*styles, mask=mask, photo=path, problems=problems)
    chosen = attempt(problems, find_quality, quality)
    parameters = None
    try:
        parameters = Parameters(**asked)
    except ValueError as error:
        problems.append(f"{error}.")
    if chosen and blend:
        named = [name for name in USED_BY if asked[name] != getattr(Parameters(), name)]
        problems += [text for _, text in find_unused(named, choose_method(chosen, blend))]
    if photo:
        problems += [text for text, _ in find_wrong_masks(blend, photo)]
    if problems or not photo or not blend or not chosen or not parameters:
        raise UserError(*problems)
    stylization = make_stylization(photo, blend, quality=chosen, parameters=parameters)
    too_small = find_wrong_size(stylization)
    if too_small:
        raise UserError(too_small)
    return stylization


def _load_photo(path: Path, *, author: Author | None, problems: list[str]) -> Photo | None:
    """Return the photo, or None with what is wrong with it added to the problems."""
    from ..images.decode import examine

    info = None
    try:
        info = examine(path)
    except UserError as error:
        problems += [f"{display_path(path)}: {problem}" for problem in error.problems]
    found = attempt(problems, read_credit, path, author=author) if path.exists() else None
    if not info or not found or not found[0]:
        return None
    credit, alt = found
    return Photo(
        path=path,
        digest=sha256_of(path),
        width=info.width,
        height=info.height,
        credit=credit,
        alt=alt,
        colors=info.colors,
    )


def _place_styles(
    style: Style, elsewhere: Style | None, *, mask: str, photo: Path, problems: list[str]
) -> tuple[StyleShare, ...]:
    """Return the styles with their places, or () with what is wrong with them added to the problems."""
    if not mask:
        if elsewhere:
            problems.append(
                f"{elsewhere.slug!r} would go elsewhere, but no mask says where {style.slug!r} goes. Name a"
                " mask, or leave elsewhere out."
            )
            return ()
        return (StyleShare(style=style),)
    styles = [style, elsewhere] if elsewhere else [style]
    wrong = find_wrong_styles(styles, [mask])
    problems += [text for text, _ in wrong]
    placed = attempt(problems, _load_mask, mask, photo=photo)
    if wrong or not placed:
        return ()
    return (StyleShare(style=style, mask=placed), *(StyleShare(style=each) for each in styles[1:]))


def _load_mask(name: str, *, photo: Path) -> Mask:
    """Return the mask of this name; raises UserError if there is none, or if it cannot be read."""
    from ..images.masks import examine_mask

    path = find_mask_beside(name, photo=photo)
    try:
        width, height, darkest, lightest = examine_mask(path)
    except UserError as error:
        raise UserError(*(f"{name}: {problem}" for problem in error.problems)) from error
    return Mask(
        name=name,
        path=path,
        digest=sha256_of(path),
        width=width,
        height=height,
        darkest=darkest,
        lightest=lightest,
    )


def _draw(task: StylizeTask, executor: Executor) -> tuple["Image", Receipt]:
    """Return the picture of a task, loaded from its file, and its receipt."""
    from ..images.renditions import read_png

    for event in executor.run([task]):
        if isinstance(event, Failed):
            raise PhotoError(event.message)
        if isinstance(event, Done):
            return read_png(task.target), event.receipt
    raise UserError(f"{task.photo.name}: no picture was made.")
