"""The record of each picture, from the plan, the receipt and the identity of the site."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from ..model.entities import Style
from ..provenance.record import Maker, Record, make_plain_record, make_record
from ..storage.store import Store
from .page_urls import USUAL, PageUrls
from .settings import Settings

if TYPE_CHECKING:
    from ..pipeline.plan import PlannedPicture

EMBEDDING = "1"  # raise it when what is written into a file changes but its record does not


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteIdentity:
    """What all pictures of a site have in common."""

    maker: Maker
    site: str  # URL, without a slash at the end; "" on the author's own machine
    finish: str  # what else decides a byte of a published file: embedding version and signer


def make_site_identity(
    settings: Settings, site: dict[str, Any], *, signer: str = "", urls: PageUrls | None = None
) -> SiteIdentity:
    """Return the identity of the site.

    site: Pelican's settings. signer: digest of who signs the files. urls: of the pages that a sidecar names.
    """
    # A sidecar names pages; the usual places add nothing, so that most sites keep the names of their files.
    pages = (
        ""
        if urls is None or urls == USUAL
        else repr((urls.style_folder, urls.provenance, sorted(urls.left_out)))
    )
    url = site["SITEURL"] if site["SITEURL"].startswith("http") and not site["RELATIVE_URLS"] else ""
    author = settings.author
    name = author.name if author else site.get("AUTHOR") or site["SITENAME"]
    return SiteIdentity(
        maker=Maker(name=Markup(name).striptags(), url=(author.url if author else "") or url),
        site=url.rstrip("/"),
        finish=" ".join(filter(None, (EMBEDDING, signer, pages))),
    )


def make_entry_record(entry: "PlannedPicture", identity: SiteIdentity, *, store: Store, label: str) -> Record:
    """Return the record of an entry's picture; if it is not made yet, the record says what is known.

    label: the text next to a stylized picture that says what it is ("AI modified").
    """
    caption = Markup(entry.request.caption).striptags()
    if entry.stylization is None:
        return make_plain_record(
            entry.photo, alt=entry.alt, caption=caption, maker=identity.maker, site=identity.site
        )
    receipt = store.receipt(entry.stylization.key)
    return make_record(
        entry.stylization,
        alt=entry.alt,
        caption=caption,
        label=label,
        license=entry.terms.license if entry.terms else None,
        maker=identity.maker,
        site=identity.site,
        made=receipt.made if receipt else "",
        seconds=receipt.seconds if receipt else 0.0,
        device=receipt.device if receipt else "",
        versions=receipt.versions if receipt else None,
    )


def make_artwork_record(style: Style, identity: SiteIdentity) -> Record:
    """Return the record of a style's artwork, as the style pages show it."""
    return make_plain_record(
        style.artwork, alt=style.artwork.credit.title, maker=identity.maker, site=identity.site
    )
