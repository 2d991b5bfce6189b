"""The command `museum.list`. Yields the lines to print."""

import json
from collections.abc import Iterator

from ..museums.errors import KeyMissing
from ..museums.http_client.keys import KeyRing, variable
from ..museums.importers.closed import list_closed_collections
from ..museums.importers.interface import Museum
from ..museums.importers.registry import MUSEUMS


def list_museums(keys: KeyRing, *, as_json: bool = False) -> Iterator[str]:
    """Yield all museums with how they are asked, and the collections that no program can ask."""
    for museum in MUSEUMS:
        facts = describe_museum(museum, keys)
        if as_json:
            yield json.dumps(facts, ensure_ascii=False)
        else:
            yield f"{museum.name}  {museum.title}"
            shown = {
                "how": museum.how,
                "search": "" if museum.ask_search else "not from here",
                "key": describe_key(museum) + (", found" if facts["key_found"] else ""),
                "rights": museum.rights,
                "pictures": museum.image_size,
                "checked": museum.checked,
                "page": museum.home,
            }
            yield from (f"  {name:<10}{value}" for name, value in shown.items() if value)
            yield from (f"  note      {note}" for note in museum.notes)
    for collection in list_closed_collections():
        if as_json:
            yield json.dumps(
                {
                    "name": collection.name,
                    "title": collection.title,
                    "home": collection.home,
                    "closed": collection.reason,
                    "instead": collection.instead,
                },
                ensure_ascii=False,
            )
        else:
            yield f"{collection.name}  {collection.title}"
            yield f"  closed    {collection.reason}"
            yield f"  instead   {collection.instead}"
            yield f"  page      {collection.home}"


def describe_museum(museum: Museum, keys: KeyRing) -> dict[str, object]:
    """Return what is known about a museum, as it stands in the JSON; a key itself is never in it."""
    use = museum.key
    return {
        "name": museum.name,
        "title": museum.title,
        "home": museum.home,
        "how": museum.how,
        "search": museum.ask_search is not None,
        "key_variable": variable(use.service) if use else "",
        "key_from": use.get_one_at if use else "",
        "key_needed_for": needs_key_for(museum),
        "key_found": has_key(museum, keys) if use else False,
        "rights": museum.rights,
        "image_size": museum.image_size,
        "checked": museum.checked,
        "notes": list(museum.notes),
    }


def has_key(museum: Museum, keys: KeyRing) -> bool:
    """Tell whether a museum's key is set; a public one for trials does not count."""
    try:
        return bool(museum.key and keys.find(museum.key) != museum.key.default)
    except KeyMissing:
        return False


def needs_key_for(museum: Museum) -> str:
    """Return what a museum's key is needed for: "", "more requests", "searching" or "everything"."""
    if museum.key is None:
        return ""
    if museum.key.default or museum.key.optional:
        return "more requests"
    if museum.ask_item_without_key or museum.ask_item("1").key is None:
        return "searching"
    return "everything"


def describe_key(museum: Museum) -> str:
    """Return what a museum's key is needed for, its variable, and where a person gets one."""
    use = museum.key
    if use is None:
        return "none needed"
    where = f", from {use.get_one_at}" if use.get_one_at else ""
    return f"for {needs_key_for(museum)}: {variable(use.service)}{where}"
