"""Make the draft of a museum's record from what a page says: of each field, the most trusted value."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from ..importers.dates import read_span
from ..record import Creator, ImageFile, MuseumRecord, Rights
from .found_field import FoundField

NAME = "page"  # of the museum, in records of saved pages
_MOST_CREATORS = 20


def make_draft(groups: Sequence[Sequence[FoundField]], *, address: str, rights: Rights) -> MuseumRecord:
    """Return the draft. groups: what each reader found, the most trusted first; address: of the page."""
    fields = [field for group in groups for field in group]
    # A title of the page is taken where the item has none; but never a maker or a license.
    titles = [field for field in fields if field.name == "title"]
    titles.sort(key=lambda field: bool(field.about))
    images = tuple(_read_images(fields))
    thumbnail = _first(fields, "thumbnail")
    date = _first(fields, "date")
    return MuseumRecord(
        museum=NAME,
        item=address,
        title=titles[0].value if titles else "",
        page=address,
        rights=rights,
        creators=next((makers for group in groups if (makers := _read_creators(group))), ()),
        date=date,
        span=read_span(date),
        institution=_first(fields, "institution"),
        accession=_first(fields, "accession"),
        medium=_first(fields, "medium"),
        description=_first(fields, "description"),
        images=images,
        thumbnail=thumbnail,
        image_service=_first(fields, "image_service"),
        manifest=_first(fields, "manifest"),
        part_of=tuple(dict.fromkeys(field.value for field in fields if field.name == "part_of"))[:5],
        credit_line=_first(fields, "credit_line"),
        alt=_first(fields, "alt"),
    )


def _first(fields: Sequence[FoundField], name: str) -> str:
    return next((field.value for field in fields if field.name == name and field.about != "site"), "")


def _read_creators(fields: Sequence[FoundField]) -> tuple[Creator, ...]:
    """Return the creators of one reader; dates and addresses follow the name they belong to."""
    creators: dict[str, Creator] = {}
    last = ""
    for field in fields:
        if field.name == "creator" and not field.about:
            last = field.value
            if len(creators) < _MOST_CREATORS:
                creators.setdefault(last, Creator(name=last, role=field.role))
        elif last in creators and field.name == "creator_dates":
            creators[last] = replace(creators[last], dates=field.value)
        elif last in creators and field.name == "creator_uri":
            uris = dict.fromkeys((*creators[last].uris, field.value))
            creators[last] = replace(creators[last], uris=tuple(uris))
    return tuple(creators.values())


def _read_images(fields: Sequence[FoundField]) -> Iterator[ImageFile]:
    """Yield the picture's files, each once; a size follows the address that it belongs to."""
    files: dict[str, ImageFile] = {}
    last = ""
    for field in fields:
        if field.name == "image":
            last = field.value
            files.setdefault(last, ImageFile(url=last))
        elif field.name == "image_size" and last:
            width, _, height = field.value.partition(" x ")
            files[last] = replace(files[last], width=int(width), height=int(height))
    yield from files.values()
