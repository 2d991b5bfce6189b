"""What a museum says about one item, in one form for all museums."""

from dataclasses import dataclass
from typing import NamedTuple

from ..model.entities import License


class Span(NamedTuple):
    """Years from the earliest to the latest; -450 is 450 BC, and there is no year 0."""

    begin: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Creator:
    """Somebody who took part in making a work."""

    name: str
    role: str = ""  # as the museum writes it: "engraver"; "" for the artist
    dates: str = ""  # "1726–1801"
    uris: tuple[str, ...] = ()  # of authority files: ULAN, VIAF, Wikidata


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageFile:
    """A file of an item's picture."""

    url: str
    width: int = 0  # pixels; 0 if the museum does not say
    height: int = 0
    size: int = 0  # bytes; 0 if the museum does not say
    media_type: str = ""  # "image/jpeg"; "" if the museum does not say


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """A rights statement, as the museum writes it and as we read it."""

    license: License  # UNKNOWN if nothing is said, or nothing that we know
    written: str = ""  # verbatim
    field: str = ""  # of the museum's answer, that says it
    url: str = ""  # of the statement, if the museum names one
    reason: str = ""  # why it is read so, where the words alone do not say it


@dataclass(frozen=True, slots=True, kw_only=True)
class MuseumRecord:
    """One item of a museum. Texts have neither HTML nor control characters; "" is unknown."""

    museum: str  # the name of its importer: "met"
    item: str  # its number there: "435809"
    title: str
    page: str  # the address of the item's page, for readers
    rights: Rights
    creators: tuple[Creator, ...] = ()
    date: str = ""  # as the museum writes it: "ca. 1862–64"
    span: Span | None = None
    institution: str = ""
    accession: str = ""
    medium: str = ""
    description: str = ""
    images: tuple[ImageFile, ...] = ()  # of the same picture, the best first
    thumbnail: str = ""  # an address
    image_service: str = ""  # the address of a IIIF image service
    manifest: str = ""  # the address of a IIIF manifest
    parts: int = 1  # pictures of the item: canvases, views
    part: int = 1  # which of them this is, from 1
    part_of: tuple[str, ...] = ()  # titles of the series, albums or books it belongs to, the nearest first
    credit_line: str = ""  # verbatim, as demanded
    alt: str = ""  # what the picture shows, where the museum says it for people who cannot see it
    warnings: tuple[str, ...] = ()  # what a person should know: "the insignia are protected"

    @property
    def creator(self) -> str:
        """All who made it, in a line: "Ana Sol; Eva Ray (engraver)"."""
        return "; ".join(
            f"{person.name} ({person.role})" if person.role else person.name for person in self.creators
        )

    @property
    def key(self) -> str:
        """What the item is called in our files: "met:435809", or "iiif:... #3" for a part of it."""
        part = f" #{self.part}" if self.part > 1 else ""
        return f"{self.museum}:{self.item}{part}"
