"""The file of the index: an SQLite database with one row for each item, each vector and each thumbnail.

Vectors are rows too, of 32-bit floats: 100,000 of them are read and compared in 0.1 s, and no second file can
disagree with the first. A writer commits a batch at a time, so that what was finished survives a kill.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

import numpy as np
from numpy.typing import NDArray

from ...model.command_name import command
from ...model.errors import UserError
from ...model.methods import NETWORK_FILES
from ...storage.atomic_files import display_path

NAME = "index.sqlite"
VERSION = 1  # of the tables
PREDICTOR = NETWORK_FILES["predictor.safetensors"]  # vectors of another one do not compare
PATIENCE = 30.0  # seconds that a writer waits for another one; each holds the file for one batch only
Vector = NDArray[np.float32]

_TABLES = """
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE items (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL, creator TEXT NOT NULL, institution TEXT NOT NULL, date TEXT NOT NULL,
    "begin" INTEGER, "end" INTEGER,
    license TEXT NOT NULL, family TEXT NOT NULL,
    page TEXT NOT NULL, place TEXT NOT NULL,
    words TEXT NOT NULL,
    record TEXT NOT NULL,
    digest TEXT NOT NULL, problem TEXT NOT NULL,
    twin INTEGER, bits INTEGER
);
CREATE INDEX items_digest ON items (digest) WHERE digest <> '';
CREATE INDEX items_twin ON items (twin) WHERE twin IS NOT NULL;
CREATE TABLE looks (
    item INTEGER PRIMARY KEY, vector BLOB NOT NULL, palette BLOB NOT NULL,
    hash INTEGER NOT NULL, aspect REAL NOT NULL
);
CREATE TABLE thumbnails (item INTEGER PRIMARY KEY, jpeg BLOB NOT NULL);
CREATE TABLE own_styles (digest TEXT PRIMARY KEY, vector BLOB NOT NULL);
"""
_TEXTS = """
CREATE VIRTUAL TABLE texts USING fts5 (
    words, content='items', content_rowid='id', tokenize='unicode61 remove_diacritics 2'
);
CREATE TRIGGER items_added AFTER INSERT ON items BEGIN
    INSERT INTO texts (rowid, words) VALUES (new.id, new.words);
END;
CREATE TRIGGER items_changed AFTER UPDATE OF words ON items BEGIN
    INSERT INTO texts (texts, rowid, words) VALUES ('delete', old.id, old.words);
    INSERT INTO texts (rowid, words) VALUES (new.id, new.words);
END;
"""


@contextmanager
def open_for_reading(path: Path) -> Iterator[sqlite3.Connection]:
    """Open an index to ask it; raises UserError if there is none, or a damaged one."""
    if not path.is_file():
        raise UserError(
            f"{display_path(path)}: there is no index yet. Begin one with a folder of pictures,"
            f" a package of a museum or a search: {command('museum.index FOLDER')}"
        )
    with explain_errors(path):
        connection = _connect_to_read(path)
        try:
            found = _read_version(connection)
            if found != VERSION:
                raise UserError(_describe_version(path, found))
            row = connection.execute("SELECT value FROM facts WHERE name = 'predictor'").fetchone()
            if row != (PREDICTOR,):
                raise UserError(
                    f"{display_path(path)}: its vectors are those of an earlier version of the predictor."
                    f" Read the pictures again: {command('museum.index SOURCE')}"
                )
            yield connection
        finally:
            connection.close()


@contextmanager
def explain_errors(path: Path) -> Iterator[None]:
    """Turn an error of SQLite into a UserError that says what to do."""
    where = display_path(path)
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        text = {
            sqlite3.SQLITE_BUSY: "another command is writing to the index. Wait until it ends, or stop it.",
            sqlite3.SQLITE_FULL: "the disk is full; what was finished is kept. Free some space and go on.",
            sqlite3.SQLITE_READONLY: "the index cannot be written here. Make the file writable.",
            sqlite3.SQLITE_CANTOPEN: "the index cannot be opened. Check that file and folder can be read.",
            sqlite3.SQLITE_IOERR: "the disk reports an error. Check the disk.",
        }.get(code)
        if text is None and isinstance(error, sqlite3.DatabaseError) and code in _DAMAGED:
            text = f"the index is damaged. Build it again: {command('museum.index SOURCE')}"
        if text is None:
            raise
        raise UserError(f"{where}: {text}") from error


def read_own_styles(connection: sqlite3.Connection) -> dict[str, Vector]:
    """Return the vectors of the library's artworks that are kept, by the digest of the artwork's file."""
    rows = connection.execute("SELECT digest, vector FROM own_styles")
    return {digest: np.frombuffer(vector, np.float32) for digest, vector in rows}


def set_aside_if_unusable(path: Path) -> str:
    """Rename a file that cannot be used; returns a sentence about it, "" if there is none."""
    if not path.is_file():
        return ""
    reason = _find_damage(path)
    if not reason:
        return ""
    aside = path.with_name(f"{path.name}.damaged")
    for end in ("", "-wal", "-shm"):
        with suppress(FileNotFoundError):
            path.with_name(path.name + end).replace(aside.with_name(aside.name + end))
    return f"{reason} It was set aside as {aside.name}, and is built again."


def prepare(connection: sqlite3.Connection) -> None:
    """Make the tables of a new index, and remove the vectors of an earlier predictor."""
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")  # a power cut may lose the last batch, and nothing else
    connection.execute("BEGIN IMMEDIATE")
    if _read_version(connection) == 0:
        for statement in _split(_TABLES):
            connection.execute(statement)
        with suppress(sqlite3.OperationalError):  # an SQLite without FTS5: texts are searched with LIKE
            for statement in _split(_TEXTS):
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {VERSION}")
    row = connection.execute("SELECT value FROM facts WHERE name = 'predictor'").fetchone()
    if row is None or row[0] != PREDICTOR:
        connection.execute("INSERT OR REPLACE INTO facts VALUES ('predictor', ?)", (PREDICTOR,))
        connection.execute("DELETE FROM looks")
        connection.execute("DELETE FROM own_styles")
    connection.commit()


_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def _connect_to_read(path: Path) -> sqlite3.Connection:
    # A reader of a file in WAL mode makes a small file beside it. Where it may not, nobody writes either.
    address = f"file:{quote(str(path.absolute()))}?mode=ro"
    connection = sqlite3.connect(address, uri=True, timeout=PATIENCE)
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except sqlite3.OperationalError as error:
        connection.close()
        if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY):
            raise
        return sqlite3.connect(f"{address}&immutable=1", uri=True)
    except BaseException:
        connection.close()
        raise
    return connection


def _split(script: str) -> list[str]:
    """Return the statements of a script; `executescript` would commit between them."""
    statements, statement = [], ""
    for line in script.strip().splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            statements.append(statement)
            statement = ""
    return statements


def _find_damage(path: Path) -> str:
    connection = sqlite3.connect(path, timeout=PATIENCE)
    try:
        version = _read_version(connection)
        if version not in (0, VERSION):
            return _describe_version(path, version)
        (answer,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
        if answer == "ok" and (version == 0 or {"items", "looks", "thumbnails", "own_styles"} <= tables):
            return ""
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF not in _DAMAGED:
            raise
    finally:
        connection.close()
    return f"{display_path(path)}: the index is damaged."


def _read_version(connection: sqlite3.Connection) -> int:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)


def _describe_version(path: Path, found: int) -> str:
    return (
        f"{display_path(path)}: the index is of version {found}, and this program reads version {VERSION}."
        f" {command('museum.index SOURCE')} builds it again."
    )
