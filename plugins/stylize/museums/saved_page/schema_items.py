"""Read what an item of schema.org says: https://schema.org/VisualArtwork, https://schema.org/ImageObject."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from .found_field import FoundField, complete_address, make_address, make_field
from .iiif_addresses import find_image_service, find_manifest
from .item_graph import ARTWORKS, PAGES, PICTURES, WORKS, ItemGraph, Node, first_text, is_a, kind_of, listed

_INSTITUTIONS = ("Museum", "Organization", "ArchiveOrganization", "Library", "ArtGallery", "LocalBusiness")
_BUILDINGS = ("Museum", "ArchiveOrganization", "Library", "ArtGallery")
_ADDRESSES = ("contentUrl", "url", "@id")
_MAKERS = ("creator", "artist", "author", "contributor")
_AUTHORITIES = r"getty\.edu|viaf\.org|wikidata\.org|isni\.org|d-nb\.info|id\.loc\.gov"


def read_items(values: Sequence[Any], *, form: str, address: str = "") -> tuple[list[FoundField], list[str]]:
    """Return what items say about the one that the page shows, and warnings.

    form: "JSON-LD" or "microdata". address: of the page, if it is known.
    """
    graph = ItemGraph(values)
    work, others = graph.find_work(address)
    warnings = []
    if others:
        titles = ", ".join(repr(first_text(node.get("name"))[:60]) for node in others[:5])
        warnings.append(f"the page describes {len(others) + 1} works; the first is read, and not {titles}")
    fields: list[FoundField] = []
    if work is not None:
        fields += _read_work(work, graph, form=form, base=address)
    for page in graph.tops:
        if page is not work and is_a(page, PAGES):
            fields += _read_page(page, form=form, base=address)
    return fields, warnings


def _read_work(work: Node, graph: ItemGraph, *, form: str, base: str) -> Iterator[FoundField]:
    where = f"{form} {kind_of(work)}"
    is_picture = is_a(work, PICTURES) and not is_a(work, ARTWORKS)
    named = (name for name in ("name", "headline", "title", "caption") if first_text(work.get(name)))
    title = next(named, "name")
    yield from make_field("title", first_text(work.get(title)), f"{where}.{title}")
    if not is_picture:
        yield from make_address("source_url", first_text(work.get("url")), f"{where}.url", base=base)
    for name in _MAKERS:
        for person in graph.each(work.get(name)):
            role = "contributor" if name == "contributor" else ""
            yield from _read_person(person, graph, source=f"{where}.{name}", role=role)
    for name in ("dateCreated", "temporal", *(() if is_picture else ("datePublished",))):
        yield from make_field("date", first_text(work.get(name)), f"{where}.{name}")
    for name in ("artMedium", "material", "artform"):
        texts = [text for one in graph.each(work.get(name)) if (text := first_text(one))]
        medium = ", ".join(texts[:10])
        surface = first_text(work.get("artworkSurface"))
        if name == "artMedium" and medium and surface and surface.lower() not in medium.lower():
            medium = f"{medium} on {surface[:1].lower()}{surface[1:]}"
        yield from make_field("medium", medium, f"{where}.{name}")
    yield from make_field("description", first_text(work.get("description")), f"{where}.description")
    yield from _read_identifiers(work, graph, where=where)
    yield from _read_holders(work, graph, where=where)
    if is_picture:
        yield from _read_picture(work, where=where, base=base)
    else:
        for picture in graph.find_pictures(work):
            yield from _read_image(picture, f"{where}.image", form=form, base=base)
        # After the picture's own rights: those of the work.
        yield from _read_rights(work, where=where, base=base, about="picture")
    thumbnail = first_text(work.get("thumbnailUrl"))
    yield from make_address("thumbnail", thumbnail, f"{where}.thumbnailUrl", base=base)
    for name in ("subjectOf", "associatedMedia", "encoding", "sameAs", "workExample"):
        for one in graph.each(work.get(name)):
            for address in [one.get(key) for key in _ADDRESSES] if isinstance(one, dict) else [one]:
                if manifest := find_manifest(first_text(address), base=base):
                    yield from make_field("manifest", manifest, f"{where}.{name}")


def _read_person(value: Any, graph: ItemGraph, *, source: str, role: str) -> Iterator[FoundField]:
    if is_a(value, ("Role",)):
        role = first_text(value.get("roleName")) or role
        value = next(iter(graph.each(next((value[name] for name in _MAKERS if name in value), None))), None)
    if not isinstance(value, dict):
        if "://" not in first_text(value):
            yield from make_field("creator", first_text(value), source, role=role)
        return
    parts = (first_text(value.get("givenName")), first_text(value.get("familyName")))
    name = first_text(value.get("name")) or first_text(value.get("@value")) or " ".join(filter(None, parts))
    role = first_text(value.get("roleName")) or role
    yield from make_field("creator", name, f"{source}.name", role=role)
    if name:
        born, died = (_year(first_text(value.get(day))) for day in ("birthDate", "deathDate"))
        dates = f"{born}–{died}" if born and died else (f"born {born}" if born else died and f"died {died}")
        yield from make_field("creator_dates", dates, f"{source}.birthDate")
        for link in [value.get("@id"), *listed(value.get("sameAs"))][:20]:
            if isinstance(link, str) and re.search(_AUTHORITIES, link):
                yield from make_address("creator_uri", link, f"{source}.sameAs")


def _year(text: str) -> str:
    """Return the year of a day: "1840-05-01" is "1840"; other texts stay as they are."""
    return re.sub(r"^(-?\d{4})-\d{2}(-\d{2})?(T.*)?$", r"\1", text)


def _read_identifiers(work: Node, graph: ItemGraph, *, where: str) -> Iterator[FoundField]:
    for name in ("accessionNumber", "inventoryNumber"):
        yield from make_field("accession", first_text(work.get(name)), f"{where}.{name}")
    found: list[tuple[bool, str]] = []
    for one in graph.each(work.get("identifier")):
        is_named, text = False, first_text(one)
        if isinstance(one, dict):
            label = first_text([one.get("propertyID"), one.get("name")])
            is_named = bool(re.search(r"accession|inventory|object|inv|call|shelf|signatur", label, re.I))
            text = first_text([one.get("value"), one.get("@value")])
        if text and "://" not in text:
            found.append((not is_named, text))
    if found:
        text = min(found, key=lambda one: one[0])[1]
        yield from make_field("accession", text, f"{where}.identifier")


def _read_holders(work: Node, graph: ItemGraph, *, where: str) -> Iterator[FoundField]:
    for name in ("holdingArchive", "provider", "sourceOrganization", "maintainer", "publisher"):
        for holder in graph.each(work.get(name)):
            if "://" not in first_text(holder):
                yield from make_field("institution", first_text(holder), f"{where}.{name}")
    for name in ("contentLocation", "location"):
        for place in graph.each(work.get(name)):
            if is_a(place, _BUILDINGS):
                yield from make_field("institution", first_text(place), f"{where}.{name}")
    for whole in graph.each(work.get("isPartOf")):
        name = "institution" if is_a(whole, _INSTITUTIONS) else "part_of"
        if not is_a(whole, PAGES) and "://" not in first_text(whole):
            yield from make_field(name, first_text(whole), f"{where}.isPartOf")


def _read_image(picture: Any, source: str, *, form: str, base: str) -> Iterator[FoundField]:
    if isinstance(picture, str):
        yield from make_address("image", picture, source, base=base)
        if service := find_image_service(complete_address(picture, base=base)):
            yield from make_field("image_service", service, source)
    elif is_a(picture, (*PICTURES, "Photograph")) or (isinstance(picture, dict) and not picture["@type"]):
        yield from _read_picture(picture, where=f"{form} ImageObject", base=base)


def _read_picture(picture: Node, *, where: str, base: str) -> Iterator[FoundField]:
    for name in _ADDRESSES:
        address = complete_address(first_text(picture.get(name)), base=base)
        if address and (name == "contentUrl" or re.search(_FILE, address, re.I)):
            yield from make_field("image", address, f"{where}.{name}")
            if service := find_image_service(address):
                yield from make_field("image_service", service, f"{where}.{name}")
            break
    width, height = (_read_pixels(picture.get(name)) for name in ("width", "height"))
    if width and height:
        yield from make_field("image_size", f"{width} x {height}", f"{where}.width")
    thumbnail = first_text(picture.get("thumbnailUrl"))
    yield from make_address("thumbnail", thumbnail, f"{where}.thumbnailUrl", base=base)
    yield from _read_rights(picture, where=where, base=base, about="picture")


_FILE = r"\.(jpe?g|png|webp|tiff?|avif|gif)(\?|$)"


def _read_pixels(value: Any) -> int:
    """Return pixels of 1200, "1200", "1200px" or a QuantitativeValue; 0 for other units and nonsense."""
    if isinstance(value, dict):
        unit = first_text([value.get("unitCode"), value.get("unitText")])
        if unit and unit.lower() not in ("e37", "px", "pixel", "pixels"):  # UN/CEFACT: E37 is a pixel
            return 0
        value = value.get("value")
    found = re.fullmatch(r"(\d{1,6})(\.0+)?\s*(px|pixels?)?", first_text(value).strip())
    return int(found[1]) if found else 0


def _read_rights(node: Node, *, where: str, base: str, about: str) -> Iterator[FoundField]:
    for license in listed(node.get("license"))[:10]:
        address = first_text([license.get("url"), license.get("@id")]) if isinstance(license, dict) else ""
        yield from make_field("license", address or first_text(license), f"{where}.license", about=about)
    structured = first_text(node.get("sdLicense"))  # of these data themselves
    yield from make_field("license", structured, f"{where}.sdLicense", about="data")
    for name in ("copyrightNotice", "usageInfo", "rights"):
        text = first_text(node.get(name))
        if text.startswith(("http://", "https://")):
            yield from make_address("terms", text, f"{where}.{name}", base=base)
        else:
            yield from make_field("rights", text, f"{where}.{name}", about=about)
    if holder := first_text(node.get("copyrightHolder")):
        words = " ".join(filter(None, ("©", first_text(node.get("copyrightYear")), holder)))
        yield from make_field("rights", words, f"{where}.copyrightHolder", about=about)
    terms = first_text(node.get("acquireLicensePage"))
    yield from make_address("terms", terms, f"{where}.acquireLicensePage", base=base)
    if about == "picture":
        yield from make_field("credit_line", first_text(node.get("creditText")), f"{where}.creditText")


def _read_page(page: Node, *, form: str, base: str) -> Iterator[FoundField]:
    """Yield what an object about the page itself says; its license is not that of the picture."""
    where = f"{form} {kind_of(page)}"
    about = "site" if is_a(page, ("WebSite",)) else "page"
    if about == "page" and not is_a(page, WORKS):
        title = first_text([page.get("name"), page.get("headline")])
        yield from make_field("title", title, f"{where}.name", about="page")
    yield from _read_rights(page, where=where, base=base, about=about)
    yield from make_field("institution", first_text(page.get("publisher")), f"{where}.publisher")
