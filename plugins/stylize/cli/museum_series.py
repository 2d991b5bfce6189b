"""What `museum.add --series` adds: the works of a IIIF collection, or the canvases of a manifest."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..model.errors import UserError
from ..museums.http_client.museum_client import MuseumClient
from ..museums.iiif.series import list_series
from ..museums.importers.iiif import MUSEUM
from ..museums.importers.interface import Request
from ..styles.artwork_record import make_slug


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """An item to add, and the series that it belongs to."""

    place: str
    part_of: str = ""  # the title of the series
    parent: str = ""  # its address


def list_members(address: str, client: MuseumClient, *, most: int) -> Iterator[str | Place]:
    """Yield the works of a series, and lines about it; raises MuseumError, and UserError if it has none."""
    address = address.removeprefix(f"{MUSEUM.name}:")
    if not address.startswith(("https://", "http://")):
        raise UserError(
            f"{address}: --series takes the address of a IIIF collection, or of a manifest with several"
            " pictures."
        )
    series = list_series(address, ask=lambda url: client.ask(Request(url=url)), most=most)
    if not series.members:
        raise UserError(f"{address}: the series {series.title!r} has no works.")
    title = series.title or address
    count = len(series.members)
    yield f"{title}: {count} {'work' if count == 1 else 'works'}"
    for member in series.members:
        part_of = member.series[0] if member.series else title
        yield Place(place=f"{MUSEUM.name}:{member.item}", part_of=part_of, parent=address)
    if not series.is_complete:
        yield f"{title} has more works than these {count}. To add more of them: --most-items {2 * most}"
    yield from (f"Not read: {problem}." for problem in series.problems)


def find_free_slug(title: str, library: Path) -> str:
    """Return a name for a style that is free: works of a series often share a title."""
    slug = make_slug(title)
    taken = {path.name.casefold() for path in library.iterdir()} if library.is_dir() else set()
    if slug not in taken or not slug:
        return slug
    slug = slug[:55].rstrip("-")
    return next(name for number in range(2, len(taken) + 3) if (name := f"{slug}-{number}") not in taken)
