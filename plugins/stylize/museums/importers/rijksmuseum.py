"""The Rijksmuseum, by its Linked Art services: https://data.rijksmuseum.nl/docs/.

An object shows a visual item, which has the rights; that is shown by a digital object, which has the
address of the picture. Pages for people name an object by its object number, which is searched for first.
"""

import re
from collections.abc import Sequence
from urllib.parse import quote, unquote, urlencode

from ..errors import ChangedShape, NoSuchItem
from ..record import Creator, ImageFile, MuseumRecord, Span
from .answer import Answer, View
from .dates import make_span, read_span
from .interface import Budget, Museum, Request, SearchPage, SearchQuery
from .paging import read_parameter
from .plain_texts import strip_html
from .statements import read_rights

API = "https://data.rijksmuseum.nl"
PERMANENT = "https://id.rijksmuseum.nl/{}"
OBJECT_NUMBER = r"[A-Z]{1,4}(?:-[A-Z0-9().*,]+)+"  # SK-C-5, RP-P-OB-1.234
# Concepts of the Art & Architecture Thesaurus, by which Linked Art tells texts apart.
AAT = "http://vocab.getty.edu/aat/"
ENGLISH, CREDIT_LINE, MATERIALS, DESCRIPTION = (
    f"{AAT}{number}" for number in (300388277, 300026687, 300435429, 300435416)
)


def find_item(address: str) -> str:
    """Return the object's number from a permanent or a data address, or its object number from a page."""
    found = re.match(r"https?://(?:id|data)\.rijksmuseum\.nl/(\d+)(?:[.?#/]|$)", address)
    if found:
        return found[1]
    page = re.match(r"https?://(?:www\.)?rijksmuseum\.nl/(?:[^?#]*/)?collecti(?:on|e)/([^?#]+)", address)
    parts = unquote(page[1]).split("/") if page else []
    numbers = (re.fullmatch(rf"({OBJECT_NUMBER})(?:--\w+)?", part) for part in parts)
    return next((number[1] for number in numbers if number), "")


def ask_item(item: str) -> Request:
    """Return the request for an object, or for the search of its object number."""
    if item.isdecimal():
        return Request(url=f"{API}/{quote(item)}?_profile=la-framed")
    return Request(url=f"{API}/search/collection?{urlencode({'objectNumber': item})}")


def read_item(answers: Sequence[Answer]) -> MuseumRecord | Request:
    """Read an object by up to four answers: search, object, visual item, digital object."""
    found = [answer.json() for answer in answers]
    if "orderedItems" in _keys(found[0]):
        if len(found) == 1:
            hits = found[0].views("orderedItems")
            if not hits:
                raise NoSuchItem("it has no object of this number")
            return _ask_for(hits[0])
        asked = read_parameter(answers[0], "objectNumber")
        number = _read_object_number(found[1])
        if asked and number and asked.lower() != number.lower():
            raise NoSuchItem(f"its search for {asked} finds another object, {number}")
        found = found[1:]
    shown = found[0].views("shows")
    if shown and len(found) == 1:
        return _ask_for(shown[0])
    visual = found[1] if len(found) > 1 else View(None)
    digital = visual.views("digitally_shown_by")
    if digital and len(found) == 2:
        return _ask_for(digital[0])
    return _read_object(found[0], visual=visual, digital=found[2] if len(found) > 2 else View(None))


def ask_search(query: SearchQuery) -> Request:
    """Return the request for a search in titles; the museum answers with the addresses of objects."""
    return Request(
        url=f"{API}/search/collection?{urlencode({'title': query.words, 'imageAvailable': 'true'})}"
    )


def read_search(answer: Answer) -> SearchPage:
    """Read a page of hits, of up to 100."""
    found = answer.json()
    following = found.text("next", "id")
    return SearchPage(
        items=tuple(_read_number(hit) for hit in found.need_views("orderedItems")),
        total=found.number("partOf", "totalItems") if found.at("partOf", "totalItems") else None,
        next=Request(url=following) if following.startswith(f"{API}/search/") else None,
    )


def _keys(found: View) -> set[str]:
    return set(found.value) if isinstance(found.value, dict) else set()


def _get_id(link: View) -> View:
    """Return the address of a linked thing, which is written as {"id": "..."}, or as "..." alone."""
    return link if isinstance(link.value, str) else link.at("id")


def _read_number(link: View) -> str:
    """Return the number of a linked thing, whose address is one of the museum's own."""
    address = link.value if isinstance(link.value, str) else link.need("id").text()
    found = re.fullmatch(r"https?://(?:id|data)\.rijksmuseum\.nl/(\d+)(?:\?.*)?", address)
    if not found:
        raise ChangedShape(f"{_get_id(link).name} is no address of id.rijksmuseum.nl")
    return found[1]


def _ask_for(link: View) -> Request:
    return ask_item(_read_number(link))


def _read_object(found: View, *, visual: View, digital: View) -> MuseumRecord:
    item = _read_number(found)
    number = _read_object_number(found)
    made = found.at("produced_by", 0)
    timespan = made.at("timespan", 0)
    date = _choose_english(timespan.views("identified_by"))
    file = _get_id(digital.at("access_point", 0)).text()
    service = re.match(r"(https?://.+)/full/(?:max|full)/0/default\.jpg$", file)
    pages = [
        _get_id(point).text()
        for subject in found.views("subject_of")
        for carrier in subject.views("digitally_carried_by")
        for point in carrier.views("access_point")
    ]
    return MuseumRecord(
        museum=MUSEUM.name,
        item=item,
        title=_choose_english([name for name in found.views("identified_by") if name.text("type") == "Name"]),
        creators=_read_creators(made),
        date=date,
        span=_read_years(timespan) or read_span(date),
        institution=MUSEUM.title,
        accession=number,
        medium=_choose_english(_list_classified(found, MATERIALS)),
        # English pages have /en/ in their address.
        page=next((page for page in pages if "/en/" in page), next(iter(pages), PERMANENT.format(item))),
        images=(ImageFile(url=file),) if file else (),
        thumbnail=f"{service[1]}/full/!400,400/0/default.jpg" if service else "",
        image_service=service[1] if service else "",
        parts=max(1, len(found.views("shows"))),
        # Not those of the object's subject_of: they are about the data.
        rights=read_rights(
            *(_get_id(kind) for right in visual.views("subject_to") for kind in right.views("classified_as"))
        ),
        credit_line=_choose_english(_list_classified(found, CREDIT_LINE)),
    )


def _read_object_number(found: View) -> str:
    numbers = [one for one in found.views("identified_by") if one.text("type") == "Identifier"]
    texts = [text for one in numbers if (text := one.text("content"))]
    return next((text for text in texts if re.fullmatch(OBJECT_NUMBER, text)), next(iter(texts), ""))


def _list_classified(found: View, concept: str) -> list[View]:
    """Return the statements of a kind, "referred_to_by" in Linked Art."""
    return [
        one
        for one in found.views("referred_to_by")
        if any(_get_id(kind).text() == concept for kind in one.views("classified_as"))
    ]


def _choose_english(texts: list[View]) -> str:
    """Return the English one of several texts, else the first."""
    english = (one for one in texts if any(_get_id(code).text() == ENGLISH for code in one.views("language")))
    return strip_html(next(english, next(iter(texts), View(None))).text("content"))


def _choose_notation(texts: list[View]) -> str:
    """Return the English one of [{"@language": "en", "@value": "..."}], else the first."""
    english = (one for one in texts if isinstance(one.value, dict) and one.text("@language") == "en")
    return strip_html(next(english, next(iter(texts), View(None))).text())


def _read_creators(made: View) -> tuple[Creator, ...]:
    parts = [made, *made.views("part")]
    creators = [
        Creator(name=name, uris=(address,) if (address := _get_id(person).text()) else ())
        for part in parts
        for person in part.views("carried_out_by")
        if (
            name := _choose_notation(person.views("notation"))
            or _choose_english(person.views("identified_by"))
            or person.text("_label")
        )
    ]
    if not creators:
        texts = [text for part in parts for text in _list_classified(part, DESCRIPTION)]
        creators = [Creator(name=name)] if (name := _choose_english(texts)) else []
    return tuple(dict.fromkeys(creators))


def _read_years(timespan: View) -> Span | None:
    """Return the years of "1642-01-01T00:00:00Z" in the two ends of a timespan; "-0450-..." is 450 BC."""
    ends = [
        re.match(r"-?\d{4,6}(?=-)", timespan.text(end)) for end in ("begin_of_the_begin", "end_of_the_end")
    ]
    begin, end = (int(found[0]) if found else 0 for found in ends)
    return make_span(begin or end, end or begin)


MUSEUM = Museum(
    name="rijksmuseum",
    title="Rijksmuseum",
    home="https://www.rijksmuseum.nl/en/collection",
    find_item=find_item,
    ask_item=ask_item,
    read_item=read_item,
    ask_search=ask_search,
    read_search=read_search,
    # No limit is published; one request a second is what others keep to.
    budgets=(
        Budget(host="rijksmuseum.nl", requests=60, seconds=60),
        Budget(host="iiif.micr.io", requests=60, seconds=60),
    ),
    how="Linked Art: three requests an item, four from the address of a page; a search gives numbers only",
    rights="URI on the visual item: public domain, CC0 or in copyright",
    image_size="full size, by IIIF",
    checked="three trimmed answers of about 2026 for one painting; no recorded search",
    notes=(
        "The CC0 on an object is about its data.",
        "A search looks into titles; Dutch words find more.",
        "Its older API with keys answers 410; addresses of pictures alone (iiif.micr.io) cannot be searched.",
    ),
)
