"""Edit a style.toml that a person may have written: comments, order, quotes and line endings stay."""

import tomllib
from codecs import BOM_UTF8
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from ..model.entities import Verdict
from ..model.errors import UserError
from ..storage.atomic_files import detect_newline, write_whole
from ..storage.toml_tables import read_toml

Values = Mapping[str, object]

ORIGINS = ("training", "imported")  # tables within [model] that say where the weights come from


@contextmanager
def edit_style_toml(path: Path, *, where: str) -> Iterator[Any]:
    """Yield the file as a tomlkit document, and save it if it was changed.

    Raises UserError if the file is not valid TOML, or is written in a way that tomlkit cannot edit.
    """
    from tomlkit import parse  # only commands edit styles, so a build never loads it

    read_toml(path, where=where)  # reports what is wrong with the file
    mark = "\ufeff" if path.read_bytes().startswith(BOM_UTF8) else ""  # Notepad writes it
    before = path.read_text("utf-8-sig")
    document = _join_parts(parse(f"{before.rstrip()}\n"), "model")
    yield document
    after = f"{document.as_string().rstrip()}\n"
    if not _has_values(after, document.unwrap()):
        raise UserError(f"{where}: its tables are in an order that cannot be edited here. Edit it by hand.")
    if after != before:
        write_whole(path, mark + after, newline=detect_newline(path))


def write_artwork_digest(path: Path, digest: str, *, where: str) -> None:
    """Write the sha256 of artwork.jpg into [artwork], and add a table [model] if there is none."""
    with edit_style_toml(path, where=where) as document:
        if isinstance(document.get("artwork"), dict):
            set_values(document["artwork"], {"sha256": digest})
            if "model" not in document:
                _add(document, "model", {"method": "feed-forward", "how": ""})


def write_model(path: Path, values: Values, origins: Mapping[str, Values], *, where: str) -> None:
    """Write what is known of a style's weights into [model], and its tables of ORIGINS."""
    with edit_style_toml(path, where=where) as document:
        model = document["model"]
        set_values(model, values)
        for name in ORIGINS:
            if name not in origins:
                _remove_table(model, name)
            elif name in model:
                replace_values(model[name], origins[name])
            else:
                _add(model, name, origins[name])


def remove_training(path: Path, *, where: str) -> None:
    """Remove the record of a training, or of an import: new weights are about to be made."""
    with edit_style_toml(path, where=where) as document:
        for name in ORIGINS:
            _remove_table(document["model"], name)


def write_verdict(path: Path, verdict: Verdict, *, where: str) -> None:
    """Write a verdict, in place of an earlier one."""
    values: dict[str, object] = {"word": verdict.word}
    values |= {"note": verdict.note} if verdict.note else {}
    values |= {"suits": list(verdict.suits)} if verdict.suits else {}
    values["on"] = date.fromisoformat(verdict.on)
    with edit_style_toml(path, where=where) as document:
        if "verdict" in document:
            replace_values(document["verdict"], values)
        else:
            _add(document, "verdict", values)


def set_values(table: Any, values: Values) -> None:
    """Set values of a table. One that is equal already keeps the form it is written in."""
    for name, value in values.items():
        if name not in table:
            tail = _take_tail(table)
            table[name] = _item(value)
            _put_back(table, tail)
        elif table[name] != value:
            table[name] = _item(value)


def replace_values(table: Any, values: Values) -> None:
    """Make these the only values of a table."""
    for name in [name for name in table if name not in values]:
        table.remove(name)
    set_values(table, values)


def _join_parts(parsed: Any, name: str) -> Any:
    """Return a document in which a table and the tables within it are next to each other.

    tomlkit cannot add to a table whose parts are apart, as in [model] [verdict] [model.training].
    """
    from tomlkit import document, nl

    parts = [item for key, item in parsed.body if key is not None and key.key == name]
    if len(parts) < 2:
        return parsed
    whole = next((part for part in parts if not part.is_super_table()), parts[0])
    joined = document()
    joined.parsing(True)  # or else it adds blank lines
    for key, item in parsed.body:
        if key is None or key.key != name or item is whole:
            joined.append(key, item)
            continue
        for inner_key, inner in item.value.body:
            tail = _take_tail(inner)
            whole.append(inner_key, inner)
            inner.add(nl())
            _put_back(joined, tail, is_blank=joined.as_string().endswith("\n\n"))
    return joined


def _has_values(text: str, values: Values) -> bool:
    """Whether a text is TOML with these values: tomlkit does not write all tables correctly."""
    try:
        return tomllib.loads(text) == values
    except tomllib.TOMLDecodeError:
        return False


def _add(parent: Any, name: str, values: Values) -> None:
    """Add a table behind the last value or table, below a blank line."""
    from tomlkit import table

    new = table()
    for key, value in values.items():
        new.append(key, _item(value))
    tail = _take_tail(parent)
    if not parent.as_string().endswith("\n\n"):
        new.trivia.indent = "\n"
    parent[name] = new
    _put_back(new, tail)


def _remove_table(parent: Any, name: str) -> None:
    if name in parent:
        tail = _take_tail(parent[name])
        del parent[name]
        _put_back(parent, [*_take_tail(parent), *tail])


def _take_tail(table: Any) -> list[Any]:
    """Remove and return the comments and blank lines at the end of a table: they belong to the next one."""
    from tomlkit.items import Comment, Whitespace

    body = getattr(getattr(table, "value", table), "body", [])
    tail: list[Any] = []
    while body and body[-1][0] is None:
        _, item = body.pop()
        if isinstance(item, Comment | Whitespace):
            tail.insert(0, item)
    return tail


def _put_back(table: Any, tail: list[Any], *, is_blank: bool = False) -> None:
    """Add comments and blank lines to the end of a table, with one blank line where two would meet."""
    from tomlkit.items import Whitespace

    for item in tail:
        if not (is_blank and isinstance(item, Whitespace)):
            table.add(item)
        is_blank = isinstance(item, Whitespace)


def _item(value: object) -> Any:
    from tomlkit import inline_table, item

    if isinstance(value, Mapping):
        table = inline_table()
        table.update(value)
        return table
    return item(value)
