"""What a style's page tells beside its artwork: the facts of its card, the card itself, and its panel.

Read when a style has changed; what came of it is remembered with the artwork.
"""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from ...content.photos import photos_in
from ...model.entities import Parameters, Photo, Style, StyleShare, Stylization
from ...model.errors import UserError
from ...model.image_sizes import fit
from ...model.methods import quick_method
from ...pipeline.publication import Publication, make_panel_publication
from ...provenance.record import Record, make_record
from ...rights.clearance import clear
from ...storage.atomic_files import STORE, explain_refusals, read_stamp, sha256_of
from ...storage.store import PANELS
from ...styles.model_card import write_card
from ...styles.scores_file import SCORES
from ...styles.style_facts import PANEL, read_style_facts
from ...styles.visual_regression import FOLDER, LONG_EDGE
from ..post_pictures import PostPicture, render_head
from ..theme.figures import Renderer, make_figure

if TYPE_CHECKING:
    from ..build import Run


@dataclass(frozen=True, slots=True, kw_only=True)
class StylePageFacts:
    """What is drawn of a style beside its artwork."""

    facts: str  # HTML: level, training, cost, scores, verdict
    card: str  # Markdown: the whole card
    panel: tuple[str, ...] = ()  # HTML: a figure for each photo of its panel
    credits: tuple[str, ...] = ()  # HTML: the credits of these photos, each in a line
    head: str = ""  # HTML for the head of the page: these pictures as structured data
    publications: tuple[Publication, ...] = ()  # of these photos
    records: tuple[Record, ...] = ()


def render_facts(style: Style, render: Renderer, run: "Run") -> StylePageFacts:
    """Return what the page of a style shows beside its artwork."""
    card = read_style_facts(style)
    exhibits = _panel_of(style, run) if run.settings.style_pages else []
    figures = [render(make_figure(e.publication, run.place, alt=e.record.alt), e.record) for e in exhibits]
    return StylePageFacts(
        facts=render.facts(card),
        # On the site the panel stands on the page, as pictures that carry their credits.
        card=write_card(style, replace(card, has_panel=False)),
        panel=tuple(figures),
        credits=tuple(render.line(exhibit.record.photo) for exhibit in exhibits),
        head=render_head(exhibits, run.place) if exhibits else "",
        publications=tuple(exhibit.publication for exhibit in exhibits),
        records=tuple(exhibit.record for exhibit in exhibits),
    )


def list_style_files(style: Style) -> list[str]:
    """Return the files that the facts of a style were read from, whether there or not."""
    folder = style.artwork.path.parent
    own = [str(folder / name) for name in ("style.toml", SCORES, PANEL)]
    photos = folder.parent / FOLDER
    names = photos_in(photos)
    return [*own, str(photos), *(str(photos / name) for name in names)] + [
        str((photos / name).with_suffix(".toml")) for name in names
    ]


def _panel_of(style: Style, run: "Run") -> list[PostPicture]:
    """Return the photos of a style's panel, cut from its sheet, with their whole provenance.

    None, where the sheet was not drawn with the style's numbers from the photos that lie there now: whose
    they are would not be known; and none where a license forbids one of them.
    """
    from ..posts import site_of

    sheet, folder = style.artwork.path.with_name(PANEL), run.settings.styles / FOLDER
    if not sheet.is_file():
        return []
    try:
        photos = [
            run.desk.index.photo(folder / name, author=run.settings.author) for name in photos_in(folder)
        ]
    except UserError:
        return []  # `invoke style.panel` tells what is wrong with them
    if not photos or not _is_of(sheet, style, photos):
        return []
    pieces = _cut(sheet, photos, run.settings.store)
    parameters, found = Parameters(long_edge=LONG_EDGE), []
    for photo, piece in zip(photos, pieces, strict=bool(pieces)):
        blend = (StyleShare(style=style),)
        stylization = Stylization(photo=photo, blend=blend, method=quick_method(blend), parameters=parameters)
        terms, problems = clear(stylization, policy=site_of(run.settings))
        if problems:
            return []
        record = make_record(
            stylization,
            alt=photo.alt,
            license=terms.license,
            maker=run.imprint.maker,
            site=run.imprint.site,
        )
        publication = make_panel_publication(stylization, record, piece=piece, finish=run.imprint.finish)
        found.append(PostPicture(publication=publication, record=record))
    return found


def _is_of(sheet: Path, style: Style, photos: Sequence[Photo]) -> bool:
    """Whether a sheet says that it was drawn with a style's numbers from these photos."""
    from ...images.contact_sheets import SheetError, read_note

    try:
        note = json.loads(read_note(sheet.read_bytes()))
        return bool(note == {"numbers": style.weights.digest, "photos": [photo.digest for photo in photos]})
    except (SheetError, ValueError, OSError, RecursionError):
        return False


def _cut(sheet: Path, photos: Sequence[Photo], store: Path) -> list[Path]:
    """Return the pictures of a sheet, each in a file of its own in the store; none of one that is damaged."""
    from ...images.contact_sheets import SheetError, cut

    folder = store / PANELS / sha256_of(sheet)
    places = [folder / f"{number}.png" for number in range(len(photos))]
    if not all(read_stamp(str(place)) for place in places):
        sizes = [fit(photo.width, photo.height, long_edge=LONG_EDGE) for photo in photos]
        try:
            pictures = cut(sheet.read_bytes(), sizes)
        except SheetError:
            return []  # `invoke style.panel` tells what is wrong with it
        with explain_refusals(folder, doing=f"cutting {sheet.parent.name}/{PANEL}", setting=STORE):
            folder.mkdir(parents=True, exist_ok=True)
            for place, picture in zip(places, pictures, strict=True):
                coming = place.with_name(f".{place.name}.{os.getpid()}")  # another build may cut it too
                picture.save(coming, "PNG")
                coming.replace(place)
    return places
