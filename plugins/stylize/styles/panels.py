"""The panels of a style: the photos that show it, how they are drawn, and what each sheet is made from.

Every style has two sheets. `panel.jpg` shows all photos of the panel as quick pictures. `painted.jpg` shows
some of them as good pictures, which are painted from the artwork and do not depend on the style's weights.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..content.photos import PhotoIndex, list_photos
from ..model.entities import Author, Parameters, Photo, Style, StyleShare, Stylization
from ..model.errors import UserError, attempt
from ..model.methods import choose_method, fit_parameters
from ..model.qualities import Quality
from ..storage.atomic_files import display_path
from .style_facts import PAINTED, PANEL

FOLDER = "_panel"  # of the style library: the photos that are drawn in every style
LONG_EDGE = 320  # pixels; smaller than the photos, so that the check covers how they are scaled
PAINTED_EVERY = 3  # every third photo is painted, from the first: two of the six that ship, in 30 kB


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelKind:
    """One of the two sheets of a style."""

    quality: Quality
    file: str  # in the style's folder
    limit: float  # perceptual distance from the accepted sheet; docs/decisions/0007 has the measurements

    @property
    def is_painted(self) -> bool:
        """Whether its pictures are painted from the artwork."""
        return self.quality is not Quality.QUICK

    @property
    def word(self) -> str:
        """What tables and file names call it."""
        return "painted" if self.is_painted else "quick"


QUICK_PANEL = PanelKind(quality=Quality.QUICK, file=PANEL, limit=0.001)
PAINTED_PANEL = PanelKind(quality=Quality.GOOD, file=PAINTED, limit=0.1)


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


def choose_photos(kind: PanelKind, photos: Sequence[Photo]) -> Sequence[Photo]:
    """Return the photos of the panel that a sheet shows; painting all would take a minute for a style."""
    return photos[::PAINTED_EVERY] if kind.is_painted else photos


def make_panel_stylization(kind: PanelKind, style: Style, photo: Photo) -> Stylization:
    """Return what is drawn of a photo for a sheet of a style."""
    blend = (StyleShare(style=style),)
    method = choose_method(kind.quality, blend)
    parameters = fit_parameters(Parameters(long_edge=LONG_EDGE), method)
    return Stylization(photo=photo, blend=blend, method=method, parameters=parameters)


def describe_panel(kind: PanelKind, style: Style, photos: Sequence[Photo]) -> dict[str, object]:
    """Return what a sheet is made from; saved in its file as a comment. photos: those that it shows.

    The keys of a painted sheet cover everything that decides its pixels; the other facts tell which of it
    has changed.
    """
    digests = [photo.digest for photo in photos]
    if not kind.is_painted:
        return {"numbers": style.weights.digest, "photos": digests}
    stylizations = [make_panel_stylization(kind, style, photo) for photo in photos]
    method = stylizations[0].method
    return {
        "method": f"{method.name} {method.version}",
        "artwork": style.artwork.digest,
        "photos": digests,
        "keys": [each.key for each in stylizations],
    }


def read_description(sheet: bytes) -> dict[str, object]:
    """Return what a sheet says it was made from; raises SheetError if it is damaged or does not say."""
    from ..images.contact_sheets import SheetError, read_note

    text = read_note(sheet)
    try:
        note = json.loads(text)
        if isinstance(note, dict) and isinstance(note.get("photos"), list):
            return note
    except (ValueError, RecursionError):
        pass
    raise SheetError("it does not say what it was made from")
