"""What the author thinks of a style: the table [verdict] of its style.toml. Pure.

[verdict]
word = "cool"
note = "Skies turn to straw."
suits = ["landscape", "sky"]
on = 2026-11-22
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ..model.entities import Verdict
from ..model.errors import UserError, suggestion
from ..storage.toml_tables import as_toml, from_table

WORDS = ("cool", "meh")

# Kinds of photos: those of the panel, and what else a blog shows.
KINDS = (
    *("building", "close-up", "crowd", "face", "landscape", "night"),
    *("animal", "food", "interior", "machine", "plant", "portrait", "sky", "street", "text", "water"),
)


def read_verdict(table: object, *, where: str) -> Verdict | None:
    """Read the table [verdict] of a style; raises UserError with all that is wrong in it."""
    if table is None:
        return None
    where = f"{where} [verdict]"
    if not isinstance(table, Mapping):
        raise UserError(f"{where}: must be a table. Write [verdict] on a line of its own above it.")
    given = from_table(_VerdictTable, table, where=where)
    check_verdict(given.word, given.suits, where=where)
    # TOML has dates with a time of day as well.
    day = given.on.isoformat()[:10]
    return Verdict(word=given.word, note=given.note.strip(), suits=given.suits, on=day)


def check_verdict(word: str, suits: Sequence[str], *, where: str) -> None:
    """Raise UserError where a verdict has another word, or names kinds of photos, than there are."""
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


def with_verdict(text: str, verdict: Verdict, *, where: str) -> str:
    """Return a style.toml with this verdict in place of an earlier one; all other lines stay as they are.

    Comments stay too, those within the table as well. Raises UserError where the file is written in a way
    that cannot be changed line by line.
    """
    lines = [f"word = {as_toml(verdict.word)}"]
    lines += [f"note = {as_toml(verdict.note)}"] if verdict.note else []
    lines += [f"suits = {as_toml(verdict.suits)}"] if verdict.suits else []
    lines += [f"on = {verdict.on}"]
    table = "\n".join(["[verdict]", *lines])
    found = _TABLE.search(text)
    if found:
        kept = [line for line in found["body"].split("\n") if not _OURS.match(line)]
        changed = text[: found.start()] + "\n".join([found["head"], *lines, *kept]) + text[found.end() :]
    else:
        changed = f"{text.rstrip()}\n\n{table}\n"
    before, after, wanted = _parsed(text), _parsed(changed), _parsed(table)
    if after is None or after != {**(before or {}), **(wanted or {})}:
        told = "\n    ".join(table.split("\n"))
        raise UserError(
            f"{where}: its table [verdict] is written in a way that cannot be changed here."
            f" Write it yourself:\n    {told}"
        )
    return changed


@dataclass(frozen=True, slots=True, kw_only=True)
class _VerdictTable:
    """What [verdict] may say."""

    word: str
    on: date
    note: str = ""
    suits: tuple[str, ...] = ()


# A header, and the lines below it up to the next header.
_TABLE = re.compile(
    r"^(?P<head>\[verdict\][^\n]*)\n?(?P<body>(?:(?!\[)[^\n]*\n)*(?:(?!\[)[^\n]+\Z)?)", re.MULTILINE
)
_OURS = re.compile(r"(?:word|note|suits|on)[ \t]*=")


def _parsed(text: str) -> dict[str, Any] | None:
    try:
        return tomllib.loads(text.removeprefix("\ufeff"))
    except tomllib.TOMLDecodeError:
        return None
