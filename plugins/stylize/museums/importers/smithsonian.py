"""The Smithsonian Institution, by its Open Access API: https://edan.si.edu/openaccess/apidocs/."""

import re
from collections.abc import Sequence
from urllib.parse import parse_qs, quote, unquote, urlencode

from ..errors import NoSuchItem
from ..record import Creator, ImageFile, MuseumRecord, Rights, Span
from .answer import Answer, View
from .dates import read_span
from .interface import Budget, KeyUse, Museum, Request, SearchPage, SearchQuery
from .paging import read_count, read_parameter, turn_page
from .plain_texts import split_address, strip_html
from .statements import read_rights, state

API = "https://api.si.edu/openaccess/api/v1.0"
PAGE = "https://www.si.edu/object/{}"
KEY = KeyUse(
    service="smithsonian",
    parameter="api_key",
    default="DEMO_KEY",
    get_one_at="https://api.data.gov/signup/",
)
OPEN = "online_media_type:Images AND media_usage:CC0"
BY_SEARCH = ("ids:", "ark:")  # items that an address names by a picture or a permanent address of a record
# Labels of freetext.name that mean the maker, in this order; Subject, Collector or Donor are none.
MAKERS = (
    *(
        "artist",
        "creator",
        "maker",
        "photographer",
        "author",
        "painter",
        "sculptor",
        "printmaker",
        "engraver",
    ),
    *(
        "etcher",
        "lithographer",
        "draftsman",
        "illustrator",
        "designer",
        "architect",
        "inventor",
        "manufacturer",
    ),
    *("printer", "publisher", "attributed to", "copy after", "after", "created by", "made by", "studio"),
)


def find_item(address: str) -> str:
    """Return the record's number from an address of page or API; "ids:..." or "ark:..." of its picture."""
    found = re.match(
        r"https?://(?:www\.)?si\.edu/object/(?:[^/?#]*(?::|%3A))?(?:edanmdm(?:-|:|%3A))?([a-z]\w*_[^/?#:%]+)"
        r"|https?://collections\.si\.edu/search/detail/edanmdm(?::|%3A)([^/?#]+)"
        r"|https?://api\.si\.edu/openaccess/api/v1\.0/content/edanmdm(?::|%3A|-)([^/?#]+)",
        address,
    )
    if found:
        return f"edanmdm:{unquote(found[1] or found[2] or found[3])}"
    parts = split_address(address)
    if parts.hostname == "ids.si.edu":
        picture = next(iter(parse_qs(parts.query).get("id", [])), "")
        in_path = re.match(r"/ids/(?:iiif|manifest)/([^/]+)", parts.path)
        picture = re.sub(r"\.(jpe?g|tiff?|png)$", "", picture) or (unquote(in_path[1]) if in_path else "")
        return f"ids:{picture}" if picture else ""
    ark = re.match(r"https?://n2t\.net/(ark:/65665/[\w-]+)", address)
    return ark[1] if ark else ""


def ask_item(item: str) -> Request:
    """Return the request for a record, or for the search of the record that has a picture."""
    if item.startswith(BY_SEARCH):
        words = f'"{item.removeprefix("ids:")}"'
        return Request(url=f"{API}/search?{urlencode({'q': words, 'rows': 10})}", key=KEY)
    return Request(url=f"{API}/content/{quote(item, safe='')}", key=KEY)


def read_item(answers: Sequence[Answer]) -> MuseumRecord:
    """Read a record, also one that was searched for."""
    found = answers[0].json()
    if found.at("response").at("rows"):
        wanted = read_parameter(answers[0], "q").strip('"')
        rows = [row for row in found.views("response", "rows") if not wanted or _names(row, wanted)]
        if not rows:
            raise NoSuchItem("its search finds no record with this picture")
        return _read_row(rows[0])
    response = found.at("response") or found
    if not response.at("content"):
        message = response.text("message") or found.text("message")
        if message or found.at("response").value == {} or "rows" in (response.value or {}):
            raise NoSuchItem(f"it says: {message}" if message else "it has no record of this number")
    return _read_row(response)


def ask_search(query: SearchQuery) -> Request:
    """Return the request for a search; its hits come with their facts."""
    words = f"{query.words} AND {OPEN if query.only_open else OPEN.partition(' AND ')[0]}"
    return Request(
        url=f"{API}/search?{urlencode({'q': words, 'rows': min(query.most, 1000), 'start': 0})}", key=KEY
    )


def read_search(answer: Answer) -> SearchPage:
    """Read a page of hits."""
    response = answer.json().need("response")
    records = tuple(map(_read_row, response.views("rows")))
    total = response.number("rowCount")
    seen = read_count(answer, "start") + len(records)
    return SearchPage(
        records=records,
        total=total,
        next=turn_page(answer, "start", to=seen, key=KEY) if records and seen < total else None,
    )


def _names(row: View, wanted: str) -> bool:
    """Whether a record names this picture or this permanent address."""
    facts = row.at("content", "descriptiveNonRepeating")
    addresses = [facts.text("guid"), facts.text("record_link")]
    pictures = [media.text("idsId") for media in facts.views("online_media", "media")]
    return wanted in pictures or any(address.endswith(wanted) for address in addresses)


def _read_row(row: View) -> MuseumRecord:
    content = row.need("content")
    facts, free = content.need("descriptiveNonRepeating"), content.at("freetext")
    item = row.text("url") or f"edanmdm:{facts.need('record_ID').text()}"
    media = [one for one in facts.views("online_media", "media") if one.text("type") in ("Images", "")]
    dates = _list_labelled(free, "date")
    medium = _list_labelled(free, "physicalDescription")
    credit = _list_labelled(free, "creditLine")
    cited = [text for label, text in _list_labelled(free, "notes") if label == "cite as"]
    return MuseumRecord(
        museum=MUSEUM.name,
        item=item,
        title=strip_html(facts.text("title")) or strip_html(row.text("title")),
        creators=_read_creators(free),
        date="; ".join(dict.fromkeys(text for _, text in dates)),
        span=_join_spans([text for _, text in dates] or _list_decades(content)),
        institution=facts.text("data_source") or MUSEUM.title,
        accession=_read_accession(free),
        medium=next((text for label, text in medium if label in ("medium", "physical description")), ""),
        page=facts.text("record_link") or facts.text("guid") or PAGE.format(item),
        description=next(
            (text for label, text in _list_labelled(free, "notes") if label in ("description", "summary")),
            "",
        ),
        images=_list_images(media[0]) if media else (),
        thumbnail=media[0].text("thumbnail") if media else "",
        parts=max(1, len(media)),
        rights=_read_rights(media[0] if media else View(None), free),
        credit_line=next((text for _, text in credit), "") or next(iter(cited), ""),
    )


def _list_decades(content: View) -> list[str]:
    """Return the dates of the index, which are decades: "1910s"."""
    return content.texts("indexedStructured", "date")


def _list_labelled(free: View, field: str) -> list[tuple[str, str]]:
    """Return the texts of a field of freetext with their labels in lower case."""
    labelled = []
    for one in free.views(field):
        label, text = (
            (one.text("label"), one.text("content")) if isinstance(one.value, dict) else ("", one.text())
        )
        if text := strip_html(text):
            labelled.append((label.lower().rstrip(":"), text))
    return labelled


def _read_creators(free: View) -> tuple[Creator, ...]:
    """Return the makers: "Gilbert Stuart, 3 Dec 1755 - 9 Jul 1828" is a name with dates."""
    people = []
    for one in free.views("name"):
        label, written = one.text("label"), strip_html(one.text("content"))
        if not written or label.lower() not in MAKERS:
            continue
        parts = re.fullmatch(r"(.+?),\s+((?:born|active|ca?\.|died)?\s*(?:\d.*)?\d{4}.*)", written)
        people.append(
            (
                MAKERS.index(label.lower()),
                Creator(
                    name=parts[1] if parts else written,
                    role="" if label.lower() in ("artist", "creator") else label,
                    dates=parts[2] if parts else "",
                ),
            )
        )
    return tuple(person for _, person in sorted(people, key=lambda pair: pair[0]))


def _join_spans(dates: list[str]) -> Span | None:
    spans = [span for date in dates if (span := read_span(date))]
    return Span(min(span.begin for span in spans), max(span.end for span in spans)) if spans else None


def _read_accession(free: View) -> str:
    numbers = _list_labelled(free, "identifier")
    for wanted in ("object number", "accession number", "id number", "local number"):
        if found := next((text for label, text in numbers if label == wanted), ""):
            return found
    return next((text for _, text in numbers), "")


def _list_images(media: View) -> tuple[ImageFile, ...]:
    """Return the JPEG files, the largest first; the address without a size if they are not listed."""
    files = [
        ImageFile(
            url=address,
            width=one.number("width"),
            height=one.number("height"),
            media_type="image/jpeg",
        )
        for one in media.views("resources")
        if (address := one.text("url"))
        and "JPEG" in one.text("label").upper()
        and "thumbnail" not in one.text("label").lower()
    ]
    files.sort(key=lambda file: -file.width)
    whole = media.text("content")
    return tuple(files) + ((ImageFile(url=whole),) if whole else ())


def _read_rights(media: View, free: View) -> Rights:
    """Return the rights of the picture; metadata_usage is about the record, and is never read."""
    access = media.at("usage", "access")
    written = "; ".join(filter(None, (access.text(), strip_html(media.text("usage", "text")))))
    found = read_rights(access)
    if access and found.license.code != "UNKNOWN":
        return state(written, field=access.place, license=found.license.code)
    if access:
        reason = "the picture's usage.access names conditions, but not which"
        if access.text().lower() != "usage conditions apply":
            reason = "the picture's usage.access names no license"
        return state(written, field=access.place, license="UNKNOWN", reason=reason)
    found = read_rights(*free.views("objectRights"))
    if found.license.code == "PDM-1.0" and not found.written.startswith("http"):
        reason = "the words are about the object, and not about its picture"
        return state(found.written, field=found.field, license="UNKNOWN", reason=reason)
    return found


MUSEUM = Museum(
    name="smithsonian",
    title="Smithsonian Institution",
    home="https://www.si.edu/openaccess",
    find_item=find_item,
    ask_item=ask_item,
    read_item=read_item,
    ask_search=ask_search,
    read_search=read_search,
    key=KEY,
    # api.data.gov allows 1,000 requests an hour; 30 an hour with DEMO_KEY, which the service counts itself.
    budgets=(Budget(host="si.edu", requests=500, seconds=3600),),
    how="Open Access API with a key of api.data.gov (DEMO_KEY for trials: 30 requests an hour)",
    rights="usage.access of each picture; metadata_usage is about the record only",
    image_size="what its delivery service has, mostly 3,000 pixels and more",
    checked="two recorded answers of about 2022: one record, one page of a search",
    notes=("An address of a picture, or of n2t.net, is searched for; no recording shows that search.",),
)
