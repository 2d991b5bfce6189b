"""Change a valid file so that it may break a reader: bytes anywhere, or the parts of its own format."""

import io
import json
import re
import struct
import zipfile
import zlib
from collections.abc import Callable, Sequence
from hashlib import sha256
from random import Random
from typing import Any

NUMBERS = (0, 1, 2, 7, 8, 127, 128, 255, 256, 32_767, 32_768, 65_535, 2**31 - 1, 2**31, 2**32 - 1)
TOKENS = (
    "1" * 5000,
    "0x" + "f" * 5000,
    "-9223372036854775809",
    "nan",
    "-inf",
    "1e400",
    "0000-00-00",
    "9999-12-31T23:59:60Z",
    "00:00:00",
    '"\\u0000"',
    '"\\u0001 \\u202e"',
    '"\\ud800"',
    '"\ud7ff\ufffe"',
    '""',
    "'''\n'''",
    "[]",
    "{}",
    "[" * 3000 + "]" * 3000,
    "{a=" * 2000 + "1" + "}" * 2000,
    '[[["x"]], 1, {b = 2}]',
    "true",
    "null",
    '"' + "x" * 20_000 + '"',
    '"https://[" ',
    '"../../x"',
)
VALUES: tuple[Any, ...] = (
    *(None, True, 0, -1, 2**63, 10**400, 1.5, float("nan"), "", "\0", "\u202e", "../x", "x" * 20_000),
    *([], {}, [[]], {"": {}}, [None], {"@type": "ImageObject"}, "http://[", "9999-99-99"),
)


def mutate(chance: Random, samples: Sequence[bytes]) -> bytes:
    """Return one of the samples, changed once to eight times."""
    data = chance.choice(samples)
    for _ in range(chance.choice((1, 1, 1, 2, 3, 8))):
        change = _find_change(data) if chance.random() < 0.5 else None
        data = (change or _change_bytes)(chance, data)
        if chance.random() < 0.05:
            other = chance.choice(samples)
            data = data[: chance.randrange(len(data) + 1)] + other[chance.randrange(len(other) + 1) :]
    return data


def _find_change(data: bytes) -> Callable[[Random, bytes], bytes] | None:
    """Return the change that knows the format of a file."""
    if data.startswith(b"\x89PNG"):
        return _change_png
    if data.startswith(b"\xff\xd8"):
        return _change_jpeg
    if data[:4] in (b"II*\0", b"MM\0*"):
        return _change_tiff
    if data[4:8] == b"ftyp":
        return _change_boxes
    if data.startswith(b"PK"):
        return _change_zip
    if data.startswith(b"{"):
        return _change_json
    if re.match(rb"[\s\w.#\[\]-]+(=|\n)", data[:80]):
        return _change_toml
    return None


def _change_bytes(chance: Random, data: bytes) -> bytes:
    if not data:
        return chance.randbytes(8)
    at, length = chance.randrange(len(data)), chance.choice((1, 2, 4, 8, 64, 1024))
    match chance.randrange(7):
        case 0:
            return data[:at] + bytes([data[at] ^ (1 << chance.randrange(8))]) + data[at + 1 :]
        case 1:
            form = chance.choice((">H", "<H", ">I", "<I"))
            size = struct.calcsize(form)
            number = struct.pack(form, chance.choice(NUMBERS) % 256**size)
            return data[:at] + number + data[at + size :]
        case 2:
            return data[:at] + data[at + length :]
        case 3:
            return data[:at] + data[at : at + length] * chance.choice((2, 3, 50)) + data[at + length :]
        case 4:
            return data[:at] + chance.randbytes(length) + data[at:]
        case 5:
            return data[:at]
        case _:
            return data[:at] + chance.randbytes(length) + data[at + length :]


def _change_part(chance: Random, parts: list[bytes]) -> list[bytes]:
    """Return parts with one of them changed, doubled, moved or left out."""
    at = chance.randrange(len(parts))
    match chance.randrange(6):
        case 0:
            return parts[:at] + parts[at + 1 :]
        case 1:
            return parts[:at] + [parts[at]] * chance.choice((2, 3, 40, 400)) + parts[at + 1 :]
        case 2:
            return chance.sample(parts, len(parts))
        case _:
            return [*parts[:at], _change_bytes(chance, parts[at]), *parts[at + 1 :]]


def _change_png(chance: Random, data: bytes) -> bytes:
    """Change a chunk and write its checksum again, or that of its unpacked pixels."""
    at, parts = 8, list[bytes]()
    while at + 8 <= len(data) and len(parts) < 2000:
        length = int.from_bytes(data[at : at + 4])
        parts.append(data[at + 4 : at + 8 + length])
        at += length + 12
    if not parts:
        return _change_bytes(chance, data)
    whole = data[:8]
    for part in _change_part(chance, parts):
        whole += struct.pack(">I", max(0, len(part) - 4)) + part + struct.pack(">I", zlib.crc32(part))
    return whole


def _change_jpeg(chance: Random, data: bytes) -> bytes:
    at, parts = 2, list[bytes]()
    while at + 4 <= len(data) and data[at] == 0xFF and data[at + 1] != 0xDA and len(parts) < 2000:
        length = int.from_bytes(data[at + 2 : at + 4])
        parts.append(data[at : at + 2 + length])
        at += 2 + length
    if not parts:
        return _change_bytes(chance, data)
    whole = data[:2]
    for part in _change_part(chance, parts):
        if chance.random() < 0.9 and 4 <= len(part) <= 65_537:
            part = part[:2] + struct.pack(">H", len(part) - 2) + part[4:]
        whole += part
    return whole + data[at:]


def _change_tiff(chance: Random, data: bytes) -> bytes:
    """Change an entry of the first directory."""
    order = "<" if data[:2] == b"II" else ">"
    try:
        (start,) = struct.unpack_from(f"{order}I", data, 4)
        (entries,) = struct.unpack_from(f"{order}H", data, start)
        place = start + 2 + 12 * chance.randrange(entries)
        tag, kind, count, value = struct.unpack_from(f"{order}HHII", data, place)
    except (struct.error, ValueError):
        return _change_bytes(chance, data)
    tag = chance.choice((tag, tag, tag, 256, 257, 258, 259, 262, 273, 277, 278, 279, 322, 323, 324, 34675))
    kind = chance.choice((kind, kind, chance.randrange(20)))
    count = chance.choice((count, count, chance.choice(NUMBERS)))
    value = chance.choice((value, chance.choice(NUMBERS), chance.randrange(len(data))))
    return data[:place] + struct.pack(f"{order}HHII", tag, kind, count, value) + data[place + 12 :]


def _change_boxes(chance: Random, data: bytes) -> bytes:
    """Change the bytes of a box of an AVIF or HEIC near its name."""
    names = [
        found.start() for found in re.finditer(rb"meta|iloc|iinf|infe|iprp|ipco|ipma|colr|pitm|av1C", data)
    ]
    if not names:
        return _change_bytes(chance, data)
    place = max(0, chance.choice(names) - 4)
    end = place + chance.choice((8, 16, 32, 64))
    return data[:place] + _change_bytes(chance, data[place:end]) + data[end:]


def _correct_manifest(manifest: bytes, name: str, content: bytes) -> bytes:
    """Return the manifest of a pack with size and digest of a changed file; one that is damaged stays."""
    try:
        table = json.loads(manifest)
        table["files"][name] |= {"bytes": len(content), "sha256": sha256(content).hexdigest()}
        return json.dumps(table).encode()
    except (ValueError, KeyError, TypeError):
        return manifest


def _change_zip(chance: Random, data: bytes) -> bytes:
    """Change a file in a zip, and its digest in the manifest."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            files = {info.filename: archive.read(info) for info in archive.infolist()}
    except Exception:  # it is damaged already
        return _change_bytes(chance, data)
    if not files:
        return _change_bytes(chance, data)
    name = chance.choice(list(files))
    change = _find_change(files[name]) or _change_bytes
    files[name] = change(chance, files[name])
    manifest = next((each for each in files if each.endswith("manifest.json")), "")
    if manifest and manifest != name:
        files[manifest] = _correct_manifest(files[manifest], name.rpartition("/")[2], files[name])
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for each, content in files.items():
            archive.writestr(each, content)
    return target.getvalue()


def _change_json(chance: Random, data: bytes) -> bytes:
    """Put another value somewhere into a document."""
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        return _change_bytes(chance, data)
    node = document
    for _ in range(12):
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        if not keys:
            break
        key = chance.choice(keys)
        if not isinstance(node[key], dict | list) or not node[key] or chance.random() < 0.2:
            node[key] = chance.choice(VALUES)
            break
        node = node[key]
    try:
        return json.dumps(document).encode()
    except ValueError:
        return _change_bytes(chance, data)


def _change_toml(chance: Random, data: bytes) -> bytes:
    lines = data.decode("utf-8", "replace").split("\n")
    at = chance.randrange(len(lines))
    name = lines[at].partition("=")[0] if "=" in lines[at] else "title "
    match chance.randrange(5):
        case 0:
            del lines[at]
        case 1:
            lines.insert(at, lines[chance.randrange(len(lines))])
        case 2:
            lines.insert(
                at, chance.choice(("[rights]", "[[artwork]]", "[model.training]", "a.b.c = 1", "\x01"))
            )
        case _:
            lines[at] = f"{name}= {chance.choice(TOKENS)}"
    return "\n".join(lines).encode("utf-8", "surrogatepass")
