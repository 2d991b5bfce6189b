"""Read IIIF manifests into records: Presentation API 2.0, 2.1 and 3.0, with the liberties that hosts take.

https://iiif.io/api/presentation/3.0/ and https://iiif.io/api/presentation/2.1/. Manifests have few facts that
a program can rely on: label, images, rights. The others are pairs of a label and a text, for people.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..errors import NoSuchItem, UnexpectedAnswer
from ..record import MuseumRecord, Rights
from .answer import View
from .dates import read_span
from .iiif_images import CanvasImage, read_images, read_thumbnail
from .iiif_texts import (
    Pair,
    find_address,
    find_pairs,
    find_text,
    read_address,
    read_creators,
    read_pairs,
    read_raw,
    read_text,
)
from .plain_texts import find_links, strip_html
from .statements import UNKNOWN, names_data, state

MUSEUM = "iiif"
MOST_LISTED = 10  # canvases in a message

CREATORS = (
    *("artist", "creator", "maker", "painter", "photographer", "author", "name"),
    *("engraver", "printmaker", "illustrator", "contributor"),
)
DATES = (
    *("date created", "created", "creation date", "date of creation", "date made", "date"),
    *("date issued", "issued", "date published", "publication date", "period"),
)
MEDIUM = ("medium", "technique", "materials and technique", "material", "physical description", "format")
ACCESSION = (
    *("accession number", "accession no", "accession", "object number", "inventory number"),
    *("call number", "shelfmark", "shelf mark", "reference", "identifier"),
)
INSTITUTION = (
    *("institution", "holding institution", "contributing institution", "repository", "museum"),
    *("library", "owner", "provider", "holder"),
)
RIGHTS = (
    *("rights", "rights statement", "license", "licence", "copyright", "copyright status"),
    *("terms of use", "usage rights", "usage terms", "use and reproduction", "conditions of use"),
)
PAGES = ("permalink", "persistent link", "persistent url", "catalog record", "catalogue record", "source")
ALBUMS = ("collection", "series", "part of", "is part of")
CREDITS = ("credit line", "credit", "attribution")
ALT = ("alt text", "alternative text")


@dataclass(frozen=True, slots=True, kw_only=True)
class Canvas:
    """One picture of a manifest, as messages list it."""

    number: int  # from 1
    label: str = ""
    width: int = 0  # of the canvas, which has the proportions of its picture; 0 if the host does not say
    height: int = 0
    thumbnail: str = ""

    def __str__(self) -> str:
        size = f" ({self.width} × {self.height})" if self.width and self.height else ""
        return f"{self.number}{f' {self.label!r}' if self.label else ''}{size}"


def find_type(found: View) -> str:
    """Return what a IIIF answer is: "Manifest" or "Collection"; raises UnexpectedAnswer if it is neither."""
    kind = found.text("type") or found.text("@type")
    kind = kind.rpartition(":")[2]
    if kind in ("Manifest", "Collection"):
        return kind
    if found.at("protocol").value == "http://iiif.io/api/image" or kind.startswith("ImageService"):
        raise UnexpectedAnswer("it describes one image service (info.json); name the manifest instead")
    if not kind and found.at("sequences"):
        return "Manifest"
    raise UnexpectedAnswer(
        f"it is {f'of the type {kind!r}' if kind else 'without a type'}, not a IIIF manifest (version 2 or 3)"
    )


def list_canvases(manifest: View) -> tuple[Canvas, ...]:
    """Return the canvases of a manifest, in its order."""
    return tuple(
        Canvas(
            number=number,
            label=read_text(canvas, "label"),
            width=_read_length(canvas, "width"),
            height=_read_length(canvas, "height"),
            thumbnail=read_thumbnail(canvas),
        )
        for number, canvas in enumerate(_find_canvases(manifest), start=1)
    )


def read_manifest(manifest: View, address: str, *, part: int = 1) -> MuseumRecord:
    """Return the record of one canvas of a manifest.

    address: of the manifest. part: the number of the canvas, from 1. Raises NoSuchItem, with a list of the
    canvases, if there is none of this number.
    """
    if find_type(manifest) == "Collection":
        raise UnexpectedAnswer("it is a collection, not a manifest")
    canvases = _find_canvases(manifest)
    if not canvases:
        raise UnexpectedAnswer("the manifest has no canvas, so there is no picture")
    if not 1 <= part <= len(canvases):
        raise NoSuchItem(f"there is no canvas {part}. {describe_canvases(list_canvases(manifest))}")
    canvas = canvases[part - 1]
    pairs = read_pairs(canvas, manifest)
    images = read_images(canvas, address=address)
    first = images[0] if images else None
    title, label = read_text(manifest, "label"), read_text(canvas, "label")
    if part > 1 and label and label != title:
        title = f"{title}, {label}" if title else label
    credit_line = _join(
        *(_read_credit(each) for each in (canvas, manifest)), fallback=find_text(pairs, CREDITS)
    )
    date = _read_date(pairs)
    thumbnail = read_thumbnail(canvas) or (first.thumbnail if first else "")
    return MuseumRecord(
        museum=MUSEUM,
        item=address,
        title=title or find_text(pairs, ("title",)),
        page=_find_page(manifest, pairs, address=address),
        creators=read_creators(pairs, CREATORS),
        date=date,
        span=read_span(date),
        institution=_find_institution(manifest, pairs),
        accession=_read_accession(pairs),
        medium=find_text(pairs, MEDIUM),
        description=next(
            filter(None, (read_text(each, name) for each in (canvas, manifest) for name in _SUMMARIES)),
            find_text(pairs, ("description", "abstract", "caption")),
        ),
        images=first.files if first else (),
        thumbnail=thumbnail or (read_thumbnail(manifest) if part == 1 else ""),
        image_service=first.service if first else "",
        manifest=address,
        parts=len(canvases),
        part=part,
        part_of=_find_albums(manifest, pairs),
        rights=_read_rights(first, canvas, manifest, credit_line=credit_line),
        credit_line=credit_line,
        alt=find_text(pairs, ALT),
        warnings=tuple(_warn(images, canvas, manifest, number=part)),
    )


def describe_canvases(canvases: Sequence[Canvas]) -> str:
    """Return a sentence that lists canvases: "It has 2 canvases: 1 'Recto' (1200 × 1800), 2 'Verso'."."""
    listed = ", ".join(map(str, canvases[:MOST_LISTED]))
    more = f", and {len(canvases) - MOST_LISTED} more" if len(canvases) > MOST_LISTED else ""
    return f"It has {len(canvases)} canvas{'es' if len(canvases) > 1 else ''}: {listed}{more}."


_SUMMARIES = ("summary", "description")  # in version 3, and in version 2
_RIGHTS = ("rights", "license")


def _find_canvases(manifest: View) -> list[View]:
    for sequence in manifest.views("sequences"):
        if isinstance(sequence.value, dict) and (canvases := sequence.views("canvases")):
            return canvases
    return [item for item in manifest.views("items") if isinstance(item.value, dict)]


def _read_length(canvas: View, name: str) -> int:
    """Return a length in pixels, or 0: some hosts write null, texts or nothing."""
    value = canvas.at(name).value
    return int(value) if isinstance(value, int | float) and 0 < value < 10**6 else 0


def _read_credit(source: View) -> str:
    statement = source.at("requiredStatement")
    return read_text(statement, "value") if statement else read_text(source, "attribution")


def _join(*texts: str, fallback: str) -> str:
    """Join texts that have to be shown, unless one of them is part of another."""
    kept: list[str] = []
    for text in filter(None, texts):
        if not any(text in other for other in kept):
            kept = [*(other for other in kept if other not in text), text]
    return "; ".join(kept) or fallback


def _read_date(pairs: Sequence[Pair]) -> str:
    """Return the first date that can be read as years, else the first text that stands for one."""
    texts = [_unlabel(strip_html(value)) for pair in find_pairs(pairs, DATES) for value in pair.values]
    return next(filter(read_span, texts), next(iter(texts), ""))


def _unlabel(text: str) -> str:
    """Drop a label inside of a value, as the New York Public Library writes it: "Date Created 1792"."""
    words = text.split()
    if len(words) > 2 and words[0].lower() == "date":
        words = words[2:]
    return " ".join(words)


def _read_accession(pairs: Sequence[Pair]) -> str:
    found = find_pairs(pairs, ACCESSION)
    first = strip_html(found[0].values[0]) if found else ""
    label, colon, number = first.partition(": ")
    return number if colon and not any(character.isdigit() for character in label) else first


def _find_institution(manifest: View, pairs: Sequence[Pair]) -> str:
    provider = manifest.at("provider", 0)
    named = read_text(provider, "label") if provider else ""
    if not named:
        named = find_text(pairs, INSTITUTION)
    attribution = read_text(manifest, "attribution")
    # In version 2 the attribution is often the name of the holder, and sometimes a paragraph.
    is_name = 0 < len(attribution) <= 60 and not any(sign in attribution for sign in ".:;©")
    return named or (attribution if is_name else "")


def _find_page(manifest: View, pairs: Sequence[Pair], *, address: str) -> str:
    """Return the page for readers; the manifest itself if it names none."""
    for name in ("homepage", "related"):
        views = manifest.views(name)
        pages = [each for each in views if isinstance(each.value, dict) and "html" in each.text("format")]
        for view in (*pages, *views):
            if page := read_address(view, base=address):
                return page
    return find_address(pairs, PAGES) or address


def _find_albums(manifest: View, pairs: Sequence[Pair]) -> tuple[str, ...]:
    named = [
        read_text(each, "label")
        for name in ("partOf", "within")
        for each in manifest.views(name)
        if isinstance(each.value, dict)
    ]
    return tuple(dict.fromkeys(filter(None, (*named, find_text(pairs, ALBUMS)))))


def _read_rights(image: CanvasImage | None, canvas: View, manifest: View, *, credit_line: str) -> Rights:
    """Return what the nearest of image, canvas and manifest says; else its text for people; else unknown."""
    for source in (*(image.sources if image else ()), canvas, manifest):
        written = [
            (text, each.place) for name in _RIGHTS for each in source.views(name) for text in read_raw(each)
        ]
        if found := _read_statements(written):
            return found
    for source in (canvas, manifest):
        pairs = find_pairs(read_pairs(source), RIGHTS)
        if found := _read_statements([(text, pair.place) for pair in pairs for text in pair.values]):
            return found
    if credit_line:
        return state(
            credit_line,
            field="requiredStatement",
            license="UNKNOWN",
            reason="the manifest has no rights statement; these are the words of its credit line",
        )
    return Rights(license=UNKNOWN)


def _read_statements(written: Sequence[tuple[str, str]]) -> Rights | None:
    """Read the statements of one object, each with its place; None if there is none.

    Two that differ are a person's decision. One that is not understood is kept word for word.
    """
    found = [state(strip_html(text), field=place) for text, place in dict.fromkeys(written)]
    links = [
        state(link, field=place)
        for text, place in written
        if not names_data(strip_html(text))
        for link, _ in find_links(text)
    ]
    known = [each for each in (*found, *links) if each.license is not UNKNOWN]
    if len({each.license.code for each in known}) > 1:
        return state(
            "; ".join(each.written for each in found),
            field=found[0].field,
            license="REVIEW",
            url=known[0].url,
            reason="it names several licenses, and does not say whether all of them hold",
        )
    if known or not found:
        return next(iter(known), None)
    return state("; ".join(each.written for each in found), field=found[0].field)


def _warn(images: Sequence[CanvasImage], canvas: View, manifest: View, *, number: int) -> Iterable[str]:
    if not images:
        yield f"canvas {number} has no picture"
    if len(images) > 1:
        yield f"canvas {number} is put together from {len(images)} pictures; this is the first of them"
    if len(_find_canvases(manifest)) > 1 and number == 1:
        yield describe_canvases(list_canvases(manifest))
