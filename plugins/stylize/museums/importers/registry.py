"""All museums that can be asked: a line for each."""

from functools import cache

from ...model.command_name import command
from ...model.errors import UserError, suggestion
from . import (
    archive,
    artic,
    cleveland,
    commons,
    dpla,
    europeana,
    flickr,
    iiif,
    loc,
    met,
    nara,
    nasa,
    nypl,
    openverse,
    osu,
    phil,
    rijksmuseum,
    smithsonian,
    smk,
    wikidata,
)
from .cleaning import clean_museum
from .interface import Museum
from .plain_texts import hide_keys

_ALL = (
    met.MUSEUM,
    nasa.MUSEUM,
    commons.MUSEUM,
    flickr.MUSEUM,  # before the next ones: it reads their addresses too
    flickr.FLICKR_COMMONS,
    flickr.BRITISH_LIBRARY_MUSEUM,
    flickr.US_GOVERNMENT_MUSEUM,
    loc.MUSEUM,
    nypl.MUSEUM,
    archive.MUSEUM,
    dpla.MUSEUM,
    europeana.MUSEUM,
    artic.MUSEUM,
    cleveland.MUSEUM,
    smithsonian.MUSEUM,
    rijksmuseum.MUSEUM,
    openverse.MUSEUM,
    wikidata.MUSEUM,
    phil.MUSEUM,
    osu.MUSEUM,
    nara.MUSEUM,
    smk.MUSEUM,
    iiif.MUSEUM,  # the last, for hosts that none of the others knows
)
MUSEUMS: tuple[Museum, ...] = tuple(map(clean_museum, _ALL))


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


def find_item(place: str) -> tuple[Museum, str]:
    """Return the museum and the item of an address, or of "met:435809"; raises UserError if none knows it."""
    name, colon, item = place.partition(":")
    if colon and not item.startswith("//"):
        museum = find_museum(name)
        if not item.strip():
            raise UserError(f"{place}: what stands after the colon is missing, such as in met:435809.")
        return museum, item
    found = next(((museum, item) for museum in MUSEUMS if (item := museum.find_item(place))), None)
    if found is None:
        raise UserError(
            f"{hide_keys(place)}: no museum here has such an address. Open it in a browser, save the page"
            f" and the picture, and add them: {command('museum.add --page saved.html --image saved.jpg')}"
        )
    return found
