"""An answer of a museum, and a view of its JSON that names the field where something is wrong."""

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ..errors import ChangedShape, UnexpectedAnswer
from .plain_texts import clean_text

_WRAPPERS = ("_content", "$", "@value", "content", "value", "def", "#text")  # of texts, in several services
_LANGUAGES = ("en", "none", "@none", "")  # which of several languages, the first that is there


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a museum answered to one request."""

    url: str  # that was asked, without a key
    body: bytes
    media_type: str = "application/json"
    fetched: str = ""  # when: ISO 8601, UTC

    def text(self) -> str:
        """Return the body as text: in the charset of its media type, or in UTF-8."""
        charset = re.search(r"charset=\"?([\w.:-]+)", self.media_type, re.IGNORECASE)
        try:
            return self.body.decode(charset[1] if charset else "utf-8-sig")
        except (LookupError, UnicodeDecodeError):  # a charset that does not exist, or is not true
            return self.body.decode("utf-8-sig", errors="replace")

    def json(self) -> "View":
        """Return the body as JSON; raises UnexpectedAnswer if it is not JSON, or was cut off."""
        try:
            text = self._decode_json()
            return View(json.loads(text, parse_constant=_refuse_constant))
        except RecursionError:
            raise UnexpectedAnswer("the answer is nested too deeply") from None
        except ValueError as error:
            if self.body.lstrip()[:1] == b"<":
                raise UnexpectedAnswer("it answers with a web page, where JSON is promised") from None
            where = getattr(error, "pos", 0)
            if where >= len(text.rstrip()) - 1 or "Unterminated" in str(error):
                raise UnexpectedAnswer(
                    f"the answer breaks off after {len(self.body)} bytes, in the middle of its JSON"
                ) from None
            raise UnexpectedAnswer(f"the answer is not JSON: {error}") from None

    def _decode_json(self) -> str:
        """Return the text of JSON, UTF-8 (RFC 8259, section 8.1) or, from old programs, Windows-1252."""
        for charset in (json.detect_encoding(self.body), "cp1252"):
            try:
                return self.body.decode(charset)
            except UnicodeDecodeError:
                continue
        return self.body.decode("utf-8", errors="replace")


class View:
    """A value of a JSON text, with its place.

    What is missing or null reads as empty. What is there in another form than a museum promises raises
    ChangedShape, with the place: "objects[0].title is a list, not text".
    """

    __slots__ = ("place", "value")

    def __init__(self, value: Any, place: str = "") -> None:
        self.value = value
        self.place = place

    def __bool__(self) -> bool:
        """Whether there is anything: neither missing, null, nor an empty text, list or object."""
        return self.value not in (None, "", [], {})

    def at(self, *names: str | int) -> "View":
        """Return the value below these names and numbers; an empty view if there is none.

        An empty list may be an empty object: several services, in PHP, write them alike.
        """
        found = self
        for name in names:
            place = f"{found.place}[{name}]" if isinstance(name, int) else f"{found.place}.{name}".lstrip(".")
            value = None
            if isinstance(name, int) and isinstance(found.value, list):
                value = found.value[name] if -len(found.value) <= name < len(found.value) else None
            elif isinstance(name, str) and isinstance(found.value, dict):
                value = found.value.get(name)
            elif found.value not in (None, []) and not (name == 0 and not isinstance(found.value, list)):
                kind = "a list" if isinstance(name, int) else "an object"
                raise ChangedShape(f"{found.name} is {_describe(found.value)}, not {kind}")
            elif name == 0:  # one value in the place of a list of one
                value, place = found.value, found.place
            found = View(value, place)
        return found

    def need(self, *names: str | int) -> "View":
        """Return the value below these names; raises ChangedShape if it is missing."""
        found = self.at(*names)
        if found.value is None:
            raise ChangedShape(f"{found.name} is missing")
        return found

    @property
    def name(self) -> str:
        """The place, as a message names it."""
        return f"the field {self.place}" if self.place else "the answer"

    def text(self, *names: str | int) -> str:
        """Return a text, cleaned; of several the first, of several languages English; "" if there is none.

        Numbers are texts too. HTML stays: see `plain_texts.strip_html`.
        """
        return next(iter(self.at(*names)._texts()), "")

    def texts(self, *names: str | int) -> list[str]:
        """Return all texts of a list, cleaned and without empty ones; a single text is a list of one."""
        return list(self.at(*names)._texts())

    def number(self, *names: str | int) -> int:
        """Return a whole number, also if it is written as text; 0 if there is none."""
        found = self.at(*names)
        if not found or isinstance(found.value, bool):
            return 0
        if isinstance(found.value, int):
            return found.value if abs(found.value) < 2**53 else 0
        try:
            number = float(found.text().replace(",", ""))
        except ValueError:
            raise ChangedShape(f"{found.name} is {_describe(found.value)}, not a number") from None
        return int(number) if math.isfinite(number) and abs(number) < 2**53 else 0

    def flag(self, *names: str | int) -> bool | None:
        """Return whether something is so, written in any way; None if nothing is said."""
        found = self.at(*names)
        if found.value in (None, ""):
            return None
        value = found.value.strip().lower() if isinstance(found.value, str) else found.value
        if value in (True, "true", "yes", "1"):
            return True
        if value in (False, "false", "no", "0"):
            return False
        raise ChangedShape(f"{found.name} is {_describe(found.value)}, not true or false")

    def views(self, *names: str | int) -> "list[View]":
        """Return the values of a list; a single value is a list of one; [] if there is none."""
        found = self.at(*names)
        if found.value is None:
            return []
        if isinstance(found.value, list):
            return [View(value, f"{found.place}[{number}]") for number, value in enumerate(found.value)]
        return [found]

    def items(self, *names: str | int) -> "list[tuple[str, View]]":
        """Return the members of an object; [] if there is none."""
        found = self.at(*names)
        if not found:
            return []
        if not isinstance(found.value, dict):
            raise ChangedShape(f"{found.name} is {_describe(found.value)}, not an object")
        return [(key, View(value, f"{found.place}.{key}".lstrip("."))) for key, value in found.value.items()]

    def need_views(self, *names: str | int) -> "list[View]":
        """Return the values of a list that has to be there; raises ChangedShape if it is not a list."""
        found = self.need(*names)
        if not isinstance(found.value, list):
            raise ChangedShape(f"{found.name} is {_describe(found.value)}, not a list")
        return found.views()

    def _texts(self) -> Iterator[str]:
        value = self.value
        if value is None or isinstance(value, bool):
            return
        if isinstance(value, str | int | float):
            if text := clean_text(str(value)):
                yield text
        elif isinstance(value, list):
            for part in self.views():
                yield from part._texts()
        else:
            name = next((name for name in _WRAPPERS if name in value), None)
            if name is None:
                name = next((name for name in _LANGUAGES if name in value), None)
            if name is None and value and all(re.fullmatch(r"[a-z]{2,3}(-\w+)*", key) for key in value):
                name = next(iter(value))  # another language
            if name is None:
                raise ChangedShape(f"{self.name} is an object, not text")
            yield from self.at(name)._texts()


def _describe(value: object) -> str:
    kinds = {str: "text", bool: "true or false", int: "a number", float: "a number", list: "a list"}
    return kinds.get(type(value), "an object")


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is no value of JSON")
