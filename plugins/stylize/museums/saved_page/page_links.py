"""Read the links of a page: its own address, licenses, IIIF manifests and image services, oEmbed."""

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

from ..importers.statements import find_license
from .found_field import FoundField, complete_address, make_address, make_field
from .iiif_addresses import find_image_service, find_manifest
from .markup import Link, Markup

_LICENSE = frozenset(("license", "cc:license", "dct:license", "dcterms:license"))
_STATEMENTS = r"^https?://(www\.)?(creativecommons\.org/(licenses|publicdomain)|rightsstatements\.org)/"
_OF_SITE = ("footer", "nav", "aside", "header")


def read_own_address(markup: Markup) -> Iterator[FoundField]:
    """Yield the address that the page calls its canonical one."""
    for link in markup.links:
        if link.element == "link" and "canonical" in link.rel:
            yield from make_address("source_url", link.address, "link rel=canonical")


def read_license_links(markup: Markup, *, base: str) -> Iterator[FoundField]:
    """Yield links to licenses; one in a figure is about the picture, the others are about page or site."""
    for link in markup.links:
        address = complete_address(link.address, base=base)
        is_stated = bool(link.rel & _LICENSE)
        if not address or link.element not in ("link", "a", "area"):
            continue
        if is_stated or (re.match(_STATEMENTS, address) and find_license(address)):
            if link.place == "figure" and is_stated:
                about = "picture"
            else:
                about = "site" if link.place in _OF_SITE else "page"
            words = f"{link.element} rel=license" if is_stated else f"{link.element} href"
            where = f" in a {link.place}" if link.place else ""
            yield from make_field("license", address, words + where, about=about)


def read_iiif_links(markup: Markup, *, base: str) -> Iterator[FoundField]:
    """Yield manifests and image services, those that the page announces as its own first."""
    links = [link for link in markup.links if link.place not in ("footer", "nav", "header")]
    for link in links:
        if link.element == "link" and _is_presentation(link, base):
            yield from make_address("manifest", link.address, f"link type={link.media_type[:40]}", base=base)
    for name, value in markup.data_addresses:
        address = complete_address(value, base=base)
        if service := find_image_service(address):
            yield from make_field("image_service", service, name)
        elif address and ("manifest" in name or find_manifest(address)):
            yield from make_field("manifest", find_manifest(address) or address, name)
    for link in links:
        if "manifest" in link.rel:  # of a web app
            continue
        address = complete_address(link.address, base=base)
        if address and link.element != "img" and (manifest := find_manifest(address)):
            yield from make_field("manifest", manifest, f"{link.element} href")
        if service := find_image_service(address):
            yield from make_field("image_service", service, f"{link.element} {_attribute(link)}")


def read_oembed(markup: Markup, *, base: str) -> Iterator[FoundField]:
    """Yield what links to oEmbed say (https://oembed.com/#section4): a title, and the page's address."""
    for link in markup.links:
        if link.element == "link" and re.match(r"(application|text)/(json|xml)\+oembed", link.media_type):
            source = f"link type={link.media_type[:40]}"
            yield from make_address("oembed", link.address, source, base=base)
            yield from make_field("title", link.title, f"{source}, its title")
            address = complete_address(link.address, base=base)
            try:
                of_page = parse_qs(urlsplit(address).query, max_num_fields=50).get("url", [""])[0]
            except ValueError:
                continue
            yield from make_address("source_url", of_page, f"{source}, its url")


def _is_presentation(link: Link, base: str) -> bool:
    kind = link.media_type.lower()
    if "iiif.io/api/presentation" in kind or "iiif-manifest" in link.rel:
        return True
    return "json" in kind and "alternate" in link.rel and bool(find_manifest(link.address, base=base))


def _attribute(link: Link) -> str:
    return "src" if link.element in ("img", "iframe", "source") else "href"
