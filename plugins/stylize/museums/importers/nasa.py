"""NASA's image and video library: https://images.nasa.gov/docs/images.nasa.gov_api_docs.pdf."""

import re
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import quote, unquote

from ..errors import NoSuchItem
from ..record import Creator, ImageFile, MuseumRecord
from .answer import Answer, View
from .dates import read_span
from .interface import Budget, Museum, Request, SearchPage, SearchQuery
from .plain_texts import first_sentence, strip_html, use_https
from .statements import state

API = "https://images-api.nasa.gov"
PAGE = "https://images.nasa.gov/details/{}"
GUIDELINES = "https://www.nasa.gov/nasa-brand-center/images-and-media/"
# Named in a credit, they may hold rights of their own (NASA's media usage guidelines).
OTHERS = re.compile(
    r"\bJPL\b|Caltech|\b(ESA|ESO|CSA|CNES|DLR|ASI|ISRO|JAXA|SOHO|SwRI|MSSS|AURA|ULA|GCTC)\b|STScI"
    r"|Space Telescope|Roscosmos|SpaceX|Boeing|Lockheed|Northrop|Blue Origin|United Launch"
    r"|Universit|Institut|Observator|Getty|Associated Press|Reuters|©|copyright",
    re.IGNORECASE,
)
# Descriptions carry credits too: "Image credit: NASA/JPL-Caltech".
CREDIT = re.compile(r"\b(?:credits?|courtesy)(?: of)?\s*[:;]?\s+(.{2,120})", re.IGNORECASE)
# The number of a picture at the start of its description: "ISS026-S-001 (June 2010) --- The patch ..."
NUMBER = re.compile(r"^[\w-]+ (\([^)]*\)\s*)?-{2,}\s*")
SIZES = ("~orig", "~large", "~medium", "~small", "~thumb")


def find_item(address: str) -> str:
    """Return the NASA id from an address of its page, its files or the API."""
    found = re.match(
        r"https?://images\.nasa\.gov/(?:#/)?details[-/]([^/?#]+)"
        r"|https?://images-assets\.nasa\.gov/image/([^/?#]+)/"
        r"|https?://images-api\.nasa\.gov/(?:asset|metadata|captions)/([^/?#]+)"
        r"|https?://images-api\.nasa\.gov/search\?(?:.*&)?nasa_id=([^&#]+)",
        address,
    )
    if not found:
        return ""
    name = unquote(next(filter(None, found.groups())))
    return name.removesuffix(".html") if "/details-" in address else name


def ask_item(item: str) -> Request:
    """Return the request for one picture."""
    return Request(url=f"{API}/search?media_type=image&nasa_id={quote(item, safe='')}")


def read_item(answers: Sequence[Answer]) -> MuseumRecord | Request:
    """Read a picture; older answers name no file but the thumbnail, so its files are asked for."""
    answer = answers[0].json()
    if reason := answer.text("reason"):
        raise NoSuchItem(f"it says: {reason}")
    found = answer.need("collection").need_views("items")
    if not found:
        raise NoSuchItem("it has no picture of this name")
    record = _read_hit(found[0])
    if record.images or len(answers) > 1:
        return record if record.images else replace(record, images=_read_files(answers[1].json()))
    return Request(url=f"{API}/asset/{quote(record.item, safe='')}")


def ask_search(query: SearchQuery) -> Request:
    """Return the request for a search."""
    return Request(
        url=f"{API}/search?media_type=image&page_size={min(query.most, 100)}&q={quote(query.words)}"
    )


def read_search(answer: Answer) -> SearchPage:
    """Read a page of hits."""
    collection = answer.json().need("collection")
    following = next(
        (link.text("href") for link in collection.views("links") if link.text("rel") == "next"), ""
    )
    return SearchPage(
        records=tuple(map(_read_hit, collection.need_views("items"))),
        total=collection.number("metadata", "total_hits"),
        next=Request(url=use_https(following)) if following else None,
    )


def _read_hit(hit: View) -> MuseumRecord:
    facts = hit.at("data", 0)
    item = facts.need("nasa_id").text()
    description = strip_html(facts.text("description"))
    people = ", ".join(
        dict.fromkeys(filter(None, (facts.text("photographer"), facts.text("secondary_creator"))))
    )
    center = facts.text("center")
    credit = f"NASA/{people}" if people and "NASA" not in people else people or f"NASA/{center}".rstrip("/")
    others = _find_others(people, center=center, description=description)
    title = facts.text("title")
    date = facts.text("date_created")[:10]
    links = hit.views("links")
    thumbnails = [use_https(link.text("href")) for link in links if link.text("rel") == "preview"]
    files = [
        ImageFile(
            url=use_https(link.text("href")),
            width=link.number("width"),
            height=link.number("height"),
            size=link.number("size"),
        )
        for rel in ("canonical", "alternate")  # the original first, if no sizes are said
        for link in links
        if link.text("rel") == rel
    ]
    return MuseumRecord(
        museum=MUSEUM.name,
        item=item,
        title=title
        if title and title != item
        else first_sentence(NUMBER.sub("", description)) or title or item,
        creators=(Creator(name=people or "NASA"),),
        date=date,
        span=read_span(date),
        institution="NASA",
        accession=item,
        page=PAGE.format(quote(item, safe="")),
        description=description,
        images=tuple(sorted(files, key=lambda file: -file.width)),
        thumbnail=next(iter(thumbnails), ""),
        rights=state(
            "no statement in its answers",
            field="",
            license="REVIEW" if others else "NASA",
            url=GUIDELINES,
            reason=(
                f"its credit names others than NASA, who may hold rights: {others}"
                if others
                else "NASA's media usage guidelines hold for all its images that name no third party"
            ),
        ),
        credit_line=f"Courtesy {credit}",
        alt=strip_html(facts.text("description_508")),
    )


def _find_others(people: str, *, center: str, description: str) -> str:
    """Return the credit that names somebody besides NASA, or ""."""
    credits = [people, center, *(found[1] for found in CREDIT.finditer(description))]
    if "©" in description or "copyright" in description.lower():
        credits.append(description)
    found = next((credit for credit in credits if OTHERS.search(credit)), "")
    return first_sentence(found)


def _read_files(found: View) -> tuple[ImageFile, ...]:
    """Return the image files of an answer of /asset, the largest first."""
    addresses = [use_https(file.text("href")) for file in found.need("collection").need_views("items")]
    return tuple(
        ImageFile(url=address)
        for size in SIZES
        for address in addresses
        if size in address and address.lower().endswith((".jpg", ".jpeg", ".png", ".tif", ".tiff", ".webp"))
    )


MUSEUM = Museum(
    name="nasa",
    title="NASA image and video library",
    home="https://images.nasa.gov/",
    find_item=find_item,
    ask_item=ask_item,
    read_item=read_item,
    ask_search=ask_search,
    read_search=read_search,
    budgets=(Budget(host="nasa.gov", requests=60, seconds=60),),
    how="images-api: one or two requests an item",
    rights="no field; NASA's media usage guidelines",
    image_size="the original, JPEG, PNG or TIFF",
    checked="recorded answers of 2024 and 2025",
)
