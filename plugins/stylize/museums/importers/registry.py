"""All museums that can be asked: a line for each."""

from functools import cache

from ...model.errors import UserError, suggestion
from . import met, nasa
from .interface import Museum

MUSEUMS: tuple[Museum, ...] = (
    met.MUSEUM,
    nasa.MUSEUM,
)


@cache
def by_name() -> dict[str, Museum]:
    """Return the museums by name."""
    return {museum.name: museum for museum in MUSEUMS}


def find_museum(name: str) -> Museum:
    """Return the museum of a name; raises UserError that suggests one."""
    found = by_name().get(name.strip().lower())
    if found is None:
        known = sorted(by_name())
        near = suggestion(name, known) or f" There are {', '.join(known)}."
        raise UserError(f"there is no museum {name!r}.{near}")
    return found


def find_item(address: str) -> tuple[Museum, str] | None:
    """Return the museum of an address, or of "met:435809", and the item there; None if no museum knows it."""
    name, colon, item = address.partition(":")
    if colon and not item.startswith("//") and name in by_name():
        return by_name()[name], item
    return next(((museum, item) for museum in MUSEUMS if (item := museum.find_item(address))), None)
