"""A museum's record in the words of our own files: credit files of photos, and style.toml."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from ..model.errors import UserError
from ..storage.sealed_text import JSON_END, open_seal, seal
from .importers.answer import Answer
from .importers.statements import get_license_of_code
from .record import Creator, ImageFile, MuseumRecord, Rights, Span

VERSION = 1
FILE = "museum.json"  # beside an artwork; beside a photo NAME.museum.json

_USUAL_ROLES = ("", "artist", "maker", "author", "creator", "photographer", "painter")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFile:
    """A file of the museum, as it came."""

    url: str
    file: str  # its name; "" if it is not kept
    sha256: str
    size: int  # bytes
    place: str = "beside"  # "beside" its record, or "originals": the folder for large files


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """Everything that is kept of an item: what museum.json says."""

    record: MuseumRecord
    original: KeptFile
    answers: tuple[Answer, ...]
    region: str = ""  # of the picture, that was asked for: "pct:10,10,50,50"


def describe_work(record: MuseumRecord, *, image_url: str = "") -> dict[str, str]:
    """Return what a credit says about an item, by the names of `styles.artwork_record.ArtworkRecord`."""
    names = [
        person.name if person.role.lower() in _USUAL_ROLES else f"{person.name} ({person.role})"
        for person in record.creators
    ]
    values = {
        "title": record.title or "Untitled",
        "creator": "; ".join(names) or "Unknown",
        "date": record.date,
        "medium": record.medium,
        "institution": record.institution,
        "accession": record.accession,
        "source_url": record.page,
        "image_url": image_url or next((file.url for file in record.images), ""),
        "license": record.rights.license.code,
        "credit_line": record.credit_line,
    }
    return {name: value for name, value in values.items() if value}


def format_citation(citation: Citation) -> bytes:
    """Return museum.json: readable, and sealed by a digest at its end."""
    facts = {
        "version": VERSION,
        "record": _plain(citation.record),
        "original": asdict(citation.original),
        "region": citation.region,
        "answers": [
            {
                "url": answer.url,
                "fetched": answer.fetched,
                "media_type": answer.media_type,
                "body": answer.body.decode("utf-8", errors="replace"),
            }
            for answer in citation.answers
        ],
    }
    body = json.dumps(facts, indent=1, ensure_ascii=False).removesuffix("\n}")
    return seal(body.encode(), JSON_END)


def parse_citation(data: bytes) -> Citation:
    """Return what a museum.json says; raises UserError, without a place, if it is damaged or no such file."""
    try:
        open_seal(data, JSON_END)
        facts = json.loads(data)
        if facts["version"] != VERSION:
            raise UserError(f"it is of version {facts['version']}, and {VERSION} is known.")
        return Citation(
            record=_parse_record(facts["record"]),
            original=KeptFile(**facts["original"]),
            region=facts["region"],
            answers=tuple(
                Answer(
                    url=answer["url"],
                    body=answer["body"].encode(),
                    media_type=answer["media_type"],
                    fetched=answer["fetched"],
                )
                for answer in facts["answers"]
            ),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise UserError("it is damaged, or no citation of a museum.") from None


def _plain(record: MuseumRecord) -> dict[str, Any]:
    """Return a record as plain values, without empty ones."""
    values = asdict(record)
    values["rights"] = {**values["rights"], "license": record.rights.license.code}
    return {name: value for name, value in values.items() if value not in ("", (), None)}


def _parse_record(table: Mapping[str, Any]) -> MuseumRecord:
    values = dict(table)
    rights = values.pop("rights")
    lists: dict[str, Any] = {
        "creators": [
            Creator(**{**creator, "uris": tuple(creator["uris"])}) for creator in values.pop("creators", ())
        ],
        "images": [ImageFile(**image) for image in values.pop("images", ())],
        "part_of": values.pop("part_of", ()),
        "warnings": values.pop("warnings", ()),
    }
    span = values.pop("span", None)
    return MuseumRecord(
        **values,
        creators=tuple(lists["creators"]),
        images=tuple(lists["images"]),
        part_of=tuple(lists["part_of"]),
        warnings=tuple(lists["warnings"]),
        span=Span(*span) if span else None,
        rights=Rights(**{**rights, "license": get_license_of_code(rights["license"])}),
    )
