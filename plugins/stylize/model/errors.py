"""Errors in the site's own files, with messages for its author."""

from collections.abc import Callable, Iterable
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class UserError(Exception):
    """A problem with the site's own files or with the computer; ends the build with exit code 2.

    Each message is complete by itself: where, what, what to do. One error carries every problem of a run.
    """

    exitcode = 2  # used by Pelican's main()

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class PhotoError(UserError):
    """A photo that cannot be read or used. Its message says what and what to do; the caller adds where."""


def attempt(problems: list[str], call: Callable[P, T], *given: P.args, **named: P.kwargs) -> T | None:
    """Call a function and return its result; if it raises a UserError, note its problems and return None."""
    try:
        return call(*given, **named)
    except UserError as error:
        problems += error.problems
        return None


def suggestion(word: str, known: Iterable[str], *, many: str = "") -> str:
    """Return " Did you mean 'x'?", or the list of known words if none is similar.

    many: what the known words are called, in the plural ("styles"); "" for no list.
    """
    from difflib import get_close_matches  # a build without mistakes does not load it

    words = sorted(known)
    near = get_close_matches(word, words, n=1, cutoff=0.6)
    if near:
        return f" Did you mean {near[0]!r}?"
    if words and many:
        return f" The {many} are: {', '.join(words)}."
    return ""
