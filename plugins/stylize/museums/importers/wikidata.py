"""Wikidata, for names, dates and identifiers: https://www.wikidata.org/wiki/Wikidata:Data_access.

Its statements about rights are about a work, not about a picture of it: they are hints, and no license.
"""

import re
from collections.abc import Iterator, Sequence
from urllib.parse import quote, urlencode

from ..errors import NoSuchItem
from ..record import Creator, ImageFile, MuseumRecord, Rights
from .answer import Answer, View
from .interface import Budget, Museum, Request, SearchPage, SearchQuery
from .paging import turn_page
from .statements import UNKNOWN
from .wikidata_times import read_time, read_times

SITE = "https://www.wikidata.org"
FILE = "https://commons.wikimedia.org/wiki/Special:FilePath/{}"
FILE_PAGE = "https://commons.wikimedia.org/wiki/File:{}"
MOST_LABELS = 50  # items that one request may ask for
# Properties of works and of people, and what their values mean.
IMAGE, CREATOR, INCEPTION, COLLECTION, INVENTORY, MATERIAL = "P18", "P170", "P571", "P195", "P217", "P186"
COPYRIGHT, LICENSE, BORN, DIED = "P6216", "P275", "P569", "P570"
AUTHORITIES = {
    "P245": "http://vocab.getty.edu/ulan/{}",
    "P214": "https://viaf.org/viaf/{}",
    "P227": "https://d-nb.info/gnd/{}",
}
NAMES = ("P1932", "P2093")  # qualifiers of a creator: as it is written there, as plain text
RELATIONS = {  # qualifiers of an unknown creator
    "P1773": "attributed to",
    "P1774": "workshop of",
    "P1775": "follower of",
    "P1776": "circle of",
    "P1777": "manner of",
    "P1779": "possibly",
    "P1780": "school of",
    "P1877": "after",
}
HINT = (
    "Wikidata says this about the work; the rights of its picture are those of the file on Wikimedia Commons"
)


def find_item(address: str) -> str:
    """Return the item's number, "Q45585", from an address of its page, its data or the API."""
    found = re.match(
        r"https?://(?:www\.|m\.|www\.m\.)?wikidata\.org/"
        r"(?:(?:wiki|entity)/(?:Special:Entity(?:Data|Page)/)?(Q\d+)(?:[.?#/]|$)"
        r"|w/rest\.php/wikibase/v\d/entities/items/(Q\d+)"
        r"|w/api\.php\?(?:.*&)?(?:ids|entity)=(Q\d+)(?:&|$))",
        address,
    )
    return next(filter(None, found.groups())) if found else ""


def ask_item(item: str) -> Request:
    """Return the request for an item."""
    return Request(url=f"{SITE}/wiki/Special:EntityData/{quote(item, safe='')}.json")


def read_item(answers: Sequence[Answer]) -> MuseumRecord | Request:
    """Read an item; a second answer has the names of what it links to, and the dates of people."""
    entities = [view for _, view in answers[0].json().need("entities").items()]
    if not entities or dict(entities[0].items()).keys() >= {"missing"}:
        raise NoSuchItem("it has no item of this number")
    found = entities[0]
    links = list(dict.fromkeys(_list_links(found)))[:MOST_LABELS]
    if links and len(answers) == 1:
        asked = {"action": "wbgetentities", "ids": "|".join(links), "props": "labels|claims"}
        return Request(
            url=f"{SITE}/w/api.php?{urlencode({**asked, 'languages': 'en|mul', 'format': 'json'})}"
        )
    linked = dict(answers[1].json().need("entities").items()) if len(answers) > 1 else {}
    return _read_work(found, linked)


def ask_search(query: SearchQuery) -> Request:
    """Return the request for a search in names; the answer has numbers only."""
    asked = {"action": "wbsearchentities", "search": query.words, "language": "en", "type": "item"}
    return Request(
        url=f"{SITE}/w/api.php?{urlencode({**asked, 'limit': min(query.most, 50), 'format': 'json'})}"
    )


def read_search(answer: Answer) -> SearchPage:
    """Read a page of hits."""
    found = answer.json()
    following = found.number("search-continue")
    return SearchPage(
        items=tuple(hit.need("id").text() for hit in found.need_views("search")),
        next=turn_page(answer, "continue", to=following) if following else None,
    )


def _list_claims(found: View, name: str) -> list[View]:
    """Return the statements of a property: the preferred ones if there are any, else the normal ones."""
    claims = found.at("claims").views(name)
    ranks = ("preferred", "normal")
    held = [[claim for claim in claims if (claim.text("rank") or "normal") == rank] for rank in ranks]
    return held[0] or held[1]


def _read_link(snak: View) -> str:
    """Return the item that a snak links to, or ""."""
    if snak.text("snaktype") not in ("value", ""):
        return ""
    number = snak.text("datavalue", "value", "id") or snak.text("datavalue", "value", "numeric-id")
    return f"Q{number}" if number.isdecimal() else number


def _read_string(snak: View) -> str:
    return snak.text("datavalue", "value") if snak.text("snaktype") in ("value", "") else ""


def _list_links(found: View) -> Iterator[str]:
    """Yield the items whose names a record shows."""
    for name in (CREATOR, COLLECTION, MATERIAL, COPYRIGHT, LICENSE):
        for claim in _list_claims(found, name):
            if link := _read_link(claim.at("mainsnak")):
                yield link
            for relation in RELATIONS if name == CREATOR else ():
                yield from filter(None, map(_read_link, claim.at("qualifiers").views(relation)))


def _read_label(found: View | None) -> str:
    labels = found.at("labels") if found else View(None)
    if not labels:
        return ""
    choices = (labels.text(language) for language in ("en", "mul"))
    return next(filter(None, choices), "") or next((label.text() for _, label in labels.items()), "")


def _list_labels(found: View, linked: dict[str, View], name: str) -> list[str]:
    links = (_read_link(claim.at("mainsnak")) for claim in _list_claims(found, name))
    return [_read_label(linked.get(link)) or link for link in links if link]


def _read_work(found: View, linked: dict[str, View]) -> MuseumRecord:
    item = found.need("id").text()
    file = next(
        filter(None, (_read_string(claim.at("mainsnak")) for claim in _list_claims(found, IMAGE))), ""
    )
    address = quote(file.replace(" ", "_"), safe="")
    made = _list_claims(found, INCEPTION)
    date, span = read_times(made[0]) if made else ("", None)
    hints = [
        f"{name}: {', '.join(labels)}"
        for name in (COPYRIGHT, LICENSE)
        if (labels := _list_labels(found, linked, name))
    ]
    numbers = [_read_string(claim.at("mainsnak")) for claim in _list_claims(found, INVENTORY)]
    warning = (
        f"Import the picture from Wikimedia Commons, which knows its rights: {FILE_PAGE.format(address)}"
    )
    return MuseumRecord(
        museum=MUSEUM.name,
        item=item,
        title=_read_label(found),
        creators=tuple(_list_creators(found, linked)),
        date=date,
        span=span,
        institution=next(iter(_list_labels(found, linked, COLLECTION)), ""),
        accession=next(filter(None, numbers), ""),
        medium=", ".join(_list_labels(found, linked, MATERIAL)),
        page=f"{SITE}/wiki/{item}",
        description=found.text("descriptions", "en"),
        images=(ImageFile(url=FILE.format(address)),) if file else (),
        # A width of the ladder that Wikimedia allows.
        thumbnail=f"{FILE.format(address)}?width=330" if file else "",
        rights=Rights(
            license=UNKNOWN,
            written="; ".join(hints),
            field=f"claims.{hints[0].partition(':')[0]}" if hints else "",
            reason=HINT,
        ),
        warnings=(warning,) if file else (),
    )


def _list_creators(found: View, linked: dict[str, View]) -> Iterator[Creator]:
    for claim in _list_claims(found, CREATOR):
        qualifiers = claim.at("qualifiers")
        if link := _read_link(claim.at("mainsnak")):
            yield _read_person(link, linked.get(link))
            continue
        related = [
            _read_person(link, linked.get(link), role=role)
            for relation, role in RELATIONS.items()
            for link in map(_read_link, qualifiers.views(relation))
            if link
        ]
        names = [name for field in NAMES for name in map(_read_string, qualifiers.views(field)) if name]
        if related:
            yield from related
        elif names:
            yield Creator(name=names[0])
        elif claim.text("mainsnak", "snaktype") == "somevalue":
            yield Creator(name="unknown")


def _read_person(item: str, found: View | None, *, role: str = "") -> Creator:
    """Return a person with "1853–1890" and the addresses in authority files."""
    if found is None:
        return Creator(name=item, role=role, uris=(f"http://www.wikidata.org/entity/{item}",))
    born, died = (
        next((time.text for claim in _list_claims(found, name) if (time := read_time(claim))), "")
        for name in (BORN, DIED)
    )
    uris = [f"http://www.wikidata.org/entity/{item}"]
    for name, form in AUTHORITIES.items():
        numbers = (_read_string(claim.at("mainsnak")) for claim in _list_claims(found, name))
        uris += [form.format(quote(number, safe="")) for number in numbers if number][:1]
    dates = f"{born}–{died}" if born and died else (f"born {born}" if born else (died and f"died {died}"))
    return Creator(name=_read_label(found) or item, role=role, dates=dates, uris=tuple(uris))


MUSEUM = Museum(
    name="wikidata",
    title="Wikidata",
    home="https://www.wikidata.org/",
    find_item=find_item,
    ask_item=ask_item,
    read_item=read_item,
    ask_search=ask_search,
    read_search=read_search,
    has_pictures=False,
    # No limit is published; half of what others keep to for Wikimedia, two requests a second.
    budgets=(Budget(host="wikidata.org", requests=60, seconds=60),),
    how="entity data, then the names it links to: one or two requests an item; a search gives numbers only",
    rights="none for pictures: P6216 and P275 are hints about the work",
    image_size="the file on Wikimedia Commons (P18)",
    checked="one recorded statement (P18); all else against the data model, no whole item was recorded",
    notes=("For names, dates and identifiers; the picture and its rights are on Wikimedia Commons.",),
)
