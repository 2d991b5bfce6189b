"""Metadata as items of an AVIF file: a list of items, a list of where they lie, and their bytes at the end.

ISO/IEC 14496-12 (boxes of `meta`), 23008-12 (Exif and mime items). Whatever libavif writes is understood;
a film, or a file that says where something lies in a way we do not follow, is refused.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

_XMP_TYPE = b"application/rdf+xml"
_UNSHIFTABLE = {b"moov", b"moof", b"mfra", b"sidx"}  # films: they hold offsets of their own


class _Box(NamedTuple):
    kind: bytes
    begin: int
    content: int  # where its content begins
    end: int


def add_items(data: bytes, *, xmp: bytes, exif: bytes = b"") -> bytes:
    """Return an AVIF file with an XMP item, and an Exif item if there is one, about its primary picture.

    Raises ValueError where the file has such items or a signature already, is cut off, or is not understood.
    """
    boxes = list(_boxes(data, 0, len(data)))
    _check_outer(data, boxes)
    meta = next(box for box in boxes if box.kind == b"meta")
    inner = list(_boxes(data, meta.content + 4, meta.end))  # after version and flags
    parts = {box.kind: data[box.begin : box.end] for box in inner}
    if len(parts) != len(inner) or not parts.keys() >= {b"pitm", b"iloc", b"iinf"}:
        raise ValueError("this AVIF lists its items in a way that is not known here")
    if b"Exif" in parts[b"iinf"] or _XMP_TYPE in parts[b"iinf"]:
        raise ValueError("this AVIF carries metadata already; embed into the file as it was encoded")
    try:
        items = _new_items(parts, xmp=xmp, exif=exif)
        locations = _read_locations(parts[b"iloc"][8:])
        parts[b"iinf"] = _with_entries(parts[b"iinf"], items)
        parts[b"iref"] = _with_references(parts.get(b"iref"), items, _primary_of(parts[b"pitm"]))
        return _assembled(data, meta, parts=parts, locations=locations, items=items)
    except (IndexError, OverflowError):
        raise ValueError("this AVIF is damaged, or too large for the numbers it uses") from None


@dataclass(frozen=True, slots=True)
class _Item:
    number: int
    kind: bytes
    about: bytes  # what follows the type in its entry
    content: bytes


def _new_items(parts: dict[bytes, bytes], *, xmp: bytes, exif: bytes) -> list[_Item]:
    # Every item lies somewhere, so the highest number is among the locations.
    following = max((entry.number for entry in _read_locations(parts[b"iloc"][8:]).entries), default=0) + 1
    items = []
    if exif:  # four bytes say how far the TIFF block is from here
        items.append(_Item(following, b"Exif", b"\0", b"\0\0\0\0" + exif))
    items.append(_Item(following + len(items), b"mime", b"\0" + _XMP_TYPE + b"\0", xmp))
    return items


def _with_entries(box: bytes, items: list[_Item]) -> bytes:
    """Return the list of items (iinf) with ours at its end."""
    size = 2 if box[8] == 0 else 4  # bytes of the count
    count = int.from_bytes(box[12 : 12 + size])
    entries = box[12 + size :]
    for item in items:
        number = item.number.to_bytes(2)
        entries += _box(b"infe", b"\x02\0\0\0" + number + b"\0\0" + item.kind + item.about)
    return _box(b"iinf", box[8:12] + (count + len(items)).to_bytes(size) + entries)


def _with_references(box: bytes | None, items: list[_Item], primary: int) -> bytes:
    """Return the references (iref) with "item describes the primary picture" for each of ours."""
    head, references = (box[8:12], box[12:]) if box else (b"\0\0\0\0", b"")
    size = 2 if head[0] == 0 else 4
    for item in items:
        content = item.number.to_bytes(size) + (1).to_bytes(2) + primary.to_bytes(size)
        references += _box(b"cdsc", content)
    return _box(b"iref", head + references)


def _primary_of(box: bytes) -> int:
    return int.from_bytes(box[12:14] if box[8] == 0 else box[12:16])


def _assembled(
    data: bytes, meta: _Box, *, parts: dict[bytes, bytes], locations: "_Locations", items: list[_Item]
) -> bytes:
    """Put the file together; everything after `meta` moves by what it grows."""
    for item in items:  # of the right length, so that the size of `meta` is known
        locations.entries.append(_Entry(item.number, 0, 0, 0, [(b"", 0, len(item.content))]))
    parts[b"iloc"] = _written(locations)
    growth = 8 + 4 + sum(map(len, parts.values())) - (meta.end - meta.begin)
    at = len(data) + growth + 8  # in a box of media data at the end
    for entry in locations.entries[: -len(items)]:
        _shift(entry, growth, end=meta.end, length=len(data), base_size=locations.base_size)
    for entry, item in zip(locations.entries[-len(items) :], items, strict=True):
        entry.extents[0] = (b"", at, len(item.content))
        at += len(item.content)
    parts[b"iloc"] = _written(locations)
    new = _box(b"meta", data[meta.content : meta.content + 4] + b"".join(parts.values()))
    media = _box(b"mdat", b"".join(item.content for item in items))
    return data[: meta.begin] + new + data[meta.end :] + media


@dataclass(slots=True)
class _Entry:
    number: int
    method: int  # 0: from the start of the file; 1: from that of the box `idat`
    source: int  # of the data: this file
    base: int
    extents: list[tuple[bytes, int, int]]  # index, offset, length


@dataclass(slots=True)
class _Locations:
    """The box iloc. Sizes in bytes; 0 where a value is left out."""

    version: int
    offset_size: int
    length_size: int
    base_size: int
    index_size: int
    entries: list[_Entry] = field(default_factory=list)


def _shift(entry: _Entry, growth: int, *, end: int, length: int, base_size: int) -> None:
    """Move where an item lies, if it lies after `end`; all of it does, or nothing can be said."""
    if entry.method == 1:
        return
    starts = [entry.base + offset for _, offset, _ in entry.extents]
    if any(entry.base + offset + size > length for _, offset, size in entry.extents):
        raise ValueError("this AVIF is cut off: a part of its picture lies after its end")
    if all(start >= end for start in starts):
        if base_size:
            entry.base += growth
        else:
            entry.extents = [(index, offset + growth, size) for index, offset, size in entry.extents]
    elif any(start >= end for start in starts):
        raise ValueError("this AVIF keeps parts of one picture before and after its list of items")


def _read_locations(content: bytes) -> _Locations:
    """Read iloc from its version on."""
    version, sizes = content[0], content[4:6]
    locations = _Locations(
        version=version,
        offset_size=sizes[0] >> 4,
        length_size=sizes[0] & 15,
        base_size=sizes[1] >> 4,
        index_size=sizes[1] & 15 if version else 0,
    )
    if version > 2 or not {locations.offset_size, locations.length_size} <= {4, 8}:
        raise ValueError("this AVIF says where its items lie in a way that is not known here")
    if not {locations.base_size, locations.index_size} <= {0, 4, 8}:
        raise ValueError("this AVIF says where its items lie in a way that is not known here")
    at = 6

    def take(size: int) -> int:
        nonlocal at
        at += size
        if at > len(content):
            raise ValueError("this AVIF is damaged: its list of places ends too early")
        return int.from_bytes(content[at - size : at])

    for _ in range(take(4 if version == 2 else 2)):
        number = take(4 if version == 2 else 2)
        method = take(2) & 15 if version else 0
        source, base, count = take(2), take(locations.base_size), take(2)
        if method > 1 or source:
            raise ValueError("this AVIF keeps an item in a place that is not known here")
        extents = []
        for _ in range(count):
            index = take(locations.index_size).to_bytes(locations.index_size)
            extents.append((index, take(locations.offset_size), take(locations.length_size)))
        locations.entries.append(_Entry(number, method, source, base, extents))
    return locations


def _written(locations: _Locations) -> bytes:
    wide = 4 if locations.version == 2 else 2
    out = bytes([locations.version, 0, 0, 0])
    out += bytes([locations.offset_size << 4 | locations.length_size])
    out += bytes([locations.base_size << 4 | locations.index_size])
    out += len(locations.entries).to_bytes(wide)
    for entry in locations.entries:
        out += entry.number.to_bytes(wide)
        out += entry.method.to_bytes(2) if locations.version else b""
        out += entry.source.to_bytes(2) + entry.base.to_bytes(locations.base_size)
        out += len(entry.extents).to_bytes(2)
        for index, offset, length in entry.extents:
            out += index or bytes(locations.index_size)
            out += offset.to_bytes(locations.offset_size) + length.to_bytes(locations.length_size)
    return _box(b"iloc", out)


def _check_outer(data: bytes, boxes: list[_Box]) -> None:
    kinds = [box.kind for box in boxes]
    if kinds.count(b"meta") != 1:
        raise ValueError("this AVIF is cut off, or has no list of items")
    if set(kinds) & _UNSHIFTABLE:
        raise ValueError("this AVIF is a film, and metadata is put into pictures only")
    if b"uuid" in kinds:  # Content Credentials are in one
        raise ValueError("this AVIF is signed already, and a change would break its signature")


def _boxes(data: bytes, begin: int, end: int) -> Iterator[_Box]:
    while begin < end:
        size, kind, content = int.from_bytes(data[begin : begin + 4]), data[begin + 4 : begin + 8], begin + 8
        if size == 1:
            size, content = int.from_bytes(data[begin + 8 : begin + 16]), begin + 16
        if begin + size > end or content > begin + size:
            raise ValueError(f"this AVIF is damaged or cut off at byte {begin}")
        yield _Box(kind, begin, content, begin + size)
        begin += size


def _box(kind: bytes, content: bytes) -> bytes:
    return (len(content) + 8).to_bytes(4) + kind + content
