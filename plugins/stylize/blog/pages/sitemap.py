"""The image sitemap, for search engines: every stylized picture with its page and its license."""

import posixpath
import re
from collections.abc import Iterable
from urllib.parse import quote, urlsplit, urlunsplit
from xml.sax.saxutils import escape

from ...pipeline.publication import Publication
from ...storage.atomic_files import OUTPUT, explain_refusals, write_if_new
from ..build_state import BuildState

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    ' xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">\n'
)


def write_sitemap(state: BuildState) -> None:
    """Write the image sitemap, if it has changed and its place is free; the site must have a URL.

    Lists the published posts that this run has written (pelican-i18n-subsites leaves those in other
    languages to their own sites), without pictures that could not be made.
    """
    entries = []
    site = state.identity.site
    written = sorted((state.urls[identity], identity) for identity in state.written)
    for url, identity in written:  # Pelican reads posts in no order
        # The URL of a draft is not made public.
        if state.is_public(identity):
            made = [p for p in state.rendered[identity].publications if p.key and p.key not in state.failures]
            images = _render_images(made, pictures=f"{site}/{state.settings.folder}")
            if images:
                entries.append(f"<url><loc>{_make_uri(f'{site}/{url}')}</loc>{images}</url>\n")
    path = state.output / state.place.urls.sitemap
    text = f"{HEAD}{''.join(entries)}</urlset>\n"
    with explain_refusals(state.output, doing="writing the image sitemap", setting=OUTPUT):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_if_new(path, text)


def _render_images(publications: Iterable[Publication], *, pictures: str) -> str:
    """Return the XML elements of a page's pictures; pictures: URL of their folder."""
    return "".join(
        f"<image:image><image:loc>{_make_uri(f'{pictures}/{p.name}/{p.widths[-1]}.jpg')}</image:loc>"
        + (f"<image:license>{_make_uri(p.license_url)}</image:license>" if p.license_url else "")
        + "</image:image>"
        for p in dict.fromkeys(publications)
    )


def _make_uri(iri: str) -> str:
    """Return an address as a sitemap needs it: a URI (RFC 3987, section 3.1), escaped for XML.

    Other scripts are percent-encoded as UTF-8, in the host as Punycode; "." and ".." are resolved
    (RFC 3986, section 5.2.4). What is encoded already stays as it is.
    """
    try:
        parts = urlsplit(iri)
        host = parts.netloc.encode("idna").decode() if not parts.netloc.isascii() else parts.netloc
    except ValueError:  # this includes UnicodeError
        return escape(_encode(iri))
    path = parts.path
    if "/." in path:
        path = posixpath.normpath(path) + ("/" if path.endswith(("/", "/.", "/..")) else "")
    uri = urlunsplit((parts.scheme, host, _encode(path), _encode(parts.query), _encode(parts.fragment)))
    return escape(uri)


def _encode(text: str) -> str:
    """Percent-encode what may not stand in a URI; a "%" of an encoded byte stays."""
    return quote(re.sub("%(?![0-9A-Fa-f]{2})", "%25", text), safe="%/?:@!$&'()*+,;=~")
