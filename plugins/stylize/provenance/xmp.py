"""The record inside an image file: an XMP packet with fields of IPTC, Creative Commons and PLUS.

Fields of the IPTC Photo Metadata Standard 2025.1 and of XMP part 2; the same bytes for the same record.
"""

from collections.abc import Iterable, Mapping
from xml.sax.saxutils import escape

from ..model.version import SOFTWARE
from .credit_lines import (
    clean_text,
    copyright_notice,
    credit_text,
    is_unclaimed,
    join_parts,
    picture_creator,
    picture_description,
    shorten,
)
from .record import SOURCE_TYPE_URL, Ingredient, Record

FULL = 6300  # bytes; with the EXIF block 6.6 kB
FULL_WIDTH = 1200  # pixels; files from this width on get the full packet
LEAN = 2400  # bytes; with the EXIF block 2.7 kB

# How many bytes of each text that authors type are kept; the first limit that fits is used.
_LIMITS = (2000, 1200, 800, 500, 350, 300, 250, 210, 180, 150, 120, 90, 60, 40, 30, 20, 15)
# Bytes of a link, which is never cut. The second is used if no cut of the texts is enough.
_LONGEST_LINKS = (400, 100)

_NAMESPACES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "xmpMM": "http://ns.adobe.com/xap/1.0/mm/",
    "xmpRights": "http://ns.adobe.com/xap/1.0/rights/",
    "stRef": "http://ns.adobe.com/xap/1.0/sType/ResourceRef#",
    "stEvt": "http://ns.adobe.com/xap/1.0/sType/ResourceEvent#",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "Iptc4xmpCore": "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/",
    "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
    "plus": "http://ns.useplus.org/ldf/xmp/1.0/",
    "cc": "http://creativecommons.org/ns#",
    # Not dcterms:provenance: readers of Content Credentials take that for the address of a manifest.
    "wdrs": "http://www.w3.org/2007/05/powder-s#",
}


def make_packet(record: Record, *, full: bool, sidecar: str = "") -> bytes:
    """Return the XMP packet of a picture's file, UTF-8.

    full: at most FULL bytes, with everything; otherwise at most LEAN, for a small file: without alt text,
    source, Creative Commons' own field, version of the system, history and ingredients, and of the artworks
    of a blend with the link alone. sidecar: URL or file name of the record as JSON-LD.

    If that is too long, all texts that people typed are cut to the same length, after a word and with "…",
    until it fits. Then links of more than 100 bytes are left out, since part of a link is useless, and a
    blend's artworks are described as in a small file. The sidecar has everything.
    """
    budget = FULL if full else LEAN
    packet = b""
    for longest_link in _LONGEST_LINKS:
        for limit in _LIMITS:
            packet = _Writer(limit, longest_link).write_packet(record, full=full, sidecar=sidecar)
            if len(packet) <= budget:
                return packet
    return packet


class _Writer:
    """Writes a packet with texts up to a given length."""

    def __init__(self, limit: int, longest_link: int) -> None:
        self.limit = limit
        self.longest_link = longest_link

    def write_packet(self, record: Record, *, full: bool, sidecar: str) -> bytes:
        attributes, elements = self._make_fields(record, full=full, sidecar=sidecar)
        inside = "".join(f' {name}="{value}"' for name, value in attributes.items() if value)
        body = f'<rdf:Description rdf:about=""{inside}>{"".join(elements)}</rdf:Description>'
        spaces = "".join(
            f' xmlns:{prefix}="{uri}"'
            for prefix, uri in _NAMESPACES.items()
            if prefix == "rdf" or f"{prefix}:" in body
        )
        return (
            '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
            f'<rdf:RDF{spaces}>{body}</rdf:RDF></x:xmpmeta><?xpacket end="r"?>'
        ).encode()

    def _make_fields(self, record: Record, *, full: bool, sidecar: str) -> tuple[dict[str, str], list[str]]:
        """Return the simple properties and the structured ones, as XML."""
        clean, clean_link = self.clean, self.clean_link
        license = record.license
        free = license is not None and is_unclaimed(license)
        url = clean_link(license.url) if license else ""
        attributes = {
            "xmpRights:Marked": "False" if free else "True" if license else "",
            "xmpRights:WebStatement": url,
            "photoshop:Credit": clean(credit_text(record)),
            "dc:source": clean_link(record.photo.source_url),
        }
        elements = [
            self.write_alternative("dc:title", record.title),
            self.write_alternative("dc:description", picture_description(record)),
            self.write_names("dc:creator", [picture_creator(record)]),
            self.write_alternative("dc:rights", copyright_notice(record)),
            self.write_licensor(record),
            _make_resource("wdrs:describedby", clean_link(sidecar)),
        ]
        if full:
            attributes["photoshop:Source"] = clean(join_parts(record.photo.creator, record.photo.institution))
            elements += [
                self.write_alternative("Iptc4xmpCore:AltTextAccessibility", record.alt),
                self.write_alternative("xmpRights:UsageTerms", license.name if license else ""),
                _make_resource("cc:license", url),
            ]
        if record.is_stylized:
            self._add_stylization(record, attributes, elements, full=full)
        return attributes, elements

    def _add_stylization(
        self, record: Record, attributes: dict[str, str], elements: list[str], *, full: bool
    ) -> None:
        """Add what only a stylized picture has: the system that made it, and its artworks."""
        method = record.stylization.method if record.stylization else ""
        attributes["Iptc4xmpExt:DigitalSourceType"] = SOURCE_TYPE_URL
        attributes["Iptc4xmpExt:AISystemUsed"] = _escape(join_parts(SOFTWARE, method))
        is_shortest = self.longest_link == _LONGEST_LINKS[-1]
        brief = len(record.ingredients) > 1 and (is_shortest or not full)
        works = [self.write_artwork(ingredient, full=full, brief=brief) for ingredient in record.ingredients]
        elements.append(_make_list("Iptc4xmpExt:ArtworkOrObject", "Bag", works))
        if full:
            self._add_lineage(record, attributes, elements)

    def _add_lineage(self, record: Record, attributes: dict[str, str], elements: list[str]) -> None:
        """Add identifiers of the picture and of its ingredients, and when it was made."""
        attributes |= {
            "xmp:CreatorTool": SOFTWARE,
            "xmpMM:DocumentID": f"xmp.did:{record.digest[:32]}",
            "xmpMM:InstanceID": f"xmp.iid:{record.digest[32:]}",
            "xmpMM:OriginalDocumentID": f"xmp.did:{record.photo_sha256[:32]}",
        }
        photo = {
            "documentID": f"sha256:{record.photo_sha256}",
            "filePath": self.clean_link(record.photo.source_url),
        }
        elements.append(_make_structure("xmpMM:DerivedFrom", "stRef", photo))
        ingredients = [{**photo, "renditionClass": "photo"}]
        ingredients += [
            {
                "documentID": f"sha256:{ingredient.artwork_sha256}",
                "filePath": self.clean_link(ingredient.artwork.source_url),
                "renditionClass": "style-reference",
            }
            for ingredient in record.ingredients
        ]
        if facts := record.stylization:
            attributes["xmp:CreateDate"] = _escape(facts.made)
            attributes["Iptc4xmpExt:AISystemVersionUsed"] = _escape(
                f"{facts.method} {facts.method_version}, sha256 {facts.network[:16]}"
            )
            ingredients.append({"documentID": f"sha256:{facts.network}", "renditionClass": "model"})
            edited = {
                "action": "edited",
                "when": _escape(facts.made),
                "softwareAgent": SOFTWARE,
                "parameters": _escape(record.change.rstrip(",")),
            }
            elements.append(_make_list("xmpMM:History", "Seq", [_make_structure("rdf:li", "stEvt", edited)]))
        listed = [_make_structure("rdf:li", "stRef", ingredient) for ingredient in ingredients]
        elements.append(_make_list("xmpMM:Ingredients", "Bag", listed))

    def write_artwork(self, ingredient: Ingredient, *, full: bool, brief: bool) -> str:
        """Return an artwork as IPTC's structure, the only one with an accession number."""
        work = ingredient.artwork
        link, number = self.clean_link(work.source_url), self.clean(work.accession)
        if brief and (link or number):
            inside = {"AOSourceInvURL": link} if link else {"AOSourceInvNo": number}
            return _make_structure("rdf:li", "Iptc4xmpExt", inside)
        inside = {
            "AOSource": self.clean(work.institution),
            "AOSourceInvNo": number,
            "AOSourceInvURL": link,
        }
        if full:
            inside["AOCircaDateCreated"] = self.clean(work.date)
            inside["AOCopyrightNotice"] = self.clean(work.license.name)
        content = self.write_alternative("Iptc4xmpExt:AOTitle", work.title)
        content += self.write_names("Iptc4xmpExt:AOCreator", [work.creator])
        return _make_structure("rdf:li", "Iptc4xmpExt", inside, content=content)

    def write_licensor(self, record: Record) -> str:
        """Return the licensor: whom to ask for another license."""
        url = (record.maker.url if record.maker else "") or record.site
        if not record.is_stylized or not self.clean_link(url):
            return ""
        inside = {"LicensorName": self.clean(picture_creator(record)), "LicensorURL": self.clean_link(url)}
        return _make_list("plus:Licensor", "Seq", [_make_structure("rdf:li", "plus", inside)])

    def write_alternative(self, name: str, value: str) -> str:
        """Return a language alternative, of one language."""
        value = self.clean(value)
        if not value:
            return ""
        return f'<{name}><rdf:Alt><rdf:li xml:lang="x-default">{value}</rdf:li></rdf:Alt></{name}>'

    def write_names(self, name: str, values: list[str]) -> str:
        """Return an ordered list of names."""
        return _make_list(name, "Seq", [f"<rdf:li>{self.clean(value)}</rdf:li>" for value in values if value])

    def clean(self, value: str) -> str:
        """Return what someone typed, shortened and escaped for attributes and elements."""
        return _escape(shorten(clean_text(value), self.limit, encode=_escape))

    def clean_link(self, value: str) -> str:
        """Return a whole URL, or "" if it is too long."""
        written = _escape(clean_text(value))
        return written if len(written.encode()) <= self.longest_link else ""


def _escape(text: str) -> str:
    """Return a text escaped for attributes and elements."""
    return escape(text, {'"': "&quot;"})


def _make_resource(name: str, url: str) -> str:
    return f'<{name} rdf:resource="{url}"/>' if url else ""


def _make_list(name: str, kind: str, items: Iterable[str]) -> str:
    inside = "".join(items)
    return f"<{name}><rdf:{kind}>{inside}</rdf:{kind}></{name}>" if inside else ""


def _make_structure(name: str, prefix: str, inside: Mapping[str, str], *, content: str = "") -> str:
    """Return a structure: its simple fields as attributes, the others as elements."""
    fields = "".join(f' {prefix}:{field}="{value}"' for field, value in inside.items() if value)
    if not content:
        return f"<{name}{fields}/>"
    return f"<{name}><rdf:Description{fields}>{content}</rdf:Description></{name}>"
