"""What a style's page shows besides its artwork: its facts, its model card and its panel.

Read when a style has changed; the result is cached together with the artwork.
"""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ...content.photos import list_photos
from ...model.entities import Parameters, Photo, Style, StyleShare, Stylization
from ...model.errors import UserError
from ...model.image_sizes import fit
from ...model.methods import choose_method
from ...model.qualities import Quality
from ...pipeline.publication import Publication, make_panel_publication
from ...provenance.record import Record, make_record
from ...rights.clearance import clear
from ...storage.atomic_files import STORE, explain_refusals, read_stamp, sha256_of
from ...storage.store import PANELS
from ...styles.model_card import write_card
from ...styles.scores_file import SCORES
from ...styles.style_facts import PANEL, read_style_facts
from ...styles.visual_regression import FOLDER, LONG_EDGE
from ..build import get_post_context
from ..build_state import BuildState
from ..post_pictures import PostPicture, render_head
from ..theme.figures import Renderer, make_figure


@dataclass(frozen=True, slots=True, kw_only=True)
class StylePageFacts:
    """The rendered facts of a style."""

    facts: str  # HTML: level, training, cost, scores, verdict
    card: str  # Markdown: the model card
    panel: tuple[str, ...] = ()  # HTML: a figure for each photo of its panel
    credits: tuple[str, ...] = ()  # HTML: the credits of these photos, each as one line
    head: str = ""  # HTML for the head of the page: these pictures as structured data
    publications: tuple[Publication, ...] = ()  # of these photos
    records: tuple[Record, ...] = ()


def render_facts(style: Style, renderer: Renderer, state: BuildState) -> StylePageFacts:
    """Return what the page of a style shows besides its artwork."""
    facts = read_style_facts(style)
    panel = _load_panel(style, state) if state.settings.style_pages else []
    figures = [
        renderer.render_figure(make_figure(p.publication, state.place, alt=p.record.alt), p.record)
        for p in panel
    ]
    return StylePageFacts(
        facts=renderer.render_facts(facts),
        # On the site the panel stands on the page, as pictures that carry their credits.
        card=write_card(style, replace(facts, has_panel=False)),
        panel=tuple(figures),
        credits=tuple(renderer.render_line(picture.record.photo) for picture in panel),
        head=render_head(panel, state.place) if panel else "",
        publications=tuple(picture.publication for picture in panel),
        records=tuple(picture.record for picture in panel),
    )


def list_style_files(style: Style) -> list[str]:
    """Return the files that the facts of a style are read from, whether they exist or not."""
    folder = style.artwork.path.parent
    own = [str(folder / name) for name in ("style.toml", SCORES, PANEL)]
    photos = folder.parent / FOLDER
    names = list_photos(photos)
    return [*own, str(photos), *(str(photos / name) for name in names)] + [
        str((photos / name).with_suffix(".toml")) for name in names
    ]


def _load_panel(style: Style, state: BuildState) -> list[PostPicture]:
    """Return the pictures of a style's panel, cut from its contact sheet, with their provenance.

    Empty if the sheet was not made with the style's present weights from the present photos, since their
    makers would not be known; and empty if a license forbids one of the pictures.
    """

    sheet, folder = style.artwork.path.with_name(PANEL), state.settings.styles / FOLDER
    if not sheet.is_file():
        return []
    index = get_post_context(state).index
    try:
        photos = [
            index.load_photo(folder / name, author=state.settings.author) for name in list_photos(folder)
        ]
    except UserError:
        return []  # the command style.panel reports what is wrong with them
    if not photos or not _was_made_from(sheet, style, photos):
        return []
    pieces = _cut_sheet(sheet, photos, state.settings.store)
    parameters, found = Parameters(long_edge=LONG_EDGE), []
    for photo, piece in zip(photos, pieces, strict=bool(pieces)):
        blend = (StyleShare(style=style),)
        method = choose_method(Quality.QUICK, blend)
        stylization = Stylization(photo=photo, blend=blend, method=method, parameters=parameters)
        terms, problems = clear(stylization, policy=state.settings.policy)
        if problems:
            return []
        record = make_record(
            stylization,
            alt=photo.alt,
            license=terms.license,
            maker=state.identity.maker,
            site=state.identity.site,
        )
        publication = make_panel_publication(stylization, record, piece=piece, finish=state.identity.finish)
        found.append(PostPicture(publication=publication, record=record))
    return found


def _was_made_from(sheet: Path, style: Style, photos: Sequence[Photo]) -> bool:
    """Whether a sheet says that it was made with a style's weights from these photos."""
    from ...images.contact_sheets import SheetError, read_note

    try:
        note = json.loads(read_note(sheet.read_bytes()))
        return bool(note == {"numbers": style.weights.digest, "photos": [photo.digest for photo in photos]})
    except (SheetError, ValueError, OSError, RecursionError):
        return False


def _cut_sheet(sheet: Path, photos: Sequence[Photo], store: Path) -> list[Path]:
    """Return the pictures of a sheet, each as a file in the store; none if the sheet is damaged."""
    from ...images.contact_sheets import SheetError, cut

    folder = store / PANELS / sha256_of(sheet)
    places = [folder / f"{number}.png" for number in range(len(photos))]
    if not all(read_stamp(str(place)) for place in places):
        sizes = [fit(photo.width, photo.height, long_edge=LONG_EDGE) for photo in photos]
        try:
            pictures = cut(sheet.read_bytes(), sizes)
        except SheetError:
            return []  # the command style.panel reports what is wrong with it
        with explain_refusals(folder, doing=f"cutting {sheet.parent.name}/{PANEL}", setting=STORE):
            folder.mkdir(parents=True, exist_ok=True)
            for place, picture in zip(places, pictures, strict=True):
                coming = place.with_name(
                    f".{place.name}.{os.getpid()}"
                )  # another build may cut the same sheet
                picture.save(coming, "PNG")
                coming.replace(place)
    return places
