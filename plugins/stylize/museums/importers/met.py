"""The Metropolitan Museum of Art, by its Collection API: https://metmuseum.github.io/ (read in 2026)."""

import re
from collections.abc import Sequence
from urllib.parse import quote

from ..record import Creator, ImageFile, MuseumRecord
from .answer import Answer, View
from .dates import make_span, read_span
from .interface import Budget, Museum, Request, SearchPage, SearchQuery
from .plain_texts import strip_html
from .statements import state

API = "https://collectionapi.metmuseum.org/public/collection/v1"
PAGE = "https://www.metmuseum.org/art/collection/search/{}"
POLICY = "the Met releases its images of works in the public domain under CC0 (its open-access policy)"


def find_item(address: str) -> str:
    """Return the object's number from an address of its page or of the API."""
    found = re.match(
        r"https?://(?:www\w*\.)?metmuseum\.org/(?:[\w-]+/)*?art/collection/search/(\d+)"
        r"|https?://collectionapi\.metmuseum\.org/public/collection/v1/objects/(\d+)",
        address,
    )
    return (found[1] or found[2]) if found else ""


def ask_item(item: str) -> Request:
    """Return the request for an object."""
    return Request(url=f"{API}/objects/{quote(item, safe='')}")


def read_item(answers: Sequence[Answer]) -> MuseumRecord:
    """Read an object."""
    return read_object(answers[0].json())


def read_object(found: View) -> MuseumRecord:
    """Read an object of the API, or of a package of such objects."""
    item = found.need("objectID").text()
    creators = tuple(
        Creator(
            name=name,
            role="" if person.text("role") == "Artist" else person.text("role"),
            dates=found.text("artistDisplayBio") if name == found.text("artistDisplayName") else "",
            uris=tuple(
                uri
                for field in ("constituentULAN_URL", "constituentWikidata_URL")
                if (uri := person.text(field))
            ),
        )
        for person in found.views("constituents")
        if (name := person.text("name"))
    )
    if not creators and (name := found.text("artistDisplayName") or found.text("culture")):
        creators = (Creator(name=name, dates=found.text("artistDisplayBio")),)
    is_free = found.flag("isPublicDomain")
    date = found.text("objectDate")
    image = found.text("primaryImage")
    return MuseumRecord(
        museum=MUSEUM.name,
        item=item,
        title=strip_html(found.text("title")) or found.text("objectName"),
        creators=creators,
        date=date,
        span=make_span(found.number("objectBeginDate"), found.number("objectEndDate")) or read_span(date),
        institution=found.text("repository") or MUSEUM.title,
        accession=found.text("accessionNumber"),
        medium=found.text("medium"),
        page=PAGE.format(item),  # objectURL of some records names a host of the museum's own
        images=(ImageFile(url=image),) if image else (),
        thumbnail=found.text("primaryImageSmall"),
        parts=1 + len(found.texts("additionalImages")),
        rights=state(
            f"isPublicDomain: {'not said' if is_free is None else str(is_free).lower()}"
            + (f"; {line}" if (line := found.text("rightsAndReproduction")) else ""),
            field="isPublicDomain",
            license="CC0-1.0" if is_free else ("UNKNOWN" if is_free is None else "ALL-RIGHTS-RESERVED"),
            reason=POLICY if is_free else "",
        ),
        credit_line=found.text("creditLine"),
    )


def ask_search(query: SearchQuery) -> Request:
    """Return the request for a search; the museum answers with the numbers of all hits."""
    public = "&isPublicDomain=true" if query.only_open else ""
    return Request(url=f"{API}/search?hasImages=true{public}&q={quote(query.words)}")


def read_search(answer: Answer) -> SearchPage:
    """Read the numbers of the objects that were found."""
    found = answer.json()
    return SearchPage(items=tuple(found.texts("objectIDs")), total=found.need("total").number())


MUSEUM = Museum(
    name="met",
    title="The Metropolitan Museum of Art",
    home="https://www.metmuseum.org/art/collection",
    find_item=find_item,
    ask_item=ask_item,
    read_item=read_item,
    ask_search=ask_search,
    read_search=read_search,
    # It allows 80 requests a second, but is reported to block programs that come near that (2026).
    budgets=(Budget(host="metmuseum.org", requests=60, seconds=60),),
    how="Collection API: one request an item; a search gives numbers only",
    rights="isPublicDomain; CC0 by its open-access policy",
    image_size="the full JPEG, mostly 2,000 to 4,000 pixels",
    checked="recorded answers of 2020 to 2025",
)
