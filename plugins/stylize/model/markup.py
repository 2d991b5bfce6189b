"""The languages in which posts are written, and how the advice in a message is written in each.

Messages are composed with advice in Markdown, `{: stylize=none }`; `translate_advice` turns it into
`:stylize: none` for a post in reStructuredText, and into `data-stylize="none"` for one in HTML.
"""

import re
from dataclasses import dataclass
from pathlib import PurePath

from .picture_options import NAMES, STYLE_OPTION


@dataclass(frozen=True, slots=True, kw_only=True)
class Markup:
    """One language. {name} and {value} stand for those of a field or an option, {photo} for a file."""

    field: str  # a line of front matter
    option: str  # of one picture
    place: str  # where the options of a picture are
    alt: str  # a picture with alt text
    more_photos: str  # how the photos of the front matter are written


MARKDOWN = Markup(
    field="{name}: {value}",
    option="{name}={value}",
    place="right after the picture",
    alt="![Two men mending a net]({photo})",
    more_photos="Indent each photo after the first line by four spaces.",
)
RESTRUCTUREDTEXT = Markup(
    field=":{name}: {value}",
    option=":{name}: {value}",
    place="among the options of its directive",
    alt=":alt: Two men mending a net",
    more_photos="Indent each photo after the line of :photos: by four spaces.",
)
HTML = Markup(
    field='<meta name="{name}" content="{value}">',
    option='data-{name}="{value}"',
    place="in its <img>",
    alt='alt="Two men mending a net"',
    more_photos='Write a <meta name="photos"> for each photo.',
)


def find_markup(post: str) -> Markup:
    """Return the language of a post, from the name of its file; HTML for one that is none of ours."""
    return _BY_SUFFIX.get(PurePath(post).suffix.lower(), HTML)


def translate_advice(text: str, markup: Markup) -> str:
    """Return a message with the advice in it, which is in Markdown, in another language."""
    if markup is MARKDOWN:
        return text
    text = re.sub(_IN_BRACES, lambda found: f"{found[1]} {markup.place}", text)
    text = re.sub(_OPTION, lambda found: markup.option.format(name=found[1], value=found[2].strip('"')), text)
    text = re.sub(
        _FIELD,
        lambda found: _write_field(*filter(None, found.groups()), markup=markup),
        text,
        flags=re.IGNORECASE,
    )
    text = re.sub(_ALT, lambda found: markup.alt.format(photo=found[1]), text)
    return text.replace(MARKDOWN.more_photos, markup.more_photos)


def _write_field(name: str, value: str, *, markup: Markup) -> str:
    return markup.field.format(name=name.lower(), value=value)


_BY_SUFFIX = {
    **dict.fromkeys((".md", ".markdown", ".mkd", ".mdown"), MARKDOWN),
    ".rst": RESTRUCTUREDTEXT,
}
# Compiled when they are needed; most builds have no message about a post in another language.
_WORDS = "|".join(NAMES)
_IN_BRACES = r"\{: ([^}]*?) \} (?:right )?after the picture"
_OPTION = rf'(?<![\w.:-])({STYLE_OPTION}|{_WORDS})=("[^"]*"|[A-Za-z0-9.-]*[A-Za-z0-9])'
_FIELD = rf"(?<=Write )({_WORDS}): (\w+)|(?<=line )'({_WORDS}): (\w+)'"
_ALT = r"!\[Two men mending a net\]\(([^)]*)\)"
