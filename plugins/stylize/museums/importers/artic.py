"""The Art Institute of Chicago, by its API: https://api.artic.edu/docs/."""

import re
from collections.abc import Sequence
from urllib.parse import quote, urlencode

from ..errors import NoSuchItem
from ..record import Creator, ImageFile, MuseumRecord
from .answer import Answer, View
from .dates import make_span, read_span
from .interface import Budget, Museum, Request, SearchPage, SearchQuery
from .paging import read_parameter, turn_page
from .plain_texts import strip_html
from .statements import state

API = "https://api.artic.edu/api/v1/artworks"
PAGE = "https://www.artic.edu/artworks/{}"
POLICY = "the museum releases its images of works in the public domain under CC0 (its image licensing page)"
BY_PICTURE = "image:"  # items that an address names by their picture; a search finds their number
FIELDS = (
    "id,title,alt_titles,artist_title,artist_titles,artist_display,place_of_origin,date_display,date_start,date_end,"
    "medium_display,credit_line,main_reference_number,artwork_type_title,image_id,alt_image_ids,thumbnail,"
    "is_public_domain,copyright_notice"
)
MOST = 10_000  # results of a search, whatever is asked for
# Widths that its image server keeps ready (API documentation, "IIIF Image API"); the larger one is for works
# in the public domain alone.
WIDTH, OPEN_WIDTH = 843, 1686


def find_item(address: str) -> str:
    """Return the number from an address of page, API or manifest, or "image:..." from that of a picture."""
    found = re.match(
        r"https?://(?:www\.)?artic\.edu/(?:[a-z-]+/)?artworks/(\d+)"
        r"|https?://api\.artic\.edu/api/v1/artworks/(\d+)",
        address,
    )
    if found:
        return found[1] or found[2]
    picture = re.match(r"https?://(?:www\.|lakeimagesweb\.)?artic\.edu/iiif/\d/([0-9a-f-]{36})", address)
    return f"{BY_PICTURE}{picture[1]}" if picture else ""


def ask_item(item: str) -> Request:
    """Return the request for an artwork, or for the search of the artwork that a picture shows."""
    if item.startswith(BY_PICTURE):
        picture = item.removeprefix(BY_PICTURE)
        return Request(
            url=f"{API}/search?{urlencode({'query[term][image_id]': picture, 'fields': 'id,image_id'})}"
        )
    return Request(url=f"{API}/{quote(item, safe='')}")


def read_item(answers: Sequence[Answer]) -> MuseumRecord | Request:
    """Read an artwork; if its picture was searched for, the artwork is asked for first."""
    found = answers[-1].json()
    if isinstance(found.at("data").value, list):
        picture = read_parameter(answers[-1], "query[term][image_id]")
        hits = [hit for hit in found.views("data") if hit.text("image_id") == picture or not picture]
        if not hits:
            raise NoSuchItem("it knows no artwork with this picture")
        return ask_item(hits[0].need("id").text())
    return _read_artwork(found.need("data"), config=found.at("config"))


def ask_search(query: SearchQuery) -> Request:
    """Return the request for a search; its hits come with their facts."""
    asked = {"q": query.words, "limit": min(query.most, 100), "fields": FIELDS}
    if query.only_open:
        asked["query[term][is_public_domain]"] = "true"
    return Request(url=f"{API}/search?{urlencode(asked)}")


def read_search(answer: Answer) -> SearchPage:
    """Read a page of hits."""
    found = answer.json()
    page, limit = found.number("pagination", "current_page") or 1, found.number("pagination", "limit")
    is_last = page >= found.number("pagination", "total_pages") or (page + 1) * limit > MOST
    return SearchPage(
        records=tuple(_read_artwork(hit, config=found.at("config")) for hit in found.need_views("data")),
        total=found.at("pagination").number("total") if found.at("pagination") else None,
        next=None if is_last else turn_page(answer, "page", to=page + 1),
    )


def _read_artwork(found: View, *, config: View) -> MuseumRecord:
    item = found.need("id").text()
    is_free = found.flag("is_public_domain")
    date = found.text("date_display")
    picture, base = found.text("image_id"), config.text("iiif_url").rstrip("/")
    service = f"{base}/{picture}" if picture and base else ""
    notice = strip_html(found.text("copyright_notice"))
    return MuseumRecord(
        museum=MUSEUM.name,
        item=item,
        title=strip_html(found.text("title"))
        or strip_html(found.text("alt_titles"))
        or found.text("artwork_type_title"),
        creators=_read_creators(found),
        date=date,
        span=make_span(found.number("date_start"), found.number("date_end")) or read_span(date),
        institution=MUSEUM.title,
        accession=found.text("main_reference_number"),
        medium=strip_html(found.text("medium_display")),
        page=PAGE.format(item),
        description=strip_html(found.text("description")),
        images=_list_images(service, found.at("thumbnail"), is_free=bool(is_free)),
        thumbnail=f"{service}/full/200,/0/default.jpg" if service else "",
        image_service=service,
        manifest=f"{API}/{item}/manifest.json" if is_free else "",
        parts=1 + len(found.texts("alt_image_ids")),
        rights=state(
            f"is_public_domain: {'not said' if is_free is None else str(is_free).lower()}"
            + (f"; {notice}" if notice else ""),
            field="is_public_domain",
            license="CC0-1.0" if is_free else ("UNKNOWN" if is_free is None else "ALL-RIGHTS-RESERVED"),
            reason=POLICY if is_free else "",
        ),
        credit_line=strip_html(found.text("credit_line")),
        alt=strip_html(found.text("thumbnail", "alt_text")),
    )


def _read_creators(found: View) -> tuple[Creator, ...]:
    """Return the artists.

    What the display adds to a single artist's name are nation and dates after it, and the part before it:
    "Follower of Rembrandt van Rijn, Dutch, 1606-1669".
    """
    display = strip_html(found.text("artist_display"))
    names = list(dict.fromkeys(filter(None, (found.text("artist_title"), *found.texts("artist_titles")))))
    if len(names) == 1:
        before, _, after = display.partition(names[0]) if names[0] in display else ("", "", "")
        return (Creator(name=names[0], role=before.strip(" ,;:("), dates=after.strip(" ,;()")),)
    if names:
        return tuple(Creator(name=name) for name in names)
    name = display or found.text("place_of_origin")
    return (Creator(name=name),) if name else ()


def _list_images(service: str, size: View, *, is_free: bool) -> tuple[ImageFile, ...]:
    """Return the files that can be had, with the heights that follow from the size of the original."""
    width, height = size.number("width"), size.number("height")
    if not service:
        return ()
    widths = [step for step in (OPEN_WIDTH, WIDTH) if step == WIDTH or is_free]
    if width:
        widths = [step for step in widths if step <= width] or [width]
    return tuple(
        ImageFile(
            url=f"{service}/full/{step},/0/default.jpg",
            width=step,
            height=round(step * height / width) if width else 0,
            media_type="image/jpeg",
        )
        for step in widths
    )


MUSEUM = Museum(
    name="artic",
    title="Art Institute of Chicago",
    home="https://www.artic.edu/collection",
    find_item=find_item,
    ask_item=ask_item,
    read_item=read_item,
    ask_search=ask_search,
    read_search=read_search,
    # It allows 60 requests a minute.
    budgets=(Budget(host="artic.edu", requests=30, seconds=60),),
    how="API: one request an item; hits of a search come with their facts",
    rights="is_public_domain; CC0 by its image licensing policy",
    image_size="1,686 pixels wide in the public domain, else 843; IIIF",
    checked="one artwork of its data dump of 2025, in the frame of its documentation; no search",
    notes=(
        "info.license_text is about the data; its descriptions are CC BY 4.0.",
        "The address of a picture alone is searched by image_id, as documented; no recording shows it.",
    ),
)
