"""Whether an item may be added: what its rights statement allows, and what a person has decided about it."""

from ..model.command_name import command
from ..model.entities import Decision
from ..rights.rules import SitePolicy, apply_decision, decide
from .record import MuseumRecord


def find_refusal(record: MuseumRecord, *, policy: SitePolicy, decision: Decision | None) -> str:
    """Return why an item may not be redrawn, with the museum's words and what to do; "" if it may."""
    license = record.rights.license
    terms = decide([apply_decision(license, decision)], policy=policy)
    if not terms.refusal:
        return ""
    words = f" The museum writes: {record.rights.written!r}." if record.rights.written else ""
    because = (
        f" {record.rights.reason[:1].upper()}{record.rights.reason[1:]}." if record.rights.reason else ""
    )
    if terms.needs_person:
        advice = 'Read them; if you may use it, say why: --decision "..."'
    elif license.code == "UNKNOWN":
        advice = (
            'Find out, and if you may use it, name the license and say why: --license CODE --decision "..."'
        )
    else:
        advice = (
            f"Look for another: {command('museum.search')}. If its owner has given you permission, say so:"
            ' --decision "Permission of ..., by letter of ..."'
        )
    return f"{record.key}, {record.title!r}, is not added: {terms.refusal}.{words}{because} {advice}"
