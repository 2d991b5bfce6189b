"""Ohio State University's Digital Collections, a Hyrax site with IIIF manifests (Presentation API 2).

The image pages of its Health Sciences Library are gone; what was on them is there, as far as it is digital.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import quote

from ..record import MuseumRecord
from .answer import Answer
from .iiif_manifest import read_manifest
from .interface import Budget, Museum, Request

PAGE = "https://library.osu.edu/dc/concern/generic_works/{}"


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
    manifest = answers[0].json()
    address = manifest.text("@id") or manifest.text("id")
    item = find_item(answers[0].url) or find_item(address)
    page = PAGE.format(item)
    record = read_manifest(manifest, f"{page}/manifest")
    return replace(
        record,
        museum=MUSEUM.name,
        item=item,
        page=page,
        institution=record.institution or "Ohio State University Libraries",
    )


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
    checked="nothing recorded: it reads manifests as the importer of IIIF does",
    notes=(
        "The library's own image pages are gone; it asks a fee for uses, so nothing is open by itself.",
        "Addresses of downloads name a file, not a work, and are not understood.",
    ),
)
