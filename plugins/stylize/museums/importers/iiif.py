"""Any IIIF manifest, by its address: https://iiif.io/api/presentation/3.0/.

The item is the manifest's address, with the number of a canvas if it is not the first:
"https://host/manifest.json #3". This importer is the last of all, for hosts that have none of their own.
"""

import re
from collections.abc import Sequence
from urllib.parse import parse_qs, unquote

from ...model.command_name import command
from ..errors import SeveralItems
from ..record import MuseumRecord
from .answer import Answer
from .iiif_collection import describe_members, read_collection
from .iiif_manifest import find_type, read_manifest
from .iiif_texts import is_address
from .interface import Museum, Request
from .plain_texts import split_address

_CANVAS = re.compile(r"\s*#(?:canvas=)?(\d{1,6})$")
# Pages whose manifest has a known address: pattern of the page -> address.
PAGES = (
    # CONTENTdm, as the Digital Public Library of America derives it (its ingestion3, 2026).
    (
        r"(https?://[^/]+)/(?:digital|cdm/\w+)/(?:\w+/)*collection/([^/?#]+)/id/(\d+)",
        r"\1/iiif/info/\2/\3/manifest.json",
    ),
    (
        r"https?://(?:www\.)?archive\.org/(?:details|embed)/([^/?#]+)",
        r"https://iiif.archive.org/iiif/3/\1/manifest.json",
    ),
    # Hyrax, the repository software of many university libraries.
    (r"(https?://[^/]+/(?:[^?#]+/)?concern/(?:parent/[^/?#]+/)?\w+/[\w-]+)/?(?:[?#].*)?$", r"\1/manifest"),
)


def find_item(address: str) -> str:
    """Return the manifest of an address: its own, one in `?manifest=`, or of a page of a known kind."""
    manifest, part = split_item(address)
    if not is_address(manifest):
        return ""
    parts = split_address(manifest)
    for query in (parts.query, parts.fragment.lstrip("?")):
        for name in ("manifest", "iiif-content", "manifestId"):
            for value in parse_qs(query).get(name, []):
                if is_address(value):
                    return make_item(value)
    segments = unquote(parts.path).rstrip("/").split("/")
    is_manifest = (
        re.fullmatch(r"(.+[-_.])?(manifest|collection)(\.json)?", segments[-1])
        and (segments[-1] != "collection" or "iiif" in manifest)
    ) or (
        len(segments) > 2
        and re.fullmatch(r"manifests?", segments[-2])
        and ("iiif" in manifest or segments[-1].endswith(".json"))
    )
    if is_manifest and segments[-1] != "info.json":
        return make_item(manifest, part=part)
    for page, form in PAGES:
        if found := re.match(page, manifest):
            return make_item(found.expand(form), part=part)
    return ""


def split_item(item: str) -> tuple[str, int]:
    """Return the address of a manifest and the number of the canvas: 1 if none is named."""
    found = _CANVAS.search(item)
    return (item[: found.start()], int(found[1])) if found else (item, 1)


def make_item(address: str, *, part: int = 1) -> str:
    """Return the item for a canvas of a manifest."""
    return f"{address} #{part}" if part > 1 else address


def ask_item(item: str) -> Request:
    """Return the request for a manifest; the canvas stays in its fragment, which no server gets to see."""
    address, part = split_item(item)
    return Request(url=f"{address.partition('#')[0]}#canvas={part}" if part > 1 else address)


def read_item(answers: Sequence[Answer]) -> MuseumRecord:
    """Read one canvas of a manifest; raises SeveralItems, with a list, for a collection."""
    address, part = split_item(answers[0].url)
    found = answers[0].json()
    if find_type(found) == "Collection":
        members = describe_members(read_collection(found, address))
        raise SeveralItems(f"{members}. Choose one: {command('museum.add ADDRESS')}")
    return read_manifest(found, address, part=part)


MUSEUM = Museum(
    name="iiif",
    title="Any IIIF manifest",
    home="https://iiif.io/",
    find_item=find_item,
    ask_item=ask_item,
    read_item=read_item,
    how="Presentation API 2 and 3: the manifest's address, one request",
    rights="rights or license of image, canvas or manifest; else the text of its metadata, read by our table",
    image_size="what info.json offers, up to the full picture; tiles are put together",
    checked="eight samples of the IIIF's cookbook and validator, a recorded manifest of 2025",
)
