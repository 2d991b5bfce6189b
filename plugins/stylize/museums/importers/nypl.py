"""The New York Public Library: public IIIF manifests, and a search with a key: https://api.repo.nypl.org/."""

import re
from collections.abc import Sequence
from urllib.parse import parse_qsl, quote, urlencode

from ..errors import ChangedShape, KeyRefused, UnexpectedAnswer
from ..record import ImageFile, MuseumRecord, Rights
from .answer import Answer, View
from .dates import read_span
from .interface import Budget, KeyUse, Museum, Request, SearchPage, SearchQuery
from .names import read_creator
from .plain_texts import split_address, strip_html
from .statements import UNKNOWN, find_license, read_rights, state

MANIFESTS = "https://api-collections.nypl.org/manifests"
API = "https://api.repo.nypl.org/api/v2"
PAGE = "https://digitalcollections.nypl.org/items/{}"
IMAGES = "https://iiif.nypl.org/iiif/3"
_UUID = r"([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"
_ADDRESS = re.compile(
    rf"https?://(?:qa-)?digitalcollections\.nypl\.org/items/(?:uuid/)?{_UUID}"
    rf"|https?://(?:qa-)?api-collections\.nypl\.org/manifests/{_UUID}"
    rf"|https?://api\.repo\.nypl\.org/api/v\d/items/(?:\w+/)*{_UUID}"
    rf"|https?://uuid\.nypl\.org/{_UUID}",
    re.IGNORECASE,
)
KEY = KeyUse(
    service="nypl",
    header="Authorization",
    form="Token token={}",
    get_one_at="https://api.repo.nypl.org/sign_up",
)


def find_item(address: str) -> str:
    """Return the item's UUID from an address of its page, its manifest or the API."""
    found = _ADDRESS.match(address)
    return next(filter(None, found.groups())).lower() if found else ""


def ask_item(item: str) -> Request:
    """Return the request for the manifest of an item; it needs no key."""
    return Request(url=f"{MANIFESTS}/{quote(item, safe='')}")


def read_item(answers: Sequence[Answer]) -> MuseumRecord:
    """Read a manifest: its facts are in pairs of label and value, with HTML inside."""
    found = answers[0].json()
    if found.text("type") == "Collection":
        raise UnexpectedAnswer("it is a collection of several items: choose one of them")
    item = find_item(found.text("id")) or find_item(answers[0].url)
    if not item:
        found.need("id")
        raise ChangedShape("the field id names no item of the Library")
    facts = {strip_html(pair.text("label")).lower(): pair.at("value") for pair in found.views("metadata")}
    date = _read_date(facts.get("dates / origin"))
    canvases = found.views("items")
    images, service, thumbnail = _read_picture(canvases[0]) if canvases else ((), "", "")
    return MuseumRecord(
        museum=MUSEUM.name,
        item=item,
        title=strip_html(found.text("label")) or _read_fact(facts, "title"),
        page=PAGE.format(item),
        rights=_read_rights(found, canvases, facts.get("rights")),
        creators=tuple(
            creator for text in _read_facts(facts, "names") if (creator := read_creator(text)) is not None
        ),
        date=date,
        span=read_span(date),
        institution=MUSEUM.title,
        accession=next(
            (
                text.partition(":")[2].strip()
                for text in _read_facts(facts, "library locations")
                if text.lower().startswith("shelf locator:")
            ),
            "",
        ),
        medium="; ".join(_read_facts(facts, "physical description")),
        description=" ".join(
            text for name in ("abstract", "description", "notes") for text in _read_facts(facts, name)
        ),
        images=images,
        thumbnail=thumbnail,
        image_service=service,
        manifest=f"{MANIFESTS}/{item}",
        parts=max(1, len(canvases)),
        part_of=tuple(_read_facts(facts, "collection")),
        credit_line=strip_html(" ".join(found.texts("requiredStatement", "value"))),
        warnings=(
            ("The Library shows it on its own premises only (Is Restricted).",)
            if _read_fact(facts, "is restricted").lower() == "true"
            else ()
        ),
    )


def ask_search(query: SearchQuery) -> Request:
    """Return the request for a search, which needs a key."""
    free = "&publicDomainOnly=true" if query.only_open else ""
    words = quote(query.words, safe="")
    return Request(url=f"{API}/items/search?q={words}&page=1&per_page={min(query.most, 500)}{free}", key=KEY)


def read_search(answer: Answer) -> SearchPage:
    """Read a page of hits."""
    found = answer.json().need("nyplAPI")
    headers = found.at("response", "headers")
    if headers.text("code") in ("401", "403"):
        raise KeyRefused(f"the Library does not accept the key: {headers.text('message')}")
    if headers.text("status") == "error":
        raise UnexpectedAnswer(f"the Library does not accept the question: {headers.text('message')}")
    request = found.at("request")
    page = request.number("page") or 1
    following = None
    if page < request.number("totalPages"):
        asked = [
            (name, value) for name, value in parse_qsl(split_address(answer.url).query) if name != "page"
        ]
        following = Request(url=f"{API}/items/search?{urlencode([*asked, ('page', page + 1)])}", key=KEY)
    hits = [hit for hit in found.at("response").views("result") if hit]
    return SearchPage(
        records=tuple(map(_read_hit, hits)),
        total=found.at("response").number("numResults"),
        next=following,
    )


def _read_hit(hit: View) -> MuseumRecord:
    item = hit.need("uuid").text()
    image = hit.text("imageID")
    return MuseumRecord(
        museum=MUSEUM.name,
        item=item,
        title=strip_html(hit.text("title")),
        page=PAGE.format(item),
        rights=read_rights(hit.at("rightsStatementURI"), hit.at("rightsStatement")),
        institution=MUSEUM.title,
        thumbnail=f"{IMAGES}/{image}/full/!300,300/0/default.jpg" if image else "",
        image_service=f"{IMAGES}/{image}" if image else "",
        manifest=f"{MANIFESTS}/{item}",
    )


def _read_rights(found: View, canvases: Sequence[View], sentence: View | None) -> Rights:
    """Read the address of the picture, else of the manifest, else the sentence among its facts."""
    addresses = [place.at("rights") for place in (*canvases[:1], found)]
    if any(addresses):
        return read_rights(*addresses)
    if sentence is None:
        return Rights(license=UNKNOWN)
    written = " ".join(map(strip_html, sentence.texts()))
    # A label such as "Public domain" is no sentence of the Library.
    known = find_license(written) if len(written.split()) > 3 else None
    return state(written, field=sentence.place, license=known.code if known else "UNKNOWN")


def _read_facts(facts: dict[str, View], name: str) -> list[str]:
    view = facts.get(name)
    return [text for html in view.texts() if (text := strip_html(html))] if view else []


def _read_fact(facts: dict[str, View], name: str) -> str:
    return next(iter(_read_facts(facts, name)), "")


def _read_date(view: View | None) -> str:
    """Return the date from "Date Created: <a>1792</a>", without "Publisher: ..." and the like."""
    for html in view.texts() if view else []:
        found = re.match(
            r"(?:date (?:created|issued|captured)|copyright date|date)\W\s*(.+)", strip_html(html), re.I
        )
        if found:
            return found[1].strip()
    return ""


def _read_picture(canvas: View) -> tuple[tuple[ImageFile, ...], str, str]:
    """Return the full image, its image service and a thumbnail; sizes that a manifest states are not true."""
    body = canvas.at("items", 0, "items", 0, "body", 0)
    if body.at("type").text() == "Choice":
        body = body.at("items", 0)
    service = body.at("service", 0)
    address = (service.text("id") or service.text("@id")).rstrip("/")
    url = f"{address}/full/max/0/default.jpg" if address else body.text("id")
    return (
        (ImageFile(url=url, media_type="image/jpeg" if address else body.text("format")),) if url else (),
        address,
        canvas.text("thumbnail", 0, "id"),
    )


MUSEUM = Museum(
    name="nypl",
    title="The New York Public Library",
    home="https://digitalcollections.nypl.org/",
    find_item=find_item,
    ask_item=ask_item,
    read_item=read_item,
    ask_search=ask_search,
    read_search=read_search,
    key=KEY,
    # It allows 10,000 requests a day and key (2025); the manifests have no limit that is known.
    budgets=(
        Budget(host="api.repo.nypl.org", requests=5000, seconds=86_400),
        Budget(host="nypl.org", requests=60, seconds=60),
    ),
    how="IIIF manifest without a key: one request an item; search with a key only",
    rights="a sentence among the facts of the manifest; rightsStatementURI of a hit",
    image_size="IIIF, at the size that its server allows",
    checked="a recorded manifest of 2025 and a recorded search of 2023, of version 1",
    notes=(
        "the sizes in its manifests are missing or wrong: info.json is asked",
        "addresses of images name no item",
    ),
)
