"""A museum's record in the words of our own files: credit files of photos, and style.toml."""

import json
import zlib
from base64 import b64decode, b64encode
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass

from ..model.errors import UserError
from ..storage.sealed_text import JSON_END, open_seal, seal
from .importers.answer import Answer
from .record import MuseumRecord
from .record_json import make_values, read_values

VERSION = 1
LONGEST_TEXT = 200_000  # bytes of an answer that stands in it as text; a longer one is compressed
LARGEST_ANSWER = 30_000_000  # bytes, uncompressed: what the client accepts

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
        "record": make_values(citation.record),
        "original": asdict(citation.original),
        "region": citation.region,
        "answers": [
            {
                "url": answer.url,
                "fetched": answer.fetched,
                "media_type": answer.media_type,
                **_pack(answer.body),
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
            record=read_values(facts["record"]),
            original=KeptFile(**facts["original"]),
            region=facts["region"],
            answers=tuple(
                Answer(
                    url=answer["url"],
                    body=_unpack(answer),
                    media_type=answer["media_type"],
                    fetched=answer["fetched"],
                )
                for answer in facts["answers"]
            ),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, zlib.error):
        raise UserError("it is damaged, or no citation of a museum.") from None


def _pack(body: bytes) -> dict[str, str]:
    """Return an answer as text; one that is long, or not UTF-8, compressed: git keeps it with each style."""
    if len(body) <= LONGEST_TEXT:
        with suppress(UnicodeDecodeError):
            return {"body": body.decode("utf-8")}
    return {"compressed": b64encode(zlib.compress(body, 9)).decode("ascii")}


def _unpack(answer: Mapping[str, str]) -> bytes:
    if "body" in answer:
        return answer["body"].encode()
    unpacked = zlib.decompressobj()
    body = unpacked.decompress(b64decode(answer["compressed"], validate=True), LARGEST_ANSWER)
    if not unpacked.eof:
        raise ValueError("it is longer than an answer may be, or cut off")
    return body
