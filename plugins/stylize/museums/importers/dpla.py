"""The Digital Public Library of America: https://pro.dp.la/developers/object-structure.

It shows what other institutions hold: it has their facts and a thumbnail, the picture is on their pages.
"""

import re
from collections.abc import Sequence
from urllib.parse import parse_qsl, quote, unquote, urlencode

from ..errors import NoSuchItem
from ..record import ImageFile, MuseumRecord, Rights, Span
from .answer import Answer, View
from .dates import make_span, read_span
from .interface import Budget, KeyUse, Museum, Request, SearchPage, SearchQuery
from .names import read_creator
from .plain_texts import split_address, strip_html
from .statements import read_prose, read_rights

API = "https://api.dp.la/v2/items"
PAGE = "https://dp.la/item/{}"
LAST_PAGE = 100  # of a search
KEY = KeyUse(service="dpla", parameter="api_key", get_one_at="https://pro.dp.la/developers/policies")
_ADDRESS = re.compile(
    r"https?://(?:www\.)?dp\.la/(?:api/items|item)/([0-9a-f]{32})\b|https?://api\.dp\.la/v\d/items/([0-9a-f]{32})\b",
    re.IGNORECASE,
)
_PICTURE = re.compile(r"\.(jpe?g|png|tiff?|webp)([?#]|$)|/full/[^/]+/\d+/\w+\.\w+$", re.IGNORECASE)
# Pages of CONTENTdm have a manifest (the rule is DPLA's own: ingestion3, 2026).
_CONTENTDM = re.compile(r"(https?://[^/]+)/(?:cdm|digital)/.*?collection/([\w-]+)/id/(\d+)")


def find_item(address: str) -> str:
    """Return the item's number from an address of its page or of the API."""
    found = _ADDRESS.match(unquote(address))
    return (found[1] or found[2]).lower() if found else ""


def ask_item(item: str) -> Request:
    """Return the request for an item."""
    return Request(url=f"{API}/{quote(item, safe='')}", key=KEY)


def read_item(answers: Sequence[Answer]) -> MuseumRecord:
    """Read an item."""
    found = answers[0].json().need_views("docs")
    if not found:
        raise NoSuchItem("it has no item of this number")
    return _read_document(found[0], asked=answers[0].url)


def ask_search(query: SearchQuery) -> Request:
    """Return the request for a search in pictures."""
    parameters = {
        "q": query.words,
        "sourceResource.type": "image",
        "page_size": str(min(query.most, 500)),
        "page": "1",
    }
    if query.only_open:  # what DPLA computes from the statements; it is no statement itself
        parameters["rightsCategory"] = '"Unlimited Re-Use" OR "Re-use With Conditions"'
    return Request(url=f"{API}?{urlencode(parameters, quote_via=quote)}", key=KEY)


def read_search(answer: Answer) -> SearchPage:
    """Read a page of hits."""
    found = answer.json()
    hits, total = found.need_views("docs"), found.number("count")
    asked = dict(parse_qsl(split_address(answer.url).query))
    page = int(asked["page"]) if asked.get("page", "").isdecimal() else 1
    size = found.number("limit") or len(hits)
    following = None
    if hits and page < LAST_PAGE and page * size < total:
        asked.pop("api_key", None)
        query = urlencode(asked | {"page": str(page + 1)}, quote_via=quote)
        following = Request(url=f"{API}?{query}", key=KEY)
    return SearchPage(
        records=tuple(_read_document(hit, asked="") for hit in hits), total=total, next=following
    )


def _read_document(found: View, *, asked: str) -> MuseumRecord:
    item = found.text("id") or find_item(found.text("@id")) or find_item(asked)
    if not item:
        found.need("id")
    resource = found.at("sourceResource")
    date, span = _read_date(resource.at("date", 0))
    landing = found.text("isShownAt")
    images = tuple(ImageFile(url=url) for url in found.texts("mediaMaster") if _PICTURE.search(url))
    institution = _read_name(found.at("dataProvider"))
    creators = [read_creator(strip_html(name)) for name in resource.texts("creator")]
    return MuseumRecord(
        museum=MUSEUM.name,
        item=item,
        title=strip_html(resource.text("title")),
        page=PAGE.format(item),
        rights=_read_rights(found, resource),
        creators=tuple(filter(None, creators)),
        date=date,
        span=span,
        institution=institution or _read_name(found.at("provider")),
        accession=resource.text("identifier"),
        medium="; ".join(map(strip_html, resource.texts("extent") or resource.texts("format"))),
        description=" ".join(map(strip_html, resource.texts("description"))),
        images=images,
        thumbnail=found.text("object"),
        manifest=found.text("iiifManifest") or _make_manifest_address(landing),
        part_of=tuple(
            strip_html(title) for part in resource.views("collection") if (title := _read_name(part))
        ),
        warnings=(f"The institution that holds it shows it at {landing}",) if landing else (),
    )


def _read_rights(found: View, resource: View) -> Rights:
    """Read the one address of a statement, else an address inside the free words; never the category."""
    addresses = [found.at("rights"), *(view.at("edmRights") for view in _objects(found.views("hasView")))]
    if any(addresses):
        return read_rights(*addresses)
    return read_prose(resource.at("rights"))


def _objects(views: Sequence[View]) -> list[View]:
    return [view for view in views if isinstance(view.value, dict)]


def _read_name(view: View) -> str:
    """Return a name: older documents give text, newer ones an object, some a list."""
    first = view.at(0)
    if isinstance(first.value, dict):
        return first.text("name") or first.text("title")
    return first.text()


def _read_date(view: View) -> tuple[str, Span | None]:
    if not isinstance(view.value, dict):
        return view.text(), read_span(view.text())
    text = strip_html(view.text("displayDate") or view.text("begin"))
    years = [re.match(r"-?\d{1,4}", view.text(name)) for name in ("begin", "end")]
    begin, end = (int(year[0]) if year else 0 for year in years)
    return text, make_span(begin, end) or read_span(text)


def _make_manifest_address(landing: str) -> str:
    found = _CONTENTDM.match(landing)
    return f"{found[1]}/iiif/info/{found[2]}/{found[3]}/manifest.json" if found else ""


MUSEUM = Museum(
    name="dpla",
    title="Digital Public Library of America",
    home="https://dp.la/",
    find_item=find_item,
    ask_item=ask_item,
    read_item=read_item,
    ask_search=ask_search,
    read_search=read_search,
    key=KEY,
    # No limit is published.
    budgets=(Budget(host="dp.la", requests=30, seconds=60),),
    how="API: one request an item; the picture is on the institution's page, or in its manifest",
    rights="rights, one address; else free words, which are not read",
    image_size="a thumbnail, unless the institution gives a file or a manifest",
    checked="a document of DPLA's own tests, 2026; the search was not tried",
    notes=("a person gets a key by mail: see the page",),
)
