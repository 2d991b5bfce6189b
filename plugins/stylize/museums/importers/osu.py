"""Ohio State University's Digital Collections, a Hyrax site with IIIF manifests (Presentation API 2).

The image pages of its Health Sciences Library are gone; what was on them is there, as far as it is digital.
"""

import re
from collections.abc import Sequence
from urllib.parse import quote

from ..record import Creator, ImageFile, MuseumRecord, Rights
from .answer import Answer, View
from .dates import read_span
from .interface import Budget, Museum, Request
from .plain_texts import strip_html
from .statements import UNKNOWN, read_rights, state

PAGE = "https://library.osu.edu/dc/concern/generic_works/{}"
# Labels of the metadata of Hyrax, in lower case.
CREATORS, DATES = ("creator", "contributor", "photographer"), ("date created", "date", "created")
RIGHTS = ("rights statement", "rights_statement", "license", "rights")


def find_item(address: str) -> str:
    """Return the work's number from an address of its page or its manifest."""
    found = re.match(
        r"https?://library\.osu\.edu/(?:dc/){1,2}concern/(?:parent/[^/]+/)?generic_works/([\w-]+)", address
    )
    return found[1] if found else ""


def ask_item(item: str) -> Request:
    """Return the request for the manifest of a work."""
    return Request(url=f"{PAGE.format(quote(item, safe=''))}/manifest")


def read_item(answers: Sequence[Answer]) -> MuseumRecord:
    """Read the manifest of a work, by its first picture."""
    found = answers[0].json()
    address = found.text("@id") or answers[0].url
    item = find_item(address) or find_item(answers[0].url) or address
    canvases = found.need("sequences").at(0).need_views("canvases")
    canvas = canvases[0] if canvases else View(None)
    facts = _read_metadata(found)
    date = "; ".join(_choose(facts, DATES))
    service, images = _list_images(canvas)
    return MuseumRecord(
        museum=MUSEUM.name,
        item=item,
        title=strip_html(found.text("label")),
        creators=tuple(Creator(name=name) for name in _choose(facts, CREATORS)),
        date=date,
        span=read_span(date),
        institution="Ohio State University Libraries",
        accession=next(iter(_choose(facts, ("identifier", "accession number"))), ""),
        medium=", ".join(_choose(facts, ("medium", "material", "format"))),
        page=PAGE.format(item) if item != address else address,
        description=strip_html(found.text("description"))
        or next(iter(_choose(facts, ("description", "abstract"))), ""),
        images=images,
        thumbnail=f"{service}/full/!400,400/0/default.jpg" if service else "",
        image_service=service,
        manifest=f"{PAGE.format(item)}/manifest" if item != address else address,
        parts=max(1, len(canvases)),
        rights=_read_rights(found),
        credit_line=strip_html(found.text("attribution")),
    )


def _list_images(canvas: View) -> tuple[str, tuple[ImageFile, ...]]:
    """Return the image service and the files of a canvas: the full one first, then the one it shows."""
    resource = canvas.at("images", 0, "resource")
    service = (resource.text("service", 0, "@id") or resource.text("service", 0, "id")).rstrip("/")
    shown = resource.text("@id")
    size = resource if resource.number("width") else canvas
    files = []
    if service:
        files.append(
            ImageFile(
                url=f"{service}/full/full/0/default.jpg",
                width=size.number("width"),
                height=size.number("height"),
                media_type="image/jpeg",
            )
        )
    if shown and shown not in [file.url for file in files]:
        files.append(ImageFile(url=shown))
    return service, tuple(files)


def _read_metadata(found: View) -> dict[str, list[str]]:
    facts: dict[str, list[str]] = {}
    for pair in found.views("metadata"):
        label = strip_html(pair.text("label")).lower().rstrip(":")
        facts.setdefault(label, []).extend(filter(None, map(strip_html, pair.texts("value"))))
    return facts


def _choose(facts: dict[str, list[str]], labels: tuple[str, ...]) -> list[str]:
    return next((facts[label] for label in labels if facts.get(label)), [])


def _read_rights(found: View) -> Rights:
    """Return what the manifest, else its metadata say; links to a statement count as the statement."""
    rights = read_rights(found.at("license"), found.at("rights"))
    if rights.license is not UNKNOWN:
        return rights
    stated = [rights] if rights.written else []
    for pair in found.views("metadata"):
        if strip_html(pair.text("label")).lower().rstrip(":") not in RIGHTS:
            continue
        for written in pair.texts("value"):
            addresses = re.findall(r"https?://(?:rightsstatements|creativecommons)\.org/[^\s\"'<>]+", written)
            one = state(addresses[0] if addresses else strip_html(written), field=pair.at("value").place)
            if one.license is not UNKNOWN:
                return one
            stated.append(one)
    return stated[0] if stated else Rights(license=UNKNOWN)


MUSEUM = Museum(
    name="osu",
    title="Ohio State University, Health Sciences Library and Digital Collections",
    home="https://library.osu.edu/dc/",
    find_item=find_item,
    ask_item=ask_item,
    read_item=read_item,
    # No limit is published; one request a second is what others keep to.
    budgets=(Budget(host="library.osu.edu", requests=60, seconds=60),),
    how="the IIIF manifest of a work's page, one request an item; it cannot be searched from here",
    rights="rights statement or license of the manifest, where it has one",
    image_size="full size, by IIIF",
    checked="nothing recorded: the shape of IIIF manifests, version 2, as Hyrax writes them",
    notes=(
        "The library's own image pages are gone; it asks a fee for uses, so nothing is open by itself.",
        "Addresses of downloads name a file, not a work, and are not understood.",
    ),
)
