"""The image sitemap, for search engines: every stylized picture with its page and its license."""

from collections.abc import Iterable
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
        if state.contents[identity].status == "published":
            made = [p for p in state.rendered[identity].publications if p.key and p.key not in state.failures]
            images = _render_images(made, pictures=f"{site}/{state.settings.folder}")
            if images:
                entries.append(f"<url><loc>{escape(f'{site}/{url}')}</loc>{images}</url>\n")
    path = state.output / state.place.urls.sitemap
    text = f"{HEAD}{''.join(entries)}</urlset>\n"
    with explain_refusals(state.output, doing="writing the image sitemap", setting=OUTPUT):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_if_new(path, text)


def _render_images(publications: Iterable[Publication], *, pictures: str) -> str:
    """Return the XML elements of a page's pictures; pictures: URL of their folder."""
    return "".join(
        f"<image:image><image:loc>{escape(f'{pictures}/{p.name}/{p.widths[-1]}.jpg')}</image:loc>"
        + (f"<image:license>{escape(p.license_url)}</image:license>" if p.license_url else "")
        + "</image:image>"
        for p in dict.fromkeys(publications)
    )
