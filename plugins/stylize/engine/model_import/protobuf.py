"""The wire format of protocol buffers, as far as an ONNX file needs it (protobuf.dev, Encoding).

A message is a row of fields: a number that says which and of what form, then a varint, 4 or 8 bytes, or a
length and as many bytes. Read by hand, so that an import needs no package, follows no reference to
another file, and takes memory for nothing that is not there.
"""

import struct
from collections.abc import Iterator

from .graph_spec import NetworkError

VARINT, EIGHT, BYTES, FOUR = 0, 1, 2, 5

DAMAGED = "the file is damaged or was cut off. Fetch it again."

Value = int | memoryview


def fields_of(message: memoryview) -> Iterator[tuple[int, Value]]:
    """Yield the number and value of each field; raises NetworkError where it is no message.

    A varint is an int, everything else the bytes as they stand.
    """
    place = 0
    while place < len(message):
        key, place = _varint(message, place)
        number, form = key >> 3, key & 7
        if form == VARINT:
            value, place = _varint(message, place)
            yield number, value
            continue
        if form == BYTES:
            length, place = _varint(message, place)
        elif form in (FOUR, EIGHT):
            length = 4 if form == FOUR else 8
        else:
            raise NetworkError(DAMAGED)
        if place + length > len(message):
            raise NetworkError(DAMAGED)
        yield number, message[place : place + length]
        place += length


def integers_in(value: Value) -> list[int]:
    """Return a repeated int64, which stands alone or packed."""
    if isinstance(value, int):
        return [signed(value)]
    numbers, place = [], 0
    while place < len(value):
        number, place = _varint(value, place)
        numbers.append(signed(number))
    return numbers


def floats_in(value: Value) -> list[float]:
    """Return a repeated float, which stands alone or packed."""
    data = bytes_of(value)
    if len(data) % 4:
        raise NetworkError(DAMAGED)
    return list(struct.unpack(f"<{len(data) // 4}f", data))


def signed(number: int) -> int:
    """Return a varint as the int64 that it stands for."""
    return number - 2**64 if number >= 2**63 else number


def number_of(value: Value) -> int:
    """Return a field that must be a whole number."""
    if not isinstance(value, int):
        raise NetworkError(DAMAGED)
    return signed(value)


def bytes_of(value: Value) -> memoryview:
    """Return a field that must be bytes."""
    if isinstance(value, int):
        raise NetworkError(DAMAGED)
    return value


def text_of(value: Value) -> str:
    """Return a field that must be text."""
    return bytes(bytes_of(value)).decode("utf-8", errors="replace")


def _varint(message: memoryview, place: int) -> tuple[int, int]:
    number = 0
    for shift in range(0, 70, 7):
        if place >= len(message):
            break
        byte = message[place]
        place += 1
        number |= (byte & 127) << shift
        if byte < 128:
            return number & (2**64 - 1), place
    raise NetworkError(DAMAGED)
