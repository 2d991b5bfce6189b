"""Takes HTML out of what an importer has read, since museums write it into any field: a title in <em>."""

from collections.abc import Sequence
from dataclasses import replace

from ..record import MuseumRecord
from .answer import Answer
from .interface import Museum, Request, SearchPage
from .plain_texts import strip_html

LONGEST_TITLE = 500  # characters; some of those of old books have 300


def clean_museum(museum: Museum) -> Museum:
    """Return a museum whose records have no HTML."""

    def read_item(answers: Sequence[Answer]) -> MuseumRecord | Request:
        found = museum.read_item(answers)
        return clean_record(found) if isinstance(found, MuseumRecord) else found

    def read_search(answer: Answer) -> SearchPage:
        assert museum.read_search
        page = museum.read_search(answer)
        return replace(page, records=tuple(map(clean_record, page.records)))

    return replace(museum, read_item=read_item, read_search=read_search if museum.read_search else None)


def clean_record(record: MuseumRecord) -> MuseumRecord:
    """Return a record whose texts are what a reader of the museum's page would see."""
    return replace(
        record,
        creators=tuple(
            replace(person, name=_strip(person.name), role=_strip(person.role), dates=_strip(person.dates))
            for person in record.creators
        ),
        part_of=tuple(map(_strip, record.part_of)),
        title=_shorten(_strip(record.title)),
        date=_strip(record.date),
        institution=_strip(record.institution),
        accession=_strip(record.accession),
        medium=_strip(record.medium),
        description=_strip(record.description),
        credit_line=_strip(record.credit_line),
        alt=_strip(record.alt),
    )


def _shorten(title: str) -> str:
    return title if len(title) <= LONGEST_TITLE else f"{title[: LONGEST_TITLE - 1].rstrip()}…"


def _strip(text: str) -> str:
    """Return a text without HTML; one that is nothing but a tag, such as "<Untitled>", stays."""
    return strip_html(text) or text
