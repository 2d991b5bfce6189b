"""The table [museum] of a credit: where a museum has a work, and what it says about its rights now."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from ..model.entities import MuseumItem
from ..model.errors import UserError
from ..storage.toml_tables import from_table

MUSEUM = "museum"  # the name of the table
CITATION = "museum.json"  # what a museum said, beside a style; beside a photo NAME.museum.json


def read_museum_item(table: Mapping[str, Any] | None, *, where: str) -> MuseumItem | None:
    """Read the table [museum]; raises UserError with every problem in it."""
    if table is None:
        return None
    where = f"{where} [{MUSEUM}]"
    if not isinstance(table, Mapping):
        raise UserError(f"{where}: must be a table. Write [{MUSEUM}] on a line of its own above it.")
    given = from_table(_MuseumTable, table, where=where)
    if not re.fullmatch(r"[\w-]+:\S.*", given.item):
        raise UserError(f"{where}: item is {given.item!r}, but must be like 'met:435809'.")
    return MuseumItem(
        item=given.item,
        checked=given.checked.isoformat()[:10],
        region=given.region,
        says=given.says,
        differs=given.differs,
        part_of=given.part_of,
        parent=given.parent,
    )


def make_museum_table(item: MuseumItem) -> dict[str, object]:
    """Return the table of an item, without empty values."""
    values: dict[str, object] = {"item": item.item, "checked": date.fromisoformat(item.checked)}
    for name in ("region", "says", "differs", "part_of", "parent"):
        values[name] = getattr(item, name)
    return {name: value for name, value in values.items() if value}


@dataclass(frozen=True, slots=True, kw_only=True)
class _MuseumTable:
    item: str
    checked: date
    region: str = ""
    says: str = ""
    differs: str = ""
    part_of: str = ""
    parent: str = ""
