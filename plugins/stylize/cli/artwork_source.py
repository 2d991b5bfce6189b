"""What a board says about the source of an artwork: its rights, and what a museum's commands call it."""

import shlex
from dataclasses import replace

from ..model.errors import UserError
from ..museums.importers.registry import find_item
from ..rights.badges import Badge, make_badge
from ..rights.license_parser import parse_license
from ..rights.rules import SitePolicy
from ..styles.audition.board import BoardRow
from ..styles.audition.candidates import Candidate


def add_source(row: BoardRow, *, policy: SitePolicy) -> BoardRow:
    """Return a row of a board with the badge of its artwork's rights, and its item in a museum."""
    return replace(row, badge=find_badge(row.candidate, policy=policy), item=find_source(row.candidate))


def find_badge(candidate: Candidate, *, policy: SitePolicy) -> Badge | None:
    """Return what the site may make of an artwork; None if its record names no license that is known."""
    try:
        return make_badge(parse_license(candidate.record.get("license", ""), where=""), policy=policy)
    except UserError:
        return None


def find_source(candidate: Candidate) -> str:
    """Return an artwork's item as it is typed for `museum.add`; "" for a style, and if no museum has it."""
    if candidate.slug:
        return ""
    if candidate.item:
        return shlex.quote(candidate.item)
    try:
        museum, item = find_item(candidate.record.get("source_url", ""))
    except UserError:
        return ""
    return shlex.quote(f"{museum.name}:{item}")
