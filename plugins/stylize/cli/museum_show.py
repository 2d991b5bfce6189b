"""The command `museum.show`. Yields the lines to print."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from ..model.errors import UserError
from ..museums.errors import MuseumError
from ..museums.importers.registry import find_item
from ..museums.lookup import look_up
from ..museums.record import MuseumRecord
from .blog_folder import read_site
from .museum_access import MuseumAccess


def show(settings_file: str, places: Sequence[str], *, as_json: bool = False) -> Iterator[str]:
    """Look up items and describe them; raises UserError at the end with each that was not found."""
    site, settings = read_site(settings_file)
    access = MuseumAccess(site, settings, settings_file=settings_file)
    client, problems = access.make_client(), []
    try:
        for place in places:
            try:
                museum, item = find_item(place)
                record = look_up(museum, item, client.ask).record
            except MuseumError as error:
                problems.append(str(error))
            except UserError as error:
                problems += error.problems
            else:
                yield (
                    json.dumps(asdict(record), ensure_ascii=False) if as_json else "\n".join(describe(record))
                )
    finally:
        access.close()
    if problems:
        raise UserError(*problems)


def describe(record: MuseumRecord) -> Iterator[str]:
    """Yield what a record says, a line for each fact."""
    facts = {
        "creator": record.creator,
        "date": record.date,
        "medium": record.medium,
        "institution": record.institution,
        "accession": record.accession,
        "page": record.page,
        "rights": f"{record.rights.license.name} ({record.rights.license.code})",
        "as written": record.rights.written,
        "because": record.rights.reason,
        "credit line": record.credit_line,
        "part of": " > ".join(record.part_of),
        "pictures": str(record.parts) if record.parts > 1 else "",
        "picture": next((file.url for file in record.images), ""),
    }
    yield f"{record.key}: {record.title}"
    yield from (f"  {name:<12}{value}" for name, value in facts.items() if value)
    yield from (f"  !           {warning}" for warning in record.warnings)
