"""Ask an index: by facts, text, color, and by likeness to a picture or to the styles of the library."""

import json
import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ...images.color.oklab import rgb_to_oklab
from ...model.errors import UserError, suggestion
from ...rights.vocabulary import FAMILIES, LICENSES, get_license
from ...styles.audition.board import ALIKE
from ..record import MuseumRecord, Span
from ..record_json import read_values
from .database import Vector

# "open": statements that allow pictures made from the work, also for money. Some are about one country only.
OPEN = ("PD", "PD-US", "NKC", "BY", "BY-SA", "BY-SA-1.0")
# In Oklab: from here on a color does not count as the one that is asked for. Brown is 0.13 from #c33.
FAR_COLOR = 0.12
LEAST_SHARE = 0.02  # of a picture, that has to be near the color
CHUNK = 4096  # items that are compared at a time
MORE = 5  # times as many candidates as asked for, since some turn out to be the same picture

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What to find. Whatever is asked has to be true of an item; likeness and color also rank."""

    like: Sequence[float] = ()  # the style vector of a picture
    like_name: str = ""  # what messages call it
    like_key: str = ""  # of the item that it belongs to, which is left out
    unlike_mine: bool = False  # leave out what looks like a style of `owned`, and begin with what is farthest
    owned: Mapping[str, Sequence[float]] = field(default_factory=dict)  # vectors of the library's styles
    color: str = ""  # "#c33" or "teal"
    text: str = ""  # words that the record has, each of them or a longer one that begins so
    years: Span | None = None
    rights: str = ""  # "open", a license ("CC0-1.0"), or a family of licenses ("BY")
    most: int = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """An item that was found."""

    id: int
    record: MuseumRecord
    score: float | None  # from 0 to 1, the best first; None if nothing ranks
    why: tuple[str, ...]  # what it was found by, in words
    place: str  # of its picture's file on this machine; "" if it has none
    also: tuple[str, ...] = ()  # keys of other items that show the same picture


def find(connection: sqlite3.Connection, question: Question) -> list[Hit]:
    """Return the items that fit, the best first; raises UserError where a color or a license is not one.

    The score is the product of what ranks, each from 0 to 1: likeness as (1 + cosine) / 2, distance from the
    library as (1 - cosine) / 2 of its most similar style, and the share of the picture near the color.
    Cosines are those of the board of an audition: of style vectors without the mean of the library's.
    """
    where, given = _make_filter(connection, question)
    if question.like or question.unlike_mine or question.color:
        ranked = _rank(connection, question, where=where, given=given)
    else:
        ranked = [(id, None, ()) for id in _list_by_facts(connection, question, where=where, given=given)]
    return _collect(connection, ranked, question)


def find_vector(connection: sqlite3.Connection, key: str) -> Vector | None:
    """Return the style vector of an item; None if the index has none."""
    row = connection.execute(
        "SELECT vector FROM looks JOIN items ON id = item WHERE key = ?", (key,)
    ).fetchone()
    return None if row is None else np.frombuffer(row[0], np.float32)


def find_key(connection: sqlite3.Connection, digest: str) -> str:
    """Return the key of the first item whose picture has a sha256; "" if there is none."""
    row = connection.execute("SELECT key FROM items WHERE digest = ? ORDER BY id", (digest,)).fetchone()
    return "" if row is None else str(row[0])


def read_thumbnail(connection: sqlite3.Connection, id: int) -> bytes:
    """Return the thumbnail of an item, a JPEG; b"" if it has none."""
    row = connection.execute("SELECT jpeg FROM thumbnails WHERE item = ?", (id,)).fetchone()
    return b"" if row is None else bytes(row[0])


def count_items(connection: sqlite3.Connection) -> tuple[int, int]:
    """Return how many items an index has, and how many of them with a picture."""
    (items,) = connection.execute("SELECT count(*) FROM items").fetchone()
    (looks,) = connection.execute("SELECT count(*) FROM looks").fetchone()
    return int(items), int(looks)


def parse_color(text: str) -> Floats:
    """Return lightness, a and b of Oklab, (3,), of "#c33", "#cc3333" or a name of CSS; raises UserError."""
    from PIL import ImageColor

    try:
        rgb = ImageColor.getrgb(text.strip().lower())[:3]
    except ValueError:
        names = suggestion(text.strip().lower(), ImageColor.colormap)
        raise UserError(
            f"--color is {text!r}, which is no color. Write it as #c33, #cc3333 or by its name in CSS.{names}"
        ) from None
    return rgb_to_oklab(np.array([[rgb]], np.uint8)).reshape(3)


def parse_years(text: str) -> Span:
    """Return the years of "1850-1900", "1889" or "-450..-400"; raises UserError."""
    found = re.fullmatch(r"\s*(-?\d{1,5})(?:\s*(?:-|–|\.\.)\s*(-?\d{1,5}))?\s*", text)
    if found:
        begin = int(found[1])
        end = int(found[2]) if found[2] else begin
        if begin <= end:
            return Span(begin, end)
    raise UserError(
        f"--years is {text!r}; write it as 1850-1900, as 1889, or as -450..-400 for years before Christ."
    )


def _make_filter(connection: sqlite3.Connection, question: Question) -> tuple[str, list[object]]:
    """Return a condition of SQL on the facts of items, and what stands for its question marks."""
    conditions: list[str] = ["1"]
    given: list[object] = []
    if question.years:
        # A work of 1890–1910 may be of any year of these: it fits if the spans have a year in common.
        conditions.append('"begin" <= ? AND "end" >= ?')
        given += [question.years.end, question.years.begin]
    if question.rights:
        column, values = _read_rights(question.rights)
        conditions.append(f"{column} IN ({', '.join('?' * len(values))})")
        given += values
    words = _split_words(question.text)
    if words and not _has_texts(connection):
        conditions += ["words LIKE ?"] * len(words)
        given += [f"%{word}%" for word in words]  # of the signs of LIKE a word can have _ only, any character
    return " AND ".join(conditions), given


def _read_rights(text: str) -> tuple[str, list[str]]:
    name = text.strip()
    if name.lower() == "open":
        return "family", list(OPEN)
    if license := get_license(name.upper()) or LICENSES.get(name):
        return "license", [license.code]
    family = next((family for family in FAMILIES if family.lower() == name.lower()), None)
    if family is None:
        known = suggestion(name.upper(), [*LICENSES, *FAMILIES])
        raise UserError(
            f"--rights is {text!r}; write open, a license such as CC0-1.0, or one of the families"
            f" {', '.join(FAMILIES)}.{known}"
        )
    return "family", [family]


def _add_text(
    connection: sqlite3.Connection, question: Question, where: str, given: list[object]
) -> tuple[str, list[object]]:
    """Return the condition of `_make_filter` with the one on the text, where SQLite has full texts."""
    if not question.text or not _has_texts(connection):
        return where, given
    condition = f"{where} AND id IN (SELECT rowid FROM texts WHERE texts MATCH ?)"
    return condition, [*given, _make_match(question.text)]


def _split_words(text: str) -> list[str]:
    words = re.findall(r"\w+", text)
    if text and not words:
        raise UserError(f"--text is {text!r}, which has no letters and no digits.")
    return words


def _make_match(text: str) -> str:
    """Return a question of FTS5: every word, or a longer one that begins so."""
    return " ".join(f'"{word}"*' for word in _split_words(text))


def _has_texts(connection: sqlite3.Connection) -> bool:
    return bool(connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'texts'").fetchone())


def _list_by_facts(
    connection: sqlite3.Connection, question: Question, *, where: str, given: list[object]
) -> list[int]:
    """Return the items that fit; those first in which the words weigh most, or the oldest."""
    if question.text and _has_texts(connection):
        rows = connection.execute(
            "SELECT items.id FROM texts JOIN items ON items.id = texts.rowid"
            f" WHERE texts MATCH ? AND {where} ORDER BY rank, key LIMIT ?",
            [_make_match(question.text), *given, MORE * question.most],
        )
    else:
        rows = connection.execute(
            f'SELECT id FROM items WHERE {where} ORDER BY "begin" IS NULL, "begin", key LIMIT ?',
            [*given, MORE * question.most],
        )
    return [id for (id,) in rows]


def _rank(
    connection: sqlite3.Connection, question: Question, *, where: str, given: list[object]
) -> list[tuple[int, float | None, tuple[str, ...]]]:
    """Return the best items with their scores, and why; reads the vectors a chunk at a time."""
    where, given = _add_text(connection, question, where, given)
    owned = {slug: np.asarray(vector, np.float32) for slug, vector in question.owned.items()}
    mean = _find_mean(connection, owned)
    like = _center(np.asarray(question.like, np.float32)[None], mean)[0] if question.like else None
    styles = _center(np.array(list(owned.values())), mean) if owned and question.unlike_mine else None
    color = parse_color(question.color) if question.color else None
    best: list[tuple[float, int, tuple[str, ...]]] = []
    slugs = list(owned)
    for ids, vectors, palettes in _read_looks(connection, where, given):
        scores = np.ones(len(ids), np.float32)
        looks = _center(vectors, mean) if like is not None or styles is not None else vectors
        cosines = nearest = shares = None
        if like is not None:
            cosines = looks @ like
            scores *= (1 + cosines) / 2
        if styles is not None:
            amounts = looks @ styles.T
            nearest = amounts.argmax(axis=1)
            amounts = amounts.max(axis=1)
            scores *= np.where(amounts < ALIKE, (1 - amounts) / 2, 0)
        if color is not None:
            distances = np.sqrt(((palettes[:, :, :3] - color) ** 2).sum(axis=2))
            shares = (palettes[:, :, 3] * np.clip(1 - distances / FAR_COLOR, 0, 1)).sum(axis=1)
            scores *= np.where(shares >= LEAST_SHARE, shares, 0)
        for index in np.argsort(-scores, kind="stable")[: MORE * question.most]:
            if scores[index] <= 0:
                break
            why = []
            if cosines is not None:
                why.append(f"like {question.like_name} ({cosines[index]:.2f})")
            if nearest is not None:
                why.append(f"of yours, {slugs[nearest[index]]} is nearest ({amounts[index]:.2f})")
            if shares is not None:
                why.append(f"{shares[index]:.0%} near {question.color}")
            best.append((float(scores[index]), int(ids[index]), tuple(why)))
        best = sorted(best, key=lambda one: (-one[0], one[1]))[: MORE * question.most]
    return [(id, score, why) for score, id, why in best]


def _find_mean(connection: sqlite3.Connection, owned: Mapping[str, Vector]) -> Vector:
    """Return what all vectors share: the mean of the library's, or of the index's if there are under two."""
    if len(owned) > 1:
        return np.asarray(np.mean(list(owned.values()), axis=0, dtype=np.float64), np.float32)
    total: Any = None
    count = 0
    for _, vectors, _ in _read_looks(connection, "1", []):
        added = vectors.astype(np.float64).sum(axis=0)
        total = added if total is None else total + added
        count += len(vectors)
    return np.asarray(0.0 if total is None else total / count, np.float32)


def _center(vectors: Floats, mean: Vector) -> Floats:
    """Return vectors (N, D) without what all of them share, of length 1."""
    rest: Floats = vectors - mean
    lengths = np.linalg.norm(rest, axis=1, keepdims=True)
    return np.asarray(rest / np.where(lengths > 0, lengths, 1), np.float32)


def _read_looks(
    connection: sqlite3.Connection, where: str, given: Sequence[object]
) -> Iterator[tuple[NDArray[np.int64], Floats, Floats]]:
    """Yield items (N,), vectors (N, D) and palettes (N, COLORS, 4), a chunk at a time."""
    join = "" if where == "1" else " JOIN items ON id = item"
    cursor = connection.execute(f"SELECT item, vector, palette FROM looks{join} WHERE {where}", given)
    while rows := cursor.fetchmany(CHUNK):
        ids = np.array([row[0] for row in rows], np.int64)
        vectors = np.frombuffer(b"".join(row[1] for row in rows), np.float32).reshape(len(rows), -1)
        palettes = np.frombuffer(b"".join(row[2] for row in rows), np.float16)
        yield ids, vectors, palettes.reshape(len(rows), -1, 4).astype(np.float32)


def _collect(
    connection: sqlite3.Connection,
    ranked: Sequence[tuple[int, float | None, tuple[str, ...]]],
    question: Question,
) -> list[Hit]:
    """Return the hits, one for each picture: others that show the same are named with the first."""
    left_out = connection.execute(
        "SELECT coalesce(twin, id) FROM items WHERE key = ?", (question.like_key,)
    ).fetchone()
    taken: set[int] = {left_out[0]} if left_out else set()
    hits: list[Hit] = []
    for id, score, why in ranked:
        if len(hits) == question.most:
            break
        row = connection.execute("SELECT record, place, twin FROM items WHERE id = ?", (id,)).fetchone()
        first = row[2] or id
        if first in taken:
            continue
        taken.add(first)
        others = connection.execute(
            "SELECT key FROM items WHERE (twin = ? OR id = ?) AND id <> ? ORDER BY id", (first, first, id)
        )
        hits.append(
            Hit(
                id=id,
                record=read_values(json.loads(row[0])),
                score=score,
                why=why,
                place=row[1],
                also=tuple(key for (key,) in others),
            )
        )
    return hits
