"""Read the meta elements of a page: Dublin Core, Highwire's citation tags, OpenGraph and Twitter cards.

Dublin Core: https://www.dublincore.org/specifications/dublin-core/dcq-html/. OpenGraph: https://ogp.me/.
"""

import re
from collections.abc import Iterator, Sequence

from ..importers.statements import find_license
from .found_field import FoundField, make_address, make_field
from .iiif_addresses import find_image_service
from .markup import Meta

_DUBLIN_CORE = {  # elements and terms, without their refinements
    "title": "title",
    "date": "date",
    "created": "date",
    "issued": "date",
    "temporal": "date",
    "publisher": "institution",
    "medium": "medium",
    "description": "description",
    "abstract": "description",
    "ispartof": "part_of",
}
_CITATION = {
    "title": "title",
    "author": "creator",
    "authors": "creator",
    "date": "date",
    "publication_date": "date",
    "year": "date",
    "publisher": "institution",
    "collection_title": "part_of",
    "id": "accession",
}
_CARD_LABELS = (  # of Twitter's cards: a label that the page chooses
    (r"artist|creator|maker|photographer|painter|author", "creator"),
    (r"date|year|created|period", "date"),
    (r"medium|material|technique", "medium"),
    (r"accession|object n|inventory|identifier", "accession"),
    (r"museum|institution|collection|repository", "institution"),
)


def read_dublin_core(metas: Sequence[Meta]) -> Iterator[FoundField]:
    """Yield what Dublin Core says, in meta elements or as RDFa."""
    named = [(meta, found[1]) for meta in metas if (found := _DC.match(meta.name))]
    of_page = any(
        element.split(".")[0] in ("type", "format") and re.search(_OF_PAGE, meta.content, re.IGNORECASE)
        for meta, element in named
    )
    about = "page" if of_page else "picture"
    # A record may have several dates; that of the work comes first.
    named.sort(key=lambda one: one[1].startswith("date") and "created" not in one[1])
    for meta, element in named:
        source = f"{meta.element} {meta.name}"
        parts = element.split(".")
        first, last = parts[0], parts[-1]
        if last in ("alternative", "language") or (first == "date" and last in ("modified", "accessed")):
            continue
        if first in ("creator", "contributor"):
            role = "contributor" if first == "contributor" else ""
            # Libraries write the dates of a person behind the name: "Sol, Ana (1840-1901)".
            name, dates = _PERSON.match(meta.content.strip()[:1000]).groups()  # type: ignore[union-attr]
            yield from make_field("creator", name, source, role=role)
            yield from make_field("creator_dates", dates, source)
        elif first in ("rights", "license", "rightsholder", "accessrights"):
            if "rightsholder" in parts:
                yield from make_field("rights", f"© {meta.content}", source, about=about)
            elif "accessrights" in parts:  # who may see it, not what may be made of it
                yield from make_field("rights", meta.content, source, about="page")
            else:
                yield from make_field(name_statement(meta.content), meta.content, source, about=about)
        elif first == "identifier":
            if "://" in meta.content:
                yield from make_address("source_url", meta.content, source)
            else:
                yield from make_field("accession", meta.content, source)
        elif first == "format":
            if "medium" in parts or (len(parts) == 1 and not re.match(r"\w+/[\w.+-]+$|\d", meta.content)):
                yield from make_field("medium", meta.content, source)
        elif name := _DUBLIN_CORE.get("ispartof" if last == "ispartof" else first):
            yield from make_field(name, meta.content, source)


def read_citation(metas: Sequence[Meta]) -> Iterator[FoundField]:
    """Yield what the tags say that Highwire began and Google Scholar reads."""
    for meta in metas:
        prefix, underline, rest = meta.name.removeprefix("bepress_").partition("_")
        if prefix != "citation" or not underline:
            continue
        source = f"meta {meta.name}"
        if rest in ("public_url", "abstract_html_url", "fulltext_html_url"):
            yield from make_address("source_url", meta.content, source)
        elif rest in ("rights", "license", "copyright"):
            yield from make_field(name_statement(meta.content), meta.content, source, about="page")
        elif name := _CITATION.get(rest):
            for text in meta.content.split(";") if rest == "authors" else [meta.content]:
                # Google Scholar asks for 1899/04/01.
                day = re.sub(r"^(\d{4})/(\d\d?)(?:/(\d\d?))?$", _write_day, text.strip())
                yield from make_field(name, day if name == "date" else text, source)


def read_open_graph(metas: Sequence[Meta], *, base: str = "") -> Iterator[FoundField]:
    """Yield what is written for previews: OpenGraph first, then Twitter cards, then plain meta elements."""
    first: dict[str, str] = {}
    for meta in metas:
        first.setdefault(meta.name, meta.content)
    site = first.get("og:site_name", "") or first.get("application-name", "")
    for name in ("og:title", "twitter:title"):
        yield from make_field("title", cut_site(first.get(name, ""), site=site), f"meta {name}")
    yield from make_address("source_url", first.get("og:url"), "meta og:url", base=base)
    for prefix in ("og", "twitter"):
        names = (
            f"{prefix}:image:secure_url",
            f"{prefix}:image",
            f"{prefix}:image:url",
            f"{prefix}:image:src",
        )
        name = next((name for name in names if first.get(name)), "")
        for field in make_address("image", first.get(name), f"meta {name}", base=base):
            yield field
            if service := find_image_service(field.value):
                yield from make_field("image_service", service, f"meta {name}")
        size = [first.get(f"{prefix}:image:{side}", "").strip() for side in ("width", "height")]
        if name and all(re.fullmatch(r"[1-9]\d{0,5}", side, re.ASCII) for side in size):
            yield from make_field("image_size", " x ".join(size), f"meta {prefix}:image:width")
        yield from make_field("alt", first.get(f"{prefix}:image:alt"), f"meta {prefix}:image:alt")
    for name in ("og:description", "twitter:description", "description"):
        yield from make_field("description", first.get(name), f"meta {name}")
    for number in range(1, 5):
        label = first.get(f"twitter:label{number}", "")
        for words, name in _CARD_LABELS:
            if re.search(words, label, re.IGNORECASE):
                text = first.get(f"twitter:data{number}")
                yield from make_field(name, text, f"meta twitter:data{number} ({label[:40]})")
                break
    yield from make_field("institution", first.get("og:site_name"), "meta og:site_name")
    for name in ("author", "article:author"):  # often of the page, so it is shown, and not used
        if "://" not in first.get(name, ""):
            yield from make_field("creator", first.get(name), f"meta {name}", about="page")
    for name in ("license", "rights", "copyright", "cc:license", "og:rights"):
        text = first.get(name, "")
        yield from make_field(name_statement(text), text, f"meta {name}", about="page")


def name_statement(text: str) -> str:
    """Return "license" for the address or the words of a known license, else "rights"."""
    return "license" if "://" in text[:10] or find_license(text[:2000]) else "rights"


def cut_site(title: str, *, site: str) -> str:
    """Return a title without the name of the site before or after it: "The Wave | Museum of Tides"."""
    parts = re.split(r"\s+[|–—·•»-]\s+", title.strip())
    if site.strip() and len(parts) > 1:
        for place in (-1, 0):
            if parts[place].casefold() == site.strip().casefold():
                cut = title.strip()
                length = len(parts[place])
                rest = cut[:-length] if place else cut[length:]
                return rest.strip(" |–—·•»-")
    return title


def _write_day(found: re.Match[str]) -> str:
    return "-".join(part.zfill(2) for part in found.groups() if part)


_PERSON = re.compile(r"(.*?)(?:,?\s*\(?(\d{4}\??\s?[-–]\s?(?:\d{4}\??)?)\)?\.?)?$", re.DOTALL)
_DC = re.compile(r"(?:dc|dcterms|dct|dcmi)[.:](.+)$")
_OF_PAGE = r"^(text/html|application/xhtml|text$|interactive ?resource|web ?(site|page))"
