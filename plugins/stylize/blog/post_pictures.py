"""The pictures of a post: each with its record, its published files, and the works it is made from."""

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
from .theme.translation import Translation


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceWork:
    """A photo or an artwork, shown small next to the picture that is made from it."""

    is_photo: bool
    publication: Publication
    record: Record


@dataclass(frozen=True, slots=True, kw_only=True)
class PostPicture:
    """One picture of a post."""

    publication: Publication
    record: Record
    works: tuple[SourceWork, ...] = ()  # what it is made from; none for a photo shown as it is
    cost: str = ""  # energy and money that it took, in words; "" if its receipt does not say


def make_post_picture(entry: PlannedPicture, context: PostContext, *, label: str) -> PostPicture:
    """Return the picture of an entry. Until it is made, its record lacks how it was made.

    label: the text next to a stylized picture that says what it is ("AI modified").
    """
    record = make_entry_record(entry, context.identity, store=context.store, label=label)
    finish, offered = context.identity.finish, context.settings.widths
    if entry.stylization is None:
        size = (entry.photo.width, entry.photo.height)
        return PostPicture(
            publication=make_plain_publication(
                entry.photo, record, size=size, finish=finish, offered=offered
            ),
            record=record,
        )
    return PostPicture(
        publication=make_publication(entry.stylization, record, finish=finish, offered=offered),
        record=record,
        works=(_make_photo(entry, context), *_make_artworks(entry, context)),
        cost=_format_cost(context.store.receipt(entry.stylization.key)),
    )


def describe_work(work: SourceWork, translation: Translation) -> Markup:
    """Describe a source work: what it is, whether credit is required, and who approved its use."""
    phrases, credit = translation["making"], work.record.photo
    license, decision = credit.license, credit.decision
    what = phrases["photo"] if work.is_photo else phrases["artwork"]
    if license.asks_for_credit:
        what = phrases["duty"].format(work=what, license=license.name)
    elif license.family != "OWN":
        what = phrases["courtesy"].format(work=what)
    if decision:
        what = phrases["decision"].format(work=what, person=decision.by, day=decision.on, text=decision.text)
    return what


def render_head(pictures: Iterable[PostPicture], place: Place) -> str:
    """Return pictures as structured data for the head of their page, each once; "" for none."""
    objects = []
    for picture in {picture.publication.name: picture for picture in pictures}.values():
        publication = picture.publication
        root = place.url_of(publication)
        width = publication.widths[-1]
        objects.append(
            make_image_object(
                picture.record,
                url=f"{root}/{width}.jpg",
                width=width,
                height=publication.height_at(width),
                page=PAGE,
                terms=f"{place.base}/{place.urls.credits}" if place.urls.credits else "",
                sidecar=f"{root}/{SIDECAR}",
            )
        )
    return render_script(objects)


def _format_cost(receipt: Receipt | None) -> str:
    if receipt is None or receipt.energy is None or receipt.cost is None:
        return ""
    return f"{format_energy(receipt.energy)}, {format_money(receipt.cost, receipt.currency)}"


def _make_photo(entry: PlannedPicture, context: PostContext) -> SourceWork:
    photo = entry.photo
    # With the texts of the photo, not of the post: one file for all posts that show it.
    plain = replace(
        entry, stylization=None, alt=photo.alt or entry.alt, request=replace(entry.request, caption="")
    )
    record = make_entry_record(plain, context.identity, store=context.store, label="")
    size = (photo.width, photo.height)
    publication = make_plain_publication(
        photo, record, size=size, finish=context.identity.finish, widest=THUMB
    )
    return SourceWork(is_photo=True, publication=publication, record=record)


def _make_artworks(entry: PlannedPicture, context: PostContext) -> list[SourceWork]:
    works = []
    for share in entry.stylization.blend if entry.stylization else ():
        artwork, record = share.style.artwork, make_artwork_record(share.style, context.identity)
        size = context.index.load_size(artwork.path)
        publication = make_plain_publication(
            artwork, record, size=size, finish=context.identity.finish, widest=THUMB
        )
        works.append(SourceWork(is_photo=False, publication=publication, record=record))
    return works
