"""Where in a post something stands: Markdown keeps no line numbers, so the file is read again.

Only when there is something to say; a post without mistakes is never looked at twice.
"""

import re
from pathlib import Path

_FENCE = re.compile(r"\s*(```|~~~)")
_FIELD = re.compile(r"([A-Za-z][\w-]*)\s*:")


def format_place(post: str, line: int) -> str:
    """Return "post:line", or the post alone where the line is not known (0)."""
    return f"{post}:{line}" if line else post


def find_field_line(path: Path, field: str, *, about: str = "") -> int:
    """Return the line of the front matter that holds a field, or of its part that speaks of something.

    about: words within the field's lines, such as the second photo of `Photos`. 0 where it is not there.
    """
    first = 0
    name = ""
    for number, line in _front_matter(path):
        found = _FIELD.match(line)
        name = found[1].lower() if found else name
        if name != field.lower():
            continue
        first = first or number
        if about and about in line:
            return number
    return first


def find_text_line(path: Path, *needles: str) -> int:
    """Return the first line of the text, code blocks left out, that holds all of these, or else the first.

    0 where there is none.
    """
    wanted = [needle for needle in needles if needle]
    text = _text(path)
    for among in (wanted, wanted[:1]):
        for number, line in text:
            if among and all(needle in line for needle in among):
                return number
    return 0


def place_order(problem: str) -> tuple[str, int, str]:
    """Return what sorts problems as an author mends them: by post, from its first line to its last."""
    place = _PLACE.match(problem)
    return (place[1], int(place[2] or 0), problem) if place else (problem, 0, problem)


_PLACE = re.compile(r"(.*?)(?::(\d+))?: ")


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text("utf-8-sig", errors="replace").splitlines()
    except OSError:
        return []


def _front_matter(path: Path) -> list[tuple[int, str]]:
    """Return the numbered lines down to the first empty one, or between fences of `---`."""
    lines = _lines(path)
    fenced = bool(lines) and lines[0].strip() == "---"
    head: list[tuple[int, str]] = []
    for number, line in enumerate(lines[fenced:], 1 + fenced):
        if line.strip() in ("---", "...") or not (fenced or line.strip()):
            break
        head.append((number, line))
    return head


def _text(path: Path) -> list[tuple[int, str]]:
    head = _front_matter(path)
    start = head[-1][0] if head else 0
    text: list[tuple[int, str]] = []
    in_code = False
    for number, line in enumerate(_lines(path)[start:], start + 1):
        if _FENCE.match(line):
            in_code = not in_code
        elif not in_code:
            text.append((number, line))
    return text
