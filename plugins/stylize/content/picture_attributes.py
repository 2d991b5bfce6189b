"""What an author writes on a picture: our options, attributes of HTML for the figure, or mistakes.

The same words in every language: `{: stylize=ink #pier }`, `:stylize: ink`, `data-stylize="ink"`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from ..model.errors import suggestion
from ..model.picture_options import NAMES, STYLE_OPTION
from ..model.qualities import explain_old_word

OPTIONS = tuple(STYLE_OPTION if name == "style" else name for name in NAMES)
ON_FIGURE = ("id", "class", "style", "width", "lang", "dir", "role", "translate")
ON_IMAGE = ("title", "loading")

_FREE = re.compile(r"(?:data|aria)-[a-z0-9_.-]+")
_PERCENTAGE = re.compile(r"[\d.]+_?$")  # how attr_list leaves a "70%," outside of quotes
_WIDTH = re.compile(r"(\d+(?:\.\d+)?) ?(px|%|em|rem|ch|ex|vw|in|cm|mm|pt|pc)?")


@dataclass(frozen=True, slots=True)
class PictureAttributes:
    """The attributes of one picture, sorted; `photo`, `alt` and its link are not among them."""

    options: Mapping[str, str] = field(default_factory=dict)  # by the names in `OPTIONS`
    html: tuple[tuple[str, str], ...] = ()  # for the figure and its image
    problem: str = ""  # the first mistake


def sort_attributes(written: Mapping[str, str]) -> PictureAttributes:
    """Return the attributes of a picture as options and HTML, with the first mistake in them."""
    options = {name: value for name, value in written.items() if name in OPTIONS}
    html: dict[str, str] = {}
    problem = ""
    for name, value in written.items():
        if name in OPTIONS or name in ("src", "alt"):
            continue
        text = _find_mistake(name, value, written)
        problem = problem or text
        if not text and value:
            html[name] = _format_width(value) if name == "width" else value
    return PictureAttributes(options, tuple(html.items()), problem)


def make_request(
    written: Mapping[str, str],
    *,
    inherited: Mapping[str, str] | None = None,
    link: str = "",
    problem: str = "",
) -> dict[str, object]:
    """Return the request of a picture as plain values, for its placeholder.

    written: all its attributes, `src` and `alt` among them. inherited: options written for several pictures.
    problem: a mistake that was found already.
    """
    sorted_ones = sort_attributes(written)
    options = {**(inherited or {}), **sorted_ones.options}
    request: dict[str, object] = {
        "photo": written.get("src", ""),
        **{name: options.get(option, "") for name, option in zip(NAMES, OPTIONS, strict=True)},
        "alt": written.get("alt", ""),
        "link": link,
        "problem": problem or sorted_ones.problem,
    }
    return {**request, "html": sorted_ones.html} if sorted_ones.html else request


def _find_mistake(name: str, value: str, written: Mapping[str, str]) -> str:
    """Return what is wrong with an attribute that is no option of ours, or ""."""
    if name == "style" and ":" not in value:
        return f"there is no option 'style' beside a picture. Write stylize={value}."
    if name == "width" and not _WIDTH.fullmatch(value):
        return f"width is {value!r}, but must be a number of pixels or a share, such as 300 or 50%."
    if name == "height":
        return (
            "height cannot be set: a picture keeps the shape of its photo, and width decides both. "
            f"Remove the height of {value}."
        )
    if name == "loading" and value not in ("lazy", "eager"):
        return f"loading is {value!r}, but must be lazy or eager."
    if name in ON_FIGURE + ON_IMAGE or _FREE.fullmatch(name):
        return ""
    if _PERCENTAGE.match(name):
        return 'a blend in the text needs quotes around it: stylize="harvesters 70%, hubble-m51 30%".'
    if {"on", "elsewhere"} & set(written):
        return (
            "styles with a mask need quotes around them in the text: "
            'stylize="harvesters on sky.png, overprint elsewhere".'
        )
    if name == "method":
        return explain_old_word("option method", value, write="quality={}")
    return f"there is no option {name!r}.{suggestion(name, OPTIONS, many='options')}"


def _format_width(value: str) -> str:
    """Return a width as CSS."""
    found = _WIDTH.fullmatch(value)
    assert found  # `_find_mistake` has refused others
    return f"{found[1]}{found[2] or 'px'}"
