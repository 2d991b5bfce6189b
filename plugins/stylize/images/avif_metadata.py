"""Metadata as items of an AVIF file: a list of items, a list of where they lie, and their bytes at the end.

ISO/IEC 14496-12 (boxes of `meta`), 23008-12 (Exif and mime items). Pillow's encoder, libavif, writes one
layout; any other, a film, or a file that is cut off is refused.
"""

import struct
from collections.abc import Iterator
from typing import NamedTuple

_XMP_TYPE = b"application/rdf+xml"
_FILM = {b"moov", b"moof", b"mfra", b"sidx"}
# The box iloc: version 0, offsets and lengths of 4 bytes, no base, no index.
_KNOWN_LAYOUT = b"\0\0\0\0\x44\0"


class _Box(NamedTuple):
    kind: bytes
    begin: int
    content: int  # where its content begins
    end: int


class _Item(NamedTuple):
    """An item, and where its parts lie."""

    number: int
    extents: list[tuple[int, int]]  # offset from the start of the file, length


def add_items(data: bytes, *, xmp: bytes, exif: bytes = b"") -> bytes:
    """Return an AVIF file with an XMP item, and an Exif item if there is one, about its primary image.

    Raises ValueError if the file has such items or a signature already, is cut off, or has another layout.
    """
    boxes = list(_boxes(data, 0, len(data)))
    _check_boxes([box.kind for box in boxes])
    meta = next(box for box in boxes if box.kind == b"meta")
    inner = list(_boxes(data, meta.content + 4, meta.end))  # after version and flags
    parts = {box.kind: data[box.begin : box.end] for box in inner}
    if len(parts) != len(inner) or not parts.keys() >= {b"pitm", b"iloc", b"iinf"}:
        raise ValueError("this AVIF lists its items in an unknown way")
    if b"Exif" in parts[b"iinf"] or _XMP_TYPE in parts[b"iinf"]:
        raise ValueError("this AVIF carries metadata already; embed into the file as it was encoded")
    contents = [(b"Exif\0", b"\0\0\0\0" + exif)] if exif else []  # the TIFF block begins after 0 bytes
    contents.append((b"mime\0" + _XMP_TYPE + b"\0", xmp))
    try:
        items = _parse_locations(parts[b"iloc"])
        first = max((item.number for item in items), default=0) + 1
        added = {first + index: kind for index, (kind, _) in enumerate(contents)}
        parts[b"iinf"] = _add_entries(parts[b"iinf"], added)
        parts[b"iref"] = _add_references(parts.get(b"iref"), list(added), primary=parts[b"pitm"][12:14])
        # Each of our places takes 14 bytes. Everything after `meta` moves by what it grows.
        size = 8 + 4 + sum(map(len, parts.values())) + 14 * len(added)
        growth = size - (meta.end - meta.begin)
        items = [_move(item, growth, after=meta.end, length=len(data)) for item in items]
        place = len(data) + growth + 8  # in a box of media data at the end
        for number, (_, content) in zip(added, contents, strict=True):
            items.append(_Item(number, [(place, len(content))]))
            place += len(content)
        parts[b"iloc"] = _make_locations(items)
    except (IndexError, struct.error):
        raise ValueError("this AVIF is damaged, or too large for the numbers it uses") from None
    new = _box(b"meta", data[meta.content : meta.content + 4] + b"".join(parts.values()))
    media = _box(b"mdat", b"".join(content for _, content in contents))
    return data[: meta.begin] + new + data[meta.end :] + media


def _check_boxes(kinds: list[bytes]) -> None:
    if kinds.count(b"meta") != 1:
        raise ValueError("this AVIF is cut off, or has no list of items")
    if set(kinds) & _FILM:  # films hold offsets of their own
        raise ValueError("this AVIF is a film, and metadata is put into still images only")
    if b"uuid" in kinds:  # Content Credentials are in one
        raise ValueError("this AVIF is signed already, and a change would break its signature")


def _add_entries(box: bytes, kinds: dict[int, bytes]) -> bytes:
    """Return the list of items (iinf) with ours at its end; kinds: by number."""
    if box[8] != 0:
        raise ValueError("this AVIF lists its items in an unknown way")
    (count,) = struct.unpack_from(">H", box, 12)
    entries = b"".join(
        _box(b"infe", b"\x02\0\0\0" + struct.pack(">HH", number, 0) + kind) for number, kind in kinds.items()
    )
    return _box(b"iinf", box[8:12] + struct.pack(">H", count + len(kinds)) + box[14:] + entries)


def _add_references(box: bytes | None, numbers: list[int], *, primary: bytes) -> bytes:
    """Return the references (iref) with "item describes the primary image" for each of ours."""
    head, references = (box[8:12], box[12:]) if box else (b"\0\0\0\0", b"")
    if head[0] != 0:
        raise ValueError("this AVIF lists its items in an unknown way")
    for number in numbers:
        references += _box(b"cdsc", struct.pack(">HH", number, 1) + primary)
    return _box(b"iref", head + references)


def _move(item: _Item, growth: int, *, after: int, length: int) -> _Item:
    """Move an item if it lies after a place; length: of the file."""
    if any(offset + size > length for offset, size in item.extents):
        raise ValueError("this AVIF is cut off: a part of its image lies after its end")
    if any(offset < after for offset, _ in item.extents):
        raise ValueError("this AVIF keeps an item in an unknown place")
    return _Item(item.number, [(offset + growth, size) for offset, size in item.extents])


def _parse_locations(box: bytes) -> list[_Item]:
    """Return the items of the box iloc."""
    if not box.startswith(_KNOWN_LAYOUT, 8):
        raise ValueError("this AVIF says in an unknown way where its items lie")
    (count,) = struct.unpack_from(">H", box, 14)
    at, items = 16, []
    for _ in range(count):
        number, source, extents = struct.unpack_from(">HHH", box, at)
        if source:
            raise ValueError("this AVIF keeps an item in an unknown place")
        places = [struct.unpack_from(">II", box, at + 6 + 8 * index) for index in range(extents)]
        items.append(_Item(number, [(offset, size) for offset, size in places]))
        at += 6 + 8 * extents
    return items


def _make_locations(items: list[_Item]) -> bytes:
    """Return the box iloc."""
    content = _KNOWN_LAYOUT + struct.pack(">H", len(items))
    for item in items:
        content += struct.pack(">HHH", item.number, 0, len(item.extents))
        content += b"".join(struct.pack(">II", *extent) for extent in item.extents)
    return _box(b"iloc", content)


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
    return struct.pack(">I", len(content) + 8) + kind + content
