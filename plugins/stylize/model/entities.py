"""The nouns of the plugin: what an author asks for, what a picture is made of, and its key."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from .image_sizes import LARGEST
from .picture_options import UNWRITTEN, PictureOptions
from .qualities import Quality, quality_of

# Of styles; STYLIZE['categories'] replaces them.
CATEGORIES = (
    "art",
    "video-game",
    "science-fiction",
    "electrical",
    "industrial",
    "propaganda",
    "labor",
    "space",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class License:
    """A license or rights statement, one of those in `rights.vocabulary`."""

    code: str  # as written in our files: "CC-BY-SA-4.0"
    name: str  # as shown: "CC BY-SA 4.0"
    url: str  # the deed or statement; "" if there is none
    family: str  # decides what may be made of the work: one of `rights.vocabulary.FAMILIES`

    @property
    def asks_for_credit(self) -> bool:
        """Whether the maker must be named, and not only should be."""
        return self.family.startswith("BY") or self.family == "ND"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a person decided about a work, after reading its terms or getting permission."""

    text: str
    by: str
    on: str  # the day: "2026-11-22"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """Who made a work, where it is kept, and its license."""

    title: str
    creator: str
    license: License
    date: str = ""  # as the collection writes it: "ca. 1862–64"
    institution: str = ""
    accession: str = ""  # the object's number in its collection
    medium: str = ""
    source_url: str = ""  # the page of the item
    image_url: str = ""  # the file it was taken from
    credit_line: str = ""  # verbatim, if the collection gives one
    creator_url: str = ""
    decision: Decision | None = None  # about the license, if a person had to decide


@dataclass(frozen=True, slots=True, kw_only=True)
class MuseumItem:
    """Where a museum has a work, and what it said about it when it was last asked."""

    item: str  # "met:435809", as `museum.add` takes it
    checked: str  # the day: "2026-11-22"
    region: str = ""  # the part of its picture that was fetched: "x,y,width,height" in its pixels
    says: str = ""  # its rights statement of that day, if that has changed since the work was added
    differs: str = ""  # what else it said otherwise on that day, in words
    part_of: str = ""  # the title of the series or album that the item belongs to
    parent: str = ""  # and where that is: an address, or a key like `item`


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """The person whose own photos need no credit file."""

    name: str
    license: License
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """The author's own picture: the *content image* of the papers."""

    path: Path
    digest: str  # sha256 of the file
    width: int  # pixels, upright
    height: int  # pixels, upright
    credit: Credit
    alt: str = ""  # what it shows, for readers who cannot see it; a post may replace it
    colors: str = ""  # the space that its file states without an ICC profile; "" for sRGB, and with a profile
    museum: MuseumItem | None = None  # None for a photo that no museum has, or that was added by hand

    @property
    def pixels(self) -> str:
        """What stands for its pixels in keys: its digest, and how its colors are converted."""
        return f"{self.digest} {self.colors}" if self.colors else self.digest


@dataclass(frozen=True, slots=True, kw_only=True)
class StyleWeights:
    """The gains and biases that make the shared network draw one style, or an imported network."""

    path: Path  # style.safetensors
    digest: str  # sha256 of the tensors, see `safetensors_header.digest_tensors`


@dataclass(frozen=True, slots=True, kw_only=True)
class Artwork:
    """A work of art: an image file and its credit."""

    path: Path  # artwork.jpg
    digest: str  # sha256 of the file
    credit: Credit
    museum: MuseumItem | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the author thinks of a style."""

    word: str  # one of `verdicts.WORDS`
    on: str  # the day: "2026-11-22"
    note: str = ""
    suits: tuple[str, ...] = ()  # kinds of photos, of `verdicts.KINDS`

    @property
    def is_meh(self) -> bool:
        """Whether the author prefers not to use it."""
        return self.word == "meh"


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """A folder of `styles/`: an artwork and what it takes to apply it."""

    slug: str
    title: str
    category: str
    meaning: str  # in the author's words: what the artwork says about a photo drawn in its style
    artwork: Artwork
    weights: StyleWeights
    how_made: str  # a sentence: predicted or tuned, from what
    level: int = 0  # 0: predicted from the artwork, 1 and 2: tuned
    verdict: Verdict | None = None  # None until the author has judged it
    is_imported: bool = False  # its weights are a network of its own, trained elsewhere


@dataclass(frozen=True, slots=True, kw_only=True)
class Mask:
    """A grayscale image: a style goes where it is white."""

    name: str  # as the author writes it
    path: Path
    digest: str  # sha256 of the file
    width: int  # pixels, upright
    height: int  # pixels, upright
    darkest: int  # of its levels, from 0, black, to 255
    lightest: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StyleShare:
    """A style and its share of a picture, or the part of the picture that is in this style."""

    style: Style
    part: float = 1.0  # more than 0; the parts of a blend add up to 1
    mask: Mask | None = None  # where the style goes; None for everywhere, or for where no mask is white

    def __str__(self) -> str:
        if self.mask:
            return f"{self.style.slug} on {self.mask.name}"
        return self.style.slug if self.part == 1 else f"{self.style.slug} {100 * self.part:g}%"


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """A way to stylize; a change that changes pixels raises the version."""

    name: str
    version: int
    network: str  # sha256 of the weight files of its networks

    @property
    def quality(self) -> Quality:
        """What an author calls it."""
        return quality_of(self.name)

    @property
    def reads_artworks(self) -> bool:
        """Whether it makes a picture from the artworks themselves, and not from a style's weights."""
        return self.quality is not Quality.QUICK

    @property
    def has_quick_twin(self) -> bool:
        """Whether a draft shows a quick picture in its place."""
        return self.quality is not Quality.QUICK

    @property
    def takes_minutes(self) -> bool:
        """Whether it is worth an announcement, and a checkpoint from which a later build continues."""
        return self.quality is Quality.BEST


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """What changes pixels, and nothing else: every field is part of the key."""

    strength: float = 1.0  # 0 keeps the photo's own style, 1 applies the artwork's fully
    long_edge: int = 1600  # pixels; larger photos are scaled down to it, smaller ones keep their size
    stroke: float = 1.0  # 1: the artwork is as long as the picture; 0.5: half as long, so finer strokes
    content: float | None = None  # how closely a painted picture keeps the photo's forms, 0 to 1
    color: float = 0.0  # from 0, the artwork's hue and chroma, to 1, the photo's
    tone: float = 0.0  # from 0, light and dark as in the artwork, to 1, distributed as in the photo

    def __post_init__(self) -> None:
        if not 0 <= self.strength <= 1:
            raise ValueError(f"strength is {self.strength:g}, but runs from 0 to 1")
        if not 64 <= self.long_edge <= LARGEST:
            raise ValueError(f"long_edge is {self.long_edge}, but runs from 64 to {LARGEST} pixels")
        if not 0.1 <= self.stroke <= 4:
            raise ValueError(f"stroke is {self.stroke:g}, but runs from 0.1 to 4")
        if self.content is not None and not 0 <= self.content <= 1:
            raise ValueError(f"content is {self.content:g}, but runs from 0 to 1")
        for name, value in (("color", self.color), ("tone", self.tone)):
            if not 0 <= value <= 1:
                raise ValueError(f"{name} is {value:g}, but runs from 0 to 1")


@dataclass(frozen=True, kw_only=True)
class Stylization:
    """One photo, one style or a blend of several, one set of parameters: the unit of work."""

    photo: Photo
    # The largest part first; a single style is a blend of one. With masks, the topmost first, each style in
    # full on its mask, and last the style elsewhere; without one, the photo stays there.
    blend: tuple[StyleShare, ...]
    method: Method
    parameters: Parameters
    together: tuple[
        Photo, ...
    ] = ()  # all photos of a series of one hand, this one among them; () for no series

    @property
    def in_styles(self) -> str:
        """The styles as an author writes them: "harvesters", "harvesters 70%, hubble-m51 30%"."""
        words = [str(share) for share in self.blend]
        if self.has_masks:
            *_, last = self.blend
            words[-1:] = [words[-1], "none elsewhere"] if last.mask else [f"{words[-1]} elsewhere"]
        return ", ".join(words)

    @property
    def has_masks(self) -> bool:
        """Whether masks say where the styles go."""
        return any(share.mask for share in self.blend)

    @cached_property
    def key(self) -> str:
        """The address of the picture: sha256 of everything that decides its pixels, and of nothing else.

        A style is represented by the digest of its weights, or by that of its artwork where the method reads
        the artwork: tuning a style again does not discard pictures that took minutes. `content` is left out
        if it is None, `color` and `tone` if they are 0, the series if there is none.
        """
        # Written out because `asdict` takes longer than all the rest; a test checks that no field is missing.
        method, parameters = self.method, self.parameters
        values: dict[str, float] = {
            "strength": parameters.strength,
            "long_edge": parameters.long_edge,
            "stroke": parameters.stroke,
        }
        if parameters.content is not None:
            values["content"] = parameters.content
        if parameters.color:
            values["color"] = parameters.color
        if parameters.tone:
            values["tone"] = parameters.tone
        facts: dict[str, object] = {
            "photo": self.photo.pixels,
            "style": self._describe_blend(),
            "method": {"name": method.name, "version": method.version, "network": method.network},
            "parameters": values,
        }
        if self.together:
            facts["together"] = sorted(photo.pixels for photo in self.together)
        return digest_of(facts)

    def _describe_blend(self) -> str | list[list[str | float]]:
        """Return the digests and parts of a blend, or those of masks; of a single style, only its digest."""
        artworks = self.method.reads_artworks
        if self.has_masks:
            return [
                [
                    share.style.artwork.digest if artworks else share.style.weights.digest,
                    share.mask.digest if share.mask else "",
                ]
                for share in self.blend
            ]
        parts: list[list[str | float]] = [
            [share.style.artwork.digest if artworks else share.style.weights.digest, share.part]
            for share in self.blend
        ]
        if len(parts) == 1:
            return str(parts[0][0])
        # Sorted by digest: a style that is renamed keeps its pictures.
        return sorted(parts)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Request:
    """What the author wrote about one picture of a post, not yet checked."""

    post: str  # the post's path, as messages name it: "content/pier.md"
    folder: Path  # of the post; photos are searched here first
    photo: str  # as written: "pier.jpg"
    own: PictureOptions = UNWRITTEN  # what is written for this picture
    of_post: PictureOptions = UNWRITTEN  # what is written for all pictures of the post
    alt: str = ""
    caption: str = ""  # HTML
    cover: bool = False  # the picture that represents the post
    is_together: bool = False  # whether it is styled together with the other pictures of the post
    link: str = ""  # the address, for a picture inside a link
    html: tuple[tuple[str, str], ...] = ()  # attributes for the figure or its image: ("id", "pier")
    problem: str = ""  # found while reading the post

    @property
    def options(self) -> PictureOptions:
        """What is written for this picture, or else for all of the post."""
        return self.own.over(self.of_post)


def digest_of(facts: Mapping[str, object]) -> str:
    """Return the sha256 of facts written as canonical JSON (sorted keys, no spaces)."""
    return hashlib.sha256(_CANONICAL.encode(facts).encode()).hexdigest()


_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)
