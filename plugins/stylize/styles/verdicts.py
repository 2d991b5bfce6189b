"""What the author thinks of a style: the table [verdict] of its style.toml.

[verdict]
word = "cool"
note = "Skies turn to straw."
suits = ["landscape", "sky"]
on = 2026-11-22
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from ..model.entities import Verdict
from ..model.errors import UserError, suggestion
from ..storage.toml_tables import from_table

WORDS = ("cool", "meh")

# Kinds of photos: those of the panel first, then others of a blog.
KINDS = (
    *("building", "close-up", "crowd", "face", "landscape", "night"),
    *("animal", "food", "interior", "machine", "plant", "portrait", "sky", "street", "text", "water"),
)


def read_verdict(table: object, *, where: str) -> Verdict | None:
    """Read the table [verdict] of a style; raises UserError with every problem of it."""
    if table is None:
        return None
    where = f"{where} [verdict]"
    if not isinstance(table, Mapping):
        raise UserError(f"{where}: must be a table. Write [verdict] on a line above it.")
    given = from_table(_VerdictTable, table, where=where)
    check_verdict(given.word, given.suits, where=where)
    day = given.on.isoformat()[:10]  # TOML dates may have a time of day
    return Verdict(word=given.word, note=given.note.strip(), suits=given.suits, on=day)


def check_verdict(word: str, suits: Sequence[str], *, where: str) -> None:
    """Raise UserError if the word of a verdict, or a kind of photo, does not exist."""
    problems = []
    if word not in WORDS:
        problems.append(f"{where}: there is no verdict {word!r}.{suggestion(word, WORDS, many='verdicts')}")
    problems += [
        f"{where}: there is no kind of photo {kind!r}.{suggestion(kind, KINDS, many='kinds')}"
        for kind in suits
        if kind not in KINDS
    ]
    if problems:
        raise UserError(*problems)


@dataclass(frozen=True, slots=True, kw_only=True)
class _VerdictTable:
    """The table [verdict] of a style.toml."""

    word: str
    on: date
    note: str = ""
    suits: tuple[str, ...] = ()
