"""The languages in which posts are written, and how each writes a field and an option of a picture."""

from dataclasses import dataclass
from pathlib import PurePath

STYLE_OPTION = "stylize"  # what the option `style` is called beside a picture; others keep their names


@dataclass(frozen=True, slots=True, kw_only=True)
class Markup:
    """One language; its texts are advice for the author."""

    name: str
    _field: str  # one line of front matter
    _option: str
    _place: str  # where an option is written
    alt: str  # a picture with alt text, of a photo {photo}
    more_photos: str  # how the second photo of `Photos` is written

    def write_field(self, name: str, value: str) -> str:
        """Return a line of front matter: "Style: NAME"."""
        return self._field.format(name=name, lower=name.lower(), value=value)

    def write_option(self, name: str, value: str) -> str:
        """Return an option of a picture: "{: strength=0.5 }"; name: as in `picture_options`."""
        name = STYLE_OPTION if name == "style" else name
        quoted = f'"{value}"' if " " in value else value
        return self._option.format(name=name, value=value, quoted=quoted)

    def advise_option(self, name: str, value: str) -> str:
        """Return an option and where to write it."""
        return f"{self.write_option(name, value)} {self._place}"


MARKDOWN = Markup(
    name="Markdown",
    _field="{name}: {value}",
    _option="{{: {name}={quoted} }}",
    _place="right after the picture",
    alt="![Two men mending a net]({photo})",
    more_photos="Indent each photo after the first line by four spaces.",
)
RESTRUCTUREDTEXT = Markup(
    name="reStructuredText",
    _field=":{lower}: {value}",
    _option=":{name}: {value}",
    _place="among the options of its directive",
    alt=":alt: Two men mending a net",
    more_photos="Indent each photo after the first line of :photos: by four spaces.",
)
HTML = Markup(
    name="HTML",
    _field='<meta name="{lower}" content="{value}">',
    _option='data-{name}="{value}"',
    _place="in its <img>",
    alt='<img src="{photo}" alt="Two men mending a net">',
    more_photos='Write a <meta name="photos"> for each photo.',
)


def find_markup(post: str) -> Markup:
    """Return the language of a post, from the name of its file; HTML for one that is none of ours."""
    return _BY_SUFFIX.get(PurePath(post).suffix.lower(), HTML)


_BY_SUFFIX = {
    **dict.fromkeys((".md", ".markdown", ".mkd", ".mdown"), MARKDOWN),
    ".rst": RESTRUCTUREDTEXT,
}
