"""The options of a picture, as an author writes them: for one picture, or for all pictures of a post.

To add an option: a field here makes it known in front matter and in braces; `Parameters` holds its value,
which `Stylization.key` covers; `methods.USED_BY` names the methods that use it, if some do not; and
`pipeline.read_options` turns the words into the value.
"""

from dataclasses import dataclass, fields

STYLE_OPTION = "stylize"  # what the option `style` is called beside a picture; others keep their names
PHOTO = "photo"  # a word for the whole of the photo's color or tone


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureOptions:
    """What is written, not yet checked; "" where nothing is."""

    # "harvesters", "harvesters 70%, hubble-m51 30%", "harvesters on sky.png, overprint elsewhere"; "none" for
    # the plain photo
    style: str = ""
    mask: str = ""  # "sky.png"; "none" for none
    quality: str = ""  # one of `qualities.Quality`
    strength: str = ""  # "0.7", "70%"
    stroke: str = ""  # "0.5"
    content: str = ""  # "0.7", "70%"
    color: str = ""  # "photo", "0.5", "50%"
    tone: str = ""  # the same

    def over(self, others: "PictureOptions") -> "PictureOptions":
        """Return these options, and the others where nothing is written here."""
        return PictureOptions(**{name: getattr(self, name) or getattr(others, name) for name in NAMES})


UNWRITTEN = PictureOptions()
NAMES = tuple(field.name for field in fields(PictureOptions))
