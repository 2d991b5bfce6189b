"""Takes items out of the index, so that nothing of them is left in its file."""

import sqlite3
from collections.abc import Collection
from contextlib import closing
from pathlib import Path

from .database import PATIENCE, explain_errors


def count_entries(path: Path, *, keys: Collection[str], digests: Collection[str]) -> int:
    """Return how many items and own styles an index has of these keys, or with pictures of these sha256."""
    if not path.is_file():
        return 0
    with explain_errors(path), closing(sqlite3.connect(path, timeout=PATIENCE)) as connection:
        styles = _find(connection, "own_styles", "digest", digests)
        return len(_find_items(connection, keys, digests)) + len(styles)


def remove_entries(path: Path, *, keys: Collection[str], digests: Collection[str]) -> None:
    """Remove them, with their thumbnails and vectors; raises UserError if the index cannot be written."""
    if not path.is_file():
        return
    with explain_errors(path), closing(sqlite3.connect(path, timeout=PATIENCE)) as connection:
        connection.execute("PRAGMA secure_delete = ON")
        with connection:
            for id in _find_items(connection, keys, digests):
                _remove(connection, id)
            for digest in digests:
                connection.execute("DELETE FROM own_styles WHERE digest = ?", (digest,))
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _find_items(connection: sqlite3.Connection, keys: Collection[str], digests: Collection[str]) -> set[int]:
    rows = _find(connection, "items", "key", keys) + _find(connection, "items", "digest", digests)
    return {int(row[0]) for row in rows}


def _find(
    connection: sqlite3.Connection, table: str, column: str, values: Collection[str]
) -> list[tuple[int]]:
    found = []
    for value in values:
        query = f"SELECT rowid FROM {table} WHERE {column} = ?"
        found += connection.execute(query, (value,)).fetchall()
    return found


def _remove(connection: sqlite3.Connection, id: int) -> None:
    has_texts = connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'texts'").fetchone()
    if has_texts:
        (words,) = connection.execute("SELECT words FROM items WHERE id = ?", (id,)).fetchone()
        connection.execute("INSERT INTO texts (texts, rowid, words) VALUES ('delete', ?, ?)", (id, words))
    connection.execute("UPDATE items SET twin = NULL, bits = NULL WHERE twin = ?", (id,))
    for table, column in (("looks", "item"), ("thumbnails", "item"), ("items", "id")):
        connection.execute(f"DELETE FROM {table} WHERE {column} = ?", (id,))
