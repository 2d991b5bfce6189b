"""Read the years of a date as museums write it. What is not understood stays text and has no span."""

import re

from ..record import Span

_BC = r"(b\.?\s?c\.?(\s?e\.?)?)"
_CIRCA = r"(ca?\.?|circa|about|around|probably|possibly|before|after|by|um|vers|etwa|omstreeks)\s+"
_CENTURY = re.compile(
    rf"(?:(early|mid|late|first half(?: of the)?|second half(?: of the)?)[\s-]+)?(\d{{1,2}})(?:st|nd|rd|th)"
    rf"(?:\s?[-–/]\s?(\d{{1,2}})(?:st|nd|rd|th))?\s+(?:century|c\.)\s*{_BC}?",
    re.IGNORECASE,
)
_DECADE = re.compile(r"\b(\d{3})0'?s\b")
_WILD = re.compile(r"\b(\d{2})(\d|[-?uxX*])[-?uxX*](?!\d)")  # 186-? and 18--
_RANGE = re.compile(rf"(\d{{1,4}})\s*{_BC}?\s?(?:[-–—/]|to|until|bis)\s?(\d{{1,4}})\s*{_BC}?", re.IGNORECASE)
_YEAR = re.compile(rf"(?<![\d.,/])(\d{{3,4}}|\d{{1,2}}(?=\s*b\.?\s?c))(?![\d.,]*\d)\s*{_BC}?", re.IGNORECASE)
_DAY = re.compile(r"\b(\d{4})-(0[1-9]|1[0-2])(-\d{2})?([T ].*)?$")  # 1862-64 is no month


def read_span(text: str) -> Span | None:
    """Return the years of "ca. 1862–64", "late 16th century", "1850s", "450 B.C.", "[186-?]"; else None."""
    plain = re.sub(_CIRCA, "", re.sub(r"[\[\]()?]", " ", text.strip()), flags=re.IGNORECASE).strip()
    if day := _DAY.match(plain):
        return _make(int(day[1]), int(day[1]))
    if century := _CENTURY.search(plain):
        return _read_century(century)
    if decade := _DECADE.search(plain):
        return _make(10 * int(decade[1]), 10 * int(decade[1]) + 9)
    if wild := _WILD.search(re.sub(r"[\[\]()]", "", text)):
        begin = int(wild[1]) * 100 + (10 * int(wild[2]) if wild[2].isdigit() else 0)
        return _make(begin, begin + (9 if wild[2].isdigit() else 99))
    years = re.sub(
        r"\b(\d{1,2}\s+)?(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w*\.?\s+", "", plain, flags=re.I
    )
    if range_ := _RANGE.search(years):
        return _read_range(range_)
    found = [(-int(year[1]) if year[2] else int(year[1])) for year in _YEAR.finditer(years)]
    return _make(min(found), max(found)) if found else None


def make_span(begin: int, end: int) -> Span | None:
    """Return the span of two years that a museum gives as numbers; 0 and 0 mean that it does not know."""
    return None if begin == end == 0 else _make(begin or 1, end or begin)


def _read_century(found: re.Match[str]) -> Span | None:
    part, first, last, before = found[1] or "", int(found[2]), int(found[3] or found[2]), found[4]
    if before:  # the 5th century BC: 500 to 401 BC
        begin, end = -100 * max(first, last), -100 * (min(first, last) - 1) - 1
    else:
        begin, end = 100 * (first - 1) + 1, 100 * last
    word = part.lower()
    if word.startswith(("early", "first")):
        end = begin + (32 if word == "early" else 49)
    elif word.startswith(("late", "second")):
        begin = end - (32 if word == "late" else 49)
    elif word == "mid":
        begin, end = begin + 33, begin + 66
    return _make(begin, end)


def _read_range(found: re.Match[str]) -> Span | None:
    first, last = found[1], found[4]
    is_before, ends_before = bool(found[2]), bool(found[5])
    if ends_before and not is_before:
        is_before = True  # 450–430 B.C.
    if len(last) < len(first) and not ends_before:
        last = first[: len(first) - len(last)] + last  # 1862–64
    begin, end = int(first), int(last)
    return _make(-begin if is_before else begin, -end if ends_before else end)


def _make(begin: int, end: int) -> Span | None:
    return Span(begin, end) if -20_000 <= begin <= end <= 3000 else None
