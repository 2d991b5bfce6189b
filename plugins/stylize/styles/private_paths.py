"""Leave out where files lie on their author's machine, in texts that are handed on, such as boards."""

import tempfile
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any


def make_hider(places: Iterable[Path] = ()) -> Callable[[str], str]:
    """Return a function that shortens the absolute paths in a text.

    places: files and folders that were typed; what lies there is named from their own name on, as in
    "museum/wave.jpg". Paths below the current folder, the user's home or the temporary folder start there.
    """
    named = {str(place.absolute().parent) for place in places}
    general = {str(Path.cwd()), str(Path.home()), tempfile.gettempdir()}
    prefixes = sorted((f"{folder.rstrip('/')}/" for folder in named | general), key=len, reverse=True)

    def hide(text: str) -> str:
        for prefix in prefixes:
            if prefix != "/":
                text = text.replace(prefix, "")
        return text

    return hide


def hide_in(facts: Any, hide: Callable[[str], str], *names: str) -> Any:
    """Return a dataclass with these fields shortened: texts, or tuples and lists of texts."""
    return replace(facts, **{name: _hide_value(getattr(facts, name), hide) for name in names})


def _hide_value(value: Any, hide: Callable[[str], str]) -> Any:
    return hide(value) if isinstance(value, str) else type(value)(map(hide, value))
