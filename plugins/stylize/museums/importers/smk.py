"""Statens Museum for Kunst, the National Gallery of Denmark, by its API: https://api.smk.dk/api/v1/docs/."""

import re
from collections.abc import Sequence
from urllib.parse import quote, unquote, urlencode

from ..errors import NoSuchItem
from ..record import Creator, ImageFile, MuseumRecord, Rights
from .answer import Answer, View
from .dates import read_span
from .interface import Budget, Museum, Request, SearchPage, SearchQuery
from .paging import read_count, turn_page
from .plain_texts import strip_html
from .statements import state

API = "https://api.smk.dk/api/v1/art"
PAGE = "https://open.smk.dk/en/artwork/image/{}"
ENGLISH = "engelsk"  # as titles name their language
# The address by which it says CC0; it is a page about the tool, and not the deed.
CC0 = "https://creativecommons.org/share-your-work/public-domain/cc0"


def find_item(address: str) -> str:
    """Return the object number from an address of its page or of the API."""
    found = re.match(
        r"https?://open\.smk\.dk/(?:\w\w/)?artwork/\w+/([^/?#]+)"
        r"|https?://api\.smk\.dk/api/v1/art/?\?(?:.*&)?object_number=([^&#]+)",
        address,
    )
    return unquote(found[1] or found[2]) if found else ""


def ask_item(item: str) -> Request:
    """Return the request for an object."""
    return Request(url=f"{API}/?object_number={quote(item, safe='')}")


def read_item(answers: Sequence[Answer]) -> MuseumRecord:
    """Read an object."""
    found = answers[0].json().need_views("items")
    if not found:
        raise NoSuchItem("it has no object of this number")
    return _read_object(found[0])


def ask_search(query: SearchQuery) -> Request:
    """Return the request for a search; its hits come with their facts."""
    filters = "[has_image:true]" + (",[public_domain:true]" if query.only_open else "")
    asked = {"keys": query.words, "filters": filters, "offset": 0, "rows": min(query.most, 100), "lang": "en"}
    return Request(url=f"{API}/search/?{urlencode(asked)}")


def read_search(answer: Answer) -> SearchPage:
    """Read a page of hits; a page that is not full is the last."""
    records = tuple(map(_read_object, answer.json().need_views("items")))
    is_full = records and len(records) == read_count(answer, "rows")
    seen = read_count(answer, "offset") + len(records)
    return SearchPage(records=records, next=turn_page(answer, "offset", to=seen) if is_full else None)


def _read_object(found: View) -> MuseumRecord:
    item = found.need("object_number").text()
    date = found.text("production_date", 0, "period")
    picture, service = found.text("image_native"), found.text("image_iiif_id")
    return MuseumRecord(
        museum=MUSEUM.name,
        item=item,
        title=_read_title(found),
        page=PAGE.format(quote(item, safe="")),
        rights=_read_rights(found),
        creators=tuple(filter(None, map(_read_creator, found.views("production")))),
        date=date,
        span=read_span(date),
        institution="Statens Museum for Kunst",
        accession=item,
        medium=", ".join(found.texts("techniques")),
        images=(
            ImageFile(
                url=picture.replace(" ", "%20"),
                width=found.number("image_width"),
                height=found.number("image_height"),
            ),
        )
        if picture
        else (),
        thumbnail=found.text("image_thumbnail").replace(" ", "%20"),
        image_service=service,
        manifest=found.text("iiif_manifest"),
        parts=1 + len(found.views("alternative_images")),
    )


def _read_title(found: View) -> str:
    titles = found.views("titles")
    english = next((title for title in titles if title.text("language") == ENGLISH), None)
    chosen = english or next(iter(titles), View(None))
    return strip_html(chosen.text("title"))


def _read_creator(person: View) -> Creator | None:
    names = (person.text("creator_forename"), person.text("creator_surname"))
    name = " ".join(names) if all(names) else person.text("creator")
    years = [person.text(f"creator_date_of_{event}")[:4] for event in ("birth", "death")]
    return Creator(name=name, dates="–".join(years) if all(years) else "") if name else None


def _read_rights(found: View) -> Rights:
    """Read the field rights. `public_domain` speaks about the work, and not about its picture."""
    written = found.text("rights")
    return state(written, field="rights", license="CC0-1.0" if written.rstrip("/") == CC0 else "")


MUSEUM = Museum(
    name="smk",
    title="Statens Museum for Kunst",
    home="https://open.smk.dk/en",
    find_item=find_item,
    ask_item=ask_item,
    read_item=read_item,
    ask_search=ask_search,
    read_search=read_search,
    # No limit was found; Openverse's own client waits five seconds between two requests.
    budgets=(Budget(host="smk.dk", requests=6, seconds=60),),
    how="SMK API: one request an item; hits of a search come with their facts",
    rights="rights: an address of Creative Commons",
    image_size="the full JPEG, or IIIF",
    checked="an answer of 2020 in the tests of Openverse; its search was not tried",
)
