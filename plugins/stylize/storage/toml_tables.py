"""Turns a TOML table or a settings dict into a frozen dataclass, and reports what is unknown or wrong."""

import types
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields
from datetime import date
from pathlib import Path
from reprlib import Repr
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from ..model.errors import UserError, suggestion
from ..model.plain_text import describe_forbidden
from .ordinary_files import UnusualFileError, read_ordinary

T = TypeVar("T")

MOST_BYTES = 2**20  # of a TOML file; a style has 4,000


class Names(str):
    """The type of a text field that a file may also give as a list of names."""

    __slots__ = ()


_NAMES = {
    str: "text",
    Names: "text or a list of names",
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    date: "a date such as 2026-11-22",
}

LONGEST_KEY = 200  # characters of a dotted key in a message, from its end


def read_toml(path: Path, *, where: str) -> dict[str, Any]:
    """Read a TOML file; raises UserError if it cannot be read, or is not UTF-8 or not TOML.

    Raises FileNotFoundError if there is no such file.
    """
    import tomllib

    try:
        # -sig: Notepad puts a byte order mark before the text. TOML knows both line endings.
        table = tomllib.loads(read_ordinary(path, limit=MOST_BYTES).decode("utf-8-sig"))
    except UnusualFileError as error:
        raise UserError(f"{where}: {error}") from None
    except UnicodeDecodeError:
        raise UserError(f"{where}: this file is not UTF-8 text. Save it as UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        raise UserError(f"{where}: not valid TOML: {error}.") from None
    except ValueError:  # Python reads no number of more than 4,300 digits
        raise UserError(f"{where}: one of its numbers is far too long. Shorten it, or quote it.") from None
    except RecursionError:
        raise UserError(f"{where}: it is nested too deeply. Write it flat.") from None
    except FileNotFoundError:
        raise
    except OSError as error:
        raise UserError(f"{where}: the file cannot be read: {error.strerror or error}.") from None
    problems = [f"{where}: {problem}" for problem in _find_unusable(table)]
    if problems:
        raise UserError(*problems)
    return table


def _find_unusable(table: dict[str, Any]) -> Iterator[str]:
    """Yield what is wrong with values that TOML's rules, pages and feeds do not allow, wherever they are."""
    waiting: list[tuple[str, object]] = [
        ("", table)
    ]  # not by recursion: a dotted key nests as deep as it is long
    while waiting:
        key, value = waiting.pop()
        if isinstance(value, dict):
            for name in value:
                if forbidden := describe_forbidden(name):
                    yield f"the key {brief(name)} contains {forbidden}. Remove it."
            inner = [(f"{key}.{name}"[-LONGEST_KEY:] if key else name, each) for name, each in value.items()]
            waiting += reversed(inner)
        elif isinstance(value, list):
            waiting += [(key, each) for each in reversed(value)]
        elif isinstance(value, str):
            if forbidden := describe_forbidden(value):
                place = brief(key)[1:-1]
                yield f"{place} contains {forbidden}, which no page and no feed can show. Remove it."
        elif isinstance(value, int) and not -(2**63) <= value < 2**63:  # TOML 1.0, "Integer"
            yield f"{brief(key)[1:-1]} is a number of more than 64 bits. Shorten it, or quote it."


def from_table(kind: type[T], table: Mapping[str, Any], *, where: str) -> T:
    """Make a dataclass from a table of plain values; raises UserError with every problem of the table.

    Problems are unknown keys, missing keys and values of the wrong type.
    """
    types_of = get_type_hints(kind)
    known = {field.name: field for field in fields(kind)}  # type: ignore[arg-type]
    problems = [
        f"{where}: there is no setting {key!r}.{suggestion(key, known, many='settings')}"
        for key in table
        if key not in known
    ]
    values = {}
    for name, field in known.items():
        if name not in table:
            if field.default is MISSING and field.default_factory is MISSING:
                problems.append(
                    f"{where}: {name!r} is missing. Add a line: {name} = {_sample(types_of[name])}"
                )
            continue
        try:
            values[name] = _checked(table[name], types_of[name])
        except TypeError as error:
            problems.append(f"{where}: {name} must be {error}, but is {brief(table[name])}.")
    if problems:
        raise UserError(*problems)
    try:
        return kind(**values)
    except ValueError as error:  # a range that the dataclass checks itself
        raise UserError(f"{where}: {error}.") from None


def brief(value: object) -> str:
    """Return a value for a message, cut if it is long or deeply nested."""
    return _BRIEF.repr(value)


_BRIEF = Repr()
_BRIEF.maxstring = _BRIEF.maxother = _BRIEF.maxlong = 300
_BRIEF.maxlist = _BRIEF.maxtuple = _BRIEF.maxdict = 20


def _checked(value: Any, expected: Any) -> Any:
    """Return the value as the expected type; raises TypeError with the name of the type."""
    if get_origin(expected) in (Union, types.UnionType):
        expected = next(part for part in get_args(expected) if part is not type(None))
        if value is None:
            return None
    origin = get_origin(expected) or expected
    if origin is Names:
        if isinstance(value, list) and value and all(isinstance(name, str) for name in value):
            return ", ".join(value[:-1]) + (" and " if value[1:] else "") + value[-1]
        origin = str if isinstance(value, str) else Names
    if origin in (tuple, list):
        (inner, *_) = get_args(expected)
        if isinstance(value, (list, tuple)):
            return tuple(_checked(item, inner) for item in value)
        raise TypeError("a list")
    if origin is Path and isinstance(value, (str, Path)):
        return Path(value)
    if origin is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if not isinstance(value, origin) or (isinstance(value, bool) and origin is not bool):
        raise TypeError(_NAMES.get(origin, f"a {origin.__name__}"))
    return value


def _sample(expected: Any) -> str:
    samples = {str: '"..."', Names: '"..."', int: "1", float: "1.0", bool: "true", date: "2026-11-22"}
    return samples.get(expected, "...")
