"""One photo in a style, without a blog: the same credits, rights and record as everywhere."""

import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..content.photos.credit_files import read_credit
from ..executors.factory import make_executor
from ..executors.interface import Done, Executor, Failed, StylizeTask, make_stylize_task
from ..model.entities import Author, Parameters, Photo, Style, StyleShare, Stylization
from ..model.errors import PhotoError, UserError
from ..model.qualities import find_quality
from ..provenance.record import Maker, Record, make_record
from ..rights.clearance import clear
from ..rights.rules import SitePolicy
from ..storage.atomic_files import display_path, explain_refusals, sha256_of, write_whole
from ..storage.store import Receipt
from .plan import make_stylization

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
    author: Author | None = None,
    policy: SitePolicy | None = None,
    executor: Executor | None = None,
) -> Picture:
    """Return a photo in a style, with its record.

    photo: a file; NAME.toml next to it says who made it and under which license. strength: 0 to 1.
    long_edge: pixels; a larger photo is scaled down. stroke: 0.1 to 4, the size of the strokes; 1 is usual.
    quality: "quick" is drawn by the network in a second, "good" painted small and then restored in seconds,
    "best" painted at full size in minutes. author: who made a photo without a credit file. policy: what
    decides about rights, such as commercial use. executor: a worker process on this machine if not given.

    Raises UserError if the photo has no credit or cannot be read, or if a license forbids the picture.
    """
    path = Path(photo)
    stylization = _plan(
        path,
        style,
        author=author,
        quality=quality,
        asked={"strength": strength, "long_edge": long_edge, "stroke": stroke},
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
    path: Path, style: Style, *, author: Author | None, quality: str, asked: dict[str, Any]
) -> Stylization:
    """Return the stylization, with everything that is wrong with photo and parameters in one UserError.

    asked: the values of the parameters.
    """
    from ..images.decode import examine

    problems: list[str] = []
    width = height = 1
    try:
        width, height, _ = examine(path)
    except UserError as error:
        problems += error.problems
    problems = [f"{display_path(path)}: {problem}" for problem in problems]
    parameters, chosen, credit = None, None, None
    try:
        credit, alt = read_credit(path, author=author) if path.exists() else (None, "")
    except UserError as error:
        problems += error.problems
    try:
        chosen = find_quality(quality)
        parameters = Parameters(**asked)
    except (UserError, ValueError) as error:
        problems.append(f"{error}" if isinstance(error, UserError) else f"{error}.")
    if problems or parameters is None or chosen is None or credit is None:
        raise UserError(*problems)
    photo = Photo(path=path, digest=sha256_of(path), width=width, height=height, credit=credit, alt=alt)
    return make_stylization(photo, (StyleShare(style=style),), quality=chosen, parameters=parameters)


def _draw(task: StylizeTask, executor: Executor) -> tuple["Image", Receipt]:
    """Return the picture of a task, loaded from its file, and its receipt."""
    from PIL import Image

    for event in executor.run([task]):
        if isinstance(event, Failed):
            raise PhotoError(event.message)
        if isinstance(event, Done):
            with Image.open(task.target) as picture:
                return picture.convert("RGB"), event.receipt
    raise UserError(f"{task.photo.name}: no picture was made.")
