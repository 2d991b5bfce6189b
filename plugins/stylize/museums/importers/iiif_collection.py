"""Read IIIF collections: lists of manifests and of further collections.

IIIF Presentation API 3.0, section 5.1, and 2.1, sections 5.8 (collections) and 5.9 (pages of long ones).
"""

from dataclasses import dataclass
from typing import NamedTuple

from .answer import View
from .iiif_texts import read_address, read_text


class Member(NamedTuple):
    """A manifest or a collection that a collection names."""

    title: str
    address: str  # "" if it stands in the collection itself, without an address
    is_collection: bool
    view: View  # what the collection says about it; a collection may stand there in full


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """A collection, or one page of a long one."""

    title: str
    members: tuple[Member, ...] = ()
    total: int = 0  # members in all, if it comes in pages and says so; else 0
    next: str = ""  # the address of its next page

    @property
    def manifests(self) -> tuple[Member, ...]:
        """The members that are manifests."""
        return tuple(member for member in self.members if not member.is_collection)

    @property
    def collections(self) -> tuple[Member, ...]:
        """The members that are collections."""
        return tuple(member for member in self.members if member.is_collection)


def read_collection(collection: View, address: str) -> Collection:
    """Return the members of a collection, in its order. address: of the collection."""
    members = []
    for name in ("items", "members", "collections", "manifests"):
        for found in collection.views(name):
            kind = "" if isinstance(found.value, str) else found.text("type") or found.text("@type")
            kind = kind.rpartition(":")[2] or {"collections": "Collection", "manifests": "Manifest"}.get(
                name, ""
            )
            if kind in ("Manifest", "Collection"):
                members.append(
                    Member(
                        title="" if isinstance(found.value, str) else read_text(found, "label"),
                        address=read_address(found, base=address),
                        is_collection=kind == "Collection",
                        view=found,
                    )
                )
    by_address = {member.address or f"#{number}": member for number, member in enumerate(members)}
    following = read_address(collection, "next", base=address)
    return Collection(
        title=read_text(collection, "label"),
        members=tuple(by_address.values()),
        total=collection.number("total"),
        next=following or ("" if members else read_address(collection, "first", base=address)),
    )


def is_complete(member: Member) -> bool:
    """Whether the collection that names a collection also has its members, so that none has to be asked."""
    return member.is_collection and any(
        member.view.at(name)
        for name in ("items", "members", "collections", "manifests")
        if isinstance(member.view.value, dict)
    )


def describe_members(collection: Collection, *, most: int = 10) -> str:
    """Return a sentence that lists the members of a collection, with their addresses."""
    listed = "; ".join(
        f"{'the collection ' if member.is_collection else ''}{member.title!r} {member.address}".strip()
        for member in collection.members[:most]
    )
    more = len(collection.members) - most
    title = f" {collection.title!r}" if collection.title else ""
    counts = f"{len(collection.members)} member{'s' if len(collection.members) != 1 else ''}"
    return f"it is the collection{title} with {counts}: {listed}" + (f"; and {more} more" if more > 0 else "")
