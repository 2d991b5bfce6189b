"""Finds the line of a post that a message is about.

Pelican's readers keep no line numbers, so the file is read again, but only if there is a message.
"""

import re
from itertools import dropwhile, takewhile
from pathlib import Path

from ..model.markup import MARKDOWN, RESTRUCTUREDTEXT, find_markup

_FENCE = re.compile(r"\s*(```|~~~)")
_FIELD = re.compile(r":?([A-Za-z][\w-]*)\s*:|\s*<meta\b.*?\bname\s*=\s*[\"']?([\w-]+)", re.IGNORECASE)
_NEXT_PICTURE = re.compile(r"\s*\.\.\s|.*<img\b|\s*$", re.IGNORECASE)


def format_place(post: str, line: int) -> str:
    """Return "post:line", or only the post if the line is not known (0)."""
    return f"{post}:{line}" if line else post


def find_field_line(path: Path, field: str, *, about: str = "") -> int:
    """Return the line of a field in the front matter, or the line of the field that contains `about`.

    about: text within the field's lines, such as the second photo of `Photos`. Returns 0 if there is no
    such field.
    """
    first = 0
    name = ""
    for number, line in _front_matter(path):
        found = _FIELD.match(line)
        name = (found[1] or found[2]).lower() if found else name
        if name != field.lower():
            continue
        first = first or number
        if about and about in line:
            return number
    return first


def find_text_line(path: Path, *needles: str) -> int:
    """Return the first line of the text that contains all needles, or else the first of them.

    Code blocks are skipped. Returns 0 if there is no such line.
    """
    wanted = [needle for needle in needles if needle]
    text = _text(path)
    for among in (wanted, wanted[:1]):
        for number, line in text:
            if among and all(needle in line for needle in among):
                return number
    return 0


def find_picture_line(path: Path, photo: str, *, about: str = "") -> int:
    """Return the line of a picture in the text, or the line of its options that contains `about`.

    A directive of reStructuredText, and an image of HTML, may have its options on the lines below it.
    Returns 0 if there is no such picture.
    """
    if find_markup(path.name) is MARKDOWN:
        return find_text_line(path, f"({photo}", about) or find_text_line(path, photo)
    text = _text(path)
    first = 0
    for place, (number, line) in enumerate(text):
        if photo not in line:
            continue
        first = first or number
        for further, options in text[place:]:
            if further > number and _NEXT_PICTURE.match(options):
                break
            if about and about in options:
                return further
    return first


def problem_sort_key(problem: str) -> tuple[str, int, str]:
    """Return a sort key for problems, in the order in which an author corrects them: by post and line."""
    position = _POSITION.match(problem)
    return (position[1], int(position[2] or 0), problem) if position else (problem, 0, problem)


_POSITION = re.compile(r"(.*?)(?::(\d+))?: ")


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text("utf-8-sig", errors="replace").splitlines()
    except OSError:
        return []


def _front_matter(path: Path) -> list[tuple[int, str]]:
    """Return the numbered lines up to the first empty one, or between lines of `---`.

    In reStructuredText, the first list of fields; in HTML, the head.
    """
    lines = _lines(path)
    markup = find_markup(path.name)
    if markup is RESTRUCTUREDTEXT:
        fields = dropwhile(lambda pair: not pair[1].startswith(":"), enumerate(lines, 1))
        return list(takewhile(lambda pair: pair[1].strip(), fields))
    if path.suffix.lower() in (".html", ".htm"):
        return list(takewhile(lambda pair: "</head" not in pair[1].lower(), enumerate(lines, 1)))
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
