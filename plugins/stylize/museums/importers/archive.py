"""The Internet Archive, by its metadata: https://archive.org/developers/md-read.html."""

import re
from collections.abc import Sequence
from urllib.parse import parse_qsl, quote, unquote, urlencode

from ..errors import NoSuchItem
from ..record import Creator, ImageFile, MuseumRecord, Rights
from .answer import Answer, View
from .dates import read_span
from .interface import Budget, Museum, Request, SearchPage, SearchQuery
from .names import read_creator
from .plain_texts import split_address, strip_html
from .statements import UNKNOWN, find_license, read_prose, state

HOST = "https://archive.org"
MOST_HITS = 10_000  # of a search
CLAIM = "its uploader says so; no institution stands behind it"
_FIELDS = ("identifier", "title", "creator", "date", "description", "licenseurl", "rights", "mediatype")
_FORMATS = {
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "tif": "image/tiff",
    "tiff": "image/tiff",
    "webp": "image/webp",
    "gif": "image/gif",
}
_PATHS = r"/(?:details|metadata|download|embed|stream|services/img)/([^/@][^/]*)"


def find_item(address: str) -> str:
    """Return the identifier from an address of the item's page, its files, its manifest or the API."""
    parts = split_address(address)
    host, path = parts.hostname or "", unquote(parts.path)
    if host == "iiif.archive.org":
        found = re.match(r"/(?:iiif|image/iiif)/(?:[23]/)?([^/$]+)(?:[$/]|$)", path)
        return re.split(r"%2[fF]|/", found[1])[0] if found else ""
    if host in ("archive.org", "www.archive.org") and (found := re.match(_PATHS, path)):
        return found[1]
    if re.fullmatch(r"ia\d+\.us\.archive\.org|dn\d+\.ca\.archive\.org", host):
        found = re.match(r"/(?:\d+/items|download)/([^/]+)", path)
        return found[1] if found else ""
    return ""


def ask_item(item: str) -> Request:
    """Return the request for an item and its files."""
    return Request(url=f"{HOST}/metadata/{quote(item, safe='')}")


def read_item(answers: Sequence[Answer]) -> MuseumRecord:
    """Read an item. Of several pictures the largest file is taken: their order means nothing."""
    found = answers[0].json()
    if not found:
        raise NoSuchItem("it has no item of this name")
    if found.flag("is_dark"):
        raise NoSuchItem("it has taken the item down (is_dark)")
    if found.text("error") and not found.at("metadata"):
        raise NoSuchItem(f"it says: {found.text('error')}")
    facts = found.need("metadata")
    item = facts.need("identifier").text()
    images, pictures = _read_files(found, item)
    return _make_record(facts, item=item, images=images, parts=max(1, pictures))


def ask_search(query: SearchQuery) -> Request:
    """Return the request for a search; most items say nothing of rights, so none are left out."""
    fields = "".join(f"&fl[]={name}" for name in _FIELDS)
    words = quote(f"({query.words}) AND mediatype:image", safe="")
    return Request(
        url=f"{HOST}/advancedsearch.php?q={words}{fields}&rows={min(query.most, 100)}&page=1&output=json"
    )


def read_search(answer: Answer) -> SearchPage:
    """Read a page of hits; also of the scrape service, which may give identifiers only."""
    found = answer.json()
    if not found.at("response"):
        items = tuple(hit.need("identifier").text() for hit in found.need_views("items"))
        return SearchPage(items=items, total=found.number("total"))
    response = found.at("response")
    hits, start = response.need_views("docs"), response.number("start")
    total = response.number("numFound")
    seen = start + len(hits)
    following = None
    if hits and seen < min(total, MOST_HITS):
        asked = parse_qsl(split_address(answer.url).query)
        page = next((int(value) for name, value in asked if name == "page" and value.isdecimal()), 1)
        rest = [(name, value) for name, value in asked if name != "page"]
        following = Request(
            url=f"{HOST}/advancedsearch.php?{urlencode([*rest, ('page', page + 1)], safe='[]')}"
        )
    return SearchPage(
        records=tuple(
            _make_record(hit, item=hit.need("identifier").text(), images=(), parts=1)
            for hit in hits
            if hit.text("mediatype") in ("", "image")
        ),
        total=total,
        next=following,
    )


def _make_record(facts: View, *, item: str, images: tuple[ImageFile, ...], parts: int) -> MuseumRecord:
    kind = facts.text("mediatype")
    date = facts.text("date") or facts.text("year")
    date = re.sub(r"T00:00:00Z$", "", date)
    creators: list[Creator | None] = [read_creator(strip_html(name)) for name in facts.texts("creator")]
    return MuseumRecord(
        museum=MUSEUM.name,
        item=item,
        title=strip_html(facts.text("title")),
        page=f"{HOST}/details/{quote(item)}",
        rights=_read_rights(facts),
        creators=tuple(filter(None, creators)),
        date=date,
        span=read_span(date),
        institution=strip_html(facts.text("contributor")),
        accession=facts.text("call_number"),
        description=" ".join(strip_html(text) for text in facts.texts("description")),
        images=images,
        thumbnail=f"{HOST}/services/img/{quote(item)}",
        manifest=f"https://iiif.archive.org/iiif/3/{quote(item)}/manifest.json",
        parts=parts,
        warnings=(f"The Archive calls it {kind}, not image.",) if kind not in ("", "image") else (),
    )


def _read_rights(facts: View) -> Rights:
    """Read the address of a license, else the copyright status, else an address inside the free words."""
    address = facts.text("licenseurl")
    if address:
        license = find_license(address)
        return state(
            address,
            field=facts.at("licenseurl").place,
            license=license.code if license else "UNKNOWN",
            reason=CLAIM if license else "",
        )
    status = facts.text("possible-copyright-status")
    if status:
        is_free = re.fullmatch(r"not[_ ]in[_ ]copyright|public domain", status, re.IGNORECASE)
        is_protected = re.fullmatch(r"in[_ ]copyright", status, re.IGNORECASE)
        return state(
            status,
            field=facts.at("possible-copyright-status").place,
            license="REVIEW" if is_free else "INC" if is_protected else "UNKNOWN",
            reason=f"free in the United States, if it is true: {CLAIM}" if is_free else "",
        )
    return read_prose(facts.at("rights"), reason=CLAIM) if facts.at("rights") else Rights(license=UNKNOWN)


def _read_files(found: View, item: str) -> tuple[tuple[ImageFile, ...], int]:
    """Return the largest original image and the copies made of it, and how many originals there are."""
    files = [
        (file, _FORMATS[ending])
        for file in found.views("files")
        if (ending := file.text("name").rpartition(".")[2].lower()) in _FORMATS
        and not re.search(
            r"thumb|item tile|animated gif|collection header", file.text("format"), re.IGNORECASE
        )
        and not file.text("name").startswith("__ia_thumb")
    ]
    originals = [(file, kind) for file, kind in files if file.text("source") == "original"]
    if not originals:
        originals = files
    if not originals:
        return (), 0
    best = max(originals, key=lambda pair: (_count_pixels(pair[0]), pair[0].number("size")))
    name = best[0].text("name")
    copies = [(file, kind) for file, kind in files if file.text("original") == name]
    copies.sort(key=lambda pair: (-_count_pixels(pair[0]), -pair[0].number("size")))
    return tuple(
        ImageFile(
            url=f"{HOST}/download/{quote(item)}/{quote(file.text('name'))}",
            width=file.number("width"),
            height=file.number("height"),
            size=file.number("size"),
            media_type=kind,
        )
        for file, kind in (best, *copies)
    ), len(originals)


def _count_pixels(file: View) -> int:
    return file.number("width") * file.number("height")


MUSEUM = Museum(
    name="archive",
    title="Internet Archive",
    home="https://archive.org/details/image",
    find_item=find_item,
    ask_item=ask_item,
    read_item=read_item,
    ask_search=ask_search,
    read_search=read_search,
    # No limit is published; blocks are reported.
    budgets=(Budget(host="archive.org", requests=30, seconds=60),),
    how="metadata API: one request an item",
    rights="licenseurl, possible-copyright-status; mostly nothing. Uploaders fill them in",
    image_size="the file that was uploaded",
    checked="recorded searches of 2026, none with a license; no recorded item",
    notes=(
        "copies of other collections say less than their source",
        "of several pictures the largest is taken",
    ),
)
