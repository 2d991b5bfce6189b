"""List the members of a IIIF collection, or the canvases of a manifest, as items to be taken one by one."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from ..errors import MuseumError, RateLimited
from ..importers.answer import Answer, View
from ..importers.iiif import make_item, split_item
from ..importers.iiif_collection import Collection, is_complete, read_collection
from ..importers.iiif_manifest import find_type, list_canvases
from ..importers.iiif_texts import read_text

MOST_MEMBERS = 200
MOST_QUESTIONS = 50  # requests for collections and their pages
DEEPEST = 2  # collections in the collection, and collections in those

Ask = Callable[[str], Answer]


class SeriesMember(NamedTuple):
    """One work of a series."""

    title: str
    item: str  # for the importer: the address of a manifest, with " #3" for its third canvas
    series: tuple[str, ...] = ()  # titles of the collections it is in, the nearest first


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """The works of a collection or of a manifest."""

    title: str
    members: tuple[SeriesMember, ...]
    is_complete: bool = True  # False if a limit ended the list, or a part of it could not be read
    problems: tuple[str, ...] = ()  # collections in it that could not be read: "ADDRESS: reason"


def list_series(address: str, *, ask: Ask, most: int = MOST_MEMBERS) -> Series:
    """Return the works of a collection, or the canvases of a manifest, in its order and each once.

    ask: returns the answer to an address. Collections are followed two levels deep; one that contains itself
    is read once. Raises what `ask` raises about the first address, and RateLimited about any.
    """
    address, _ = split_item(address)
    found = ask(address).json()
    title = read_text(found, "label")
    if find_type(found) == "Manifest":
        canvases = list_canvases(found)
        members = tuple(
            SeriesMember(
                canvas.label or f"{title} {canvas.number}".strip(),
                make_item(address, part=canvas.number),
                tuple(filter(None, (title,))),
            )
            for canvas in canvases[:most]
        )
        return Series(title=title, members=members, is_complete=len(canvases) <= most)
    walk = _Walk(ask=ask, asked={_normalize(address)})
    listed: dict[str, SeriesMember] = {}
    for member in walk.visit(found, address, titles=(), depth=0):
        if len(listed) == most and member.item not in listed:
            walk.is_cut = True
            break
        listed.setdefault(member.item, member)
    return Series(
        title=title,
        members=tuple(listed.values()),
        is_complete=not walk.is_cut and not walk.problems,
        problems=tuple(walk.problems),
    )


@dataclass
class _Walk:
    """A walk through collections, which asks for each address once."""

    ask: Ask
    asked: set[str]
    problems: list[str] = field(default_factory=list)
    is_cut: bool = False

    def visit(
        self, view: View, address: str, *, titles: tuple[str, ...], depth: int
    ) -> Iterator[SeriesMember]:
        """Yield the manifests of a collection, with those of its collections in their places."""
        page: Collection | None = read_collection(view, address)
        titles = (page.title, *titles) if page and page.title else titles
        while page:
            for member in page.members:
                if not member.is_collection:
                    if member.address:
                        yield SeriesMember(member.title, member.address, titles)
                elif depth == DEEPEST:
                    self.is_cut = True
                elif is_complete(member):
                    self.asked.add(_normalize(member.address))
                    yield from self.visit(
                        member.view, member.address or address, titles=titles, depth=depth + 1
                    )
                elif (found := self._ask(member.address)) is not None:
                    yield from self.visit(found, member.address, titles=titles, depth=depth + 1)
            following = page.next
            found = self._ask(following) if following else None
            page = read_collection(found, following) if found is not None else None

    def _ask(self, address: str) -> View | None:
        """Return the collection of an address; None if it was asked for before, or cannot be read."""
        if not address or _normalize(address) in self.asked:
            return None
        if len(self.asked) >= MOST_QUESTIONS:
            self.is_cut = True
            return None
        self.asked.add(_normalize(address))
        try:
            found = self.ask(address).json()
            if find_type(found) == "Collection":
                return found
            self.problems.append(f"{address}: it is not a collection")
        except RateLimited:
            raise
        except MuseumError as error:
            self.problems.append(f"{address}: {error}")
        return None


def _normalize(address: str) -> str:
    """Return what two spellings of an address have in common."""
    return address.partition("#")[0].partition("://")[2].rstrip("/")
