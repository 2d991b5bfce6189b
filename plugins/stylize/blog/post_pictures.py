"""What a post shows: each picture with its record, how it is published, and the works it is made from."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from markupsafe import Markup

from ..costs.prices import format_energy, format_money
from ..pipeline.plan import PlannedPicture
from ..pipeline.publication import SIDECAR, THUMB, Publication, make_plain_publication, make_publication
from ..provenance.record import Record
from ..provenance.schema_org import make_image_object, render_script
from ..storage.store import Receipt
from .picture_records import make_artwork_record, make_entry_record
from .post_context import PostContext
from .rendered_post import PAGE
from .theme.figures import Place
from .theme.words import Translation


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceWork:
    """A photo or an artwork, shown small beside the picture that is made from it."""

    is_photo: bool
    publication: Publication
    record: Record


@dataclass(frozen=True, slots=True, kw_only=True)
class PostPicture:
    """One picture of a post."""

    publication: Publication
    record: Record
    works: tuple[SourceWork, ...] = ()  # what it is made from; none for a work that is shown as it is
    cost: str = ""  # what drawing it took beside time, in words; "" where its receipt does not say


def make_post_picture(entry: PlannedPicture, desk: PostContext, *, label: str) -> PostPicture:
    """Return what an entry shows. While its picture is not there, the record lacks how it was made.

    label: the words beside a stylized picture that say at first sight what it is.
    """
    record = make_entry_record(entry, desk.imprint, store=desk.store, label=label)
    finish = desk.imprint.finish
    if entry.stylization is None:
        size = (entry.photo.width, entry.photo.height)
        return PostPicture(
            publication=make_plain_publication(entry.photo, record, size=size, finish=finish), record=record
        )
    return PostPicture(
        publication=make_publication(entry.stylization, record, finish=finish),
        record=record,
        works=(_photo_of(entry, desk), *_artworks_of(entry, desk)),
        cost=_cost_of(desk.store.receipt(entry.stylization.key)),
    )


def introduce(work: SourceWork, words: Translation) -> Markup:
    """Say what a work is, whether its credit is duty or courtesy, and by whose decision it may be used."""
    says, credit = words["making"], work.record.photo
    license, decision = credit.license, credit.decision
    what = says["photo"] if work.is_photo else says["artwork"]
    if license.asks_for_credit:
        what = says["duty"].format(work=what, license=license.name)
    elif license.family != "OWN":
        what = says["courtesy"].format(work=what)
    if decision:
        what = says["decision"].format(work=what, person=decision.by, day=decision.on, text=decision.text)
    return what


def render_head(exhibits: Iterable[PostPicture], place: Place) -> str:
    """Return pictures as structured data for the head of their page, each once; "" for none."""
    pictures = []
    for exhibit in {exhibit.publication.name: exhibit for exhibit in exhibits}.values():
        publication = exhibit.publication
        root = place.url_of(publication)
        width = publication.widths[-1]
        pictures.append(
            make_image_object(
                exhibit.record,
                url=f"{root}/{width}.jpg",
                width=width,
                height=publication.height_at(width),
                page=PAGE,
                terms=f"{place.base}/credits/" if place.explains else "",
                sidecar=f"{root}/{SIDECAR}",
            )
        )
    return render_script(pictures)


def _cost_of(receipt: Receipt | None) -> str:
    if receipt is None or receipt.energy is None or receipt.cost is None:
        return ""
    return f"{format_energy(receipt.energy)}, {format_money(receipt.cost, receipt.currency)}"


def _photo_of(entry: PlannedPicture, desk: PostContext) -> SourceWork:
    photo = entry.photo
    # As the photo says it, not as the post does: one file for all posts that show it.
    plain = replace(
        entry, stylization=None, alt=photo.alt or entry.alt, request=replace(entry.request, caption="")
    )
    record = make_entry_record(plain, desk.imprint, store=desk.store, label="")
    size = (photo.width, photo.height)
    publication = make_plain_publication(photo, record, size=size, finish=desk.imprint.finish, widest=THUMB)
    return SourceWork(is_photo=True, publication=publication, record=record)


def _artworks_of(entry: PlannedPicture, desk: PostContext) -> list[SourceWork]:
    works = []
    for share in entry.stylization.blend if entry.stylization else ():
        artwork, record = share.style.artwork, make_artwork_record(share.style, desk.imprint)
        size = desk.index.size(artwork.path)
        publication = make_plain_publication(
            artwork, record, size=size, finish=desk.imprint.finish, widest=THUMB
        )
        works.append(SourceWork(is_photo=False, publication=publication, record=record))
    return works
