"""What a file or a figure says, beside what its record says: each difference in a sentence."""

import re
from collections.abc import Iterator
from typing import Any
from xml.sax.saxutils import escape

from ..readers.html_pages import Figure
from ..readers.image_metadata import ImageMetadata
from ..record import Record

AI_SOURCE = "http://cv.iptc.org/newscodes/digitalsourcetype/compositeWithTrainedAlgorithmicMedia"
LICENSABLE = "https://schema.org/CompositeWithTrainedAlgorithmicMediaDigitalSource"
FULL_WIDTH = 1200  # pixels; from here on a file says everything
_LONGEST_SURE_LINK = 100  # bytes; a longer one may be left out of a file


def check_file(found: ImageMetadata, record: Record, *, sidecar: str) -> Iterator[str]:
    """Yield where the metadata of a file and its record differ.

    sidecar: where the record lies, below the site's root.
    """
    if not found.properties:
        yield "it says nothing about itself: it has no XMP packet"
        return
    creator = _creator_of(record)
    texts = {
        "title": (found.text("dc:title"), record.title),
        "creator": (", ".join(found.texts("dc:creator")), creator),
    }
    if found.exif:
        texts["artist"] = (found.exif.get("artist", ""), creator)
    for name, (said, known) in texts.items():
        if not _tells(said, known):
            yield f"{name}: the file says {said!r}, the record {known!r}"
    links = {
        "license": (found.text("xmpRights:WebStatement"), record.license.url if record.license else ""),
        "photo": (found.text("dc:source"), record.photo.source_url),
    }
    for name, (said, known) in links.items():
        if not _leads(said, known):
            yield f"link of the {name}: the file says {said!r}, the record {known!r}"
    yield from _faults_of_making(found, record)
    place = found.text("wdrs:describedby")
    if place and not place.endswith(sidecar.rpartition("/")[2]):
        yield f"record: the file names {place!r}, but it is at {sidecar!r}"


def check_figure(figure: Figure, record: Record) -> Iterator[str]:
    """Yield what a figure does not show of the picture in it: its label, its sources and licenses."""
    if record.is_stylized and _spaced(record.label) not in _spaced(figure.text):
        yield f"it does not say {record.label!r}"
    works = [("photo", record.photo), *(("artwork", ingredient.artwork) for ingredient in record.ingredients)]
    for kind, work in works:
        for what, url in (("source", work.source_url), ("license", work.license.url)):
            if url and url not in figure.links:
                yield f"the {what} of the {kind} is not linked: {url}"
    if record.license and record.license.url and record.license.url not in figure.links:
        yield f"its own license is not linked: {record.license.url}"


def check_object(stated: dict[str, Any], record: Record) -> Iterator[str]:
    """Yield where an ImageObject of a page's JSON-LD differs from the record."""
    license = record.license.url if record.license else ""
    if license and stated.get("license") != license:
        yield f"JSON-LD has the license {stated.get('license')!r}, the record {license!r}"
    if record.is_stylized and stated.get("digitalSourceType") != LICENSABLE:
        yield "JSON-LD does not say that a trained algorithm made it"


def _faults_of_making(found: ImageMetadata, record: Record) -> Iterator[str]:
    source = found.text("Iptc4xmpExt:DigitalSourceType")
    expected = AI_SOURCE if record.is_stylized else ""
    if source != expected:
        yield f"digital source type: the file says {source!r}, but it is {expected!r}"
    said = [
        work.get("Iptc4xmpExt:AOSourceInvURL") for work in found.structures("Iptc4xmpExt:ArtworkOrObject")
    ]
    known = [ingredient.artwork.source_url for ingredient in record.ingredients]
    if len(said) != len(known):
        yield f"artworks: the file names {len(said)}, the record {len(known)}"
    else:
        for one, other in zip(said, known, strict=True):
            if not _leads(str(one or ""), other):
                yield f"link of the artwork: the file says {one!r}, the record {other!r}"
    identity = found.text("xmpMM:DocumentID")
    if record.is_stylized and (identity or found.width >= FULL_WIDTH):
        expected = f"xmp.did:{record.digest[:32]}"
        if identity != expected:
            yield f"record: the file is of {identity!r}, the index of {expected!r}"


def _creator_of(record: Record) -> str:
    """Return who may be named as the one who made the picture."""
    if record.ingredients:
        return record.maker.name if record.maker else ""
    return record.photo.creator


def _tells(said: str, known: str) -> bool:
    """Whether a file tells a text, in full or cut with "…"; lines and control characters do not count."""
    said, known = _spaced(said), _spaced("".join(filter(_is_text, known)))
    return said == known or (len(said) > 1 and said.endswith("…") and known.startswith(said[:-1]))


def _leads(said: str, known: str) -> bool:
    known = _spaced(known)
    too_long = len(escape(known, {'"': "&quot;"}).encode()) > _LONGEST_SURE_LINK
    return said == known or (not said and too_long)


def _is_text(character: str) -> bool:
    return character in "\t\n\r" or (
        character >= " " and not "\ud800" <= character <= "\udfff" and character not in "\ufffe\uffff"
    )


def _spaced(text: str) -> str:
    return re.sub("[ \t\r\n]+", " ", text).strip(" ")
