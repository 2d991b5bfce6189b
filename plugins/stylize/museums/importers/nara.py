"""The U.S. National Archives, by its Catalog API: https://github.com/usnationalarchives/Catalog-API."""

import re
from collections.abc import Sequence
from urllib.parse import urlencode

from ..errors import NoSuchItem
from ..record import Creator, ImageFile, MuseumRecord, Rights, Span
from .answer import Answer, View
from .dates import read_span
from .interface import Budget, KeyUse, Museum, Request, SearchPage, SearchQuery
from .paging import read_count, turn_page
from .plain_texts import strip_html
from .statements import state

API = "https://catalog.archives.gov/api/v2/records/search"
PAGE = "https://catalog.archives.gov/id/{}"
KEY = KeyUse(
    service="nara",
    header="x-api-key",
    get_one_at="https://www.archives.gov/developer",
)
DPLA = "the Digital Public Library of America reads the Archives' word so"
MOST = 100  # records of a page


def find_item(address: str) -> str:
    """Return the National Archives Identifier from an address of the catalog or of the API."""
    found = re.match(
        r"https?://catalog\.archives\.gov/(?:id/(\d+)|(?:api/v2|proxy(?:/v\d)?)/records/search\?(?:.*&)?naId(?:_is)?=(\d+))",
        address,
    )
    return (found[1] or found[2]) if found else ""


def ask_item(item: str) -> Request:
    """Return the request for a record, which is a search for its number."""
    return Request(url=f"{API}?{urlencode({'naId': item})}", key=KEY)


def read_item(answers: Sequence[Answer]) -> MuseumRecord:
    """Read a record."""
    hits = _list_hits(answers[0])
    if not hits:
        raise NoSuchItem("it has no record of this number")
    return _read_record(hits[0].need("_source", "record"))


def ask_search(query: SearchQuery) -> Request:
    """Return the request for a search among what has digital copies; its hits come with their facts."""
    asked = {"q": query.words, "limit": min(query.most, MOST), "page": 1, "availableOnline": "true"}
    return Request(url=f"{API}?{urlencode(asked)}", key=KEY)


def read_search(answer: Answer) -> SearchPage:
    """Read a page of hits."""
    records = tuple(_read_record(hit.need("_source", "record")) for hit in _list_hits(answer))
    found = answer.json().need("body", "hits")
    total = (
        found.number("total", "value") if isinstance(found.at("total").value, dict) else found.number("total")
    )
    page, limit = read_count(answer, "page") or 1, read_count(answer, "limit") or len(records)
    return SearchPage(
        records=records,
        total=total,
        next=turn_page(answer, "page", to=page + 1, key=KEY) if records and page * limit < total else None,
    )


def _list_hits(answer: Answer) -> list[View]:
    return answer.json().need("body", "hits").need_views("hits")


def _read_record(found: View) -> MuseumRecord:
    item = found.need("naId").text()
    files = [file for file in found.views("digitalObjects") if _is_image(file)]
    made = found.views("productionDates")
    dates = [text for date in made if (text := _read_date(date))]
    unit = found.at("physicalOccurrences", 0, "referenceUnits", 0)
    return MuseumRecord(
        museum=MUSEUM.name,
        item=item,
        title=strip_html(found.text("title")),
        creators=_read_creators(found),
        date="; ".join(dates),
        span=_read_years(made),
        institution=unit.text("name") or MUSEUM.title,
        accession=found.text("localIdentifier") or f"NAID {item}",
        page=PAGE.format(item),
        description=strip_html(found.text("scopeAndContentNote")),
        images=tuple(
            ImageFile(url=file.text("objectUrl"), size=file.number("objectFileSize")) for file in files[:1]
        ),
        parts=max(1, len(files)),
        part_of=tuple(
            title
            for level in reversed(found.views("ancestors"))
            if (title := strip_html(level.text("title")))
        ),
        rights=_read_rights(found.at("useRestriction")),
    )


def _is_image(file: View) -> bool:
    kind, address = file.text("objectType"), file.text("objectUrl").lower()
    return bool(address) and (
        "image" in kind.lower() or (not kind and address.endswith((".jpg", ".jpeg", ".png", ".gif", ".tif")))
    )


def _read_creators(found: View) -> tuple[Creator, ...]:
    """Return the contributors, else the creators: "Adams, Ansel, 1902-1984" is a name with dates."""
    people = found.views("contributors") or found.views("creators")
    creators = []
    for person in people:
        written = strip_html(person.text("heading"))
        parts = re.fullmatch(r"(.+?),?\s+\(?(\d{4}\s?[-–]\s?(?:\d{4}|\?)?)\)?\.?", written)
        if written:
            creators.append(
                Creator(
                    name=parts[1] if parts else written,
                    role=person.text("contributorType"),
                    dates=parts[2] if parts else "",
                )
            )
    return tuple(creators)


def _read_date(date: View) -> str:
    """Return "1942-06-03" of numbers, as far as they are known, with the qualifier: "ca. 1942"."""
    numbers = [date.number(field) for field in ("year", "month", "day")]
    known = numbers[: next((place for place, number in enumerate(numbers) if not number), 3)]
    text = "-".join(f"{number:02}" for number in known) or date.text("logicalDate")[:10]
    qualifier = date.text("dateQualifier")
    return f"{text} {qualifier}" if qualifier == "?" else f"{qualifier} {text}".strip()


def _read_years(dates: list[View]) -> Span | None:
    spans = [
        Span(year, year) if year else read_span(date.text("logicalDate"))
        for date in dates
        for year in (date.number("year"),)
    ]
    known = [span for span in spans if span]
    return Span(min(one.begin for one in known), max(one.end for one in known)) if known else None


def _read_rights(found: View) -> Rights:
    """Return the restrictions on use; those on access are not rights."""
    status, note = found.text("status"), strip_html(found.text("note"))
    kinds = found.texts("specificUseRestrictions") if found else []
    is_free = status.lower() == "unrestricted" and not kinds and not note  # a note may restrict
    return state(
        "; ".join(filter(None, (status, ", ".join(kinds), note))),
        field=found.place if found else "",
        license="NOC-US" if is_free else "UNKNOWN",
        reason=DPLA if is_free else "",
    )


MUSEUM = Museum(
    name="nara",
    title="U.S. National Archives",
    home="https://catalog.archives.gov/",
    find_item=find_item,
    ask_item=ask_item,
    read_item=read_item,
    ask_search=ask_search,
    read_search=read_search,
    key=KEY,
    # It allows 10,000 requests a month.
    budgets=(Budget(host="catalog.archives.gov", requests=160, seconds=86_400),),
    how="Catalog API with a key: one request an item; hits of a search come with their facts",
    rights="useRestriction: Unrestricted is read as No Copyright - United States",
    image_size="the file as scanned, often a large JPEG",
    checked="nothing recorded: field names as other programs of 2026 read them",
    notes=("An item of many pages is imported by its first picture.",),
)
