"""Points in time as Wikidata writes them: https://www.wikidata.org/wiki/Help:Dates."""

import re
from dataclasses import dataclass

from ..errors import ChangedShape
from ..record import Span
from .answer import View
from .dates import make_span

CENTURY, DECADE, YEAR, MONTH, DAY = 7, 8, 9, 10, 11  # precisions
EARLIEST, LATEST, CIRCUMSTANCES = "P1319", "P1326", "P1480"  # qualifiers of a date
CIRCA = "Q5727902"


@dataclass(frozen=True, slots=True, kw_only=True)
class Time:
    """A date as a reader writes it, and its years."""

    text: str  # "1889-06", "1880s", "16th century", "450 BC"
    begin: int
    end: int


def read_time(claim: View) -> Time | None:
    """Return the date of a statement; None if it has no known value."""
    return _read_snak(claim.at("mainsnak"))


def read_times(claim: View) -> tuple[str, Span | None]:
    """Return the date of a statement and its span, with what its qualifiers say: circa, earliest, latest."""
    time = read_time(claim)
    qualifiers = claim.at("qualifiers")
    earliest, latest = (
        next((found for snak in qualifiers.views(name) if (found := _read_snak(snak))), None)
        for name in (EARLIEST, LATEST)
    )
    begin, end = earliest or time or latest, latest or time or earliest
    if not begin or not end:
        return "", None
    circa = any(snak.text("datavalue", "value", "id") == CIRCA for snak in qualifiers.views(CIRCUMSTANCES))
    text = f"{earliest.text}–{latest.text}" if earliest and latest else (time or begin).text
    return f"c. {text}" if circa else text, make_span(begin.begin, end.end)


def _read_snak(snak: View) -> Time | None:
    value = snak.at("datavalue", "value")
    if snak.text("snaktype") not in ("value", "") or not value:
        return None
    written = value.need("time").text()
    parts = re.match(r"([+-]?)(\d{1,16})-(\d\d)-(\d\d)", written)
    if not parts:
        raise ChangedShape(f"{value.at('time').name} is {written!r}, not a date of Wikidata")
    number = int(parts[2])
    precision = value.number("precision") or YEAR
    if not number or precision < CENTURY:  # millennia and longer say too little
        return None
    before = parts[1] == "-"
    if precision == CENTURY:
        century = (number + 99) // 100
        last, first = 100 * century, 100 * century - 99
        text = f"{century}{_ordinal(century)} century"
    elif precision == DECADE:
        first = number // 10 * 10
        first, last = max(first, 1), first + 9
        text = f"{number // 10 * 10}s"
    else:
        first = last = number
        text = str(number)
        if precision >= MONTH and parts[3] != "00" and not before:
            text = f"{number:04}-{parts[3]}"
            if precision >= DAY and parts[4] != "00":
                text += f"-{parts[4]}"
    if before:
        return Time(text=f"{text} BC", begin=-last, end=-first)
    return Time(text=text, begin=first, end=last)


def _ordinal(number: int) -> str:
    return "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
