"""What a style's page shows besides its artwork: its facts, its model card and its panel.

Read when a style has changed; the result is cached together with the artwork.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256

from ...content.photos import list_photos
from ...model.entities import Style
from ...model.errors import UserError
from ...model.image_sizes import fit
from ...pipeline.publication import PanelPiece, Publication, SourceFile, make_panel_publication
from ...provenance.record import Record, make_record
from ...rights.clearance import clear
from ...styles.model_card import write_card
from ...styles.panels import (
    FOLDER,
    LONG_EDGE,
    PAINTED_PANEL,
    QUICK_PANEL,
    PanelKind,
    choose_photos,
    describe_panel,
    make_panel_stylization,
    read_description,
    read_panel,
)
from ...styles.scores_file import SCORES
from ...styles.style_facts import PAINTED, PANEL, read_style_facts
from ..build import get_post_context
from ..build_state import BuildState
from ..post_pictures import PostPicture, render_head
from ..theme.figures import Renderer, make_figure


@dataclass(frozen=True, slots=True, kw_only=True)
class StylePageFacts:
    """The rendered facts of a style."""

    facts: str  # HTML: level, training, cost, scores, verdict
    card: str  # Markdown: the model card
    panel: tuple[str, ...] = ()  # HTML: for each photo of its panel a figure, or a pair: quick and painted
    credits: tuple[str, ...] = ()  # HTML: the credits of these photos, each as one line
    head: str = ""  # HTML for the head of the page: these pictures as structured data
    publications: tuple[Publication, ...] = ()  # of these photos
    records: tuple[Record, ...] = ()


def render_facts(style: Style, renderer: Renderer, state: BuildState) -> StylePageFacts:
    """Return what the page of a style shows besides its artwork."""
    facts = read_style_facts(style)
    quick, painted = (
        _load_panel(kind, style, state) if state.place.urls.style_folder else {}
        for kind in (QUICK_PANEL, PAINTED_PANEL)
    )
    panel = [*quick.values(), *painted.values()]
    credits = [renderer.render_line(picture.record.photo) for picture in panel]
    return StylePageFacts(
        facts=renderer.render_facts(facts),
        # On the site the panel stands on the page, as pictures that carry their credits.
        card=write_card(style, replace(facts, has_panel=False, has_painted=False)),
        panel=tuple(_render_panel(quick, painted, renderer, state)),
        credits=tuple(dict.fromkeys(credits)),  # a photo that is painted too is named once
        head=render_head(panel, state.place) if panel else "",
        publications=tuple(picture.publication for picture in panel),
        records=tuple(picture.record for picture in panel),
    )


def list_style_files(style: Style) -> list[str]:
    """Return the files that the facts of a style are read from, whether they exist or not."""
    folder = style.artwork.path.parent
    own = [str(folder / name) for name in ("style.toml", SCORES, PANEL, PAINTED)]
    photos = folder.parent / FOLDER
    names = list_photos(photos)
    return [*own, str(photos), *(str(photos / name) for name in names)] + [
        str((photos / name).with_suffix(".toml")) for name in names
    ]


def _render_panel(
    quick: dict[str, PostPicture], painted: dict[str, PostPicture], renderer: Renderer, state: BuildState
) -> Iterator[str]:
    """Yield the HTML of the panel, the photos that are painted too before the others.

    quick, painted: the pictures by the digest of their photo.
    """

    def render(picture: PostPicture, caption: str = "") -> str:
        figure = make_figure(picture.publication, state.place, alt=picture.record.alt, caption=caption)
        return renderer.render_figure(figure, picture.record)

    words = renderer.translation["styles"]
    for photo, picture in painted.items():
        other = render(picture, words["painted"])
        yield renderer.render_pair(render(quick[photo], words["quick"]), other) if photo in quick else other
    yield from (render(picture) for photo, picture in quick.items() if photo not in painted)


def _load_panel(kind: PanelKind, style: Style, state: BuildState) -> dict[str, PostPicture]:
    """Return the pictures of a sheet of a style, with their provenance, by the digest of their photo.

    Empty if the sheet was not made as it would be made now from the present photos, since what is said about
    its pictures would not be true; and empty if a license forbids one of the pictures.
    """
    path, folder = style.artwork.path.with_name(kind.file), state.settings.styles / FOLDER
    if not path.is_file():
        return {}
    index = get_post_context(state).index
    try:
        photos = choose_photos(kind, read_panel(folder, index, author=state.settings.author))
    except UserError:
        return {}  # the command style.panel reports what is wrong with them
    sheet = path.read_bytes()
    if not _is_described_by(sheet, describe_panel(kind, style, photos)):
        return {}
    ref = SourceFile(path=path.absolute(), digest=sha256(sheet).hexdigest())
    sizes = tuple(fit(photo.width, photo.height, long_edge=LONG_EDGE) for photo in photos)
    found = {}
    for number, photo in enumerate(photos):
        stylization = make_panel_stylization(kind, style, photo)
        terms, problems = clear(stylization, policy=state.settings.policy)
        if problems:
            return {}
        record = make_record(
            stylization,
            alt=photo.alt,
            license=terms.license,
            maker=state.identity.maker,
            site=state.identity.site,
        )
        piece = PanelPiece(sheet=ref, number=number, sizes=sizes)
        publication = make_panel_publication(stylization, record, piece=piece, finish=state.identity.finish)
        found[photo.digest] = PostPicture(publication=publication, record=record)
    is_cut = all(state.store.has_renditions(each.publication.address) for each in found.values())
    return found if is_cut or _can_be_cut(sheet, sizes) else {}


def _is_described_by(sheet: bytes, description: dict[str, object]) -> bool:
    """Whether a sheet says that it was made from this."""
    from ...images.contact_sheets import SheetError

    try:
        return read_description(sheet) == description
    except SheetError:
        return False


def _can_be_cut(sheet: bytes, sizes: Sequence[tuple[int, int]]) -> bool:
    """Whether a sheet has pictures of these sizes; the command style.panel reports what is wrong with it."""
    from ...images.contact_sheets import SheetError, cut

    try:
        cut(sheet, sizes)
    except SheetError:
        return False
    return True
