"""Parses what an author writes as a style: one name, or a blend: "harvesters 70%, hubble-m51 30%"."""

import re
from collections.abc import Mapping
from decimal import Decimal

from ..model.entities import Style, StyleShare
from ..model.errors import UserError, suggestion

PLAIN = "none"  # the style of a photo that is shown as it is
MOST = 4  # styles in a blend; a fifth one leaves no visible trace

_QUOTES = "“”„‘’‚«»\"'"
_PART = re.compile(r"([^\s%]+)(?:\s+(-?\d+(?:\.\d+)?)\s*%)?")


class StyleExpressionError(UserError):
    """Everything that is wrong with a style expression."""

    def __init__(self, *wrong: tuple[str, str]) -> None:
        """wrong: each problem, and the author's words that it is about."""
        super().__init__(*(text for text, _ in wrong))
        self.wrong = wrong


def parse_style_expression(written: str, styles: Mapping[str, Style]) -> tuple[StyleShare, ...]:
    """Return the styles and their parts, the largest part first; raises StyleExpressionError."""
    if "%" not in written and "," not in written:
        return (StyleShare(style=find_style(written, styles)),)
    if written.strip(_QUOTES) != written:
        raise _misquoted(written)
    pieces = [piece.strip() for piece in written.split(",") if piece.strip()]
    if not any(piece.strip("% ") for piece in pieces):
        text = f"{written!r} names no style. Write one, or several as in: harvesters 70%, ink 30%."
        raise StyleExpressionError((text, written))
    wrong: list[tuple[str, str]] = []
    if len(pieces) > MOST:
        count = len(pieces)
        wrong.append(
            (f"a blend has at most {MOST} styles, but this one has {count}. Leave some out.", written)
        )
    parts: dict[str, Decimal] = {}  # in percent
    for piece in pieces:
        try:
            name, part = _read_part(piece)
            if name in parts:
                raise StyleExpressionError(
                    (f"{name!r} is named twice. Name it once, with the sum of its parts.", name)
                )
            parts[name] = part
            if find_style(name, styles).is_imported:
                text = (
                    f"{name!r} is an imported style, whose network is its own and cannot be blended. Name it"
                    " alone, or leave it out."
                )
                raise StyleExpressionError((text, name))
        except StyleExpressionError as error:
            wrong += error.wrong
    total = sum(parts.values(), Decimal())
    if total != 100 and len(parts) == len(pieces):  # otherwise a problem is reported already
        wrong.append((_not_whole(written, parts, total), written))
    if wrong:
        raise StyleExpressionError(*wrong)
    shares = [StyleShare(style=styles[name], part=float(part / 100)) for name, part in parts.items()]
    return tuple(sorted(shares, key=lambda share: (-share.part, share.style.slug)))


def find_style(name: str, styles: Mapping[str, Style]) -> Style:
    """Return the style of this name; raises StyleExpressionError with the nearest name."""
    if not name:
        text = (
            "this picture names no style. Add a line 'Style: NAME' to the front matter, or write "
            f"{{: stylize=NAME }} after the picture.{suggestion('', styles, many='styles')}"
        )
        raise StyleExpressionError((text, name))
    if name.strip(_QUOTES) != name:
        raise _misquoted(name)
    if not styles:
        text = f"there is no style {name!r}: the style library is empty. Put a style into styles/."
        raise StyleExpressionError((text, name))
    try:
        return styles[name]
    except KeyError:
        near = suggestion(name, styles, many="styles")
        raise StyleExpressionError((f"there is no style {name!r}.{near}", name)) from None


def _read_part(piece: str) -> tuple[str, Decimal]:
    """Return the name and the percentage in a piece such as "harvesters 70%"."""
    found = _PART.fullmatch(piece)
    if not found:
        if re.search(r"%\s*\S", piece):
            text = f"there is no comma between the styles in {piece!r}. Put one after each percentage."
        else:
            text = f"{piece!r} is not a style and its percentage. Write them as in: harvesters 70%."
        raise StyleExpressionError((text, piece))
    name, number = found[1], found[2]
    if name == PLAIN:
        text = "'none' cannot be part of a blend. To keep more of the photo, lower the strength."
    elif number is None:
        text = f"{name!r} has no percentage. In a blend each style has one, as in: {name} 30%."
    elif Decimal(number) <= 0:
        text = f"{name!r} has {number}%. Leave the style out, or give it more."
    else:
        return name, Decimal(number)
    raise StyleExpressionError((text, piece))


def _not_whole(written: str, parts: Mapping[str, Decimal], total: Decimal) -> str:
    if len(parts) == 1 and total < 100:
        (name,) = parts
        return (
            f"{written!r} names {total:f}% of a picture only. Name a style for the rest, or write {name} "
            f"alone, with strength {total / 100:f}."
        )
    return f"the parts of {written!r} add to {total:f}%, not 100%. Correct the percentages."


def _misquoted(written: str) -> StyleExpressionError:
    bare = written.strip(_QUOTES)
    return StyleExpressionError(
        (f"the style is written with quotes, {written}. Write it without them: {bare}.", written)
    )
