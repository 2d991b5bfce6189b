"""Museum records as values of JSON, and back: in museum.json and in the index."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from ..rights.vocabulary import LICENSES, get_license
from .record import Creator, ImageFile, MuseumRecord, Rights, Span


def make_values(record: MuseumRecord) -> dict[str, Any]:
    """Return a record as plain values, without empty ones; of its license the code only."""
    values = asdict(record)
    values["rights"]["license"] = record.rights.license.code
    return {name: value for name, value in values.items() if value not in ("", (), None)}


def read_values(values: Mapping[str, Any]) -> MuseumRecord:
    """Return the record of values that `make_values` made; a license that is not known here is UNKNOWN.

    Raises KeyError, TypeError or AttributeError for other values.
    """
    rights = values["rights"]
    span = values.get("span")
    changed: dict[str, Any] = {
        "title": values.get("title", ""),
        "page": values.get("page", ""),
        "rights": Rights(**{**rights, "license": get_license(rights["license"]) or LICENSES["UNKNOWN"]}),
        "creators": tuple(
            Creator(**{**creator, "uris": tuple(creator["uris"])}) for creator in values.get("creators", ())
        ),
        "images": tuple(ImageFile(**image) for image in values.get("images", ())),
        "span": Span(*span) if span else None,
        "part_of": tuple(values.get("part_of", ())),
        "warnings": tuple(values.get("warnings", ())),
    }
    return MuseumRecord(**{**values, **changed})
