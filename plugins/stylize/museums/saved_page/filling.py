"""Complete the draft of a page's record with what a person typed; list what a credit cannot do without."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date as Day
from typing import Any

from ...model.entities import Decision
from ...model.errors import UserError, attempt
from ...model.plain_text import describe_forbidden
from ...rights.license_parser import parse_license
from ..importers.dates import read_span
from ..importers.statements import UNKNOWN
from ..record import Creator, ImageFile, MuseumRecord, Rights
from .found_field import complete_address

TYPED = "typed by a person"
FLAGS = (  # that may be typed; "creator" may name several, with semicolons between them
    *("title", "creator", "date", "institution", "accession", "medium", "source_url", "image_url"),
    *("license", "credit_line", "alt", "by", "decision"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """Something that a credit cannot do without."""

    name: str  # of FLAGS
    question: str  # to a person at a terminal
    example: str  # of its value, in the quotes of a shell

    @property
    def flag(self) -> str:
        """What to type: --source-url URL."""
        return f"--{self.name.replace('_', '-')} {self.example}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A record as far as it is known."""

    record: MuseumRecord
    decision: Decision | None = None  # about its rights, by the person who typed the license
    missing: tuple[Missing, ...] = ()


def fill(draft: MuseumRecord, given: Mapping[str, str], *, today: Day) -> Filled:
    """Return the record with what was typed, which wins, and what is still missing.

    given: values by the names of FLAGS; empty ones do not count. Raises UserError that lists every value
    which cannot be used.
    """
    typed = {name: " ".join(value.split()) for name, value in given.items() if value.strip()}
    problems = _check(typed)
    license = None
    if "license" in typed:
        license = attempt(problems, parse_license, typed["license"], where="--license")
    if problems:
        raise UserError(*problems)
    record = _type_over(draft, typed)
    decision = None
    if license is not None:
        rights = Rights(license=license, written=typed["license"], field=TYPED, url=license.url)
        record = replace(record, rights=rights)
        if "by" in typed:
            decision = Decision(
                text=typed.get("decision") or _describe_decision(draft, record),
                by=typed["by"],
                on=today.isoformat(),
            )
    return Filled(record=record, decision=decision, missing=tuple(_find_missing(draft, record, typed)))


def _check(typed: Mapping[str, str]) -> list[str]:
    problems = []
    for name, value in typed.items():
        flag = f"--{name.replace('_', '-')}"
        if forbidden := describe_forbidden(value):
            problems.append(f"{flag} contains {forbidden}. Type it again without.")
        elif name in ("source_url", "image_url") and not complete_address(value):
            problems.append(f"{flag} is {value!r}, but must begin with https:// or http://.")
    if "by" in typed and "license" not in typed:
        problems.append("--by says who decided. Say what was decided too: --license CODE.")
    return problems


def _type_over(draft: MuseumRecord, typed: Mapping[str, str]) -> MuseumRecord:
    texts = ("title", "date", "institution", "accession", "medium", "credit_line", "alt")
    changes: dict[str, Any] = {name: typed[name] for name in texts if name in typed}
    record = replace(draft, **changes)
    if "date" in typed:
        record = replace(record, span=read_span(typed["date"]))
    if "creator" in typed:
        names = [name.strip() for name in typed["creator"].split(";") if name.strip()]
        known = {creator.name: creator for creator in draft.creators}
        record = replace(record, creators=tuple(known.get(name, Creator(name=name)) for name in names))
    if "source_url" in typed:
        record = replace(record, page=typed["source_url"], item=typed["source_url"])
    if "image_url" in typed:
        others = tuple(image for image in draft.images if image.url != typed["image_url"])
        record = replace(record, images=(ImageFile(url=typed["image_url"]), *others))
    return record


def _describe_decision(draft: MuseumRecord, record: MuseumRecord) -> str:
    said = draft.rights.written
    words = f"The page says: {said[:300]}" if said else "The page states no rights of its picture"
    return f"Read as {record.rights.license.name}. {words.rstrip('.')}."


def _find_missing(draft: MuseumRecord, record: MuseumRecord, typed: Mapping[str, str]) -> Sequence[Missing]:
    missing = []
    if not record.title:
        missing.append(Missing(name="title", question="What is the work called?", example="'Its title'"))
    if not record.creators:
        missing.append(Missing(name="creator", question="Who made it?", example="'Name; Name'"))
    if not record.page:
        missing.append(
            Missing(name="source_url", question="What is the address of the page?", example="https://...")
        )
    if record.rights.license is UNKNOWN:
        question = "Which license or rights statement has the picture (such as CC0-1.0 or CC-BY-4.0)?"
        missing.append(Missing(name="license", question=question, example="CC0-1.0"))
    said = draft.rights.license
    if "license" in typed and said is not UNKNOWN and said != record.rights.license and "by" not in typed:
        question = f"The page says {said.name}, and you say {record.rights.license.name}. Who decides that?"
        missing.append(Missing(name="by", question=question, example="'Your Name'"))
    if record.rights.license.family == "REVIEW" and "by" in typed and "decision" not in typed:
        question = "What do the terms allow, in a sentence?"
        missing.append(Missing(name="decision", question=question, example="'What the terms allow'"))
    return missing
