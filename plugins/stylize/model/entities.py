"""The nouns: what an author asks for, what it is made of, and the address of what comes out."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

# Of styles, where STYLIZE['categories'] names no others.
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
    """A license or rights statement of the closed set in `statements`."""

    code: str  # as written in our files: "CC-BY-SA-4.0"
    name: str  # as shown: "CC BY-SA 4.0"
    url: str  # the deed or statement; "" where there is none
    family: str  # its class, which decides what may be made of the work: one of `statements.FAMILIES`

    @property
    def asks_for_credit(self) -> bool:
        """Whether naming the maker is a duty, and not a courtesy."""
        return self.family.startswith("BY") or self.family == "ND"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a person found who read the terms of a work, or was given permission."""

    text: str
    by: str
    on: str  # the day: "2026-11-22"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """Who made a work, where it is kept, and under which license it may be used."""

    title: str
    creator: str
    license: License
    date: str = ""  # as the collection writes it: "ca. 1862–64"
    institution: str = ""
    accession: str = ""  # the collection's own number of the object
    medium: str = ""
    source_url: str = ""  # the page of the item
    image_url: str = ""  # the file it was taken from
    credit_line: str = ""  # verbatim, where the collection gives one
    creator_url: str = ""
    decision: Decision | None = None  # about the license, where a person had to decide


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """The person whose own photos need no credit file."""

    name: str
    license: License
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """A picture the author brings: the *content image* of the papers."""

    path: Path
    digest: str  # sha256 of the file
    width: int  # pixels, upright
    height: int  # pixels, upright
    credit: Credit
    alt: str = ""  # what it shows, for readers who cannot see it; a post may say it better


@dataclass(frozen=True, slots=True, kw_only=True)
class StyleWeights:
    """The gains and biases that make the shared network paint one style."""

    path: Path  # style.safetensors
    digest: str  # sha256 of the tensors, see `safetensors_header.digest_tensors`


@dataclass(frozen=True, slots=True, kw_only=True)
class Artwork:
    """A museum object, as an image file and what its collection says about it."""

    path: Path  # artwork.jpg
    digest: str  # sha256 of the file
    credit: Credit


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the author thinks of a style."""

    word: str  # one of `verdicts.WORDS`
    on: str  # the day: "2026-11-22"
    note: str = ""
    suits: tuple[str, ...] = ()  # kinds of photos, of `verdicts.KINDS`

    @property
    def is_meh(self) -> bool:
        """Whether the author would rather not see it used."""
        return self.word == "meh"


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """A folder of `styles/`: an artwork and what it takes to apply it."""

    slug: str
    title: str
    category: str
    meaning: str  # in the author's words: what this artwork says about a photo it redraws
    artwork: Artwork
    numbers: StyleWeights
    how_made: str  # one sentence: predicted or tuned, from what
    level: int = 0  # 0: predicted from the artwork, 1 and 2: tuned
    verdict: Verdict | None = None  # None while the author has not judged it
    is_imported: bool = False  # its numbers are a network of its own, trained elsewhere


@dataclass(frozen=True, slots=True, kw_only=True)
class StyleShare:
    """A style and its part of a picture."""

    style: Style
    part: float = 1.0  # of the whole; more than 0, and the parts of a blend add to 1

    def __str__(self) -> str:
        return self.style.slug if self.part == 1 else f"{self.style.slug} {100 * self.part:g}%"


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """A way to stylize; a change that moves a pixel raises the version."""

    name: str
    version: int
    network: str  # sha256 of the weight files of its networks

    @property
    def is_slow(self) -> bool:
        """Whether it takes minutes, and reads the artworks themselves instead of a style's numbers."""
        return self.name == "optimize"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """What changes a pixel, and nothing else: every field is part of the key."""

    strength: float = 1.0  # 0 keeps the photo's own style, 1 takes the artwork's in full
    long_edge: int = 1600  # pixels; a larger photo is scaled down to it, none is scaled up
    content: float | None = None  # how firmly an optimized picture keeps the photo's forms, 0 to 1

    def __post_init__(self) -> None:
        if not 0 <= self.strength <= 1:
            raise ValueError(f"strength is {self.strength:g}, but runs from 0 to 1")
        if not 64 <= self.long_edge <= 16_384:
            raise ValueError(f"long_edge is {self.long_edge}, but runs from 64 to 16384 pixels")
        if self.content is not None and not 0 <= self.content <= 1:
            raise ValueError(f"content is {self.content:g}, but runs from 0 to 1")


@dataclass(frozen=True, kw_only=True)
class Stylization:
    """One photo, a style or a blend of several, one set of parameters: the unit of work."""

    photo: Photo
    blend: tuple[StyleShare, ...]  # the largest part first; one style alone is a blend of one
    method: Method
    parameters: Parameters

    @property
    def in_styles(self) -> str:
        """The styles as an author writes them: "harvesters", "harvesters 70%, hubble-m51 30%"."""
        return ", ".join(map(str, self.blend))

    @cached_property
    def key(self) -> str:
        """The address of the picture: sha256 of everything that decides a pixel, and of nothing else.

        Of a style this is the digest of its numbers where the network is steered by them, and that of its
        artwork where the picture is made from the artwork itself: tuning a style again throws no slow
        picture away. `content` is left out where it is None, so that pictures from before it keep their keys.
        """
        # Spelled out, since `asdict` would take longer than all the rest; a test knows every field.
        method, parameters = self.method, self.parameters
        numbers: dict[str, float] = {"strength": parameters.strength, "long_edge": parameters.long_edge}
        if parameters.content is not None:
            numbers["content"] = parameters.content
        return digest_of(
            {
                "photo": self.photo.digest,
                "style": self._digest_of_blend(),
                "method": {"name": method.name, "version": method.version, "network": method.network},
                "parameters": numbers,
            }
        )

    def _digest_of_blend(self) -> str | list[list[str | float]]:
        """Return what of a blend decides a pixel; a style alone stands by its digest, without a part."""
        artworks = self.method.is_slow
        parts: list[list[str | float]] = [
            [share.style.artwork.digest if artworks else share.style.numbers.digest, share.part]
            for share in self.blend
        ]
        if len(parts) == 1:
            return str(parts[0][0])
        # By digest, since a style that gets another name keeps its pictures, in equal parts too.
        return sorted(parts)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Request:
    """What the author wrote about one picture, not yet checked; each is one place in one post."""

    post: str  # the post's path as the author knows it: "content/pier.md"
    folder: Path  # where the post lies; photos are looked for here first
    photo: str  # as written: "pier.jpg"
    style: str  # as written: "harvesters", "harvesters 70%, hubble-m51 30%"; "none" for the plain photo
    strength: str = ""  # as written; "" for the site's default
    method: str = ""  # likewise
    content: str = ""  # likewise, for this picture
    post_content: str = ""  # likewise, for the post; a picture that is not optimized passes over it
    alt: str = ""
    caption: str = ""  # HTML
    cover: bool = False  # the picture that stands for the post
    link: str = ""  # where a click leads, for a picture written inside a link
    problem: str = ""  # what was already seen to be wrong while reading


def digest_of(facts: Mapping[str, object]) -> str:
    """Return the sha256 of facts written as canonical JSON (sorted keys, no spaces)."""
    return hashlib.sha256(_CANONICAL.encode(facts).encode()).hexdigest()


_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)
