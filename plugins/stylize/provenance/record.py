"""The record: the provenance of one picture, stated once. Every credit is written from it.

Page, file, sidecar and signature each render it and do not know one another. It never contains the
digest of a published file: the file contains the record, so it would have to contain itself.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from ..model.entities import Artwork, Credit, Decision, License, Photo, Stylization, digest_of
from ..model.qualities import Quality

VERSION = 1
LABEL = "AI modified"  # visible at first sight, on every stylized picture of an English page

# IPTC: edited with a generative model. "algorithmicallyEnhanced" would mean that the main content did not
# change, and readers of Content Credentials interpret it as "no generative AI".
SOURCE_TYPE = "compositeWithTrainedAlgorithmicMedia"
# its name begins with http, not https
SOURCE_TYPE_URL = f"http://cv.iptc.org/newscodes/digitalsourcetype/{SOURCE_TYPE}"


# What was done to the photo, by quality; the page says the same in its own language.
_CHANGES = {
    Quality.QUICK: "redrawn by a neural network",
    Quality.GOOD: "painted small by a neural network and then restored",
    Quality.BEST: "painted at full size by a neural network",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ingredient:
    """One style and its artwork, as a source of a picture."""

    slug: str
    title: str  # of the style
    part: float  # of the picture; the parts of a blend add to 1
    is_partial: bool = False  # whether a mask says where in the picture it is seen
    artwork: Credit
    artwork_sha256: str  # of the file that the style was learned from
    numbers: str  # sha256 of the style's numbers, see `safetensors_header.digest_tensors`
    how_made: str  # one sentence: predicted or tuned, from what


@dataclass(frozen=True, slots=True, kw_only=True)
class StylizationFacts:
    """How the photo was stylized."""

    quality: str  # "quick", "good" or "best", see `qualities`
    method: str  # "feed-forward", "optimize-small", "optimize", "imported"
    method_version: int
    network: str  # sha256 of the weight files of its networks, see `methods`
    strength: float  # 0 to 1
    long_edge: int  # pixels
    stroke: float  # 1 is usual
    content: float | None  # 0 to 1, of a painted picture
    color: float = 0.0  # 0 to 1: how much of the photo's hue and chroma it has
    tone: float = 0.0  # 0 to 1: how much of the photo's light and dark
    together: int = 0  # photos that were styled together with this one, itself among them; 0 for alone
    made: str = ""  # ISO 8601, UTC; "" before the picture is made
    seconds: float = 0.0
    device: str = ""  # "NVIDIA H100", "cpu"
    versions: Mapping[str, str] | None = None  # of the software: {"torch": "2.14.1"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Maker:
    """Who publishes the picture: the author of the site."""

    name: str
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class Record:
    """Where a picture comes from, what was done to it, and how it may be used."""

    photo: Credit  # of the work shown; on the pages of the styles, an artwork
    photo_sha256: str  # of its file
    ingredients: tuple[Ingredient, ...] = ()  # the largest part first; none for a work shown as it is
    stylization: StylizationFacts | None = None  # None for a work shown as it is
    key: str = ""  # the address of the stylized picture; "" for a work shown as it is
    alt: str = ""
    caption: str = ""  # plain text
    label: str = ""  # the words next to the picture that say at first sight what it is
    license: License | None = None  # of the picture as it is published
    maker: Maker | None = None
    site: str = ""  # URL of the site, without a slash at the end; "" on the author's own machine
    version: int = VERSION

    @property
    def is_stylized(self) -> bool:
        """Whether the work was redrawn."""
        return bool(self.ingredients)

    @property
    def title(self) -> str:
        """The name of the picture: that of the photo, and after which artworks."""
        if not self.ingredients:
            return self.photo.title
        artworks = " and ".join(ingredient.artwork.title for ingredient in self.ingredients)
        return f"{self.photo.title or 'Photo'}, after {artworks}"

    @property
    def change(self) -> str:
        """What was done to the photo, as a clause of the credit."""
        if not self.stylization:
            return ""
        quality, strength = Quality(self.stylization.quality), self.stylization.strength
        how_far = "" if strength == 1 else f", at {strength:.0%} strength"
        kept = _describe_kept(self.stylization.color, self.stylization.tone)
        several = len(self.ingredients) > 1 or any(each.is_partial for each in self.ingredients)
        comma = "," if how_far or kept or several or quality is Quality.GOOD else ""
        return f"{_CHANGES[quality]}{how_far}{kept}{comma}"

    @property
    def relations(self) -> list[tuple[str, Credit]]:
        """Each artwork, and the words before it in the credit."""
        is_quick = not self.stylization or self.stylization.quality == Quality.QUICK
        words = "in the style of" if is_quick else "out of the forms of"
        return [(_describe_share(ingredient) + words, ingredient.artwork) for ingredient in self.ingredients]

    @cached_property
    def statement(self) -> str:
        """The whole credit as plain text: title, author, source and license of every work, and the change."""
        text = f"Photo{': ' if self.photo.title else ' by '}{_line(self.photo)}"
        if self.ingredients:
            works = [f"{words} {_line(artwork)}" for words, artwork in self.relations]
            listed = ", ".join(works[:-1]) + (", and " if works[1:] else "") + works[-1]
            text += f", {self.change} {listed}"
        return f"{text}."

    @cached_property
    def digest(self) -> str:
        """The sha256 of the document: the address of the record."""
        return digest_of(make_document(self))


def make_record(
    stylization: Stylization,
    *,
    alt: str = "",
    caption: str = "",
    label: str = LABEL,
    license: License | None = None,
    maker: Maker | None = None,
    site: str = "",
    made: str = "",
    seconds: float = 0.0,
    device: str = "",
    versions: Mapping[str, str] | None = None,
) -> Record:
    """State the facts about a stylized picture.

    caption: plain text. label: as on the page, in its language. license: of the picture. made, seconds,
    device, versions: from its receipt.
    """
    method, parameters = stylization.method, stylization.parameters
    return Record(
        photo=stylization.photo.credit,
        photo_sha256=stylization.photo.digest,
        ingredients=tuple(
            Ingredient(
                slug=share.style.slug,
                title=share.style.title,
                part=share.part,
                is_partial=stylization.has_masks,
                artwork=share.style.artwork.credit,
                artwork_sha256=share.style.artwork.digest,
                numbers=share.style.weights.digest,
                how_made=share.style.how_made,
            )
            for share in stylization.blend
        ),
        stylization=StylizationFacts(
            quality=method.quality.value,
            method=method.name,
            method_version=method.version,
            network=method.network,
            strength=parameters.strength,
            long_edge=parameters.long_edge,
            stroke=parameters.stroke,
            content=parameters.content,
            color=parameters.color,
            tone=parameters.tone,
            together=len(stylization.together),
            made=made,
            seconds=round(seconds, 1),
            device=device,
            versions=dict(versions) if versions else None,
        ),
        key=stylization.key,
        alt=alt,
        caption=caption,
        label=label,
        license=license,
        maker=maker,
        site=site,
    )


def make_plain_record(
    work: Photo | Artwork, *, alt: str = "", caption: str = "", maker: Maker | None = None, site: str = ""
) -> Record:
    """State the facts about a photo or an artwork that is shown as it is, under its own license."""
    return Record(
        photo=work.credit,
        photo_sha256=work.digest,
        alt=alt,
        caption=caption,
        license=work.credit.license,
        maker=maker,
        site=site,
    )


# What two fields are called in the documents.
_DOCUMENT_NAMES = {"ingredients": "debts", "stylization": "drawing"}


def make_document(record: Record) -> dict[str, Any]:
    """Return a record as plain values, fit for JSON, without empty ones."""
    return {
        _DOCUMENT_NAMES.get(name, name): value
        for name, value in asdict(record).items()
        if value or name == "version"
    }


def read_document(document: Mapping[str, Any]) -> Record:
    """Return the record of a document; raises ValueError if it is not a record, or of another version."""
    try:
        if document["version"] != VERSION:
            raise ValueError(f"the record is of version {document['version']}, and {VERSION} is known")
        values = dict(document)
        values["photo"] = read_credit_document(values["photo"])
        values["ingredients"] = tuple(
            Ingredient(**ingredient | {"artwork": read_credit_document(ingredient["artwork"])})
            for ingredient in values.pop("debts", ())
        )
        values["stylization"] = values.pop("drawing", None)
        for name, kind in (("stylization", StylizationFacts), ("license", License), ("maker", Maker)):
            if values.get(name):
                values[name] = kind(**values[name])
        return Record(**values)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"not a record: {error}") from error


def read_credit_document(table: Mapping[str, Any]) -> Credit:
    """Return a credit from plain values, as `asdict` makes them."""
    decision = Decision(**table["decision"]) if table.get("decision") else None
    return Credit(**{**table, "license": License(**table["license"]), "decision": decision})


def _describe_share(ingredient: Ingredient) -> str:
    """Return how much of a picture is in a style, before the words for it; "" if all of it."""
    if ingredient.is_partial:
        return "partly "
    return "" if ingredient.part == 1 else f"{100 * ingredient.part:g}% "


def _describe_kept(color: float, tone: float) -> str:
    """Return what a picture has of its photo's colors and tones, as a clause; "" if nothing."""
    if color == tone == 1:
        return ", with the photo's colors and tones"
    kept = [
        f"the photo's {name}" if amount == 1 else f"{amount:.0%} of the photo's {name}"
        for name, amount in (("colors", color), ("tones", tone))
        if amount
    ]
    return f", with {' and '.join(kept)}" if kept else ""


def _line(work: Credit) -> str:
    """Return title, date, author, holder and license of a work in a line, as the page's template does."""
    title = work.title + (f" ({work.date})" if work.title and work.date else "")
    author = f"{title} by {work.creator}" if title and work.creator else title or work.creator
    holder = "".join(f", {part}" for part in (work.institution, work.accession) if part)
    return f"{author}{holder} ({work.license.name})"
