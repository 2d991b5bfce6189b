"""Museum records as JSON, and back."""

import json
from dataclasses import asdict
from typing import Any

from ...rights.vocabulary import LICENSES, get_license
from ..record import Creator, ImageFile, MuseumRecord, Rights, Span


def format_record(record: MuseumRecord) -> str:
    """Return a record as JSON; of its license the code only."""
    facts = asdict(record)
    facts["rights"]["license"] = record.rights.license.code
    return json.dumps(facts, ensure_ascii=False, separators=(",", ":"))


def parse_record(text: str) -> MuseumRecord:
    """Return the record of a JSON text that `format_record` wrote."""
    facts: dict[str, Any] = json.loads(text)
    license = get_license(facts["rights"]["license"]) or LICENSES["UNKNOWN"]
    facts |= {
        "rights": Rights(**{**facts["rights"], "license": license}),
        "creators": tuple(Creator(**{**one, "uris": tuple(one["uris"])}) for one in facts["creators"]),
        "images": tuple(ImageFile(**one) for one in facts["images"]),
        "span": Span(*facts["span"]) if facts["span"] else None,
        "part_of": tuple(facts["part_of"]),
        "warnings": tuple(facts["warnings"]),
    }
    return MuseumRecord(**facts)
