"""The Cleveland Museum of Art, by its Open Access API: https://openaccess-api.clevelandart.org/."""

import re
from collections.abc import Sequence
from urllib.parse import quote, unquote, urlencode

from ..errors import NoSuchItem
from ..record import Creator, ImageFile, MuseumRecord
from .answer import Answer, View
from .dates import make_span, read_span
from .interface import Budget, Museum, Request, SearchPage, SearchQuery
from .paging import read_count, turn_page
from .plain_texts import strip_html
from .statements import find_license, state

API = "https://openaccess-api.clevelandart.org/api/artworks"
PAGE = "https://clevelandart.org/art/{}"
SIZES = ("print", "web")  # JPEG; "full" is a TIFF


def find_item(address: str) -> str:
    """Return the accession number, or the number of the API, from an address of page, files or API."""
    found = re.match(
        r"https?://(?:www\.)?clevelandart\.org/art/(?!collection/)([^/?#]+)"
        r"|https?://openaccess-api\.clevelandart\.org/api/artworks/([^/?#]+)"
        r"|https?://openaccess-cdn\.clevelandart\.org/([^/?#]+)/",
        address,
    )
    return unquote(found[1] or found[2] or found[3]) if found else ""


def ask_item(item: str) -> Request:
    """Return the request for an artwork, by either number."""
    return Request(url=f"{API}/{quote(item, safe='')}")


def read_item(answers: Sequence[Answer]) -> MuseumRecord:
    """Read an artwork."""
    found = answers[0].json()
    data = found.need("data")
    if isinstance(data.value, list) and not data.value:
        raise NoSuchItem("it has no artwork of this number")
    return _read_artwork(data.at(0))


def ask_search(query: SearchQuery) -> Request:
    """Return the request for a search; its hits come with their facts."""
    asked: dict[str, object] = {"q": query.words, "has_image": 1, "limit": min(query.most, 1000), "skip": 0}
    if query.only_open:
        asked["cc0"] = 1
    return Request(url=f"{API}/?{urlencode(asked)}")


def read_search(answer: Answer) -> SearchPage:
    """Read a page of hits."""
    found = answer.json()
    records = tuple(map(_read_artwork, found.need_views("data")))
    total = found.number("info", "total")
    seen = read_count(answer, "skip") + len(records)
    return SearchPage(
        records=records,
        total=total if found.at("info") else None,
        next=turn_page(answer, "skip", to=seen) if records and seen < total else None,
    )


def _read_artwork(found: View) -> MuseumRecord:
    accession = found.text("accession_number")
    item = accession or found.need("id").text()
    date = strip_html(found.text("creation_date"))
    images = tuple(filter(None, (_read_file(found.at("images", size)) for size in SIZES)))
    if not images and (original := _read_file(found.at("images", "full"))):
        images = (original,)
    status, copyright = found.text("share_license_status"), strip_html(found.text("copyright"))
    license = find_license(status) if status else None
    return MuseumRecord(
        museum=MUSEUM.name,
        item=item,
        title=next(
            filter(
                None,
                (strip_html(found.text(field)) for field in ("title", "title_in_original_language", "type")),
            ),
            "",
        ),
        creators=_read_creators(found),
        date=date,
        span=make_span(found.number("creation_date_earliest"), found.number("creation_date_latest"))
        or read_span(date),
        institution=MUSEUM.title,
        accession=accession,
        medium=strip_html(found.text("technique")),
        page=found.text("url") or PAGE.format(quote(item, safe="")),
        description=strip_html(found.text("wall_description") or found.text("description")),
        images=images,
        thumbnail=found.text("images", "web", "url"),
        parts=1 + len(found.views("alternate_images")),
        part_of=tuple(filter(None, (strip_html(found.text("series")),))),
        rights=state(
            "; ".join(filter(None, (status, copyright))),
            field="share_license_status" if status else ("copyright" if copyright else ""),
            license=license.code if license else "UNKNOWN",
        ),
        credit_line=strip_html(found.text("creditline")),
    )


def _read_creators(found: View) -> tuple[Creator, ...]:
    """Return the creators: "Thomas Cole (American, 1801-1848)" is a name with nation and dates."""
    creators = []
    for person in found.views("creators"):
        written = strip_html(person.text("description"))
        parts = re.fullmatch(r"(.+?)\s*\(([^()]*\d[^()]*|[^()]*,[^()]*)\)", written)
        name = parts[1] if parts else written
        role = person.text("role")
        roles = [person.text("qualifier"), "" if role == "artist" else role]
        if name:
            creators.append(
                Creator(name=name, role=", ".join(filter(None, roles)), dates=parts[2] if parts else "")
            )
    if not creators and (culture := strip_html(found.text("culture"))):
        creators = [Creator(name=culture)]
    return tuple(creators)


def _read_file(file: View) -> ImageFile | None:
    address = file.text("url")
    if not address:
        return None
    return ImageFile(
        url=address,
        width=file.number("width"),
        height=file.number("height"),
        size=file.number("filesize"),
        media_type="image/tiff" if address.lower().endswith((".tif", ".tiff")) else "image/jpeg",
    )


MUSEUM = Museum(
    name="cleveland",
    title="The Cleveland Museum of Art",
    home="https://www.clevelandart.org/art/collection/search",
    find_item=find_item,
    ask_item=ask_item,
    read_item=read_item,
    ask_search=ask_search,
    read_search=read_search,
    # No limit is published; one request a second is what others keep to.
    budgets=(Budget(host="clevelandart.org", requests=60, seconds=60),),
    how="Open Access API: one request an item; hits of a search come with their facts",
    rights="share_license_status: CC0 or Copyrighted",
    image_size="the print JPEG, about 3,400 pixels; the TIFF is left alone",
    checked="recorded answers of 2019: one artwork, two pages of a search",
    notes=("A work is known by its accession number, whichever number its address has.",),
)
