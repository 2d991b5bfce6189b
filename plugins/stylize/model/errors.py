"""What is wrong with the site's own files, told to the person who writes it."""

from collections.abc import Iterable


class UserError(Exception):
    """A mistake in the site's own files or the world around them; ends the build with exit code 2.

    A message stands alone: where, what, what to do. One error carries every problem of a run.
    """

    exitcode = 2  # Pelican's main() exits with it

    def __init__(self, *problems: str) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class PhotoError(UserError):
    """A photo that cannot be read or used; its message says what and what to do, the caller adds where."""


def suggestion(word: str, known: Iterable[str], *, many: str = "") -> str:
    """Return " Did you mean 'x'?", or the known words when nothing is near, or "" when there are none.

    many: what the known words are, in the plural ("styles"), for the list.
    """
    from difflib import get_close_matches  # for who made a mistake; a good build need not load it

    words = sorted(known)
    near = get_close_matches(word, words, n=1, cutoff=0.6)
    if near:
        return f" Did you mean {near[0]!r}?"
    if words and many:
        return f" The {many} are: {', '.join(words)}."
    return ""
