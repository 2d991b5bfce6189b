"""Compare files and pages with the records of their pictures: each difference is a sentence."""

import re
from collections.abc import Iterator
from typing import Any
from xml.sax.saxutils import escape

from ..readers.html_pages import PageFigure
from ..readers.image_metadata import ImageMetadata
from ..record import Record

AI_SOURCE = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"
LICENSABLE = "https://schema.org/CompositeWithTrainedAlgorithmicMediaDigitalSource"
FULL_WIDTH = 1200  # pixels; from here on a file has the full metadata
_LONGEST_SURE_LINK = 100  # bytes; a file may lack a longer one


def check_file(found: ImageMetadata, record: Record, *, sidecar: str) -> Iterator[str]:
    """Yield each difference between the metadata of a file and its record.

    sidecar: path of the record, below the site's root.
    """
    if not found.properties:
        yield "it says nothing about itself: it has no XMP packet"
        return
    creator = _expected_creator(record)
    texts = {
        "title": (found.text("dc:title"), record.title),
        "creator": (", ".join(found.texts("dc:creator")), creator),
    }
    if found.exif:
        texts["artist"] = (found.exif.get("artist", ""), creator)
    for name, (found_text, expected) in texts.items():
        if not _matches_text(found_text, expected):
            yield f"{name}: the file says {found_text!r}, the record {expected!r}"
    links = {
        "license": (found.text("xmpRights:WebStatement"), record.license.url if record.license else ""),
        "photo": (found.text("dc:source"), record.photo.source_url),
    }
    for name, (link, expected) in links.items():
        if not _matches_link(link, expected):
            yield f"link of the {name}: the file says {link!r}, the record {expected!r}"
    yield from _check_stylization(found, record)
    place = found.text("wdrs:describedby")
    if place and not place.endswith(sidecar.rpartition("/")[2]):
        yield f"record: the file names {place!r}, but it is at {sidecar!r}"


def check_figure(figure: PageFigure, record: Record) -> Iterator[str]:
    """Yield what a figure lacks: the label, sources and licenses of its picture."""
    if record.is_stylized and _collapse_spaces(record.label) not in _collapse_spaces(figure.text):
        yield f"it does not say {record.label!r}"
    works = [("photo", record.photo), *(("artwork", ingredient.artwork) for ingredient in record.ingredients)]
    for kind, work in works:
        for what, url in (("source", work.source_url), ("license", work.license.url)):
            if url and url not in figure.links:
                yield f"the {what} of the {kind} is not linked: {url}"
    if record.license and record.license.url and record.license.url not in figure.links:
        yield f"its own license is not linked: {record.license.url}"


def check_object(stated: dict[str, Any], record: Record) -> Iterator[str]:
    """Yield each difference between an ImageObject of a page's JSON-LD and the record."""
    license = record.license.url if record.license else ""
    if license and stated.get("license") != license:
        yield f"JSON-LD has the license {stated.get('license')!r}, the record {license!r}"
    if record.is_stylized and stated.get("digitalSourceType") != LICENSABLE:
        yield "JSON-LD does not say that a trained algorithm made it"


def _check_stylization(found: ImageMetadata, record: Record) -> Iterator[str]:
    source = found.text("Iptc4xmpExt:DigitalSourceType")
    expected = AI_SOURCE if record.is_stylized else ""
    if source != expected:
        yield f"digital source type: the file says {source!r}, but it is {expected!r}"
    works = found.structures("Iptc4xmpExt:ArtworkOrObject")
    links = [str(work.get("Iptc4xmpExt:AOSourceInvURL") or "") for work in works]
    artworks = [ingredient.artwork.source_url for ingredient in record.ingredients]
    if len(links) != len(artworks):
        yield f"artworks: the file names {len(links)}, the record {len(artworks)}"
    else:
        for link, expected in zip(links, artworks, strict=True):
            if not _matches_link(link, expected):
                yield f"link of the artwork: the file says {link!r}, the record {expected!r}"
    identity = found.text("xmpMM:DocumentID")
    if record.is_stylized and (identity or found.width >= FULL_WIDTH):
        expected = f"xmp.did:{record.digest[:32]}"
        if identity != expected:
            yield f"record: the file is of {identity!r}, the index of {expected!r}"


def _expected_creator(record: Record) -> str:
    """Return the creator that a file must name."""
    if record.ingredients:
        return record.maker.name if record.maker else ""
    return record.photo.creator


def _matches_text(found: str, expected: str) -> bool:
    """Whether a file has a text, complete or cut with "…"; spaces and control characters do not count."""
    found, expected = _collapse_spaces(found), _collapse_spaces("".join(filter(_is_text, expected)))
    return found == expected or (len(found) > 1 and found.endswith("…") and expected.startswith(found[:-1]))


def _matches_link(found: str, expected: str) -> bool:
    expected = _collapse_spaces(expected)
    is_long = len(escape(expected, {'"': "&quot;"}).encode()) > _LONGEST_SURE_LINK
    return found == expected or (not found and is_long)


def _is_text(character: str) -> bool:
    return character in "\t\n\r" or (
        character >= " " and not "\ud800" <= character <= "\udfff" and character not in "\ufffe\uffff"
    )


def _collapse_spaces(text: str) -> str:
    return re.sub("[ \t\r\n]+", " ", text).strip(" ")
