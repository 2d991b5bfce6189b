"""Writes items to an index, and tells which of them show the same picture."""

import json
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ...storage.atomic_files import STORE, explain_refusals
from ..record import MuseumRecord
from ..record_json import make_values
from .database import (
    PATIENCE,
    Vector,
    explain_errors,
    prepare,
    read_own_styles,
    set_aside_if_unusable,
)
from .looks import Look, count_different_bits

# Bits of 64 in which the hashes of the same picture may differ. Of 174 works of the Met any two differ in 14
# or more. The same work at half its size, lighter or in gray differs in 8 or fewer; so do nine of ten works
# without 2 % of each edge.
TWIN_BITS = 8
TWIN_ASPECT = 0.05  # and their ratios of width to height differ by no more than this share


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexedItem:
    """An item as it goes into the index."""

    record: MuseumRecord
    place: str = ""  # of its picture's file on this machine, as messages name it; "" if it has none
    digest: str = ""  # sha256 of its picture's file; "" without a picture
    look: Look | None = None  # None without a picture, or if it cannot be read
    aspect: float = 1.0  # width to height
    vector: Sequence[float] = ()
    problem: str = ""  # why there is no look


class IndexWriter:
    """Writes to an index. Several may write to one file at the same time, also from several processes."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._last = 0  # the last item whose hash is in these lists
        self._count = 0
        # Item, hash and aspect of all pictures; with room for more, since they grow with every picture.
        self._pictures = np.empty(1024, np.dtype([("id", "i8"), ("hash", "i8"), ("aspect", "f4")]))

    def digest_of(self, key: str) -> str | None:
        """Return the digest of the picture that the index has of an item; None if it has none.

        A picture that could not be read counts as known, by its digest.
        """
        row = self._connection.execute(
            "SELECT digest FROM items LEFT JOIN looks ON item = id"
            " WHERE key = ? AND digest <> '' AND (item IS NOT NULL OR problem <> '')",
            (key,),
        ).fetchone()
        return None if row is None else str(row[0])

    def add(self, items: Sequence[IndexedItem]) -> list[tuple[str, str]]:
        """Write items, all or none; returns the pairs of keys that show the same picture: new and earlier.

        An item whose key is known replaces what was known of it; without a digest, its picture stays.
        """
        with self._transaction():
            return [pair for item in items if (pair := self._add(item))]

    def read_own_styles(self) -> dict[str, Vector]:
        """Return the vectors of the library's artworks that are kept, by the digest of the artwork's file."""
        return read_own_styles(self._connection)

    def save_own_styles(self, vectors: Mapping[str, Sequence[float]]) -> None:
        """Keep the vectors of the library's artworks, by the digest of the artwork's file."""
        with self._transaction():
            self._connection.executemany(
                "INSERT OR REPLACE INTO own_styles VALUES (?, ?)",
                [(digest, _pack(vector)) for digest, vector in vectors.items()],
            )

    def close(self) -> None:
        """Close the file, with all in it and nothing beside it."""
        with suppress(sqlite3.Error):  # somebody else reads it; the file beside it is written in later
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._connection.close()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.rollback()
            raise
        self._connection.commit()

    def _add(self, item: IndexedItem) -> tuple[str, str] | None:
        facts = {
            **_make_row(item.record),
            "place": item.place,
            "digest": item.digest,
            "problem": item.problem,
        }
        columns = ", ".join(f'"{name}"' for name in facts)
        changes = ", ".join(f'"{name}" = excluded."{name}"' for name in facts if name != "digest")
        self._connection.execute(
            f"INSERT INTO items ({columns}) VALUES ({', '.join('?' * len(facts))})"
            f" ON CONFLICT (key) DO UPDATE SET {changes},"
            " digest = coalesce(nullif(excluded.digest, ''), digest)"
            # An item without a change is not written: its words are not indexed again.
            " WHERE record <> excluded.record OR place <> excluded.place OR problem <> excluded.problem"
            " OR excluded.digest NOT IN ('', digest)",
            list(facts.values()),
        )
        (id,) = self._connection.execute("SELECT id FROM items WHERE key = ?", (item.record.key,)).fetchone()
        if item.look is None:
            if item.digest:  # of a picture that cannot be read: another one was there before
                for table in ("looks", "thumbnails"):
                    self._connection.execute(f"DELETE FROM {table} WHERE item = ?", (id,))
            return None
        self._read_hashes()
        twin, bits = self._find_twin(item, id)
        self._connection.execute("UPDATE items SET twin = NULL, bits = NULL WHERE twin = ?", (id,))
        self._connection.execute("UPDATE items SET twin = ?, bits = ? WHERE id = ?", (twin, bits, id))
        palette = item.look.palette.tobytes()
        signed = int(np.uint64(item.look.hash).astype(np.int64))
        row = (id, _pack(item.vector), palette, signed, item.aspect)
        self._connection.execute("INSERT OR REPLACE INTO looks VALUES (?, ?, ?, ?, ?)", row)
        self._connection.execute("INSERT OR REPLACE INTO thumbnails VALUES (?, ?)", (id, item.look.thumbnail))
        if twin is None:
            return None
        (key,) = self._connection.execute("SELECT key FROM items WHERE id = ?", (twin,)).fetchone()
        return item.record.key, key

    def _read_hashes(self) -> None:
        """Read the hashes that were written since, here or by another process."""
        rows = self._connection.execute(
            "SELECT item, hash, aspect FROM looks WHERE item > ? ORDER BY item", (self._last,)
        ).fetchall()
        if not rows:
            return
        self._last = rows[-1][0]
        while self._count + len(rows) > len(self._pictures):
            self._pictures = np.concatenate([self._pictures, np.empty_like(self._pictures)])
        self._pictures[self._count : self._count + len(rows)] = rows
        self._count += len(rows)

    def _find_twin(self, item: IndexedItem, id: int) -> tuple[int | None, int | None]:
        """Return the first item that shows the same picture, and in how many bits the hashes differ."""
        assert item.look is not None
        row = self._connection.execute(
            "SELECT id, twin FROM items WHERE digest = ? AND id <> ? ORDER BY id LIMIT 1", (item.digest, id)
        ).fetchone()
        if row:
            return (None, None) if row[1] == id else (row[1] or row[0], 0)
        known = self._pictures[: self._count]
        known = known[(np.abs(known["aspect"] / item.aspect - 1) <= TWIN_ASPECT) & (known["id"] != id)]
        bits = count_different_bits(item.look.hash, known["hash"].view(np.uint64))
        if not len(bits) or bits.min() > TWIN_BITS:
            return None, None
        nearest = bits.argmin()
        other = int(known["id"][nearest])
        (twin,) = self._connection.execute("SELECT twin FROM items WHERE id = ?", (other,)).fetchone()
        return (None, None) if twin == id else (twin or other, int(bits[nearest]))


@contextmanager
def open_for_writing(path: Path) -> Iterator[tuple[IndexWriter, str]]:
    """Open an index, or begin one; yields it, and a sentence about an earlier one that could not be used.

    A damaged file, or one of another version, is set aside as index.sqlite.damaged. Vectors of an earlier
    predictor are removed; their items are read again with their source.
    """
    with explain_errors(path):
        with explain_refusals(path.parent, doing="keeping an index", setting=STORE):
            path.parent.mkdir(parents=True, exist_ok=True)
        notice = set_aside_if_unusable(path)
        connection = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)
        writer = IndexWriter(connection)
        try:
            prepare(connection)
            yield writer, notice
        finally:
            writer.close()


def _make_row(record: MuseumRecord) -> dict[str, object]:
    creator = ", ".join(creator.name for creator in record.creators)
    words = (
        *(record.title, creator, record.institution, record.date, record.medium, record.description),
        *(record.accession, record.alt, *record.part_of),
    )
    license = record.rights.license
    return {
        "key": record.key,
        "title": record.title,
        "creator": creator,
        "institution": record.institution,
        "date": record.date,
        "begin": record.span.begin if record.span else None,
        "end": record.span.end if record.span else None,
        "license": license.code,
        "family": license.family,
        "page": record.page,
        "words": "\n".join(filter(None, words)),
        "record": json.dumps(make_values(record), ensure_ascii=False, separators=(",", ":")),
    }


def _pack(vector: Sequence[float]) -> bytes:
    return np.asarray(vector, np.float32).tobytes()
