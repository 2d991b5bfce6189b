"""Reads the options that an author wrote for a picture: words become parameters, or problems."""

from collections.abc import Iterable, Set
from dataclasses import dataclass, replace
from typing import Any

from ..model.entities import Method, Parameters, Request
from ..model.methods import USED_BY, uses
from ..model.picture_options import PHOTO, PictureOptions

Wrong = tuple[str, str, str]  # the problem, the words that it is about, the front matter field of them


@dataclass(frozen=True, slots=True, kw_only=True)
class _Number:
    """An option whose value is a number."""

    name: str
    least: float
    most: float
    example: str
    takes_percent: bool = True  # people write "70%" for 0.7
    takes_photo: bool = False  # "photo" means the most


_NUMBERS = (
    _Number(name="strength", least=0, most=1, example="0.7"),
    _Number(name="stroke", least=0.1, most=4, example="0.5", takes_percent=False),
    _Number(name="content", least=0, most=1, example="0.5"),
    _Number(name="color", least=0, most=1, example="0.5", takes_photo=True),
    _Number(name="tone", least=0, most=1, example="0.5", takes_photo=True),
)


def find_used_options(methods: Set[Method]) -> frozenset[str]:
    """Return the options that at least one of these methods uses, of those that some methods do not use."""
    return frozenset(name for name in USED_BY if any(uses(method, name) for method in methods))


def read_parameters(
    request: Request, method: Method | None, *, defaults: Parameters, used: frozenset[str]
) -> tuple[Parameters, list[Wrong]]:
    """Return the parameters of a picture, and what is wrong with the words for them.

    method: of the picture; None if it is not known, as after a misspelled quality. used: the options that
    pictures of the same post use. What the post says for all its pictures is left out where a picture does
    not use it and another does.
    """
    skipped = [
        name
        for name in USED_BY
        if method and not uses(method, name) and not getattr(request.own, name) and name in used
    ]
    written = replace(request.options, **dict.fromkeys(skipped, ""))
    values, wrong = parse_amounts(written)
    named = [name for name in USED_BY if getattr(written, name)]
    if method:
        wrong += [(text, getattr(written, name), name) for name, text in find_unused(named, method)]
    if wrong:
        return defaults, wrong
    return replace(defaults, **values), wrong


def parse_amounts(options: PictureOptions) -> tuple[dict[str, Any], list[Wrong]]:
    """Return the values of the options that are numbers, of those that are written, and what is wrong."""
    values: dict[str, Any] = {}
    wrong: list[Wrong] = []
    for option in _NUMBERS:
        written = getattr(options, option.name)
        if not written:
            continue
        try:
            values[option.name] = _parse(written, option)
        except ValueError:
            limits = f"{option.least:g} to {option.most:g}, such as {option.example}."
            if option.takes_photo:
                text = f"{option.name} is {written!r}, but must be photo or a number from {limits}"
            else:
                text = f"{option.name} is {written!r}, but must be a number from {limits}"
            wrong.append((text, written, option.name))
    return values, wrong


def find_unused(names: Iterable[str], method: Method) -> list[tuple[str, str]]:
    """Return the options that a method does not use, of those that were set, and why they cannot be."""
    return [(name, _NOT_USED[name]) for name in names if not uses(method, name)]


_NOT_USED = {
    "content": "content is for the qualities good and best, but this picture is quick. Write quality=good as"
    " well, or leave content out.",
    "stroke": "stroke cannot be set for a quick picture in an imported style, whose network draws strokes of"
    " one size. Write quality=good as well, or leave stroke out.",
}


def _parse(written: str, option: _Number) -> float:
    if option.takes_photo and written == PHOTO:
        return float(option.most)  # 1 and 1.0 would make two keys
    is_share = option.takes_percent and written.endswith("%")
    number = float(written.removesuffix("%") if is_share else written) / (100 if is_share else 1)
    if not option.least <= number <= option.most:
        raise ValueError(number)
    return number
