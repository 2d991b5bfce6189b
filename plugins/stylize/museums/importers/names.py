"""Read the names of people as catalogs write them: "Hine, Lewis Wickes, 1874-1940, photographer"."""

import re

from ..record import Creator

_ROLE_AFTER = re.compile(r"\s*\(([A-Z]?[a-z][a-z /-]*)\)\s*$")  # "Bunbury, Henry William (Artist)"
_ROLE_LAST = re.compile(r",\s*([a-z][a-z /-]*)\.?\s*$")  # "Allen & Ginter, sponsor"
_YEAR = r"(?:ca?\.\s*|approximately\s+)?\d{3,4}\??"
_DATES = re.compile(
    rf",\s*((?:b\.|d\.|fl\.|born|died|active)\s*{_YEAR}(?:\s?[-–]\s?(?:{_YEAR}|\d\d--\??))?"
    rf"|{_YEAR}\s?[-–]\s?(?:{_YEAR}|\d\d--\??)?)\s*$"
)
_PLAIN_ROLES = ("artist", "creator")  # they say no more than that somebody made it


def read_creator(text: str, *, role: str = "", uris: tuple[str, ...] = ()) -> Creator | None:
    """Return a creator with the dates and the role that the text names; None for a text without a name.

    role: what the museum says in a field of its own; it wins.
    """
    name, found = text.strip(), role
    for pattern in (_ROLE_AFTER, _ROLE_LAST):
        if match := pattern.search(name):
            name, found = name[: match.start()], found or match[1]
    dates = ""
    if match := _DATES.search(name):
        name, dates = name[: match.start()], match[1]
    name = name.strip(" ,;")
    found = "" if found.strip(" .,").lower() in _PLAIN_ROLES else found.strip(" .,")
    return Creator(name=name, role=found, dates=dates, uris=uris) if name else None
