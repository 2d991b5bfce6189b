"""The Library of Congress, by the JSON that each of its pages has: https://www.loc.gov/apis/json-and-yaml/."""

import re
from collections.abc import Sequence
from urllib.parse import parse_qs, quote, unquote

from ..errors import NoSuchItem
from ..record import Creator, ImageFile, MuseumRecord, Rights
from .answer import Answer, View
from .dates import read_span
from .interface import Budget, Museum, Request, SearchPage, SearchQuery
from .names import read_creator
from .plain_texts import split_address, strip_html, use_https
from .statements import state

HOST = "https://www.loc.gov"
RESOURCE = "resource/"  # begins the items that an address of a file or of a viewer names
# https://guides.loc.gov/p-and-p-rights-and-restrictions/risk-assessment: phrases that leave the work free in
# the United States, and words after them that take it back.
_FREE = re.compile(r"(no known (copyright )?restrictions|no copyright restrictions|public domain)\b", re.I)
_ABROAD = re.compile(r"use elsewhere may be restricted by other countries'? laws\.?", re.I)
_BUT = re.compile(r"\brestricted\b|\bpermission\b|\bexcept|\bnot evaluated\b", re.I)
_READABLE = {"image/jpeg": "image/jpeg", "image/jpg": "image/jpeg", "image/png": "image/png"} | {
    "image/tiff": "image/tiff",
    "image/tif": "image/tiff",
}
# .../service/pnp/cph/3g00000/3g04500/3g04531v.jpg, or with colons in a IIIF address: a letter for the size.
_FILE = re.compile(
    r"(?:service|master)([:/])pnp\1(\w+)\1(?:\w+\1)*(\w+?)(?:_150px|[rtuv])?(?:\.\w+)?(?:/.*)?$"
)
_SERVICE = re.compile(r"(https://tile\.loc\.gov/image-services/iiif/[^/]+)/full/")
_SMALL = 200  # pixels; what is not larger is a thumbnail


def find_item(address: str) -> str:
    """Return the item's number; "resource/cph.3g04531" from addresses of a viewer, a handle or a file."""
    parts = split_address(address)
    host, path = parts.hostname or "", unquote(parts.path)
    if host in ("www.loc.gov", "loc.gov", "m.loc.gov"):
        if found := re.match(r"/(?:pictures/)?(?:collections?/[^/]+/)?item/([^/]+)", path):
            return found[1]
        if found := re.match(r"/resource/([^/]+)", path):
            return RESOURCE + found[1]
        if path.startswith("/pictures/") and (numbers := parse_qs(parts.query).get("pk")):
            return numbers[0]
    if host == "lccn.loc.gov" and (found := re.match(r"/([^/]+)", path)):
        return found[1]
    if host == "hdl.loc.gov" and (found := re.match(r"/loc\.\w+/([^/]+\.[^/]+)", path)):
        return RESOURCE + found[1]
    if host in ("tile.loc.gov", "cdn.loc.gov", "lcweb2.loc.gov") and (found := _FILE.search(path)):
        return f"{RESOURCE}{found[2]}.{found[3]}"
    return ""


def ask_item(item: str) -> Request:
    """Return the request for an item, or for the item of a resource."""
    place = item if item.startswith(RESOURCE) else f"item/{item}"
    return Request(url=f"{HOST}/{quote(place)}/?fo=json&at=item,resources")


def read_item(answers: Sequence[Answer]) -> MuseumRecord:
    """Read an item."""
    found = answers[0].json()
    if found.at("status") and found.number("status") in (404, 410):
        raise NoSuchItem("it has no such item")
    item = found.at("item") if found.at("item") else found
    return _read_item(item, resources=found.at("resources"), asked=answers[0].url)


def ask_search(query: SearchQuery) -> Request:
    """Return the request for a search in photos, prints and drawings; it cannot be asked for free ones."""
    return Request(
        url=f"{HOST}/photos/?fo=json&at=results,pagination&c={min(query.most, 100)}&q={quote(query.words)}"
    )


def read_search(answer: Answer) -> SearchPage:
    """Read a page of hits. Their facts are incomplete: an item says more, above all about rights."""
    found = answer.json()
    records, items = [], []
    for hit in found.need_views("results"):
        if _read_number(hit):
            records.append(_read_item(hit, resources=View(None), asked=""))
        elif resource := next(filter(None, map(find_item, hit.texts("image_url"))), ""):
            items.append(resource)
    following = found.text("pagination", "next")
    return SearchPage(
        records=tuple(records),
        items=tuple(items),
        total=found.number("pagination", "of") if found.at("pagination", "of") else None,
        next=Request(url=use_https(following)) if following else None,
    )


def _read_number(item: View) -> str:
    """Return the number from the item's address, or from the catalog's."""
    numbers = (find_item(use_https(item.text(name))) for name in ("id", "url"))
    found = next((number for number in numbers if number and not number.startswith(RESOURCE)), "")
    catalog = item.at("item")
    return (
        found
        or item.text("library_of_congress_control_number")
        or item.text("number_lccn")
        or catalog.text("id")
        or catalog.text("control_number")
    )


def _read_item(item: View, *, resources: View, asked: str) -> MuseumRecord:
    number = _read_number(item) or find_item(asked)
    if not number:
        item.need("id")
    catalog = item.at("item")  # the raw strings of the catalog
    images, service = _read_images(item, resources)
    date = _read_date(item, catalog)
    parts = item.at("resources") if item.at("resources") else resources
    return MuseumRecord(
        museum=MUSEUM.name,
        item=number,
        title=strip_html(item.text("title") or catalog.text("title")),
        page=f"{HOST}/{quote(number if number.startswith(RESOURCE) else f'item/{number}')}/",
        rights=_read_rights(item, catalog),
        creators=_read_creators(item, catalog),
        date=date,
        span=read_span(date),
        institution=re.sub(
            r",?\s+(Washington, D\.C\.|https?://).*",
            "",
            item.text("repository") or catalog.text("repository"),
        ),
        accession=item.text("call_number") or catalog.text("call_number"),
        medium=item.text("medium") or catalog.text("medium"),
        description=strip_html(" ".join(item.texts("summary") or item.texts("description"))),
        images=images,
        thumbnail=next(
            (url for view in item.views("image_url") if (url := use_https(view.text()).partition("#")[0])), ""
        ),
        image_service=service,
        manifest="" if number.startswith(RESOURCE) else f"{HOST}/item/{quote(number)}/manifest.json",
        parts=max(1, len(parts.views())),
        part_of=tuple(catalog.texts("part_of") or catalog.texts("source_collection")),
        warnings=(
            ("Outside the Library it shows only a thumbnail.",)
            if images and all(0 < max(file.width, file.height) <= _SMALL for file in images)
            else ()
        ),
    )


def _read_rights(item: View, catalog: View) -> Rights:
    """Read the phrases about publication. Access to the original and the collection's text are no statement.

    One phrase that is unknown makes all of them unknown.
    """
    said = {
        strip_html(text): view.place
        for place in (item, catalog)
        for name in ("rights_advisory", "rights_information")
        for view in place.views(name)
        for text in view.texts()
    }
    if not said:
        return state(strip_html(item.text("rights")), field=item.at("rights").place, license="UNKNOWN")
    is_free = all(_FREE.match(text) and not _BUT.search(_ABROAD.sub("", text)) for text in said)
    return state(
        " / ".join(said),
        field=next(iter(said.values())),
        license="LOC-NKR" if is_free else "UNKNOWN",
        reason="it speaks about the United States only" if is_free else "",
    )


def _read_creators(item: View, catalog: View) -> tuple[Creator, ...]:
    found = [
        read_creator(creator.text("title"), role=creator.text("role"))
        for creator in catalog.views("creators")
    ] or [
        read_creator(name) for name in item.texts("contributor_names") or catalog.texts("contributor_names")
    ]
    if not found and all(isinstance(view.value, str) for view in item.views("contributor")):
        found = [Creator(name=name) for name in item.texts("contributor")]  # of a hit, in lower case
    return tuple(dict.fromkeys(filter(None, found)))


def _read_date(item: View, catalog: View) -> str:
    """Return the date of the catalog; the item's own is often the first of January of its year."""
    written = (
        catalog.text("date") or item.text("created_published_date") or catalog.text("created_published_date")
    )
    date = item.text("date")
    return (written or re.sub(r"-01-01(T.*)?$", "", date)).strip().rstrip(".").strip()


def _read_images(item: View, resources: View) -> tuple[tuple[ImageFile, ...], str]:
    """Return the files of the first picture, the largest first, and its IIIF image service."""
    found = [_read_address(text) for text in reversed(item.texts("image_url"))]
    service = next((match[1] for file in found if (match := _SERVICE.match(file.url))), "")
    for file in resources.at(0, "files", 0).views() if _has_files(resources) else []:
        info = file.text("info")
        if info.endswith("/info.json"):
            service = use_https(info.removesuffix("/info.json"))
        if file.text("url") and file.text("mimetype") in _READABLE:
            found.append(
                ImageFile(
                    url=use_https(file.text("url")),
                    width=file.number("width"),
                    height=file.number("height"),
                    size=file.number("size"),
                    media_type=_READABLE[file.text("mimetype")],
                )
            )
    files = {file.url: file for file in found if file.url and not file.url.endswith(".gif")}
    return tuple(sorted(files.values(), key=lambda file: -file.width * file.height)), service


def _has_files(resources: View) -> bool:
    """Whether the resources list their files; in the item itself `files` is their number."""
    first = resources.value[0] if isinstance(resources.value, list) and resources.value else None
    return isinstance(first, dict) and isinstance(first.get("files"), list) and bool(first["files"])


def _read_address(text: str) -> ImageFile:
    """Read an address with its size in the fragment: ...fv.jpg#h=1024&w=554."""
    url, _, fragment = text.partition("#")
    size = {name: int(number) for name, number in re.findall(r"([hw])=(\d{1,6})\b", fragment)}
    return ImageFile(url=use_https(url), width=size.get("w", 0), height=size.get("h", 0))


MUSEUM = Museum(
    name="loc",
    title="Library of Congress, Prints & Photographs",
    home="https://www.loc.gov/pictures/",
    find_item=find_item,
    ask_item=ask_item,
    read_item=read_item,
    ask_search=ask_search,
    read_search=read_search,
    # It is reported to allow 20 JSON requests a minute, and to block an hour (2026).
    budgets=(Budget(host="loc.gov", requests=10, seconds=60),),
    how="JSON of its pages (fo=json): one request an item",
    rights="rights_advisory, rights_information: phrases, about the USA only",
    image_size="JPEG of 640 to 1,024 pixels, the TIFF or IIIF where a resource lists them",
    checked="a recorded answer of 2025; resources with files and the search were not tried",
    notes=("some items show a thumbnail only", "a hit of a search says less than its item"),
)
